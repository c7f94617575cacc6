//! The remote, which is the right to control playback: its holder, requests for it, and how it changes hands.

use super::{
    bounds::{MAX_DRAG_MS, REMOTE_REQUESTS},
    permission::Requirement,
    rate::MessageClass,
    request::{Request, Sender},
    seats::Seats,
    state::Room,
};
use app::protocol::room::*;

/// The remote, with the state that only the server has.
#[derive(Debug, Default)]
pub struct RemoteState {
    remote: Remote,
    /// True if the holder was given the remote, rather than holding it by default.
    was_handed: bool,
    /// Start of the holder's drag of the seek bar, while there is one.
    drag_since: Option<ServerTime>,
    /// The participant who gets the remote when the drag ends, and whether it counts as given to them.
    heir: Option<(ParticipantId, bool)>,
    /// The holder's last activity.
    touched_at: ServerTime,
}

impl RemoteState {
    /// Returns the state that is broadcast.
    pub fn remote(&self) -> &Remote {
        &self.remote
    }

    /// Returns the holder.
    pub fn holder(&self) -> Option<ParticipantId> {
        self.remote.holder
    }

    /// Returns whether the holder is dragging the seek bar.
    pub fn is_dragged(&self) -> bool {
        self.drag_since.is_some()
    }

    /// Returns the deadline of the current drag.
    pub fn drag_ends_at(&self) -> Option<ServerTime> {
        self.drag_since.map(|since| since.plus(MAX_DRAG_MS))
    }

    /// Ends the drag.
    pub fn end_drag(&mut self) {
        self.drag_since = None;
    }

    /// Records activity, if the participant is the holder.
    pub fn touch(&mut self, now: ServerTime, id: ParticipantId) {
        if self.remote.holder == Some(id) {
            self.touched_at = now;
        }
    }

    /// Withdraws a request. Returns whether there was one.
    pub fn forget_request(&mut self, id: ParticipantId) -> bool {
        let before = self.remote.requests.len();
        self.remote.requests.retain(|asker| *asker != id);
        self.remote.requests.len() < before
    }

    /// Gives the remote to a participant immediately.
    fn give(&mut self, now: ServerTime, to: ParticipantId, is_handed: bool) {
        self.remote.holder = Some(to);
        self.forget_request(to);
        self.was_handed = is_handed;
        self.drag_since = None;
        self.touched_at = now;
        self.heir = self.heir.filter(|(heir, _)| *heir != to);
    }

    /// Gives the remote to a participant, after the end of the drag if there is one.
    fn bequeath(&mut self, now: ServerTime, to: ParticipantId, is_handed: bool) {
        if self.is_dragged() {
            self.heir = Some((to, is_handed));
        } else {
            self.give(now, to, is_handed);
        }
    }

    /// Returns the first of those who asked who is present.
    fn first_asker(&self, seats: &Seats) -> Option<ParticipantId> {
        let is_here = |id: &&ParticipantId| seats.get(**id).is_some_and(|seat| !seat.is_away());
        self.remote.requests.iter().find(is_here).copied()
    }
}

impl Request for RemoteRequest {
    fn class(&self) -> MessageClass {
        MessageClass::Remote
    }

    fn required(&self) -> Requirement {
        match self {
            Self::Ask | Self::Withdraw => Requirement::Seat,
            Self::Take => Requirement::HostsSay,
            Self::Pass { .. } | Self::Decline { .. } => Requirement::RemoteOrHostsSay,
        }
    }

    fn act(self, room: &mut Room, now: ServerTime, from: Sender) -> Result<(), Refusal> {
        match self {
            Self::Ask => room.ask_remote(from.id)?,
            Self::Withdraw => {
                room.remote.forget_request(from.id);
            }
            Self::Take => room.take_remote(now, from.id),
            Self::Pass { to } => room.pass_remote(now, from.id, to)?,
            Self::Decline { participant } => room.decline_ask(participant)?,
        }
        Ok(())
    }
}

impl Room {
    /// Gives the remote to the arriving host, unless its holder is a host or was given it.
    pub(super) fn greet_host(&mut self, now: ServerTime, id: ParticipantId) {
        let holder = self.remote.holder().and_then(|holder| self.seats.get(holder));
        let is_free = holder.is_none_or(|holder| holder.rank != Rank::Host && !self.remote.was_handed);
        if is_free {
            self.remote.bequeath(now, id, false);
        }
    }

    fn ask_remote(&mut self, id: ParticipantId) -> Result<(), Refusal> {
        let remote = &mut self.remote.remote;
        if remote.holder == Some(id) || remote.requests.contains(&id) {
            return Ok(());
        }
        if remote.requests.len() >= REMOTE_REQUESTS {
            return Err(Refusal::Full);
        }
        remote.requests.push(id);
        Ok(())
    }

    fn take_remote(&mut self, now: ServerTime, id: ParticipantId) {
        if self.remote.holder() != Some(id) {
            self.remote.bequeath(now, id, false);
        }
    }

    /// Passes the remote on: immediately if its holder does, after the end of a drag if the host does.
    fn pass_remote(&mut self, now: ServerTime, by: ParticipantId, to: ParticipantId) -> Result<(), Refusal> {
        if self.seats.get(to).is_none() {
            return Err(Refusal::Gone);
        }
        if self.remote.holder() == Some(to) {
            self.remote.heir = None;
        } else if self.remote.holder() == Some(by) {
            self.remote.give(now, to, true);
        } else {
            self.remote.bequeath(now, to, true);
        }
        Ok(())
    }

    fn decline_ask(&mut self, id: ParticipantId) -> Result<(), Refusal> {
        self.remote.forget_request(id).then_some(()).ok_or(Refusal::Gone)
    }

    /// Starts or ends a drag. Ignored unless it is the holder's: when anyone may control playback there is nothing to
    /// protect.
    pub(super) fn drag(&mut self, now: ServerTime, id: ParticipantId, dragging: bool) {
        if self.remote.holder() != Some(id) {
            return;
        }
        self.remote.drag_since = dragging.then(|| self.remote.drag_since.unwrap_or(now));
    }

    /// Returns the instant at which an idle holder loses the remote to the first who asked.
    pub(super) fn relief_at(&self) -> Option<ServerTime> {
        let seconds = self.record.state.settings.idle_relief_seconds?;
        if self.remote.is_dragged() {
            return None;
        }
        self.remote.first_asker(&self.seats)?;
        Some(self.remote.touched_at.plus(i64::from(seconds) * 1_000))
    }

    /// Moves the remote to the participant who is due to hold it.
    pub(super) fn settle_remote(&mut self, now: ServerTime) {
        let seats = &self.seats;
        self.remote.remote.requests.retain(|id| seats.get(*id).is_some());
        self.remote.heir = self.remote.heir.filter(|(heir, _)| seats.get(*heir).is_some());
        let holder_is_gone = self.remote.holder().is_none_or(|holder| seats.get(holder).is_none());
        if holder_is_gone {
            self.remote.end_drag();
        }
        if let Some((heir, is_handed)) = self.remote.heir.filter(|_| !self.remote.is_dragged()) {
            self.remote.give(now, heir, is_handed);
        } else if holder_is_gone {
            match self.acting_host {
                Some(acting) => self.remote.give(now, acting, false),
                None => self.remote = RemoteState::default(),
            }
        }
        if self.relief_at().is_some_and(|at| at <= now)
            && let Some(asker) = self.remote.first_asker(&self.seats)
        {
            self.remote.give(now, asker, true);
        }
    }
}
