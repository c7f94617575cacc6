//! Player state and controls. Reads and drives one `<video>` element; the element itself is rendered elsewhere.

mod heard;
mod holding;
mod screen;
mod sound;

use super::first_frame::FirstFrame;
use super::{js, preferences, storage};
use crate::api::browser;
use crate::pieces::Segment;
use crate::protocol::{FileIndex, Source, WatchProgress};
use heard::end_of;
pub use holding::Held;
use leptos::html;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlVideoElement;

/// Playback rates in the menu.
pub const SPEEDS: [f64; 8] = [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0];

/// Idle timeout of the controls: they hide this long after the last input.
const CONTROLS_TIMEOUT: Duration = Duration::from_millis(2500);

/// Lower bound for resuming: a position nearer to the beginning, or past [`RESUME_BEFORE_PERCENT`], is not worth
/// resuming.
pub const RESUME_AFTER_SECONDS: f64 = 5.0;
/// Upper bound for resuming, percent of the film.
pub const RESUME_BEFORE_PERCENT: f64 = 95.0;

/// Reason that the film cannot be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The browser has no decoder for it.
    Undecodable,
    /// Its data cannot be loaded; the reason in plain words.
    Unreachable(String),
}

/// Panel that overlays the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Keyboard shortcuts.
    Keys,
    /// The debug panel.
    Debug,
}

/// Playback command from the viewer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlayerCommand {
    /// Play.
    Play,
    /// Pause.
    Pause,
    /// Pause if playing, else play.
    Toggle,
    /// Seek to a position, seconds.
    Seek(f64),
    /// Skip by this many seconds, forward or backward.
    Skip(f64),
    /// Play at this rate.
    Speed(f64),
    /// Start or end of dragging the seek bar.
    Drag(bool),
}

/// Callback that receives the viewer's commands in place of the `<video>` element.
type CommandHandler = SendWrapper<std::rc::Rc<dyn Fn(PlayerCommand)>>;

/// Handle to a player: copies drive the same one.
#[derive(Clone, Copy)]
pub struct Player {
    /// The `<video>` element.
    pub video: NodeRef<html::Video>,
    /// Element that goes fullscreen: the picture with its controls.
    pub stage: NodeRef<html::Div>,
    /// Set while playing, or waiting for data to play.
    pub playing: RwSignal<bool>,
    /// Playhead, seconds.
    pub position: RwSignal<f64>,
    /// Duration of the film, seconds; 0 while unknown.
    pub duration: RwSignal<f64>,
    /// Buffered ranges, as fractions of the duration.
    pub buffered: RwSignal<Vec<Segment>>,
    /// Buffered time ahead of the playhead, seconds.
    pub ahead: RwSignal<f64>,
    /// Volume, 0 to 1.
    pub volume: RwSignal<f64>,
    /// Muted flag.
    pub muted: RwSignal<bool>,
    /// Playback rate.
    pub speed: RwSignal<f64>,
    /// Set while the stage is fullscreen.
    pub fullscreen: RwSignal<bool>,
    /// Set once a frame of this film has been shown.
    pub begun: RwSignal<bool>,
    /// Set while playback waits for data.
    pub stalled: RwSignal<bool>,
    /// Hold in progress: playback is paused until enough has been buffered, though it could play for a moment.
    pub held: RwSignal<Option<Held>>,
    /// Set once the viewer has declined to be held.
    pub(super) impatient: StoredValue<bool>,
    /// Set while the browser's autoplay policy wants a click before it plays with sound.
    pub refused: RwSignal<bool>,
    /// Set if autoplay was refused while muted, too.
    refused_muted: StoredValue<bool>,
    /// Reason that the film cannot be played; `None` if it can.
    pub failure: RwSignal<Option<Failure>>,
    /// Set once this film has been saved in the watch history since it was opened.
    pub(super) noted: StoredValue<bool>,
    /// Position from which an earlier visit was resumed, seconds, while the notice about it is shown.
    pub resumed_at: RwSignal<Option<f64>>,
    /// Panel that overlays the picture.
    pub panel: RwSignal<Option<Panel>>,
    /// Set while the controls are shown.
    pub awake: RwSignal<bool>,
    /// Time to first frame.
    pub first_frame: FirstFrame,
    /// Set if the viewer may control playback; in a room not everyone may.
    pub may_control: RwSignal<bool>,
    /// Receiver of the viewer's commands in a room; without one they go to the element.
    governor: StoredValue<Option<CommandHandler>>,
    source: StoredValue<Option<Source>>,
    seek_when_loaded: StoredValue<Option<f64>>,
    sleep: StoredValue<Option<TimeoutHandle>>,
}

