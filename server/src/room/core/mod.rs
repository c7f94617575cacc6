//! Rooms: the state machine. [`state`] and the modules that it owns decide, without I/O; the task around them
//! (`crate::rooms`) moves messages.

pub mod bounds;
pub mod event;
pub mod record;
pub mod settings;
pub mod state;

mod characters;
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
mod request;
mod seats;
mod snapshot;
mod talk;
mod telling;
#[cfg(test)]
mod tests;
pub mod text;
mod waiting;

pub use event::{ConnectionId, Effect, Event, Joiner, Save};
pub use known::RecentPeople;
pub use record::RoomRecord;
pub use state::Room;
