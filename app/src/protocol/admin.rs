//! Administration: accounts, invites, filters, ingest keys, indexers and disk usage.

use super::{InfoHash, Role, Timestamp, TorrentState, UserId};
use serde::{Deserialize, Serialize};

/// An account, as seen by an admin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AdminUser {
    /// Account ID, UUID v7.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = Uuid))]
    pub id: UserId,
    /// E-mail address.
    #[cfg_attr(feature = "ssr", schema(example = "ada@example.org"))]
    pub email: String,
    /// Name shown to other users.
    #[cfg_attr(feature = "ssr", schema(example = "ada"))]
    pub username: String,
    /// Role on this instance.
    pub role: Role,
    /// True if the account is disabled and cannot sign in.
    pub disabled: bool,
    /// Time of registration.
    pub created_at: Timestamp,
    /// Last use of any of the account's logins; null if it has none.
    pub last_used_at: Option<Timestamp>,
    /// Number of logins.
    pub logins: u64,
}

/// Changes to an account by an admin; absent fields are left unchanged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChangeUser {
    /// New role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// True ends all logins of the account and disables signing in; false enables it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
}

/// An invite code for registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Invite {
    /// Invite ID, UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// Invite code: three groups of four characters.
    #[cfg_attr(feature = "ssr", schema(example = "7KQ2-M4XT-93HD"))]
    pub code: String,
    /// Admin's note, e.g. the intended recipient.
    pub note: String,
    /// Number of accounts that can still be created with the code.
    pub uses_left: u32,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Expiry time; null if the invite does not expire.
    pub expires_at: Option<Timestamp>,
}

/// A request to create an invite.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewInvite {
    /// Note, e.g. the intended recipient; at most 200 characters.
    #[serde(default)]
    #[cfg_attr(
        feature = "ssr",
        schema(max_length = 200, pattern = r"^[^\x00-\x1F\x7F-\x9F]*$", example = "for Grace")
    )]
    pub note: String,
    /// Number of accounts that can be created with the code, 1 to 1,000; defaults to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(minimum = 1, maximum = 1000, example = 1))]
    pub uses: Option<u32>,
    /// Validity in whole days, 1 to 3,650; unlimited if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(minimum = 1, maximum = 3650, example = 7))]
    pub days: Option<u32>,
}

/// The kind of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FilterKind {
    /// Whole words of a title or file name, ignoring case and accents.
    Word,
    /// A regular expression (RE2 syntax) over a title or file name, ignoring case.
    Regex,
    /// The info hash of a torrent.
    InfoHash,
}

impl FilterKind {
    /// All kinds, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Word, Self::Regex, Self::InfoHash];

    /// Returns the name used in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Regex => "regex",
            Self::InfoHash => "info_hash",
        }
    }
}

/// A content filter. Matching torrents are hidden from search, and cannot be ingested or added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Filter {
    /// Filter ID, UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// Kind of filter.
    pub kind: FilterKind,
    /// Words, regular expression or info hash to match.
    pub pattern: String,
    /// Admin's note, e.g. the reason.
    pub note: String,
    /// Time of creation.
    pub created_at: Timestamp,
}

/// A request to create a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(example = json!({ "kind": "word", "pattern": "casino", "note": "spam" })))]
pub struct NewFilter {
    /// Kind of filter.
    pub kind: FilterKind,
    /// Words, regular expression or info hash to match; at most 500 characters.
    #[cfg_attr(feature = "ssr", schema(min_length = 1, max_length = 500))]
    pub pattern: String,
    /// Note, e.g. the reason; at most 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(max_length = 200, pattern = r"^[^\x00-\x1F\x7F-\x9F]*$"))]
    pub note: String,
}

/// An API key for `POST /api/ingest`, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IngestKey {
    /// Key ID, UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// Name of the program that uses the key.
    pub name: String,
    /// First characters of the key, to tell keys apart.
    #[cfg_attr(feature = "ssr", schema(example = "mtn_4Qd7"))]
    pub start: String,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last use, accurate to one minute; null if never used.
    pub last_used_at: Option<Timestamp>,
}

/// A request to create an ingest key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewIngestKey {
    /// Name of the program that will use the key, 1 to 100 characters.
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

/// A newly created ingest key. The secret is shown only in this response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MadeIngestKey {
    /// Secret to send as `X-Api-Key`. The server stores only its hash.
    #[cfg_attr(feature = "ssr", schema(example = "mtn_4Qd7bYwK0sJm2VxhPzR8nTq5LcFa9GeU"))]
    pub key: String,
    /// The key without its secret.
    #[serde(flatten)]
    pub ingest_key: IngestKey,
}

/// A configured indexer, without its API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AdminIndexer {
    /// Name in the configuration.
    #[cfg_attr(feature = "ssr", schema(example = "prowlarr"))]
    pub name: String,
    /// Kind of indexer: `torznab`, `internet-archive` or `catalogue`.
    #[cfg_attr(feature = "ssr", schema(example = "torznab"))]
    pub kind: String,
    /// Scheme, host and port; null for the catalogue.
    #[cfg_attr(feature = "ssr", schema(example = "http://127.0.0.1:9696"))]
    pub address: Option<String>,
}

/// The result of testing an indexer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IndexerTest {
    /// Outcome of the test request.
    pub report: super::IndexerReport,
    /// Capabilities that the indexer reports; null if it has none to report or the request failed.
    pub caps: Option<IndexerCaps>,
    /// Human-readable description of the test request.
    #[cfg_attr(feature = "ssr", schema(example = "its newest items"))]
    pub asked: String,
    /// First results of the response.
    pub sample: Vec<super::Hit>,
}

/// The capabilities that a Torznab indexer reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IndexerCaps {
    /// Maximum number of results in one response.
    pub max_limit: u32,
    /// True if the indexer supports free-text search.
    pub search: bool,
    /// True if the indexer supports film search by free text.
    pub movie_search: bool,
    /// True if the indexer supports series search by free text.
    pub tv_search: bool,
    /// Numbers of its top-level Torznab categories; empty if it lists none.
    pub categories: Vec<u32>,
}

/// A torrent stored on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DiskTorrent {
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// Name from the metadata.
    pub name: String,
    /// Total size of all files, bytes.
    pub size_bytes: u64,
    /// Verified bytes on disk.
    pub have_bytes: u64,
    /// Current activity.
    pub state: TorrentState,
    /// Time at which a user last watched it; null if never.
    pub last_watched_at: Option<Timestamp>,
    /// True if it is being streamed now.
    pub watched_now: bool,
}

/// Disk usage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DiskUse {
    /// Torrents, largest first; at most 1,000.
    pub items: Vec<DiskTorrent>,
    /// Total number of torrents on disk.
    pub total: u64,
    /// Bytes used by all torrents.
    pub used_bytes: u64,
    /// Quota for torrents, bytes. When it is exceeded, the least recently watched torrents are removed.
    pub quota_bytes: u64,
    /// Free disk space, bytes.
    pub free_bytes: u64,
    /// True if downloads are stopped because the disk is nearly full.
    pub is_full: bool,
}
