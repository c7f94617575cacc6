//! List of the hits on a page, or a placeholder.

use super::found::Found;
use crate::api;
use crate::component::error_state::ErrorState;
use crate::component::search_controls::address;
use crate::component::search_row::SearchRow;
use crate::error::Error;
use crate::i18n::element;
use crate::protocol::*;
use crate::t;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Kind of content to show. It has no further data, so that the list is not rebuilt whenever an indexer responds.
#[derive(Debug, Clone, PartialEq)]
enum Shown {
    Problem(Error),
    Skeleton,
    Nothing,
    Rows,
}

/// Hits on the page, and the number of hits on all pages.
type Page = (Vec<Hit>, usize);

/// List of hits with summary and pagination.
#[component]
pub fn Hits(
    /// Current query of the page.
    query: Memo<SearchQuery>,
    /// State of the search.
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
            <ErrorState title=error.heading() detail=error.detail>
                <a class="button-primary" rel="external" href=move || address(&query.get())>{t::search::again()}</a>
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
        let torrents = total.get() as u64;
        if found.running.get() {
            t::search::torrents_so_far(torrents)
        } else {
            t::search::torrents(torrents)
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

/// Keeps the keyboard focus on the same film. Must be called before the rows change, because the elements are reused
/// for other hits.
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
            // The film is now on another page; its element shows another one.
            None => focused.blur(),
        };
    });
}

/// Link that reloads the page for late indexers, for browsers without JavaScript.
fn ask_again() -> AnyView {
    let link = element(
        "<noscript><p class=\"search-summary\"><a class=\"button-link\" href=\"\">",
        t::search::not_all(),
        "</a></p></noscript>",
    );
    view! { <div>{link}</div> }.into_any()
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
            <nav class="pages" aria-label=t::search::pages()>
                {(page > 1).then(|| view! { <a class="button-quiet" href=to(page - 1)>{t::search::previous()}</a> })}
                <span>{t::search::page_of(t::search::PageOf { page: page.into(), last: last.into() })}</span>
                {(page < last).then(|| view! { <a class="button-quiet" href=to(page + 1)>{t::search::next()}</a> })}
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
    let title = t::search::nothing_for(&query.query);
    if is_filtered {
        view! {
            <ErrorState title detail=t::search::nothing_filtered()>
                <a class="button-primary" href=address(&all)>{t::search::show_everything()}</a>
            </ErrorState>
        }
    } else {
        view! {
            <ErrorState title detail=t::search::nothing_advice()>
                <a class="button-primary" href="/">{t::common::go_home()}</a>
            </ErrorState>
        }
    }
}

/// Placeholder until the first indexer responds.
#[component]
pub fn SkeletonHits() -> impl IntoView {
    view! {
        <ul class="hits" aria-hidden="true">
            {(0..8).map(|_| view! { <li class="hit"><div class="skeleton skeleton-hit"></div></li> }).collect_view()}
        </ul>
    }
    .into_any()
}
