//! Playback sync: measures the drift from the room, decides by [`Sync`], drives the `<video>` element.
//!
//! Nothing here is a command from the viewer: the element's events are never sent to the room as one.

use super::frames::watch_frames;
use super::handle::{Part, Room};
use crate::client::js;
use crate::protocol::Source;
use crate::protocol::room::*;
use crate::room::sync::{Correction, Data, OffsetFilter, Sync};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::HtmlVideoElement;

/// Interval at which playback is checked, besides at the element's events.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);
/// Minimum time between corrections, milliseconds.
const CORRECTION_INTERVAL_MS: f64 = 200.0;
/// Interval of reports about this page's playback to the room.
const REPORT_INTERVAL: Duration = Duration::from_secs(2);
/// Tolerance for the position while paused, milliseconds: half a frame.
const PAUSED_TOLERANCE_MS: f64 = 20.0;
/// Largest lag, milliseconds, with which playback starts without a seek.
const MAX_START_LAG_MS: f64 = 80.0;
/// Largest lead, milliseconds, that is waited out at the start; beyond it playback seeks back.
const MAX_START_LEAD_MS: f64 = 5_000.0;
/// Time without a frame, milliseconds, after which the page counts as hidden or the film as having no video; then the
/// drift is measured by `currentTime`.
const NO_FRAME_MS: f64 = 250.0;
/// Time for which an own pause is kept without the room's response, milliseconds.
const HOLD_MS: f64 = 2_000.0;
/// Frames needed to measure the drift.
const MIN_FRAMES: usize = 3;

/// State of playback sync.
#[derive(Default)]
pub struct PlaybackSync {
    sync: Sync,
    meter: OffsetFilter,
    /// The room's playback state that was last applied.
    heeded: Option<Playback>,
    attached: Option<Source>,
    /// Seek in progress: its start time, and whether its data was buffered.
    jump: Option<(f64, Data)>,
    /// Timer of a scheduled start.
    start: Option<TimeoutHandle>,
    ready: Option<Epoch>,
    ended: Option<Epoch>,
    stalled: bool,
    frame_at: f64,
    decided_at: f64,
    offset_ms: Option<f64>,
    held: Option<(Epoch, f64)>,
}

impl PlaybackSync {
    /// Keeps playback paused after the viewer's own pause, until the room has responded.
    pub fn hold(&mut self, epoch: Epoch, now_ms: f64) {
        self.held = Some((epoch, now_ms));
        self.cancel_start();
    }

    /// Ends that pause because the room rejected it.
    pub fn release(&mut self) {
        self.held = None;
    }

    fn cancel_start(&mut self) {
        if let Some(start) = self.start.take() {
            start.clear();
        }
    }
}

/// Returns the room's position at a server time, milliseconds of film with a fraction.
fn position_at(playback: &Playback, server_ms: f64) -> f64 {
    let played = match playback.state {
        PlaybackState::Playing => (server_ms - playback.anchor.at.0 as f64).max(0.0) * playback.rate,
        PlaybackState::Idle | PlaybackState::Waiting { .. } | PlaybackState::Paused => 0.0,
    };
    playback.anchor.position_ms as f64 + played
}

/// Returns whether half a second from a position (milliseconds) is buffered.
fn data_at(video: &HtmlVideoElement, position_ms: f64) -> Data {
    let (from, ranges) = (position_ms / 1000.0, video.buffered());
    let holds = |index| {
        let range = ranges.start(index).ok().zip(ranges.end(index).ok());
        range.is_some_and(|(start, end)| start <= from && from + 0.5 <= end)
    };
    if (0..ranges.length()).any(holds) {
        Data::Here
    } else {
        Data::Away
    }
}

impl Room {
    /// Keeps playback in sync until the reactive owner is disposed.
    pub fn keep_pace(&self) {
        let room = *self;
        Effect::new(move |_| {
            room.read(Part::Playback, |_| ());
            room.heed();
        });
        Effect::new(move |_| {
            // Runs once the element is mounted.
            if let Some(video) = room.player.video.get() {
                room.listen(video);
            }
        });
        let stepping = set_interval_with_handle(move || room.step(), CHECK_INTERVAL);
        let reporting = set_interval_with_handle(move || room.report(), REPORT_INTERVAL);
        on_cleanup(move || {
            for handle in [stepping, reporting].into_iter().flatten() {
                handle.clear();
            }
        });
    }

