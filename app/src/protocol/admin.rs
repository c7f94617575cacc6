//! What the person who runs the instance sees and changes.

use super::{InfoHash, Role, Timestamp, TorrentState};
use serde::{Deserialize, Serialize};

/// An account as the admin sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AdminUser {
    /// UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// Where mail goes.
    #[cfg_attr(feature = "ssr", schema(example = "ada@example.org"))]
    pub email: String,
    /// The name that others see.
    #[cfg_attr(feature = "ssr", schema(example = "ada"))]
    pub username: String,
    /// What they may do.
    pub role: Role,
    /// Whether they can sign in no more.
    pub disabled: bool,
    /// When they signed up.
    pub created_at: Timestamp,
    /// When one of their logins was last used; null while there is none.
    pub last_used_at: Option<Timestamp>,
    /// Where they are signed in.
    pub logins: u64,
}

/// What the admin changes of an account; what is absent stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChangeUser {
    /// A new role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// True ends their logins and lets them sign in no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
}

/// A code with which people may sign up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Invite {
    /// UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// As it is read out: three groups of four.
    #[cfg_attr(feature = "ssr", schema(example = "7KQ2-M4XT-93HD"))]
    pub code: String,
    /// Who it is for.
    pub note: String,
    /// Accounts that may still be made with it.
    pub uses_left: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is worth nothing; null: never.
    pub expires_at: Option<Timestamp>,
}

/// An invite to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewInvite {
    /// Who it is for, at most 200 characters.
    #[serde(default)]
    #[cfg_attr(
        feature = "ssr",
        schema(max_length = 200, pattern = r"^[^\x00-\x1F\x7F-\x9F]*$", example = "for Grace")
    )]
    pub note: String,
    /// Accounts that may be made with it, 1 to 1,000; 1 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(minimum = 1, maximum = 1000, example = 1))]
    pub uses: Option<u32>,
    /// How long it lasts, whole days from 1 to 3,650; for ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(minimum = 1, maximum = 3650, example = 7))]
    pub days: Option<u32>,
}

/// What a filter looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FilterKind {
    /// Whole words of a title or file name, in any case and with or without accents.
    Word,
    /// A regular expression (RE2's syntax) over a title or file name, in any case.
    Regex,
    /// One torrent.
    InfoHash,
}

impl FilterKind {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Word, Self::Regex, Self::InfoHash];

    /// As the API and the database write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Regex => "regex",
            Self::InfoHash => "info_hash",
        }
    }

    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Word => "Words",
            Self::Regex => "Regular expression",
            Self::InfoHash => "Info hash",
        }
    }
}

/// What must not be found, ingested or added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Filter {
    /// UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// What it looks at.
    pub kind: FilterKind,
    /// The words, the expression or the hash.
    pub pattern: String,
    /// Why it is there.
    pub note: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A filter to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(example = json!({ "kind": "word", "pattern": "casino", "note": "spam" })))]
pub struct NewFilter {
    /// What it looks at.
    pub kind: FilterKind,
    /// The words, the expression or the hash; at most 500 characters.
    #[cfg_attr(feature = "ssr", schema(min_length = 1, max_length = 500))]
    pub pattern: String,
    /// Why it is there, at most 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(max_length = 200, pattern = r"^[^\x00-\x1F\x7F-\x9F]*$"))]
    pub note: String,
}

/// A key for `POST /api/ingest`, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IngestKey {
    /// UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// The program that uses it.
    pub name: String,
    /// Its first characters, to tell keys apart.
    #[cfg_attr(feature = "ssr", schema(example = "mtn_4Qd7"))]
    pub start: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute; null while it was not.
    pub last_used_at: Option<Timestamp>,
}

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewIngestKey {
    /// The program that will use it, 1 to 100 characters.
    #[cfg_attr(
        feature = "ssr",
        schema(
            min_length = 1,
            max_length = 100,
            pattern = r"^(?=\S)[^\x00-\x1F\x7F-\x9F]*$",
            example = "the scraper"
        )
    )]
    pub name: String,
}

/// A key that was made. The only time that it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MadeIngestKey {
    /// What to send as `X-Api-Key`. Only its hash is kept.
    #[cfg_attr(feature = "ssr", schema(example = "mtn_4Qd7bYwK0sJm2VxhPzR8nTq5LcFa9GeU"))]
    pub key: String,
    /// The rest of it.
    #[serde(flatten)]
    pub ingest_key: IngestKey,
}

/// A configured indexer, without its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AdminIndexer {
    /// Its name in the configuration.
    #[cfg_attr(feature = "ssr", schema(example = "prowlarr"))]
    pub name: String,
    /// `torznab`, `internet-archive` or `catalogue`.
    #[cfg_attr(feature = "ssr", schema(example = "torznab"))]
    pub kind: String,
    /// Scheme, host and port; null for the catalogue.
    #[cfg_attr(feature = "ssr", schema(example = "http://127.0.0.1:9696"))]
    pub address: Option<String>,
}

/// How an indexer answered when it was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IndexerTest {
    /// How it fared: status, what went wrong in plain words, time taken, hits.
    pub report: super::IndexerReport,
    /// What it says that it can do; null where there is nothing to say or it could not be asked.
    pub caps: Option<IndexerCaps>,
    /// What was asked.
    #[cfg_attr(feature = "ssr", schema(example = "its newest items"))]
    pub asked: String,
    /// The first titles of its answer.
    pub sample: Vec<super::Hit>,
}

/// What a Torznab indexer says that it can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IndexerCaps {
    /// Most hits of one answer.
    pub max_limit: u32,
    /// Whether it searches by words.
    pub search: bool,
    /// Whether it searches films by words.
    pub movie_search: bool,
    /// Whether it searches series by words.
    pub tv_search: bool,
    /// Torznab numbers of its top categories; empty when it lists none.
    pub categories: Vec<u32>,
}

/// A torrent on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DiskTorrent {
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// Name from the metadata.
    pub name: String,
    /// Sum of all files, bytes.
    pub size_bytes: u64,
    /// What is there of it, bytes.
    pub have_bytes: u64,
    /// What the engine does with it.
    pub state: TorrentState,
    /// When somebody last watched it.
    pub last_watched_at: Option<Timestamp>,
    /// Whether somebody does now.
    pub watched_now: bool,
}

/// The torrents on the disk, and the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DiskUse {
    /// Largest first, at most 1,000.
    pub items: Vec<DiskTorrent>,
    /// How many there are.
    pub total: u64,
    /// Bytes that all of them take.
    pub used_bytes: u64,
    /// Bytes that they may take; beyond it, what was watched longest ago is removed.
    pub quota_bytes: u64,
    /// Bytes that are free on the disk.
    pub free_bytes: u64,
    /// Whether downloads are stopped for want of space.
    pub is_full: bool,
}
