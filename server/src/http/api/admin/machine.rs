//! Indexers and the disk.

use crate::{
    http::{
        auth::Admin,
        problem::{Answer, Path},
        responses::{Forbidden, NotFound, ReadErrors, TooOften, WriteErrors},
    },
    state::AppState,
};
use app::protocol::{AdminIndexer, DiskUse, IndexerTest, List};
use axum::{Json, extract::State};

/// Lists the configured indexers, without their keys.
#[utoipa::path(get, path = "/api/admin/indexers", tag = "admin", security(("admin" = [])),
    responses((status = 200, body = List<AdminIndexer>, description = "All of them"), ReadErrors, Forbidden, TooOften))]
pub async fn list_indexers(State(state): State<AppState>, _admin: Admin) -> Answer<Json<List<AdminIndexer>>> {
    Ok(Json(List::whole(state.search.indexers())))
}

/// Tests an indexer: its capabilities, and a sample of its results.
///
/// A failed test is answered with 200 as well, and the report says what is wrong.
#[utoipa::path(post, path = "/api/admin/indexers/{name}/test", tag = "admin", security(("admin" = [])),
    params(("name" = String, Path, description = "Its name in the configuration", example = "prowlarr")),
    responses((status = 200, body = IndexerTest, description = "How it fared"), WriteErrors, TooOften, NotFound))]
pub async fn test_indexer(
    State(state): State<AppState>,
    _admin: Admin,
    Path(name): Path<String>,
) -> Answer<Json<IndexerTest>> {
    Ok(Json(state.test_indexer(&name).await?))
}

/// Lists the torrents on the disk, largest first, with the disk's own state.
///
/// `DELETE /api/torrents/{info_hash}` removes one.
#[utoipa::path(get, path = "/api/admin/torrents", tag = "admin", security(("admin" = [])),
    responses((status = 200, body = DiskUse, description = "The disk as it is now"), ReadErrors, Forbidden, TooOften))]
pub async fn disk_use(State(state): State<AppState>, _admin: Admin) -> Answer<Json<DiskUse>> {
    Ok(Json(state.disk_use().await?))
}
