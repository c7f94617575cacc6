//! Invites, filters and ingest keys: lists that an admin adds to and removes from.

use super::Page;
use crate::{
    http::{
        auth::{Admin, CurrentViewer},
        problem::{Answer, Body, Path, Query},
        responses::{BodyErrors, Conflict, Forbidden, NotFound, ReadErrors, TooOften, WriteErrors},
    },
    state::AppState,
};
use app::protocol::{Filter, IngestKey, Invite, List, MadeIngestKey, NewFilter, NewIngestKey, NewInvite};
use axum::{Json, extract::State};
use http::StatusCode;
use uuid::Uuid;

/// Lists the invites, newest first, including those that are used up or expired.
#[utoipa::path(get, path = "/api/admin/invites", tag = "admin", params(Page), security(("admin" = [])),
    responses((status = 200, body = List<Invite>, description = "A page of them"), ReadErrors, Forbidden, TooOften))]
pub async fn list_invites(
    State(state): State<AppState>,
    _admin: Admin,
    Query(page): Query<Page>,
) -> Answer<Json<List<Invite>>> {
    Ok(Json(state.invites(page.cursor.as_deref()).await?))
}

/// Creates an invite code.
#[utoipa::path(post, path = "/api/admin/invites", tag = "admin", security(("admin" = [])),
    request_body(content = NewInvite, example = json!({ "note": "for Grace", "uses": 1, "days": 7 })),
    responses((status = 201, body = Invite, description = "The invite"), WriteErrors, BodyErrors, TooOften, Conflict))]
pub async fn make_invite(
    State(state): State<AppState>,
    _admin: Admin,
    CurrentViewer(viewer): CurrentViewer,
    Body(new): Body<NewInvite>,
) -> Answer<(StatusCode, Json<Invite>)> {
    let created_by = viewer.account().map(|account| account.id);
    Ok((StatusCode::CREATED, Json(state.make_invite(new, created_by).await?)))
}

/// Revokes an invite.
///
/// Accounts that were created with it stay.
#[utoipa::path(delete, path = "/api/admin/invites/{id}", tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 204, description = "It is gone"), WriteErrors, TooOften, NotFound))]
pub async fn delete_invite(State(state): State<AppState>, _admin: Admin, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    state.delete_invite(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the filters, newest first.
#[utoipa::path(get, path = "/api/admin/filters", tag = "admin", params(Page), security(("admin" = [])),
    responses((status = 200, body = List<Filter>, description = "A page of them"), ReadErrors, Forbidden, TooOften))]
pub async fn list_filters(
    State(state): State<AppState>,
    _admin: Admin,
    Query(page): Query<Page>,
) -> Answer<Json<List<Filter>>> {
    Ok(Json(state.filters(page.cursor.as_deref()).await?))
}

/// Creates a filter.
///
/// Torrents that it blocks are no longer found, ingested, added or opened; running ones are stopped within a second, on
/// other nodes within half a minute.
#[utoipa::path(post, path = "/api/admin/filters", tag = "admin", request_body = NewFilter, security(("admin" = [])),
    responses((status = 201, body = Filter, description = "The filter, as it is kept"), WriteErrors, BodyErrors, TooOften, Conflict))]
pub async fn make_filter(
    State(state): State<AppState>,
    _admin: Admin,
    Body(new): Body<NewFilter>,
) -> Answer<(StatusCode, Json<Filter>)> {
    Ok((StatusCode::CREATED, Json(state.make_filter(new).await?)))
}

/// Removes a filter.
#[utoipa::path(delete, path = "/api/admin/filters/{id}", tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 204, description = "It is gone"), WriteErrors, TooOften, NotFound))]
pub async fn delete_filter(State(state): State<AppState>, _admin: Admin, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    state.delete_filter(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the keys for `POST /api/ingest` that were created here, newest first.
///
/// Keys from the configuration are not listed.
#[utoipa::path(get, path = "/api/admin/ingest-keys", tag = "admin", params(Page), security(("admin" = [])),
    responses((status = 200, body = List<IngestKey>, description = "A page of them"), ReadErrors, Forbidden, TooOften))]
pub async fn list_ingest_keys(
    State(state): State<AppState>,
    _admin: Admin,
    Query(page): Query<Page>,
) -> Answer<Json<List<IngestKey>>> {
    Ok(Json(state.ingest_keys(page.cursor.as_deref()).await?))
}

/// Creates an ingest key.
///
/// Only this response ever shows it.
#[utoipa::path(post, path = "/api/admin/ingest-keys", tag = "admin", request_body = NewIngestKey, security(("admin" = [])),
    responses((status = 201, body = MadeIngestKey, description = "The key"), WriteErrors, BodyErrors, TooOften, Conflict))]
pub async fn make_ingest_key(
    State(state): State<AppState>,
    _admin: Admin,
    Body(new): Body<NewIngestKey>,
) -> Answer<(StatusCode, Json<MadeIngestKey>)> {
    Ok((StatusCode::CREATED, Json(state.make_ingest_key(new).await?)))
}

/// Revokes an ingest key, with immediate effect.
#[utoipa::path(delete, path = "/api/admin/ingest-keys/{id}", tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 204, description = "It is revoked"), WriteErrors, TooOften, NotFound))]
pub async fn delete_ingest_key(
    State(state): State<AppState>,
    _admin: Admin,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    state.delete_ingest_key(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
