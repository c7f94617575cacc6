//! Client-side estimate of the server's clock, from pings on the room's socket. Pure.
//!
//! A ping has four timestamps, as in NTP (RFC 5905): sent and received by the client's clock, received and answered by
//! the server's. Here the server's two are equal. The difference between server and sent time is the outbound delay
//! plus the clock offset; that between received and server time is the return delay minus the offset. Jitter only adds
//! to a delay, and to each direction independently, so the minimum of each difference is used, even if the two come
//! from different pings. NTP's clock filter uses the single ping with the shortest round trip, which is rarely quick in
//! both directions on a line with jitter: its error is four times as large.

use crate::protocol::room::ServerTime;
use std::collections::VecDeque;

/// Number of recent pings kept. With jitter of up to 100 ms each way, the error is 2 ms with sixteen pings and 4 ms
/// with eight; 3 ms once pings are infrequent and their age counts.
const SAMPLES: usize = 16;
/// Interval of the first pings, milliseconds.
const FIRST_INTERVAL_MS: f64 = 120.0;
/// Number of pings at that interval.
const QUICK_PINGS: u32 = 5;
/// Interval until [`SAMPLES`] pings have been answered, milliseconds: a line with jitter needs them all.
const WARMUP_INTERVAL_MS: f64 = 1_000.0;
/// Interval of all later pings, milliseconds.
const STEADY_INTERVAL_MS: f64 = 10_000.0;
/// Allowance for clock drift: each millisecond of age counts as this much delay. An ordinary computer's clock drifts by
/// up to 50 ppm; the estimate lags behind one that drifts by more than this.
const DRIFT: f64 = 0.000_2;
/// Tolerance for contradicting pings, milliseconds: the server's timestamps are whole milliseconds.
const CONTRADICTION_MS: f64 = 2.0;

/// Tolerance for matching a pong to its ping, milliseconds: pings are much further apart.
const PONG_TOLERANCE_MS: f64 = 0.01;

/// An answered ping.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sample {
    /// Outbound delay plus the offset of the server's clock, milliseconds.
    there_ms: f64,
    /// Return delay minus the offset, milliseconds.
    back_ms: f64,
    /// Time of receipt by the client's clock, milliseconds.
    at_ms: f64,
}

/// The estimate of the server's clock. The client's own clock can be any monotonic one, e.g. `performance.now()`.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    samples: VecDeque<Sample>,
    heard: u32,
}

impl Sample {
    /// Returns the round-trip time, milliseconds.
    fn delay_ms(&self) -> f64 {
        self.there_ms + self.back_ms
    }
}

impl Clock {
    /// Discards all samples, e.g. because the client's clock may have stopped while the computer was asleep.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Adds an answered ping. Ignores one with a negative or non-finite round-trip time.
    pub fn hear(&mut self, sent_ms: f64, server: ServerTime, received_ms: f64) {
        let delay_ms = received_ms - sent_ms;
        if !delay_ms.is_finite() || delay_ms < 0.0 {
            return;
        }
        if self.samples.len() == SAMPLES {
            self.samples.pop_front();
        }
        // The server truncates to whole milliseconds: on average half a millisecond is missing.
        let server_ms = server.0 as f64 + 0.5;
        self.heard = self.heard.saturating_add(1);
        self.samples.push_back(Sample {
            there_ms: server_ms - sent_ms,
            back_ms: received_ms - server_ms,
            at_ms: received_ms,
        });
        // The minimum delays add up to less than zero: one of the clocks was set, or stood still.
        let span_ms = self.samples.front().map_or(0.0, |oldest| received_ms - oldest.at_ms);
        let least_ms = self.least(|ping| ping.there_ms).unwrap_or(0.0) + self.least(|ping| ping.back_ms).unwrap_or(0.0);
        if least_ms < -(CONTRADICTION_MS + span_ms * DRIFT) {
            self.samples.drain(..self.samples.len() - 1);
        }
    }

    /// Returns the minimum of a delay over all samples, allowing for their age.
    fn least(&self, took: impl Fn(&Sample) -> f64) -> Option<f64> {
        let latest = self.samples.back()?.at_ms;
        let cost = |sample: &Sample| took(sample) + (latest - sample.at_ms) * DRIFT;
        let least = self
            .samples
            .iter()
            .min_by(|one, other| cost(one).total_cmp(&cost(other)));
        least.map(took)
    }

    /// Returns the server's clock minus the client's, milliseconds.
    pub fn offset_ms(&self) -> Option<f64> {
        Some((self.least(|ping| ping.there_ms)? - self.least(|ping| ping.back_ms)?) / 2.0)
    }

    /// Returns the shortest round-trip time, milliseconds.
    pub fn ping_ms(&self) -> Option<f64> {
        self.least(Sample::delay_ms)
    }

    /// Converts a time of the client's clock to server time, in fractional Unix milliseconds.
    pub fn server_ms(&self, page_ms: f64) -> Option<f64> {
        self.offset_ms().map(|offset| page_ms + offset)
    }

    /// Returns the delay before the next ping, milliseconds.
    pub fn next_ping_ms(&self) -> f64 {
        match self.heard {
            heard if heard < QUICK_PINGS => FIRST_INTERVAL_MS,
            heard if (heard as usize) < SAMPLES => WARMUP_INTERVAL_MS,
            _ => STEADY_INTERVAL_MS,
        }
    }
}

/// Returns true if a pong with `named_ms` answers the ping sent at `sent_ms`. Numbers lose their last digit when parsed
/// from JSON.
pub fn is_answer(sent_ms: f64, named_ms: f64) -> bool {
    (sent_ms - named_ms).abs() < PONG_TOLERANCE_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::room::{ClientMessage, Ping};

    #[test]
    fn a_ping_is_known_again_whatever_its_digits() {
        let there_and_back = |sent_at: f64| {
            let json = serde_json::to_string(&ClientMessage::Ping(Ping { sent_at })).unwrap();
            match serde_json::from_str(&json).unwrap() {
                ClientMessage::Ping(Ping { sent_at }) => sent_at,
                other => panic!("{other:?}"),
            }
        };
        for number in 1..20_000 {
            // Browsers report tenths of milliseconds, not quite exactly.
            let sent = f64::from(number) * 7.1 + 0.099_999_904_632_568_36;
            assert!(is_answer(sent, there_and_back(there_and_back(sent))), "{sent}");
        }
        assert!(!is_answer(120.0, 120.1));
    }

    const AHEAD: f64 = 1_795_291_200_000.0;

    /// Records a ping. The client's clock starts at 0; the server's at `AHEAD`.
    fn ping(clock: &mut Clock, sent: f64, there: f64, back: f64) {
        let server = ServerTime((AHEAD + sent + there).floor() as i64);
        clock.hear(sent, server, sent + there + back);
    }

    #[test]
    fn nothing_is_known_before_the_first_answer() {
        let clock = Clock::default();
        assert_eq!(clock.offset_ms(), None);
        assert_eq!(clock.server_ms(10.0), None);
        assert_eq!(clock.next_ping_ms(), FIRST_INTERVAL_MS);
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
        // 150 ppm is 90 ms in ten minutes.
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

    /// Returns the median and 95th percentile of the error over many clients, after `pings` pings with up to 100 ms of
    /// jitter each way.
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
        // The single ping with the shortest round trip would leave 11 and 33, 9 and 27, 6 and 20.
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
        assert_eq!(waits[..5], [FIRST_INTERVAL_MS; 5]);
        assert_eq!(waits[5..16], [WARMUP_INTERVAL_MS; 11]);
        assert_eq!(waits[16], STEADY_INTERVAL_MS);
    }
}
