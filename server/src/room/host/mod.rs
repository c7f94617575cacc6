//! Open rooms: the I/O around [`crate::room::core`]. Each room has a task and a writer; tickets and sockets lead to it.

mod context;
mod live;
pub mod outbox;
mod registry;
mod sockets;
mod task;
mod ticket;
mod writer;

pub(super) use context::MAX_ATTEMPTS;
pub(super) use registry::Change;
pub use registry::{ConnectionHandle, Rooms};
pub(super) use sockets::Sockets;
pub use ticket::Ticket;
pub(super) use ticket::Tickets;
