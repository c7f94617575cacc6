//! Handling of messages from the server: updates the view, and notifies the user of what concerns them.

use super::handle::{FloatingEmoji, OutgoingMessage, Over, Part, Room};
use super::sound;
use crate::client::{js, storage};
use crate::protocol::room::*;
use crate::room::refusal;
use crate::room::talk::{PendingMessage, arrived, is_later, spoken};
use crate::room::view::{Asks, RoomView};
use crate::room::words::calls;
use crate::t;
use leptos::prelude::*;
use std::time::Duration;

/// Duration of an emoji reaction's animation.
const EMOJI_DURATION: Duration = Duration::from_millis(4_200);
/// Maximum number of emoji reactions at once; more would cover the picture.
const MAX_EMOJI: usize = 40;
/// Local storage key of the setting that mutes the sound for mentions and replies.
pub const QUIET: &str = "room_quiet";

/// Returns the parts of the room that a message changes.
fn parts_of(message: &ServerMessage) -> &'static [Part] {
    match message {
        ServerMessage::Welcome { .. } => &super::handle::PARTS,
        ServerMessage::Playback(PlaybackUpdate::Changed { .. }) => &[Part::Playback, Part::Standings, Part::Chat],
        ServerMessage::Playback(PlaybackUpdate::WaitingFor { .. }) => &[Part::Playback],
        ServerMessage::Playback(PlaybackUpdate::Standings { .. }) => &[Part::Standings],
        ServerMessage::Queue(_) => &[Part::Queue],
        ServerMessage::Remote(_) => &[Part::Remote, Part::Chat],
        ServerMessage::Chat(ChatUpdate::Sent { .. }) => &[Part::Chat, Part::Typing],
        ServerMessage::Chat(ChatUpdate::Typing { .. }) => &[Part::Typing],
        ServerMessage::Chat(ChatUpdate::Emote { .. }) => &[],
        ServerMessage::Chat(_) => &[Part::Chat],
        ServerMessage::People(PeopleUpdate::Joined { .. } | PeopleUpdate::Left { .. }) => {
            &[Part::People, Part::Chat, Part::Standings, Part::Typing]
        }
        ServerMessage::People(PeopleUpdate::Changed { .. } | PeopleUpdate::Acting { .. }) => &[Part::People],
        ServerMessage::People(PeopleUpdate::Bans { .. }) => &[Part::Bans],
        ServerMessage::Settings(_) => &[Part::Settings],
        ServerMessage::Pong { .. } | ServerMessage::Refused { .. } | ServerMessage::Goodbye { .. } => &[],
    }
}

fn call() {
    if storage::load::<bool>(QUIET) != Some(true) {
        sound::call();
    }
}

impl Room {
    /// Handles a message from the server.
    pub(super) fn hear(&self, message: ServerMessage) {
        let parts = parts_of(&message);
        if let ServerMessage::Chat(ChatUpdate::Typing {
            participant,
            typing: true,
        }) = &message
        {
            let now = js::performance_now();
            self.writers
                .try_update_value(|writers| writers.heard(*participant, now));
        }
        let last = self.last_message();
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
                self.find_outgoing();
                self.hear_missed(last);
                self.take_up();
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

    /// Handles a new chat message, with a sound for a mention or reply.
    fn hear_message(&self, id: MessageId) {
        if self.take_in(id) {
            call();
        }
    }

    /// Like [`Self::hear_message`], without the sound. Returns `true` if the message mentions the viewer or replies to
    /// them.
    fn take_in(&self, id: MessageId) -> bool {
        let heard = self.peek(|view| {
            let message = view.chat.iter().find(|message| message.id == id)?;
            let me = view.me()?;
            // Sent by the same person from another tab.
            let is_own = message.author == me.person;
            let answered = message
                .reply_to
                .and_then(|to| view.chat.iter().find(|other| other.id == to));
            let is_called =
                !is_own && (calls(&message.text, &me.name) || answered.is_some_and(|other| other.author == me.person));
            Some((message.clone(), is_own, is_called))
        });
        let Some((message, is_own, is_called)) = heard else {
            return false;
        };
        if is_own {
            self.pass_own(id);
            return false;
        }
        self.announce(&message);
        if !self.is_looking() {
            if self.read.try_get_untracked().flatten().is_none() {
                let _ = self.read.try_set(Some(self.message_before(id).unwrap_or_default()));
            }
            let _ = self.unread.try_update(|unread| *unread = unread.saturating_add(1));
        }
        is_called
    }

    /// Handles messages that were sent while disconnected, i.e. after `last`, as if they had just arrived.
    fn hear_missed(&self, last: Option<MessageId>) {
        let Some(last) = last else { return };
        let missed = self.peek(|view| {
            let me = view.me().map(|me| &me.person);
            let later = view.chat.iter().filter(|message| message.id > last);
            later
                .filter(|message| Some(&message.author) != me && !message.deleted)
                .map(|message| message.id)
                .collect::<Vec<_>>()
        });
        // One sound, however many mentions.
        let calls = missed.into_iter().filter(|id| self.take_in(*id)).count();
        if calls > 0 {
            call();
        }
    }

    /// Announces a message to the screen reader, without the text if it would be a spoiler.
    fn announce(&self, message: &ChatMessage) {
        let hides = self.no_spoilers.try_get_untracked().unwrap_or_default();
        let is_later = is_later(message.moment, untrack(|| self.here()), hides);
        let words = if is_later {
            t::message::about_later()
        } else {
            &message.text
        };
        let _ = self.announced.try_update(|told| {
            let now = spoken(told, &message.name, words);
            *told = now;
        });
    }

    /// Moves the unread marker past the viewer's own message from another tab.
    fn pass_own(&self, id: MessageId) {
        let mark = self.read.try_get_untracked().flatten();
        if mark.is_some() && mark == self.message_before(id) && !self.is_looking() {
            let _ = self.read.try_set(Some(id));
        }
    }

    fn is_looking(&self) -> bool {
        self.looking.try_get_untracked().unwrap_or(true) && !document().hidden()
    }

    fn message_before(&self, id: MessageId) -> Option<MessageId> {
        self.peek(|view| {
            let place = view.chat.binary_search_by_key(&id, |message| message.id).ok()?;
            Some(view.chat.get(place.checked_sub(1)?)?.id)
        })
    }

    fn last_message(&self) -> Option<MessageId> {
        self.peek(|view| view.chat.last().map(|message| message.id))
    }

    /// Handles the chat going out of view. If everything has been read, later messages come after the unread marker.
    pub fn look_away(&self) {
        if self.unread.try_get_untracked() == Some(0) {
            let _ = self.read.try_set(self.last_message());
        }
    }

    /// Handles the chat coming back into view. Removes the unread marker if nothing has arrived.
    pub fn look_again(&self) {
        let mark = self.read.get_untracked();
        if mark.is_some() && mark >= self.last_message() {
            self.read.set(None);
        }
    }

    /// Resets the unread counter.
    pub fn have_read(&self) {
        if self.unread.get_untracked() > 0 {
            self.unread.set(0);
        }
    }

    fn rise(&self, participant: ParticipantId, emoji: String) {
        let name = self.peek(|view| view.participant(participant).map(|who| who.name.clone()));
        let key = self.number();
        let rising = FloatingEmoji {
            key,
            emoji,
            name: name.unwrap_or_default(),
        };
        let _ = self.rising.try_update(|all| {
            if all.len() < MAX_EMOJI {
                all.push(rising);
            }
        });
        let all = self.rising;
        set_timeout(
            move || {
                let _ = all.try_update(|all| all.retain(|other| other.key != key));
            },
            EMOJI_DURATION,
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
                self.count_refusal();
                self.say_hint(refusal::sentence(reason));
            }
        }
    }

