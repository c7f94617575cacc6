//! The messages themselves.

use super::*;
use serde::{Deserialize, Serialize};

/// What a page says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// What time is it? Answered with [`ServerMessage::Pong`].
    Ping {
        /// The page's clock, milliseconds; comes back unchanged.
        sent_at: f64,
    },
    /// How playback is here.
    Report {
        /// How it is.
        standing: Standing,
    },
    /// The video can be played at the position that this epoch asks for.
    Ready {
        /// Which epoch.
        epoch: Epoch,
        /// The video's length, once known.
        duration_ms: Option<i64>,
    },
    /// The video came to its end.
    Ended {
        /// Which epoch.
        epoch: Epoch,
    },

    /// Start.
    Play {
        /// What the sender saw.
        epoch: Epoch,
    },
    /// Stop, where the sender is.
    Pause {
        /// What the sender saw.
        epoch: Epoch,
        /// Where the sender's picture is.
        position_ms: i64,
    },
    /// Go there.
    Seek {
        /// What the sender saw.
        epoch: Epoch,
        /// Where to.
        position_ms: i64,
    },
    /// Play at this rate.
    SetRate {
        /// What the sender saw.
        epoch: Epoch,
        /// 1 is normal; within [`RATES`].
        rate: f64,
    },
    /// Play this line of the queue; `None` is the next one.
    PlayItem {
        /// What the sender saw.
        epoch: Epoch,
        /// Which.
        item: Option<ItemId>,
    },
    /// The holder has the seek bar in the hand, or lets go. Nobody takes the remote meanwhile.
    Drag {
        /// Whether it is in the hand.
        dragging: bool,
    },

    /// Add to the queue.
    QueueAdd {
        /// What.
        addition: Addition,
    },
    /// Take out of the queue.
    QueueRemove {
        /// Which.
        item: ItemId,
    },
    /// Move within the queue.
    QueueMove {
        /// Which.
        item: ItemId,
        /// In front of which; `None` is to the end.
        before: Option<ItemId>,
    },

    /// May I have the remote?
    AskRemote,
    /// Not any more.
    WithdrawAsk,
    /// Take the remote: the host, or whoever acts for the host.
    TakeRemote,
    /// Give the remote to somebody: its holder, or the host. Answers a request, if there is one.
    PassRemote {
        /// To whom.
        to: ParticipantId,
    },
    /// No, not now: its holder, or the host.
    DeclineAsk {
        /// Whose request.
        participant: ParticipantId,
    },

    /// Say something.
    Say {
        /// The page's own number for it, which comes back.
        nonce: u32,
        /// What.
        text: String,
        /// The message that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<MessageId>,
        /// Whether it is about what is in the picture now.
        #[serde(default)]
        about_now: bool,
    },
    /// Say it otherwise: its author.
    EditMessage {
        /// Which.
        id: MessageId,
        /// The new words.
        text: String,
    },
    /// Take it back: its author, the host or a moderator.
    DeleteMessage {
        /// Which.
        id: MessageId,
    },
    /// Answer with an emoji.
    React {
        /// Which message.
        id: MessageId,
        /// The emoji.
        emoji: String,
        /// Whether it is there.
        on: bool,
    },
    /// Somebody writes, or stops. Told again every few seconds while they do.
    Typing {
        /// Whether they write.
        typing: bool,
    },
    /// An emoji that rises over the picture.
    Emote {
        /// The emoji.
        emoji: String,
    },

    /// Be called this from now on.
    Rename {
        /// 1 to 32 characters.
        name: String,
    },
    /// Change the settings: the host, or whoever acts for the host.
    ChangeSettings {
        /// What.
        change: SettingsChange,
    },
    /// Send somebody out: the host or a moderator.
    Kick {
        /// Whom.
        participant: ParticipantId,
        /// Whether for good.
        ban: bool,
    },
    /// Let somebody in again: the host.
    Unban {
        /// Whom.
        person: PersonId,
    },
    /// Make somebody with an account a moderator, or not any more: the host.
    SetModerator {
        /// Whom.
        participant: ParticipantId,
        /// Whether they are.
        on: bool,
    },
    /// Make somebody with an account the host: the host.
    HandOver {
        /// Whom.
        to: ParticipantId,
    },
    /// Forget all that was said: the host.
    ClearChat,
    /// End the room: the host.
    EndRoom,
    /// Goodbye: the seat is free at once.
    Leave,
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Everything that is so. The first message of a connection.
    Welcome {
        /// What is so.
        snapshot: Box<RoomSnapshot>,
    },
    /// Answers [`ClientMessage::Ping`].
    Pong {
        /// What the page sent.
        sent_at: f64,
        /// When the server had it.
        at: ServerTime,
    },
    /// Somebody came.
    Joined {
        /// Who.
        participant: Participant,
    },
    /// Somebody is called otherwise, may do something else, is away or back.
    Changed {
        /// Who, as they are now.
        participant: Participant,
    },
    /// Somebody is not there any more.
    Left {
        /// Who.
        id: ParticipantId,
        /// Why.
        why: Leaving,
    },
    /// Who acts for the host has changed.
    Acting {
        /// Whoever may do what the host may, as far as an absent host can be acted for: the host, when there.
        host: Option<ParticipantId>,
    },
    /// How playback is for some; about once a second, and only where that changed.
    Standings {
        /// Who and how.
        standings: Vec<(ParticipantId, Standing)>,
    },
    /// Where the room is now.
    Playback {
        /// All of it.
        playback: Playback,
        /// Who did it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<Cause>,
    },
    /// For whom the room waits.
    WaitingFor {
        /// Who is not ready.
        participants: Vec<ParticipantId>,
    },
    /// The queue has changed.
    Queue {
        /// How.
        change: QueueChange,
    },
    /// Who holds the remote and who asks.
    Remote {
        /// All of it.
        remote: Remote,
    },
    /// The settings.
    Settings {
        /// All of them.
        settings: RoomSettings,
    },
    /// The room's vanity address has changed.
    Address {
        /// What it is now.
        slug: Option<String>,
    },
    /// Who was banned; to the host and whoever acts for the host.
    Bans {
        /// All of them.
        bans: Vec<Ban>,
    },
    /// Somebody said something.
    Said {
        /// What.
        message: ChatMessage,
        /// To its author: the page's own number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nonce: Option<u32>,
    },
    /// To its author: the message is kept now. Where chat is not kept this follows at once.
    Stored {
        /// Which.
        id: MessageId,
    },
    /// To its author: the message could not be kept. It was seen by those who are there, and is gone after a restart.
    NotStored {
        /// Which.
        id: MessageId,
    },
    /// A message was changed.
    Edited {
        /// Which.
        id: MessageId,
        /// Its words.
        text: String,
    },
    /// A message was taken back.
    Deleted {
        /// Which.
        id: MessageId,
    },
    /// Somebody reacts to a message, or does not any more.
    Reacted {
        /// Which.
        id: MessageId,
        /// Who.
        person: PersonId,
        /// The emoji.
        emoji: String,
        /// Whether it is there.
        on: bool,
    },
    /// All that was said is forgotten.
    ChatCleared,
    /// Somebody writes, or stops.
    Typing {
        /// Who.
        participant: ParticipantId,
        /// Whether they write.
        typing: bool,
    },
    /// An emoji rises over the picture.
    Emote {
        /// Whose.
        participant: ParticipantId,
        /// The emoji.
        emoji: String,
    },
    /// To its sender: a message was not followed.
    Refused {
        /// Why.
        reason: Refusal,
        /// The page's own number, where the message was [`ClientMessage::Say`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nonce: Option<u32>,
    },
    /// The connection ends, and why; a close frame follows.
    Goodbye {
        /// Why.
        why: Farewell,
    },
}

