//! Page header: link to the home page, search, rooms, theme, account. The home page has its own, larger search field.

use super::account_menu::AccountMenu;
use super::icon::{Icon, icon};
use super::search_field::SearchField;
use super::theme_switch::ThemeSwitch;
use crate::i18n::element;
use crate::t;
use leptos::prelude::*;
use leptos_router::components::A;

/// Header of every page.
#[component]
pub fn Header(
    /// Search query; `None` if the page has its own search field.
    #[prop(optional, into)]
    query: Option<Signal<String>>,
    /// Set if the header overlays a picture.
    #[prop(optional)]
    over: bool,
) -> impl IntoView {
    view! {
        <header class="header" class:over=over>
            <A href="/" attr:class="wordmark" attr:aria-label=t::header::home()>
                <svg viewBox="0 0 32 32" aria-hidden="true">
                    <path fill="currentColor" d="M4 6 27 14.2a1.9 1.9 0 0 1 0 3.6L4 26z" opacity=".28" />
                    <circle cx="8" cy="16" r="5" fill="currentColor" />
                </svg>
                <span>"Matinee"</span>
            </A>
            {query.map(|query| view! { <SearchField query=query /> })}
            <div class="header-end">
                <a class="button-quiet rooms-link" href="/rooms" data-testid="rooms-link">{icon(Icon::People)}{element("<span>", t::header::rooms(), "</span>")}</a>
                <ThemeSwitch />
                <AccountMenu />
            </div>
        </header>
    }
    .into_any()
}
