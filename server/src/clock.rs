//! Wall clock and room clock.

use app::protocol::{Timestamp, room::ServerTime};
use std::{
    sync::{
        LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Returns the current time in Unix milliseconds.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Wall clock and monotonic instant of the first use, from which the room clock counts.
static ANCHOR: LazyLock<(Instant, i64)> = LazyLock::new(|| (Instant::now(), now().0));

/// Lead of the wall clock over the monotonic clock above which the machine is assumed to have slept, milliseconds.
const SLEEP_THRESHOLD_MS: i64 = 5_000;

/// Total time that the machine is known to have slept since the start, milliseconds.
static SLEPT_TOTAL_MS: AtomicI64 = AtomicI64::new(0);

/// Returns the room clock: the wall clock at the start, advanced monotonically and unaffected by adjustments of the
/// wall clock. It jumps forward only when the wall clock is far ahead, because the monotonic clock stops while the
/// machine sleeps.
pub fn server_time() -> ServerTime {
    let (instant, at) = *ANCHOR;
    let steady = at.saturating_add(i64::try_from(instant.elapsed().as_millis()).unwrap_or(i64::MAX));
    ServerTime(awake(&SLEPT_TOTAL_MS, steady, now().0))
}

/// Returns the monotonic time plus the time slept. Never goes back.
fn awake(slept: &AtomicI64, steady: i64, wall: i64) -> i64 {
    let ahead = wall.saturating_sub(steady);
    if ahead > slept.load(Ordering::Relaxed).saturating_add(SLEEP_THRESHOLD_MS) {
        slept.fetch_max(ahead, Ordering::Relaxed);
    }
    steady.saturating_add(slept.load(Ordering::Relaxed))
}

/// Returns the instant at which [`server_time`] reaches `time`, or now if that has passed.
pub fn instant_of(time: ServerTime) -> Instant {
    let left = u64::try_from(time.since(server_time())).unwrap_or_default();
    // `server_time` truncates to whole milliseconds, so this may be up to one late; being early would need a second
    // wait.
    Instant::now() + Duration::from_millis(left.min(YEAR_MS))
}

/// Cap on how far ahead a timer is set, milliseconds.
const YEAR_MS: u64 = 366 * 86_400_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_rooms_begins_at_the_wall_clock_and_never_goes_back() {
        let first = server_time();
        assert!((first.0 - now().0).abs() < 60_000);
        assert!(server_time() >= first);
        let later = instant_of(first.plus(10_000));
        assert!(later > Instant::now() + Duration::from_secs(8));
        assert!(instant_of(ServerTime(0)) <= Instant::now());
        assert!(instant_of(ServerTime(i64::MAX)) > Instant::now());
    }

    #[test]
    fn the_time_of_rooms_goes_on_after_a_sleep_and_follows_nothing_else() {
        let slept = AtomicI64::new(0);
        for (steady, wall, time) in [
            (1_000, 1_000, 1_000),
            // Clock drift and its correction.
            (2_000, 2_000 + SLEEP_THRESHOLD_MS, 2_000),
            (3_000, -50_000, 3_000),
            // One hour of sleep.
            (4_000, 3_604_000, 3_604_000),
            (5_000, 3_605_000 + SLEEP_THRESHOLD_MS, 3_605_000),
            (6_000, 6_000, 3_606_000),
            // One more minute of sleep.
            (7_000, 3_667_000, 3_667_000),
            (8_000, 0, 3_668_000),
        ] {
            assert_eq!(awake(&slept, steady, wall), time, "{steady} {wall}");
        }
    }
}