impl Player {
    /// Creates a player without a film.
    pub fn new() -> Self {
        Self {
            video: NodeRef::new(),
            stage: NodeRef::new(),
            playing: RwSignal::new(false),
            position: RwSignal::new(0.0),
            duration: RwSignal::new(0.0),
            buffered: RwSignal::new(Vec::new()),
            ahead: RwSignal::new(0.0),
            volume: RwSignal::new(1.0),
            muted: RwSignal::new(false),
            speed: RwSignal::new(1.0),
            fullscreen: RwSignal::new(false),
            begun: RwSignal::new(false),
            stalled: RwSignal::new(false),
            held: RwSignal::new(None),
            impatient: StoredValue::new(false),
            refused: RwSignal::new(false),
            refused_muted: StoredValue::new(false),
            failure: RwSignal::new(None),
            noted: StoredValue::new(false),
            resumed_at: RwSignal::new(None),
            panel: RwSignal::new(None),
            awake: RwSignal::new(true),
            first_frame: FirstFrame::new(),
            may_control: RwSignal::new(true),
            governor: StoredValue::new(None),
            source: StoredValue::new(None),
            seek_when_loaded: StoredValue::new(None),
            sleep: StoredValue::new(None),
        }
    }

    /// Returns the element, once it is mounted.
    pub fn element(&self) -> Option<HtmlVideoElement> {
        self.video.try_get_untracked().flatten()
    }

    /// Returns the remaining time, seconds; infinite while the duration is unknown.
    pub fn remaining(&self) -> f64 {
        let duration = self.duration.get_untracked();
        if duration > 0.0 {
            duration - self.position.get_untracked()
        } else {
            f64::INFINITY
        }
    }

    /// Redirects the viewer's commands to a governor, which drives playback by [`Self::start`], [`Self::stop`] and
    /// [`Self::move_to`].
    pub fn govern(&self, governor: impl Fn(PlayerCommand) + 'static) {
        self.governor
            .set_value(Some(SendWrapper::new(std::rc::Rc::new(governor))));
    }

    /// Returns `true` if a governor drives playback.
    pub fn is_governed(&self) -> bool {
        self.governor.try_with_value(Option::is_some).unwrap_or(false)
    }

    /// Passes a command to the governor. Returns `false` if there is none.
    fn ask(&self, wish: PlayerCommand) -> bool {
        // Cloned first: the governor may change the player.
        let governor = self.governor.try_get_value().flatten();
        if let Some(governor) = &governor {
            governor(wish);
        }
        governor.is_some()
    }

    /// Reports the start or end of dragging the seek bar.
    pub fn drag(&self, dragging: bool) {
        self.ask(PlayerCommand::Drag(dragging));
    }

    /// Takes over an element that shows this source. It may have been loading since before this code ran.
    pub fn attach(&self, source: Source, resume_at: Option<f64>) {
        let Some(video) = self.take_over(source, resume_at) else {
            return;
        };
        let speed = preferences::load(preferences::SPEED).and_then(|value| value.as_f64());
        if let Some(speed) = speed.filter(|speed| SPEEDS.contains(speed)) {
            self.speed.set(speed);
        }
        set_rate(&video, self.speed.get_untracked());
        self.playing.set(!video.paused());
        if video.error().is_none() {
            self.start();
        }
    }

    /// Like [`Self::attach`], for a governor, which decides when, how fast and from where to play.
    pub fn attach_governed(&self, source: Source) {
        self.take_over(source, None);
    }

