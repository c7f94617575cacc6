//! API keys for `POST /api/ingest`, stored as hashes.

use super::{Cursor, Db, on};
use app::protocol::{IngestKey, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

/// Resolution of a key's last use, milliseconds, so that a busy client does not cause a write for each batch.
const LAST_USE_RESOLUTION_MS: i64 = 60_000;

#[derive(FromRow)]
struct KeyRow {
    id: Uuid,
    name: String,
    key_start: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

impl From<KeyRow> for IngestKey {
    fn from(row: KeyRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            start: row.key_start,
            created_at: Timestamp(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp),
        }
    }
}

impl Db {
    /// Stores a key as its hash.
    pub async fn add_ingest_key(
        &self,
        name: &str,
        hash: &[u8],
        start: &str,
        now: Timestamp,
    ) -> sqlx::Result<IngestKey> {
        let row: KeyRow = on!(self, pool => sqlx::query_as(
            "INSERT INTO ingest_keys (id, name, key_hash, key_start, created_at) VALUES ($1, $2, $3, $4, $5)
             RETURNING id, name, key_start, created_at, last_used_at")
            .bind(Uuid::now_v7()).bind(name).bind(hash).bind(start).bind(now.0).fetch_one(pool).await)?;
        Ok(row.into())
    }

    /// Returns a page of keys, newest first.
    pub async fn ingest_keys(&self, after: Cursor, limit: u32) -> sqlx::Result<(Vec<IngestKey>, Option<Cursor>)> {
        let rows: Vec<KeyRow> = on!(self, pool => sqlx::query_as(
            "SELECT id, name, key_start, created_at, last_used_at FROM ingest_keys
             WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3")
            .bind(after.instant).bind(after.id).bind(i64::from(limit)).fetch_all(pool).await)?;
        let next = super::next_page(&rows, limit, |row| (row.created_at, row.id));
        Ok((rows.into_iter().map(IngestKey::from).collect(), next))
    }

    /// Returns the number of keys.
    pub async fn count_ingest_keys(&self) -> sqlx::Result<u64> {
        let (count,): (i64,) =
            on!(self, pool => sqlx::query_as("SELECT COUNT(*) FROM ingest_keys").fetch_one(pool).await)?;
        Ok(super::unsigned(count))
    }

    /// Returns the id and the hash of the key with this hash.
    pub async fn find_ingest_key(&self, hash: &[u8]) -> sqlx::Result<Option<(Uuid, Vec<u8>)>> {
        on!(self, pool => sqlx::query_as("SELECT id, key_hash FROM ingest_keys WHERE key_hash = $1")
            .bind(hash).fetch_optional(pool).await)
    }

    /// Records that a key was used, at most once a minute.
    pub async fn touch_ingest_key(&self, id: Uuid, now: Timestamp) -> sqlx::Result<()> {
        on!(self, pool => sqlx::query(
            "UPDATE ingest_keys SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)")
            .bind(id).bind(now.0).bind(now.0 - LAST_USE_RESOLUTION_MS).execute(pool).await.map(|_| ()))
    }

    /// Deletes a key. Returns whether it existed.
    pub async fn delete_ingest_key(&self, id: Uuid) -> sqlx::Result<bool> {
        on!(self, pool => sqlx::query("DELETE FROM ingest_keys WHERE id = $1")
            .bind(id).execute(pool).await.map(|done| done.rows_affected() > 0))
    }
}
