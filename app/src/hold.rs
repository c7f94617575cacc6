//! Prebuffering for slow downloads: how long to delay playback so that it does not stall every few seconds. Pure.

use crate::pieces::{Pieces, file_span};
use crate::protocol::{FileIndex, TorrentStats};
use crate::t;
use crate::text;

/// Playback time to cover without a stall, seconds.
const COVERED_SECONDS: f64 = 300.0;
/// Maximum delay, seconds: with a very slow download no delay suffices, and the viewer wants to see something.
const MAX_DELAY_SECONDS: f64 = 120.0;
/// Minimum delay, seconds; a shorter one is skipped.
const MIN_DELAY_SECONDS: f64 = 2.0;
/// Ratio of download rate to bit rate at which scenes of high bit rate do not stall.
const MARGIN: f64 = 1.1;
/// Download rate below which no estimate is possible, bytes per second.
const MIN_DOWNLOAD_BPS: f64 = 10_000.0;
/// Number of latest statistics to average, one per second.
const SAMPLES: usize = 5;

/// The supply of data from the playhead on: what is buffered, what is needed and how fast it arrives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Supply {
    /// Bytes available from the playhead on, without a gap.
    pub ahead_bytes: f64,
    /// Bytes from the playhead to the end of the file.
    pub left_bytes: f64,
    /// Rate at which playback consumes data, bytes per second.
    pub needs_bps: f64,
    /// Average download rate, bytes per second.
    pub comes_bps: f64,
    /// Highest recent download rate, bytes per second.
    pub best_bps: f64,
}

impl Supply {
    /// Computes the supply from a torrent's statistics. `position` and `duration` are in seconds, `rate` is the
    /// playback rate, `speeds` are the latest download rates, oldest first. Returns `None` while too little is known.
    pub fn of(
        stats: &TorrentStats,
        file: FileIndex,
        position: f64,
        duration: f64,
        rate: f64,
        speeds: &[u64],
    ) -> Option<Self> {
        let (offset, size) = file_span(stats, file)?;
        let is_known = duration.is_finite() && duration > 0.0 && size > 0 && rate > 0.0 && speeds.len() >= SAMPLES;
        if !is_known {
            return None;
        }
        // Assumes a constant bit rate.
        let from = ((position / duration).clamp(0.0, 1.0) * size as f64) as u64;
        let left = size - from.min(size);
        let latest = &speeds[speeds.len() - SAMPLES..];
        Some(Self {
            ahead_bytes: Pieces::of(stats).contiguous_from(offset + from, left) as f64,
            left_bytes: left as f64,
            needs_bps: size as f64 / duration * rate,
            comes_bps: latest.iter().sum::<u64>() as f64 / SAMPLES as f64,
            best_bps: latest.iter().copied().max().unwrap_or(0) as f64,
        })
    }

    /// Returns the number of bytes to buffer before playback; `None` if it can start now, or nothing arrives.
    pub fn wanted(&self) -> Option<f64> {
        // A peak shows that the connection is fast enough: the average may include its slow start.
        let keeps_up = self.best_bps >= self.needs_bps;
        if keeps_up || self.comes_bps < MIN_DOWNLOAD_BPS || self.ahead_bytes >= self.left_bytes {
            return None;
        }
        let horizon = self.left_bytes.min(self.needs_bps * COVERED_SECONDS);
        // While that plays, more arrives; the rest must be buffered beforehand.
        let meanwhile = self.comes_bps * horizon / (self.needs_bps * MARGIN);
        let wanted = (horizon - meanwhile).min(self.ahead_bytes + self.comes_bps * MAX_DELAY_SECONDS);
        (self.seconds_to(wanted) >= MIN_DELAY_SECONDS).then_some(wanted)
    }

    /// Returns the time until `wanted` bytes are buffered, seconds; `None` if they are, or the download keeps up by
    /// now.
    pub fn remaining(&self, wanted: f64) -> Option<f64> {
        let is_enough = self.ahead_bytes >= wanted.min(self.left_bytes);
        let keeps_up = self.comes_bps >= self.needs_bps * MARGIN;
        (!is_enough && !keeps_up).then(|| self.seconds_to(wanted.min(self.left_bytes)).max(1.0))
    }

    fn seconds_to(&self, bytes: f64) -> f64 {
        (bytes - self.ahead_bytes) / self.comes_bps.max(MIN_DOWNLOAD_BPS)
    }
}

