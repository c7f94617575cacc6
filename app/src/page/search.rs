//! `/search?q=&category=&indexer=&sort=&page=`: search results, shown as indexers respond.
//!
//! Rendered with the whole response, so that it works without JavaScript; after hydration, further searches are
//! streamed as server-sent events.

mod found;
mod hits;

use crate::api;
use crate::client::add::adder;
use crate::client::keyboard::is_typing;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::component::indexer_strip::IndexerStrip;
use crate::component::live_title::LiveTitle;
use crate::component::search_controls::{SearchControls, address, category_named, sort_named};
use crate::component::watch_together::{Together, TogetherDialog};
use crate::error::Result;
use crate::input::Input;
use crate::own_link::OwnLink;
use crate::protocol::*;
use crate::t;
use found::{Found, StreamRequest};
use hits::{Hits, SkeletonHits};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

super::lazy::lazy_page!(Search as SearchRoute);

/// Search results page.
#[component]
pub fn Search() -> impl IntoView {
    let params = use_query_map();
    let together = Together::provide();
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
    // Blocks the response on the rate limit alone, so that exceeding it sets the HTTP status rather than only showing a
    // message.
    let admitted = Resource::new_blocking(
        || (),
        move |()| {
            let is_words = matches!(Input::of(&query.get_untracked().query), Input::Words(_));
            async move {
                match is_words {
                    true => api::admit_search().await,
                    false => Ok(()),
                }
            }
        },
    );
    let first = Resource::new(
        || (),
        move |()| {
            let query = query.get_untracked();
            async move {
                let answer = match (Input::of(&query.query), admitted.await) {
                    (Input::Words(_), Ok(())) => api::whole_search(query.clone()).await,
                    (Input::Words(_), Err(refusal)) => Some(Err(refusal)),
                    _ => None,
                };
                (query, answer)
            }
        },
    );
    view! {
        <LiveTitle text=move || words.with(|words| if words.is_empty() { t::search::title().to_owned() } else { words.clone() }) />
        <Header query=words />
        <main id="main" class="search">
            <h1 class="sr-only">{move || words.with(|words| t::search::results_for(words))}</h1>
            <Suspense fallback=SkeletonHits>
                {move || Suspend::new(async move {
                    let (asked, answer) = first.await;
                    view! { <Answer query asked answer /> }
                })}
            </Suspense>
        </main>
        <TogetherDialog together />
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
        let is_followed = found.followed.get_value() == Some(StreamRequest::by(&query));
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

/// Shown if the query is a magnet link, an info hash, a URL, or empty.
#[component]
fn NotWords(input: Input) -> impl IntoView {
    let path = input.path();
    match input {
        Input::Nothing | Input::Words(_) => view! {
            <ErrorState title=t::search::empty() detail=t::search::empty_detail()>
                <a class="button-quiet" href="/">{t::common::go_home()}</a>
            </ErrorState>
        },
        Input::Unusable(why) => view! {
            <ErrorState title=t::search::unusable() detail=why>
                <a class="button-quiet" href="/">{t::common::go_home()}</a>
            </ErrorState>
        },
        Input::Own(OwnLink::Room { .. }) => view! {
            <ErrorState title=t::search::room() detail=t::search::room_detail()>
                <a class="button-primary" href=path.unwrap_or_default()>{t::search::go_to_room()}</a>
            </ErrorState>
        },
        Input::Magnet { .. } | Input::Hash(_) | Input::Own(_) => view! {
            <ErrorState title=t::search::torrent() detail=t::search::torrent_detail()>
                <a class="button-primary" href=path.unwrap_or_default()>{t::search::watch_torrent()}</a>
            </ErrorState>
        },
        Input::Url(url) => {
            let adder = adder();
            view! {
                <ErrorState title=t::search::address() detail=t::search::address_detail()>
                    <button class="button-primary" type="button" on:click=move |_| adder.follow(Input::Url(url.clone()))>
                        {t::search::watch_torrent()}
                    </button>
                </ErrorState>
            }
        }
    }
}

/// Keyboard navigation: arrow keys or j and k move between rows, Enter follows the focused link, w creates a room with
/// the film.
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
    // In the search field only the down arrow moves, to the first row; letters are typed.
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
