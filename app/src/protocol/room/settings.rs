//! How a room is set. The host changes it while it is open; everybody sees it.

use super::RemoteMode;
use serde::{Deserialize, Serialize};

/// Letters of a title.
pub const TITLE_CHARS: usize = 80;
/// People in a room where the host has not said otherwise.
pub const DEFAULT_CAPACITY: u32 = 10;
/// Shortest and longest time after which an idle holder loses the remote to whoever asks, seconds.
pub const IDLE_RELIEF_SECONDS: std::ops::RangeInclusive<u32> = 15..=3600;

/// The settings of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RoomSettings {
    /// What it is called: 1 to 80 characters.
    pub title: String,
    /// People who fit in.
    pub capacity: u32,
    /// Whether people without an account may come in.
    pub guests_allowed: bool,
    /// Whether nobody new may come in. Whoever was there may come back.
    pub locked: bool,
    /// Whether the room stops for somebody whose picture stalls, up to a grace.
    pub wait_for_everyone: bool,
    /// Whether chat is kept when the room closes.
    pub keep_chat: bool,
    /// Who may control playback.
    pub remote_mode: RemoteMode,
    /// After how long without a touch whoever asks gets the remote from its holder, seconds; `None` is never.
    pub idle_relief_seconds: Option<u32>,
    /// Whether the next video starts when one ends.
    pub auto_advance: bool,
    /// Whether the next video is any of the queue.
    pub shuffle: bool,
    /// Whether a password is asked for. Changed by `PATCH /api/rooms/{code}` only, which hashes it.
    pub has_password: bool,
}

impl RoomSettings {
    /// As a room begins.
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

/// What of the settings is to change; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SettingsChange {
    /// See [`RoomSettings::title`].
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
    /// See [`RoomSettings::capacity`]; more than this instance has room for is as many as it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(minimum = 2, maximum = 10_000, example = 10))]
    pub capacity: Option<u32>,
    /// See [`RoomSettings::guests_allowed`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guests_allowed: Option<bool>,
    /// See [`RoomSettings::locked`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// See [`RoomSettings::wait_for_everyone`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_for_everyone: Option<bool>,
    /// See [`RoomSettings::keep_chat`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_chat: Option<bool>,
    /// See [`RoomSettings::remote_mode`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_mode: Option<RemoteMode>,
    /// See [`RoomSettings::idle_relief_seconds`]; 0 is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(maximum = 3_600, example = 60))]
    pub idle_relief_seconds: Option<u32>,
    /// See [`RoomSettings::auto_advance`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_advance: Option<bool>,
    /// See [`RoomSettings::shuffle`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shuffle: Option<bool>,
}

impl SettingsChange {
    /// Takes over what is to change. Bounds are the server's to check first.
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
