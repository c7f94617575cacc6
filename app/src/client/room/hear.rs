//! What the server says, taken in: the view changes, and the page hears of what concerns the person.

use super::handle::{Outgoing, Over, Part, Rising, Room};
use super::sound;
use crate::client::storage;
use crate::protocol::room::*;
use crate::room::refusal;
use crate::room::view::{Asks, RoomView};
use crate::room::words::calls;
use leptos::prelude::*;
use std::time::Duration;

/// How long an emoji rises.
const RISES: Duration = Duration::from_millis(4_200);
/// So many at once; more cover the picture.
const RISING: usize = 40;
/// Under this name a browser remembers that it is not to make a sound when somebody calls.
pub const QUIET: &str = "room_quiet";
/// An own message of the last opening of the socket is known again by its words, if it is not older; milliseconds.
const KNOWN_AGAIN_MS: i64 = 60_000;

/// What a message changes.
fn parts_of(message: &ServerMessage) -> &'static [Part] {
    match message {
        ServerMessage::Welcome { .. } => &super::handle::PARTS,
        ServerMessage::Joined { .. } | ServerMessage::Left { .. } => {
            &[Part::People, Part::Chat, Part::Standings, Part::Typing]
        }
        ServerMessage::Changed { .. } | ServerMessage::Acting { .. } => &[Part::People],
        ServerMessage::Standings { .. } => &[Part::Standings],
        ServerMessage::Playback { .. } => &[Part::Playback, Part::Standings, Part::Chat],
        ServerMessage::WaitingFor { .. } => &[Part::Playback],
        ServerMessage::Queue { .. } => &[Part::Queue],
        ServerMessage::Remote { .. } => &[Part::Remote, Part::Chat],
        ServerMessage::Settings { .. } | ServerMessage::Address { .. } => &[Part::Settings],
        ServerMessage::Bans { .. } => &[Part::Bans],
        ServerMessage::Said { .. } => &[Part::Chat, Part::Typing],
        ServerMessage::Stored { .. }
        | ServerMessage::NotStored { .. }
        | ServerMessage::Edited { .. }
        | ServerMessage::Deleted { .. }
        | ServerMessage::Reacted { .. }
        | ServerMessage::ChatCleared => &[Part::Chat],
        ServerMessage::Typing { .. } => &[Part::Typing],
        ServerMessage::Pong { .. }
        | ServerMessage::Emote { .. }
        | ServerMessage::Refused { .. }
        | ServerMessage::Goodbye { .. } => &[],
    }
}

impl Room {
    /// Takes in what the server says.
    pub(super) fn hear(&self, message: ServerMessage) {
        let parts = parts_of(&message);
        let now = match &message {
            ServerMessage::Welcome { snapshot } => Some(snapshot.now),
            _ => None,
        };
        let asks = self.update_view(|view| match (view.as_mut(), message) {
            (Some(view), message) => view.apply(message),
            (None, ServerMessage::Welcome { snapshot }) => {
                *view = Some(RoomView::new(*snapshot));
                Asks::Renew
            }
            (None, _) => Asks::Nothing,
        });
        self.publish(parts);
        match asks {
            None | Some(Asks::Nothing) => {}
            Some(Asks::Renew) => {
                self.welcomed();
                self.find_outgoing(now.unwrap_or_default());
            }
            Some(Asks::Hear(id)) => self.hear_message(id),
            Some(Asks::Emote(participant, emoji)) => self.rise(participant, emoji),
            Some(Asks::Clock { sent_at, at }) => self.pong(sent_at, at),
            Some(Asks::Refuse(reason, nonce)) => self.refused(reason, nonce),
            Some(Asks::Arrived(nonce, id)) => self.arrived(nonce, id),
            Some(Asks::End(Farewell::Restarting)) => {}
            Some(Asks::End(why)) => self.end(Over::Farewell(why)),
        }
    }

