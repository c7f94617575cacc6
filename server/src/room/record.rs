//! What of a room is kept, so that it survives a crash.

use app::protocol::room::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A room as the database has it, without its chat.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomRecord {
    /// UUID v7.
    pub id: Uuid,
    /// Its code.
    pub code: RoomCode,
    /// Its vanity address.
    pub slug: Option<String>,
    /// The host's account.
    pub host_user: Uuid,
    /// Grows each time that the room opens after it was closed. Only the host reads what was said before.
    pub opening: u32,
    /// When an open room last noted that it lives.
    pub beat: ServerTime,
    /// Whether it is open, as far as the database knows. After a crash it says so although nobody is in.
    pub is_open: bool,
    /// The rest, which nothing is searched by: one JSON column.
    pub state: RoomState,
}

/// What of a room is kept as JSON. Fields that come later need a default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomState {
    /// How it is set.
    pub settings: RoomSettings,
    /// Who the host is, as the room knows people.
    pub host: PersonId,
    /// What the host is called.
    pub host_name: String,
    /// Where it is.
    pub playback: Playback,
    /// What comes.
    pub queue: Vec<QueueItem>,
    /// The number of the next line.
    pub next_item: ItemId,
    /// The number of the next message; numbers of messages that were not kept are never used again.
    pub next_message: MessageId,
    /// Who is a moderator.
    pub moderators: Vec<PersonId>,
    /// Who may not come in.
    pub bans: Vec<Ban>,
    /// Who was in the open room, while it is locked: after a crash they may come back.
    #[serde(default)]
    pub known: Vec<PersonId>,
    /// Who had a seat, while the room has a password: after a crash or a restart it is not asked of them.
    #[serde(default)]
    pub seated: Vec<PersonId>,
}

/// A message as the database has it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMessage {
    /// In which opening it was said.
    pub opening: u32,
    /// The message.
    pub message: ChatMessage,
}