    fn arrived(&self, nonce: u32, id: MessageId) {
        let _ = self.outgoing.try_update(|all| {
            all.retain(|message| message.nonce != nonce);
            // Acknowledgements come in order, so pending messages have later ids and cannot be mistaken for this one.
            for message in all {
                message.after = message.after.max(Some(id));
            }
        });
    }

    /// Sends a chat message. It is shown at once, marked as pending until the server has acknowledged it.
    pub fn say(&self, text: String, reply_to: Option<MessageId>, about_now: bool) {
        let nonce = self.number();
        let message = OutgoingMessage {
            nonce,
            text: text.clone(),
            reply_to,
            about_now,
            after: self.last_message(),
            failed: None,
        };
        self.outgoing.update(|all| all.push(message));
        let is_sent = self.send(ClientMessage::Chat(ChatRequest::Send {
            nonce,
            text,
            reply_to,
            about_now,
        }));
        if !is_sent {
            self.refused(Refusal::Unavailable, Some(nonce));
        }
    }

    /// Retries a failed message.
    pub fn say_again(&self, nonce: u32) {
        let message = self.outgoing.try_update(|all| {
            let place = all.iter().position(|message| message.nonce == nonce)?;
            Some(all.remove(place))
        });
        if let Some(message) = message.flatten() {
            self.say(message.text, message.reply_to, message.about_now);
        }
    }

    /// Retries a failed message without its reply reference, because the original message has been deleted.
    pub fn say_without_reply(&self, nonce: u32) {
        let _ = self.outgoing.try_update_untracked(|all| {
            let message = all.iter_mut().find(|message| message.nonce == nonce)?;
            message.reply_to.take()
        });
        self.say_again(nonce);
    }

    /// Discards a failed message.
    pub fn drop_outgoing(&self, nonce: u32) {
        self.outgoing.update(|all| all.retain(|message| message.nonce != nonce));
    }

    /// Matches pending messages with the new connection's snapshot: removes those that arrived, and marks the others as
    /// failed.
    fn find_outgoing(&self) {
        if self.outgoing.try_with_untracked(Vec::is_empty) != Some(false) {
            return;
        }
        let own = self.peek(|view| {
            let me = view.me().map(|me| &me.person);
            let is_mine = |message: &&ChatMessage| Some(&message.author) == me;
            view.chat.iter().filter(is_mine).cloned().collect::<Vec<_>>()
        });
        self.outgoing.update(|all| {
            // A refused message cannot have arrived.
            let unanswered = all.iter().filter(|message| message.failed.is_none());
            let sent = unanswered.map(|message| PendingMessage {
                nonce: message.nonce,
                text: &message.text,
                reply_to: message.reply_to,
                after: message.after,
            });
            let arrived = arrived(sent, &own);
            all.retain(|message| !arrived.contains(&message.nonce));
            for message in all {
                message.failed.get_or_insert(Refusal::Unavailable);
            }
        });
    }
}
