//! Emoji picker with a search by name.

use crate::client::keyboard::is_composing;
use crate::room::emoji::find;
use crate::t;
use leptos::html;
use leptos::prelude::*;

/// Emoji picker; rendered only while it is open.
#[component]
pub fn EmojiPicker(
    /// Called with the chosen emoji.
    on_pick: Callback<String>,
    /// Called when the picker is closed without a choice.
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
            _ if is_composing(&event) => {}
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
        <div class="emoji-picker" role="dialog" aria-label=t::emoji_picker::label() data-testid="emoji-picker" on:keydown=key>
            <input
                node_ref=field
                type="text"
                dir="auto"
                placeholder=t::emoji_picker::find()
                aria-label=t::emoji_picker::find()
                autocomplete="off"
                on:input=move |event| words.set(event_target_value(&event))
            />
            <div class="emoji-grid">
                {move || found.get().into_iter().map(|(emoji, code)| view! {
                    <button type="button" title=format!(":{code}:") aria-label=code.replace('_', " ") on:click=move |_| on_pick.run(emoji.to_owned())>{emoji}</button>
                }).collect_view()}
            </div>
            {move || found.with(Vec::is_empty).then(|| view! { <p class="chat-notice">{t::emoji_picker::none()}</p> })}
        </div>
    }
    .into_any()
}
