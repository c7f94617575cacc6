//! Chat.

use super::{PersonId, ServerTime};
use crate::protocol::{FileIndex, InfoHash};
use serde::{Deserialize, Serialize};

/// Letters of one message.
pub const TEXT_CHARS: usize = 2_000;
/// Bytes of an emoji, with its skin tones and joiners.
pub const EMOJI_BYTES: usize = 40;
/// Different emoji under one message.
pub const REACTIONS: usize = 20;
/// Messages that a [`RoomSnapshot`](super::RoomSnapshot) carries, and one page of older ones.
pub const CHAT_PAGE: usize = 50;

/// A message's number: grows within its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct MessageId(pub u64);

/// A place in a film that a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Moment {
    /// The film's torrent.
    pub info_hash: InfoHash,
    /// The film's file.
    pub file: FileIndex,
    /// Where in it, milliseconds.
    pub position_ms: i64,
}

/// People who answered a message with one emoji.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who, in the order in which they did.
    pub people: Vec<PersonId>,
}

/// Something that somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChatMessage {
    /// Its number.
    pub id: MessageId,
    /// Who said it.
    pub author: PersonId,
    /// What they were called then.
    pub name: String,
    /// What they said; empty once it was deleted.
    pub text: String,
    /// When, by the server's clock; Unix milliseconds.
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub at: ServerTime,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// The place in the film that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<Moment>,
    /// Whether its author changed it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// Whether it was deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// What others answered without words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

impl ChatMessage {
    /// Notes that somebody reacts, or does not any more. Saying it twice changes nothing.
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

    /// Takes the words away and leaves the place.
    pub fn delete(&mut self) {
        self.text.clear();
        self.deleted = true;
        self.moment = None;
        self.reactions.clear();
    }
}
