//! Keeps a player in sync with the room: measures the offset and decides how to correct it. Pure; the page measures and
//! applies the corrections.
//!
//! Small offsets are corrected by an inaudible change of the playback rate, large ones by seeking. Right after a
//! disturbance (a start, a seek, a stall) playback is already disrupted, so the threshold for seeking is lower then.

use std::collections::VecDeque;

/// Offset above which the player is out of sync, milliseconds: about half a film frame.
pub const OUT_OF_STEP_MS: f64 = 15.0;
/// Offset below which a correction ends, milliseconds.
const IN_STEP_MS: f64 = 4.0;
/// Maximum change of the playback rate: 5 percent is inaudible.
pub const MAX_RATE_CHANGE: f64 = 0.05;
/// Approximate time over which a small offset is corrected, milliseconds.
const RATE_CORRECTION_MS: f64 = 900.0;
/// Granularity of the playback rate: each change briefly disturbs the browser's audio time-stretching.
const RATE_STEP: f64 = 0.0025;
/// Offset above which the player seeks, milliseconds.
const JUMP_BEYOND_MS: f64 = 1_000.0;
/// The same right after a disturbance, milliseconds: a rate change would take more than three seconds to correct it.
const JUMP_BEYOND_SETTLING_MS: f64 = 140.0;
/// Duration of the settling period after a disturbance, milliseconds.
const SETTLING_MS: f64 = 3_000.0;
/// Minimum delay between seeks, milliseconds; doubled after each seek that did not help.
const SEEK_BACKOFF_MS: f64 = 500.0;
/// Maximum of that delay, milliseconds.
const MAX_SEEK_BACKOFF_MS: f64 = 30_000.0;
/// Initial estimate of the duration of a seek, milliseconds: within buffered data, and to data that must be fetched.
const JUMP_TAKES_MS: [f64; 2] = [120.0, 500.0];
/// Maximum estimate of the duration of a seek, milliseconds: the video stands still for that long before it continues.
const JUMP_TAKES_AT_MOST_MS: f64 = 2_000.0;
/// Duration above which a seek is not measured, milliseconds: it waited for the network, which says nothing about the
/// next.
const JUMP_WAITED_MS: f64 = 3_000.0;
/// Initial and maximum estimate of the time that starting playback takes, milliseconds.
const START_TAKES_MS: (f64, f64) = (20.0, 250.0);

/// A correction of the playback position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Correction {
    /// Plays at the room's rate.
    Hold,
    /// Plays at the room's rate times this factor, within 1 ± [`MAX_RATE_CHANGE`].
    Nudge(f64),
    /// Seeks to the room's position.
    Jump,
}

/// The availability of the data at a seek target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// Buffered.
    Here = 0,
    /// Must be fetched.
    Away = 1,
}

/// The synchronisation state of one player.
#[derive(Debug, Clone)]
pub struct Sync {
    nudging: bool,
    settles_at: f64,
    jumps_again_at: f64,
    jumps: i32,
    jump_takes: [f64; 2],
    start_takes: f64,
    /// True if the latest start has not been measured yet.
    learns: bool,
}

impl Default for Sync {
    fn default() -> Self {
        Self {
            nudging: false,
            settles_at: f64::NEG_INFINITY,
            jumps_again_at: f64::NEG_INFINITY,
            jumps: 0,
            jump_takes: JUMP_TAKES_MS,
            start_takes: START_TAKES_MS.0,
            learns: false,
        }
    }
}

impl Sync {
    /// Resets the correction after a disturbance, e.g. a seek. `now_ms` is the client's clock.
    pub fn disturb(&mut self, now_ms: f64) {
        self.settles_at = now_ms + SETTLING_MS;
        self.nudging = false;
        self.jumps = 0;
        self.jumps_again_at = f64::NEG_INFINITY;
    }

    /// Playback resumes after a stall. Keeps the back-off of seeks, so that a player that stalls repeatedly does not
    /// seek each time.
    pub fn recover(&mut self, now_ms: f64) {
        self.settles_at = now_ms + SETTLING_MS;
        self.nudging = false;
    }

    /// Playback starts at the scheduled time.
    pub fn start(&mut self, now_ms: f64) {
        self.settles_at = now_ms + SETTLING_MS;
        self.nudging = false;
        self.learns = true;
    }

