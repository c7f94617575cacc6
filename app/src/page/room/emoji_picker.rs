//! Emoji to choose from, found by their names.

use crate::room::emoji::find;
use leptos::html;
use leptos::prelude::*;

/// The picker. Made when it is opened.
#[component]
pub fn EmojiPicker(
    /// Called with the emoji.
    on_pick: Callback<String>,
    /// Called when nothing was chosen.
    on_close: Callback<()>,
) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let field: NodeRef<html::Input> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let found = Memo::new(move |_| words.with(|words| find(words)));
    let key = move |event: web_sys::KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            "Escape" => on_close.run(()),
            "Enter" => {
                let first = found.with(|found| found.first().copied());
                let is_in_field = event
                    .target()
                    .zip(field.get_untracked())
                    .is_some_and(|(target, field)| js_sys::Object::is(&target, &field));
                if let Some((emoji, _)) = first.filter(|_| is_in_field) {
                    event.prevent_default();
                    on_pick.run(emoji.to_owned());
                }
            }
            _ => {}
        }
    };
    view! {
        <div class="emoji-picker" role="dialog" aria-label="Emoji" data-testid="emoji-picker" on:keydown=key>
            <input
                node_ref=field
                type="text"
                placeholder="Find an emoji"
                aria-label="Find an emoji"
                autocomplete="off"
                on:input=move |event| words.set(event_target_value(&event))
            />
            <div class="emoji-grid">
                {move || found.get().into_iter().map(|(emoji, code)| view! {
                    <button type="button" title=format!(":{code}:") aria-label=code.replace('_', " ") on:click=move |_| on_pick.run(emoji.to_owned())>{emoji}</button>
                }).collect_view()}
            </div>
            {move || found.with(Vec::is_empty).then(|| view! { <p class="chat-notice">"None by that name."</p> })}
        </div>
    }
    .into_any()
}
