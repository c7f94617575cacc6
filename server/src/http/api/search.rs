//! `/api/search`: all at once, or indexer by indexer as they answer.

use crate::{
    http::{
        problem::{Answer, Path, Query},
        responses::{Asking, NotFound, Reading, SearchSent, TooOften},
    },
    search::Resolved,
    state::AppState,
};
use app::{
    backend::Backend,
    protocol::{SearchAnswer, SearchEvent, SearchQuery},
};
use axum::{
    Json,
    extract::State,
    response::{
        IntoResponse, Redirect, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt};
use http::{HeaderValue, header};
use std::convert::Infallible;

/// Asks every indexer and answers when all have.
#[utoipa::path(get, path = "/api/search", tag = "search", security((), ("bearer" = []), ("cookie" = [])), params(SearchQuery),
    responses((status = 200, body = SearchAnswer, description = "What was found, and how each indexer fared"), Reading, TooOften, Asking))]
pub async fn search(State(state): State<AppState>, Query(query): Query<SearchQuery>) -> Answer<Json<SearchAnswer>> {
    Ok(Json(state.search(query).await?))
}

/// The same under the name that other programs expect.
#[utoipa::path(get, path = "/api/torrents/search", tag = "search", security((), ("bearer" = []), ("cookie" = [])), params(SearchQuery),
    responses((status = 200, body = SearchAnswer, description = "What was found, and how each indexer fared"), Reading, TooOften, Asking))]
pub async fn search_torrents(state: State<AppState>, query: Query<SearchQuery>) -> Answer<Json<SearchAnswer>> {
    search(state, query).await
}

/// Server-sent events: `indexers`, then `hits` as each answers, then `done`.
#[utoipa::path(get, path = "/api/search/events", tag = "search", security((), ("bearer" = []), ("cookie" = [])), params(SearchQuery),
    responses((status = 200, content_type = "text/event-stream", body = SearchSent, description = "What is found, as it is found"), Reading, TooOften))]
pub async fn search_events(
    State(state): State<AppState>,
    Query(query): Query<SearchQuery>,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let events = state.search.events(query)?.map(|event| Ok(to_sse(&event)));
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

fn to_sse(event: &SearchEvent) -> Event {
    let name = match event {
        SearchEvent::Indexers { .. } => "indexers",
        SearchEvent::Hits { .. } => "hits",
        SearchEvent::Done { .. } => "done",
    };
    // These types always serialise; an empty event would only be ignored by the page.
    Event::default().event(name).json_data(event).unwrap_or_default()
}

/// The `.torrent` behind a hit whose own address would give the indexer's key away.
#[utoipa::path(get, path = "/api/search/torrent/{token}", tag = "search", security((), ("bearer" = []), ("cookie" = [])), params(("token" = String, Path)),
    responses((status = 200, content_type = "application/x-bittorrent", description = "The file"),
              (status = 303, description = "The indexer answered with a magnet link"),
              Reading, NotFound, TooOften, Asking))]
pub async fn search_torrent(State(state): State<AppState>, Path(token): Path<String>) -> Answer<Response> {
    Ok(match state.search.resolve(&token).await? {
        Resolved::Magnet(link) => Redirect::to(&link).into_response(),
        Resolved::TorrentFile(bytes) => (
            [(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/x-bittorrent"),
            )],
            bytes,
        )
            .into_response(),
    })
}