    /// Records that the element now has this source.
    pub fn attached(&self, source: Source) {
        if let Some(inner) = self.inner() {
            let mut pace = inner.pace.borrow_mut();
            pace.attached = Some(source);
            pace.jump = None;
            pace.meter.clear();
        }
        self.step();
    }

    fn listen(&self, video: HtmlVideoElement) {
        let room = *self;
        let happened = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            match event.type_().as_str() {
                "waiting" => room.stalls(true),
                "playing" => room.stalls(false),
                "ended" => room.came_to_its_end(),
                _ => {}
            }
            room.step();
        });
        let names = [
            "seeked",
            "canplay",
            "loadedmetadata",
            "playing",
            "waiting",
            "ended",
            "pause",
        ];
        for name in names {
            let _ = video.add_event_listener_with_callback(name, happened.as_ref().unchecked_ref());
        }
        let frames = watch_frames(video.clone(), move |at_ms, media_ms| room.frame(at_ms, media_ms));
        let kept = SendWrapper::new((video, happened, frames));
        on_cleanup(move || {
            let (video, happened, frames) = kept.take();
            for name in names {
                let _ = video.remove_event_listener_with_callback(name, happened.as_ref().unchecked_ref());
            }
            frames.set(false);
        });
    }

    /// Applies a change of the room's playback state.
    pub(super) fn heed(&self) {
        let (Some(inner), Some(playback)) = (self.inner(), self.peek(|view| Some(view.playback.clone()))) else {
            return;
        };
        {
            let mut pace = inner.pace.borrow_mut();
            if pace.heeded.as_ref() != Some(&playback) {
                pace.cancel_start();
                pace.sync.disturb(js::performance_now());
                pace.meter.clear();
                pace.offset_ms = None;
                // A later epoch is the room's response.
                pace.held = pace.held.filter(|(epoch, _)| *epoch == playback.epoch);
                pace.heeded = Some(playback.clone());
            }
        }
        let goes = matches!(playback.state, PlaybackState::Playing | PlaybackState::Waiting { .. });
        let _ = self.player.playing.try_set(goes && inner.pace.borrow().held.is_none());
        let _ = self.player.speed.try_set(playback.rate);
        self.step();
    }

    /// Checks playback and takes the next step.
    fn step(&self) {
        let (Some(inner), Some(video)) = (self.inner(), self.player.element()) else {
            return;
        };
        let mut pace = inner.pace.borrow_mut();
        let Some(playback) = pace.heeded.clone() else { return };
        let wanted = playback.video().map(|video| video.source);
        if wanted.is_none() || wanted != pace.attached || video.ready_state() < 1 || video.error().is_some() {
            if !video.paused() {
                let _ = video.pause();
            }
            return;
        }
        let now = js::performance_now();
        let was_stalled = pace.stalled;
        settle_jump(&mut pace, &video, now);
        let is_held = pace
            .held
            .is_some_and(|(epoch, since)| epoch == playback.epoch && now - since < HOLD_MS);
        match playback.state {
            PlaybackState::Idle => {}
            _ if is_held => {}
            PlaybackState::Paused | PlaybackState::Waiting { .. } => rest(&mut pace, &video, &playback, now),
            PlaybackState::Playing => match self.server_ms(now) {
                Some(server_ms) if video.paused() => self.get_going(&mut pace, &video, &playback, now, server_ms),
                Some(server_ms) => keep_going(&mut pace, &video, &playback, now, server_ms),
                None => {}
            },
        }
        let told = ready_message(&mut pace, &video, &playback);
        // The room may be waiting for this page.
        let is_back = was_stalled && !pace.stalled;
        drop(pace);
        if let Some(message) = told {
            self.send(message);
        }
        if is_back {
            self.report();
        }
    }

    /// Starts a paused element while the room plays: seeks first if needed, then starts at the right instant.
    fn get_going(
        &self,
        pace: &mut PlaybackSync,
        video: &HtmlVideoElement,
        playback: &Playback,
        now: f64,
        server_ms: f64,
    ) {
        let is_loading = video.seeking() || video.ready_state() < 3;
        if pace.start.is_some() || is_loading || video.ended() {
            return;
        }
        let here = video.current_time() * 1000.0;
        if video.duration().is_finite() && here >= video.duration() * 1000.0 - PAUSED_TOLERANCE_MS {
            return;
        }
        // Time until the room reaches the element's position; negative if it has passed it.
        let lead =
            (here - playback.anchor.position_ms as f64) / playback.rate + playback.anchor.at.0 as f64 - server_ms;
        if !(-MAX_START_LAG_MS..=MAX_START_LEAD_MS).contains(&lead) {
            let there = position_at(playback, server_ms);
            jump(pace, video, there, playback.rate, now);
            return;
        }
        let wait = (lead - pace.sync.start_takes_ms()).max(0.0);
        let (room, rate) = (*self, playback.rate);
        let start = set_timeout_with_handle(
            move || room.set_off(rate),
            Duration::from_micros((wait * 1000.0) as u64),
        );
        pace.start = start.ok();
    }

    /// Starts playback at the scheduled instant.
    fn set_off(&self, rate: f64) {
        let (Some(inner), Some(video)) = (self.inner(), self.player.element()) else {
            return;
        };
        {
            let mut pace = inner.pace.borrow_mut();
            pace.start = None;
            if self.player.wants_a_click() {
                return;
            }
            if self.player.refused.get_untracked() {
                video.set_muted(true);
            }
            let now = js::performance_now();
            pace.meter.clear();
            pace.decided_at = now;
            pace.sync.start(now);
        }
        video.set_playback_rate(rate);
        self.player.start();
    }

    /// Starts playback with sound after the viewer's click.
    pub fn play_with_sound(&self) {
        if let Some(video) = self.player.element() {
            self.player.clicked();
            video.set_muted(false);
            // Within the click's event handler, else the browser refuses again.
            let goes = self.peek(|view| view.playback.state == PlaybackState::Playing);
            if goes && video.paused() {
                self.player.start();
            }
        }
    }

    /// Records the drift of a frame at its display time.
    fn frame(&self, at_ms: f64, media_ms: f64) {
        let (Some(inner), Some(video), Some(server_ms)) = (self.inner(), self.player.element(), self.server_ms(at_ms))
        else {
            return;
        };
        {
            let mut pace = inner.pace.borrow_mut();
            pace.frame_at = js::performance_now();
            let goes = !video.paused() && !video.seeking() && pace.jump.is_none();
            let place = pace
                .heeded
                .as_ref()
                .filter(|playback| playback.state == PlaybackState::Playing)
                .map(|playback| position_at(playback, server_ms));
            if let Some(place) = place.filter(|_| goes) {
                pace.meter.note(at_ms, media_ms - place);
            }
        }
        self.step();
    }

    fn stalls(&self, stalled: bool) {
        let Some(inner) = self.inner() else { return };
        {
            let mut pace = inner.pace.borrow_mut();
            let is_jump = pace.jump.is_some();
            if pace.stalled == stalled || (stalled && is_jump) {
                return;
            }
            pace.stalled = stalled;
            if !stalled {
                pace.sync.recover(js::performance_now());
                pace.meter.clear();
            }
        }
        self.report();
    }

    fn came_to_its_end(&self) {
        let Some(inner) = self.inner() else { return };
        let message = {
            let mut pace = inner.pace.borrow_mut();
            let epoch = pace.heeded.as_ref().map(|playback| playback.epoch);
            match epoch {
                Some(epoch) if pace.ended != Some(epoch) => {
                    pace.ended = Some(epoch);
                    Some(ClientMessage::Playback(PlaybackRequest::Ended { epoch }))
                }
                _ => None,
            }
        };
        if let Some(message) = message {
            self.send(message);
        }
    }

    /// Reports this page's playback status to the room.
    fn report(&self) {
        let Some(inner) = self.inner() else { return };
        let ping_ms = self.ping_ms().round() as u32;
        let ahead_ms = (self.player.ahead.try_get_untracked().unwrap_or(0.0) * 1000.0) as u32;
        let standing = {
            let pace = inner.pace.borrow();
            if pace.heeded.as_ref().is_none_or(|playback| playback.video().is_none()) {
                return;
            }
            Standing {
                offset_ms: pace.offset_ms.map(|offset| offset.round() as i32),
                ahead_ms,
                stalled: pace.stalled,
                ping_ms,
            }
        };
        self.send(ClientMessage::Playback(PlaybackRequest::Report { standing }));
    }
}

