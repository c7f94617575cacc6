//! `/latest?cursor=`: latest additions to the catalogue, newest first, paginated.

use super::home::latest_item;
use crate::api;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::component::poster_row::RowPoster;
use crate::error::Error;
use crate::i18n::element;
use crate::protocol::{List, Torrent};
use crate::t;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Grid of the latest films, with a link to older ones.
#[component]
pub fn Latest() -> impl IntoView {
    let query = use_query_map();
    let cursor = move || query.with(|query| query.get("cursor"));
    let page = Resource::new(cursor, api::latest);
    view! {
        <Title text=t::latest::title() />
        <Header query=Signal::stored(String::new()) />
        <main id="main" class="latest">
            {element("<h1>", t::latest::title(), "</h1>")}
            <Suspense fallback=Skeleton>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(list) if list.items.is_empty() => view! { <Nothing /> }.into_any(),
                        Ok(list) => view! { <Films list /> }.into_any(),
                        Err(error) => view! { <Failed error /> }.into_any(),
                    }
                })}
            </Suspense>
        </main>
    }
    .into_any()
}

#[component]
fn Films(list: List<Torrent>) -> impl IntoView {
    let older = list.next.map(|next| format!("/latest?cursor={}", api::encode(&next)));
    let films = list.items.into_iter().map(latest_item);
    view! {
        <ul class="poster-grid" aria-label=t::latest::label() data-testid="latest-grid">
            {films.map(|item| view! { <RowPoster item on_remove=None /> }).collect_view()}
        </ul>
        {older.map(|older| view! { <p class="latest-more"><a class="button-quiet" href=older>{t::latest::older()}</a></p> })}
    }
    .into_any()
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <ErrorState
            title=t::latest::empty()
            detail=t::latest::empty_detail()
        >
            <a class="button-primary" href="/">{t::latest::find()}</a>
        </ErrorState>
    }
    .into_any()
}

#[component]
fn Failed(error: Error) -> impl IntoView {
    view! {
        <ErrorState title=error.heading() detail=error.detail>
            <a class="button-primary" href="/latest" rel="external">{t::common::try_again()}</a>
        </ErrorState>
    }
    .into_any()
}

/// Placeholder while the grid is loading.
#[component]
fn Skeleton() -> impl IntoView {
    let place = || view! { <li><div class="poster skeleton"></div></li> };
    view! { <ul class="poster-grid" aria-hidden="true">{(0..18).map(|_| place()).collect_view()}</ul> }.into_any()
}
