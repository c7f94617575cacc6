//! What people watch: progress, history, what is popular.

use super::{FileIndex, InfoHash, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a viewer is in a file; sent by the player while it plays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct WatchProgress {
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// File that is played.
    #[cfg_attr(feature = "ssr", schema(maximum = 19_999, example = 0))]
    pub file_index: FileIndex,
    /// Position, seconds.
    #[cfg_attr(feature = "ssr", schema(minimum = 0, maximum = 31_622_400, example = 754.5))]
    pub position_seconds: f64,
    /// Length, seconds.
    #[cfg_attr(feature = "ssr", schema(minimum = 0, maximum = 31_622_400, example = 5_400))]
    pub duration_seconds: f64,
}

/// A line of a viewer's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct HistoryItem {
    /// Id of this line, UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// File that was played.
    pub file_index: FileIndex,
    /// The torrent's name.
    pub title: String,
    /// The file's path, if the metadata is known.
    pub file_path: Option<String>,
    /// A picture, if known.
    pub poster_url: Option<String>,
    /// Position, seconds.
    pub position_seconds: f64,
    /// Length, seconds.
    pub duration_seconds: f64,
    /// Position in percent of the length, 0 to 100.
    pub progress_percent: f64,
    /// When it was watched last.
    pub updated_at: Timestamp,
    /// The episode that follows, once this file is watched to its end; see `app::next_episode`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_file: Option<NextFile>,
}

/// The file that follows one that was watched to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NextFile {
    /// Which file of the same torrent.
    pub file_index: FileIndex,
    /// Its path inside the torrent.
    pub path: String,
}

/// A torrent that many watch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PopularItem {
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// The torrent's name.
    pub title: String,
    /// A picture, if known.
    pub poster_url: Option<String>,
    /// Distinct viewers in the window.
    pub viewers: u64,
}

/// The stretch of time over which viewers are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Window {
    /// 24 hours.
    Day,
    /// 7 days.
    #[default]
    Week,
    /// 30 days.
    Month,
    /// Since the beginning.
    All,
}

impl Window {
    /// Length in milliseconds; none for all of time.
    pub fn millis(self) -> Option<i64> {
        const DAY: i64 = 24 * 60 * 60 * 1000;
        match self {
            Self::Day => Some(DAY),
            Self::Week => Some(7 * DAY),
            Self::Month => Some(30 * DAY),
            Self::All => None,
        }
    }

    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::All => "all",
        }
    }
}

/// Position in percent of the length; 0 where the length is not known.
pub fn progress_percent(position_seconds: f64, duration_seconds: f64) -> f64 {
    if duration_seconds > 0.0 {
        (position_seconds / duration_seconds * 100.0).clamp(0.0, 100.0)
    } else {
        0.0
    }
}
