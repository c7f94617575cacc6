//! Open rooms: the I/O around [`crate::room::core`]. Each room has a task and a writer; tickets and sockets lead to it.

mod context;
mod directory;
mod live;
pub mod outbox;
mod pseudonym;
mod registry;
mod sockets;
mod task;
mod ticket;
mod writer;

pub(super) use context::MAX_ATTEMPTS;
pub(super) use directory::{Change, Place};
pub use directory::{ConnectionHandle, RoomDirectory};
pub use pseudonym::Pseudonyms;
pub use registry::Rooms;
pub(super) use sockets::Sockets;
pub use ticket::Ticket;
pub(super) use ticket::Tickets;
