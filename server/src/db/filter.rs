//! Filters: what must not be found, ingested or added.

use super::{Cursor, Db, on};
use app::protocol::{Filter, FilterKind, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

#[derive(FromRow)]
struct FilterRow {
    id: Uuid,
    kind: String,
    pattern: String,
    note: String,
    created_at: i64,
}

fn kind_named(name: &str) -> Option<FilterKind> {
    FilterKind::ALL.into_iter().find(|kind| kind.as_str() == name)
}

impl FilterRow {
    fn into_filter(self) -> Option<Filter> {
        Some(Filter {
            id: self.id.to_string(),
            kind: kind_named(&self.kind)?,
            pattern: self.pattern,
            note: self.note,
            created_at: Timestamp(self.created_at),
        })
    }
}

impl Db {
    /// Stores a filter. Returns `None` if there is already one of this kind and pattern.
    pub async fn add_filter(
        &self,
        kind: FilterKind,
        pattern: &str,
        note: &str,
        now: Timestamp,
    ) -> sqlx::Result<Option<Filter>> {
        let row: Option<FilterRow> = on!(self, pool => sqlx::query_as(
            "INSERT INTO filters (id, kind, pattern, note, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (kind, pattern) DO NOTHING
             RETURNING id, kind, pattern, note, created_at")
            .bind(Uuid::now_v7())
            .bind(kind.as_str())
            .bind(pattern)
            .bind(note)
            .bind(now.0)
            .fetch_optional(pool)
            .await)?;
        Ok(row.and_then(FilterRow::into_filter))
    }

    /// Returns the number of filters of a kind.
    pub async fn count_filters(&self, kind: FilterKind) -> sqlx::Result<u64> {
        let (count,): (i64,) = on!(self, pool => sqlx::query_as("SELECT COUNT(*) FROM filters WHERE kind = $1")
            .bind(kind.as_str()).fetch_one(pool).await)?;
        Ok(super::unsigned(count))
    }

    /// Returns a page of filters, newest first.
    pub async fn filters(&self, after: Cursor, limit: u32) -> sqlx::Result<(Vec<Filter>, Option<Cursor>)> {
        let rows: Vec<FilterRow> = on!(self, pool => sqlx::query_as(
            "SELECT id, kind, pattern, note, created_at FROM filters
             WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3")
            .bind(after.instant).bind(after.id).bind(i64::from(limit)).fetch_all(pool).await)?;
        let next = super::next_page(&rows, limit, |row| (row.created_at, row.id));
        Ok((rows.into_iter().filter_map(FilterRow::into_filter).collect(), next))
    }

    /// Returns the kind and pattern of every filter, in a fixed order.
    pub async fn all_filters(&self) -> sqlx::Result<Vec<(FilterKind, String)>> {
        let rows: Vec<(String, String)> = on!(self, pool => sqlx::query_as(
            "SELECT kind, pattern FROM filters ORDER BY kind, pattern").fetch_all(pool).await)?;
        let named = |(kind, pattern): (String, String)| Some((kind_named(&kind)?, pattern));
        Ok(rows.into_iter().filter_map(named).collect())
    }

    /// Deletes a filter. Returns whether it existed.
    pub async fn delete_filter(&self, id: Uuid) -> sqlx::Result<bool> {
        on!(self, pool => sqlx::query("DELETE FROM filters WHERE id = $1")
            .bind(id).execute(pool).await.map(|done| done.rows_affected() > 0))
    }
}
