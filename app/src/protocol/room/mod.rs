//! Rooms (watching together): the WebSocket protocol of a room and the REST types around it.
//!
//! The socket carries JSON text frames: the client sends [`ClientMessage`], the server [`ServerMessage`]. The first message
//! is always [`ServerMessage::Welcome`] with a snapshot of the room; each later one is a delta. There is no session
//! resumption: to recover from a broken connection, a client joins again.

mod chat;
mod close;
mod message;
mod name;
mod participant;
mod playback;
mod queue;
mod remote;
mod rest;
mod screen;
mod settings;

pub use chat::*;
pub use close::*;
pub use message::*;
pub use name::*;
pub use participant::*;
pub use playback::*;
pub use queue::*;
pub use remote::*;
pub use rest::*;
pub use screen::*;
pub use settings::*;

/// Protocol version, incremented with every change that an older client would misinterpret. Sent when opening a socket; a
/// server with a different version closes it with [`CloseCode::Reload`].
pub const PROTOCOL_VERSION: u32 = 4;

/// Server time, Unix milliseconds. Monotonic while the server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ServerTime(pub i64);

impl ServerTime {
    /// Returns the time `ms` milliseconds later.
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Returns the milliseconds since `earlier`; negative if `earlier` is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}
