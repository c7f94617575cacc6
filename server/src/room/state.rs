//! A room's core: what happens goes in, what is to be done comes out. No IO, no clock, no channel.

use super::{
    event::{Effect, Event, Opening},
    record::RoomRecord,
};
use app::protocol::room::*;

/// One open room.
#[derive(Debug)]
pub struct Room {
    record: RoomRecord,
}

impl Room {
    /// Opens a room.
    pub fn open(_now: ServerTime, opening: Opening) -> Self {
        Self { record: opening.record }
    }

    /// Takes in what happened, and tells what is to be done.
    pub fn handle(&mut self, _now: ServerTime, _event: Event) -> Vec<Effect> {
        Vec::new()
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, _now: ServerTime) -> Vec<Effect> {
        Vec::new()
    }

    /// When [`Self::handle_timeout`] is to be called at the latest.
    pub fn next_deadline(&self) -> Option<ServerTime> {
        None
    }

    /// What is to be kept of it now.
    pub fn record(&self, _now: ServerTime) -> RoomRecord {
        self.record.clone()
    }

    /// People in it, seats of lost connections included.
    pub fn participants(&self) -> usize {
        0
    }
}
