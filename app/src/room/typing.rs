//! Typing indicators: when a page sends its own, and how long it shows those of others. Pure; times are milliseconds of
//! the client's clock.

use crate::protocol::room::ParticipantId;
use std::collections::BTreeMap;

/// Interval at which the indicator is repeated while the user types.
const REPEAT_MS: f64 = 4_000.0;
/// Minimum interval between indicators, regardless of the input; stays below the server's rate limit.
const MIN_INTERVAL_MS: f64 = 1_200.0;
/// Idle time after the last key press from which the user no longer counts as typing.
pub const IDLE_MS: f64 = 5_000.0;
/// Expiry of an indicator that was not repeated.
pub const EXPIRY_MS: f64 = 8_000.0;

/// The typing state of the viewer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OwnIndicator {
    told_at: Option<f64>,
    typed_at: f64,
    writes: bool,
}

impl OwnIndicator {
    /// Handles a change of the input. Returns the indicator to send, if any.
    pub fn typed(&mut self, now: f64, has_words: bool) -> Option<bool> {
        if !has_words {
            return self.stopped();
        }
        self.typed_at = now;
        let pause = if self.writes { REPEAT_MS } else { MIN_INTERVAL_MS };
        let is_due = self.told_at.is_none_or(|told| now - told >= pause);
        if is_due {
            self.told_at = Some(now);
            self.writes = true;
        }
        is_due.then_some(true)
    }

    /// Handles the passage of time. Returns the indicator to send, if any.
    pub fn rested(&mut self, now: f64) -> Option<bool> {
        (now - self.typed_at >= IDLE_MS).then(|| self.stopped()).flatten()
    }

    /// Handles the end of typing. Returns the indicator to send, if any.
    pub fn stopped(&mut self) -> Option<bool> {
        std::mem::take(&mut self.writes).then_some(false)
    }

    /// Handles sending the message, which itself ends the indicator for the others.
    pub fn said(&mut self) {
        self.writes = false;
    }
}

/// The other participants who are typing, with the time of their last indicator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OtherIndicators(BTreeMap<ParticipantId, f64>);

impl OtherIndicators {
    /// Records an indicator.
    pub fn heard(&mut self, who: ParticipantId, now: f64) {
        self.0.retain(|_, at| now - *at < EXPIRY_MS);
        self.0.insert(who, now);
    }

    /// Returns true if a participant is typing.
    pub fn writes(&self, who: ParticipantId, now: f64) -> bool {
        self.0.get(&who).is_some_and(|at| now - at < EXPIRY_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_at_once_and_again_while_keys_are_pressed() {
        let mut typist = OwnIndicator::default();
        assert_eq!(typist.typed(0.0, true), Some(true));
        assert_eq!(typist.typed(3_999.0, true), None);
        assert_eq!(typist.typed(4_000.0, true), Some(true));
        assert_eq!(typist.rested(8_999.0), None);
        assert_eq!(typist.rested(9_000.0), Some(false));
        assert_eq!(typist.rested(9_500.0), None);
        assert_eq!(typist.typed(9_600.0, true), Some(true));
    }

    #[test]
    fn an_empty_field_is_told_once() {
        let mut typist = OwnIndicator::default();
        assert_eq!(typist.typed(0.0, false), None);
        assert_eq!(typist.typed(0.0, true), Some(true));
        assert_eq!(typist.typed(10.0, false), Some(false));
        assert_eq!(typist.typed(20.0, false), None);
        assert_eq!(typist.stopped(), None);
    }

    #[test]
    fn whoever_says_it_tells_nothing_besides() {
        let mut typist = OwnIndicator::default();
        typist.typed(0.0, true);
        typist.said();
        assert_eq!(typist.rested(60_000.0), None);
        assert_eq!(typist.typed(60_000.0, true), Some(true));
    }

    #[test]
    fn a_field_that_is_filled_and_emptied_again_and_again_stays_within_two_a_second() {
        let mut typist = OwnIndicator::default();
        let told = (0..1_000).filter(|nth| typist.typed(f64::from(*nth) * 30.0, nth % 2 == 0).is_some());
        assert!(told.count() <= 60, "in thirty seconds");
    }

    #[test]
    fn others_are_forgotten_unless_heard_of_again() {
        let (ada, bob) = (ParticipantId(1), ParticipantId(2));
        let mut writers = OtherIndicators::default();
        writers.heard(ada, 0.0);
        assert!(writers.writes(ada, 7_999.0));
        assert!(!writers.writes(ada, 8_000.0));
        assert!(!writers.writes(bob, 0.0));
        writers.heard(ada, 4_000.0);
        assert!(writers.writes(ada, 8_000.0));
        writers.heard(bob, 12_000.0);
        assert_eq!(writers.0.len(), 1);
    }
}
