//! A tab's title that changes while its page is open.

use leptos::prelude::*;
use leptos_meta::Title;

/// The server writes the title when the page is rendered, and by then what the page owned may be gone: what is read there
/// is what was known at first, and nothing that can be gone is touched.
#[component]
pub fn LiveTitle(
    /// The title as it is now.
    text: impl Fn() -> String + Send + Sync + 'static,
) -> impl IntoView {
    let now = Memo::new(move |_| text());
    // Worked out here and now, so that asking later works nothing out.
    let first = now.get_untracked();
    view! { <Title text=move || now.try_get().unwrap_or_else(|| first.clone()) /> }
}
