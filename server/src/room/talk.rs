//! Talking: what is said, changed, taken back and answered without words.

use super::{
    bounds::{STANDINGS_PEOPLE, UNSTORED},
    chat::Line,
    event::{ConnectionId, Save},
    seats::Seat,
    state::Room,
    text,
};
use app::protocol::room::*;

impl Room {
    /// A page of what was said, as far as the room holds it: also what is not kept, or not yet. `None`: those messages
    /// are the database's to tell.
    pub fn messages(&self, sees_all: bool, before: Option<MessageId>, limit: usize) -> Option<ChatPage> {
        let page = self.chat.page_before(sees_all, before, limit);
        (!page.messages.is_empty() || !page.goes_on).then_some(page)
    }

    /// A message that somebody may see and that was not taken back.
    pub(super) fn message_for(&self, seat: &Seat, id: MessageId) -> Result<&ChatMessage, Refusal> {
        let line = self.chat.get(id, seat.rank == Rank::Host);
        line.map(|line| &line.message)
            .filter(|message| !message.deleted)
            .ok_or(Refusal::Gone)
    }

    pub(super) fn say(&mut self, now: ServerTime, connection: ConnectionId, words: Words) -> Result<(), Refusal> {
        let Some(seat) = self.seats.at(connection) else {
            return Ok(());
        };
        let text = text::said(&words.text).ok_or(Refusal::Invalid)?;
        if let Some(id) = words.reply_to {
            self.message_for(seat, id)?;
        }
        let keeps = self.record.state.settings.keep_chat;
        if keeps && self.chat.unstored() >= UNSTORED {
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
        let said = |nonce| ServerMessage::Said {
            message: message.clone(),
            nonce,
        };
        self.out.send(connection, said(Some(words.nonce)));
        self.out.broadcast_but(Some(connection), said(None));
        if keeps {
            self.chat.await_storing(message.id, author);
            self.out.save(Save::Message(message));
        } else {
            self.out.send(connection, ServerMessage::Stored { id: message.id });
        }
        Ok(())
    }

    /// The database kept a message, or could not.
    pub(super) fn message_stored(&mut self, id: MessageId, is_stored: bool) {
        let author = self.chat.stored(id, is_stored);
        let Some(connection) = author.and_then(|author| self.seats.get(author)?.connection()) else {
            return;
        };
        let message = if is_stored {
            ServerMessage::Stored { id }
        } else {
            ServerMessage::NotStored { id }
        };
        self.out.send(connection, message);
    }

    pub(super) fn edit_message(&mut self, id: MessageId, text: &str) -> Result<(), Refusal> {
        let text = text::said(text).ok_or(Refusal::Invalid)?;
        let line = self.chat.get_mut(id).ok_or(Refusal::Gone)?;
        if line.message.text == text {
            return Ok(());
        }
        line.message.text.clone_from(&text);
        line.message.edited = true;
        let line = line.clone();
        self.tell_of(&line, ServerMessage::Edited { id, text: text.clone() });
        self.keep_of(&line, Save::Edit { id, text });
        Ok(())
    }

    pub(super) fn delete_message(&mut self, id: MessageId) -> Result<(), Refusal> {
        let line = self.chat.get_mut(id).ok_or(Refusal::Gone)?;
        line.message.delete();
        let line = line.clone();
        self.tell_of(&line, ServerMessage::Deleted { id });
        self.keep_of(&line, Save::Delete { id });
        Ok(())
    }

    pub(super) fn react(&mut self, seat: ConnectionId, id: MessageId, emoji: String, on: bool) -> Result<(), Refusal> {
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
        let reacted = ServerMessage::Reacted {
            id,
            person: told_person,
            emoji: told_emoji,
            on,
        };
        self.tell_of(&line, reacted);
        self.keep_of(&line, Save::React { id, person, emoji, on });
        Ok(())
    }

    /// Tells that somebody writes; in rooms of many nobody, who could not read it either.
    pub(super) fn typing(&mut self, connection: ConnectionId, typing: bool) {
        let is_large = self.seats.len() > STANDINGS_PEOPLE;
        let Some(seat) = self.seats.at_mut(connection) else {
            return;
        };
        if is_large || !typing && !seat.typing {
            return;
        }
        seat.typing = typing;
        let participant = seat.id;
        self.out
            .broadcast_but(Some(connection), ServerMessage::Typing { participant, typing });
    }

    /// What somebody says ends their writing: pages take that from the message itself.
    fn stop_typing(&mut self, connection: ConnectionId) {
        if let Some(seat) = self.seats.at_mut(connection) {
            seat.typing = false;
        }
    }

    pub(super) fn emote(&mut self, connection: ConnectionId, emoji: String) -> Result<(), Refusal> {
        if !text::is_emoji(&emoji) {
            return Err(Refusal::Invalid);
        }
        if let Some(participant) = self.seats.at(connection).map(|seat| seat.id) {
            self.out.broadcast(ServerMessage::Emote { participant, emoji });
        }
        Ok(())
    }

    /// The host clears the chat, in the room or over REST.
    pub(super) fn clear_chat(&mut self) {
        self.out.save(Save::ClearChat);
        self.chat.clear();
        self.out.broadcast(ServerMessage::ChatCleared);
    }

    /// Tells whoever may see a message what has become of it.
    fn tell_of(&mut self, line: &Line, message: ServerMessage) {
        if self.chat.is_public(line) {
            return self.out.broadcast(message);
        }
        let hosts = self.seats.iter().filter(|seat| seat.rank == Rank::Host);
        let hosts: Vec<_> = hosts.filter_map(Seat::connection).collect();
        for host in hosts {
            self.out.send(host, message.clone());
        }
    }

    fn keep_of(&mut self, line: &Line, save: Save) {
        if line.is_kept {
            self.out.save(save);
        }
    }

    fn moment(&self, now: ServerTime) -> Option<Moment> {
        let playback = self.player.playback();
        playback.video.as_ref().map(|video| Moment {
            info_hash: video.info_hash,
            file: video.file,
            position_ms: playback.position_at(now),
        })
    }
}

/// What somebody wants to say.
#[derive(Debug)]
pub(super) struct Words {
    /// The page's own number.
    pub nonce: u32,
    /// The words, as they came.
    pub text: String,
    /// What they answer.
    pub reply_to: Option<MessageId>,
    /// Whether they are about what is in the picture.
    pub about_now: bool,
}
