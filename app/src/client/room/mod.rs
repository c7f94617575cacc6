//! A room in a visitor's page: its socket, what is known of it, and the film kept in step with it.

mod connection;
mod frames;
pub mod hear;
mod pace;
mod socket;
mod sound;
pub mod tab;
mod wish;

pub mod handle;

pub use handle::{Link, Outgoing, Over, Part, Room};
pub use hear::QUIET;
