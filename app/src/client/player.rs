//! The player's state and what can be done with it. Reads and drives one `<video>` element; holds no picture itself.

mod heard;
mod sound;

use super::first_frame::FirstFrame;
use super::{js, preferences, storage};
use crate::api::browser;
use crate::pieces::Segment;
use crate::protocol::{FileIndex, InfoHash, WatchProgress};
use heard::end_of;
use leptos::html;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlVideoElement;

/// The speeds of the menu.
pub const SPEEDS: [f64; 8] = [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0];

/// How long the controls stay after the last movement.
const CONTROLS_STAY: Duration = Duration::from_millis(2500);

/// Nearer to the beginning than this, or past this share of the film, there is nothing to resume.
pub const RESUME_AFTER_SECONDS: f64 = 5.0;
/// See [`RESUME_AFTER_SECONDS`].
pub const RESUME_BEFORE_PERCENT: f64 = 95.0;

/// Why the film does not play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The browser has no decoder for it.
    Undecodable,
    /// Its bytes do not come: why, in plain words.
    Unreachable(String),
}

/// What lies over the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// The list of keys.
    Keys,
    /// The debug panel.
    Debug,
}

/// What a person asks of the film.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wish {
    /// Play.
    Play,
    /// Pause.
    Pause,
    /// Play or pause, whichever it does not do.
    Toggle,
    /// Go to a position, seconds.
    Seek(f64),
    /// Skip by so many seconds, either way.
    Skip(f64),
    /// Play at this rate.
    Speed(f64),
    /// The seek bar is in the hand, or let go.
    Drag(bool),
}

/// Whoever is asked before the film is touched.
type Governor = SendWrapper<std::rc::Rc<dyn Fn(Wish)>>;

/// A handle: copies drive the same player.
#[derive(Clone, Copy)]
pub struct Player {
    /// The element that plays.
    pub video: NodeRef<html::Video>,
    /// What goes fullscreen: the picture with its controls.
    pub stage: NodeRef<html::Div>,
    /// Whether it plays, or would if it had data.
    pub playing: RwSignal<bool>,
    /// Where it is, seconds.
    pub position: RwSignal<f64>,
    /// How long the film is, seconds; 0 while unknown.
    pub duration: RwSignal<f64>,
    /// What the browser holds, as shares of the length.
    pub buffered: RwSignal<Vec<Segment>>,
    /// Seconds that can be played without another byte.
    pub ahead: RwSignal<f64>,
    /// Loudness, 0 to 1.
    pub volume: RwSignal<f64>,
    /// Whether the sound is off.
    pub muted: RwSignal<bool>,
    /// Playback rate.
    pub speed: RwSignal<f64>,
    /// Whether the stage fills the screen.
    pub fullscreen: RwSignal<bool>,
    /// Whether a picture has been shown yet.
    pub begun: RwSignal<bool>,
    /// Whether it has to wait for data.
    pub stalled: RwSignal<bool>,
    /// Whether the browser wants a click before it plays sound.
    pub refused: RwSignal<bool>,
    /// Whether it was refused without sound too.
    refused_muted: StoredValue<bool>,
    /// Why it does not play, if it does not.
    pub failure: RwSignal<Option<Failure>>,
    /// Whether this film has been noted in the history since it was opened.
    pub(super) noted: StoredValue<bool>,
    /// Where this viewer's earlier visit was resumed, seconds, while the notice is shown.
    pub resumed_at: RwSignal<Option<f64>>,
    /// What lies over the picture.
    pub panel: RwSignal<Option<Panel>>,
    /// Whether the controls are shown.
    pub awake: RwSignal<bool>,
    /// Time to first frame.
    pub first_frame: FirstFrame,
    /// Whether the viewer may control the film; in a room not everybody may.
    pub may_control: RwSignal<bool>,
    /// In a room: whoever hears what the viewer wishes, in place of the film.
    governor: StoredValue<Option<Governor>>,
    source: StoredValue<Option<(InfoHash, FileIndex)>>,
    seek_when_loaded: StoredValue<Option<f64>>,
    sleep: StoredValue<Option<TimeoutHandle>>,
}

impl Player {
    /// A player with nothing in it.
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

    /// The element, once it is there.
    pub fn element(&self) -> Option<HtmlVideoElement> {
        self.video.try_get_untracked().flatten()
    }

