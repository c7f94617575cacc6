//! The server's clock, as a page knows it, from pings on the room's socket. Pure.
//!
//! A ping has four instants, as NTP's (RFC 5905): sent and received by the page's clock, heard and answered by the
//! server's. The server's two are the same. What lies between sent and heard is the way there and what the server's clock
//! is ahead; between answered and received, the way back less that. A line that jitters only adds to each, and to one
//! without the other: so the least of each is believed, whichever pings they are from. NTP's filter believes the one ping
//! that took least in all, which on such a line is seldom quick both ways: its error is four times as large.

use crate::protocol::room::ServerTime;
use std::collections::VecDeque;

/// Pings that are remembered. A line that adds up to 100 ms each way leaves an error of 2 ms then, after eight 4; of 3 ms
/// once they are rare and their age counts.
const SAMPLES: usize = 16;
/// The first pings follow each other this quickly, milliseconds.
const QUICK_MS: f64 = 120.0;
/// How many of them.
const QUICK_PINGS: u32 = 5;
/// Then, until there are [`SAMPLES`], milliseconds: a jittery line needs them all.
const SOON_MS: f64 = 1_000.0;
/// Then this often, milliseconds.
const CALM_MS: f64 = 10_000.0;
/// Clocks drift: every millisecond of age counts as this much delay. An ordinary computer's is off by up to 50 parts in a
/// million; one that drifts by more than this is followed late.
const DRIFT: f64 = 0.000_2;
/// What two pings may contradict each other by, milliseconds: the server's are whole.
const CONTRADICTION_MS: f64 = 2.0;

/// Instants nearer to each other than this are the same, milliseconds: pings are much further apart.
const SAME_MS: f64 = 0.01;

/// One ping that was answered.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sample {
    /// The way there, and what the server's clock is ahead of the page's, milliseconds.
    there_ms: f64,
    /// The way back, less what it is ahead.
    back_ms: f64,
    /// When it came back, by the page's clock.
    at_ms: f64,
}

/// What a page knows of the server's clock. The page's own is any that goes evenly, e.g. `performance.now()`.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    samples: VecDeque<Sample>,
    heard: u32,
}

impl Sample {
    /// There and back, milliseconds.
    fn delay_ms(&self) -> f64 {
        self.there_ms + self.back_ms
    }
}

impl Clock {
    /// Forgets everything: the page's clock may have stood still while the computer slept.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Takes in an answered ping. One that came back before it was sent is nonsense and ignored.
    pub fn hear(&mut self, sent_ms: f64, server: ServerTime, received_ms: f64) {
        let delay_ms = received_ms - sent_ms;
        if !delay_ms.is_finite() || delay_ms < 0.0 {
            return;
        }
        if self.samples.len() == SAMPLES {
            self.samples.pop_front();
        }
        // The server cuts its milliseconds off: on average half of one is missing.
        let server_ms = server.0 as f64 + 0.5;
        self.heard = self.heard.saturating_add(1);
        self.samples.push_back(Sample {
            there_ms: server_ms - sent_ms,
            back_ms: received_ms - server_ms,
            at_ms: received_ms,
        });
        // A way there and a way back that took less than nothing: one of the clocks was set, or stood still.
        let span_ms = self.samples.front().map_or(0.0, |oldest| received_ms - oldest.at_ms);
        let least_ms = self.least(|ping| ping.there_ms).unwrap_or(0.0) + self.least(|ping| ping.back_ms).unwrap_or(0.0);
        if least_ms < -(CONTRADICTION_MS + span_ms * DRIFT) {
            self.samples.drain(..self.samples.len() - 1);
        }
    }

    /// The least of something that every ping took.
    fn least(&self, took: impl Fn(&Sample) -> f64) -> Option<f64> {
        let latest = self.samples.back()?.at_ms;
        let cost = |sample: &Sample| took(sample) + (latest - sample.at_ms) * DRIFT;
        let least = self
            .samples
            .iter()
            .min_by(|one, other| cost(one).total_cmp(&cost(other)));
        least.map(took)
    }

    /// The server's clock minus the page's, milliseconds.
    pub fn offset_ms(&self) -> Option<f64> {
        Some((self.least(|ping| ping.there_ms)? - self.least(|ping| ping.back_ms)?) / 2.0)
    }

    /// What the best ping took, there and back, milliseconds.
    pub fn ping_ms(&self) -> Option<f64> {
        self.least(Sample::delay_ms)
    }

    /// The server's time at an instant of the page's clock, Unix milliseconds with their fraction.
    pub fn server_ms(&self, page_ms: f64) -> Option<f64> {
        self.offset_ms().map(|offset| page_ms + offset)
    }

    /// How long to wait before the next ping, milliseconds.
    pub fn next_ping_ms(&self) -> f64 {
        match self.heard {
            heard if heard < QUICK_PINGS => QUICK_MS,
            heard if (heard as usize) < SAMPLES => SOON_MS,
            _ => CALM_MS,
        }
    }
}

