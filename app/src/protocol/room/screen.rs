//! The screen of a room: what everyone in it sees.

use super::ItemId;
use crate::protocol::Source;
use serde::{Deserialize, Serialize};

/// Screen of a room. Everyone sees the same; the remote controls it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Screen {
    /// Nothing.
    #[default]
    Nothing,
    /// A video, which everyone plays in step.
    Video(Video),
}

impl Screen {
    /// Returns the video, if that is what is on.
    pub fn video(&self) -> Option<&Video> {
        match self {
            Self::Video(video) => Some(video),
            Self::Nothing => None,
        }
    }

    /// Returns the video for modification, if that is what is on.
    pub fn video_mut(&mut self) -> Option<&mut Video> {
        match self {
            Self::Video(video) => Some(video),
            Self::Nothing => None,
        }
    }
}

/// A video on a room's screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Video {
    /// Queue item that it was played from; may have been removed since.
    pub item: ItemId,
    /// Source.
    #[serde(flatten)]
    pub source: Source,
    /// Title.
    pub title: String,
    /// Duration, milliseconds, once a client has reported it.
    pub duration_ms: Option<i64>,
}
