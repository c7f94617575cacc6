//! Admin requests, made only in the browser; see `api::browser`. These lists are confidential, so none of them is
//! rendered into a page on the server.

use super::{encode, fetch};
use crate::error::Result;
use crate::protocol::*;

fn page(route: &str, cursor: Option<&str>) -> String {
    cursor.map_or_else(
        || format!("/api/admin/{route}"),
        |cursor| format!("/api/admin/{route}?cursor={}", encode(cursor)),
    )
}

/// `GET /api/admin/users`: accounts whose username or e-mail address contains `query`.
pub async fn users(query: String, cursor: Option<String>) -> Result<List<AdminUser>> {
    let cursor = cursor.map_or_else(String::new, |cursor| format!("&cursor={}", encode(&cursor)));
    fetch::get(&format!("/api/admin/users?query={}{cursor}", encode(&query))).await
}

/// `PATCH /api/admin/users/{id}`
pub async fn change_user(id: UserId, change: ChangeUser) -> Result<AdminUser> {
    fetch::patch(&format!("/api/admin/users/{id}"), &change).await
}

/// `GET /api/admin/invites`
pub async fn invites(cursor: Option<String>) -> Result<List<Invite>> {
    fetch::get(&page("invites", cursor.as_deref())).await
}

/// `POST /api/admin/invites`
pub async fn make_invite(new: NewInvite) -> Result<Invite> {
    fetch::post("/api/admin/invites", &new).await
}

/// `DELETE /api/admin/invites/{id}`
pub async fn delete_invite(id: &str) -> Result<()> {
    fetch::delete(&format!("/api/admin/invites/{id}")).await
}

/// `GET /api/admin/filters`
pub async fn filters(cursor: Option<String>) -> Result<List<Filter>> {
    fetch::get(&page("filters", cursor.as_deref())).await
}

/// `POST /api/admin/filters`
pub async fn make_filter(new: NewFilter) -> Result<Filter> {
    fetch::post("/api/admin/filters", &new).await
}

/// `DELETE /api/admin/filters/{id}`
pub async fn delete_filter(id: &str) -> Result<()> {
    fetch::delete(&format!("/api/admin/filters/{id}")).await
}

/// `GET /api/admin/ingest-keys`
pub async fn ingest_keys(cursor: Option<String>) -> Result<List<IngestKey>> {
    fetch::get(&page("ingest-keys", cursor.as_deref())).await
}

/// `POST /api/admin/ingest-keys`
pub async fn make_ingest_key(new: NewIngestKey) -> Result<MadeIngestKey> {
    fetch::post("/api/admin/ingest-keys", &new).await
}

/// `DELETE /api/admin/ingest-keys/{id}`
pub async fn delete_ingest_key(id: &str) -> Result<()> {
    fetch::delete(&format!("/api/admin/ingest-keys/{id}")).await
}

/// `GET /api/admin/indexers`
pub async fn indexers() -> Result<List<AdminIndexer>> {
    fetch::get("/api/admin/indexers").await
}

/// `POST /api/admin/indexers/{name}/test`
pub async fn test_indexer(name: &str) -> Result<IndexerTest> {
    fetch::post(&format!("/api/admin/indexers/{}/test", encode(name)), &()).await
}

/// `GET /api/admin/torrents`
pub async fn disk_use() -> Result<DiskUse> {
    fetch::get("/api/admin/torrents").await
}

/// `DELETE /api/torrents/{info_hash}`
pub async fn delete_torrent(info_hash: InfoHash) -> Result<()> {
    fetch::delete(&format!("/api/torrents/{info_hash}")).await
}
