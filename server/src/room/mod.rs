//! Rooms. `state.rs` and what it owns decide, without IO; the task around it moves messages.

pub mod bounds;
pub mod event;
pub mod record;
pub mod state;

mod chat;
mod control;
mod door;
mod known;
mod outbox;
mod people;
mod permission;
mod playback;
mod queue;
mod rate;
mod remote;
mod seats;
mod snapshot;
mod talk;
mod telling;
#[cfg(test)]
mod tests;
pub mod text;
mod waiting;

pub use event::{ConnectionId, Effect, Event, Joiner, Save};
pub use known::Known;
pub use record::RoomRecord;
pub use state::Room;
