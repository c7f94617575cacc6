//! Whatever is not a page.

use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use leptos::prelude::*;
use leptos_meta::Title;

/// 404.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="Page not found" />
        <Header query=Signal::stored(String::new()) />
        <main id="main" class="page-narrow">
            <h1 class="sr-only">"Page not found"</h1>
            <ErrorState title="There is no such page" detail="The address may be mistyped, or the link is old. Search for the film instead.">
                <a class="button-primary" href="/">"Go home"</a>
            </ErrorState>
        </main>
    }
    .into_any()
}
