//! Rooms. `state.rs` and what it owns decide, without IO; the task around it moves messages.

pub mod bounds;
pub mod event;
pub mod record;
pub mod state;

pub use event::{ConnectionId, Effect, Event, Joiner, Save};
pub use record::RoomRecord;
pub use state::Room;
