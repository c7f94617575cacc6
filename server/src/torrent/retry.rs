//! Restarts failed torrents with a back-off. The engine itself never does: one write that finds no space stops a
//! download until the next start of the program. Pure.

use librqbit::TorrentStatsState;
use std::time::{Duration, Instant};

/// Delay before the first retry; doubled for each further one. A restart verifies everything on the disk.
const INITIAL_DELAY: Duration = Duration::from_secs(30);

/// Maximum delay between retries. A torrent that has run for this long has recovered, and its count is reset.
const MAX_DELAY: Duration = Duration::from_secs(10 * 60);

/// Retry state of a torrent: the number of retries and the time of the failure.
#[derive(Debug, Default)]
pub struct Retries {
    tries: u32,
    failed_at: Option<Instant>,
    well_since: Option<Instant>,
}

impl Retries {
    /// Updates the state. Returns the number of the retry if one is due.
    pub fn due(&mut self, state: TorrentStatsState, now: Instant) -> Option<u32> {
        match state {
            TorrentStatsState::Error => {
                self.well_since = None;
                let failed_at = *self.failed_at.get_or_insert(now);
                let wait = (INITIAL_DELAY * 2u32.pow(self.tries.min(5))).min(MAX_DELAY);
                if now.duration_since(failed_at) < wait {
                    return None;
                }
                // If this retry fails, the delay starts again.
                self.failed_at = None;
                self.tries = self.tries.saturating_add(1);
                Some(self.tries)
            }
            // The check of a large film takes longer than the delay, and the torrent may fail right after it.
            TorrentStatsState::Initializing { .. } => {
                self.failed_at = None;
                None
            }
            TorrentStatsState::Live | TorrentStatsState::Paused => {
                self.failed_at = None;
                let well_since = *self.well_since.get_or_insert(now);
                if now.duration_since(well_since) >= MAX_DELAY {
                    self.tries = 0;
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: TorrentStatsState = TorrentStatsState::Error;
    const CHECKING: TorrentStatsState = TorrentStatsState::Initializing { paused: false };
    const LIVE: TorrentStatsState = TorrentStatsState::Live;

    /// Returns the seconds at which a torrent that is polled once per second is retried.
    fn tries(
        retries: &mut Retries,
        from: Instant,
        seconds: std::ops::Range<u64>,
        state: TorrentStatsState,
    ) -> Vec<u64> {
        seconds
            .filter(|second| retries.due(state, from + Duration::from_secs(*second)).is_some())
            .collect()
    }

    #[test]
    fn it_waits_twice_as_long_each_time_and_never_longer_than_ten_minutes() {
        let (mut retries, start) = (Retries::default(), Instant::now());
        let at = tries(&mut retries, start, 0..4_000, FAILED);
        let waits: Vec<u64> = std::iter::once(at[0])
            .chain(at.windows(2).map(|pair| pair[1] - pair[0]))
            .collect();
        // One more for the poll that sees it failed again.
        assert_eq!(waits[..6], [30, 61, 121, 241, 481, 601]);
        assert!(waits[6..].iter().all(|wait| *wait == 601), "{waits:?}");
    }

    #[test]
    fn one_that_fails_again_soon_goes_on_waiting_longer_and_one_that_recovered_does_not() {
        let (mut retries, start) = (Retries::default(), Instant::now());
        assert_eq!(tries(&mut retries, start, 0..31, FAILED), [30]);
        // Checking for an hour, then live for a minute.
        assert!(tries(&mut retries, start, 31..3_631, CHECKING).is_empty());
        assert!(tries(&mut retries, start, 3_631..3_691, LIVE).is_empty());
        assert_eq!(tries(&mut retries, start, 3_691..3_752, FAILED), [3_751]);
        assert!(tries(&mut retries, start, 3_752..4_400, LIVE).is_empty());
        assert_eq!(
            tries(&mut retries, start, 4_400..4_431, FAILED),
            [4_430],
            "as the first time"
        );
    }
}
