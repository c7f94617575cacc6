//! `/api/watch-history`, `/api/history`, `/api/popular`.

use crate::{
    http::{
        auth::CurrentCaller,
        problem::{Answer, Body, Path, Query},
        responses::{BodyErrors, NotFound, ReadErrors, WriteErrors},
    },
    limits,
    state::AppState,
};
use app::{
    backend::Backend,
    error::Error,
    protocol::{HistoryItem, InfoHash, List, PopularItem, WatchProgress, Window},
    t,
};
use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
};
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Returns the routes of watch progress, history and ranking.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(save_progress))
        .routes(routes!(history, delete_all))
        .routes(routes!(delete_one))
        .routes(routes!(popular))
        .layer(DefaultBodyLimit::max(limits::JSON_BODY_BYTES))
}

/// Saves the viewer's position in a file.
#[utoipa::path(post, path = "/api/watch-history", tag = "watching", security((), ("bearer" = []), ("cookie" = [])), request_body = WatchProgress,
    responses((status = 204, description = "Noted"), WriteErrors, BodyErrors))]
pub async fn save_progress(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Body(progress): Body<WatchProgress>,
) -> Answer<StatusCode> {
    state.save_progress(&caller, progress).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Filter and pagination of the history.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// The `next` cursor of the previous page.
    #[param(pattern = r"^[0-9]{1,18}\.[0-9a-f]{32}$")]
    cursor: Option<String>,
    /// Only this torrent's files: all on one page, and without `cursor` and `query`.
    info_hash: Option<InfoHash>,
    /// Only entries with this text in the torrent's name or the file's path, ignoring case.
    #[param(max_length = 200, example = "bunny")]
    query: Option<String>,
}

/// Lists the viewer's watch history, latest first.
#[utoipa::path(get, path = "/api/history", tag = "watching", security((), ("bearer" = []), ("cookie" = [])), params(HistoryQuery),
    responses((status = 200, body = List<HistoryItem>, description = "A page of it"), ReadErrors))]
pub async fn history(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Query(query): Query<HistoryQuery>,
) -> Answer<Json<List<HistoryItem>>> {
    Ok(Json(match query.info_hash {
        Some(_) if query.query.is_some() => {
            return Err(Error::invalid("query", t::server_http::one_or_text()).into());
        }
        Some(_) if query.cursor.is_some() => {
            return Err(Error::invalid("cursor", t::server_http::one_page()).into());
        }
        Some(info_hash) => List::whole(state.progress(&caller, info_hash).await?),
        None => state.history(&caller, query.query, query.cursor).await?,
    }))
}

/// Removes one entry of the viewer's history.
#[utoipa::path(delete, path = "/api/history/{id}", tag = "watching", security((), ("bearer" = []), ("cookie" = [])), params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "It is gone"), WriteErrors, NotFound))]
pub async fn delete_one(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Path(id): Path<uuid::Uuid>,
) -> Answer<StatusCode> {
    state.delete_history(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Entries to remove.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClearQuery {
    /// Only this torrent's entries.
    info_hash: Option<InfoHash>,
}

/// Removes the viewer's whole history, or only the entries of one torrent.
#[utoipa::path(delete, path = "/api/history", tag = "watching", security((), ("bearer" = []), ("cookie" = [])), params(ClearQuery),
    responses((status = 204, description = "It is gone"), WriteErrors))]
pub async fn delete_all(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Query(query): Query<ClearQuery>,
) -> Answer<StatusCode> {
    state.clear_history(&caller, query.info_hash).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Time window of the ranking.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PopularQuery {
    /// Time window over which viewers are counted.
    #[serde(default)]
    window: Window,
}

/// Lists the most watched films, by number of distinct viewers.
#[utoipa::path(get, path = "/api/popular", tag = "watching", security((), ("bearer" = []), ("cookie" = [])), params(PopularQuery),
    responses((status = 200, body = List<PopularItem>, description = "The most watched"), ReadErrors))]
pub async fn popular(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Query(query): Query<PopularQuery>,
) -> Answer<Json<List<PopularItem>>> {
    Ok(Json(state.popular(&caller, query.window).await?))
}
