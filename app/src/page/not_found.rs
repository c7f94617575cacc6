//! Page for unknown paths.

use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::t;
use leptos::prelude::*;
use leptos_meta::Title;

/// 404 page.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text=t::not_found::title() />
        <Header query=Signal::stored(String::new()) />
        <main id="main" class="page-narrow">
            <h1 class="sr-only">{t::not_found::title()}</h1>
            <ErrorState title=t::not_found::heading() detail=t::not_found::advice()>
                <a class="button-primary" href="/">{t::common::go_home()}</a>
            </ErrorState>
        </main>
    }
    .into_any()
}
