//! Volume, muting, and the browser's autoplay policy.

use super::Player;
use leptos::prelude::*;

/// Volume that unmuting sets if it was 0.
const UNMUTE_VOLUME: f64 = 0.5;

impl Player {
    /// Returns `true` if the browser refuses to play even while muted: then nothing is tried before a click.
    pub fn wants_a_click(&self) -> bool {
        self.refused.get_untracked() && self.refused_muted.get_value()
    }

    /// Clears the refusals after a click.
    pub fn clicked(&self) {
        self.refused.set(false);
        self.refused_muted.set_value(false);
    }

    /// Sets the volume, 0 to 1, and unmutes unless it is 0.
    pub fn set_volume(&self, volume: f64) {
        if let Some(video) = self.element() {
            self.chose_sound();
            video.set_volume(volume.clamp(0.0, 1.0));
            video.set_muted(volume <= 0.0);
        }
    }

    /// Changes the volume by this amount, from the element's own value: its events may lag behind repeated keys.
    pub fn change_volume(&self, by: f64) {
        if let Some(video) = self.element() {
            self.set_volume(video.volume() + by);
        }
    }

    /// Toggles muting.
    pub fn toggle_mute(&self) {
        if let Some(video) = self.element() {
            self.chose_sound();
            let is_silent = video.volume() <= 0.0;
            let turns_on = is_silent || video.muted();
            if is_silent {
                video.set_volume(UNMUTE_VOLUME);
            }
            video.set_muted(!turns_on);
        }
    }

    /// Clears a governor's muting: a viewer who touches the sound has clicked, and so decides about it again.
    fn chose_sound(&self) {
        if self.is_governed() {
            self.clicked();
        }
    }
}
