//! Indexers' links to `.torrent` files. They contain API keys, so users receive a link to this server instead, with a
//! token that identifies the cached link.

use crate::cache::Cache;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// Path prefix of the links returned by [`Links::keep`]; the token follows.
pub const PATH: &str = "/api/search/torrent/";

/// Time to live of a link. Longer than that of a cached search, so that every link shown can be followed.
const TTL: Duration = Duration::from_secs(2 * 60 * 60);

/// Store of links by token.
#[derive(Clone)]
pub struct Links {
    cache: Cache,
}

/// Links of one page of results, stored with a single write.
#[derive(Serialize, Deserialize)]
struct Batch {
    indexer: String,
    links: Vec<String>,
}

impl Links {
    /// Creates a store on top of `cache`.
    pub fn new(cache: Cache) -> Self {
        Self { cache }
    }

    /// Stores the links and returns a path on this server for each.
    pub async fn keep(&self, indexer: &str, links: Vec<Url>) -> Vec<String> {
        if links.is_empty() {
            return Vec::new();
        }
        let batch = Uuid::new_v4().simple();
        let addresses = (0..links.len()).map(|index| format!("{PATH}{batch}-{index}")).collect();
        let links = links.into_iter().map(String::from).collect();
        self.cache
            .set(
                &format!("link:{batch}"),
                &Batch {
                    indexer: indexer.to_owned(),
                    links,
                },
                TTL,
            )
            .await;
        addresses
    }

    /// Looks up a token. Returns the indexer's name and the link, unless expired.
    pub async fn find(&self, token: &str) -> Option<(String, Url)> {
        let (batch, index) = token.split_once('-')?;
        let batch = Uuid::try_parse(batch).ok()?.simple();
        let index: usize = index.parse().ok()?;
        let found: Batch = self.cache.get(&format!("link:{batch}")).await?;
        Some((found.indexer, Url::parse(found.links.get(index)?).ok()?))
    }
}
