//! What goes into a room's core and what comes out of it.

use super::record::RoomRecord;
use app::protocol::room::*;
use uuid::Uuid;

/// One socket, unique while the server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// Who a socket belongs to. Password, guests and ticket are checked before; capacity, bans and the lock by the core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joiner {
    /// Who they are in this room.
    pub person: PersonId,
    /// Their account.
    pub user: Option<Uuid>,
    /// What they are called, checked; the core makes it different from others' where guests share one.
    pub name: String,
    /// What tells their tabs apart.
    pub tab: Option<String>,
}

/// What happens to a room.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A socket with a good ticket was opened.
    Connect {
        /// Which.
        connection: ConnectionId,
        /// Whose.
        joiner: Joiner,
    },
    /// A participant said something.
    Message {
        /// On which socket.
        connection: ConnectionId,
        /// What.
        message: ClientMessage,
    },
    /// A socket broke or was closed from outside. Also for one that the core does not know any more.
    Disconnect {
        /// Which.
        connection: ConnectionId,
    },
    /// What an [`Effect::Resolve`] came to.
    Resolved {
        /// Who asked.
        connection: ConnectionId,
        /// The line without its number, or why there is none.
        found: Result<Found, Refusal>,
        /// Whether it is played at once.
        play_now: bool,
    },
    /// A [`Save::Message`] was written, or could not be.
    MessageStored {
        /// Which.
        id: MessageId,
        /// Whether it was.
        stored: bool,
    },
    /// The host changed the room over REST; bounds are checked.
    Configured {
        /// Its settings.
        change: SettingsChange,
        /// Whether it has a password now.
        has_password: bool,
        /// Its vanity address now.
        slug: Option<String>,
    },
    /// The host cleared the chat over REST. What was kept is gone, but for what was still to be written.
    ChatCleared,
    /// The host ended the room over REST.
    EndRequested,
    /// An account was shut or deleted: whoever is in with it goes.
    AccountGone {
        /// Which.
        user: Uuid,
        /// Whether it was deleted: the room of such a host is over.
        deleted: bool,
    },
    /// The server stops: everybody is told to come back.
    Stopping,
}

/// A file that can be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its torrent.
    pub info_hash: app::protocol::InfoHash,
    /// Its file.
    pub file: app::protocol::FileIndex,
    /// What it is called.
    pub title: String,
}

/// What a room wants done. The task does it in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Tell one.
    Send {
        /// Whom.
        to: ConnectionId,
        /// What.
        message: ServerMessage,
    },
    /// Tell every seated connection.
    Broadcast {
        /// What.
        message: ServerMessage,
        /// But not this one.
        except: Option<ConnectionId>,
    },
    /// Close a socket, after what was sent before.
    Close {
        /// Which.
        connection: ConnectionId,
        /// Why.
        code: CloseCode,
    },
    /// Somebody is not to watch what the room plays any more, until they are let in again.
    SentOut {
        /// Who.
        person: PersonId,
    },
    /// Keep something.
    Save(Save),
    /// Look up what somebody wants in the queue; answered with [`Event::Resolved`].
    Resolve {
        /// Who asked.
        connection: ConnectionId,
        /// What for.
        addition: Addition,
    },
    /// The room is closed: the task writes what is left and ends.
    Closed {
        /// Whether it is over for good: its host ended it.
        ended: bool,
    },
}

/// What is to be kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Save {
    /// The room itself, as [`Room::record`](super::Room::record) tells when the task comes to it: several become one.
    Record,
    /// A new message; answered with [`Event::MessageStored`].
    Message(ChatMessage),
    /// New words of a message.
    Edit {
        /// Which.
        id: MessageId,
        /// Its words.
        text: String,
    },
    /// A message taken back.
    Delete {
        /// Which.
        id: MessageId,
    },
    /// A reaction.
    React {
        /// To which message.
        id: MessageId,
        /// Whose.
        person: PersonId,
        /// The emoji.
        emoji: String,
        /// Whether it is there.
        on: bool,
    },
    /// All messages of the room go.
    ClearChat,
}

/// How a room begins to be open.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// As the database has it; `opening` already counts this one.
    pub record: RoomRecord,
    /// Its latest messages, of every opening, oldest first; at most [`super::bounds::CHAT_MESSAGES`].
    pub messages: Vec<super::record::StoredMessage>,
    /// Whether there are older ones.
    pub messages_go_on: bool,
    /// People who fit into any room of this instance.
    pub capacity_limit: u32,
    /// After how long without anybody doing anything it closes, milliseconds.
    pub idle_ms: i64,
    /// What chance is drawn from, for shuffling.
    pub seed: u64,
}
