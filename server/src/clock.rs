//! The clocks, read in one place.

use app::protocol::{Timestamp, room::ServerTime};
use std::{
    sync::{
        LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Now, in Unix milliseconds.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The wall clock when it was first asked, and the instant at which that was.
static ANCHOR: LazyLock<(Instant, i64)> = LazyLock::new(|| (Instant::now(), now().0));

/// How far the wall clock may be ahead of the steady one before that is taken for a machine that slept, milliseconds.
const SLEPT_MS: i64 = 5_000;

/// How long the machine has slept since the start, as far as was noticed, milliseconds.
static SLEPT: AtomicI64 = AtomicI64::new(0);

/// Now, for rooms: the wall clock of the start, which then grows steadily, whatever happens to the wall clock. Only where
/// the wall clock is far ahead does it jump there: the steady clock stands still while the machine sleeps.
pub fn server_time() -> ServerTime {
    let (instant, at) = *ANCHOR;
    let steady = at.saturating_add(i64::try_from(instant.elapsed().as_millis()).unwrap_or(i64::MAX));
    ServerTime(awake(&SLEPT, steady, now().0))
}

/// The steady clock with what it slept through. It never goes back.
fn awake(slept: &AtomicI64, steady: i64, wall: i64) -> i64 {
    let ahead = wall.saturating_sub(steady);
    if ahead > slept.load(Ordering::Relaxed).saturating_add(SLEPT_MS) {
        slept.fetch_max(ahead, Ordering::Relaxed);
    }
    steady.saturating_add(slept.load(Ordering::Relaxed))
}

/// The instant at which [`server_time`] reaches this. What has gone by is now.
pub fn instant_of(time: ServerTime) -> Instant {
    let left = u64::try_from(time.since(server_time())).unwrap_or_default();
    // A millisecond has begun before the clock says so: waking up early would only mean to wait again.
    Instant::now() + Duration::from_millis(left.min(YEAR_MS))
}

/// No timer needs to be set further ahead.
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
            // Clocks drift, and are put right.
            (2_000, 2_000 + SLEPT_MS, 2_000),
            (3_000, -50_000, 3_000),
            // An hour's sleep.
            (4_000, 3_604_000, 3_604_000),
            (5_000, 3_605_000 + SLEPT_MS, 3_605_000),
            (6_000, 6_000, 3_606_000),
            // Another minute.
            (7_000, 3_667_000, 3_667_000),
            (8_000, 0, 3_668_000),
        ] {
            assert_eq!(awake(&slept, steady, wall), time, "{steady} {wall}");
        }
    }
}
