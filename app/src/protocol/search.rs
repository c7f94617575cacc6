//! Searching: the query, the hits, and how each indexer fared.

use super::{InfoHash, Timestamp};
use serde::{Deserialize, Serialize};

/// A search as the address bar and the API write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "ssr", into_params(parameter_in = Query))]
pub struct SearchQuery {
    /// Words to look for, 1 to 200 characters.
    #[serde(default, alias = "q")]
    pub query: String,
    /// Only this category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Only this indexer, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indexer: Option<String>,
    /// Order of the hits.
    #[serde(default)]
    pub sort: Sort,
    /// Page, from 1; 50 hits each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

/// Hits on one page of an answer.
pub const HITS_PER_PAGE: usize = 50;

/// The longest query, characters.
pub const MAX_QUERY_CHARS: usize = 200;

impl SearchQuery {
    /// The same words in one way of writing them: lower case, single spaces. Also the cache's key.
    pub fn normalised(&self) -> String {
        self.query
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    }
}

/// Order of the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// How well the title fits, then how many seeders.
    #[default]
    Relevance,
    /// Most seeders first.
    Seeders,
    /// Largest first.
    Size,
    /// Newest first.
    Age,
}

/// Torznab's top categories, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// 2000
    Movies,
    /// 5000
    Tv,
    /// 3000
    Audio,
    /// 7000
    Books,
    /// Everything else.
    Other,
}

impl Category {
    /// All of them, in the order of the menus.
    pub const ALL: [Self; 5] = [Self::Movies, Self::Tv, Self::Audio, Self::Books, Self::Other];

    /// From a Torznab category number.
    pub fn from_torznab(number: u32) -> Self {
        match number {
            2000..=2999 => Self::Movies,
            3000..=3999 => Self::Audio,
            5000..=5999 => Self::Tv,
            7000..=7999 => Self::Books,
            _ => Self::Other,
        }
    }

    /// To a Torznab category number.
    pub fn torznab(self) -> u32 {
        match self {
            Self::Movies => 2000,
            Self::Tv => 5000,
            Self::Audio => 3000,
            Self::Books => 7000,
            Self::Other => 8000,
        }
    }

    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Movies => "movies",
            Self::Tv => "tv",
            Self::Audio => "audio",
            Self::Books => "books",
            Self::Other => "other",
        }
    }

    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Movies => "Movies",
            Self::Tv => "TV",
            Self::Audio => "Audio",
            Self::Books => "Books",
            Self::Other => "Other",
        }
    }
}

/// One torrent that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Hit {
    /// BitTorrent v1 info hash; absent while only a `.torrent` address is known.
    pub info_hash: Option<InfoHash>,
    /// Title as the indexer gave it.
    pub title: String,
    /// Bytes; 0 when the indexer did not say.
    pub size_bytes: u64,
    /// Magnet link, if there is one.
    pub magnet: Option<String>,
    /// Address that yields the `.torrent` file. An indexer's own link, which carries its key, is replaced by one of
    /// this server's that resolves it.
    pub torrent_url: Option<String>,
    /// Peers that have all of it, if the indexer said.
    pub seeders: Option<u32>,
    /// Peers that are still downloading, if the indexer said.
    pub leechers: Option<u32>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// What kind of thing it is.
    pub category: Category,
    /// A picture, if known.
    pub poster_url: Option<String>,
    /// The indexer whose answer this is.
    pub indexer: String,
    /// Every indexer that named it.
    pub indexers: Vec<String>,
}

/// How one indexer fared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IndexerReport {
    /// Its name in the configuration.
    pub name: String,
    /// Whether it answered.
    pub status: IndexerStatus,
    /// What went wrong, in plain words; absent when all went well.
    pub detail: Option<String>,
    /// How long it took, milliseconds.
    pub elapsed_ms: u64,
    /// How many hits it gave.
    pub count: usize,
}

/// Whether an indexer answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum IndexerStatus {
    /// It answered.
    Ok,
    /// It did not answer in time.
    Timeout,
    /// It answered with an error or with nonsense.
    Error,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SearchAnswer {
    /// The words that were looked for.
    pub query: String,
    /// Hits of this page, merged by info hash.
    pub items: Vec<Hit>,
    /// Hits on all pages.
    pub total: usize,
    /// How each indexer fared.
    pub indexers: Vec<IndexerReport>,
    /// Whether the answer came from the cache.
    pub cached: bool,
    /// Whether every indexer has answered, failed or run out of time. The API always waits for that; a page that is
    /// rendered on the server does not, and follows the rest as events.
    #[serde(default)]
    pub complete: bool,
}

/// What `GET /api/search/events` sends: `indexers` first, `hits` as each answers, then `done`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum SearchEvent {
    /// The names of all indexers that were asked.
    Indexers {
        /// Names, in the configuration's order.
        names: Vec<String>,
    },
    /// One indexer has answered, or failed.
    Hits {
        /// How it fared.
        report: IndexerReport,
        /// What it found.
        items: Vec<Hit>,
    },
    /// Every indexer has answered, failed or run out of time.
    Done {
        /// Whether the answer came from the cache.
        cached: bool,
    },
}
