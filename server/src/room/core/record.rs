//! The persistent state of a room, from which it is restored after a crash.

use super::event::Network;
use app::protocol::{RoomId, UserId, room::*};
use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// A room as it is stored in the database, without its chat.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomRecord {
    /// UUID v7.
    pub id: RoomId,
    /// The room's code.
    pub code: RoomCode,
    /// The vanity address.
    pub slug: Option<String>,
    /// The host's account.
    pub host_user: UserId,
    /// Counts the openings: grows each time the room opens after it was closed. Only the host reads messages of earlier
    /// ones.
    pub opening: u32,
    /// The last heartbeat of the open room.
    pub beat: ServerTime,
    /// True if the room is open, as far as the database knows. Stays set after a crash, although no one is in.
    pub is_open: bool,
    /// The rest, which no query filters by: one JSON column.
    pub state: RoomState,
}

/// The part of a room that is stored as JSON. Fields that are added later need a default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomState {
    /// Settings.
    pub settings: RoomSettings,
    /// The host's identity in this room.
    pub host: PersonId,
    /// The host's name.
    pub host_name: String,
    /// Playback state.
    #[serde(deserialize_with = "stored_playback")]
    pub playback: Playback,
    /// Upcoming videos.
    pub queue: Vec<QueueItem>,
    /// The id of the next queue item.
    pub next_item: ItemId,
    /// The number of the next message. Numbers of messages that were not stored are never used again.
    pub next_message: MessageId,
    /// Moderators.
    pub moderators: Vec<PersonId>,
    /// People who are banned permanently.
    pub bans: Vec<Ban>,
    /// People who were removed from the open room and are kept out until it closes or the host lets them in again; the
    /// latest [`KICKED_PEOPLE`](super::bounds::REMOVED) of them.
    #[serde(default)]
    pub removed: Vec<Removed>,
    /// People who have been in the open room, while it is locked: they may come back after a crash.
    #[serde(default)]
    pub known: Vec<PersonId>,
    /// People who have a seat, while the room has a password: after a crash or a restart they need not enter it again.
    #[serde(default)]
    pub seated: Vec<PersonId>,
}

/// Reads a playback state that is stored. Where rooms showed nothing but videos, `video` stood in place of the screen.
fn stored_playback<'de, D: Deserializer<'de>>(from: D) -> Result<Playback, D::Error> {
    let mut stored = serde_json::Value::deserialize(from)?;
    if let Some(fields) = stored.as_object_mut()
        && let Some(video) = fields.remove("video")
    {
        let screen = if video.is_null() {
            serde_json::json!("nothing")
        } else {
            serde_json::json!({ "video": video })
        };
        fields.entry("screen").or_insert(screen);
    }
    serde_json::from_value(stored).map_err(D::Error::custom)
}

/// A person who was removed and is kept out for this opening of the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The person.
    pub person: PersonId,
    /// Their name at that time.
    pub name: String,
    /// A guest's network. Without their cookie they are a new person, but still come from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
}

/// A chat message as it is stored in the database.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMessage {
    /// The opening of the room in which it was sent.
    pub opening: u32,
    /// The message.
    pub message: ChatMessage,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json, to_value};

    #[test]
    fn rooms_of_the_time_when_only_videos_were_shown_are_readable() {
        let video = json!({
            "item": 7, "info_hash": "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c", "file": 2, "title": "Film", "duration_ms": 5
        });
        let stored = |playback: serde_json::Value| {
            json!({
                "settings": RoomSettings::new("Film night"), "host": "0123456789abcdef", "host_name": "Ada", "playback": playback,
                "queue": [], "next_item": 1, "next_message": 1, "moderators": [], "bans": []
            })
        };
        let playback = |fields: serde_json::Value| {
            let mut playback = json!({
                "epoch": 3, "state": { "is": "paused" }, "anchor": { "position_ms": 1000, "at": 5 }, "rate": 1.0
            });
            playback
                .as_object_mut()
                .unwrap()
                .extend(fields.as_object().unwrap().clone());
            playback
        };
        let read: RoomState = from_value(stored(playback(json!({ "video": video })))).unwrap();
        let shown = read.playback.video().unwrap();
        assert_eq!(
            (shown.item, shown.title.as_str(), shown.duration_ms),
            (ItemId(7), "Film", Some(5))
        );
        let again: RoomState = from_value(to_value(&read).unwrap()).unwrap();
        assert_eq!(again, read);
        let read: RoomState = from_value(stored(playback(json!({ "video": null })))).unwrap();
        assert_eq!(read.playback.screen, Screen::Nothing);
        assert!(from_value::<RoomState>(stored(playback(json!({})))).is_err());
    }
}
