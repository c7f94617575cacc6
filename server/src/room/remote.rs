//! The remote: who holds it, who asks, and how it passes.

use super::{
    bounds::{DRAG_MS, REMOTE_REQUESTS},
    seats::Seats,
    state::Room,
};
use app::protocol::room::*;

/// The remote, with what only the server knows of it.
#[derive(Debug, Default)]
pub struct Holding {
    remote: Remote,
    /// Whether its holder was given it, rather than holding it because somebody has to.
    was_handed: bool,
    /// Since when the holder has the seek bar in the hand.
    drag_since: Option<ServerTime>,
    /// Who gets it when the bar is let go, and whether it is handed to them.
    heir: Option<(ParticipantId, bool)>,
    /// When the holder last did anything.
    touched_at: ServerTime,
}

impl Holding {
    /// As everybody sees it.
    pub fn remote(&self) -> &Remote {
        &self.remote
    }

    /// Whoever holds it.
    pub fn holder(&self) -> Option<ParticipantId> {
        self.remote.holder
    }

    /// Whether the seek bar is in the holder's hand.
    pub fn is_dragged(&self) -> bool {
        self.drag_since.is_some()
    }

    /// When a drag is over, however long the bar is held.
    pub fn drag_ends_at(&self) -> Option<ServerTime> {
        self.drag_since.map(|since| since.plus(DRAG_MS))
    }

    /// The bar is let go.
    pub fn end_drag(&mut self) {
        self.drag_since = None;
    }

    /// Somebody did something.
    pub fn touch(&mut self, now: ServerTime, id: ParticipantId) {
        if self.remote.holder == Some(id) {
            self.touched_at = now;
        }
    }

    /// Somebody asks no more.
    pub fn forget_request(&mut self, id: ParticipantId) -> bool {
        let before = self.remote.requests.len();
        self.remote.requests.retain(|asker| *asker != id);
        self.remote.requests.len() < before
    }

    /// Gives it to somebody now.
    fn give(&mut self, now: ServerTime, to: ParticipantId, is_handed: bool) {
        self.remote.holder = Some(to);
        self.forget_request(to);
        self.was_handed = is_handed;
        self.drag_since = None;
        self.touched_at = now;
        self.heir = self.heir.filter(|(heir, _)| *heir != to);
    }

    /// Gives it to somebody who must not take it out of a hand that drags.
    fn bequeath(&mut self, now: ServerTime, to: ParticipantId, is_handed: bool) {
        if self.is_dragged() {
            self.heir = Some((to, is_handed));
        } else {
            self.give(now, to, is_handed);
        }
    }

    /// Who asked first of those who are there.
    fn first_asker(&self, seats: &Seats) -> Option<ParticipantId> {
        let is_here = |id: &&ParticipantId| seats.get(**id).is_some_and(|seat| !seat.is_away());
        self.remote.requests.iter().find(is_here).copied()
    }
}

impl Room {
    /// The host comes: takes the remote from whoever holds it only because somebody has to.
    pub(super) fn greet_host(&mut self, now: ServerTime, id: ParticipantId) {
        let holder = self.remote.holder().and_then(|holder| self.seats.get(holder));
        let is_free = holder.is_none_or(|holder| holder.rank != Rank::Host && !self.remote.was_handed);
        if is_free {
            self.remote.bequeath(now, id, false);
        }
    }

    pub(super) fn ask_remote(&mut self, id: ParticipantId) -> Result<(), Refusal> {
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

    pub(super) fn take_remote(&mut self, now: ServerTime, id: ParticipantId) {
        if self.remote.holder() != Some(id) {
            self.remote.bequeath(now, id, false);
        }
    }

    /// The holder gives it away at once, the host when the bar is let go.
    pub(super) fn pass_remote(&mut self, now: ServerTime, by: ParticipantId, to: ParticipantId) -> Result<(), Refusal> {
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

    pub(super) fn decline_ask(&mut self, id: ParticipantId) -> Result<(), Refusal> {
        self.remote.forget_request(id).then_some(()).ok_or(Refusal::Gone)
    }

    /// Only a holder's hand on the bar keeps the remote; where anyone controls there is nothing to keep.
    pub(super) fn drag(&mut self, now: ServerTime, id: ParticipantId, dragging: bool) {
        if self.remote.holder() != Some(id) {
            return;
        }
        self.remote.drag_since = dragging.then(|| self.remote.drag_since.unwrap_or(now));
    }

    /// When an idle holder loses the remote to whoever asks.
    pub(super) fn relief_at(&self) -> Option<ServerTime> {
        let seconds = self.record.state.settings.idle_relief_seconds?;
        if self.remote.is_dragged() {
            return None;
        }
        self.remote.first_asker(&self.seats)?;
        Some(self.remote.touched_at.plus(i64::from(seconds) * 1_000))
    }

    /// Puts the remote into the hands that it belongs into.
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
                None => self.remote = Holding::default(),
            }
        }
        if self.relief_at().is_some_and(|at| at <= now)
            && let Some(asker) = self.remote.first_asker(&self.seats)
        {
            self.remote.give(now, asker, true);
        }
    }
}
