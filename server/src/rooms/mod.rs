//! Open rooms: what moves between `crate::room`, which decides, and the world. A task and a writer each; tickets and
//! sockets in front of them; and what can be done from outside of a room.

mod live;
mod lobby;
mod making;
pub mod outbox;
mod registry;
mod rules;
mod sockets;
mod task;
mod ticket;
mod writer;

pub use lobby::Lobby;
pub use registry::{Entrance, Rooms};
pub use ticket::Ticket;
