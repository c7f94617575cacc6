//! The REST routes around a room's socket.

use super::{ChatMessage, RoomSettings, SettingsChange};
use crate::protocol::{FileIndex, InfoHash, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The letters of a room's code: none that looks or sounds like another, no vowel that could make a word.
pub const CODE_LETTERS: &[u8] = b"bcdfghjkmnpqrstvwxz23456789";
/// How many of them.
pub const CODE_LENGTH: usize = 8;
/// Letters of a vanity address.
pub const SLUG_CHARS: std::ops::RangeInclusive<usize> = 3..=40;
/// Letters of a name in a room.
pub const NAME_CHARS: usize = 32;

/// How a room is addressed: eight easily dictated characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(value_type = String, pattern = "^[bcdfghjkmnpqrstvwxz2-9]{8}$", example = "kxd47mqz"))]
#[serde(transparent)]
pub struct RoomCode(String);

impl RoomCode {
    /// Its characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no room's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a room's code is eight letters and digits")]
pub struct InvalidRoomCode;

impl FromStr for RoomCode {
    type Err = InvalidRoomCode;

    /// Forgives capitals, and the dash and the spaces that people put in when they write it down.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code: String = text
            .chars()
            .filter(|c| !matches!(c, '-' | ' '))
            .map(|c| c.to_ascii_lowercase())
            .take(CODE_LENGTH + 1)
            .collect();
        let fits = code.len() == CODE_LENGTH && code.bytes().all(|c| CODE_LETTERS.contains(&c));
        if fits { Ok(Self(code)) } else { Err(InvalidRoomCode) }
    }
}

impl fmt::Display for RoomCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RoomCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A room, as whoever may see it outside of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Room {
    /// Its code.
    pub code: RoomCode,
    /// Its vanity address.
    pub slug: Option<String>,
    /// How it is set.
    pub settings: RoomSettings,
    /// The host's name.
    pub host: String,
    /// Whether whoever asks is the host.
    pub is_host: bool,
    /// Whether it is open now. Only its host can open a closed one, by coming in.
    pub is_open: bool,
    /// People in it now.
    pub participants: u32,
    /// What is played in it, if anything.
    pub playing: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When somebody was last in it.
    pub last_active_at: Timestamp,
}

/// A new room.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewRoom {
    /// 1 to 80 characters.
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
    /// Up to 128 characters; without it whoever has the link may come in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(max_length = 128))]
    pub password: Option<String>,
    /// A vanity address: 3 to 40 of `a-z`, `0-9` and `-`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "ssr",
        schema(pattern = "^([a-z0-9][a-z0-9-]{1,38}[a-z0-9])?$", example = "friday-night")
    )]
    pub slug: Option<String>,
    /// People who fit in, 2 or more; what is above the instance's limit is its limit; 10 if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(minimum = 2, maximum = 10_000, example = 10))]
    pub max_participants: Option<u32>,
    /// Whether people without an account may come in; yes if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guests_allowed: Option<bool>,
    /// Whether the room stops for somebody who stalls; no if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_for_everyone: Option<bool>,
    /// Whether chat is kept when the room closes; yes if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_chat: Option<bool>,
    /// A torrent to begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info_hash: Option<InfoHash>,
    /// Its file; the main one if not named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(maximum = 19_999, example = 0))]
    pub file_index: Option<FileIndex>,
}

/// A change of a room from outside of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RoomChange {
    /// Its settings.
    #[serde(flatten)]
    pub settings: SettingsChange,
    /// A new password; empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(max_length = 128))]
    pub password: Option<String>,
    /// A new vanity address; empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(pattern = "^([a-z0-9][a-z0-9-]{1,38}[a-z0-9])?$"))]
    pub slug: Option<String>,
}

/// How somebody comes in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct JoinRoom {
    /// The room's password, if it has one. Its host needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(max_length = 128))]
    pub password: Option<String>,
    /// What a guest would like to be called: 1 to 32 characters. People with an account go by their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(max_length = 32, example = "Ada"))]
    pub display_name: Option<String>,
    /// What tells one tab from another: whoever comes back with the same one keeps their seat. Up to 64 letters and
    /// digits, made by the page at random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(max_length = 64, pattern = "^[A-Za-z0-9]*$"))]
    pub tab: Option<String>,
}

/// What lets somebody open the room's socket.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Joining {
    /// Good once and for 60 seconds: `GET /api/rooms/{code}/socket?ticket=…&version=…`.
    pub ticket: String,
    /// The version of the protocol that the server speaks.
    pub version: u32,
    /// The room.
    pub room: Room,
    /// What a guest adds to the addresses of streams, as `?token=`, where the instance is for accounts only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_token: Option<String>,
}

/// Chat, newest page first, each page oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChatPage {
    /// The messages, oldest first.
    pub messages: Vec<ChatMessage>,
    /// Whether there are older ones: ask with `before` the first one's number.
    pub goes_on: bool,
}

/// People to tell of a room by mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct InvitePeople {
    /// Up to 20 addresses.
    #[cfg_attr(feature = "ssr", schema(min_items = 1, max_items = 20))]
    pub emails: Vec<String>,
}