/// Pauses the element at the room's position.
fn rest(pace: &mut PlaybackSync, video: &HtmlVideoElement, playback: &Playback, now: f64) {
    pace.cancel_start();
    pace.offset_ms = None;
    pace.stalled &= video.ready_state() < 3;
    if !video.paused() {
        let _ = video.pause();
    }
    let end = video.duration() * 1000.0;
    let there = position_at(playback, 0.0);
    let there = if end.is_finite() { there.min(end) } else { there };
    let is_there = (video.current_time() * 1000.0 - there).abs() <= PAUSED_TOLERANCE_MS;
    if !is_there && pace.jump.is_none() {
        pace.jump = Some((now, data_at(video, there)));
        video.set_current_time(there / 1000.0);
    }
}

/// Corrects the drift while playing.
fn keep_going(pace: &mut PlaybackSync, video: &HtmlVideoElement, playback: &Playback, now: f64, server_ms: f64) {
    // The room's start has been moved to a later time.
    if server_ms < playback.anchor.at.0 as f64 - 150.0 {
        let _ = video.pause();
        return;
    }
    if video.seeking() || video.ready_state() < 3 || pace.jump.is_some() {
        return;
    }
    let is_blind = now - pace.frame_at > NO_FRAME_MS;
    if is_blind {
        let offset = video.current_time() * 1000.0 - position_at(playback, server_ms);
        pace.meter.note(now, offset);
    }
    if now - pace.decided_at < CORRECTION_INTERVAL_MS {
        return;
    }
    let Some(offset) = pace.meter.offset_ms(now, if is_blind { 1 } else { MIN_FRAMES }) else {
        return;
    };
    pace.decided_at = now;
    pace.offset_ms = Some(offset);
    let rate = match pace.sync.decide(now, offset) {
        Correction::Hold => playback.rate,
        Correction::Nudge(nudge) => playback.rate * nudge,
        Correction::Jump => {
            let there = position_at(playback, server_ms);
            jump(pace, video, there, playback.rate, now);
            return;
        }
    };
    if (video.playback_rate() - rate).abs() > 1e-4 {
        video.set_playback_rate(rate);
    }
}

