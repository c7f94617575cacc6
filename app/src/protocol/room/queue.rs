//! The queue of videos to watch.

use crate::protocol::{Source, SourceRequest};
use serde::{Deserialize, Serialize};

/// Queue item ID, unique within a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(pub u64);

/// A queue item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueItem {
    /// Item ID.
    pub id: ItemId,
    /// Source.
    #[serde(flatten)]
    pub source: Source,
    /// Title.
    pub title: String,
    /// Name of the participant who added it.
    pub added_by: String,
}

/// A request to add an item to the queue. The server looks up the title and the default file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// Requested source.
    #[serde(flatten)]
    pub source: SourceRequest,
    /// True to play the item at once instead of in its turn.
    #[serde(default)]
    pub play_now: bool,
}

/// A change of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueChange {
    /// An item was appended.
    Added {
        /// New item.
        item: QueueItem,
    },
    /// An item was removed.
    Removed {
        /// Removed item.
        item: ItemId,
    },
    /// An item was moved.
    Moved {
        /// Moved item.
        item: ItemId,
        /// Item that follows it; `None` if it is last.
        before: Option<ItemId>,
    },
}

/// A request about the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueRequest {
    /// Adds an item to the queue.
    Add(Addition),
    /// Removes an item from the queue.
    Remove {
        /// Item to remove.
        item: ItemId,
    },
    /// Moves an item within the queue.
    Move {
        /// Item to move.
        item: ItemId,
        /// Item to insert it before; `None` moves it to the end.
        before: Option<ItemId>,
    },
}
