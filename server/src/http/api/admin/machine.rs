//! Indexers and the disk.

use crate::{
    http::{
        auth::Admin,
        problem::{Answer, Path},
        responses::{Forbidden, NotFound, Reading, TooOften, Writing},
    },
    state::AppState,
};
use app::protocol::{AdminIndexer, DiskUse, IndexerTest, List};
use axum::{Json, extract::State};

/// The configured indexers, without their keys.
#[utoipa::path(get, path = "/api/admin/indexers", tag = "admin", security(("admin" = [])),
    responses((status = 200, body = List<AdminIndexer>, description = "All of them"), Reading, Forbidden, TooOften))]
pub async fn list_indexers(State(state): State<AppState>, _admin: Admin) -> Answer<Json<List<AdminIndexer>>> {
    Ok(Json(List::whole(state.search.indexers())))
}

/// Tries an indexer: what it says that it can do, and a sample of its answer. One that fails is still a 200, with what is
/// wrong in its report.
#[utoipa::path(post, path = "/api/admin/indexers/{name}/test", tag = "admin", security(("admin" = [])),
    params(("name" = String, Path, description = "Its name in the configuration", example = "prowlarr")),
    responses((status = 200, body = IndexerTest, description = "How it fared"), Writing, TooOften, NotFound))]
pub async fn test_indexer(
    State(state): State<AppState>,
    _admin: Admin,
    Path(name): Path<String>,
) -> Answer<Json<IndexerTest>> {
    Ok(Json(state.test_indexer(&name).await?))
}

/// The torrents on the disk, largest first, and the disk itself. `DELETE /api/torrents/{info_hash}` removes one.
#[utoipa::path(get, path = "/api/admin/torrents", tag = "admin", security(("admin" = [])),
    responses((status = 200, body = DiskUse, description = "The disk as it is now"), Reading, Forbidden, TooOften))]
pub async fn disk_use(State(state): State<AppState>, _admin: Admin) -> Answer<Json<DiskUse>> {
    Ok(Json(state.disk_use().await?))
}
