//! Known torrents, their files and their metadata.

use super::{Cursor, Db, begin, on, plain, signed, unsigned};
use app::protocol::{Category, InfoHash, Media, Timestamp, Torrent, TorrentFile};
use sqlx::{FromRow, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

/// Maximum number of files in one statement. Each has four parameters, of which SQLite allows 32,766 and PostgreSQL 65,535.
const FILES_PER_INSERT: usize = 2_000;

/// A torrent to be stored.
#[derive(Debug, Clone)]
pub struct KnownTorrent {
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// Name, from the metadata or from where it was found.
    pub name: String,
    /// Total size of all files, bytes.
    pub size_bytes: u64,
    /// Magnet link with its trackers.
    pub magnet: String,
    /// URL of a poster.
    pub poster_url: Option<String>,
    /// Category.
    pub category: Category,
    /// Number of seeders, when last known.
    pub seeders: Option<u32>,
    /// Time of publication.
    pub published_at: Option<Timestamp>,
    /// Path and length of each file, in order. If empty, the stored files are kept.
    pub files: Vec<(String, u64)>,
}

#[derive(FromRow)]
struct TorrentRow {
    id: Uuid,
    info_hash: String,
    name: String,
    size_bytes: i64,
    magnet: String,
    poster_url: Option<String>,
    created_at: i64,
}

#[derive(FromRow)]
struct FileRow {
    file_index: i64,
    path: String,
    size_bytes: i64,
}

impl TorrentRow {
    fn into_torrent(self, files: Vec<TorrentFile>) -> Option<Torrent> {
        Some(Torrent {
            id: self.id.to_string(),
            info_hash: self.info_hash.parse().ok()?,
            name: self.name,
            size_bytes: unsigned(self.size_bytes),
            poster_url: self.poster_url,
            created_at: Timestamp(self.created_at),
            magnet: self.magnet,
            files,
        })
    }
}

impl Db {
    /// Inserts a torrent, or updates what is known of it. Returns whether it was new.
    pub async fn upsert_torrent(&self, torrent: &KnownTorrent, now: Timestamp) -> sqlx::Result<bool> {
        on!(self, pool => {
            let mut tx = begin(pool, self.begin_statement()).await?;
            let (id, created_at): (Uuid, i64) = sqlx::query_as(
                "INSERT INTO torrents (id, info_hash, name, size_bytes, magnet, poster_url, category, seeders, published_at, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
                 ON CONFLICT (info_hash) DO UPDATE SET
                     name = excluded.name,
                     size_bytes = CASE WHEN excluded.size_bytes > 0 THEN excluded.size_bytes ELSE torrents.size_bytes END,
                     magnet = excluded.magnet,
                     poster_url = COALESCE(excluded.poster_url, torrents.poster_url),
                     category = CASE WHEN excluded.category = 'other' THEN torrents.category ELSE excluded.category END,
                     seeders = COALESCE(excluded.seeders, torrents.seeders),
                     published_at = COALESCE(excluded.published_at, torrents.published_at),
                     updated_at = excluded.updated_at
                 RETURNING id, created_at",
            )
            .bind(Uuid::now_v7())
            .bind(torrent.info_hash.to_string())
            .bind(plain(&torrent.name))
            .bind(signed(torrent.size_bytes))
            .bind(&torrent.magnet)
            .bind(&torrent.poster_url)
            .bind(torrent.category.as_str())
            .bind(torrent.seeders.map(i64::from))
            .bind(torrent.published_at.map(|t| t.0))
            .bind(now.0)
            .fetch_one(&mut *tx)
            .await?;
            if !torrent.files.is_empty() {
                sqlx::query("DELETE FROM torrent_files WHERE torrent_id = $1").bind(id).execute(&mut *tx).await?;
            }
            for (files, first) in torrent.files.chunks(FILES_PER_INSERT).zip((0i64..).step_by(FILES_PER_INSERT)) {
                let mut insert = QueryBuilder::new("INSERT INTO torrent_files (torrent_id, file_index, path, size_bytes) ");
                insert.push_values(files.iter().zip(first..), |mut row, ((path, size_bytes), index)| {
                    row.push_bind(id).push_bind(index).push_bind(plain(path)).push_bind(signed(*size_bytes));
                });
                // Each number of files makes a different statement, so caching them is useless.
                insert.build().persistent(false).execute(&mut *tx).await?;
            }
            tx.commit().await?;
            Ok(created_at == now.0)
        })
    }

    /// Returns a torrent with its files.
    pub async fn torrent(&self, info_hash: InfoHash) -> sqlx::Result<Option<Torrent>> {
        let row: Option<TorrentRow> = on!(self, pool => sqlx::query_as(
            "SELECT id, info_hash, name, size_bytes, magnet, poster_url, created_at FROM torrents WHERE info_hash = $1")
            .bind(info_hash.to_string()).fetch_optional(pool).await)?;
        let Some(row) = row else { return Ok(None) };
        let files: Vec<FileRow> = on!(self, pool => sqlx::query_as(
            "SELECT file_index, path, size_bytes FROM torrent_files WHERE torrent_id = $1 ORDER BY file_index")
            .bind(row.id).fetch_all(pool).await)?;
        Ok(row.into_torrent(files.into_iter().map(into_file).collect()))
    }

    /// Returns the info hash of a torrent in the catalogue.
    pub async fn info_hash_of(&self, id: Uuid) -> sqlx::Result<Option<InfoHash>> {
        let row: Option<(String,)> = on!(self, pool => sqlx::query_as("SELECT info_hash FROM torrents WHERE id = $1")
            .bind(id).fetch_optional(pool).await)?;
        Ok(row.and_then(|(hash,)| hash.parse().ok()))
    }

    /// Returns a page of torrents, newest first, without their files.
    pub async fn latest(&self, after: Cursor, limit: u32) -> sqlx::Result<(Vec<Torrent>, Option<Cursor>)> {
        let rows: Vec<TorrentRow> = on!(self, pool => sqlx::query_as(
            "SELECT id, info_hash, name, size_bytes, magnet, poster_url, created_at FROM torrents
             WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3")
            .bind(after.instant).bind(after.id).bind(i64::from(limit)).fetch_all(pool).await)?;
        let full = rows.len() == limit as usize;
        let next = rows.last().filter(|_| full).map(|row| Cursor {
            instant: row.created_at,
            id: row.id,
        });
        Ok((
            rows.into_iter()
                .filter_map(|row| row.into_torrent(Vec::new()))
                .collect(),
            next,
        ))
    }

    /// Stores a `.torrent` file.
    pub async fn store_metainfo(&self, info_hash: InfoHash, bytes: &[u8], now: Timestamp) -> sqlx::Result<()> {
        on!(self, pool => sqlx::query(
            "INSERT INTO metainfo (info_hash, bytes, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (info_hash) DO UPDATE SET bytes = excluded.bytes")
            .bind(info_hash.to_string()).bind(bytes).bind(now.0).execute(pool).await.map(|_| ()))
    }

    /// Returns the `.torrent` file, if it is known.
    pub async fn metainfo(&self, info_hash: InfoHash) -> sqlx::Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> = on!(self, pool => sqlx::query_as("SELECT bytes FROM metainfo WHERE info_hash = $1")
            .bind(info_hash.to_string()).fetch_optional(pool).await)?;
        Ok(row.map(|(bytes,)| bytes))
    }

    /// Records that a torrent is being watched. Eviction from the disk starts with the one watched longest ago.
    pub async fn touch_torrent(&self, info_hash: InfoHash, now: Timestamp) -> sqlx::Result<()> {
        on!(self, pool => sqlx::query(
            "INSERT INTO torrent_use (info_hash, last_watched_at) VALUES ($1, $2)
             ON CONFLICT (info_hash) DO UPDATE SET last_watched_at = excluded.last_watched_at")
            .bind(info_hash.to_string()).bind(now.0).execute(pool).await.map(|_| ()))
    }

    /// Returns when each torrent was last watched.
    pub async fn torrent_use(&self) -> sqlx::Result<HashMap<InfoHash, Timestamp>> {
        let rows: Vec<(String, i64)> = on!(self, pool => sqlx::query_as("SELECT info_hash, last_watched_at FROM torrent_use")
            .fetch_all(pool).await)?;
        Ok(rows
            .into_iter()
            .filter_map(|(hash, at)| Some((hash.parse().ok()?, Timestamp(at))))
            .collect())
    }

    /// Deletes the time at which a torrent was last watched, once it is off the disk.
    pub async fn forget_use(&self, info_hash: InfoHash) -> sqlx::Result<()> {
        on!(self, pool => sqlx::query("DELETE FROM torrent_use WHERE info_hash = $1")
            .bind(info_hash.to_string()).execute(pool).await.map(|_| ()))
    }

    /// Removes a torrent from the catalogue, with its files and metadata. Returns whether it existed.
    pub async fn delete_torrent(&self, info_hash: InfoHash) -> sqlx::Result<bool> {
        let hash = info_hash.to_string();
        on!(self, pool => {
            let mut tx = begin(pool, self.begin_statement()).await?;
            sqlx::query("DELETE FROM metainfo WHERE info_hash = $1").bind(&hash).execute(&mut *tx).await?;
            sqlx::query("DELETE FROM torrent_use WHERE info_hash = $1").bind(&hash).execute(&mut *tx).await?;
            let deleted = sqlx::query("DELETE FROM torrents WHERE info_hash = $1").bind(&hash).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(deleted.rows_affected() > 0)
        })
    }
}

fn into_file(row: FileRow) -> TorrentFile {
    TorrentFile {
        index: u32::try_from(row.file_index).unwrap_or(0),
        media: Media::of(&row.path),
        path: row.path,
        size_bytes: unsigned(row.size_bytes),
    }
}