    /// What is left of the film, seconds; endless while its length is not known.
    pub fn remaining(&self) -> f64 {
        let duration = self.duration.get_untracked();
        if duration > 0.0 {
            duration - self.position.get_untracked()
        } else {
            f64::INFINITY
        }
    }

    /// From now on wishes go to somebody else, who moves the film by [`Self::start`], [`Self::stop`] and
    /// [`Self::move_to`].
    pub fn govern(&self, governor: impl Fn(Wish) + 'static) {
        self.governor
            .set_value(Some(SendWrapper::new(std::rc::Rc::new(governor))));
    }

    /// Whether somebody else decides what the film does.
    pub fn is_governed(&self) -> bool {
        self.governor.try_with_value(Option::is_some).unwrap_or(false)
    }

    /// Tells the governor, if there is one.
    fn ask(&self, wish: Wish) -> bool {
        // Cloned out first: the answer may change the player.
        let governor = self.governor.try_get_value().flatten();
        if let Some(governor) = &governor {
            governor(wish);
        }
        governor.is_some()
    }

    /// The seek bar is in the hand, or let go.
    pub fn drag(&self, dragging: bool) {
        self.ask(Wish::Drag(dragging));
    }

    /// Takes over an element that shows this file. It may have been loading since before this code was there.
    pub fn attach(&self, info_hash: InfoHash, file: FileIndex, resume_at: Option<f64>) {
        let Some(video) = self.take_over(info_hash, file, resume_at) else {
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

    /// The same where a governor says when it plays, how fast and from where.
    pub fn attach_governed(&self, info_hash: InfoHash, file: FileIndex) {
        self.take_over(info_hash, file, None);
    }

    fn take_over(&self, info_hash: InfoHash, file: FileIndex, resume_at: Option<f64>) -> Option<HtmlVideoElement> {
        self.save();
        self.source.set_value(Some((info_hash, file)));
        self.seek_when_loaded.set_value(resume_at);
        self.failure.set(None);
        self.clicked();
        self.begun.set(false);
        self.noted.set_value(false);
        self.stalled.set(false);
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
        // What it told before anyone listened.
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

    /// The viewer wants it to play.
    pub fn play(&self) {
        if !self.ask(Wish::Play) {
            self.start();
        }
    }

    /// Plays; where the browser refuses without a click, says so in `refused`.
    pub fn start(&self) {
        let Some(video) = self.element() else { return };
        let is_muted = video.muted();
        let Ok(promise) = video.play() else { return };
        let player = *self;
        leptos::task::spawn_local(async move {
            match JsFuture::from(promise).await {
                // A governor may have had to turn the sound off for that.
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

    /// The viewer wants it to pause.
    pub fn pause(&self) {
        if !self.ask(Wish::Pause) {
            self.stop();
        }
    }

    /// Pauses.
    pub fn stop(&self) {
        if let Some(video) = self.element() {
            let _ = video.pause();
        }
    }

    /// Plays or pauses.
    pub fn toggle(&self) {
        if self.ask(Wish::Toggle) {
            return;
        }
        match self.element() {
            Some(video) if video.paused() => self.start(),
            _ => self.stop(),
        }
    }

    /// The viewer wants to be somewhere else, seconds.
    pub fn seek(&self, to: f64) {
        if !self.ask(Wish::Seek(to)) {
            self.move_to(to);
        }
    }

    /// Goes to a position, seconds.
    pub fn move_to(&self, to: f64) {
        let Some(video) = self.element() else { return };
        if let Some(end) = end_of(&video).filter(|_| to.is_finite()) {
            let to = to.clamp(0.0, end);
            video.set_current_time(to);
            self.position.set(to);
        }
    }

    /// Skips by so many seconds, either way.
    pub fn skip(&self, by: f64) {
        if self.ask(Wish::Skip(by)) {
            return;
        }
        if let Some(video) = self.element() {
            self.move_to(video.current_time() + by);
        }
    }

    /// Goes to a share of the film, 0 to 1.
    pub fn jump(&self, share: f64) {
        let length = self.duration.get_untracked();
        // A film whose length nobody knows has a beginning, and no half.
        if length > 0.0 || share <= 0.0 {
            self.seek(length * share);
        }
    }

    /// Sets the playback rate.
    pub fn set_speed(&self, speed: f64) {
        if self.ask(Wish::Speed(speed)) {
            return;
        }
        self.speed.set(speed);
        preferences::save(preferences::SPEED, speed.into());
        if let Some(video) = self.element() {
            set_rate(&video, speed);
        }
    }

    /// One step of [`SPEEDS`] slower (`-1`) or faster (`1`).
    pub fn step_speed(&self, step: i32) {
        let now = self.speed.get_untracked();
        let place = SPEEDS
            .iter()
            .position(|speed| *speed >= now)
            .unwrap_or(SPEEDS.len() - 1);
        let place = place.saturating_add_signed(step as isize).min(SPEEDS.len() - 1);
        self.set_speed(SPEEDS[place]);
    }

    /// Fullscreen on or off. An iPhone only lets the bare video have the screen.
    pub fn toggle_fullscreen(&self) {
        let document = leptos::prelude::document();
        if document.fullscreen_element().is_some() {
            document.exit_fullscreen();
        } else if let Some(stage) = self.stage.get_untracked() {
            if js::get(&stage, "requestFullscreen").is_some() {
                js::call_and_forget(&stage, "requestFullscreen");
            } else if let Some(video) = self.element() {
                let _ = js::call(&video, "webkitEnterFullscreen", &[]);
            }
        }
    }

    /// Picture in picture on or off.
    pub fn toggle_picture_in_picture(&self) {
        let document: JsValue = leptos::prelude::document().into();
        if js::get(&document, "pictureInPictureElement").is_some() {
            js::call_and_forget(&document, "exitPictureInPicture");
        } else if let Some(video) = self.element() {
            js::call_and_forget(&video, "requestPictureInPicture");
        }
    }

    /// Opens a panel, or closes it when it is open.
    pub fn toggle_panel(&self, panel: Panel) {
        self.panel
            .update(|open| *open = if *open == Some(panel) { None } else { Some(panel) });
    }

    /// Asks for the film again, from where it was.
    pub fn retry(&self) {
        let Some(video) = self.element() else { return };
        let at = self.position.get_untracked();
        self.failure.set(None);
        // Before it has been anywhere, it still goes to where it was to go.
        if at > 0.0 {
            self.seek_when_loaded.set_value(Some(at));
        }
        video.load();
        self.first_frame.watch(&video);
        // A governor starts it when it is where it should be.
        if !self.is_governed() {
            self.start();
        }
    }

    /// Shows the controls, and hides them a while later if the film plays.
    pub fn wake(&self) {
        self.awake.set(true);
        self.sleep.update_value(|sleep| {
            if let Some(handle) = sleep.take() {
                handle.clear();
            }
            let player = *self;
            *sleep = set_timeout_with_handle(move || player.doze(), CONTROLS_STAY).ok();
        });
    }

    fn doze(&self) {
        if self.playing.try_get_untracked().unwrap_or(false) {
            let _ = self.awake.try_set(false);
        }
    }

    /// Tells the server where this viewer is. Safe to call at any time, even while the page goes away.
    pub fn save(&self) {
        if let Some(progress) = self.progress() {
            browser::save_progress_in_parting(&progress);
        }
    }

    /// The same while the page stays: the answer tells whether this browser is still signed in.
    pub fn save_on_the_way(&self) {
        if let Some(progress) = self.progress() {
            leptos::task::spawn_local(async move {
                // What did not arrive is made good by the next one, seconds later.
                let _ = browser::save_progress(&progress).await;
            });
        }
    }

    /// Where the viewer is in which file, and how long that is, seconds; not before it has begun.
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
        let (info_hash, file_index) = source.filter(|_| position >= 1.0 && duration > 0.0)?;
        storage::save_place(info_hash, file_index, position);
        Some(WatchProgress {
            info_hash,
            file_index,
            position_seconds: position,
            duration_seconds: duration,
        })
    }
}

/// Loading again sets the rate back to the default one (HTML, media element load algorithm): that is ours too.
fn set_rate(video: &HtmlVideoElement, rate: f64) {
    video.set_default_playback_rate(rate);
    video.set_playback_rate(rate);
}

impl Default for Player {
    fn default() -> Self {
        Self::new()
    }
}
