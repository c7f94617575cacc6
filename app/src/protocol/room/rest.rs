//! REST types for rooms, outside the room's socket.

use super::{ChatMessage, RoomCode, RoomSettings, SettingsChange};
use crate::protocol::{FileIndex, InfoHash, Timestamp};
use serde::{Deserialize, Serialize};

/// Maximum length of a display name, characters.
pub const NAME_CHARS: usize = 32;

/// A room, as seen from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Room {
    /// Room code.
    pub code: RoomCode,
    /// Vanity address, if any.
    pub slug: Option<String>,
    /// Settings.
    pub settings: RoomSettings,
    /// Name of the host.
    pub host: String,
    /// True if the caller is the host.
    pub is_host: bool,
    /// True if the room is open. A closed room opens when its host joins.
    pub is_open: bool,
    /// True if the caller was removed, and cannot rejoin until the room closes or the host lifts the removal.
    #[serde(default)]
    pub is_removed: bool,
    /// Number of participants.
    pub participants: u32,
    /// Title of the current video, if any.
    pub playing: Option<String>,
    /// Base addresses at which others can reach this instance, best first, e.g. `http://192.168.1.5:3000`. Present only when
    /// the host requests a single room; empty if none is known, e.g. because the instance listens on loopback only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time at which a participant was last in the room.
    pub last_active_at: Timestamp,
}

/// A request to create a room.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewRoom {
    /// Title, 1 to 80 characters.
    #[cfg_attr(
        feature = "ssr",
        schema(
            min_length = 1,
            max_length = 80,
            pattern = r"[^\s\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff\ufff9-\ufffb]",
            example = "Friday night"
        )
    )]
    pub title: String,
    /// Room password, at most 128 characters. Without it, anyone with the link can join.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(max_length = 128))]
    pub password: Option<String>,
    /// Vanity address: 3 to 40 characters of `a-z`, `0-9` and `-`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "ssr",
        schema(pattern = "^([a-z0-9][a-z0-9-]{1,38}[a-z0-9])?$", example = "friday-night")
    )]
    pub slug: Option<String>,
    /// Maximum number of participants, at least 2, capped at the instance's limit; defaults to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(minimum = 2, maximum = 10_000, example = 10))]
    pub max_participants: Option<u32>,
    /// True to admit guests without an account; defaults to true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guests_allowed: Option<bool>,
    /// True to pause the room for participants whose playback stalls; defaults to false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_for_everyone: Option<bool>,
    /// True to keep the chat history when the room closes; defaults to true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_chat: Option<bool>,
    /// Torrent to play first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info_hash: Option<InfoHash>,
    /// File in the torrent; the main file if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(maximum = 19_999, example = 0))]
    pub file_index: Option<FileIndex>,
    /// Start position, seconds; defaults to the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(minimum = 0, maximum = 172_800, example = 218.0))]
    pub position_seconds: Option<f64>,
}

/// Changes to a room; absent fields are left unchanged.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RoomChange {
    /// Settings to change.
    #[serde(flatten)]
    pub settings: SettingsChange,
    /// New room password; an empty string removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(max_length = 128))]
    pub password: Option<String>,
    /// New vanity address; an empty string removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(pattern = "^([a-z0-9][a-z0-9-]{1,38}[a-z0-9])?$"))]
    pub slug: Option<String>,
}

/// A request to join a room.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct JoinRoom {
    /// Room password, if the room has one. Not required from the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(max_length = 128))]
    pub password: Option<String>,
    /// Display name for a guest, 1 to 32 characters. Ignored for signed-in users, who appear under their username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(max_length = 32, example = "Ada"))]
    pub display_name: Option<String>,
    /// Random identifier of the browser tab, at most 64 letters and digits. A client that rejoins with the same one keeps
    /// its seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(max_length = 64, pattern = "^[A-Za-z0-9]*$"))]
    pub tab: Option<String>,
}

/// Permission to open a room's socket.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Joining {
    /// Single-use ticket, valid for 60 seconds: `GET /api/rooms/{code}/socket?ticket=…&version=…`.
    pub ticket: String,
    /// Protocol version of the server.
    pub version: u32,
    /// Room.
    pub room: Room,
    /// Token that a guest appends to stream addresses as `?token=`; only if the instance requires an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_token: Option<String>,
}

/// A page of chat messages. Pages run from newest to oldest; the messages of a page from oldest to newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChatPage {
    /// Messages, oldest first.
    pub messages: Vec<ChatMessage>,
    /// True if there are older messages; to get them, pass the first message's ID as `before`.
    pub goes_on: bool,
}

/// A request to invite people to a room by e-mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct InvitePeople {
    /// E-mail addresses, at most 20.
    #[cfg_attr(feature = "ssr", schema(min_items = 1, max_items = 20))]
    pub emails: Vec<String>,
}
