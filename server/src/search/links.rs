//! Indexers' own links to `.torrent` files. They carry API keys, so visitors get an address of this server instead,
//! with a token that names the link in the cache.

use crate::cache::Cache;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// Where [`Links::keep`]'s addresses lead; the token follows.
pub const PATH: &str = "/api/search/torrent/";

/// Longer than a search is cached, so that each link that is shown can be followed.
const KEEP: Duration = Duration::from_secs(2 * 60 * 60);

/// Gives links away as tokens and finds them again.
#[derive(Clone)]
pub struct Links {
    cache: Cache,
}

/// The links of one page of one answer: one write for all of them.
#[derive(Serialize, Deserialize)]
struct Batch {
    indexer: String,
    links: Vec<String>,
}

impl Links {
    /// Links kept in `cache`.
    pub fn new(cache: Cache) -> Self {
        Self { cache }
    }

    /// Keeps the links and returns an address of this server for each.
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
                KEEP,
            )
            .await;
        addresses
    }

    /// The indexer and its link that a token stands for, while it is kept.
    pub async fn find(&self, token: &str) -> Option<(String, Url)> {
        let (batch, index) = token.split_once('-')?;
        let batch = Uuid::try_parse(batch).ok()?.simple();
        let index: usize = index.parse().ok()?;
        let found: Batch = self.cache.get(&format!("link:{batch}")).await?;
        Some((found.indexer, Url::parse(found.links.get(index)?).ok()?))
    }
}
