//! Chat: sending, editing and deleting messages, reactions, emotes and typing indicators.

use super::{
    bounds::{PENDING_WRITES, STANDINGS_PEOPLE},
    chat::HeldMessage,
    event::{ConnectionId, Save},
    permission::Requirement,
    rate::MessageClass,
    request::{Request, Sender},
    seats::Seat,
    state::Room,
    text,
};
use app::protocol::room::*;

impl Request for ChatRequest {
    fn class(&self) -> MessageClass {
        match self {
            Self::Send { .. } | Self::Edit { .. } | Self::Delete { .. } => MessageClass::Chat,
            Self::React { .. } | Self::Emote { .. } => MessageClass::Emoji,
            Self::Typing { .. } => MessageClass::Typing,
            // It changes the room for everyone, as a setting does.
            Self::Clear => MessageClass::People,
        }
    }

    fn required(&self) -> Requirement {
        match self {
            Self::Send { .. } | Self::React { .. } | Self::Typing { .. } | Self::Emote { .. } => Requirement::Seat,
            Self::Edit { id, .. } => Requirement::Author(*id),
            Self::Delete { id } => Requirement::AuthorOrModeration(*id),
            Self::Clear => Requirement::Host,
        }
    }

    fn nonce(&self) -> Option<u32> {
        match self {
            Self::Send { nonce, .. } => Some(*nonce),
            _ => None,
        }
    }

    fn act(self, room: &mut Room, now: ServerTime, from: Sender) -> Result<(), Refusal> {
        match self {
            Self::Send {
                nonce,
                text,
                reply_to,
                about_now,
            } => {
                let words = Words {
                    nonce,
                    text,
                    reply_to,
                    about_now,
                };
                room.say(now, from.connection, words)?;
            }
            Self::Edit { id, text } => room.edit_message(id, &text)?,
            Self::Delete { id } => room.delete_message(id)?,
            Self::React { id, emoji, on } => room.react(from.connection, id, emoji, on)?,
            Self::Typing { typing } => room.typing(from.connection, typing),
            Self::Emote { emoji } => room.emote(from.connection, emoji)?,
            Self::Clear => room.clear_chat(),
        }
        Ok(())
    }
}

impl Room {
    /// Returns a page of the chat from memory, including messages that are not stored or not yet. `None` if the page
    /// has to be read from the database.
    pub fn messages(&self, sees_all: bool, before: Option<MessageId>, limit: usize) -> Option<ChatPage> {
        let page = self.chat.page_before(sees_all, before, limit);
        (!page.messages.is_empty() || !page.goes_on).then_some(page)
    }

    /// Returns a message that the participant may see and that was not deleted.
    pub(super) fn message_for(&self, seat: &Seat, id: MessageId) -> Result<&ChatMessage, Refusal> {
        let line = self.chat.get(id, seat.rank == Rank::Host);
        line.map(|line| &line.message)
            .filter(|message| !message.deleted)
            .ok_or(Refusal::Gone)
    }

    fn say(&mut self, now: ServerTime, connection: ConnectionId, words: Words) -> Result<(), Refusal> {
        let Some(seat) = self.seats.at(connection) else {
            return Ok(());
        };
        let text = text::said(&words.text).ok_or(Refusal::Invalid)?;
        if let Some(id) = words.reply_to {
            self.message_for(seat, id)?;
        }
        let keeps = self.record.state.settings.keep_chat;
        if keeps && self.chat.unstored() >= PENDING_WRITES {
            return Err(Refusal::Unavailable);
        }
        let (author, person, name) = (seat.id, seat.person.clone(), seat.name.clone());
        let message = ChatMessage {
            id: self.chat.number(),
            author: person,
            name,
            text,
            at: now,
            reply_to: words.reply_to,
            moment: self.moment(now).filter(|_| words.about_now),
            edited: false,
            deleted: false,
            reactions: Vec::new(),
        };
        self.stop_typing(connection);
        self.chat.add(message.clone(), keeps);
        let said = |nonce| {
            ServerMessage::Chat(ChatUpdate::Sent {
                message: message.clone(),
                nonce,
            })
        };
        self.out.send(connection, said(Some(words.nonce)));
        self.out.broadcast_but(Some(connection), said(None));
        if keeps {
            self.chat.await_storing(message.id, author);
            self.out.save(Save::Message(message));
        } else {
            self.out
                .send(connection, ServerMessage::Chat(ChatUpdate::Stored { id: message.id }));
        }
        Ok(())
    }

    /// Reports the outcome of a message's write to its author.
    pub(super) fn message_stored(&mut self, id: MessageId, is_stored: bool) {
        let author = self.chat.stored(id, is_stored);
        let Some(connection) = author.and_then(|author| self.seats.get(author)?.connection()) else {
            return;
        };
        let message = if is_stored {
            ServerMessage::Chat(ChatUpdate::Stored { id })
        } else {
            ServerMessage::Chat(ChatUpdate::NotStored { id })
        };
        self.out.send(connection, message);
    }

