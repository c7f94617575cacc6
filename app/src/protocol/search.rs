//! Search: the query, its results and the status of each indexer.

use super::{InfoHash, Timestamp};
use serde::{Deserialize, Serialize};

/// A search query, as in the address bar and the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "ssr", into_params(parameter_in = Query))]
pub struct SearchQuery {
    /// Search terms, 1 to 200 characters.
    #[serde(default, alias = "q")]
    pub query: String,
    /// Restricts the search to this category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Restricts the search to the indexer of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indexer: Option<String>,
    /// Sort order of the results.
    #[serde(default)]
    pub sort: Sort,
    /// Page number, from 1; 50 results per page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

/// Results per page.
pub const HITS_PER_PAGE: usize = 50;

/// Maximum length of a query, characters.
pub const MAX_QUERY_CHARS: usize = 200;

impl SearchQuery {
    /// Returns the query in normal form: lower case, single spaces. Also used as the cache key.
    pub fn normalised(&self) -> String {
        self.query
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    }
}

/// The sort order of search results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Best match of the title first, then most seeders.
    #[default]
    Relevance,
    /// Most seeders first.
    Seeders,
    /// Largest first.
    Size,
    /// Newest first.
    Age,
}

/// A top-level Torznab category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Torznab 2000.
    Movies,
    /// Torznab 5000.
    Tv,
    /// Torznab 3000.
    Audio,
    /// Torznab 7000.
    Books,
    /// Any other category.
    Other,
}

impl Category {
    /// All categories, in the order of the menus.
    pub const ALL: [Self; 5] = [Self::Movies, Self::Tv, Self::Audio, Self::Books, Self::Other];

    /// Converts a Torznab category number.
    pub fn from_torznab(number: u32) -> Self {
        match number {
            2000..=2999 => Self::Movies,
            3000..=3999 => Self::Audio,
            5000..=5999 => Self::Tv,
            7000..=7999 => Self::Books,
            _ => Self::Other,
        }
    }

    /// Returns the Torznab category number.
    pub fn torznab(self) -> u32 {
        match self {
            Self::Movies => 2000,
            Self::Tv => 5000,
            Self::Audio => 3000,
            Self::Books => 7000,
            Self::Other => 8000,
        }
    }

    /// Returns the name used in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Movies => "movies",
            Self::Tv => "tv",
            Self::Audio => "audio",
            Self::Books => "books",
            Self::Other => "other",
        }
    }
}

/// A search result: one torrent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Hit {
    /// BitTorrent v1 info hash; null while only the address of a `.torrent` file is known.
    pub info_hash: Option<InfoHash>,
    /// Title, as given by the indexer.
    pub title: String,
    /// Total size, bytes; 0 if the indexer does not report it.
    pub size_bytes: u64,
    /// Magnet link, if known.
    pub magnet: Option<String>,
    /// Address of the `.torrent` file. An indexer's own link contains its API key, so it is replaced by an address on this
    /// server that resolves it.
    pub torrent_url: Option<String>,
    /// Peers with a complete copy, if the indexer reports them.
    pub seeders: Option<u32>,
    /// Peers that are still downloading, if the indexer reports them.
    pub leechers: Option<u32>,
    /// Publication time, if known.
    pub published_at: Option<Timestamp>,
    /// Category of the content.
    pub category: Category,
    /// Address of a poster image, if known.
    pub poster_url: Option<String>,
    /// Indexer that this result was taken from; the best-seeded one where several indexers list the torrent.
    pub indexer: String,
    /// All indexers that list the torrent.
    pub indexers: Vec<String>,
}

/// The outcome of a search at one indexer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IndexerReport {
    /// Name of the indexer in the configuration.
    pub name: String,
    /// Outcome of the request.
    pub status: IndexerStatus,
    /// Human-readable description of the problem; null on success.
    pub detail: Option<String>,
    /// Response time, milliseconds.
    pub elapsed_ms: u64,
    /// Number of results.
    pub count: usize,
}

/// The outcome of a request to an indexer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum IndexerStatus {
    /// The indexer responded.
    Ok,
    /// The indexer did not respond in time.
    Timeout,
    /// The indexer responded with an error or an invalid response.
    Error,
    /// The indexer was not queried, because it does not list the category.
    Skipped,
}

/// The response to a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SearchAnswer {
    /// Search terms.
    pub query: String,
    /// Results on this page, merged by info hash.
    pub items: Vec<Hit>,
    /// Number of results on all pages.
    pub total: usize,
    /// Outcome of the search at each indexer.
    pub indexers: Vec<IndexerReport>,
    /// True if the response came from the cache.
    pub cached: bool,
    /// True once every indexer has responded, failed or timed out. Always true in API responses; a page rendered on the
    /// server does not wait and receives the remaining results as events.
    #[serde(default)]
    pub complete: bool,
}

/// An event of `GET /api/search/events`: `indexers` first, one `hits` per indexer, then `done`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum SearchEvent {
    /// The indexers that are queried.
    Indexers {
        /// Names, in the order of the configuration.
        names: Vec<String>,
    },
    /// An indexer has responded or failed.
    Hits {
        /// Outcome of the search at this indexer.
        report: IndexerReport,
        /// Results from this indexer.
        items: Vec<Hit>,
    },
    /// Every indexer has responded, failed or timed out.
    Done {
        /// True if the results came from the cache.
        cached: bool,
    },
}
