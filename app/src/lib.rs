//! Everything that both sides compile: the protocol, the pages, and the one trait that the server implements.

pub mod error;
pub mod protocol;

#[cfg(feature = "ssr")]
pub mod backend;

pub mod api;

// Pure parts of the pages, in the order of a visit.
pub mod art;
pub mod input;
pub mod pieces;
pub mod search;
pub mod start;
pub mod text;
pub mod title;
pub mod tree;

pub mod client;
pub mod component;
pub mod page;

use component::add_status::AddStatus;
use component::drop_zone::DropZone;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};
use wasm_bindgen::JsCast;

use page::{home::Home, not_found::NotFound, search::Search, watch};

/// Takes the visitor's choice of theme before the first paint, so that nothing flashes; and notes when a film that is
/// part of the page has its first picture, which may be before the rest of the page is alive.
const FIRST_SCRIPT: &str = "try{let t=localStorage.theme;if(t)document.documentElement.dataset.theme=t}catch{}\
    addEventListener('loadeddata',()=>window.__matinee_loaded??=performance.now(),true)";

/// The whole document, as the server sends it.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="dark light" />
                <meta name="theme-color" content="#0b0a0f" media="(prefers-color-scheme: dark)" />
                <meta name="theme-color" content="#f7f5f2" media="(prefers-color-scheme: light)" />
                <script nonce=leptos::nonce::use_nonce()>{FIRST_SCRIPT}</script>
                <HashedStylesheet options=options.clone() />
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

/// The pages and what lies over all of them.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Matinee".into() } else { format!("{title} · Matinee") } />
        <Router>
            <Pages />
        </Router>
    }
}

/// Inside the router: what the pages share needs to navigate.
#[component]
fn Pages() -> impl IntoView {
    provide_context(client::add::Adder::new());
    Effect::new(move |_| preload_watch());
    view! {
        <a class="skip-link" href="#main">"Skip to the content"</a>
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/") view=Home ssr=SsrMode::Async />
            // In order: the page's head is there at once, results follow when the slowest indexer has answered.
            <Route path=path!("/search") view=Search ssr=SsrMode::InOrder />
            <Route path=path!("/watch/:info_hash/:file?") view={watch::route()} ssr=SsrMode::Async />
        </FlatRoutes>
        <DropZone />
        <AddStatus />
    }
}

/// A pointer over a film, or a finger on it, announces the watch page: its code may as well be on its way.
fn preload_watch() {
    let over = window_event_listener(leptos::ev::pointerover, |event| {
        let element = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = element.and_then(|element| element.closest("a[href^='/watch/']").ok().flatten());
        if link.is_some() {
            watch::preload();
        }
    });
    on_cleanup(move || over.remove());
}
