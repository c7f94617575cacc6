//! What participants do to playback and the queue, and for whom the room waits then.

use super::{
    bounds::*,
    event::{ConnectionId, Effect, Found},
    seats::Seat,
    state::Room,
    waiting::{Reason, Wait},
};
use app::protocol::room::*;

impl Room {
    /// Starts it. While the room waits: goes on without those who are not ready.
    pub(super) fn play(&mut self, now: ServerTime, by: ParticipantId) -> Result<(), Refusal> {
        match self.player.playback().state {
            PlaybackState::Idle => return Err(Refusal::NoVideo),
            PlaybackState::Playing => {}
            PlaybackState::Paused if self.player.has_ended() => {
                self.player.seek(now, by, 0);
                self.load_pages(now, Some(by));
            }
            PlaybackState::Paused => self.player.play(by, self.next_start(now)),
            PlaybackState::Waiting { .. } => {
                self.spare_missing(now);
                self.player.play(by, self.next_start(now));
            }
        }
        Ok(())
    }

    pub(super) fn pause(&mut self, now: ServerTime, by: ParticipantId, seen_ms: i64) -> Result<(), Refusal> {
        if !(0..=DURATION_MS).contains(&seen_ms) {
            return Err(Refusal::Invalid);
        }
        match self.player.playback().state {
            PlaybackState::Idle => return Err(Refusal::NoVideo),
            PlaybackState::Paused => {}
            PlaybackState::Playing | PlaybackState::Waiting { .. } => {
                self.charge_missing(now);
                self.player.pause(now, by, seen_ms);
            }
        }
        Ok(())
    }

    pub(super) fn seek(&mut self, now: ServerTime, by: ParticipantId, position_ms: i64) -> Result<(), Refusal> {
        if !(0..=DURATION_MS).contains(&position_ms) {
            return Err(Refusal::Invalid);
        }
        let state = self.player.playback().state;
        if state == PlaybackState::Idle {
            return Err(Refusal::NoVideo);
        }
        self.charge_missing(now);
        self.player.seek(now, by, position_ms);
        if state != PlaybackState::Paused {
            self.load_pages(now, Some(by));
        }
        Ok(())
    }

    pub(super) fn set_rate(&mut self, now: ServerTime, by: ParticipantId, rate: f64) -> Result<(), Refusal> {
        if !RATES.contains(&rate) {
            return Err(Refusal::Invalid);
        }
        let playback = self.player.playback();
        if playback.state == PlaybackState::Idle {
            return Err(Refusal::NoVideo);
        }
        if playback.rate != rate {
            self.player.set_rate(now, by, rate);
        }
        Ok(())
    }

    pub(super) fn play_item(
        &mut self,
        now: ServerTime,
        by: ParticipantId,
        item: Option<ItemId>,
    ) -> Result<(), Refusal> {
        let shuffle = self.record.state.settings.shuffle;
        let id = item.or_else(|| self.queue.upcoming(shuffle)).ok_or(Refusal::NoVideo)?;
        let item = self.take_line(id)?;
        self.load(now, Some(by), item);
        Ok(())
    }

    /// A page can play from the present place.
    pub(super) fn ready(&mut self, now: ServerTime, id: ParticipantId, epoch: Epoch, duration_ms: Option<i64>) {
        if epoch != self.player.playback().epoch {
            return;
        }
        let is_waited_for = self.player.wait().is_some_and(|wait| wait.missing.contains_key(&id));
        if let Some(seat) = self.seats.get_mut(id) {
            seat.was_in_step |= is_waited_for;
            seat.duration_ms = duration_ms.or(seat.duration_ms);
        }
        self.is_unsettled = true;
        self.no_longer_missing(now, id);
        if let Some(wait) = self.player.wait_mut() {
            wait.first_ready.get_or_insert(now);
        }
    }

    /// The holder's picture came to the end.
    pub(super) fn ended(&mut self, now: ServerTime, id: ParticipantId, epoch: Epoch) {
        let playback = self.player.playback();
        let end = playback.video.as_ref().and_then(|video| video.duration_ms);
        let is_near = end.is_none_or(|end| end - playback.position_at(now) <= END_MS);
        let counts = epoch == playback.epoch && playback.moves_at(now) && self.remote.holder() == Some(id);
        if counts && is_near {
            self.is_unsettled = true;
            self.end_video(now);
        }
    }

