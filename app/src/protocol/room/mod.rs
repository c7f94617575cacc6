//! Rooms: watching together. What crosses the room's WebSocket, and the REST routes around it.
//!
//! A socket speaks JSON text frames: the page sends [`ClientMessage`], the server [`ServerMessage`]. The server's first is
//! always [`ServerMessage::Welcome`] with everything that is so; each later one is a difference. There is nothing to
//! recover after a broken connection: connecting again is joining again.

mod chat;
mod close;
mod message;
mod participant;
mod playback;
mod queue;
mod remote;
mod rest;
mod settings;

pub use chat::*;
pub use close::*;
pub use message::*;
pub use participant::*;
pub use playback::*;
pub use queue::*;
pub use remote::*;
pub use rest::*;
pub use settings::*;

/// Grows with every change that an older page would misunderstand. Named when a socket is opened; a server that speaks
/// another one closes with [`CloseCode::Reload`].
pub const PROTOCOL_VERSION: u32 = 1;

/// The server's time, Unix milliseconds. Never goes backwards while the server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ServerTime(pub i64);

impl ServerTime {
    /// This much later, milliseconds.
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds since `earlier`; negative if it is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}