    /// Somebody else said something: aloud, and counted if nobody looks.
    fn hear_message(&self, id: MessageId) {
        let heard = self.peek(|view| {
            let message = view.chat.iter().find(|message| message.id == id)?;
            let me = view.me()?;
            // Said by the same person from another tab.
            let is_own = message.author == me.person;
            let answered = message
                .reply_to
                .and_then(|to| view.chat.iter().find(|other| other.id == to));
            let is_called =
                !is_own && (calls(&message.text, &me.name) || answered.is_some_and(|other| other.author == me.person));
            Some((format!("{}: {}", message.name, message.text), is_own, is_called))
        });
        let Some((words, is_own, is_called)) = heard else {
            return;
        };
        if is_own {
            return;
        }
        let _ = self.announced.try_set(words);
        let is_seen = self.looking.try_get_untracked().unwrap_or(true) && !document().hidden();
        if !is_seen {
            if self.read.try_get_untracked().flatten().is_none() {
                let before = self.peek(|view| {
                    let place = view.chat.iter().position(|message| message.id == id)?;
                    Some(view.chat.get(place.checked_sub(1)?)?.id)
                });
                let _ = self.read.try_set(Some(before.unwrap_or_default()));
            }
            let _ = self.unread.try_update(|unread| *unread = unread.saturating_add(1));
        }
        if is_called && storage::load::<bool>(QUIET) != Some(true) {
            sound::call();
        }
    }

    /// The viewer has seen everything.
    pub fn have_read(&self) {
        if self.unread.get_untracked() > 0 {
            self.unread.set(0);
        }
    }

    fn rise(&self, participant: ParticipantId, emoji: String) {
        let name = self.peek(|view| view.participant(participant).map(|who| who.name.clone()));
        let key = self.number();
        let rising = Rising {
            key,
            emoji,
            name: name.unwrap_or_default(),
        };
        let _ = self.rising.try_update(|all| {
            if all.len() < RISING {
                all.push(rising);
            }
        });
        let all = self.rising;
        set_timeout(
            move || {
                let _ = all.try_update(|all| all.retain(|other| other.key != key));
            },
            RISES,
        );
    }

    fn refused(&self, reason: Refusal, nonce: Option<u32>) {
        match nonce {
            Some(nonce) => {
                let _ = self.outgoing.try_update(|all| {
                    if let Some(message) = all.iter_mut().find(|message| message.nonce == nonce) {
                        message.failed = Some(reason);
                    }
                });
            }
            None => {
                self.unpause();
                self.say_hint(refusal::sentence(reason));
            }
        }
    }

    fn arrived(&self, nonce: u32, _id: MessageId) {
        let _ = self
            .outgoing
            .try_update(|all| all.retain(|message| message.nonce != nonce));
    }

    /// Says something in the chat. It stands there at once, and is marked until the server has it.
    pub fn say(&self, text: String, reply_to: Option<MessageId>, about_now: bool) {
        let nonce = self.number();
        let message = Outgoing {
            nonce,
            text: text.clone(),
            reply_to,
            about_now,
            failed: None,
        };
        self.outgoing.update(|all| all.push(message));
        let is_sent = self.send(ClientMessage::Say {
            nonce,
            text,
            reply_to,
            about_now,
        });
        if !is_sent {
            self.refused(Refusal::Unavailable, Some(nonce));
        }
    }

    /// Says it again.
    pub fn say_again(&self, nonce: u32) {
        let message = self.outgoing.try_update(|all| {
            let place = all.iter().position(|message| message.nonce == nonce)?;
            Some(all.remove(place))
        });
        if let Some(message) = message.flatten() {
            self.say(message.text, message.reply_to, message.about_now);
        }
    }

    /// Never mind.
    pub fn drop_outgoing(&self, nonce: u32) {
        self.outgoing.update(|all| all.retain(|message| message.nonce != nonce));
    }

    /// The connection is a new one: what was on its way has arrived, or has not.
    fn find_outgoing(&self, now: ServerTime) {
        if self.outgoing.try_with_untracked(Vec::is_empty) != Some(false) {
            return;
        }
        let arrived = self.peek(|view| {
            let me = view.me().map(|me| me.person.clone());
            let is_mine = |message: &&ChatMessage| Some(&message.author) == me.as_ref();
            let is_young = |message: &&ChatMessage| now.since(message.at) < KNOWN_AGAIN_MS;
            let texts = view.chat.iter().filter(is_mine).filter(is_young);
            texts.map(|message| message.text.clone()).collect::<Vec<_>>()
        });
        self.outgoing.update(|all| {
            all.retain(|message| !arrived.contains(&message.text));
            for message in all {
                message.failed = Some(Refusal::Unavailable);
            }
        });
    }
}
