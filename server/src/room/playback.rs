//! Playback itself: where it is, and who changed it last. Knows nobody but by their number.

use super::{bounds::*, record::RoomRecord, waiting::Wait};
use app::protocol::room::*;

/// What the room plays.
#[derive(Debug)]
pub struct Player {
    playback: Playback,
    /// Whose changes were the last, without anybody else's between them, and after which epoch.
    run: (Option<ParticipantId>, Epoch),
    /// Who did what since the others were told.
    cause: Option<Cause>,
    wait: Option<Wait>,
    has_ended: bool,
}

impl Player {
    /// As it was kept. After a crash that is not long ago it goes on as if nothing had been; else it stands where it
    /// was when the room last noted that it lives.
    pub fn restored(now: ServerTime, record: &RoomRecord) -> Self {
        let mut player = Self::at_beat(record);
        let (kept, age_ms) = (&record.state.playback, now.since(record.beat));
        // A note of the future tells nothing: the clock was put back.
        if record.is_open && (0..=BEAT_YOUNG_MS).contains(&age_ms) {
            player.playback.clone_from(kept);
            if matches!(kept.state, PlaybackState::Waiting { .. }) {
                player.start(now.plus(*START_MS.end()));
            }
        }
        player
    }

    /// As it was when the room last noted that it lives, and standing still.
    pub fn at_beat(record: &RoomRecord) -> Self {
        let mut player = Self {
            playback: record.state.playback.clone(),
            run: (None, record.state.playback.epoch),
            cause: None,
            wait: None,
            has_ended: false,
        };
        player.halt(record.beat);
        player
    }

    /// Where it is.
    pub fn playback(&self) -> &Playback {
        &self.playback
    }

    /// For whom the room waits.
    pub fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    /// The same, to be changed.
    pub fn wait_mut(&mut self) -> Option<&mut Wait> {
        self.wait.as_mut()
    }

    /// Who did what since this was last asked.
    pub fn take_cause(&mut self) -> Option<Cause> {
        self.cause.take()
    }

    /// Whether somebody asks for something without having seen what another did. Their own changes are not news to
    /// them: a held arrow key on a slow line names the same epoch several times.
    pub fn is_stale(&self, epoch: Epoch, by: ParticipantId) -> bool {
        let (author, from) = self.run;
        let is_own = author == Some(by) && epoch >= from && epoch < self.playback.epoch;
        epoch != self.playback.epoch && !is_own
    }

    /// Whether it stands at the end.
    pub fn has_ended(&self) -> bool {
        let end = self.playback.video.as_ref().and_then(|video| video.duration_ms);
        self.has_ended || end.is_some_and(|end| self.playback.anchor.position_ms >= end)
    }

    /// When it comes to the end.
    pub fn ends_at(&self) -> Option<ServerTime> {
        let end = self.playback.video.as_ref()?.duration_ms?;
        let anchor = self.playback.anchor;
        let left = (end - anchor.position_ms).max(0) as f64 / self.playback.rate;
        (self.playback.state == PlaybackState::Playing).then(|| anchor.at.plus(left.ceil() as i64))
    }

    /// Somebody starts it, at an instant of the near future.
    pub fn play(&mut self, by: ParticipantId, at: ServerTime) {
        self.step(Some(by), Action::Play);
        self.start(at);
    }

    /// Somebody stops it; where their picture is, if that is near.
    pub fn pause(&mut self, now: ServerTime, by: ParticipantId, seen_ms: i64) {
        let here = self.playback.position_at(now);
        let is_near = seen_ms.saturating_sub(here).saturating_abs() <= PAUSE_MS;
        self.step(Some(by), Action::Pause);
        self.halt(now);
        self.playback.anchor.position_ms = self.within(if is_near { seen_ms } else { here });
    }

    /// Somebody goes elsewhere. Where it was paused it stays so; else `wait` tells for whom it waits, if for anybody.
    pub fn seek(&mut self, now: ServerTime, by: ParticipantId, position_ms: i64) {
        self.step(Some(by), Action::Seek);
        self.has_ended = false;
        self.playback.anchor = Anchor {
            position_ms: self.within(position_ms),
            at: now,
        };
    }

    /// Somebody makes it faster or slower.
    pub fn set_rate(&mut self, now: ServerTime, by: ParticipantId, rate: f64) {
        self.step(Some(by), Action::Rate);
        if self.playback.moves_at(now) {
            self.playback.anchor = Anchor {
                position_ms: self.playback.position_at(now),
                at: now,
            };
        }
        self.playback.rate = rate;
    }

    /// Another video, from its beginning; by somebody, or because it is its turn.
    pub fn load(&mut self, now: ServerTime, by: Option<ParticipantId>, item: QueueItem) {
        self.step(by, Action::Video);
        self.has_ended = false;
        self.playback.video = Some(Video {
            item: item.id,
            info_hash: item.info_hash,
            file: item.file,
            title: item.title,
            duration_ms: None,
        });
        self.playback.anchor = Anchor {
            position_ms: 0,
            at: now,
        };
    }

    /// Waits, where it is.
    pub fn hold(&mut self, now: ServerTime, wait: Wait) {
        self.freeze(now);
        self.playback.state = PlaybackState::Waiting { until: wait.until };
        self.wait = Some(wait);
    }

    /// Goes on at an instant, from where it is.
    pub fn start(&mut self, at: ServerTime) {
        self.wait = None;
        self.has_ended = false;
        self.playback.state = PlaybackState::Playing;
        self.playback.anchor.at = at;
    }

    /// Stands still, where it was at an instant; nobody's doing.
    pub fn halt(&mut self, at: ServerTime) {
        self.wait = None;
        if matches!(
            self.playback.state,
            PlaybackState::Playing | PlaybackState::Waiting { .. }
        ) {
            self.freeze(at);
            self.playback.state = PlaybackState::Paused;
        }
    }

    /// Stands still at the end.
    pub fn end(&mut self, now: ServerTime) {
        self.halt(now);
        self.has_ended = true;
    }

    /// The video's length is known. Nonsense, and what would move the picture back, is not believed.
    pub fn learn_duration(&mut self, now: ServerTime, duration_ms: i64) {
        let here = self.playback.position_at(now);
        let is_plausible = (1..=DURATION_MS).contains(&duration_ms) && duration_ms >= here;
        if let Some(video) = self.playback.video.as_mut().filter(|_| is_plausible)
            && video.duration_ms.is_none()
        {
            video.duration_ms = Some(duration_ms);
        }
    }

    fn step(&mut self, by: Option<ParticipantId>, action: Action) {
        if by.is_none() || self.run.0 != by {
            self.run = (by, self.playback.epoch);
        }
        self.playback.epoch.0 += 1;
        self.cause = by.map(|by| Cause { by, action });
    }

    fn freeze(&mut self, now: ServerTime) {
        self.playback.anchor = Anchor {
            position_ms: self.playback.position_at(now),
            at: now,
        };
    }

    fn within(&self, position_ms: i64) -> i64 {
        let end = self.playback.video.as_ref().and_then(|video| video.duration_ms);
        position_ms.clamp(0, end.unwrap_or(DURATION_MS))
    }
}
