//! The hits of one page, or what is shown in their place.

use super::found::Found;
use crate::api;
use crate::component::error_state::ErrorState;
use crate::component::search_controls::address;
use crate::component::search_row::SearchRow;
use crate::error::Error;
use crate::protocol::*;
use crate::text;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// What is shown. No more than that, so that the list is not made afresh by each indexer that answers.
#[derive(Debug, Clone, PartialEq)]
enum Shown {
    Problem(Error),
    Skeleton,
    Nothing,
    Rows,
}

/// Hits of the page, and how many there are on all pages.
type Page = (Vec<Hit>, usize);

/// The list, its summary, and the way to its other pages.
#[component]
pub fn Hits(
    /// The search that the page is for.
    query: Memo<SearchQuery>,
    /// What is known of it.
    found: Found,
) -> impl IntoView {
    let page = Memo::new(move |_| query.with(|query| found.page(query)));
    let shown = Memo::new(move |_| {
        if let Some(error) = found.problem.get() {
            return Shown::Problem(error);
        }
        match (page.with(|(hits, _)| hits.is_empty()), found.running.get()) {
            (false, _) => Shown::Rows,
            (true, true) => Shown::Skeleton,
            (true, false) => Shown::Nothing,
        }
    });
    move || match shown.get() {
        Shown::Problem(error) => view! {
            <ErrorState title=error.title detail=error.detail>
                <a class="button-primary" rel="external" href=move || address(&query.get())>"Search again"</a>
            </ErrorState>
        }
        .into_any(),
        Shown::Skeleton => view! {
            {ask_again()}
            <SkeletonHits />
        }
        .into_any(),
        Shown::Nothing => view! { <NothingFound query=query.get() /> }.into_any(),
        Shown::Rows => view! { <Rows query found page /> }.into_any(),
    }
}

#[component]
fn Rows(query: Memo<SearchQuery>, found: Found, page: Memo<Page>) -> impl IntoView {
    let total = Memo::new(move |_| page.with(|(_, total)| *total));
    let summary = move || {
        let summary = text::plural(total.get() as u64, "torrent", "torrents");
        if found.running.get() {
            format!("{summary} so far")
        } else {
            summary
        }
    };
    let rows = move || {
        keep_focus();
        let (words, now) = (query.with(|query| query.query.clone()), api::now());
        page.with(|(hits, _)| {
            let most_seeders = hits.iter().filter_map(|hit| hit.seeders).max().unwrap_or(0);
            let row = |hit: &Hit| view! { <SearchRow hit=hit.clone() query=words.clone() now most_seeders /> };
            hits.iter().map(row).collect_view()
        })
    };
    view! {
        <p class="search-summary" role="status">{summary}</p>
        {move || found.running.get().then(ask_again)}
        <ol class="hits">{rows}</ol>
        {move || view! { <Pages query=query.get() total=total.get() /> }}
    }
    .into_any()
}

/// To be called before rows change: elements stay where they are and get other hits. Whoever has come to a film by the
/// keyboard stays with it, before they press another key.
fn keep_focus() {
    if cfg!(feature = "ssr") {
        return;
    }
    let key_of = |row: &Element| row.get_attribute("data-hit");
    let focused = document().active_element();
    let Some(focused) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let Some(key) = focused.closest(".hit").ok().flatten().and_then(|row| key_of(&row)) else {
        return;
    };
    let way = if focused.class_list().contains("hit-room") {
        ".hit-room"
    } else {
        ".hit-watch"
    };
    queue_microtask(move || {
        let Ok(rows) = document().query_selector_all(".hit") else {
            return;
        };
        let row = (0..rows.length())
            .filter_map(|index| rows.get(index)?.dyn_into::<Element>().ok())
            .find(|row| key_of(row).as_deref() == Some(&key));
        let there = row.and_then(|row| row.query_selector(way).ok().flatten()?.dyn_into::<HtmlElement>().ok());
        let _ = match there {
            Some(there) => there.focus(),
            // It is on another page now: what took its place is another film.
            None => focused.blur(),
        };
    });
}

/// The way to what indexers say later, for whoever has no JavaScript: the same address once more.
fn ask_again() -> AnyView {
    view! {
        <div>
            <noscript>
                <p class="search-summary">
                    <a class="button-link" href="">"Some indexers have not answered yet. Load the page again in a moment."</a>
                </p>
            </noscript>
        </div>
    }
    .into_any()
}

#[component]
fn Pages(query: SearchQuery, total: usize) -> impl IntoView {
    let page = query.page.unwrap_or(1).max(1);
    let last = u32::try_from(total.div_ceil(HITS_PER_PAGE)).unwrap_or(u32::MAX);
    let to = |page: u32| {
        address(&SearchQuery {
            page: Some(page),
            ..query.clone()
        })
    };
    (last > 1).then(|| {
        view! {
            <nav class="pages" aria-label="Pages">
                {(page > 1).then(|| view! { <a class="button-quiet" href=to(page - 1)>"Previous"</a> })}
                <span>{format!("Page {page} of {last}")}</span>
                {(page < last).then(|| view! { <a class="button-quiet" href=to(page + 1)>"Next"</a> })}
            </nav>
        }
    })
}

#[component]
fn NothingFound(query: SearchQuery) -> impl IntoView {
    let is_filtered = query.category.is_some() || query.indexer.is_some() || query.page.is_some_and(|page| page > 1);
    let all = SearchQuery {
        query: query.query.clone(),
        sort: query.sort,
        ..SearchQuery::default()
    };
    let title = format!("Nothing found for “{}”", query.query);
    if is_filtered {
        view! {
            <ErrorState title detail="Nothing passes these filters.">
                <a class="button-primary" href=address(&all)>"Show everything"</a>
            </ErrorState>
        }
    } else {
        view! {
            <ErrorState title detail="Try fewer words, or the film's original title. A magnet link or a .torrent address works in the field too.">
                <a class="button-primary" href="/">"Go home"</a>
            </ErrorState>
        }
    }
}

/// Keeps the list's place while the first indexer answers.
#[component]
pub fn SkeletonHits() -> impl IntoView {
    view! {
        <ul class="hits" aria-hidden="true">
            {(0..8).map(|_| view! { <li class="hit"><div class="skeleton skeleton-hit"></div></li> }).collect_view()}
        </ul>
    }
    .into_any()
}
