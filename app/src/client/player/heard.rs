//! Handlers of the `<video>` element's events, which update the player's signals.

use super::{Failure, Player, RESUME_AFTER_SECONDS};
use crate::api::browser;
use crate::client::preferences;
use crate::t;
use leptos::prelude::*;
use web_sys::HtmlVideoElement;

impl Player {
    /// Handles `loadedmetadata`: the duration is known, so resume where this viewer was.
    pub fn loaded_metadata(&self) {
        let Some(video) = self.element() else { return };
        if video.duration().is_finite() {
            self.duration.set(video.duration());
        }
        if let Some(at) = self.seek_when_loaded.get_value() {
            self.seek_when_loaded.set_value(None);
            if at > RESUME_AFTER_SECONDS && at < video.duration() {
                // A media fragment in the URL may have sought there already.
                if (video.current_time() - at).abs() > 1.0 {
                    video.set_current_time(at);
                }
                self.position.set(at);
                if !self.begun.get_untracked() {
                    self.resumed_at.set(Some(at));
                }
            }
        }
    }

    /// Handles the first frame on the screen.
    pub fn picture(&self) {
        self.begun.set(true);
        self.first_frame.arrived();
        self.wake();
    }

    /// Handles `play`. In a room the element's state is not shown: `playing` follows the room, whatever the element
    /// does to keep up with it.
    pub fn started(&self) {
        if !self.is_governed() {
            self.playing.set(true);
        }
        self.wake();
    }

    /// Handles `playing`: frames advance.
    pub fn plays(&self) {
        let is_silenced = self.refused.get_untracked() && self.is_governed();
        // Muted to satisfy the autoplay policy: the click for sound is still to come.
        if !is_silenced {
            self.refused.set(false);
        }
        self.picture();
    }

    /// Handles `pause` and `ended`.
    pub fn stopped(&self) {
        // A hold pauses the element, but is shown as playing, which is what the viewer wants.
        let is_held = self.held.with_untracked(Option::is_some);
        if !self.is_governed() && !is_held {
            self.playing.set(false);
            self.awake.set(true);
        }
        self.save();
    }

    /// Handles progress of the playhead or of buffering.
    pub fn progressed(&self) {
        let Some(video) = self.element() else { return };
        let (now, end) = (video.current_time(), video.duration());
        // Before its metadata the element is at 0, which is not the viewer's position.
        if video.ready_state() >= 1 {
            self.position.set(now);
        }
        if !end.is_finite() || end <= 0.0 {
            return;
        }
        if self.duration.get_untracked() != end {
            self.duration.set(end);
        }
        let ranges = video.buffered();
        let mut ahead = 0.0;
        let mut shares = Vec::new();
        for index in 0..ranges.length() {
            if let (Ok(from), Ok(to)) = (ranges.start(index), ranges.end(index)) {
                shares.push((from / end, to / end));
                if from <= now + 0.1 && now <= to {
                    ahead = to - now;
                }
            }
        }
        self.ahead.set(ahead);
        // Saved soon after the start: when the viewer follows a link, the next page loads before this page's last save
        // arrives.
        if now >= 1.0 && !self.noted.get_value() {
            self.noted.set_value(true);
            self.save();
        }
        if self.buffered.with_untracked(|known| *known != shares) {
            self.buffered.set(shares);
        }
    }

    /// Handles a change of volume or muting, by us or by the browser, and saves it as a preference.
    pub fn volume_changed(&self) {
        if let Some(video) = self.element() {
            self.volume.set(video.volume());
            self.muted.set(video.muted());
            // Muted to satisfy the autoplay policy, not by the viewer's choice.
            if self.refused.get_untracked() {
                return;
            }
            // Whole percent, as on the slider: 0.7, not 0.7000000000000001.
            let volume = (video.volume() * 100.0).round() / 100.0;
            preferences::save(preferences::VOLUME, volume.into());
            preferences::save(preferences::MUTED, video.muted().into());
        }
    }

    /// Handles a fatal error of the element. An unreachable server and an undecodable film look the same to it
    /// (`MediaError` code 4), so the server is probed.
    pub fn failed(&self) {
        let Some(video) = self.element() else { return };
        let code = video.error().map_or(0, |error| error.code());
        let address = video.current_src();
        let player = *self;
        let source = player.source.get_value();
        leptos::task::spawn_local(async move {
            let failure = match code {
                3 => Some(Failure::Undecodable),
                _ => match browser::probe(&address).await {
                    Err(error) => Some(Failure::Unreachable(error.detail.to_string())),
                    Ok(false) => None,
                    Ok(true) if code == 4 => Some(Failure::Undecodable),
                    Ok(true) => Some(Failure::Unreachable(t::player::broke_off().to_owned())),
                },
            };
            // Another film has been opened meanwhile, or none is open.
            if player.source.try_get_value() != Some(source) {
                return;
            }
            match failure {
                Some(failure) => player.failure.set(Some(failure)),
                None => player.retry(),
            }
        });
    }
}

/// Returns the end of a film, seconds: its duration, or the end of its seekable range where that is unknown (WebM
/// without a `Duration`).
pub fn end_of(video: &HtmlVideoElement) -> Option<f64> {
    let end = video.duration();
    if end.is_finite() {
        return Some(end);
    }
    let ranges = video.seekable();
    let last = ranges.length().checked_sub(1)?;
    ranges.end(last).ok().filter(|end| *end >= 0.0)
}
