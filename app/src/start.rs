//! Status messages while a film is starting: one short sentence with a number. Pure.

use crate::pieces::{Pieces, file_span};
use crate::protocol::{FileIndex, TorrentState, TorrentStats};
use crate::t;
use crate::text;

/// Time without peers, or with peers that send nothing, after which the page suggests alternatives, seconds.
pub const NO_DATA_TIMEOUT_SECONDS: f64 = 20.0;

/// Bytes at the start of a file that a player usually requires before its first frame.
const START_BYTES: u64 = 2_000_000;

/// The progress of starting a film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// In progress: what it is waiting for.
    Waiting(Vec<Part>),
    /// No peers found for a while.
    Alone,
    /// Peers connected, but none has sent data for a while; the number of peers.
    Unserved(u32),
    /// Stopped until the user acts: the reason, and what to do.
    Stopped(String),
}

/// Part of a message, shown with dots between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Activity under way.
    Step(&'static str),
    /// A number, which changes every second.
    Number(String),
}

impl Part {
    fn text(&self) -> &str {
        match self {
            Self::Step(step) => step,
            Self::Number(number) => number,
        }
    }
}

impl Start {
    /// Returns the message to show.
    pub fn sentence(&self) -> String {
        match self {
            Self::Waiting(parts) => {
                let parts: Vec<&str> = parts.iter().map(Part::text).collect();
                parts.join(" · ")
            }
            Self::Stopped(reason) => reason.clone(),
            Self::Alone => t::start::alone().to_owned(),
            Self::Unserved(peers) => t::start::unserved((*peers).into()),
        }
    }

    /// Returns the message for screen readers. Leaves out counters, which change every second and would be read each
    /// time.
    pub fn spoken(&self) -> String {
        match self {
            Self::Waiting(parts) => {
                let step = |part: &Part| match part {
                    Part::Step(step) => Some(*step),
                    Part::Number(_) => None,
                };
                let steps: Vec<&str> = parts.iter().filter_map(step).collect();
                if steps.is_empty() {
                    return t::start::beginning_spoken().to_owned();
                }
                steps.join(" · ")
            }
            Self::Unserved(_) => t::start::unserved_spoken().to_owned(),
            Self::Alone | Self::Stopped(_) => self.sentence(),
        }
    }

    /// Returns true if it may take long, so that the viewer should be offered an alternative.
    pub fn is_doubtful(&self) -> bool {
        matches!(self, Self::Alone | Self::Unserved(_))
    }
}

/// Returns the progress towards the first frame. `waited_seconds` is the time since the page requested the file.
pub fn start(stats: Option<&TorrentStats>, file: Option<FileIndex>, waited_seconds: f64) -> Start {
    let Some(stats) = stats else {
        return finding_peers(waited_seconds);
    };
    // In the page's words: `detail` is the server's, in English.
    let stopped = |reason: &str| Start::Stopped(reason.to_owned());
    match stats.state {
        TorrentState::Checking => {
            let checked = text::part_of(stats.checked_bytes.unwrap_or(0), stats.size_bytes);
            return Start::Waiting(vec![Part::Step(t::start::checking()), Part::Number(checked)]);
        }
        TorrentState::Error => return stopped(t::start::error()),
        TorrentState::DiskFull => return stopped(t::start::disk_full()),
        TorrentState::Paused => return stopped(t::start::paused()),
        TorrentState::Finished => {
            return Start::Waiting(vec![Part::Step(t::start::all_here()), Part::Step(t::start::opening())]);
        }
        TorrentState::Resolving | TorrentState::Downloading => {}
    }
    let had = file.and_then(|file| beginning(stats, file));
    if stats.peer_counts.live == 0 && had.is_none_or(|(have, needed)| have < needed) {
        return if waited_seconds >= NO_DATA_TIMEOUT_SECONDS {
            Start::Alone
        } else {
            finding_peers(waited_seconds)
        };
    }
    if waited_seconds >= NO_DATA_TIMEOUT_SECONDS
        && stats.download_bps == 0
        && had.is_none_or(|(have, needed)| have < needed)
    {
        return Start::Unserved(stats.peer_counts.live);
    }
    let mut parts = vec![Part::Number(t::start::peers(stats.peer_counts.live.into()))];
    match had {
        _ if stats.state == TorrentState::Resolving => parts.push(Part::Step(t::start::metadata())),
        None => parts.push(Part::Step(t::start::files())),
        Some((have, needed)) if have >= needed => parts.push(Part::Step(t::start::opening())),
        Some((have, needed)) => {
            parts.push(Part::Number(t::start::beginning(&text::part_of(have, needed))));
            // Below this rate, an estimate would be misleading.
            if stats.download_bps >= 10_000 {
                let seconds = (needed - have) as f64 / stats.download_bps as f64;
                parts.push(Part::Number(t::start::about(&text::stretch(seconds.max(1.0)))));
            }
        }
    }
    Start::Waiting(parts)
}

fn finding_peers(waited_seconds: f64) -> Start {
    let waited = t::span::seconds(waited_seconds as u64);
    Start::Waiting(vec![Part::Step(t::start::finding_peers()), Part::Number(waited)])
}

