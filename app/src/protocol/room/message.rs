//! The messages of the room protocol, by the noun that they are about. A message is an object of one entry, whose name is
//! the noun; its value is an object of one entry again, whose name is what is asked or told: `{"queue":{"remove":{"item":7}}}`.

use super::*;
use serde::{Deserialize, Serialize};

/// A message from a client to the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientMessage {
    /// Clock synchronisation and keep-alive.
    Ping(Ping),
    /// Playback.
    Playback(PlaybackRequest),
    /// The queue.
    Queue(QueueRequest),
    /// The remote.
    Remote(RemoteRequest),
    /// The chat.
    Chat(ChatRequest),
    /// The people in the room.
    People(PeopleRequest),
    /// Changes the settings. Requires the host or the acting host; a moderator may change [`RoomSettings::locked`] alone.
    Settings(SettingsChange),
    /// The room itself.
    Room(RoomRequest),
}

/// Clock synchronisation and keep-alive. Answered with [`ServerMessage::Pong`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ping {
    /// Client clock, milliseconds; echoed unchanged.
    pub sent_at: f64,
}

/// A request about the room itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomRequest {
    /// Ends the room. Requires the host.
    End,
    /// Leaves the room and frees the seat at once.
    Leave,
}

/// A message from the server to a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerMessage {
    /// A snapshot of the room. The first message of every connection.
    Welcome {
        /// Current state of the room.
        snapshot: Box<RoomSnapshot>,
    },
    /// Reply to [`Ping`].
    Pong {
        /// Client clock from the ping, unchanged.
        sent_at: f64,
        /// Server time at which the ping was received.
        at: ServerTime,
    },
    /// Playback.
    Playback(PlaybackUpdate),
    /// The queue.
    Queue(QueueChange),
    /// The complete state of the remote: its holder or the requests for it changed.
    Remote(Remote),
    /// The chat.
    Chat(ChatUpdate),
    /// The people in the room.
    People(PeopleUpdate),
    /// The settings.
    Settings(SettingsUpdate),
    /// The server rejected a message. Sent to its sender.
    Refused {
        /// Reason.
        reason: Refusal,
        /// Number from [`ChatRequest::Send`], if that was the rejected message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nonce: Option<u32>,
    },
    /// The server is closing the connection; a close frame follows.
    Goodbye {
        /// Reason.
        why: Farewell,
    },
}

/// The reason for rejecting a message. A code rather than a text, so that each client can word it in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The request names an outdated epoch: another participant changed playback first.
    Stale,
    /// Requires the remote.
    NeedsRemote,
    /// Requires the host or the acting host.
    NeedsHost,
    /// Requires a moderator or the host.
    NeedsModerator,
    /// Requires the author of the message.
    NeedsAuthor,
    /// The target must have an account.
    NeedsAccount,
    /// The participant, message or queue item does not exist.
    Gone,
    /// Rate limit exceeded.
    TooFast,
    /// The value is empty, too long or out of range.
    Invalid,
    /// A capacity limit is reached.
    Full,
    /// The torrent is unknown to this instance.
    UnknownTorrent,
    /// The torrent is blocked on this instance.
    Blocked,
    /// The torrent, or the file that was named, holds nothing that a room can play.
    Unplayable,
    /// The room has no video to play.
    NoVideo,
    /// Temporarily unavailable, e.g. because the database cannot keep up; retry.
    Unavailable,
}

/// The reason for closing a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Farewell {
    /// The host ended the room.
    Ended,
    /// The room reached its maximum lifetime.
    Expired,
    /// The participant was removed, until the host readmits them.
    Kicked,
    /// The participant was banned permanently.
    Banned,
    /// The participant connected again from the same tab.
    Replaced,
    /// The server is restarting.
    Restarting,
}

/// The complete state of a room, as visible to one participant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomSnapshot {
    /// Version of the protocol: [`PROTOCOL_VERSION`].
    pub version: u32,
    /// Room code.
    pub code: RoomCode,
    /// Vanity address, if any.
    pub slug: Option<String>,
    /// Recipient of this snapshot.
    pub you: ParticipantId,
    /// Current server time.
    pub now: ServerTime,
    /// Settings.
    pub settings: RoomSettings,
    /// Participants, in order of arrival.
    pub participants: Vec<Participant>,
    /// Participant with the host's permissions.
    pub acting_host: Option<ParticipantId>,
    /// Holder of the remote and requests for it.
    pub remote: Remote,
    /// Playback state.
    pub playback: Playback,
    /// Participants that the room is waiting for.
    pub waiting_for: Vec<ParticipantId>,
    /// Queue.
    pub queue: Vec<QueueItem>,
    /// Latest messages, oldest first.
    pub chat: Vec<ChatMessage>,
    /// True if there are older messages.
    pub chat_goes_on: bool,
    /// Playback status of each participant; in rooms of more than 50 participants, of the recipient only.
    pub standings: Vec<(ParticipantId, Standing)>,
    /// Ban list; empty unless the recipient is the host or the acting host.
    pub bans: Vec<Ban>,
}
