//! Client side of a room: its connection, the local view of it, and playback in sync with it.

mod connection;
mod frames;
pub mod hear;
mod pace;
mod socket;
mod sound;
pub mod tab;
mod wish;

pub mod handle;

pub use handle::{Link, OutgoingMessage, Over, Part, Room};
pub use hear::QUIET;
