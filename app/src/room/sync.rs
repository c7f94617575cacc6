//! Keeping one picture in step with the room: how far it is off, and what to do about it. Pure; the page measures and
//! obeys.
//!
//! Small errors are made good by playing a little faster or slower, which nobody hears; large ones by jumping. Right after
//! something happened (a start, a jump, a stall) the picture is disturbed anyway, so there a jump comes sooner.

use std::collections::VecDeque;

/// Beyond this the picture is out of step, milliseconds: about half a frame of a film.
pub const OUT_OF_STEP_MS: f64 = 15.0;
/// Once corrected, it is left alone from here on, milliseconds.
const IN_STEP_MS: f64 = 4.0;
/// Most that the rate is changed: nobody hears a twentieth.
pub const MOST_NUDGE: f64 = 0.05;
/// A small error is made good in about this time, milliseconds.
const NUDGE_OVER_MS: f64 = 900.0;
/// Rates are told apart by this: each change costs the browser's time stretcher a moment.
const NUDGE_STEP: f64 = 0.0025;
/// Beyond this it jumps, milliseconds.
const JUMP_BEYOND_MS: f64 = 1_000.0;
/// The same right after something happened: what a nudge would need more than three seconds for.
const JUMP_BEYOND_SETTLING_MS: f64 = 140.0;
/// How long something has just happened, milliseconds.
const SETTLING_MS: f64 = 3_000.0;
/// After a jump the next one waits this long, and twice as long after each that did not help, milliseconds.
const JUMP_AGAIN_MS: f64 = 500.0;
/// But not longer, milliseconds.
const JUMP_AGAIN_AT_MOST_MS: f64 = 30_000.0;
/// What a jump takes before one was measured, milliseconds: to what the browser holds, and to what it has to fetch.
const JUMP_TAKES_MS: [f64; 2] = [120.0, 500.0];
/// And at most, milliseconds: the picture stands still for as long before it goes on.
const JUMP_TAKES_AT_MOST_MS: f64 = 2_000.0;
/// A jump that took longer waited for a network that was away, which tells nothing of the next one, milliseconds.
const JUMP_WAITED_MS: f64 = 3_000.0;
/// A start before one was measured, and at most, milliseconds.
const START_TAKES_MS: (f64, f64) = (20.0, 250.0);

/// What to do with the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Correction {
    /// Play at the room's rate.
    Hold,
    /// Play at the room's rate times this, within 1 ± [`MOST_NUDGE`].
    Nudge(f64),
    /// Go to where the room is.
    Jump,
}

/// Whether the browser has what it is to jump to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// It holds it.
    Here = 0,
    /// It has to fetch it.
    Away = 1,
}

/// What is known of one player, and what was last done with it.
#[derive(Debug, Clone)]
pub struct Sync {
    nudging: bool,
    settles_at: f64,
    jumps_again_at: f64,
    jumps: i32,
    jump_takes: [f64; 2],
    start_takes: f64,
    /// The start that has not been learned from yet.
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
    /// Something happened to the picture that it may be out of step after. `now_ms` is the page's clock.
    pub fn disturb(&mut self, now_ms: f64) {
        self.settles_at = now_ms + SETTLING_MS;
        self.nudging = false;
        self.jumps = 0;
        self.jumps_again_at = f64::NEG_INFINITY;
    }

    /// The picture waited for its data and goes on. Whoever waits again and again is not torn about.
    pub fn recover(&mut self, now_ms: f64) {
        self.settles_at = now_ms + SETTLING_MS;
        self.nudging = false;
    }

    /// The picture begins to move at the instant that it was asked to.
    pub fn start(&mut self, now_ms: f64) {
        self.settles_at = now_ms + SETTLING_MS;
        self.nudging = false;
        self.learns = true;
    }

    /// What to do about a picture that is this far ahead of the room (negative: behind), milliseconds of film.
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
            let wait = (JUMP_AGAIN_MS * 2f64.powi(self.jumps.min(10))).min(JUMP_AGAIN_AT_MOST_MS);
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
        let nudge = (-offset_ms / NUDGE_OVER_MS).clamp(-MOST_NUDGE, MOST_NUDGE);
        Correction::Nudge(1.0 + (nudge / NUDGE_STEP).round() * NUDGE_STEP)
    }

    /// How far ahead of the room to jump, so that the room is there when the picture is; milliseconds of time.
    pub fn look_ahead_ms(&self, data: Data) -> f64 {
        // A moment more: waiting for the room is exact, running after it is not.
        self.jump_takes[data as usize] * 1.2 + 40.0
    }

    /// How long before its instant a start has to be asked for, milliseconds.
    pub fn start_takes_ms(&self) -> f64 {
        self.start_takes
    }

    /// A jump is done: the picture is there and could go on. The next one is begun with what this one took.
    pub fn landed(&mut self, now_ms: f64, took_ms: f64, data: Data) {
        if took_ms <= JUMP_WAITED_MS {
            let known = &mut self.jump_takes[data as usize];
            let took = took_ms.clamp(0.0, JUMP_TAKES_AT_MOST_MS);
            // Up at once, down by and by.
            *known = if took > *known { took } else { *known * 0.7 + took * 0.3 };
        }
        self.jumps_again_at = self.jumps_again_at.max(now_ms + JUMP_AGAIN_MS);
        self.settles_at = self.settles_at.max(now_ms + SETTLING_MS);
    }

    /// What the first picture after a start is off by is what starting takes more than was thought.
    fn learn_start(&mut self, offset_ms: f64) {
        if std::mem::take(&mut self.learns) && offset_ms.abs() < START_TAKES_MS.1 {
            self.start_takes = (self.start_takes - offset_ms * 0.5).clamp(0.0, START_TAKES_MS.1);
        }
    }
}

/// How far the picture was off lately: the median of what was measured, so that one late frame changes nothing.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    /// Instants of the page's clock and offsets, milliseconds.
    measured: VecDeque<(f64, f64)>,
}

/// How far back the meter looks, milliseconds.
const WINDOW_MS: f64 = 450.0;
/// Most measurements that it holds: one of each frame, of up to 120 a second.
const MEASUREMENTS: usize = 64;

impl Meter {
    /// Notes that the picture was this far ahead at an instant.
    pub fn note(&mut self, at_ms: f64, offset_ms: f64) {
        if self.measured.len() == MEASUREMENTS {
            self.measured.pop_front();
        }
        self.measured.push_back((at_ms, offset_ms));
    }

    /// What was measured before does not count any more.
    pub fn clear(&mut self) {
        self.measured.clear();
    }

    /// The median of the latest measurements; none if there are less than `least`.
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