    /// Decides on a correction. `offset_ms` is how far the player is ahead of the room (negative: behind), in
    /// milliseconds of video.
    pub fn decide(&mut self, now_ms: f64, offset_ms: f64) -> Correction {
        if !offset_ms.is_finite() {
            return Correction::Hold;
        }
        self.learn_start(offset_ms);
        let error = offset_ms.abs();
        let far = if now_ms < self.settles_at {
            JUMP_BEYOND_SETTLING_MS
        } else {
            JUMP_BEYOND_MS
        };
        if error > far && now_ms >= self.jumps_again_at {
            let wait = (SEEK_BACKOFF_MS * 2f64.powi(self.jumps.min(10))).min(MAX_SEEK_BACKOFF_MS);
            self.jumps = self.jumps.saturating_add(1);
            self.jumps_again_at = now_ms + wait;
            self.nudging = false;
            return Correction::Jump;
        }
        if error < OUT_OF_STEP_MS {
            self.jumps = 0;
        }
        self.nudging = error > if self.nudging { IN_STEP_MS } else { OUT_OF_STEP_MS };
        if !self.nudging {
            return Correction::Hold;
        }
        let nudge = (-offset_ms / RATE_CORRECTION_MS).clamp(-MAX_RATE_CHANGE, MAX_RATE_CHANGE);
        Correction::Nudge(1.0 + (nudge / RATE_STEP).round() * RATE_STEP)
    }

    /// Returns how far beyond the room's position to seek, so that the player arrives in time; milliseconds of wall
    /// time.
    pub fn look_ahead_ms(&self, data: Data) -> f64 {
        // With a margin: waiting for the room is exact, catching up is not.
        self.jump_takes[data as usize] * 1.2 + 40.0
    }

    /// Returns how long before its scheduled time a start must be requested, milliseconds.
    pub fn start_takes_ms(&self) -> f64 {
        self.start_takes
    }

    /// Records a completed seek: the player is ready at the target. Updates the estimate for the next seek.
    pub fn landed(&mut self, now_ms: f64, took_ms: f64, data: Data) {
        if took_ms <= JUMP_WAITED_MS {
            let known = &mut self.jump_takes[data as usize];
            let took = took_ms.clamp(0.0, JUMP_TAKES_AT_MOST_MS);
            // Raise the estimate at once, lower it gradually.
            *known = if took > *known { took } else { *known * 0.7 + took * 0.3 };
        }
        self.jumps_again_at = self.jumps_again_at.max(now_ms + SEEK_BACKOFF_MS);
        self.settles_at = self.settles_at.max(now_ms + SETTLING_MS);
    }

    /// Updates the estimate of the start time from the offset of the first frame after a start.
    fn learn_start(&mut self, offset_ms: f64) {
        if std::mem::take(&mut self.learns) && offset_ms.abs() < START_TAKES_MS.1 {
            self.start_takes = (self.start_takes - offset_ms * 0.5).clamp(0.0, START_TAKES_MS.1);
        }
    }
}

/// A filter for the measured offset: the median of recent measurements, so that a single late frame has no effect.
#[derive(Debug, Clone, Default)]
pub struct OffsetFilter {
    /// Measurements: time by the client's clock and offset, milliseconds.
    measured: VecDeque<(f64, f64)>,
}

/// Window of the median, milliseconds.
const WINDOW_MS: f64 = 450.0;
/// Maximum number of measurements: one per frame at up to 120 frames per second.
const MEASUREMENTS: usize = 64;

impl OffsetFilter {
    /// Records the offset at a point in time.
    pub fn note(&mut self, at_ms: f64, offset_ms: f64) {
        if self.measured.len() == MEASUREMENTS {
            self.measured.pop_front();
        }
        self.measured.push_back((at_ms, offset_ms));
    }

    /// Discards all measurements.
    pub fn clear(&mut self) {
        self.measured.clear();
    }

    /// Returns the median offset within the window, or `None` if there are fewer than `least` measurements.
    pub fn offset_ms(&mut self, now_ms: f64, least: usize) -> Option<f64> {
        while self.measured.front().is_some_and(|(at, _)| now_ms - at > WINDOW_MS) {
            self.measured.pop_front();
        }
        if self.measured.len() < least.max(1) {
            return None;
        }
        let mut offsets: Vec<f64> = self.measured.iter().map(|(_, offset)| *offset).collect();
        offsets.sort_by(f64::total_cmp);
        Some(offsets[offsets.len() / 2])
    }
}

#[cfg(test)]
mod tests;
