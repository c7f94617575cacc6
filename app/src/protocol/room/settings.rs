//! Room settings. The host can change them while the room is open; all participants see them.

use super::RemoteMode;
use serde::{Deserialize, Serialize};

/// Maximum length of a title, characters.
pub const TITLE_CHARS: usize = 80;
/// Default for the maximum number of participants.
pub const DEFAULT_CAPACITY: u32 = 10;
/// Range of [`RoomSettings::idle_relief_seconds`].
pub const IDLE_HANDOVER_SECONDS: std::ops::RangeInclusive<u32> = 15..=3600;

/// The settings of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RoomSettings {
    /// Title, 1 to 80 characters.
    pub title: String,
    /// Maximum number of participants.
    pub capacity: u32,
    /// True if guests without an account can join.
    pub guests_allowed: bool,
    /// True if the room is locked: nobody new can join, earlier participants can rejoin.
    pub locked: bool,
    /// True if the room pauses for participants whose playback stalls, for a limited time.
    pub wait_for_everyone: bool,
    /// True if the chat history is kept when the room closes.
    pub keep_chat: bool,
    /// Policy that decides who may control playback.
    pub remote_mode: RemoteMode,
    /// Idle time after which the remote passes from its holder to the first participant who requested it, 15 to 3,600
    /// seconds; null to disable.
    pub idle_relief_seconds: Option<u32>,
    /// True if the next video starts when one ends.
    pub auto_advance: bool,
    /// True if the next video is chosen at random from the queue.
    pub shuffle: bool,
    /// True if joining requires a password. To change it, use `PATCH /api/rooms/{code}`, which hashes the password.
    pub has_password: bool,
}

impl RoomSettings {
    /// Returns the settings of a new room.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            capacity: DEFAULT_CAPACITY,
            guests_allowed: true,
            locked: false,
            wait_for_everyone: false,
            keep_chat: true,
            remote_mode: RemoteMode::Holder,
            idle_relief_seconds: None,
            auto_advance: true,
            shuffle: false,
            has_password: false,
        }
    }
}

/// Changes to room settings; absent fields are left unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SettingsChange {
    /// New title, 1 to 80 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "ssr",
        schema(
            min_length = 1,
            max_length = 80,
            pattern = r"[^\s\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff\ufff9-\ufffb]",
            example = "Saturday night"
        )
    )]
    pub title: Option<String>,
    /// New maximum number of participants, capped at the limit of this instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(minimum = 2, maximum = 10_000, example = 10))]
    pub capacity: Option<u32>,
    /// True to admit guests without an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guests_allowed: Option<bool>,
    /// True to lock the room: nobody new can join, earlier participants can rejoin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// True to pause the room for participants whose playback stalls, for a limited time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_for_everyone: Option<bool>,
    /// True to keep the chat history when the room closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_chat: Option<bool>,
    /// New policy that decides who may control playback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_mode: Option<RemoteMode>,
    /// Idle time after which the remote passes to the first participant who requested it, 15 to 3,600 seconds; 0 to disable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(maximum = 3_600, example = 60))]
    pub idle_relief_seconds: Option<u32>,
    /// True to start the next video when one ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_advance: Option<bool>,
    /// True to choose the next video at random from the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shuffle: Option<bool>,
}

impl SettingsChange {
    /// Applies the changes to `settings`. Does not validate them; the server does so beforehand.
    pub fn apply(&self, settings: &mut RoomSettings) {
        fn set<T: Clone>(to: &mut T, from: &Option<T>) {
            if let Some(value) = from {
                to.clone_from(value);
            }
        }
        set(&mut settings.title, &self.title);
        set(&mut settings.capacity, &self.capacity);
        set(&mut settings.guests_allowed, &self.guests_allowed);
        set(&mut settings.locked, &self.locked);
        set(&mut settings.wait_for_everyone, &self.wait_for_everyone);
        set(&mut settings.keep_chat, &self.keep_chat);
        set(&mut settings.remote_mode, &self.remote_mode);
        set(&mut settings.auto_advance, &self.auto_advance);
        set(&mut settings.shuffle, &self.shuffle);
        if let Some(seconds) = self.idle_relief_seconds {
            settings.idle_relief_seconds = (seconds > 0).then_some(seconds);
        }
    }
}

/// A change of what the room is set to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingsUpdate {
    /// The settings changed: all of them, as they are now.
    Changed(RoomSettings),
    /// The vanity address of the room changed.
    Address {
        /// New vanity address; `None` if it was removed.
        slug: Option<String>,
    },
}
