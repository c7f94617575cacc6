//! `/api/watch-history`, `/api/history`, `/api/popular`.

use crate::{
    error::Error as ServerError,
    http::{
        auth::CurrentViewer,
        problem::{Answer, Body, Path, Query},
        responses::{NotFound, Reading, Taking, Writing},
    },
    state::AppState,
};
use app::{
    backend::Backend,
    error::Error,
    protocol::{HistoryItem, InfoHash, List, PopularItem, WatchProgress, Window},
};
use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;

/// Notes where the viewer is in a file.
#[utoipa::path(post, path = "/api/watch-history", tag = "watching", security((), ("bearer" = []), ("cookie" = [])), request_body = WatchProgress,
    responses((status = 204, description = "Noted"), Writing, Taking))]
pub async fn save_progress(
    State(state): State<AppState>,
    CurrentViewer(viewer): CurrentViewer,
    Body(progress): Body<WatchProgress>,
) -> Answer<StatusCode> {
    state.save_progress(&viewer, progress).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which part of the history.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// The `next` of the page before.
    #[param(pattern = r"^[0-9]{1,18}\.[0-9a-f]{32}$")]
    cursor: Option<String>,
    /// Only this torrent's files: all in one page, and with neither of the other two.
    info_hash: Option<InfoHash>,
    /// Only lines with this text in the torrent's name or the file's path, in whatever case.
    #[param(max_length = 200, example = "bunny")]
    query: Option<String>,
}

/// The viewer's history, latest first.
#[utoipa::path(get, path = "/api/history", tag = "watching", security((), ("bearer" = []), ("cookie" = [])), params(HistoryQuery),
    responses((status = 200, body = List<HistoryItem>, description = "A page of it"), Reading))]
pub async fn history(
    State(state): State<AppState>,
    CurrentViewer(viewer): CurrentViewer,
    Query(query): Query<HistoryQuery>,
) -> Answer<Json<List<HistoryItem>>> {
    Ok(Json(match query.info_hash {
        Some(_) if query.query.is_some() => {
            return Err(Error::invalid("query", "Ask for one torrent's lines or for a text, not for both.").into());
        }
        Some(_) if query.cursor.is_some() => {
            return Err(Error::invalid("cursor", "One torrent's lines are one page, without a `next`.").into());
        }
        Some(info_hash) => List::whole(state.progress(&viewer, info_hash).await?),
        None => state.history(&viewer, query.query, query.cursor).await?,
    }))
}

/// Removes one line of the viewer's history.
#[utoipa::path(delete, path = "/api/history/{id}", tag = "watching", security((), ("bearer" = []), ("cookie" = [])), params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "It is gone"), Writing, NotFound))]
pub async fn delete_one(
    State(state): State<AppState>,
    CurrentViewer(viewer): CurrentViewer,
    Path(id): Path<uuid::Uuid>,
) -> Answer<StatusCode> {
    let deleted = state
        .db
        .delete_history(&viewer.key(), id)
        .await
        .map_err(ServerError::from)?;
    if deleted {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::not_found("Your history has no such line.").into())
    }
}

/// What is to be removed.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClearQuery {
    /// Only this torrent's lines.
    info_hash: Option<InfoHash>,
}

/// Removes the viewer's whole history, or what it has of one torrent.
#[utoipa::path(delete, path = "/api/history", tag = "watching", security((), ("bearer" = []), ("cookie" = [])), params(ClearQuery),
    responses((status = 204, description = "It is gone"), Writing))]
pub async fn delete_all(
    State(state): State<AppState>,
    CurrentViewer(viewer): CurrentViewer,
    Query(query): Query<ClearQuery>,
) -> Answer<StatusCode> {
    state
        .db
        .clear_history(&viewer.key(), query.info_hash)
        .await
        .map_err(ServerError::from)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The stretch of time.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PopularQuery {
    /// Over which viewers are counted.
    #[serde(default)]
    window: Window,
}

/// What is watched most, by distinct viewers.
#[utoipa::path(get, path = "/api/popular", tag = "watching", security((), ("bearer" = []), ("cookie" = [])), params(PopularQuery),
    responses((status = 200, body = List<PopularItem>, description = "The most watched"), Reading))]
pub async fn popular(
    State(state): State<AppState>,
    Query(query): Query<PopularQuery>,
) -> Answer<Json<List<PopularItem>>> {
    Ok(Json(state.popular(query.window).await?))
}