    fn take_over(&self, source: Source, resume_at: Option<f64>) -> Option<HtmlVideoElement> {
        self.save();
        self.source.set_value(Some(source));
        self.seek_when_loaded.set_value(resume_at);
        self.failure.set(None);
        self.clicked();
        self.begun.set(false);
        self.noted.set_value(false);
        self.stalled.set(false);
        self.held.set(None);
        self.impatient.set_value(false);
        self.resumed_at.set(None);
        self.position.set(0.0);
        self.duration.set(0.0);
        self.buffered.set(Vec::new());
        let video = self.element()?;
        let volume = preferences::load(preferences::VOLUME).and_then(|value| value.as_f64());
        if let Some(volume) = volume.filter(|volume| (0.0..=1.0).contains(volume)) {
            video.set_volume(volume);
        }
        let muted = preferences::load(preferences::MUTED).and_then(|muted| muted.as_bool());
        video.set_muted(muted.unwrap_or(false));
        // Events fired before any listener was attached were missed: read the current values.
        self.volume.set(video.volume());
        self.muted.set(video.muted());
        if video.ready_state() >= 1 {
            self.loaded_metadata();
        }
        if video.ready_state() >= 2 {
            self.first_frame.arrived_unseen();
            self.picture();
            self.progressed();
        } else {
            self.first_frame.watch(&video);
        }
        if video.error().is_some() {
            self.failed();
        }
        Some(video)
    }

    /// Handles the viewer's command to play.
    pub fn play(&self) {
        if !self.ask(PlayerCommand::Play) {
            self.start();
        }
    }

    /// Starts playback. Sets `refused` if the browser's autoplay policy wants a click first.
    pub fn start(&self) {
        let Some(video) = self.element() else { return };
        self.held.set(None);
        let is_muted = video.muted();
        let Ok(promise) = video.play() else { return };
        let player = *self;
        leptos::task::spawn_local(async move {
            match JsFuture::from(promise).await {
                // `refused` stays set: the governor may have muted the film in order to start it.
                Ok(_) if player.is_governed() => {}
                Ok(_) => {
                    let _ = player.refused.try_set(false);
                }
                Err(reason) => {
                    let name = js::get(&reason, "name").and_then(|name| name.as_string());
                    if name.as_deref() == Some("NotAllowedError") {
                        let _ = player.refused_muted.try_set_value(is_muted);
                        let _ = player.refused.try_set(true);
                    }
                }
            }
        });
    }

    /// Handles the viewer's command to pause.
    pub fn pause(&self) {
        if !self.ask(PlayerCommand::Pause) {
            self.stop();
        }
    }

    /// Pauses playback.
    pub fn stop(&self) {
        // Held, so the element is paused already; now the pause is the viewer's.
        if self.held.try_update(Option::take).flatten().is_some() {
            self.playing.set(false);
        }
        if let Some(video) = self.element() {
            let _ = video.pause();
        }
    }

    /// Pauses if playing, else plays.
    pub fn toggle(&self) {
        if self.ask(PlayerCommand::Toggle) {
            return;
        }
        match self.element() {
            Some(video) if video.paused() && self.held.with_untracked(Option::is_none) => self.start(),
            _ => self.stop(),
        }
    }

    /// Handles the viewer's command to seek, seconds.
    pub fn seek(&self, to: f64) {
        if !self.ask(PlayerCommand::Seek(to)) {
            self.move_to(to);
        }
    }

    /// Seeks to a position, seconds.
    pub fn move_to(&self, to: f64) {
        let Some(video) = self.element() else { return };
        if let Some(end) = end_of(&video).filter(|_| to.is_finite()) {
            let to = to.clamp(0.0, end);
            video.set_current_time(to);
            self.position.set(to);
        }
    }

    /// Skips by this many seconds, forward or backward.
    pub fn skip(&self, by: f64) {
        if self.ask(PlayerCommand::Skip(by)) {
            return;
        }
        if let Some(video) = self.element() {
            self.move_to(video.current_time() + by);
        }
    }

