//! What the room will watch.

use crate::protocol::{FileIndex, InfoHash};
use serde::{Deserialize, Serialize};

/// A line of the queue, unique in its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(pub u64);

/// Something to watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueItem {
    /// Which line.
    pub id: ItemId,
    /// Its torrent.
    pub info_hash: InfoHash,
    /// Its file.
    pub file: FileIndex,
    /// What it is called.
    pub title: String,
    /// Who added it.
    pub added_by: String,
}

/// What somebody wants in the queue. The server looks up its name and its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// Its torrent, which this instance must know.
    pub info_hash: InfoHash,
    /// Its file; the main one if not named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileIndex>,
    /// Whether it is played at once, rather than when its turn comes.
    #[serde(default)]
    pub play_now: bool,
}

/// A change of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum QueueChange {
    /// A line at the end.
    Added {
        /// The line.
        item: QueueItem,
    },
    /// A line is gone.
    Removed {
        /// Which.
        item: ItemId,
    },
    /// A line is elsewhere.
    Moved {
        /// Which.
        item: ItemId,
        /// In front of which; `None` is at the end.
        before: Option<ItemId>,
    },
}
