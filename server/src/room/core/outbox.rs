//! The effects of one event, in order.

use super::event::{ConnectionId, Effect, Save};
use app::protocol::room::{CloseCode, ServerMessage};

/// Collects effects while an event is handled.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    effects: Vec<Effect>,
    /// The connection that joins with this event. It is left out of broadcasts: its snapshot goes out last and contains
    /// everything.
    pub newcomer: Option<ConnectionId>,
}

impl Outbox {
    /// Sends a message to one connection.
    pub fn send(&mut self, to: ConnectionId, message: ServerMessage) {
        self.effects.push(Effect::Send { to, message });
    }

    /// Broadcasts a message to all connections.
    pub fn broadcast(&mut self, message: ServerMessage) {
        self.broadcast_but(None, message);
    }

    /// Broadcasts a message to all connections but one.
    pub fn broadcast_but(&mut self, except: Option<ConnectionId>, message: ServerMessage) {
        let except = except.or(self.newcomer);
        self.effects.push(Effect::Broadcast { message, except });
    }

    /// Closes a socket.
    pub fn close(&mut self, connection: ConnectionId, code: CloseCode) {
        self.effects.push(Effect::Close { connection, code });
    }

    /// Requests a write to the database.
    pub fn save(&mut self, save: Save) {
        self.effects.push(Effect::Save(save));
    }

    /// Adds any other effect.
    pub fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Takes the collected effects.
    pub fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}