/// Pauses and seeks to the position at which the room will be once the data has loaded; playback resumes from there at
/// that time.
fn jump(pace: &mut PlaybackSync, video: &HtmlVideoElement, room_ms: f64, rate: f64, now: f64) {
    let data = data_at(video, room_ms);
    let there = room_ms + pace.sync.look_ahead_ms(data) * rate;
    let end = video.duration() * 1000.0;
    let there = if end.is_finite() { there.min(end - 1.0) } else { there };
    pace.cancel_start();
    pace.meter.clear();
    pace.offset_ms = None;
    pace.jump = Some((now, data));
    if !video.paused() {
        let _ = video.pause();
    }
    video.set_current_time(there / 1000.0);
}

/// Ends a seek that has completed, and records how long it took.
fn settle_jump(pace: &mut PlaybackSync, video: &HtmlVideoElement, now: f64) {
    if let Some((since, data)) = pace.jump
        && !video.seeking()
        && video.ready_state() >= 3
    {
        pace.jump = None;
        pace.stalled = false;
        pace.sync.landed(now, now - since, data);
    }
}

/// Returns the message that reports this page as ready to play, once per epoch.
fn ready_message(pace: &mut PlaybackSync, video: &HtmlVideoElement, playback: &Playback) -> Option<ClientMessage> {
    let is_there = !video.seeking() && video.ready_state() >= if video.ended() { 2 } else { 3 };
    if !is_there || pace.jump.is_some() || pace.ready == Some(playback.epoch) {
        return None;
    }
    pace.ready = Some(playback.epoch);
    let duration = video.duration();
    Some(ClientMessage::Playback(PlaybackRequest::Ready {
        epoch: playback.epoch,
        duration_ms: duration.is_finite().then_some((duration * 1000.0).round() as i64),
    }))
}