    /// How playback is for somebody. The room may stop for them, or go on.
    pub(super) fn report(&mut self, now: ServerTime, id: ParticipantId, standing: Standing) {
        let moves = self.player.playback().moves_at(now);
        let Some(seat) = self.seats.get_mut(id) else {
            return;
        };
        seat.standing_is_new |= seat.standing != Some(standing);
        self.has_new_standings |= seat.standing_is_new;
        seat.standing = Some(standing);
        seat.ping_ms = standing.ping_ms;
        seat.was_in_step |= moves && !standing.stalled && standing.offset_ms.is_some();
        let stops = standing.stalled && seat.was_in_step && self.record.state.settings.wait_for_everyone;
        if stops {
            self.stop_for(now, id);
        } else if !standing.stalled && self.player.wait().is_some_and(|wait| wait.reason == Reason::Stalled) {
            self.no_longer_missing(now, id);
        }
        if self.standings_due_at().is_some_and(|at| at <= now) {
            self.tell_standings(now);
        }
    }

    /// The video is over: the next one, or the room stands still.
    pub(super) fn end_video(&mut self, now: ServerTime) {
        let settings = &self.record.state.settings;
        let goes_on = settings.auto_advance && !self.seats.is_empty();
        let next = self.queue.upcoming(settings.shuffle).filter(|_| goes_on);
        match next.and_then(|id| self.take_line(id).ok()) {
            Some(item) => self.load(now, None, item),
            None => self.player.end(now),
        }
    }

    pub(super) fn queue_add(&mut self, connection: ConnectionId, addition: Addition) -> Result<(), Refusal> {
        if !addition.play_now && self.queue.is_full() {
            return Err(Refusal::Full);
        }
        self.out.push(Effect::Resolve { connection, addition });
        Ok(())
    }

    /// What somebody wanted in the queue is known. Whoever lost the right to play it at once gets it into the queue.
    pub(super) fn resolved(
        &mut self,
        now: ServerTime,
        connection: ConnectionId,
        found: Result<Found, Refusal>,
        play_now: bool,
    ) {
        let Some(seat) = self.seats.at(connection) else {
            return;
        };
        let (id, person, name) = (seat.id, seat.person.clone(), seat.name.clone());
        let plays = play_now && self.may_control(seat);
        let found = found.and_then(|found| (plays || !self.queue.is_full()).then_some(found).ok_or(Refusal::Full));
        match found {
            Err(reason) => self
                .out
                .send(connection, ServerMessage::Refused { reason, nonce: None }),
            Ok(found) => {
                let item = self.queue.line(found, &name);
                self.is_unsettled = true;
                self.is_dirty = true;
                if plays {
                    return self.load(now, Some(id), item);
                }
                self.queue.add(item.clone(), person);
                self.tell_queue(QueueChange::Added { item });
            }
        }
    }

    pub(super) fn queue_remove(&mut self, item: ItemId) -> Result<(), Refusal> {
        self.take_line(item).map(drop)
    }

    pub(super) fn queue_move(&mut self, item: ItemId, before: Option<ItemId>) -> Result<(), Refusal> {
        if self.queue.put(item, before)? {
            self.is_dirty = true;
            self.tell_queue(QueueChange::Moved { item, before });
        }
        Ok(())
    }

    fn take_line(&mut self, id: ItemId) -> Result<QueueItem, Refusal> {
        let item = self.queue.remove(id).ok_or(Refusal::Gone)?;
        self.is_dirty = true;
        self.tell_queue(QueueChange::Removed { item: id });
        Ok(item)
    }

    fn tell_queue(&mut self, change: QueueChange) {
        self.out.broadcast(ServerMessage::Queue { change });
    }

    fn load(&mut self, now: ServerTime, by: Option<ParticipantId>, item: QueueItem) {
        self.charge_missing(now);
        self.player.load(now, by, item);
        for seat in self.seats.iter_mut() {
            seat.standing = None;
            seat.standing_is_new = false;
            seat.duration_ms = None;
        }
        self.load_pages(now, by);
    }

    /// Waits until the pages can play from a new place, as long as the settings and the patience with each say. Where
    /// there is nobody to wait for, [`Self::settle_wait`] ends it before anybody hears of it.
    fn load_pages(&mut self, now: ServerTime, by: Option<ParticipantId>) {
        let wait = if self.record.state.settings.wait_for_everyone {
            let is_waited_for = |seat: &&Seat| self.patience.left_ms(now, &seat.person) > 0;
            let missing = self.seats.iter().filter(is_waited_for).map(|seat| seat.id);
            Wait::new(now, Reason::Loading, now.plus(WAIT_MS), missing)
        } else {
            Wait::for_lead(now, self.lead(by))
        };
        self.player.hold(now, wait);
    }

