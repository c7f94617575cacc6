//! What is shown in place of something that could not be had: what happened and one thing to do.

use leptos::prelude::*;

/// An error or an empty state with one action.
#[component]
pub fn ErrorState(
    /// What happened, in a few words.
    #[prop(into)]
    title: String,
    /// Why, and what to do next.
    #[prop(into)]
    detail: String,
    /// The action: usually a link or a button.
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
