//! A dialog over the page (HTML, section 4.11.4): the browser keeps the focus in it, and Escape closes it.

use super::icon::{Icon, icon};
use crate::client::js;
use leptos::html;
use leptos::prelude::*;

/// A dialog. What is in it is made when it opens.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What it is about.
    title: &'static str,
    /// What is in it.
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
    // A click beside it is a click on the dialog itself.
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
                        <button class="button-quiet icon-only" type="button" aria-label="Close" on:click=move |_| open.set(false)>
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
            // The keys are not the film's while it is open.
            on:keydown=|event| event.stop_propagation()
        >
            {content}
        </dialog>
    }
    .into_any()
}
