//! Connecting, disconnecting and leaving, and the end of the room.

use super::{
    event::{ConnectionId, Effect, Joiner, Save},
    permission::Requirement,
    rate::MessageClass,
    request::{Request, Sender},
    seats::Presence,
    state::{Lifecycle, Room},
};
use app::protocol::room::*;

impl Request for RoomRequest {
    fn class(&self) -> MessageClass {
        match self {
            Self::End => MessageClass::People,
            Self::Leave => MessageClass::Leave,
        }
    }

    fn required(&self) -> Requirement {
        match self {
            Self::End => Requirement::Host,
            Self::Leave => Requirement::Seat,
        }
    }

    fn act(self, room: &mut Room, now: ServerTime, from: Sender) -> Result<(), Refusal> {
        match self {
            Self::End => room.end(now),
            Self::Leave => room.leave(now, from.connection),
        }
        Ok(())
    }
}

impl Room {
    /// Connects a socket: to the seat that its participant had, or to a new one; or rejects it.
    pub(super) fn connect(&mut self, now: ServerTime, connection: ConnectionId, joiner: Joiner) {
        if self.seats.at(connection).is_some() {
            return;
        }
        if let Some(code) = self.kept_out(&joiner) {
            return self.out.close(connection, code);
        }
        let id = match self.seats.of_tab(&joiner) {
            Some(id) => self.take_over(id, connection, &joiner),
            None => match self.admit(&joiner) {
                Ok(()) => self.seat(now, connection, joiner),
                Err(code) => return self.out.close(connection, code),
            },
        };
        self.times.active = now;
        self.is_dirty |= self.times.empty.is_some();
        self.times.empty = None;
        self.times.deserted = None;
        self.times.fallback = None;
        self.is_unsettled = true;
        self.out.newcomer = Some(connection);
        if self.seats.get(id).is_some_and(|seat| seat.rank == Rank::Host) {
            self.greet_host(now, id);
        }
    }

    /// Returns the close code for a participant whom the host or a moderator removed, if they may not come in. A guest
    /// without their cookie is a new person: so a guest whom the room does not know is rejected too if they come from a
    /// removed guest's network.
    fn kept_out(&self, joiner: &Joiner) -> Option<CloseCode> {
        if self.is_banned(&joiner.person) || self.is_removed(&joiner.person) {
            return Some(CloseCode::NotAllowed);
        }
        let is_new_guest = joiner.user.is_none() && !self.known.contains(&joiner.person);
        let network = joiner.network.as_ref().filter(|_| is_new_guest)?;
        let mut removed = self.record.state.removed.iter();
        let is_the_same = removed.any(|removed| removed.network.as_ref() == Some(network));
        is_the_same.then_some(CloseCode::NetworkOut)
    }

    /// Checks whether a new seat may be taken. The host is always admitted, if need be as one more than the capacity.
    fn admit(&self, joiner: &Joiner) -> Result<(), CloseCode> {
        if self.is_host(&joiner.person) && self.seats.of(&joiner.person).next().is_none() {
            return Ok(());
        }
        let settings = &self.record.state.settings;
        if settings.locked && !self.is_host(&joiner.person) && !self.known.contains(&joiner.person) {
            return Err(CloseCode::NotAllowed);
        }
        let capacity = settings.capacity.min(self.capacity_limit) as usize;
        if self.seats.len() >= capacity {
            return Err(CloseCode::Full);
        }
        Ok(())
    }

    fn seat(&mut self, now: ServerTime, connection: ConnectionId, joiner: Joiner) -> ParticipantId {
        let name = self.name_for(&joiner);
        let rank = self.rank_of(&joiner.person, joiner.user.is_some());
        self.known.add(joiner.person.clone());
        self.is_dirty |= self.record.state.settings.has_password;
        let seat = self.seats.add(now, connection, joiner, name, rank);
        let (id, participant) = (seat.id, seat.participant());
        self.out.broadcast_but(
            Some(connection),
            ServerMessage::People(PeopleUpdate::Joined { participant }),
        );
        id
    }