/// Returns the message to show during the delay.
pub fn sentence(seconds: f64) -> String {
    t::stage::held(&text::stretch(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{FileProgress, InfoHash, PeerCounts, TorrentState};

    fn supply(ahead: f64, left: f64, needs: f64, comes: f64) -> Supply {
        Supply {
            ahead_bytes: ahead,
            left_bytes: left,
            needs_bps: needs,
            comes_bps: comes,
            best_bps: comes,
        }
    }

    #[test]
    fn a_film_is_held_until_it_lasts() {
        const K: f64 = 1_000.0;
        const M: f64 = 1_000_000.0;
        // ahead, left, needs, comes; expected delay in seconds, if any.
        for (ahead, left, needs, comes, expected) in [
            // The download keeps up.
            (0.0, 60.0 * M, 387.0 * K, 400.0 * K, None),
            // Everything is buffered, and nothing arrives any more.
            (60.0 * M, 60.0 * M, 387.0 * K, 0.0, None),
            // Nothing arrives: no estimate is possible.
            (0.0, 60.0 * M, 387.0 * K, 5.0 * K, None),
            // Three quarters of what two minutes need: the missing part must be buffered beforehand.
            (1.0 * M, 46.0 * M, 387.0 * K, 300.0 * K, Some(42.0)),
            // Enough is buffered already.
            (16.0 * M, 46.0 * M, 387.0 * K, 300.0 * K, None),
            // A long film: covers the next five minutes.
            (1.0 * M, 2_000.0 * M, 387.0 * K, 300.0 * K, Some(111.0)),
            // Hardly any data: the delay is capped.
            (1.0 * M, 2_000.0 * M, 1.0 * M, 100.0 * K, Some(MAX_DELAY_SECONDS)),
            // Too short a delay.
            (13.2 * M, 46.0 * M, 387.0 * K, 300.0 * K, None),
        ] {
            let supply = supply(ahead, left, needs, comes);
            let seconds = supply.wanted().and_then(|wanted| supply.remaining(wanted));
            assert_eq!(seconds.map(f64::round), expected, "{supply:?}");
        }
    }

    #[test]
    fn a_hold_that_has_been_kept_is_not_followed_by_another() {
        let begun = supply(1e6, 46e6, 387e3, 300e3);
        let wanted = begun.wanted().unwrap();
        let kept = Supply {
            ahead_bytes: wanted,
            ..begun
        };
        assert_eq!((kept.remaining(wanted), kept.wanted()), (None, None));
        // Played to the end at this rate, it never stalls.
        let (mut ahead, mut left) = (kept.ahead_bytes, kept.left_bytes);
        while left > 0.0 {
            ahead = (ahead + kept.comes_bps).min(left);
            assert!(ahead >= kept.needs_bps.min(left), "{left} bytes before the end");
            (ahead, left) = (ahead - kept.needs_bps, left - kept.needs_bps);
        }
    }

    #[test]
    fn a_line_that_was_quick_a_moment_ago_is_trusted_and_one_that_gets_quick_ends_the_hold() {
        let quick = Supply {
            best_bps: 2e6,
            ..supply(0.0, 46e6, 387e3, 200e3)
        };
        assert_eq!(quick.wanted(), None);
        let better = supply(2e6, 46e6, 387e3, 500e3);
        assert_eq!(better.remaining(20e6), None);
    }

    #[test]
    fn the_state_of_a_torrent_tells_the_supply() {
        let stats = TorrentStats {
            info_hash: InfoHash([1; 20]),
            state: TorrentState::Downloading,
            detail: None,
            age_seconds: 9.0,
            size_bytes: 16_000_000,
            have_bytes: 8_000_000,
            checked_bytes: None,
            download_bps: 300_000,
            upload_bps: 0,
            peer_counts: PeerCounts {
                seen: 1,
                connecting: 0,
                live: 1,
            },
            peers: vec![],
            piece_bytes: 1_000_000,
            piece_count: 16,
            // The first eight pieces.
            pieces: "/wA=".into(),
            files: vec![FileProgress {
                index: 0,
                have_bytes: 8_000_000,
                size_bytes: 16_000_000,
                offset_bytes: 0,
            }],
            read_heads: vec![],
        };
        let speeds = [0, 0, 100_000, 200_000, 300_000, 400_000, 500_000];
        let supply = Supply::of(&stats, 0, 10.0, 40.0, 1.0, &speeds).unwrap();
        assert_eq!(
            supply,
            Supply {
                ahead_bytes: 4e6,
                left_bytes: 12e6,
                needs_bps: 400e3,
                comes_bps: 300e3,
                best_bps: 500e3,
            }
        );
        assert_eq!(Supply::of(&stats, 0, 10.0, 40.0, 1.0, &speeds[..4]), None);
        assert_eq!(Supply::of(&stats, 0, 10.0, 0.0, 1.0, &speeds), None);
        assert_eq!(Supply::of(&stats, 3, 10.0, 40.0, 1.0, &speeds), None);
    }
}
