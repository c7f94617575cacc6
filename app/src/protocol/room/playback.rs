//! What the room plays, and where it is. The server owns time: pages compute where they should be.

use super::{ItemId, ParticipantId, ServerTime};
use crate::protocol::{FileIndex, InfoHash};
use serde::{Deserialize, Serialize};

/// Grows with everything that somebody does to playback. A request names the epoch that its sender saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u64);

/// Slowest and fastest rate that a room plays at.
pub const RATES: std::ops::RangeInclusive<f64> = 0.25..=4.0;

/// A file of a torrent that the room looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Video {
    /// The line of the queue that it was, which may be gone.
    pub item: ItemId,
    /// Its torrent.
    pub info_hash: InfoHash,
    /// Its file.
    pub file: FileIndex,
    /// What it is called.
    pub title: String,
    /// How long it is, milliseconds, once a page has told.
    pub duration_ms: Option<i64>,
}

/// Whether the room plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum PlaybackState {
    /// There is no video.
    Idle,
    /// For participants who are not ready; until `until` at the latest.
    Waiting {
        /// When the room goes on without them.
        until: ServerTime,
    },
    /// At the anchor's position.
    Paused,
    /// From the anchor's position, since the anchor's time; which may lie a moment in the future, so that all start at
    /// the same instant.
    Playing,
}

/// Where playback was at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Anchor {
    /// Position in the video, milliseconds.
    pub position_ms: i64,
    /// The instant.
    pub at: ServerTime,
}

/// Everything that a page needs to show the right picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Playback {
    /// Which request this answers to.
    pub epoch: Epoch,
    /// What is played.
    pub video: Option<Video>,
    /// Whether it plays.
    pub state: PlaybackState,
    /// Where it is.
    pub anchor: Anchor,
    /// How fast, 1 is normal.
    pub rate: f64,
}

impl Playback {
    /// Nothing.
    pub fn idle() -> Self {
        Self {
            epoch: Epoch::default(),
            video: None,
            state: PlaybackState::Idle,
            anchor: Anchor {
                position_ms: 0,
                at: ServerTime::default(),
            },
            rate: 1.0,
        }
    }

    /// Where the picture should be now, milliseconds from the beginning of the video.
    pub fn position_at(&self, now: ServerTime) -> i64 {
        let played = match self.state {
            PlaybackState::Playing => (now.since(self.anchor.at).max(0) as f64 * self.rate).round() as i64,
            PlaybackState::Idle | PlaybackState::Waiting { .. } | PlaybackState::Paused => 0,
        };
        let position = self.anchor.position_ms.saturating_add(played).max(0);
        let end = self.video.as_ref().and_then(|video| video.duration_ms);
        end.map_or(position, |end| position.min(end))
    }

    /// Whether the picture should move now.
    pub fn moves_at(&self, now: ServerTime) -> bool {
        self.state == PlaybackState::Playing && now >= self.anchor.at
    }
}

/// What was done to playback, for the line that says who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Started.
    Play,
    /// Stopped.
    Pause,
    /// Went somewhere else.
    Seek,
    /// Faster or slower.
    Rate,
    /// Another video.
    Video,
}

/// Who changed playback, and how. What happens by itself has no cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Who.
    pub by: ParticipantId,
    /// How.
    pub action: Action,
}