/// Returns the bytes available at the start of a file, and the bytes needed.
fn beginning(stats: &TorrentStats, file: FileIndex) -> Option<(u64, u64)> {
    let (offset, size) = file_span(stats, file)?;
    let needed = size.min(START_BYTES);
    Some((Pieces::of(stats).contiguous_from(offset, needed), needed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{FileProgress, InfoHash, PeerCounts};

    fn stats(state: TorrentState, live: u32) -> TorrentStats {
        TorrentStats {
            info_hash: InfoHash([1; 20]),
            state,
            detail: None,
            age_seconds: 1.0,
            size_bytes: 10_000_000,
            have_bytes: 0,
            checked_bytes: None,
            download_bps: 0,
            upload_bps: 0,
            peer_counts: PeerCounts {
                seen: 20,
                connecting: 2,
                live,
            },
            peers: vec![],
            piece_bytes: 700_000,
            piece_count: 15,
            pieces: "wAA=".into(),
            files: vec![FileProgress {
                index: 0,
                have_bytes: 0,
                size_bytes: 10_000_000,
                offset_bytes: 0,
            }],
            read_heads: vec![],
        }
    }

    fn says(stats: Option<&TorrentStats>, waited: f64) -> String {
        start(stats, Some(0), waited).sentence()
    }

    #[test]
    fn each_step_has_its_sentence() {
        assert_eq!(says(None, 4.2), "Finding peers · 4 s");
        assert_eq!(
            says(Some(&stats(TorrentState::Resolving, 0)), 5.0),
            "Finding peers · 5 s"
        );
        let resolving = TorrentStats {
            files: vec![],
            ..stats(TorrentState::Resolving, 12)
        };
        assert_eq!(says(Some(&resolving), 5.0), "12 peers · reading the metadata");
        let checking = TorrentStats {
            checked_bytes: Some(2_500_000),
            ..stats(TorrentState::Checking, 0)
        };
        assert_eq!(
            says(Some(&checking), 5.0),
            "Checking what is on the disk · 2.5 of 10 MB"
        );
        let slow = stats(TorrentState::Downloading, 1);
        assert_eq!(says(Some(&slow), 6.0), "1 peer · 1.4 of 2 MB to start");
        let fast = TorrentStats {
            download_bps: 200_000,
            ..stats(TorrentState::Downloading, 12)
        };
        assert_eq!(says(Some(&fast), 6.0), "12 peers · 1.4 of 2 MB to start · about 3 s");
    }

    #[test]
    fn what_is_read_aloud_stays_the_same_while_numbers_change() {
        let spoken = |stats: Option<&TorrentStats>| start(stats, Some(0), 4.2).spoken();
        let read_aloud = |state: TorrentState, live: u32| spoken(Some(&stats(state, live)));
        assert_eq!(spoken(None), "Finding peers");
        assert_eq!(read_aloud(TorrentState::Resolving, 12), "reading the metadata");
        assert_eq!(read_aloud(TorrentState::Checking, 0), "Checking what is on the disk");
        assert_eq!(
            read_aloud(TorrentState::Finished, 0),
            "All of it is here · opening the film"
        );
        let fast = TorrentStats {
            download_bps: 200_000,
            ..stats(TorrentState::Downloading, 12)
        };
        for counted in [stats(TorrentState::Downloading, 1), fast] {
            assert_eq!(spoken(Some(&counted)), "Getting the beginning of the film");
        }
        assert_eq!(Start::Unserved(1).spoken(), Start::Unserved(12).spoken());
        assert_eq!(Start::Alone.spoken(), Start::Alone.sentence());
        // A reason is read aloud unchanged, including numbers.
        let full = Start::Stopped("Less than 2 GB are free.".into());
        assert_eq!(full.spoken(), full.sentence());
    }

    #[test]
    fn after_a_while_alone_it_says_what_can_be_done() {
        let alone = stats(TorrentState::Downloading, 0);
        assert!(matches!(start(Some(&alone), Some(0), 19.9), Start::Waiting(_)));
        assert_eq!(start(Some(&alone), Some(0), 20.0), Start::Alone);
        // A film whose beginning is on disk needs no peers.
        let enough = TorrentStats {
            pieces: "4AA=".into(),
            ..alone
        };
        assert!(matches!(start(Some(&enough), Some(0), 60.0), Start::Waiting(_)));
    }

    #[test]
    fn after_a_while_with_peers_that_send_nothing_it_says_so() {
        let choked = stats(TorrentState::Downloading, 1);
        assert!(matches!(start(Some(&choked), Some(0), 19.9), Start::Waiting(_)));
        let said = start(Some(&choked), Some(0), 20.0);
        assert_eq!(said, Start::Unserved(1));
        assert!(said.is_doubtful() && said.sentence().starts_with("1 peer is connected, but nothing comes"));
        let mute = TorrentStats {
            files: vec![],
            ..stats(TorrentState::Resolving, 2)
        };
        assert_eq!(start(Some(&mute), None, 20.0), Start::Unserved(2));
        let served = TorrentStats {
            download_bps: 1,
            ..choked
        };
        assert!(matches!(start(Some(&served), Some(0), 60.0), Start::Waiting(_)));
    }

    #[test]
    fn a_stopped_torrent_gives_its_reason() {
        for (state, reason) in [
            (TorrentState::DiskFull, t::start::disk_full()),
            (TorrentState::Error, t::start::error()),
            (TorrentState::Paused, t::start::paused()),
        ] {
            let stopped = start(Some(&stats(state, 3)), Some(0), 1.0);
            assert_eq!(stopped, Start::Stopped(reason.into()));
        }
    }
}
