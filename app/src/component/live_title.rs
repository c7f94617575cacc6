//! Document title that changes while its page is open.

use leptos::prelude::*;
use leptos_meta::Title;

/// Reactive document title. The server renders it after the page's owner may have been disposed, so the first value is
/// computed early and nothing that may have been disposed is read then.
#[component]
pub fn LiveTitle(
    /// The current title.
    text: impl Fn() -> String + Send + Sync + 'static,
) -> impl IntoView {
    let now = Memo::new(move |_| text());
    // Computed now, so that rendering on the server does not run the closure later.
    let first = now.get_untracked();
    view! { <Title text=move || now.try_get().unwrap_or_else(|| first.clone()) /> }
}
