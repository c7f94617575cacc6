//! What one event leads to, in order.

use super::event::{ConnectionId, Effect, Save};
use app::protocol::room::{CloseCode, ServerMessage};

/// Collects effects while an event is handled.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    effects: Vec<Effect>,
    /// Whoever comes in with this event. They hear of nothing but the snapshot, which goes out last and has it all.
    pub newcomer: Option<ConnectionId>,
}

impl Outbox {
    /// Tells one.
    pub fn send(&mut self, to: ConnectionId, message: ServerMessage) {
        self.effects.push(Effect::Send { to, message });
    }

    /// Tells all.
    pub fn broadcast(&mut self, message: ServerMessage) {
        self.broadcast_but(None, message);
    }

    /// Tells all but one.
    pub fn broadcast_but(&mut self, except: Option<ConnectionId>, message: ServerMessage) {
        let except = except.or(self.newcomer);
        self.effects.push(Effect::Broadcast { message, except });
    }

    /// Closes a socket.
    pub fn close(&mut self, connection: ConnectionId, code: CloseCode) {
        self.effects.push(Effect::Close { connection, code });
    }

    /// Keeps something.
    pub fn save(&mut self, save: Save) {
        self.effects.push(Effect::Save(save));
    }

    /// Anything else.
    pub fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// All of it, once.
    pub fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}
