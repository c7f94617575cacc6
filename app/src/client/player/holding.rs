//! Holding: playback pauses until enough has been buffered to play on without a stop every few seconds. See
//! `crate::hold`.

use super::Player;
use leptos::prelude::*;

/// Condition for the end of a hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// Bytes to be buffered from the playhead on.
    pub wanted_bytes: f64,
    /// Estimated wait, seconds.
    pub seconds: f64,
}

impl Player {
    /// Returns `true` if playback may be held: it plays with little buffered, has no governor, and the viewer has not
    /// declined to wait.
    pub fn may_be_held(&self) -> bool {
        let has_little = self.stalled.get_untracked() || self.ahead.get_untracked() < 3.0;
        self.playing.get_untracked()
            && self.begun.get_untracked()
            && has_little
            && !self.impatient.get_value()
            && !self.is_governed()
    }

    /// Pauses playback until [`Self::go_on`], or updates the hold in progress.
    pub fn hold(&self, held: Held) {
        let is_new = self.held.with_untracked(Option::is_none);
        self.held.set(Some(held));
        if let Some(video) = self.element().filter(|_| is_new) {
            let _ = video.pause();
        }
    }

    /// Ends the hold and resumes playback.
    pub fn go_on(&self) {
        if self.held.with_untracked(Option::is_some) {
            self.start();
        }
    }

    /// Ends the hold because the viewer does not want to wait; this film is not held again.
    pub fn start_now(&self) {
        self.impatient.set_value(true);
        self.go_on();
    }
}
