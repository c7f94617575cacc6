//! Who writes: when a page tells it of its viewer, and how long it believes it of others. Pure; times are milliseconds of
//! the page's clock.

use crate::protocol::room::ParticipantId;
use std::collections::BTreeMap;

/// Others are told again this often that somebody writes.
const AGAIN_MS: f64 = 4_000.0;
/// Told at most this often, whatever is done to the field: what the server allows lies above.
const AT_MOST_MS: f64 = 1_200.0;
/// Whoever has not touched a key for so long does not write any more.
pub const RESTS_MS: f64 = 5_000.0;
/// Whoever was not heard of for so long does not write any more: their page would have told again.
pub const FORGOTTEN_MS: f64 = 8_000.0;

/// The viewer, who writes or not.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Typist {
    told_at: Option<f64>,
    typed_at: f64,
    writes: bool,
}

impl Typist {
    /// The words have changed; there are some or none. What to tell.
    pub fn typed(&mut self, now: f64, has_words: bool) -> Option<bool> {
        if !has_words {
            return self.stopped();
        }
        self.typed_at = now;
        let pause = if self.writes { AGAIN_MS } else { AT_MOST_MS };
        let is_due = self.told_at.is_none_or(|told| now - told >= pause);
        if is_due {
            self.told_at = Some(now);
            self.writes = true;
        }
        is_due.then_some(true)
    }

    /// Time has passed. What to tell.
    pub fn rested(&mut self, now: f64) -> Option<bool> {
        (now - self.typed_at >= RESTS_MS).then(|| self.stopped()).flatten()
    }

    /// Somebody who writes does so no more. What to tell.
    pub fn stopped(&mut self) -> Option<bool> {
        std::mem::take(&mut self.writes).then_some(false)
    }

    /// It was said, which others take from the message itself.
    pub fn said(&mut self) {
        self.writes = false;
    }
}

/// The others: when each was last heard of as writing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Writers(BTreeMap<ParticipantId, f64>);

impl Writers {
    /// Somebody writes.
    pub fn heard(&mut self, who: ParticipantId, now: f64) {
        self.0.retain(|_, at| now - *at < FORGOTTEN_MS);
        self.0.insert(who, now);
    }

    /// Whether they still do, as far as one knows.
    pub fn writes(&self, who: ParticipantId, now: f64) -> bool {
        self.0.get(&who).is_some_and(|at| now - at < FORGOTTEN_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_at_once_and_again_while_keys_are_pressed() {
        let mut typist = Typist::default();
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
        let mut typist = Typist::default();
        assert_eq!(typist.typed(0.0, false), None);
        assert_eq!(typist.typed(0.0, true), Some(true));
        assert_eq!(typist.typed(10.0, false), Some(false));
        assert_eq!(typist.typed(20.0, false), None);
        assert_eq!(typist.stopped(), None);
    }

    #[test]
    fn whoever_says_it_tells_nothing_besides() {
        let mut typist = Typist::default();
        typist.typed(0.0, true);
        typist.said();
        assert_eq!(typist.rested(60_000.0), None);
        assert_eq!(typist.typed(60_000.0, true), Some(true));
    }

    #[test]
    fn a_field_that_is_filled_and_emptied_again_and_again_stays_within_two_a_second() {
        let mut typist = Typist::default();
        let told = (0..1_000).filter(|nth| typist.typed(f64::from(*nth) * 30.0, nth % 2 == 0).is_some());
        assert!(told.count() <= 60, "in thirty seconds");
    }

    #[test]
    fn others_are_forgotten_unless_heard_of_again() {
        let (ada, bob) = (ParticipantId(1), ParticipantId(2));
        let mut writers = Writers::default();
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
