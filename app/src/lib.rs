//! Code shared by the server and the browser: the protocol, the pages, and the trait that the server implements.

// The view types of the room page are deeply nested.
#![recursion_limit = "256"]

pub mod error;
pub mod protocol;

#[cfg(feature = "ssr")]
pub mod backend;

pub mod api;

// Pure logic of the pages, without I/O.
pub mod address;
pub mod art;
pub mod hold;
pub mod i18n;
pub mod input;
pub mod language;
pub mod next_episode;
pub mod own_link;
pub mod pieces;
pub mod qr;
pub mod room;
pub mod search;
pub mod start;
pub mod text;
pub mod title;
pub mod tree;

pub mod client;
pub mod component;
pub mod page;

/// Messages, one function each. `build.rs` writes them from `locales/en.ftl`.
pub mod t {
    include!(concat!(env!("OUT_DIR"), "/t.rs"));
}

use client::first_script::FIRST_SCRIPT;
use component::account_notice::AccountNotice;
use component::add_status::AddStatus;
use component::drop_zone::DropZone;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};
use wasm_bindgen::JsCast;

use page::{
    account, admin, home::Home, latest::Latest, not_found::NotFound, room as room_page, rooms, search as results, watch,
};

/// Renders the HTML document around the app.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let language = i18n::current().facts();
    view! {
        <!DOCTYPE html>
        <html lang=language.code dir=language.direction data-theme=chosen_theme()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="dark light" />
                <meta name="theme-color" content="#0b0a0f" media="(prefers-color-scheme: dark)" />
                <meta name="theme-color" content="#f7f5f2" media="(prefers-color-scheme: light)" />
                <script nonce=leptos::nonce::use_nonce()>{FIRST_SCRIPT}</script>
                <HashedStylesheet options=options.clone() />
                {messages_link()}
                <HydrationScripts options=options.clone() />
                <AutoReload options />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/icon-192.png" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Preloads the messages of the page's language, which `client::messages` takes before the page is hydrated. Its
/// `crossorigin` makes it the request that `fetch` will make (HTML, section 4.6.7.8): nothing is requested twice.
fn messages_link() -> Option<impl IntoView> {
    let i18n::TableAddress(address) = use_context()?;
    let (id, code) = (client::messages::LINK, i18n::current().facts().code);
    Some(view! {
        <link id=id rel="preload" r#as="fetch" r#type="application/json" crossorigin="anonymous" href=address hreflang=code />
    })
}

/// Returns the theme stored in the account's preferences.
fn chosen_theme() -> Option<String> {
    let session = use_context::<protocol::Session>()?;
    let theme = session
        .user?
        .preferences
        .get(client::preferences::THEME)?
        .as_str()?
        .to_owned();
    Some(theme)
}

/// The app: all pages and the elements shown above every page.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=tab_title />
        <Router>
            <Pages />
        </Router>
    }
}

/// Formats the tab's title. On the server, leptos writes it into the page unescaped, and it can contain arbitrary
/// search terms, so it is escaped here. In the browser it is set as text.
fn tab_title(title: String) -> String {
    let title = if title.is_empty() {
        "Matinee".to_owned()
    } else {
        format!("{title} · Matinee")
    };
    if cfg!(feature = "ssr") {
        title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        title
    }
}

/// The pages inside the router, with the context that they share.
#[component]
fn Pages() -> impl IntoView {
    client::session::provide();
    // Known only to the server, when it renders the page.
    let told = SharedValue::new(|| use_context::<address::Told>().unwrap_or_default());
    provide_context(told.into_inner());
    provide_context(client::add::Adder::new());
    Effect::new(move |_| {
        preload_pages();
        client::preferences::tell_when_leaving();
    });
    view! {
        <a class="skip-link" href="#main">{t::page::skip_to_content()}</a>
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/") view=Home ssr=SsrMode::Async />
            <Route path=path!("/latest") view=Latest ssr=SsrMode::Async />
            // In order: the page's head is sent at once, the results once the slowest indexer has responded.
            <Route path=path!("/search") view={results::route()} ssr=SsrMode::InOrder />
            <Route path=path!("/watch/:info_hash/:file?") view={watch::route()} ssr=SsrMode::Async />
            <Route path=path!("/sign-in") view={account::route()} ssr=SsrMode::Async />
            <Route path=path!("/sign-up") view={account::route()} ssr=SsrMode::Async />
            <Route path=path!("/forgot") view={account::route()} ssr=SsrMode::Async />
            <Route path=path!("/reset") view={account::route()} ssr=SsrMode::Async />
            <Route path=path!("/account") view={account::route()} ssr=SsrMode::Async />
            <Route path=path!("/history") view={account::route()} ssr=SsrMode::Async />
            <Route path=path!("/admin/:part?") view={admin::route()} ssr=SsrMode::Async />
            <Route path=path!("/rooms") view={rooms::route()} ssr=SsrMode::Async />
            <Route path=path!("/room/:code") view={room_page::route()} ssr=SsrMode::Async />
        </FlatRoutes>
        <DropZone />
        <AddStatus />
        <AccountNotice />
    }
}

/// Preloads a page's code as soon as the pointer is over a link to it or a finger touches one.
fn preload_pages() {
    let over = window_event_listener(leptos::ev::pointerover, |event| {
        let element = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = element.and_then(|element| element.closest("a[href]").ok().flatten());
        let path = link.and_then(|link| link.get_attribute("href")).unwrap_or_default();
        if path.starts_with("/watch/") {
            watch::preload();
        } else if ["/sign-", "/account", "/history"]
            .iter()
            .any(|page| path.starts_with(page))
        {
            account::preload();
        } else if path.starts_with("/rooms") {
            rooms::preload();
        } else if path.starts_with("/room/") {
            room_page::preload();
        } else if path.starts_with("/admin") {
            admin::preload();
        }
    });
    // Focus in the search field announces a search.
    let focused = window_event_listener(leptos::ev::focusin, move |event| {
        let element = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if element.is_some_and(|element| element.get_attribute("name").as_deref() == Some("q")) {
            results::preload();
        }
    });
    on_cleanup(move || {
        over.remove();
        focused.remove();
    });
}
