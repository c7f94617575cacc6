//! Watch history: positions of viewers in files, and what is popular.

use super::{Cursor, Db, on, unsigned};
use app::backend::ViewerKey;
use app::next_episode::{WATCHED_PERCENT, next_file};
use app::protocol::{
    HistoryItem, InfoHash, Media, PopularItem, Timestamp, TorrentFile, WatchProgress, progress_percent,
};
use sqlx::FromRow;
use std::collections::{HashMap, hash_map::Entry};
use uuid::Uuid;

#[derive(FromRow)]
struct HistoryRow {
    id: Uuid,
    info_hash: String,
    file_index: i64,
    position_seconds: f64,
    duration_seconds: f64,
    updated_at: i64,
    name: Option<String>,
    poster_url: Option<String>,
    path: Option<String>,
}

impl HistoryRow {
    fn into_item(self) -> Option<HistoryItem> {
        Some(HistoryItem {
            id: self.id.to_string(),
            info_hash: self.info_hash.parse().ok()?,
            file_index: u32::try_from(self.file_index).ok()?,
            title: self.name.unwrap_or(self.info_hash),
            file_path: self.path,
            poster_url: self.poster_url,
            position_seconds: self.position_seconds,
            duration_seconds: self.duration_seconds,
            progress_percent: progress_percent(self.position_seconds, self.duration_seconds),
            updated_at: Timestamp(self.updated_at),
            next_file: None,
        })
    }
}

/// Selects entries of a history.
#[derive(Debug, Clone, Copy)]
pub enum HistoryFilter<'a> {
    /// All entries.
    All,
    /// Entries of one torrent.
    Torrent(InfoHash),
    /// Entries with this text in the torrent's name or the file's path, case-insensitively (on SQLite: for ASCII letters).
    Named(&'a str),
}

/// Maximum number of files considered for a next episode; a torrent with more is not a series.
const MAX_EPISODES: i64 = 2_000;

/// Returns a LIKE pattern for texts that contain `text`, with wildcards escaped by `!`, which the SQL declares.
fn contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

