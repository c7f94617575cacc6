//! Playback state: the position, and who changed it last. Knows participants only by their id.

use super::{bounds::*, record::RoomRecord, waiting::Wait};
use app::protocol::room::*;

/// The player: the playback state and what determines its next change.
#[derive(Debug)]
pub struct Player {
    playback: Playback,
    /// The author of the latest uninterrupted run of changes, and the epoch before it.
    run: (Option<ParticipantId>, Epoch),
    /// The action to name in the next broadcast, and its author.
    cause: Option<Cause>,
    wait: Option<Wait>,
    has_ended: bool,
}

impl Player {
    /// Restores playback from the record. After a recent crash it continues where it would be by now; otherwise it
    /// is paused where it was at the last heartbeat.
    pub fn restored(now: ServerTime, record: &RoomRecord) -> Self {
        let mut player = Self::at_beat(record);
        let (kept, age_ms) = (&record.state.playback, now.since(record.beat));
        // A heartbeat in the future says nothing: the clock was set back.
        if record.is_open && (0..=HEARTBEAT_FRESH_MS).contains(&age_ms) {
            player.playback.clone_from(kept);
            if matches!(kept.state, PlaybackState::Waiting { .. }) {
                player.start(now.plus(*START_MS.end()));
            }
        }
        player
    }

    /// Returns playback paused where it was at the last heartbeat.
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

    /// Returns the playback state.
    pub fn playback(&self) -> &Playback {
        &self.playback
    }

    /// Returns the current wait, if there is one.
    pub fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    /// Returns the current wait for modification.
    pub fn wait_mut(&mut self) -> Option<&mut Wait> {
        self.wait.as_mut()
    }

    /// Takes the cause of the changes since the last call.
    pub fn take_cause(&mut self) -> Option<Cause> {
        self.cause.take()
    }

    /// Returns whether a request was made without having seen another participant's change. One's own changes do not
    /// count: an arrow key held on a slow connection names the same epoch several times.
    pub fn is_stale(&self, epoch: Epoch, by: ParticipantId) -> bool {
        let (author, from) = self.run;
        let is_own = author == Some(by) && epoch >= from && epoch < self.playback.epoch;
        epoch != self.playback.epoch && !is_own
    }

    /// Returns whether playback is at the end of the video.
    pub fn has_ended(&self) -> bool {
        let end = self.playback.video().and_then(|video| video.duration_ms);
        self.has_ended || end.is_some_and(|end| self.playback.anchor.position_ms >= end)
    }

    /// Returns the instant at which the video ends, if it plays and its duration is known.
    pub fn ends_at(&self) -> Option<ServerTime> {
        let end = self.playback.video()?.duration_ms?;
        let anchor = self.playback.anchor;
        let left = (end - anchor.position_ms).max(0) as f64 / self.playback.rate;
        (self.playback.state == PlaybackState::Playing).then(|| anchor.at.plus(left.ceil() as i64))
    }

    /// Starts playback at an instant in the near future.
    pub fn play(&mut self, by: ParticipantId, at: ServerTime) {
        self.step(Some(by), Action::Play);
        self.start(at);
    }

    /// Pauses playback, at the position that the sender sees (`seen_ms`) if it is near enough.
    pub fn pause(&mut self, now: ServerTime, by: ParticipantId, seen_ms: i64) {
        let here = self.playback.position_at(now);
        let is_near = seen_ms.saturating_sub(here).saturating_abs() <= PAUSE_TOLERANCE_MS;
        self.step(Some(by), Action::Pause);
        self.halt(now);
        self.playback.anchor.position_ms = self.within(if is_near { seen_ms } else { here });
    }

    /// Seeks. A paused room stays paused; otherwise the caller decides with [`Self::hold`] whether the room waits.
    pub fn seek(&mut self, now: ServerTime, by: ParticipantId, position_ms: i64) {
        self.step(Some(by), Action::Seek);
        self.has_ended = false;
        self.playback.anchor = Anchor {
            position_ms: self.within(position_ms),
            at: now,
        };
    }

    /// Changes the playback rate.
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

    /// Loads another video from its beginning, at a participant's request or because it is next in the queue.
    pub fn load(&mut self, now: ServerTime, by: Option<ParticipantId>, item: QueueItem) {
        self.step(by, Action::Video);
        self.has_ended = false;
        self.playback.screen = Screen::Video(Video {
            item: item.id,
            source: item.source,
            title: item.title,
            duration_ms: None,
        });
        self.playback.anchor = Anchor {
            position_ms: 0,
            at: now,
        };
    }

    /// Stops at the current position for a wait.
    pub fn hold(&mut self, now: ServerTime, wait: Wait) {
        self.freeze(now);
        self.playback.state = PlaybackState::Waiting { until: wait.until };
        self.wait = Some(wait);
    }

    /// Resumes at an instant, from the current position.
    pub fn start(&mut self, at: ServerTime) {
        self.wait = None;
        self.has_ended = false;
        self.playback.state = PlaybackState::Playing;
        self.playback.anchor.at = at;
    }

    /// Pauses at the position of an instant, without counting as anyone's change.
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

    /// Stops at the end of the video.
    pub fn end(&mut self, now: ServerTime) {
        self.halt(now);
        self.has_ended = true;
    }

    /// Sets the video's duration once. Implausible values, and those that would move the playhead back, are ignored.
    pub fn learn_duration(&mut self, now: ServerTime, duration_ms: i64) {
        let here = self.playback.position_at(now);
        let is_plausible = (1..=DURATION_MS).contains(&duration_ms) && duration_ms >= here;
        if let Some(video) = self.playback.screen.video_mut().filter(|_| is_plausible)
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
        let end = self.playback.video().and_then(|video| video.duration_ms);
        position_ms.clamp(0, end.unwrap_or(DURATION_MS))
    }
}
