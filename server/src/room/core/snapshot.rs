//! Snapshots: the complete state of a room, for one participant.

use super::{bounds::STANDINGS_PEOPLE, event::ConnectionId, seats::Seat, state::Room};
use app::protocol::room::*;

impl Room {
    /// Returns the snapshot that a fresh [`ServerMessage::Welcome`] would contain for this connection; `None` if it has
    /// no seat.
    pub fn snapshot_for(&self, now: ServerTime, connection: ConnectionId) -> Option<RoomSnapshot> {
        let seat = self.seats.at(connection)?;
        let chat = self.chat.page(seat.rank == Rank::Host);
        let bans = if self.has_hosts_say(seat) {
            self.bans()
        } else {
            Vec::new()
        };
        Some(RoomSnapshot {
            version: PROTOCOL_VERSION,
            code: self.record.code.clone(),
            slug: self.record.slug.clone(),
            you: seat.id,
            now,
            settings: self.record.state.settings.clone(),
            participants: self.seats.iter().map(Seat::participant).collect(),
            acting_host: self.acting_host,
            remote: self.remote.remote().clone(),
            playback: self.player.playback().clone(),
            waiting_for: self.waiting_for(),
            queue: self.queue.items().to_vec(),
            chat: chat.messages,
            chat_goes_on: chat.goes_on,
            standings: self.standings_for(seat),
            bans,
        })
    }

    fn standings_for(&self, reader: &Seat) -> Vec<(ParticipantId, Standing)> {
        let is_large = self.seats.len() > STANDINGS_PEOPLE;
        let seats = self.seats.iter().filter(|seat| !is_large || seat.id == reader.id);
        seats.filter_map(|seat| Some((seat.id, seat.standing?))).collect()
    }
}
