//! Full-text search in the catalogue: FTS5 on SQLite, tsvector on PostgreSQL.

use super::{Db, KnownTorrent, on, signed, unsigned};
use app::protocol::{Category, Hit, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

#[derive(FromRow)]
struct HitRow {
    info_hash: String,
    name: String,
    size_bytes: i64,
    magnet: String,
    poster_url: Option<String>,
    category: String,
    seeders: Option<i64>,
    published_at: Option<i64>,
}

/// The indexer name under which hits of the catalogue appear.
pub const CATALOGUE: &str = "catalogue";

impl Db {
    /// Stores a torrent that an indexer lists. Of a known torrent only what an indexer knows better is updated: its
    /// name and magnet link may come from the metadata itself. Returns whether it was new.
    pub async fn add_found(&self, torrent: &KnownTorrent, now: Timestamp) -> sqlx::Result<bool> {
        let id = Uuid::now_v7();
        let (stored,): (Uuid,) = on!(self, pool => sqlx::query_as(
            "INSERT INTO torrents (id, info_hash, name, size_bytes, magnet, poster_url, category, seeders, published_at, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
             ON CONFLICT (info_hash) DO UPDATE SET
                 poster_url = COALESCE(torrents.poster_url, excluded.poster_url),
                 seeders = COALESCE(excluded.seeders, torrents.seeders),
                 published_at = COALESCE(torrents.published_at, excluded.published_at),
                 updated_at = excluded.updated_at
             RETURNING id")
            .bind(id)
            .bind(torrent.info_hash.to_string())
            .bind(&torrent.name)
            .bind(signed(torrent.size_bytes))
            .bind(&torrent.magnet)
            .bind(&torrent.poster_url)
            .bind(torrent.category.as_str())
            .bind(torrent.seeders.map(i64::from))
            .bind(torrent.published_at.map(|at| at.0))
            .bind(now.0)
            .fetch_one(pool)
            .await)?;
        Ok(stored == id)
    }

    /// Returns the torrents whose name contains all words, the last one also as a prefix; best match first.
    pub async fn search_catalogue(
        &self,
        words: &str,
        category: Option<Category>,
        limit: u32,
    ) -> anyhow::Result<Vec<Hit>> {
        let tokens = tokens(words);
        if tokens.is_empty() {
            return Ok(Vec::new());
        }
        let category = category.map(Category::as_str);
        let rows: Vec<HitRow> = match self {
            Self::Sqlite(pool) => {
                sqlx::query_as(
                    "SELECT t.info_hash, t.name, t.size_bytes, t.magnet, t.poster_url, t.category, t.seeders, t.published_at
                     FROM torrents_text JOIN torrents t ON t.number = torrents_text.rowid
                     WHERE torrents_text MATCH $1 AND ($2 IS NULL OR t.category = $2)
                     ORDER BY bm25(torrents_text), t.info_hash LIMIT $3",
                )
                .bind(fts5_query(&tokens))
                .bind(category)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_as(
                    "SELECT info_hash, name, size_bytes, magnet, poster_url, category, seeders, published_at
                     FROM torrents, to_tsquery('simple', without_marks($1)) query
                     WHERE words @@ query AND ($2::text IS NULL OR category = $2)
                     ORDER BY ts_rank(words, query) DESC, info_hash LIMIT $3",
                )
                .bind(ts_query(&tokens))
                .bind(category)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
            }
        };
        Ok(rows.into_iter().filter_map(into_hit).collect())
    }
}

/// Splits a query into lower-case words of letters, accents and digits. Nothing of either engine's query syntax remains.
fn tokens(words: &str) -> Vec<String> {
    words
        .split(|c: char| !c.is_alphanumeric() && !is_mark(c))
        .filter(|token| token.contains(char::is_alphanumeric))
        .take(20)
        .map(str::to_lowercase)
        .collect()
}

/// Returns whether `c` is an accent written after its letter (Unicode's block of combining diacritical marks).
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn fts5_query(tokens: &[String]) -> String {
    let quoted: Vec<_> = tokens.iter().map(|token| format!("\"{token}\"")).collect();
    format!("{}*", quoted.join(" "))
}

fn ts_query(tokens: &[String]) -> String {
    format!("{}:*", tokens.join(" & "))
}

fn into_hit(row: HitRow) -> Option<Hit> {
    let category = Category::ALL
        .into_iter()
        .find(|c| c.as_str() == row.category)
        .unwrap_or(Category::Other);
    Some(Hit {
        info_hash: Some(row.info_hash.parse().ok()?),
        title: row.name,
        size_bytes: unsigned(row.size_bytes),
        magnet: Some(row.magnet),
        torrent_url: None,
        seeders: row.seeders.and_then(|n| u32::try_from(n).ok()),
        leechers: None,
        published_at: row.published_at.map(Timestamp),
        category,
        poster_url: row.poster_url,
        indexer: CATALOGUE.into(),
        indexers: vec![CATALOGUE.into()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_query_language_survives() {
        let tokens = tokens("Big\"Buck' OR (bunny:*) -- NEAR/2 & | ! \\ %");
        assert_eq!(tokens, ["big", "buck", "or", "bunny", "near", "2"]);
        assert_eq!(fts5_query(&tokens[..2]), "\"big\" \"buck\"*");
        assert_eq!(ts_query(&tokens[..2]), "big & buck:*");
    }
}