    /// Seeks to a fraction of the film, 0 to 1.
    pub fn jump(&self, share: f64) {
        let length = self.duration.get_untracked();
        // Without a known duration only the beginning can be found.
        if length > 0.0 || share <= 0.0 {
            self.seek(length * share);
        }
    }

    /// Sets the playback rate.
    pub fn set_speed(&self, speed: f64) {
        if self.ask(PlayerCommand::Speed(speed)) {
            return;
        }
        self.speed.set(speed);
        preferences::save(preferences::SPEED, speed.into());
        if let Some(video) = self.element() {
            set_rate(&video, speed);
        }
    }

    /// Moves one step through [`SPEEDS`], slower (`-1`) or faster (`1`).
    pub fn step_speed(&self, step: i32) {
        let now = self.speed.get_untracked();
        let place = SPEEDS
            .iter()
            .position(|speed| *speed >= now)
            .unwrap_or(SPEEDS.len() - 1);
        let place = place.saturating_add_signed(step as isize).min(SPEEDS.len() - 1);
        self.set_speed(SPEEDS[place]);
    }

    /// Opens a panel, or closes it if it is open.
    pub fn toggle_panel(&self, panel: Panel) {
        self.panel
            .update(|open| *open = if *open == Some(panel) { None } else { Some(panel) });
    }

    /// Reloads the film and resumes at the playhead.
    pub fn retry(&self) {
        let Some(video) = self.element() else { return };
        let at = self.position.get_untracked();
        self.failure.set(None);
        // Before anything was played, the position to resume at is still pending.
        if at > 0.0 {
            self.seek_when_loaded.set_value(Some(at));
        }
        video.load();
        self.first_frame.watch(&video);
        // A governor starts it once it is at the right position.
        if !self.is_governed() {
            self.start();
        }
    }

    /// Shows the controls, and hides them after `CONTROLS_TIMEOUT` if the film plays.
    pub fn wake(&self) {
        self.awake.set(true);
        self.sleep.update_value(|sleep| {
            if let Some(handle) = sleep.take() {
                handle.clear();
            }
            let player = *self;
            *sleep = set_timeout_with_handle(move || player.doze(), CONTROLS_TIMEOUT).ok();
        });
    }

    fn doze(&self) {
        if self.playing.try_get_untracked().unwrap_or(false) {
            let _ = self.awake.try_set(false);
        }
    }

    /// Saves the viewer's position on the server. May be called at any time, even while the page is unloading.
    pub fn save(&self) {
        if let Some(progress) = self.progress() {
            browser::save_progress_in_parting(&progress);
        }
    }

    /// Like [`Self::save`], while the page stays open: the response tells whether this browser is still signed in.
    pub fn save_on_the_way(&self) {
        if let Some(progress) = self.progress() {
            leptos::task::spawn_local(async move {
                // A failed save is made up for by the next one, seconds later.
                let _ = browser::save_progress(&progress).await;
            });
        }
    }

    /// Returns the current file, the position in it and its duration, seconds; `None` before playback has begun.
    pub fn place(&self) -> Option<(FileIndex, f64, f64)> {
        let progress = self.progress()?;
        Some((
            progress.file_index,
            progress.position_seconds,
            progress.duration_seconds,
        ))
    }

    fn progress(&self) -> Option<WatchProgress> {
        let source = self.source.try_get_value().flatten();
        let position = self.position.try_get_untracked().unwrap_or(0.0);
        let duration = self.duration.try_get_untracked().unwrap_or(0.0);
        let Source::Torrent {
            info_hash,
            file: file_index,
        } = source.filter(|_| position >= 1.0 && duration > 0.0)?;
        storage::save_place(info_hash, file_index, position);
        Some(WatchProgress {
            info_hash,
            file_index,
            position_seconds: position,
            duration_seconds: duration,
        })
    }
}

/// Sets the playback rate and the default rate, to which loading resets it (HTML, media element load algorithm).
fn set_rate(video: &HtmlVideoElement, rate: f64) {
    video.set_default_playback_rate(rate);
    video.set_playback_rate(rate);
}

impl Default for Player {
    fn default() -> Self {
        Self::new()
    }
}
