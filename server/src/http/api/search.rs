//! `/api/search`: all results at once, or indexer by indexer as they respond.

use crate::{
    http::{
        auth::CurrentCaller,
        problem::{Answer, Path, Query},
        responses::{CrossSite, NotFound, ReadErrors, SearchSse, TooOften, UpstreamErrors},
    },
    limits,
    search::Resolved,
    state::AppState,
};
use app::{
    backend::Backend,
    protocol::{SearchAnswer, SearchEvent, SearchQuery},
};
use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
    response::{
        IntoResponse, Redirect, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt};
use http::{HeaderValue, header};
use std::convert::Infallible;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Returns the routes of searches.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(search))
        .routes(routes!(search_torrents))
        .routes(routes!(search_events))
        .routes(routes!(search_torrent))
        .layer(DefaultBodyLimit::max(limits::JSON_BODY_BYTES))
}

/// Searches all indexers and responds when all of them have.
#[utoipa::path(get, path = "/api/search", tag = "search", security((), ("bearer" = []), ("cookie" = [])), params(SearchQuery),
    responses((status = 200, body = SearchAnswer, description = "What was found, and how each indexer fared"), ReadErrors, CrossSite, TooOften, UpstreamErrors))]
pub async fn search(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Query(query): Query<SearchQuery>,
) -> Answer<Json<SearchAnswer>> {
    Ok(Json(state.search(&caller, query).await?))
}

/// Searches all indexers, under the path that other programs expect.
#[utoipa::path(get, path = "/api/torrents/search", tag = "search", security((), ("bearer" = []), ("cookie" = [])), params(SearchQuery),
    responses((status = 200, body = SearchAnswer, description = "What was found, and how each indexer fared"), ReadErrors, CrossSite, TooOften, UpstreamErrors))]
pub async fn search_torrents(
    state: State<AppState>,
    caller: CurrentCaller,
    query: Query<SearchQuery>,
) -> Answer<Json<SearchAnswer>> {
    search(state, caller, query).await
}

/// Searches as server-sent events: `indexers`, then `hits` as each indexer responds, then `done`.
#[utoipa::path(get, path = "/api/search/events", tag = "search", security((), ("bearer" = []), ("cookie" = [])), params(SearchQuery),
    responses((status = 200, content_type = "text/event-stream", body = SearchSse, description = "What is found, as it is found"), ReadErrors, CrossSite, TooOften))]
pub async fn search_events(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Query(query): Query<SearchQuery>,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let events = state.search_events(&caller, query).await?;
    Ok(Sse::new(events.map(|event| Ok(to_sse(&event)))).keep_alive(KeepAlive::default()))
}

fn to_sse(event: &SearchEvent) -> Event {
    let name = match event {
        SearchEvent::Indexers { .. } => "indexers",
        SearchEvent::Hits { .. } => "hits",
        SearchEvent::Done { .. } => "done",
    };
    // These types always serialise; the page would ignore an empty event.
    Event::default().event(name).json_data(event).unwrap_or_default()
}

/// Downloads the `.torrent` of a search result whose own URL would reveal the indexer's key.
#[utoipa::path(get, path = "/api/search/torrent/{token}", tag = "search", security((), ("bearer" = []), ("cookie" = [])), params(("token" = String, Path)),
    responses((status = 200, content_type = "application/x-bittorrent", description = "The file"),
              (status = 303, description = "The indexer answered with a magnet link"),
              ReadErrors, CrossSite, NotFound, TooOften, UpstreamErrors))]
pub async fn search_torrent(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Path(token): Path<String>,
) -> Answer<Response> {
    Ok(match state.follow_link(&caller, &token).await? {
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