impl Db {
    /// Stores a viewer's position in a file, unless a later one is stored: a write that a hanging database carries out
    /// late must not undo it.
    pub async fn save_progress(
        &self,
        viewer: &ViewerKey,
        progress: &WatchProgress,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        on!(self, pool => sqlx::query(
            "INSERT INTO watch_history (id, viewer, info_hash, file_index, position_seconds, duration_seconds, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
             ON CONFLICT (viewer, info_hash, file_index) DO UPDATE SET
                 position_seconds = excluded.position_seconds,
                 duration_seconds = excluded.duration_seconds,
                 updated_at = excluded.updated_at
             WHERE watch_history.updated_at <= excluded.updated_at")
            .bind(Uuid::now_v7())
            .bind(viewer.as_str())
            .bind(progress.info_hash.to_string())
            .bind(i64::from(progress.file_index))
            .bind(progress.position_seconds)
            .bind(progress.duration_seconds)
            .bind(now.0)
            .execute(pool)
            .await
            .map(|_| ()))
    }

    /// Returns a page of a viewer's history, latest first.
    pub async fn history(
        &self,
        viewer: &ViewerKey,
        lines: HistoryFilter<'_>,
        after: Cursor,
        limit: u32,
    ) -> sqlx::Result<(Vec<HistoryItem>, Option<Cursor>)> {
        let (hash, text) = match lines {
            HistoryFilter::All => (None, None),
            HistoryFilter::Torrent(hash) => (Some(hash.to_string()), None),
            HistoryFilter::Named(text) => (None, Some(text)),
        };
        // SQLite's LOWER handles ASCII only; the text as typed matches other letters in their own case.
        let rows: Vec<HistoryRow> = on!(self, pool => sqlx::query_as(
            "SELECT h.id, h.info_hash, h.file_index, h.position_seconds, h.duration_seconds, h.updated_at,
                    t.name, t.poster_url, f.path
             FROM watch_history h
             LEFT JOIN torrents t ON t.info_hash = h.info_hash
             LEFT JOIN torrent_files f ON f.torrent_id = t.id AND f.file_index = h.file_index
             WHERE h.viewer = $1 AND (h.updated_at, h.id) < ($2, $3) AND ($4 IS NULL OR h.info_hash = $4)
               AND ($6 IS NULL OR LOWER(t.name) LIKE $6 ESCAPE '!' OR LOWER(f.path) LIKE $6 ESCAPE '!'
                    OR t.name LIKE $7 ESCAPE '!' OR f.path LIKE $7 ESCAPE '!')
             ORDER BY h.updated_at DESC, h.id DESC LIMIT $5")
            .bind(viewer.as_str())
            .bind(after.instant)
            .bind(after.id)
            .bind(hash)
            .bind(i64::from(limit))
            .bind(text.map(|text| contains(&text.to_lowercase())))
            .bind(text.map(contains))
            .fetch_all(pool)
            .await)?;
        let full = rows.len() == limit as usize;
        let next = rows.last().filter(|_| full).map(|row| Cursor {
            instant: row.updated_at,
            id: row.id,
        });
        let mut items: Vec<HistoryItem> = rows.into_iter().filter_map(HistoryRow::into_item).collect();
        self.name_next_files(&mut items).await?;
        Ok((items, next))
    }

    /// Sets the next file of each entry that was watched to its end.
    async fn name_next_files(&self, items: &mut [HistoryItem]) -> sqlx::Result<()> {
        let mut known: HashMap<InfoHash, Vec<TorrentFile>> = HashMap::new();
        for item in items.iter_mut().filter(|item| item.progress_percent >= WATCHED_PERCENT) {
            if let Entry::Vacant(place) = known.entry(item.info_hash) {
                place.insert(self.episodes(item.info_hash).await?);
            }
            item.next_file = known
                .get(&item.info_hash)
                .and_then(|files| next_file(files, item.file_index));
        }
        Ok(())
    }

    async fn episodes(&self, info_hash: InfoHash) -> sqlx::Result<Vec<TorrentFile>> {
        let rows: Vec<(i64, String, i64)> = on!(self, pool => sqlx::query_as(
            "SELECT f.file_index, f.path, f.size_bytes
             FROM torrent_files f JOIN torrents t ON t.id = f.torrent_id
             WHERE t.info_hash = $1 ORDER BY f.file_index LIMIT $2")
            .bind(info_hash.to_string()).bind(MAX_EPISODES).fetch_all(pool).await)?;
        let file = |(index, path, size_bytes): (i64, String, i64)| {
            Some(TorrentFile {
                index: u32::try_from(index).ok()?,
                media: Media::of(&path),
                size_bytes: unsigned(size_bytes),
                path,
            })
        };
        Ok(rows.into_iter().filter_map(file).collect())
    }

    /// Deletes an entry of the viewer's own history. Returns whether it existed.
    pub async fn delete_history(&self, viewer: &ViewerKey, id: Uuid) -> sqlx::Result<bool> {
        on!(self, pool => sqlx::query("DELETE FROM watch_history WHERE viewer = $1 AND id = $2")
            .bind(viewer.as_str()).bind(id).execute(pool).await.map(|done| done.rows_affected() > 0))
    }

    /// Deletes the viewer's whole history, or that of one torrent. Returns the number of entries deleted.
    pub async fn clear_history(&self, viewer: &ViewerKey, info_hash: Option<InfoHash>) -> sqlx::Result<u64> {
        on!(self, pool => sqlx::query("DELETE FROM watch_history WHERE viewer = $1 AND ($2 IS NULL OR info_hash = $2)")
            .bind(viewer.as_str())
            .bind(info_hash.map(|hash| hash.to_string()))
            .execute(pool)
            .await
            .map(|done| done.rows_affected()))
    }

    /// Returns the torrents with the most distinct viewers since an instant.
    pub async fn popular(&self, since: Timestamp, limit: u32) -> sqlx::Result<Vec<PopularItem>> {
        let rows: Vec<(String, String, Option<String>, i64)> = on!(self, pool => sqlx::query_as(
            "SELECT h.info_hash, t.name, t.poster_url, COUNT(DISTINCT h.viewer) AS viewers
             FROM watch_history h JOIN torrents t ON t.info_hash = h.info_hash
             WHERE h.updated_at >= $1
             GROUP BY h.info_hash, t.name, t.poster_url
             ORDER BY viewers DESC, h.info_hash LIMIT $2")
            .bind(since.0).bind(i64::from(limit)).fetch_all(pool).await)?;
        let item = |(hash, title, poster_url, viewers): (String, String, Option<String>, i64)| {
            Some(PopularItem {
                info_hash: hash.parse().ok()?,
                title,
                poster_url,
                viewers: unsigned(viewers),
            })
        };
        Ok(rows.into_iter().filter_map(item).collect())
    }
}