    fn edit_message(&mut self, id: MessageId, text: &str) -> Result<(), Refusal> {
        let text = text::said(text).ok_or(Refusal::Invalid)?;
        let line = self.chat.get_mut(id).ok_or(Refusal::Gone)?;
        if line.message.text == text {
            return Ok(());
        }
        line.message.text.clone_from(&text);
        line.message.edited = true;
        let line = line.clone();
        self.tell_of(
            &line,
            ServerMessage::Chat(ChatUpdate::Edited { id, text: text.clone() }),
        );
        self.keep_of(&line, Save::Edit { id, text });
        Ok(())
    }

    fn delete_message(&mut self, id: MessageId) -> Result<(), Refusal> {
        let line = self.chat.get_mut(id).ok_or(Refusal::Gone)?;
        line.message.delete();
        let line = line.clone();
        self.tell_of(&line, ServerMessage::Chat(ChatUpdate::Deleted { id }));
        self.keep_of(&line, Save::Delete { id });
        Ok(())
    }

    fn react(&mut self, seat: ConnectionId, id: MessageId, emoji: String, on: bool) -> Result<(), Refusal> {
        let Some(seat) = self.seats.at(seat) else {
            return Ok(());
        };
        if !text::is_emoji(&emoji) {
            return Err(Refusal::Invalid);
        }
        self.message_for(seat, id)?;
        let person = seat.person.clone();
        let line = self.chat.get_mut(id).ok_or(Refusal::Gone)?;
        if line.has_reaction(&person, &emoji) == on {
            return Ok(());
        }
        if on && !line.has_place_for(&emoji) {
            return Err(Refusal::Full);
        }
        line.message.react(&person, &emoji, on);
        let line = line.clone();
        let (told_person, told_emoji) = (person.clone(), emoji.clone());
        let reacted = ServerMessage::Chat(ChatUpdate::Reacted {
            id,
            person: told_person,
            emoji: told_emoji,
            on,
        });
        self.tell_of(&line, reacted);
        self.keep_of(&line, Save::React { id, person, emoji, on });
        Ok(())
    }

    /// Broadcasts that a participant is typing or has stopped. In large rooms no one receives it: there would be too
    /// many to read.
    fn typing(&mut self, connection: ConnectionId, typing: bool) {
        let is_large = self.seats.len() > STANDINGS_PEOPLE;
        let Some(seat) = self.seats.at_mut(connection) else {
            return;
        };
        if is_large || !typing && !seat.typing {
            return;
        }
        seat.typing = typing;
        let participant = seat.id;
        self.out.broadcast_but(
            Some(connection),
            ServerMessage::Chat(ChatUpdate::Typing { participant, typing }),
        );
    }

    /// Clears the typing state of a participant who sends a message; pages infer it from the message itself.
    fn stop_typing(&mut self, connection: ConnectionId) {
        if let Some(seat) = self.seats.at_mut(connection) {
            seat.typing = false;
        }
    }

    fn emote(&mut self, connection: ConnectionId, emoji: String) -> Result<(), Refusal> {
        if !text::is_emoji(&emoji) {
            return Err(Refusal::Invalid);
        }
        if let Some(participant) = self.seats.at(connection).map(|seat| seat.id) {
            self.out
                .broadcast(ServerMessage::Chat(ChatUpdate::Emote { participant, emoji }));
        }
        Ok(())
    }

    /// Clears the chat, at the host's request in the room or over REST.
    pub(super) fn clear_chat(&mut self) {
        self.out.save(Save::ClearChat);
        self.chat.clear();
        self.out.broadcast(ServerMessage::Chat(ChatUpdate::Cleared));
    }

    /// Sends a change of a message to everyone who may see it.
    fn tell_of(&mut self, line: &HeldMessage, message: ServerMessage) {
        if self.chat.is_public(line) {
            return self.out.broadcast(message);
        }
        let hosts = self.seats.iter().filter(|seat| seat.rank == Rank::Host);
        let hosts: Vec<_> = hosts.filter_map(Seat::connection).collect();
        for host in hosts {
            self.out.send(host, message.clone());
        }
    }

    fn keep_of(&mut self, line: &HeldMessage, save: Save) {
        if line.is_kept {
            self.out.save(save);
        }
    }

    fn moment(&self, now: ServerTime) -> Option<Moment> {
        let playback = self.player.playback();
        playback.video().map(|video| Moment {
            source: video.source,
            position_ms: playback.position_at(now),
        })
    }
}

/// A chat message as a client sent it.
#[derive(Debug)]
struct Words {
    /// The number that the client gave the message.
    nonce: u32,
    /// The text, not yet validated.
    text: String,
    /// The message that it replies to.
    reply_to: Option<MessageId>,
    /// True if it refers to the current moment of the video.
    about_now: bool,
}