/// Why a message was not followed. A value, not an error: the page says it in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Somebody else was quicker: the sender had not seen the latest change.
    Stale,
    /// Only whoever holds the remote may.
    NeedsRemote,
    /// Only the host may, or whoever acts for the host.
    NeedsHost,
    /// Only a moderator or the host may.
    NeedsModerator,
    /// Only its author may.
    NeedsAuthor,
    /// Only people with an account can be that.
    NeedsAccount,
    /// There is no such participant, message or line.
    Gone,
    /// Too many too fast.
    TooFast,
    /// Too long, empty, or outside its bounds.
    Invalid,
    /// There is no room for more.
    Full,
    /// This instance does not know the torrent, or has none to play in it.
    UnknownTorrent,
    /// It is blocked on this instance.
    Blocked,
    /// Nothing to play.
    NoVideo,
    /// Could not be kept; try again.
    Unavailable,
}

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Farewell {
    /// The host ended the room.
    Ended,
    /// It was open for as long as rooms may be.
    Expired,
    /// Sent out.
    Kicked,
    /// Sent out for good.
    Banned,
    /// In again from the same tab.
    Replaced,
    /// The server stops, and comes back.
    Restarting,
}

/// Somebody who may not come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// Who.
    pub person: PersonId,
    /// What they were called.
    pub name: String,
}

/// Everything that is so in a room, for one participant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomSnapshot {
    /// [`PROTOCOL_VERSION`].
    pub version: u32,
    /// Its code.
    pub code: RoomCode,
    /// Its vanity address, if it has one.
    pub slug: Option<String>,
    /// Whoever reads this.
    pub you: ParticipantId,
    /// The server's clock.
    pub now: ServerTime,
    /// How it is set.
    pub settings: RoomSettings,
    /// Everybody, in the order in which they came.
    pub participants: Vec<Participant>,
    /// Whoever has the host's say now.
    pub acting_host: Option<ParticipantId>,
    /// Who holds the remote and who asks.
    pub remote: Remote,
    /// Where it is.
    pub playback: Playback,
    /// For whom the room waits.
    pub waiting_for: Vec<ParticipantId>,
    /// What comes.
    pub queue: Vec<QueueItem>,
    /// The latest messages, oldest first.
    pub chat: Vec<ChatMessage>,
    /// Whether there are older ones.
    pub chat_goes_on: bool,
    /// How playback is for everybody.
    pub standings: Vec<(ParticipantId, Standing)>,
    /// Who may not come in; empty unless the reader has the host's say.
    pub bans: Vec<Ban>,
}
