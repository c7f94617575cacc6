//! `/search?q=&category=&indexer=&sort=&page=`: results, as each indexer answers.
//!
//! Sent with the whole answer, so that it needs no JavaScript; once alive, another search is followed event by event.

mod found;
mod hits;
mod route;

use crate::api;
use crate::client::add::adder;
use crate::client::keyboard::is_typing;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::component::indexer_strip::IndexerStrip;
use crate::component::live_title::LiveTitle;
use crate::component::search_controls::{SearchControls, address, category_named, sort_named};
use crate::error::Result;
use crate::input::Input;
use crate::protocol::*;
use found::{Followed, Found};
use hits::{Hits, SkeletonHits};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

pub use route::{preload, route};

/// The results page.
#[component]
pub fn Search() -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| {
        params.with(|params| SearchQuery {
            query: params.get("q").unwrap_or_default().trim().to_owned(),
            category: params.get_str("category").and_then(category_named),
            indexer: params.get("indexer").filter(|name| !name.is_empty()),
            sort: params.get_str("sort").map_or(Sort::Relevance, sort_named),
            page: params.get_str("page").and_then(|page| page.parse().ok()),
        })
    });
    let words = Signal::derive(move || query.with(|query| query.query.clone()));
    let first = Resource::new(
        || (),
        move |()| {
            let query = query.get_untracked();
            async move {
                let answer = match Input::of(&query.query) {
                    Input::Words(_) => api::whole_search(query.clone()).await,
                    _ => None,
                };
                (query, answer)
            }
        },
    );
    view! {
        <LiveTitle text=move || words.with(|words| if words.is_empty() { "Search".to_owned() } else { words.clone() }) />
        <Header query=words />
        <main id="main" class="search">
            <h1 class="sr-only">{move || words.with(|words| format!("Results for “{words}”"))}</h1>
            <Suspense fallback=SkeletonHits>
                {move || Suspend::new(async move {
                    let (asked, answer) = first.await;
                    view! { <Answer query asked answer /> }
                })}
            </Suspense>
        </main>
    }
    .into_any()
}

#[component]
fn Answer(query: Memo<SearchQuery>, asked: SearchQuery, answer: Option<Result<SearchAnswer>>) -> impl IntoView {
    let found = Found::new(asked, answer);
    Effect::new(move |_| {
        let query = query.get();
        if !matches!(Input::of(&query.query), Input::Words(_)) {
            return;
        }
        found.now.set_value(query.clone());
        let is_answered = found.answered.with_value(|answered| answered.as_ref() == Some(&query));
        let is_followed = found.followed.get_value() == Some(Followed::by(&query));
        if !is_answered && !is_followed {
            found.ask(&query);
        }
    });
    Effect::new(move |_| {
        let keys = window_event_listener(leptos::ev::keydown, walk_rows);
        on_cleanup(move || keys.remove());
    });
    let adder = adder();
    let change = Callback::new(move |to: SearchQuery| adder.stay(&address(&to)));
    let indexers = Signal::derive(move || found.chips.get().into_iter().map(|chip| chip.name).collect::<Vec<_>>());
    let kind = Memo::new(move |_| Input::of(&query.with(|query| query.query.clone())));
    move || match kind.get() {
        Input::Words(_) => view! {
            <IndexerStrip chips=found.chips />
            <SearchControls query indexers on_change=change />
            <Hits query found />
        }
        .into_any(),
        other => view! { <NotWords input=other /> }.into_any(),
    }
}

/// A magnet link, a hash, an address, or nothing at all in the field.
#[component]
fn NotWords(input: Input) -> impl IntoView {
    let path = input.path();
    match input {
        Input::Nothing | Input::Words(_) => view! {
            <ErrorState title="What are you looking for?" detail="Type a film's title above, or paste a magnet link.">
                <a class="button-quiet" href="/">"Go home"</a>
            </ErrorState>
        },
        Input::Unusable(why) => view! {
            <ErrorState title="This link does not work" detail=why>
                <a class="button-quiet" href="/">"Go home"</a>
            </ErrorState>
        },
        Input::Magnet { .. } | Input::Hash(_) => view! {
            <ErrorState title="That is a torrent" detail="There is nothing to search for: it can be watched at once.">
                <a class="button-primary" href=path.unwrap_or_default()>"Watch this torrent"</a>
            </ErrorState>
        },
        Input::Url(url) => {
            let adder = adder();
            view! {
                <ErrorState title="That is an address" detail="If a .torrent file is there, it can be watched at once. This needs JavaScript.">
                    <button class="button-primary" type="button" on:click=move |_| adder.follow(Input::Url(url.clone()))>
                        "Watch this torrent"
                    </button>
                </ErrorState>
            }
        }
    }
}

/// Up and down, or k and j, go from row to row; Enter is the focused link's own; w makes a room with its film.
fn walk_rows(event: KeyboardEvent) {
    if event.key() == "w" && !is_typing(&event) {
        let row = document()
            .active_element()
            .and_then(|element| element.closest(".hit").ok().flatten());
        let button = row
            .filter(|_| !event.repeat())
            .and_then(|row| row.query_selector(".hit-room").ok().flatten());
        if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            event.prevent_default();
            button.click();
        }
        return;
    }
    let step = match event.key().as_str() {
        "ArrowDown" | "j" => 1,
        "ArrowUp" | "k" => -1,
        _ => return,
    };
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let focused = document().active_element();
    let tag = focused.as_ref().map(|element| element.tag_name()).unwrap_or_default();
    // From the field, down goes to the first row; letters are typed.
    if tag == "SELECT" || (tag == "INPUT" && event.key() != "ArrowDown") {
        return;
    }
    let Ok(list) = document().query_selector_all(".hit-watch") else {
        return;
    };
    let rows: Vec<HtmlElement> = (0..list.length())
        .filter_map(|index| list.get(index)?.dyn_into().ok())
        .collect();
    let here = rows
        .iter()
        .position(|row| focused.as_ref().is_some_and(|element| row.is_same_node(Some(element))));
    let next = match here {
        Some(here) => here.saturating_add_signed(step),
        None => 0,
    };
    if let Some(row) = rows.get(next) {
        event.prevent_default();
        let _ = row.focus();
    }
}
