//! Participants' control of playback, and the waits for participants that follow.

use super::{
    bounds::*,
    permission::Requirement,
    rate::MessageClass,
    request::{Request, Sender},
    seats::Seat,
    state::Room,
    waiting::{Reason, Wait},
};
use app::protocol::room::*;

impl Request for PlaybackRequest {
    fn class(&self) -> MessageClass {
        match self {
            Self::Report { .. } | Self::Ready { .. } | Self::Ended { .. } => MessageClass::Report,
            Self::Play { .. }
            | Self::Pause { .. }
            | Self::Seek { .. }
            | Self::SetRate { .. }
            | Self::PlayItem { .. }
            | Self::Drag { .. } => MessageClass::Control,
        }
    }

    fn required(&self) -> Requirement {
        match self.class() {
            MessageClass::Report => Requirement::Seat,
            _ => Requirement::Control,
        }
    }

    fn epoch(&self) -> Option<Epoch> {
        match self {
            Self::Play { epoch }
            | Self::Pause { epoch, .. }
            | Self::Seek { epoch, .. }
            | Self::SetRate { epoch, .. }
            | Self::PlayItem { epoch, .. } => Some(*epoch),
            // Reports of an older epoch are ignored, not refused.
            Self::Report { .. } | Self::Ready { .. } | Self::Ended { .. } | Self::Drag { .. } => None,
        }
    }

    fn act(self, room: &mut Room, now: ServerTime, from: Sender) -> Result<(), Refusal> {
        match self {
            Self::Report { standing } => room.report(now, from.id, standing),
            Self::Ready { epoch, duration_ms } => room.ready(now, from.id, epoch, duration_ms),
            Self::Ended { epoch } => room.ended(now, from.id, epoch),
            Self::Play { .. } => room.play(now, from.id)?,
            Self::Pause { position_ms, .. } => room.pause(now, from.id, position_ms)?,
            Self::Seek { position_ms, .. } => room.seek(now, from.id, position_ms)?,
            Self::SetRate { rate, .. } => room.set_rate(now, from.id, rate)?,
            Self::PlayItem { item, .. } => room.play_item(now, from.id, item)?,
            Self::Drag { dragging } => room.drag(now, from.id, dragging),
        }
        Ok(())
    }
}

