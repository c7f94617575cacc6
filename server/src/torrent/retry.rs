//! When a torrent that failed is started again. The engine itself never does: one write that found no room stops a
//! download until the next start of the program. Pure.

use librqbit::TorrentStatsState;
use std::time::{Duration, Instant};

/// After this long for the first time, then after twice as long each time. Starting again checks all that is on the disk.
const FIRST: Duration = Duration::from_secs(30);

/// The longest that it waits for its next try; and one that ran for this long has recovered.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// How often a torrent was tried again, and when it is next.
#[derive(Debug, Default)]
pub struct Retries {
    tries: u32,
    failed_at: Option<Instant>,
    well_since: Option<Instant>,
}

impl Retries {
    /// Takes note of how it is now. The number of the try that is due, if one is.
    pub fn due(&mut self, state: TorrentStatsState, now: Instant) -> Option<u32> {
        match state {
            TorrentStatsState::Error => {
                self.well_since = None;
                let failed_at = *self.failed_at.get_or_insert(now);
                let wait = (FIRST * 2u32.pow(self.tries.min(5))).min(LONGEST);
                if now.duration_since(failed_at) < wait {
                    return None;
                }
                // If this try fails, it waits anew.
                self.failed_at = None;
                self.tries = self.tries.saturating_add(1);
                Some(self.tries)
            }
            // A large film is checked for longer than it waited, and may fail right after.
            TorrentStatsState::Initializing { .. } => {
                self.failed_at = None;
                None
            }
            TorrentStatsState::Live | TorrentStatsState::Paused => {
                self.failed_at = None;
                let well_since = *self.well_since.get_or_insert(now);
                if now.duration_since(well_since) >= LONGEST {
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

    /// At which seconds a torrent that is looked at once a second is tried again.
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
        // One more for the look that sees it failed again.
        assert_eq!(waits[..6], [30, 61, 121, 241, 481, 601]);
        assert!(waits[6..].iter().all(|wait| *wait == 601), "{waits:?}");
    }

    #[test]
    fn one_that_fails_again_soon_goes_on_waiting_longer_and_one_that_recovered_does_not() {
        let (mut retries, start) = (Retries::default(), Instant::now());
        assert_eq!(tries(&mut retries, start, 0..31, FAILED), [30]);
        // Checked for an hour, then live for a minute.
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
