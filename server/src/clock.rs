//! The clocks, read in one place.

use app::protocol::{Timestamp, room::ServerTime};
use std::{
    sync::LazyLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Now, in Unix milliseconds.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The wall clock when it was first asked, and the instant at which that was.
static ANCHOR: LazyLock<(Instant, i64)> = LazyLock::new(|| (Instant::now(), now().0));

/// Now, for rooms: the wall clock of the start, which then grows steadily, whatever happens to the wall clock.
pub fn server_time() -> ServerTime {
    let (instant, at) = *ANCHOR;
    ServerTime(at.saturating_add(i64::try_from(instant.elapsed().as_millis()).unwrap_or(i64::MAX)))
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
}