impl Room {
    /// Starts playback. While the room waits, goes on without those who are not ready.
    fn play(&mut self, now: ServerTime, by: ParticipantId) -> Result<(), Refusal> {
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

    fn pause(&mut self, now: ServerTime, by: ParticipantId, seen_ms: i64) -> Result<(), Refusal> {
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

    fn seek(&mut self, now: ServerTime, by: ParticipantId, position_ms: i64) -> Result<(), Refusal> {
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

    fn set_rate(&mut self, now: ServerTime, by: ParticipantId, rate: f64) -> Result<(), Refusal> {
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

    fn play_item(&mut self, now: ServerTime, by: ParticipantId, item: Option<ItemId>) -> Result<(), Refusal> {
        let shuffle = self.record.state.settings.shuffle;
        let id = item.or_else(|| self.queue.upcoming(shuffle)).ok_or(Refusal::NoVideo)?;
        let item = self.take_line(id)?;
        self.load(now, Some(by), item);
        Ok(())
    }

    /// Handles a page's report that it can play from the current position.
    fn ready(&mut self, now: ServerTime, id: ParticipantId, epoch: Epoch, duration_ms: Option<i64>) {
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

    /// Handles the report of the holder's page that the video has ended.
    fn ended(&mut self, now: ServerTime, id: ParticipantId, epoch: Epoch) {
        let playback = self.player.playback();
        let end = playback.video().and_then(|video| video.duration_ms);
        let is_near = end.is_none_or(|end| end - playback.position_at(now) <= END_TOLERANCE_MS);
        let counts = epoch == playback.epoch && playback.moves_at(now) && self.remote.holder() == Some(id);
        if counts && is_near {
            self.is_unsettled = true;
            self.end_video(now);
        }
    }

    /// Handles a participant's playback report. The room may stop for them, or resume.
    fn report(&mut self, now: ServerTime, id: ParticipantId, standing: Standing) {
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

    /// Ends the video: loads the next one, or leaves the room at the end.
    pub(super) fn end_video(&mut self, now: ServerTime) {
        let settings = &self.record.state.settings;
        let goes_on = settings.auto_advance && !self.seats.is_empty();
        let next = self.queue.upcoming(settings.shuffle).filter(|_| goes_on);
        match next.and_then(|id| self.take_line(id).ok()) {
            Some(item) => self.load(now, None, item),
            None => self.player.end(now),
        }
    }

    pub(super) fn load(&mut self, now: ServerTime, by: Option<ParticipantId>, item: QueueItem) {
        self.charge_missing(now);
        self.player.load(now, by, item);
        for seat in self.seats.iter_mut() {
            seat.standing = None;
            seat.standing_is_new = false;
            seat.duration_ms = None;
        }
        self.load_pages(now, by);
    }

    /// Waits until the pages can play from a new position, as the settings and the remaining patience with each
    /// participant allow. If there is no one to wait for, [`Self::settle_wait`] ends the wait before it is broadcast.
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

    /// Returns the participant whose picture leads when the room does not wait for everyone: the one who acted, else
    /// the holder, else the first one present.
    fn lead(&self, by: Option<ParticipantId>) -> Option<ParticipantId> {
        let is_here = |id: &ParticipantId| self.seats.get(*id).is_some_and(|seat| !seat.is_away());
        let first = || self.seats.iter().find(|seat| !seat.is_away()).map(|seat| seat.id);
        by.filter(is_here)
            .or_else(|| self.remote.holder().filter(is_here))
            .or_else(first)
    }

    /// Stops the room for a participant whose picture has stalled, while there is patience left with them.
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

    /// Stops waiting for a participant. If they had stalled, the time spent counts against their patience.
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

    /// Counts the time of a stall that ends before everyone is ready against those who were missing.
    fn charge_missing(&mut self, now: ServerTime) {
        let stalled = self.player.wait().filter(|wait| wait.reason == Reason::Stalled);
        let missing: Vec<_> = stalled.map_or_else(Vec::new, |wait| wait.missing.keys().copied().collect());
        for id in missing {
            self.no_longer_missing(now, id);
        }
    }

    /// Uses up the patience with those who let the wait run out, so that the room does not wait for them again for a while.
    fn spare_missing(&mut self, now: ServerTime) {
        let Some(wait) = self.player.wait() else {
            return;
        };
        for seat in wait.missing.keys().filter_map(|id| self.seats.get(*id)) {
            self.patience.spend(now, &seat.person, WAIT_MS);
        }
    }

    /// Ends a wait whose time is up: it has run out, or its lead has not been ready long after someone else was.
    pub(super) fn wait_no_longer(&mut self, now: ServerTime) {
        if self.player.wait().is_some_and(|wait| wait.lead.is_none()) {
            self.spare_missing(now);
        }
        self.player.start(self.next_start(now));
    }

    /// Resumes playback when no one is missing any more.
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

    /// Takes the video's duration from the page of the holder, else from that of the acting host.
    pub(super) fn settle_duration(&mut self, now: ServerTime) {
        let video = self.player.playback().video();
        if video.is_none_or(|video| video.duration_ms.is_some()) {
            return;
        }
        let told = [self.remote.holder(), self.acting_host].into_iter().flatten();
        let mut told = told.filter_map(|id| self.seats.get(id)?.duration_ms);
        if let Some(duration_ms) = told.next() {
            self.player.learn_duration(now, duration_ms);
        }
    }

    /// Returns the instant at which everyone can start together: twice the slowest ping from now.
    fn next_start(&self, now: ServerTime) -> ServerTime {
        let lead_ms = self.seats.slowest_ping_ms().saturating_mul(2);
        now.plus(lead_ms.clamp(*START_MS.start(), *START_MS.end()))
    }
}
