//! What the `<video>` element tells, into the player's signals.

use super::{Failure, Player, RESUME_AFTER_SECONDS};
use crate::api::browser;
use crate::client::preferences;
use leptos::prelude::*;
use web_sys::HtmlVideoElement;

impl Player {
    /// The length is known: go to where this viewer was.
    pub fn loaded_metadata(&self) {
        let Some(video) = self.element() else { return };
        if video.duration().is_finite() {
            self.duration.set(video.duration());
        }
        if let Some(at) = self.seek_when_loaded.get_value() {
            self.seek_when_loaded.set_value(None);
            if at > RESUME_AFTER_SECONDS && at < video.duration() {
                // The address's media fragment may have brought it there already.
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

    /// The first picture is on the screen.
    pub fn picture(&self) {
        self.begun.set(true);
        self.first_frame.arrived();
        self.wake();
    }

    /// It plays. In a room that says nothing: what the room does is shown, whatever the element has to do for it.
    pub fn started(&self) {
        if !self.is_governed() {
            self.playing.set(true);
        }
        self.wake();
    }

    /// Pictures move.
    pub fn plays(&self) {
        let is_silenced = self.refused.get_untracked() && self.is_governed();
        // There the click for sound is still to come.
        if !is_silenced {
            self.refused.set(false);
        }
        self.picture();
    }

    /// It stands: paused, or at its end.
    pub fn stopped(&self) {
        if !self.is_governed() {
            self.playing.set(false);
            self.awake.set(true);
        }
        self.save();
    }

    /// It moved on, or the browser received more.
    pub fn progressed(&self) {
        let Some(video) = self.element() else { return };
        let (now, end) = (video.current_time(), video.duration());
        // Before its first metadata the element is at 0, which is not where the viewer is.
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
        // Soon after the start: whoever leaves by a link leaves before the old page's last word has arrived.
        if now >= 1.0 && !self.noted.get_value() {
            self.noted.set_value(true);
            self.save();
        }
        if self.buffered.with_untracked(|known| *known != shares) {
            self.buffered.set(shares);
        }
    }

    /// The sound changed, by us or by the browser: remember it.
    pub fn volume_changed(&self) {
        if let Some(video) = self.element() {
            self.volume.set(video.volume());
            self.muted.set(video.muted());
            // A browser that plays no sound before a click was told to play without; nobody chose that.
            if self.refused.get_untracked() {
                return;
            }
            // A slider's share in whole percent: 0.7, not 0.7000000000000001.
            let volume = (video.volume() * 100.0).round() / 100.0;
            preferences::save(preferences::VOLUME, volume.into());
            preferences::save(preferences::MUTED, video.muted().into());
        }
    }

    /// The element gave up. A server that does not answer and a film that cannot be decoded look the same to it
    /// (MediaError code 4), so the server is asked.
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
                    Err(error) => Some(Failure::Unreachable(error.detail)),
                    Ok(false) => None,
                    Ok(true) if code == 4 => Some(Failure::Undecodable),
                    Ok(true) => Some(Failure::Unreachable("The connection broke off.".to_owned())),
                },
            };
            // Another film is there by now, or none.
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

/// Where a film ends, seconds, or how far it can be sought where that is not known (WebM without a `Duration`).
pub fn end_of(video: &HtmlVideoElement) -> Option<f64> {
    let end = video.duration();
    if end.is_finite() {
        return Some(end);
    }
    let ranges = video.seekable();
    let last = ranges.length().checked_sub(1)?;
    ranges.end(last).ok().filter(|end| *end >= 0.0)
}
