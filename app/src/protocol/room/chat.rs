//! Chat messages and reactions.

use super::{ParticipantId, PersonId, ServerTime};
use crate::protocol::Source;
use serde::{Deserialize, Serialize};

/// Maximum length of a message, characters.
pub const TEXT_CHARS: usize = 2_000;
/// Maximum length of an emoji, bytes, including skin tones and joiners.
pub const EMOJI_BYTES: usize = 40;
/// Maximum number of different emoji on one message.
pub const REACTIONS: usize = 20;
/// Number of messages in a [`RoomSnapshot`](super::RoomSnapshot) and on each page of older messages.
pub const CHAT_PAGE: usize = 50;

/// Message ID, increasing within a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct MessageId(pub u64);

/// A playback position that a message refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Moment {
    /// Source of the video.
    #[serde(flatten)]
    pub source: Source,
    /// Playback position, milliseconds.
    pub position_ms: i64,
}

/// The reactions to a message with one emoji.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Reaction {
    /// Emoji.
    pub emoji: String,
    /// People who reacted, in order.
    pub people: Vec<PersonId>,
}

/// A chat message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChatMessage {
    /// Message ID.
    pub id: MessageId,
    /// Author.
    pub author: PersonId,
    /// Author's display name at the time of sending.
    pub name: String,
    /// Text; empty if the message was deleted.
    pub text: String,
    /// Time of sending, Unix milliseconds by the server's clock.
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub at: ServerTime,
    /// Message that this one replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// Playback position that the message refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<Moment>,
    /// True if the author edited the message.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// True if the message was deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Emoji reactions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

impl ChatMessage {
    /// Adds or removes a person's reaction. Idempotent.
    pub fn react(&mut self, person: &PersonId, emoji: &str, on: bool) {
        let place = self.reactions.iter().position(|reaction| reaction.emoji == emoji);
        match (place, on) {
            (Some(place), true) => {
                let people = &mut self.reactions[place].people;
                if !people.contains(person) {
                    people.push(person.clone());
                }
            }
            (None, true) => self.reactions.push(Reaction {
                emoji: emoji.to_owned(),
                people: vec![person.clone()],
            }),
            (Some(place), false) => {
                self.reactions[place].people.retain(|other| other != person);
                if self.reactions[place].people.is_empty() {
                    self.reactions.remove(place);
                }
            }
            (None, false) => {}
        }
    }

    /// Clears the content and marks the message as deleted; it keeps its place in the chat.
    pub fn delete(&mut self) {
        self.text.clear();
        self.deleted = true;
        self.moment = None;
        self.reactions.clear();
    }
}

/// A request about the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatRequest {
    /// Sends a chat message.
    Send {
        /// Client-assigned number, echoed in [`ChatUpdate::Sent`] or [`ServerMessage::Refused`].
        nonce: u32,
        /// Message text.
        text: String,
        /// Message that this one replies to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<MessageId>,
        /// True to attach the current playback position to the message.
        #[serde(default)]
        about_now: bool,
    },
    /// Edits a message. Requires its author.
    Edit {
        /// Message to edit.
        id: MessageId,
        /// New text.
        text: String,
    },
    /// Deletes a message. Requires its author, a moderator, the host or the acting host.
    Delete {
        /// Message to delete.
        id: MessageId,
    },
    /// Adds or removes an emoji reaction.
    React {
        /// Message to react to.
        id: MessageId,
        /// Emoji.
        emoji: String,
        /// True to add the reaction, false to remove it.
        on: bool,
    },
    /// Typing indicator. Repeated every few seconds while the user types.
    Typing {
        /// True while the user types.
        typing: bool,
    },
    /// Sends an emoji that floats over the video.
    Emote {
        /// Emoji.
        emoji: String,
    },
    /// Deletes the chat history. Requires the host.
    Clear,
}

/// A change of the chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatUpdate {
    /// A new chat message.
    Sent {
        /// Message.
        message: ChatMessage,
        /// Number from [`ChatRequest::Send`]; sent to the author only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nonce: Option<u32>,
    },
    /// The message is stored. Sent to its author; immediately if chat history is off.
    Stored {
        /// Stored message.
        id: MessageId,
    },
    /// The message could not be stored: the participants have received it, but it is lost on restart. Sent to its author.
    NotStored {
        /// Message that is not stored.
        id: MessageId,
    },
    /// A message was edited.
    Edited {
        /// Edited message.
        id: MessageId,
        /// New text.
        text: String,
    },
    /// A message was deleted.
    Deleted {
        /// Deleted message.
        id: MessageId,
    },
    /// A reaction was added or removed.
    Reacted {
        /// Message reacted to.
        id: MessageId,
        /// Person who reacted.
        person: PersonId,
        /// Emoji.
        emoji: String,
        /// True if the reaction was added, false if it was removed.
        on: bool,
    },
    /// The chat history was deleted.
    Cleared,
    /// A participant started or stopped typing.
    Typing {
        /// Participant.
        participant: ParticipantId,
        /// True while they type.
        typing: bool,
    },
    /// An emoji to float over the video.
    Emote {
        /// Sender.
        participant: ParticipantId,
        /// Emoji.
        emoji: String,
    },
}
