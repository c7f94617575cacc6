//! What to say while a film is starting: one short, honest sentence with a number. Pure.

use crate::pieces::{Pieces, file_span};
use crate::protocol::{FileIndex, TorrentState, TorrentStats};
use crate::text;

/// Seconds without a single peer, or with peers that send nothing, after which the page says what can be done.
pub const PATIENCE_SECONDS: f64 = 20.0;

/// Bytes at a file's beginning that a player usually wants before its first frame.
const START_BYTES: u64 = 2_000_000;

/// How the start is going.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// On its way: what is being waited for.
    Waiting(String),
    /// Nobody has been found for a while.
    Alone,
    /// So many have been found, and for a while nothing comes of it.
    Unserved(u32),
    /// It will not go on by itself: why, and what to do.
    Stopped(String),
}

impl Start {
    /// The words for it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Waiting(sentence) | Self::Stopped(sentence) => sentence.clone(),
            Self::Alone => "Nobody is sharing this film right now. Matinee keeps looking; a torrent with more \
                            seeders starts faster."
                .to_owned(),
            Self::Unserved(peers) => format!(
                "{} connected, but nothing comes: others are served first. Matinee keeps asking; a torrent with more \
                 seeders starts faster.",
                text::plural(u64::from(*peers), "peer is", "peers are")
            ),
        }
    }

    /// What is read aloud of it: nothing that counts, because that changes every second and would be read each time.
    pub fn spoken(&self) -> String {
        let is_read = |part: &&str| !part.contains(|letter: char| letter.is_ascii_digit());
        match self {
            Self::Waiting(sentence) => {
                let parts: Vec<&str> = sentence.split(" · ").filter(is_read).collect();
                if parts.is_empty() {
                    return "Getting the beginning of the film".to_owned();
                }
                parts.join(" · ")
            }
            Self::Unserved(_) => "Peers are connected, but nothing comes: others are served first. Matinee keeps \
                                  asking; a torrent with more seeders starts faster."
                .to_owned(),
            Self::Alone | Self::Stopped(_) => self.sentence(),
        }
    }

    /// Whether it may take long, and the viewer is offered something else.
    pub fn is_doubtful(&self) -> bool {
        matches!(self, Self::Alone | Self::Unserved(_))
    }
}

/// Tells how far a file is from its first frame. `waited_seconds` counts from when the page asked for it.
pub fn start(stats: Option<&TorrentStats>, file: Option<FileIndex>, waited_seconds: f64) -> Start {
    let Some(stats) = stats else {
        return Start::Waiting(format!("Finding peers · {} s", waited_seconds as u64));
    };
    let detail = |otherwise: &str| stats.detail.clone().unwrap_or_else(|| otherwise.to_owned());
    match stats.state {
        TorrentState::Checking => {
            return Start::Waiting(format!(
                "Checking what is on the disk · {}",
                text::part_of(stats.checked_bytes.unwrap_or(0), stats.size_bytes)
            ));
        }
        TorrentState::Error => {
            return Start::Stopped(detail(
                "This torrent stopped with an error. Reload the page to try again.",
            ));
        }
        TorrentState::DiskFull => {
            return Start::Stopped(detail(
                "The disk is nearly full. Free some space, then reload the page.",
            ));
        }
        TorrentState::Paused => return Start::Stopped("This torrent is paused.".to_owned()),
        TorrentState::Finished => return Start::Waiting("All of it is here · opening the film".to_owned()),
        TorrentState::Resolving | TorrentState::Downloading => {}
    }
    let had = file.and_then(|file| beginning(stats, file));
    if stats.peer_counts.live == 0 && had.is_none_or(|(have, needed)| have < needed) {
        return if waited_seconds >= PATIENCE_SECONDS {
            Start::Alone
        } else {
            Start::Waiting(format!("Finding peers · {} s", waited_seconds as u64))
        };
    }
    if waited_seconds >= PATIENCE_SECONDS && stats.download_bps == 0 && had.is_none_or(|(have, needed)| have < needed) {
        return Start::Unserved(stats.peer_counts.live);
    }
    let peers = text::plural(u64::from(stats.peer_counts.live), "peer", "peers");
    Start::Waiting(match had {
        _ if stats.state == TorrentState::Resolving => format!("{peers} · reading the metadata"),
        None => format!("{peers} · reading the list of files"),
        Some((have, needed)) if have >= needed => format!("{peers} · opening the film"),
        Some((have, needed)) => {
            let part = text::part_of(have, needed);
            // Below a trickle, an estimate would be a lie.
            if stats.download_bps < 10_000 {
                format!("{peers} · {part} to start")
            } else {
                let seconds = (needed - have) as f64 / stats.download_bps as f64;
                format!("{peers} · {part} to start · about {}", text::stretch(seconds.max(1.0)))
            }
        }
    })
}

/// What is there of a file's beginning, and what is needed.
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
        let waiting = |sentence: &str| Start::Waiting(sentence.into()).spoken();
        assert_eq!(waiting("Finding peers · 4 s"), "Finding peers");
        assert_eq!(waiting("12 peers · reading the metadata"), "reading the metadata");
        assert_eq!(
            waiting("Checking what is on the disk · 2.5 of 10 MB"),
            "Checking what is on the disk"
        );
        assert_eq!(
            waiting("All of it is here · opening the film"),
            "All of it is here · opening the film"
        );
        for counted in ["1 peer · 1.4 of 2 MB to start", "12 peers · 2 MB to start · about 3 s"] {
            assert_eq!(waiting(counted), "Getting the beginning of the film");
        }
        assert_eq!(Start::Unserved(1).spoken(), Start::Unserved(12).spoken());
        assert_eq!(Start::Alone.spoken(), Start::Alone.sentence());
        // A reason is read as it is, with its numbers.
        let full = Start::Stopped("Less than 2 GB are free.".into());
        assert_eq!(full.spoken(), full.sentence());
    }

    #[test]
    fn after_a_while_alone_it_says_what_can_be_done() {
        let alone = stats(TorrentState::Downloading, 0);
        assert!(matches!(start(Some(&alone), Some(0), 19.9), Start::Waiting(_)));
        assert_eq!(start(Some(&alone), Some(0), 20.0), Start::Alone);
        // A film whose beginning is on the disk needs nobody.
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
        let full = TorrentStats {
            detail: Some("The disk is full.".into()),
            ..stats(TorrentState::DiskFull, 3)
        };
        assert_eq!(
            start(Some(&full), Some(0), 1.0),
            Start::Stopped("The disk is full.".into())
        );
    }
}
