//! What was said, as far as an open room holds it.

use super::{
    bounds::{CHAT_MESSAGES, REACTING_PEOPLE},
    record::StoredMessage,
};
use app::protocol::room::*;
use std::collections::{BTreeMap, VecDeque};

/// A message that the room holds.
#[derive(Debug, Clone)]
pub struct Line {
    /// The message.
    pub message: ChatMessage,
    /// In which opening it was said. Only the host reads what others said in earlier ones.
    pub opening: u32,
    /// Whether the database has it, or is about to.
    pub is_kept: bool,
}

/// The latest messages of a room.
#[derive(Debug)]
pub struct Chat {
    lines: VecDeque<Line>,
    opening: u32,
    next: MessageId,
    /// Whether there are older ones than those held: of any opening, and of this one.
    goes_on: bool,
    opening_goes_on: bool,
    /// Messages that the database has not answered for, and whose they are.
    unstored: BTreeMap<MessageId, ParticipantId>,
}

impl Chat {
    /// As it was kept. `next` is the lowest number that was certainly never used.
    pub fn restored(messages: Vec<StoredMessage>, goes_on: bool, opening: u32, next: MessageId) -> Self {
        let first_is_of_now = messages.first().is_some_and(|first| first.opening == opening);
        let after_last = messages.last().map_or(0, |last| last.message.id.0 + 1);
        let line = |stored: StoredMessage| Line {
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

    /// The number of the next message.
    pub fn next(&self) -> MessageId {
        self.next
    }

    /// Takes a number.
    pub fn number(&mut self) -> MessageId {
        let id = self.next;
        self.next.0 += 1;
        id
    }

    /// Adds a message; the oldest one goes when there are too many, and is still to be read if it was kept.
    pub fn add(&mut self, message: ChatMessage, is_kept: bool) {
        let opening = self.opening;
        self.lines.push_back(Line {
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

    /// A message that somebody may see.
    pub fn get(&self, id: MessageId, sees_all: bool) -> Option<&Line> {
        let place = self.lines.binary_search_by_key(&id, |line| line.message.id).ok()?;
        self.lines.get(place).filter(|line| sees_all || self.is_public(line))
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, id: MessageId) -> Option<&mut Line> {
        let place = self.lines.binary_search_by_key(&id, |line| line.message.id).ok()?;
        self.lines.get_mut(place)
    }

    /// Whether everybody in the room may see a message.
    pub fn is_public(&self, line: &Line) -> bool {
        line.opening == self.opening
    }

    /// The latest page of what somebody may see, and whether there is more before it.
    pub fn page(&self, sees_all: bool) -> ChatPage {
        self.page_before(sees_all, None, CHAT_PAGE)
    }

    /// The latest messages that somebody may see, of those before one, and whether there is more before them.
    pub fn page_before(&self, sees_all: bool, before: Option<MessageId>, limit: usize) -> ChatPage {
        let is_asked_for = |line: &&Line| before.is_none_or(|before| line.message.id < before);
        let is_shown = |line: &&Line| sees_all || self.is_public(line);
        let mut seen = self.lines.iter().rev().filter(is_asked_for).filter(is_shown);
        let mut messages: Vec<_> = seen.by_ref().take(limit).map(|line| line.message.clone()).collect();
        messages.reverse();
        let older = if sees_all { self.goes_on } else { self.opening_goes_on };
        ChatPage {
            messages,
            goes_on: seen.next().is_some() || older,
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.unstored.clear();
        self.goes_on = false;
        self.opening_goes_on = false;
    }

    /// How many messages the database has not answered for.
    pub fn unstored(&self) -> usize {
        self.unstored.len()
    }

    /// The database is asked to keep a message.
    pub fn await_storing(&mut self, id: MessageId, author: ParticipantId) {
        self.unstored.insert(id, author);
    }

    /// The database answered. Tells whose message it is.
    pub fn stored(&mut self, id: MessageId, is_stored: bool) -> Option<ParticipantId> {
        if !is_stored && let Some(line) = self.get_mut(id) {
            line.is_kept = false;
        }
        self.unstored.remove(&id)
    }
}

impl Line {
    /// Whether somebody reacts like this already.
    pub fn has_reaction(&self, person: &PersonId, emoji: &str) -> bool {
        let same = self.message.reactions.iter().find(|reaction| reaction.emoji == emoji);
        same.is_some_and(|reaction| reaction.people.contains(person))
    }

    /// Whether one more reaction fits under the message.
    pub fn has_place_for(&self, emoji: &str) -> bool {
        let reactions = &self.message.reactions;
        let is_known = reactions.iter().any(|reaction| reaction.emoji == emoji);
        let people: usize = reactions.iter().map(|reaction| reaction.people.len()).sum();
        people < REACTING_PEOPLE && (is_known || reactions.len() < REACTIONS)
    }
}
