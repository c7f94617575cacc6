//! What comes next.

use super::{
    bounds::{ITEM_TITLE_CHARS, QUEUE_ITEMS},
    event::Found,
    record::RoomState,
};
use app::{protocol::room::*, room::view::move_item};
use std::collections::BTreeMap;

/// The lines of a queue, and who added them.
#[derive(Debug)]
pub struct Queue {
    items: Vec<QueueItem>,
    /// Since the room was opened; a line of before belongs to nobody.
    adders: BTreeMap<ItemId, PersonId>,
    next: ItemId,
    chance: u64,
}

impl Queue {
    /// As it was kept.
    pub fn restored(state: &mut RoomState, seed: u64) -> Self {
        Self {
            items: std::mem::take(&mut state.queue),
            adders: BTreeMap::new(),
            next: state.next_item,
            chance: seed.max(1),
        }
    }

    /// The lines, first one first.
    pub fn items(&self) -> &[QueueItem] {
        &self.items
    }

    /// The number of the next line.
    pub fn next(&self) -> ItemId {
        self.next
    }

    /// Whether no more fits in.
    pub fn is_full(&self) -> bool {
        self.items.len() >= QUEUE_ITEMS
    }

    /// Who added a line, as far as that is known.
    pub fn adder(&self, id: ItemId) -> Result<Option<&PersonId>, Refusal> {
        let is_there = self.items.iter().any(|item| item.id == id);
        is_there.then(|| self.adders.get(&id)).ok_or(Refusal::Gone)
    }

    /// A line of its own number, not in the queue yet.
    pub fn line(&mut self, found: Found, added_by: &str) -> QueueItem {
        let id = self.next;
        self.next.0 += 1;
        QueueItem {
            id,
            info_hash: found.info_hash,
            file: found.file,
            title: found.title.chars().take(ITEM_TITLE_CHARS).collect(),
            added_by: added_by.to_owned(),
        }
    }

    /// Puts a line at the end.
    pub fn add(&mut self, item: QueueItem, adder: PersonId) {
        self.adders.insert(item.id, adder);
        self.items.push(item);
    }

    /// Takes a line out.
    pub fn remove(&mut self, id: ItemId) -> Option<QueueItem> {
        let place = self.items.iter().position(|item| item.id == id)?;
        self.adders.remove(&id);
        Some(self.items.remove(place))
    }

    /// Puts a line in front of another. Tells whether anything is elsewhere now.
    pub fn put(&mut self, id: ItemId, before: Option<ItemId>) -> Result<bool, Refusal> {
        if before.is_some_and(|before| self.items.iter().all(|item| item.id != before)) {
            return Err(Refusal::Gone);
        }
        let place = |items: &[QueueItem]| items.iter().position(|item| item.id == id);
        let from = place(&self.items);
        move_item(&mut self.items, id, before);
        Ok(place(&self.items) != from)
    }

    /// The line whose turn it is: the first, or any.
    pub fn upcoming(&mut self, shuffle: bool) -> Option<ItemId> {
        let place = if shuffle { self.draw(self.items.len())? } else { 0 };
        self.items.get(place).map(|item| item.id)
    }

    /// A number below `bound`, by xorshift64* (Vigna, 2016): which film comes next needs no better chance.
    fn draw(&mut self, bound: usize) -> Option<usize> {
        self.chance ^= self.chance >> 12;
        self.chance ^= self.chance << 25;
        self.chance ^= self.chance >> 27;
        let drawn = self.chance.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        (drawn as usize).checked_rem(bound)
    }
}
