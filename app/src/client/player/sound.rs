//! How loud it is, and whether the browser lets it be heard before a click.

use super::Player;
use leptos::prelude::*;

/// How loud it is when the sound is turned on and there was none.
const AUDIBLE: f64 = 0.5;

impl Player {
    /// Whether the browser refuses without sound as well: then nothing is tried before a click.
    pub fn wants_a_click(&self) -> bool {
        self.refused.get_untracked() && self.refused_muted.get_value()
    }

    /// The click is there.
    pub fn clicked(&self) {
        self.refused.set(false);
        self.refused_muted.set_value(false);
    }

    /// Sets the loudness, 0 to 1, and turns the sound on.
    pub fn set_volume(&self, volume: f64) {
        if let Some(video) = self.element() {
            self.chose_sound();
            video.set_volume(volume.clamp(0.0, 1.0));
            video.set_muted(volume <= 0.0);
        }
    }

    /// Changes the loudness by a share. What the element has counts, not what it told of itself: keys may come faster.
    pub fn change_volume(&self, by: f64) {
        if let Some(video) = self.element() {
            self.set_volume(video.volume() + by);
        }
    }

    /// Sound on or off.
    pub fn toggle_mute(&self) {
        if let Some(video) = self.element() {
            self.chose_sound();
            let is_silent = video.volume() <= 0.0;
            let turns_on = is_silent || video.muted();
            if is_silent {
                video.set_volume(AUDIBLE);
            }
            video.set_muted(!turns_on);
        }
    }

    /// Where a governor had to turn the sound off, whoever touches it has clicked: it is the viewer's again.
    fn chose_sound(&self) {
        if self.is_governed() {
            self.clicked();
        }
    }
}
