//! Error state: shown in place of content that could not be loaded.

use leptos::prelude::*;

/// An error or an empty state with one action.
#[component]
pub fn ErrorState(
    /// Short description of what happened.
    #[prop(into)]
    title: String,
    /// Reason, and what to do next.
    #[prop(into)]
    detail: String,
    /// The action, usually a link or a button.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="error-state" role="alert" data-testid="error-state">
            <h2>{title}</h2>
            <p>{detail}</p>
            <div class="actions">{children()}</div>
        </div>
    }
    .into_any()
}
