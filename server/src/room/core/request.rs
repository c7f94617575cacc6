//! Requests of participants, and the one gate that each of them has to pass.
//!
//! Every noun of the protocol has its file, which says what a request of that noun requires, which rate limit it counts
//! against and what it does. The gate holds for all of them.

use super::{
    event::ConnectionId,
    permission::Requirement,
    rate::{MessageClass, Verdict},
    state::Room,
};
use app::protocol::room::*;

/// The sender of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sender {
    /// Their seat.
    pub id: ParticipantId,
    /// The connection that the request came from.
    pub connection: ConnectionId,
}

/// A request of a participant.
pub(super) trait Request: Sized {
    /// Returns the rate limit that it counts against.
    fn class(&self) -> MessageClass;

    /// Returns the right that it requires of its sender.
    fn required(&self) -> Requirement;

    /// Returns the epoch that it names, if it is of a kind that can be stale.
    fn epoch(&self) -> Option<Epoch> {
        None
    }

    /// Returns the number that its sender gave it, to be repeated in a refusal.
    fn nonce(&self) -> Option<u32> {
        None
    }

    /// Carries it out, once it is through the gate.
    fn act(self, room: &mut Room, now: ServerTime, from: Sender) -> Result<(), Refusal>;
}

impl Room {
    /// Handles a message of a client.
    pub(super) fn message(&mut self, now: ServerTime, connection: ConnectionId, message: ClientMessage) {
        match message {
            ClientMessage::Ping(ping) => self.gate(now, connection, ping),
            ClientMessage::Playback(request) => self.gate(now, connection, request),
            ClientMessage::Queue(request) => self.gate(now, connection, request),
            ClientMessage::Remote(request) => self.gate(now, connection, request),
            ClientMessage::Chat(request) => self.gate(now, connection, request),
            ClientMessage::People(request) => self.gate(now, connection, request),
            ClientMessage::Settings(change) => self.gate(now, connection, change),
            ClientMessage::Room(request) => self.gate(now, connection, request),
        }
    }

    /// Gate: lets a request through if it comes from a seat, within the rate limit, permitted and not stale.
    fn gate<R: Request>(&mut self, now: ServerTime, connection: ConnectionId, request: R) {
        let Some(seat) = self.seats.at_mut(connection) else {
            return;
        };
        let from = Sender {
            id: seat.id,
            connection,
        };
        let (class, nonce) = (request.class(), request.nonce());
        let done = match seat.buckets.take(now, class) {
            Verdict::Flood => return self.throw_out_flooder(now, from.id),
            Verdict::Refuse => Err(Refusal::TooFast),
            Verdict::Pass => self.permit(from, &request).and_then(|()| {
                self.note_activity(now, from.id, class);
                request.act(self, now, from)
            }),
        };
        if let Err(reason) = done {
            self.out.send(connection, ServerMessage::Refused { reason, nonce });
        }
    }

    fn permit(&self, from: Sender, request: &impl Request) -> Result<(), Refusal> {
        let Some(seat) = self.seats.get(from.id) else {
            return Ok(());
        };
        self.permits(seat, request.required())?;
        match request.epoch() {
            Some(epoch) if self.player.is_stale(epoch, from.id) => Err(Refusal::Stale),
            _ => Ok(()),
        }
    }

    /// Records activity. Reports that a page sends by itself do not count, and chat has no consequences to settle.
    fn note_activity(&mut self, now: ServerTime, id: ParticipantId, class: MessageClass) {
        if !matches!(class, MessageClass::Clock | MessageClass::Report) {
            self.times.active = now;
            self.remote.touch(now, id);
        }
        self.is_unsettled |= !matches!(
            class,
            MessageClass::Clock
                | MessageClass::Report
                | MessageClass::Chat
                | MessageClass::Emoji
                | MessageClass::Typing
        );
    }
}

impl Request for Ping {
    fn class(&self) -> MessageClass {
        MessageClass::Clock
    }

    fn required(&self) -> Requirement {
        Requirement::Seat
    }

    fn act(self, room: &mut Room, now: ServerTime, from: Sender) -> Result<(), Refusal> {
        let Ping { sent_at } = self;
        if !sent_at.is_finite() {
            return Err(Refusal::Invalid);
        }
        room.out.send(from.connection, ServerMessage::Pong { sent_at, at: now });
        Ok(())
    }
}
