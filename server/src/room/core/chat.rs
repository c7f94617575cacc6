//! The part of the chat that an open room holds in memory.

use super::{
    bounds::{CHAT_MESSAGES, REACTING_PEOPLE},
    record::StoredMessage,
};
use app::protocol::room::*;
use std::collections::{BTreeMap, VecDeque};

/// A chat message that the room holds.
#[derive(Debug, Clone)]
pub struct HeldMessage {
    /// The message.
    pub message: ChatMessage,
    /// The opening of the room in which it was sent. Only the host reads messages of others from earlier openings.
    pub opening: u32,
    /// True if the database has stored it or is about to.
    pub is_kept: bool,
}

/// The latest messages of a room.
#[derive(Debug)]
pub struct Chat {
    lines: VecDeque<HeldMessage>,
    opening: u32,
    next: MessageId,
    /// True if there are older messages than those held: of any opening (`goes_on`), and of the current one.
    goes_on: bool,
    opening_goes_on: bool,
    /// Messages whose write the database has not confirmed, with their authors.
    unstored: BTreeMap<MessageId, ParticipantId>,
}

impl Chat {
    /// Restores the chat from storage. `next` is the lowest message number that was certainly never used.
    pub fn restored(messages: Vec<StoredMessage>, goes_on: bool, opening: u32, next: MessageId) -> Self {
        let first_is_of_now = messages.first().is_some_and(|first| first.opening == opening);
        let after_last = messages.last().map_or(0, |last| last.message.id.0 + 1);
        let line = |stored: StoredMessage| HeldMessage {
            message: stored.message,
            opening: stored.opening,
            is_kept: true,
        };
        Self {
            lines: messages.into_iter().map(line).collect(),
            opening,
            next: MessageId(next.0.max(after_last).max(1)),
            goes_on,
            opening_goes_on: goes_on && first_is_of_now,
            unstored: BTreeMap::new(),
        }
    }

    /// Returns the number of the next message.
    pub fn next(&self) -> MessageId {
        self.next
    }

    /// Allocates a message number.
    pub fn number(&mut self) -> MessageId {
        let id = self.next;
        self.next.0 += 1;
        id
    }

    /// Adds a message. The oldest one is dropped when there are too many; if it was stored, it can still be read from
    /// the database.
    pub fn add(&mut self, message: ChatMessage, is_kept: bool) {
        let opening = self.opening;
        self.lines.push_back(HeldMessage {
            message,
            opening,
            is_kept,
        });
        if self.lines.len() > CHAT_MESSAGES
            && let Some(oldest) = self.lines.pop_front()
            && oldest.is_kept
        {
            self.goes_on = true;
            self.opening_goes_on |= oldest.opening == opening;
        }
    }

    /// Returns a message, if the reader may see it.
    pub fn get(&self, id: MessageId, sees_all: bool) -> Option<&HeldMessage> {
        let place = self.lines.binary_search_by_key(&id, |line| line.message.id).ok()?;
        self.lines.get(place).filter(|line| sees_all || self.is_public(line))
    }

    /// Returns a message for modification. Does not check who may see it.
    pub fn get_mut(&mut self, id: MessageId) -> Option<&mut HeldMessage> {
        let place = self.lines.binary_search_by_key(&id, |line| line.message.id).ok()?;
        self.lines.get_mut(place)
    }

    /// Returns whether everyone in the room may see a message.
    pub fn is_public(&self, line: &HeldMessage) -> bool {
        line.opening == self.opening
    }

    /// Returns the latest page of the messages that the reader may see.
    pub fn page(&self, sees_all: bool) -> ChatPage {
        self.page_before(sees_all, None, CHAT_PAGE)
    }

    /// Returns up to `limit` of the latest messages before `before` that the reader may see, and whether there are
    /// older ones.
    pub fn page_before(&self, sees_all: bool, before: Option<MessageId>, limit: usize) -> ChatPage {
        let is_asked_for = |line: &&HeldMessage| before.is_none_or(|before| line.message.id < before);
        let is_shown = |line: &&HeldMessage| sees_all || self.is_public(line);
        let mut seen = self.lines.iter().rev().filter(is_asked_for).filter(is_shown);
        let mut messages: Vec<_> = seen.by_ref().take(limit).map(|line| line.message.clone()).collect();
        messages.reverse();
        let older = if sees_all { self.goes_on } else { self.opening_goes_on };
        ChatPage {
            messages,
            goes_on: seen.next().is_some() || older,
        }
    }

    /// Drops all messages.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.unstored.clear();
        self.goes_on = false;
        self.opening_goes_on = false;
    }

    /// Returns the number of messages whose write the database has not confirmed.
    pub fn unstored(&self) -> usize {
        self.unstored.len()
    }

    /// Registers a message whose write is pending.
    pub fn await_storing(&mut self, id: MessageId, author: ParticipantId) {
        self.unstored.insert(id, author);
    }

    /// Records the outcome of a write. Returns the author of the message, if its write was pending.
    pub fn stored(&mut self, id: MessageId, is_stored: bool) -> Option<ParticipantId> {
        if !is_stored && let Some(line) = self.get_mut(id) {
            line.is_kept = false;
        }
        self.unstored.remove(&id)
    }
}

impl HeldMessage {
    /// Returns whether the person has already reacted with this emoji.
    pub fn has_reaction(&self, person: &PersonId, emoji: &str) -> bool {
        let same = self.message.reactions.iter().find(|reaction| reaction.emoji == emoji);
        same.is_some_and(|reaction| reaction.people.contains(person))
    }

    /// Returns whether the message can take another reaction with this emoji.
    pub fn has_place_for(&self, emoji: &str) -> bool {
        let reactions = &self.message.reactions;
        let is_known = reactions.iter().any(|reaction| reaction.emoji == emoji);
        let people: usize = reactions.iter().map(|reaction| reaction.people.len()).sum();
        people < REACTING_PEOPLE && (is_known || reactions.len() < REACTIONS)
    }
}
