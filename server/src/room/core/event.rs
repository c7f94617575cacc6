//! Input and output of a room's core: events and effects.

use super::record::RoomRecord;
use app::protocol::{UserId, room::*};
use serde::{Deserialize, Serialize};

/// Identifies a socket. Unique within the server process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// A guest's network as one room knows it: a pseudonym of the household's address, different in every room.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Network(pub String);

/// The owner of a socket that joins. Password, guest access and ticket are checked before; capacity, bans and the lock
/// by the core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joiner {
    /// The person's identity in this room.
    pub person: PersonId,
    /// Their account; `None` for a guest.
    pub user: Option<UserId>,
    /// Their display name, validated. The core makes it unique where guests share one.
    pub name: String,
    /// Distinguishes the person's tabs.
    pub tab: Option<String>,
    /// A guest's network, where it tells households apart.
    pub network: Option<Network>,
}

/// An input of the room's core.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A socket with a valid ticket was opened.
    Connect {
        /// The socket.
        connection: ConnectionId,
        /// Its owner.
        joiner: Joiner,
    },
    /// A participant sent a message.
    Message {
        /// The socket that it came from.
        connection: ConnectionId,
        /// The message.
        message: ClientMessage,
    },
    /// A socket was lost or closed from outside. May name one that the core no longer knows.
    Disconnect {
        /// The socket.
        connection: ConnectionId,
    },
    /// The outcome of an [`Effect::Resolve`].
    Resolved {
        /// The socket that asked.
        connection: ConnectionId,
        /// The file to be queued, or why there is none.
        found: Result<Found, Refusal>,
        /// True if it is to be played immediately.
        play_now: bool,
    },
    /// The outcome of a [`Save::Message`].
    MessageStored {
        /// The message.
        id: MessageId,
        /// True if it was stored.
        stored: bool,
    },
    /// The host changed the room over REST. The values are validated.
    Configured {
        /// The changed settings.
        change: SettingsChange,
        /// True if the room has a password now.
        has_password: bool,
        /// The vanity address now.
        slug: Option<String>,
    },
    /// The host cleared the chat over REST. Stored messages are already deleted, pending writes are not.
    ChatCleared,
    /// The host ended the room over REST.
    EndRequested,
    /// An account was disabled or deleted: its participants are removed.
    AccountGone {
        /// The account.
        user: UserId,
        /// True if it was deleted. If it was the host's, the room ends.
        deleted: bool,
    },
    /// The server is shutting down: everyone is told to reconnect.
    Stopping,
}

/// A playable file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its source.
    pub source: app::protocol::Source,
    /// The title.
    pub title: String,
}

/// An output of the room's core. The task carries effects out in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Sends a message to one connection.
    Send {
        /// The recipient.
        to: ConnectionId,
        /// The message.
        message: ServerMessage,
    },
    /// Sends a message to every seated connection.
    Broadcast {
        /// The message.
        message: ServerMessage,
        /// A connection that is left out.
        except: Option<ConnectionId>,
    },
    /// Closes a socket, after everything that was sent to it before.
    Close {
        /// The socket.
        connection: ConnectionId,
        /// The reason.
        code: CloseCode,
    },
    /// A person was removed and may not watch what the room plays until they are let in again.
    SentOut {
        /// The person.
        person: PersonId,
    },
    /// Keeps a person out until the room closes, or lets them in again.
    KeepOut {
        /// The person.
        person: PersonId,
        /// True if they are kept out.
        out: bool,
    },
    /// Writes to the database.
    Save(Save),
    /// Looks up a file for the queue. Answered with [`Event::Resolved`].
    Resolve {
        /// The socket that asked.
        connection: ConnectionId,
        /// The requested addition.
        addition: Addition,
    },
    /// The room is closed: the task flushes pending writes and ends.
    Closed {
        /// True if its host ended it for good.
        ended: bool,
    },
}

/// A write to the database.
#[derive(Debug, Clone, PartialEq)]
pub enum Save {
    /// The room itself, as [`Room::record`](super::Room::record) returns it when the task comes to it. Several are
    /// coalesced into one write.
    Record,
    /// A new message. Answered with [`Event::MessageStored`].
    Message(ChatMessage),
    /// The new text of a message.
    Edit {
        /// The message.
        id: MessageId,
        /// Its text.
        text: String,
    },
    /// A deleted message.
    Delete {
        /// The message.
        id: MessageId,
    },
    /// A reaction set or removed.
    React {
        /// The message.
        id: MessageId,
        /// The person who reacts.
        person: PersonId,
        /// The emoji.
        emoji: String,
        /// True if it is set.
        on: bool,
    },
    /// Deletes all messages of the room.
    ClearChat,
}

/// The input from which a room is opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// The stored record; `opening` already counts this opening.
    pub record: RoomRecord,
    /// The latest messages, of every opening, oldest first; at most [`super::bounds::CHAT_MESSAGES`].
    pub messages: Vec<super::record::StoredMessage>,
    /// True if there are older messages.
    pub messages_go_on: bool,
    /// Maximum capacity of any room of this instance.
    pub capacity_limit: u32,
    /// Idle timeout after which the room closes, milliseconds.
    pub idle_ms: i64,
    /// Seed of the random numbers for shuffling.
    pub seed: u64,
}
