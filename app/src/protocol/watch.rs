//! Watching: progress, history and popular torrents.

use super::{FileIndex, InfoHash, Timestamp};
use serde::{Deserialize, Serialize};

/// A viewer's position in a file; sent by the player during playback.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct WatchProgress {
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// File being played.
    #[cfg_attr(feature = "ssr", schema(maximum = 19_999, example = 0))]
    pub file_index: FileIndex,
    /// Playback position, seconds.
    #[cfg_attr(feature = "ssr", schema(minimum = 0, maximum = 31_622_400, example = 754.5))]
    pub position_seconds: f64,
    /// Duration, seconds.
    #[cfg_attr(feature = "ssr", schema(minimum = 0, maximum = 31_622_400, example = 5_400))]
    pub duration_seconds: f64,
}

/// An entry of the viewer's watch history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct HistoryItem {
    /// Entry ID, UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// File that was played.
    pub file_index: FileIndex,
    /// Name of the torrent.
    pub title: String,
    /// Path of the file, if the metadata is known.
    pub file_path: Option<String>,
    /// Address of a poster image, if known.
    pub poster_url: Option<String>,
    /// Playback position, seconds.
    pub position_seconds: f64,
    /// Duration, seconds.
    pub duration_seconds: f64,
    /// Progress, percent of the duration, 0 to 100.
    pub progress_percent: f64,
    /// Time of the last progress update.
    pub updated_at: Timestamp,
    /// The next episode in the torrent; only once this file has been watched to its end (95 percent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_file: Option<NextFile>,
}

/// The episode that follows a file watched to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NextFile {
    /// File in the same torrent.
    pub file_index: FileIndex,
    /// Path inside the torrent.
    pub path: String,
}

/// A popular torrent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PopularItem {
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// Name of the torrent.
    pub title: String,
    /// Address of a poster image, if known.
    pub poster_url: Option<String>,
    /// Distinct viewers within the window.
    pub viewers: u64,
}

/// The period over which viewers are counted.
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
    /// All time.
    All,
}

impl Window {
    /// Returns the length in milliseconds, or `None` for all time.
    pub fn millis(self) -> Option<i64> {
        const DAY: i64 = 24 * 60 * 60 * 1000;
        match self {
            Self::Day => Some(DAY),
            Self::Week => Some(7 * DAY),
            Self::Month => Some(30 * DAY),
            Self::All => None,
        }
    }

    /// Returns the name used in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::All => "all",
        }
    }
}

/// Returns the position in percent of the duration, or 0 if the duration is unknown.
pub fn progress_percent(position_seconds: f64, duration_seconds: f64) -> f64 {
    if duration_seconds > 0.0 {
        (position_seconds / duration_seconds * 100.0).clamp(0.0, 100.0)
    } else {
        0.0
    }
}