    /// Whose picture leads, where nobody waits for everyone: whoever did it, else the holder, else whoever is there.
    fn lead(&self, by: Option<ParticipantId>) -> Option<ParticipantId> {
        let is_here = |id: &ParticipantId| self.seats.get(*id).is_some_and(|seat| !seat.is_away());
        let first = || self.seats.iter().find(|seat| !seat.is_away()).map(|seat| seat.id);
        by.filter(is_here)
            .or_else(|| self.remote.holder().filter(is_here))
            .or_else(first)
    }

    /// Somebody's picture stands still: the room does too, while there is patience with them.
    fn stop_for(&mut self, now: ServerTime, id: ParticipantId) {
        let Some(seat) = self.seats.get(id) else {
            return;
        };
        let left_ms = self.patience.left_ms(now, &seat.person);
        if left_ms == 0 {
            return;
        }
        if self.player.playback().moves_at(now) {
            let wait = Wait::new(now, Reason::Stalled, now.plus(left_ms), std::iter::once(id));
            self.player.hold(now, wait);
            self.is_unsettled = true;
        } else if let Some(wait) = self.player.wait_mut().filter(|wait| wait.reason == Reason::Stalled) {
            wait.missing.entry(id).or_insert(now);
            self.is_unsettled = true;
        }
    }

    /// The room need not wait for somebody any more.
    fn no_longer_missing(&mut self, now: ServerTime, id: ParticipantId) {
        let Some(wait) = self.player.wait_mut() else {
            return;
        };
        let Some(since) = wait.missing.remove(&id) else {
            return;
        };
        self.is_unsettled = true;
        if wait.reason == Reason::Stalled
            && let Some(seat) = self.seats.get(id)
        {
            self.patience.spend(now, &seat.person, now.since(since));
        }
    }

    /// A stop ends otherwise than by everybody being ready: it was theirs nevertheless.
    fn charge_missing(&mut self, now: ServerTime) {
        let stalled = self.player.wait().filter(|wait| wait.reason == Reason::Stalled);
        let missing: Vec<_> = stalled.map_or_else(Vec::new, |wait| wait.missing.keys().copied().collect());
        for id in missing {
            self.no_longer_missing(now, id);
        }
    }

    /// Whoever let the grace run out is not waited for again for a while.
    fn spare_missing(&mut self, now: ServerTime) {
        let Some(wait) = self.player.wait() else {
            return;
        };
        for seat in wait.missing.keys().filter_map(|id| self.seats.get(*id)) {
            self.patience.spend(now, &seat.person, WAIT_MS);
        }
    }

    /// The grace has run out, or somebody whose picture does not lead has been ready for long enough.
    pub(super) fn wait_no_longer(&mut self, now: ServerTime) {
        if self.player.wait().is_some_and(|wait| wait.lead.is_none()) {
            self.spare_missing(now);
        }
        self.player.start(self.next_start(now));
    }

    /// Goes on when nobody is missing any more.
    pub(super) fn settle_wait(&mut self, now: ServerTime) {
        let Some(wait) = self.player.wait_mut() else {
            return;
        };
        let waits_for_all = self.record.state.settings.wait_for_everyone;
        let reason = wait.reason;
        let seats = &self.seats;
        wait.missing.retain(|id, _| {
            let is_here = seats.get(*id).is_some_and(|seat| !seat.is_away());
            is_here && (waits_for_all || reason == Reason::Loading)
        });
        if wait.missing.is_empty() {
            self.player.start(self.next_start(now));
        }
    }

    /// The video's length is what the holder's page says, or that of whoever has the host's say.
    pub(super) fn settle_duration(&mut self, now: ServerTime) {
        let video = self.player.playback().video.as_ref();
        if video.is_none_or(|video| video.duration_ms.is_some()) {
            return;
        }
        let told = [self.remote.holder(), self.acting_host].into_iter().flatten();
        let mut told = told.filter_map(|id| self.seats.get(id)?.duration_ms);
        if let Some(duration_ms) = told.next() {
            self.player.learn_duration(now, duration_ms);
        }
    }

    /// When all can start together: twice the slowest way there.
    fn next_start(&self, now: ServerTime) -> ServerTime {
        let lead_ms = self.seats.slowest_ping_ms().saturating_mul(2);
        now.plus(lead_ms.clamp(*START_MS.start(), *START_MS.end()))
    }
}
