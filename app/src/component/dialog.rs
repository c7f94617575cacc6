//! Modal dialog (HTML, section 4.11.4): the browser traps the focus in it, and Escape closes it.

use super::icon::{Icon, icon};
use crate::client::js;
use crate::t;
use leptos::html;
use leptos::prelude::*;

/// Modal dialog whose content is rendered only while it is open.
#[component]
pub fn Dialog(
    /// Open state; the dialog sets it when it is closed.
    open: RwSignal<bool>,
    /// Heading.
    title: &'static str,
    /// Content.
    children: ChildrenFn,
) -> impl IntoView {
    let node: NodeRef<html::Dialog> = NodeRef::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.has_attribute("open")) {
            (true, false) => drop(js::call(&dialog, "showModal", &[])),
            (false, true) => drop(js::call(&dialog, "close", &[])),
            _ => {}
        }
    });
    // A click on the backdrop has the dialog itself as its target.
    let outside = move |event: leptos::ev::MouseEvent| {
        let is_outside = node
            .get_untracked()
            .zip(event.target())
            .is_some_and(|(dialog, target)| js_sys::Object::is(&dialog, &target));
        if is_outside {
            open.set(false);
        }
    };
    let children = StoredValue::new(children);
    let content = move || {
        open.get().then(|| {
            view! {
                <div class="dialog-content">
                    <header>
                        <h2>{title}</h2>
                        <button class="button-quiet icon-only" type="button" aria-label=t::common::close() on:click=move |_| open.set(false)>
                            {icon(Icon::Close)}
                        </button>
                    </header>
                    {children.with_value(|children| children())}
                </div>
            }
        })
    };
    view! {
        <dialog
            node_ref=node
            class="dialog"
            aria-label=title
            on:close=move |_| open.set(false)
            on:click=outside
            // Keeps key presses from the player's shortcuts.
            on:keydown=|event| event.stop_propagation()
        >
            {content}
        </dialog>
    }
    .into_any()
}