    /// Gives the seat to the new connection of the same person in the same tab, whatever became of the older socket.
    fn take_over(&mut self, id: ParticipantId, connection: ConnectionId, joiner: &Joiner) -> ParticipantId {
        let before = self.seats.come_back(id, connection);
        if let Some(Presence::Here(old)) = before {
            let why = Farewell::Replaced;
            self.out.send(old, ServerMessage::Goodbye { why });
            self.out.close(old, CloseCode::Replaced);
        }
        self.out.newcomer = Some(connection);
        self.let_go(id);
        let is_new_wish = self.seats.get(id).is_some_and(|seat| seat.asked_name != joiner.name);
        let is_told = is_new_wish && {
            let name = self.free_name(&joiner.name, &joiner.person);
            self.call(&joiner.person, &name)
        };
        if let Some(seat) = self.seats.get_mut(id) {
            seat.asked_name.clone_from(&joiner.name);
            seat.user = joiner.user;
            seat.network.clone_from(&joiner.network);
            if !is_told && matches!(before, Some(Presence::Away(_))) {
                let participant = seat.participant();
                self.out
                    .broadcast(ServerMessage::People(PeopleUpdate::Changed { participant }));
            }
        }
        id
    }

    /// Handles a lost socket: the seat is kept for a while.
    pub(super) fn disconnect(&mut self, now: ServerTime, connection: ConnectionId) {
        let Some(seat) = self.seats.go_away(now, connection) else {
            return;
        };
        let (id, participant) = (seat.id, seat.participant());
        self.is_unsettled = true;
        if self.seats.present() == 0 {
            self.times.deserted = Some(now);
        }
        self.out
            .broadcast(ServerMessage::People(PeopleUpdate::Changed { participant }));
        self.let_go(id);
    }

    /// Clears what a lost page was in the middle of: dragging the seek bar, and typing.
    fn let_go(&mut self, id: ParticipantId) {
        if self.remote.holder() == Some(id) {
            self.remote.end_drag();
        }
        let Some(seat) = self.seats.get_mut(id) else {
            return;
        };
        if std::mem::take(&mut seat.typing) {
            let (participant, typing) = (id, false);
            self.out
                .broadcast(ServerMessage::Chat(ChatUpdate::Typing { participant, typing }));
        }
    }

    fn leave(&mut self, now: ServerTime, connection: ConnectionId) {
        if let Some(id) = self.seats.at(connection).map(|seat| seat.id) {
            self.out.close(connection, CloseCode::Done);
            self.free(now, id, Leaving::Left);
        }
    }

    pub(super) fn throw_out_flooder(&mut self, now: ServerTime, id: ParticipantId) {
        if let Some(connection) = self.seats.get(id).and_then(|seat| seat.connection()) {
            self.out.close(connection, CloseCode::Flood);
            self.free(now, id, Leaving::Lost);
        }
    }

    /// Frees a seat. If it was the last one, playback stops at the position where it was when the last connection was lost.
    pub(super) fn free(&mut self, now: ServerTime, id: ParticipantId, why: Leaving) {
        if self.seats.remove(id).is_none() {
            return;
        }
        self.is_unsettled = true;
        self.is_dirty |= self.record.state.settings.has_password;
        self.out
            .broadcast(ServerMessage::People(PeopleUpdate::Left { id, why }));
        if self.seats.present() == 0 && self.times.deserted.is_none() {
            self.times.deserted = Some(now);
        }
        if self.seats.is_empty() {
            self.times.empty = Some(now);
            self.player.halt(self.times.deserted.unwrap_or(now));
        }
    }

    /// Ends the room for good.
    pub(super) fn end(&mut self, now: ServerTime) {
        self.shut(now, Farewell::Ended, true);
    }

    /// Closes the room without ending it; its host can open it again.
    pub(super) fn close(&mut self, now: ServerTime, why: Farewell) {
        self.shut(now, why, false);
    }

    fn shut(&mut self, now: ServerTime, why: Farewell, ended: bool) {
        self.say_goodbye(why, CloseCode::Done);
        match self.times.fallback.take() {
            Some(fallback) => self.player = fallback,
            None => self.player.halt(self.times.deserted.unwrap_or(now)),
        }
        self.life = Lifecycle::Closed;
        self.out.save(Save::Record);
        self.out.push(Effect::Closed { ended });
    }

    /// Stops the room with the server. The stored record says that the room is open, so that it resumes after the restart.
    pub(super) fn stop(&mut self) {
        self.record.state.seated = self.seated();
        self.say_goodbye(Farewell::Restarting, CloseCode::Restarting);
        self.life = Lifecycle::Stopped;
        self.out.save(Save::Record);
        self.out.push(Effect::Closed { ended: false });
    }

    fn say_goodbye(&mut self, why: Farewell, code: CloseCode) {
        let connections: Vec<_> = self.seats.iter().filter_map(|seat| seat.connection()).collect();
        if !connections.is_empty() {
            self.out.broadcast(ServerMessage::Goodbye { why });
        }
        for connection in connections {
            self.out.close(connection, code);
        }
        self.seats.clear();
    }
}