/// Whether an answer names this ping. Numbers lose their last digit on the way through JSON, as they are read there.
pub fn is_answer(sent_ms: f64, named_ms: f64) -> bool {
    (sent_ms - named_ms).abs() < SAME_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::room::ClientMessage;

    #[test]
    fn a_ping_is_known_again_whatever_its_digits() {
        let there_and_back = |sent_at: f64| {
            let json = serde_json::to_string(&ClientMessage::Ping { sent_at }).unwrap();
            match serde_json::from_str(&json).unwrap() {
                ClientMessage::Ping { sent_at } => sent_at,
                other => panic!("{other:?}"),
            }
        };
        for number in 1..20_000 {
            // As browsers tell it: tenths of milliseconds, and not quite.
            let sent = f64::from(number) * 7.1 + 0.099_999_904_632_568_36;
            assert!(is_answer(sent, there_and_back(there_and_back(sent))), "{sent}");
        }
        assert!(!is_answer(120.0, 120.1));
    }

    const AHEAD: f64 = 1_795_291_200_000.0;

    /// The page's clock starts at 0; the server's is `AHEAD`.
    fn ping(clock: &mut Clock, sent: f64, there: f64, back: f64) {
        let server = ServerTime((AHEAD + sent + there).floor() as i64);
        clock.hear(sent, server, sent + there + back);
    }

    #[test]
    fn nothing_is_known_before_the_first_answer() {
        let clock = Clock::default();
        assert_eq!(clock.offset_ms(), None);
        assert_eq!(clock.server_ms(10.0), None);
        assert_eq!(clock.next_ping_ms(), QUICK_MS);
    }

    #[test]
    fn the_quickest_way_there_and_the_quickest_way_back_are_believed() {
        let mut clock = Clock::default();
        ping(&mut clock, 0.0, 180.0, 4.0);
        ping(&mut clock, 120.0, 6.0, 90.0);
        ping(&mut clock, 240.0, 40.0, 40.0);
        let error = clock.offset_ms().unwrap() - AHEAD;
        assert!(error.abs() <= 1.5, "{error}");
        assert_eq!(clock.ping_ms(), Some(80.0));
    }

    #[test]
    fn an_old_ping_is_forgotten() {
        let mut clock = Clock::default();
        ping(&mut clock, 0.0, 1.0, 1.0);
        for n in 1..=SAMPLES {
            ping(&mut clock, n as f64 * 10_000.0, 40.0, 40.0);
        }
        assert_eq!(clock.ping_ms(), Some(80.0));
    }

    #[test]
    fn a_clock_that_runs_wrong_is_followed() {
        // 150 parts in a million is 90 ms in ten minutes.
        for drift in [1.000_15, 0.999_85] {
            let mut clock = Clock::default();
            for n in 0..60 {
                let sent = f64::from(n) * 10_000.0;
                let server = AHEAD + (sent + 5.0) * drift;
                clock.hear(sent, ServerTime(server as i64), sent + 10.0);
            }
            let page = 595_000.0;
            let error = clock.server_ms(page).unwrap() - (AHEAD + page * drift);
            assert!(error.abs() < 3.0, "{error}");
        }
    }

    #[test]
    fn a_clock_that_was_set_is_believed_at_once() {
        for step in [-7_000.0, 7_000.0, -60.0, 60.0] {
            let mut clock = Clock::default();
            for n in 0..20 {
                ping(&mut clock, f64::from(n) * 1_000.0, 10.0, 10.0);
            }
            let sent = 20_000.0;
            clock.hear(sent, ServerTime((AHEAD + step + sent + 10.0) as i64), sent + 20.0);
            let error = clock.offset_ms().unwrap() - AHEAD - step;
            assert!(error.abs() <= 1.5, "set by {step}: {error}");
        }
    }

    /// Errors of many pages' clocks after so many pings on a line that adds up to 100 ms each way: median and p95.
    fn errors_after(pings: u32) -> (f64, f64) {
        let mut seed = 7_u64;
        let mut chance = move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as f64 / f64::from(u32::MAX >> 1)
        };
        let mut errors = Vec::new();
        for _ in 0..1_000 {
            let mut clock = Clock::default();
            for n in 0..pings {
                let (there, back) = (50.0 + 100.0 * chance(), 50.0 + 100.0 * chance());
                ping(&mut clock, f64::from(n) * 1_000.0, there, back);
            }
            errors.push((clock.offset_ms().unwrap() - AHEAD).abs());
        }
        errors.sort_by(f64::total_cmp);
        (errors[500], errors[950])
    }

    #[test]
    fn jitter_of_a_hundred_milliseconds_leaves_a_few() {
        // The ping that took least in all would leave 11 and 33, 9 and 27, 6 and 20.
        for (pings, most) in [(5, (7.5, 23.0)), (8, (5.0, 17.0)), (16, (3.0, 10.0))] {
            let (median, p95) = errors_after(pings);
            assert!(median < most.0 && p95 < most.1, "{pings} pings: {median} and {p95}");
        }
    }

    #[test]
    fn an_answer_from_the_future_is_ignored() {
        let mut clock = Clock::default();
        clock.hear(100.0, ServerTime(5), 50.0);
        clock.hear(f64::NAN, ServerTime(5), 50.0);
        assert_eq!(clock.offset_ms(), None);
    }

    #[test]
    fn pings_become_rare() {
        let mut clock = Clock::default();
        let mut waits = Vec::new();
        for n in 0..=SAMPLES {
            waits.push(clock.next_ping_ms());
            ping(&mut clock, n as f64 * 1_000.0, 1.0, 1.0);
        }
        assert_eq!(waits[..5], [QUICK_MS; 5]);
        assert_eq!(waits[5..16], [SOON_MS; 11]);
        assert_eq!(waits[16], CALM_MS);
    }
}
