//! The line at the top of every page but home's own field: the way home, search, and who is here.

use super::account_menu::AccountMenu;
use super::icon::{Icon, icon};
use super::search_field::SearchField;
use super::theme_switch::ThemeSwitch;
use leptos::prelude::*;
use leptos_router::components::A;

/// Wordmark, search field, theme, account.
#[component]
pub fn Header(
    /// The words in the field; none: the page has its own field.
    #[prop(optional, into)]
    query: Option<Signal<String>>,
    /// Whether it lies over a picture.
    #[prop(optional)]
    over: bool,
) -> impl IntoView {
    view! {
        <header class="header" class:over=over>
            <A href="/" attr:class="wordmark" attr:aria-label="Matinee, home">
                <svg viewBox="0 0 32 32" aria-hidden="true">
                    <path fill="currentColor" d="M4 6 27 14.2a1.9 1.9 0 0 1 0 3.6L4 26z" opacity=".28" />
                    <circle cx="8" cy="16" r="5" fill="currentColor" />
                </svg>
                <span>"Matinee"</span>
            </A>
            {query.map(|query| view! { <SearchField query=query /> })}
            <div class="header-end">
                <a class="button-quiet rooms-link" href="/rooms" data-testid="rooms-link">{icon(Icon::People)}<span>"Rooms"</span></a>
                <ThemeSwitch />
                <AccountMenu />
            </div>
        </header>
    }
    .into_any()
}
