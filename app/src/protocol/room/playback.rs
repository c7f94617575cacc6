//! Playback state. The server owns the clock: each client computes its own playback position from it.

use super::{ItemId, ParticipantId, Screen, ServerTime, Standing, Video};
use serde::{Deserialize, Serialize};

/// A playback epoch, incremented with every change of playback. A request carries the latest epoch its sender has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u64);

/// Range of playback rates.
pub const RATES: std::ops::RangeInclusive<f64> = 0.25..=4.0;

/// The playback state of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum PlaybackState {
    /// No video.
    Idle,
    /// Waiting for participants who are not ready, no later than `until`.
    Waiting {
        /// Time at which the room starts without them.
        until: ServerTime,
    },
    /// Paused at the anchor's position.
    Paused,
    /// Playing from the anchor's position since the anchor's time, which may lie slightly in the future, so that all clients
    /// start at the same instant.
    Playing,
}

/// A playback position at a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Anchor {
    /// Playback position, milliseconds.
    pub position_ms: i64,
    /// Server time at that position.
    pub at: ServerTime,
}

/// The complete playback state, from which a client computes what to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Playback {
    /// Current epoch.
    pub epoch: Epoch,
    /// Content of the screen.
    pub screen: Screen,
    /// State.
    pub state: PlaybackState,
    /// Anchor.
    pub anchor: Anchor,
    /// Playback rate, 1 is normal.
    pub rate: f64,
}

impl Playback {
    /// Returns the playback state of a room without a video.
    pub fn idle() -> Self {
        Self {
            epoch: Epoch::default(),
            screen: Screen::Nothing,
            state: PlaybackState::Idle,
            anchor: Anchor {
                position_ms: 0,
                at: ServerTime::default(),
            },
            rate: 1.0,
        }
    }

    /// Returns the video, if one is on the screen.
    pub fn video(&self) -> Option<&Video> {
        self.screen.video()
    }

    /// Returns the playback position at a given time, milliseconds from the start of the video.
    pub fn position_at(&self, now: ServerTime) -> i64 {
        let played = match self.state {
            PlaybackState::Playing => (now.since(self.anchor.at).max(0) as f64 * self.rate).round() as i64,
            PlaybackState::Idle | PlaybackState::Waiting { .. } | PlaybackState::Paused => 0,
        };
        let position = self.anchor.position_ms.saturating_add(played).max(0);
        let end = self.video().and_then(|video| video.duration_ms);
        end.map_or(position, |end| position.min(end))
    }

    /// Returns true if the playhead advances at a given time.
    pub fn moves_at(&self, now: ServerTime) -> bool {
        self.state == PlaybackState::Playing && now >= self.anchor.at
    }
}

/// An action on playback, for the message that names who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Started playback.
    Play,
    /// Paused.
    Pause,
    /// Seeked.
    Seek,
    /// Changed the playback rate.
    Rate,
    /// Changed the video.
    Video,
}

/// The cause of a playback change: participant and action. Automatic changes have no cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Participant.
    pub by: ParticipantId,
    /// Action.
    pub action: Action,
}

/// A request or report about playback.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaybackRequest {
    /// Reports the sender's playback status.
    Report {
        /// Current status.
        standing: Standing,
    },
    /// The sender has buffered the video at the position of this epoch and can start playing.
    Ready {
        /// Epoch that the sender is ready for.
        epoch: Epoch,
        /// Duration of the video, milliseconds, once known.
        duration_ms: Option<i64>,
    },
    /// The video has played to its end.
    Ended {
        /// Epoch in which it ended.
        epoch: Epoch,
    },
    /// Starts playback.
    Play {
        /// Latest epoch that the sender has seen.
        epoch: Epoch,
    },
    /// Pauses playback at the sender's position.
    Pause {
        /// Latest epoch that the sender has seen.
        epoch: Epoch,
        /// Sender's playback position, milliseconds; used only if it is within two seconds of the room's.
        position_ms: i64,
    },
    /// Seeks to a position.
    Seek {
        /// Latest epoch that the sender has seen.
        epoch: Epoch,
        /// Target position, milliseconds.
        position_ms: i64,
    },
    /// Sets the playback rate.
    SetRate {
        /// Latest epoch that the sender has seen.
        epoch: Epoch,
        /// Playback rate, 1 is normal; within [`RATES`].
        rate: f64,
    },
    /// Plays an item of the queue.
    PlayItem {
        /// Latest epoch that the sender has seen.
        epoch: Epoch,
        /// Item to play; `None` for the next one.
        item: Option<ItemId>,
    },
    /// The holder of the remote starts or stops dragging the seek bar. The remote does not change hands during a drag.
    Drag {
        /// True when the drag starts, false when it ends.
        dragging: bool,
    },
}

/// A change of playback.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaybackUpdate {
    /// The playback state changed.
    Changed {
        /// Complete playback state.
        playback: Playback,
        /// Participant and action that caused the change; `None` if it was automatic.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<Cause>,
    },
    /// The set of participants that the room is waiting for changed.
    WaitingFor {
        /// Participants who are not ready.
        participants: Vec<ParticipantId>,
    },
    /// Changes of playback status, at most once a second. With more than 50 participants, each receives only their own.
    Standings {
        /// Participants whose status changed, each with the new status.
        standings: Vec<(ParticipantId, Standing)>,
    },
}
