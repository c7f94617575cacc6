//! The queue of upcoming videos.

use super::{
    bounds::{ITEM_TITLE_CHARS, QUEUE_ITEMS},
    event::{ConnectionId, Effect, Found},
    permission::Requirement,
    rate::MessageClass,
    record::RoomState,
    request::{Request, Sender},
    state::Room,
};
use app::{protocol::room::*, room::view::move_item};
use std::collections::BTreeMap;

/// The items of the queue, and who added them.
#[derive(Debug)]
pub struct Queue {
    items: Vec<QueueItem>,
    /// Authors of the items added since the room was opened; older items have none.
    adders: BTreeMap<ItemId, PersonId>,
    next: ItemId,
    chance: u64,
}

impl Queue {
    /// Restores the queue from the record.
    pub fn restored(state: &mut RoomState, seed: u64) -> Self {
        Self {
            items: std::mem::take(&mut state.queue),
            adders: BTreeMap::new(),
            next: state.next_item,
            chance: seed.max(1),
        }
    }

    /// Returns the items in order.
    pub fn items(&self) -> &[QueueItem] {
        &self.items
    }

    /// Returns the id of the next item.
    pub fn next(&self) -> ItemId {
        self.next
    }

    /// Returns whether the queue is full.
    pub fn is_full(&self) -> bool {
        self.items.len() >= QUEUE_ITEMS
    }

    /// Returns who added an item, as far as that is known.
    pub fn adder(&self, id: ItemId) -> Result<Option<&PersonId>, Refusal> {
        let is_there = self.items.iter().any(|item| item.id == id);
        is_there.then(|| self.adders.get(&id)).ok_or(Refusal::Gone)
    }

    /// Creates an item with its own id that is not in the queue yet.
    pub fn line(&mut self, found: Found, added_by: &str) -> QueueItem {
        let id = self.next;
        self.next.0 += 1;
        QueueItem {
            id,
            source: found.source,
            title: found.title.chars().take(ITEM_TITLE_CHARS).collect(),
            added_by: added_by.to_owned(),
        }
    }

    /// Appends an item.
    pub fn add(&mut self, item: QueueItem, adder: PersonId) {
        self.adders.insert(item.id, adder);
        self.items.push(item);
    }

    /// Removes an item.
    pub fn remove(&mut self, id: ItemId) -> Option<QueueItem> {
        let place = self.items.iter().position(|item| item.id == id)?;
        self.adders.remove(&id);
        Some(self.items.remove(place))
    }

    /// Moves an item in front of another, or to the end. Returns whether the order changed.
    pub fn put(&mut self, id: ItemId, before: Option<ItemId>) -> Result<bool, Refusal> {
        if before.is_some_and(|before| self.items.iter().all(|item| item.id != before)) {
            return Err(Refusal::Gone);
        }
        let place = |items: &[QueueItem]| items.iter().position(|item| item.id == id);
        let from = place(&self.items);
        move_item(&mut self.items, id, before);
        Ok(place(&self.items) != from)
    }

    /// Returns the next item to play: the first, or a random one.
    pub fn upcoming(&mut self, shuffle: bool) -> Option<ItemId> {
        let place = if shuffle { self.draw(self.items.len())? } else { 0 };
        self.items.get(place).map(|item| item.id)
    }

    /// Returns a random number below `bound` by xorshift64* (Vigna, 2016): shuffling needs no better randomness.
    fn draw(&mut self, bound: usize) -> Option<usize> {
        self.chance ^= self.chance >> 12;
        self.chance ^= self.chance << 25;
        self.chance ^= self.chance >> 27;
        let drawn = self.chance.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        (drawn as usize).checked_rem(bound)
    }
}

impl Request for QueueRequest {
    fn class(&self) -> MessageClass {
        MessageClass::Queue
    }

    fn required(&self) -> Requirement {
        match self {
            Self::Add(addition) if addition.play_now => Requirement::Control,
            Self::Add(_) => Requirement::Seat,
            Self::Remove { item } | Self::Move { item, .. } => Requirement::AdderOrRemote(*item),
        }
    }

    fn act(self, room: &mut Room, _: ServerTime, from: Sender) -> Result<(), Refusal> {
        match self {
            Self::Add(addition) => room.queue_add(from.connection, addition),
            Self::Remove { item } => room.take_line(item).map(drop),
            Self::Move { item, before } => room.queue_move(item, before),
        }
    }
}

impl Room {
    fn queue_add(&mut self, connection: ConnectionId, addition: Addition) -> Result<(), Refusal> {
        if !addition.play_now && self.queue.is_full() {
            return Err(Refusal::Full);
        }
        self.out.push(Effect::Resolve { connection, addition });
        Ok(())
    }

    /// Handles a resolved queue addition. If its sender has lost the right to play it at once, it goes to the queue instead.
    pub(super) fn resolved(
        &mut self,
        now: ServerTime,
        connection: ConnectionId,
        found: Result<Found, Refusal>,
        play_now: bool,
    ) {
        let Some(seat) = self.seats.at(connection) else {
            return;
        };
        let (id, person, name) = (seat.id, seat.person.clone(), seat.name.clone());
        let plays = play_now && self.may_control(seat);
        let found = found.and_then(|found| (plays || !self.queue.is_full()).then_some(found).ok_or(Refusal::Full));
        match found {
            Err(reason) => self
                .out
                .send(connection, ServerMessage::Refused { reason, nonce: None }),
            Ok(found) => {
                let item = self.queue.line(found, &name);
                self.is_unsettled = true;
                self.is_dirty = true;
                if plays {
                    return self.load(now, Some(id), item);
                }
                self.queue.add(item.clone(), person);
                self.tell_queue(QueueChange::Added { item });
            }
        }
    }

    fn queue_move(&mut self, item: ItemId, before: Option<ItemId>) -> Result<(), Refusal> {
        if self.queue.put(item, before)? {
            self.is_dirty = true;
            self.tell_queue(QueueChange::Moved { item, before });
        }
        Ok(())
    }

    pub(super) fn take_line(&mut self, id: ItemId) -> Result<QueueItem, Refusal> {
        let item = self.queue.remove(id).ok_or(Refusal::Gone)?;
        self.is_dirty = true;
        self.tell_queue(QueueChange::Removed { item: id });
        Ok(item)
    }

    fn tell_queue(&mut self, change: QueueChange) {
        self.out.broadcast(ServerMessage::Queue(change));
    }
}
