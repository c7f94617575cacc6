//! What the debug panel and the start-up sentence show: the state of a torrent right now.

use super::{FileIndex, InfoHash};
use serde::{Deserialize, Serialize};

/// A torrent's state at this moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TorrentStats {
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// What it is doing.
    pub state: TorrentState,
    /// Why it stopped, in plain words; only in `error` and `disk_full`.
    pub detail: Option<String>,
    /// Seconds since it was added in this run of the server.
    pub age_seconds: f64,
    /// Sum of all files, bytes; 0 while the metadata is not known.
    pub size_bytes: u64,
    /// Verified bytes, all files; 0 in `checking`, when nobody knows yet.
    pub have_bytes: u64,
    /// Bytes that were looked at so far; only in `checking`.
    pub checked_bytes: Option<u64>,
    /// Bytes a second, received.
    pub download_bps: u64,
    /// Bytes a second, sent.
    pub upload_bps: u64,
    /// Peers by state.
    pub peer_counts: PeerCounts,
    /// The connected peers, fastest first; at most 100.
    pub peers: Vec<Peer>,
    /// Length of a piece, bytes; the last one may be shorter.
    pub piece_bytes: u32,
    /// Number of pieces.
    pub piece_count: u32,
    /// Which pieces are there: base64 of a bit field, most significant bit first (as in BEP 3).
    pub pieces: String,
    /// Progress of each file, in the torrent's order. Events after the first have only the files whose progress has changed:
    /// a torrent may have twenty thousand.
    pub files: Vec<FileProgress>,
    /// Where streams are reading right now.
    pub read_heads: Vec<ReadHead>,
}

impl TorrentStats {
    /// Leaves out the files that were told before. Returns all of them, which is what was told then.
    pub fn without_told(&mut self, told: &[FileProgress]) -> Vec<FileProgress> {
        let all = self.files.clone();
        if all.len() == told.len() {
            let mut before = told.iter();
            self.files.retain(|file| before.next() != Some(file));
        }
        all
    }

    /// Adds the files that were left out because they are as they were.
    pub fn add_told(&mut self, before: &Self) {
        if self.info_hash != before.info_hash || self.files.len() >= before.files.len() {
            return;
        }
        let changed = std::mem::replace(&mut self.files, before.files.clone());
        for file in changed {
            if let Ok(place) = self.files.binary_search_by_key(&file.index, |known| known.index) {
                self.files[place] = file;
            }
        }
    }
}

/// What a torrent is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TorrentState {
    /// Only its hash is known: looking for peers that have the metadata (BEP 9).
    Resolving,
    /// Checking what is on the disk already.
    Checking,
    /// Receiving, or waiting for peers.
    Downloading,
    /// All wanted files are there.
    Finished,
    /// Stopped by someone.
    Paused,
    /// Stopped because the disk is nearly full.
    DiskFull,
    /// Stopped by an error.
    Error,
}

/// How many peers are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PeerCounts {
    /// Addresses heard of.
    pub seen: u32,
    /// Being connected to.
    pub connecting: u32,
    /// Connected.
    pub live: u32,
}

/// One connected peer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Peer {
    /// Address with the last part hidden, so that a viewer cannot collect others' addresses.
    pub address: String,
    /// Program it says it is.
    pub client: Option<String>,
    /// `tcp` or `utp`.
    pub connection: String,
    /// Bytes a second received from it.
    pub download_bps: u64,
    /// Bytes received from it.
    pub downloaded_bytes: u64,
    /// Bytes sent to it.
    pub uploaded_bytes: u64,
}

/// How much of a file is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FileProgress {
    /// Position in the torrent, from 0.
    pub index: FileIndex,
    /// Verified bytes.
    pub have_bytes: u64,
    /// Length, bytes.
    pub size_bytes: u64,
    /// Where it begins in the torrent, bytes: pieces may span files.
    pub offset_bytes: u64,
}

/// Where a stream is reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ReadHead {
    /// File that is read.
    pub file_index: FileIndex,
    /// Next byte to be sent.
    pub position_bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(have: &[u64]) -> TorrentStats {
        let files = (0..).zip(have).map(|(index, have_bytes)| FileProgress {
            // Files that only fill up have no progress, and their number is left out.
            index: 2 * index,
            have_bytes: *have_bytes,
            size_bytes: 100,
            offset_bytes: 0,
        });
        TorrentStats {
            info_hash: InfoHash([1; 20]),
            state: TorrentState::Downloading,
            detail: None,
            age_seconds: 1.0,
            size_bytes: 300,
            have_bytes: have.iter().sum(),
            checked_bytes: None,
            download_bps: 0,
            upload_bps: 0,
            peer_counts: PeerCounts::default(),
            peers: vec![],
            piece_bytes: 100,
            piece_count: 3,
            pieces: String::new(),
            files: files.collect(),
            read_heads: vec![],
        }
    }

    #[test]
    fn files_that_did_not_change_are_told_once_and_known_all_the_same() {
        let (mut told, mut page) = (Vec::new(), None::<TorrentStats>);
        for (have, sent) in [
            (vec![], 0),
            (vec![0, 0, 0], 3),
            (vec![0, 0, 0], 0),
            (vec![0, 50, 0], 1),
            (vec![10, 60, 100], 3),
            (vec![10, 70, 100], 1),
        ] {
            let whole = stats(&have);
            let mut event = whole.clone();
            told = event.without_told(&told);
            assert_eq!(event.files.len(), sent, "{have:?}");
            if let Some(before) = &page {
                event.add_told(before);
            }
            assert_eq!(event, whole);
            page = Some(event);
        }
    }

    #[test]
    fn another_torrents_files_are_not_taken_over() {
        let mut other = stats(&[]);
        other.info_hash = InfoHash([2; 20]);
        other.add_told(&stats(&[1, 2]));
        assert_eq!(other.files, []);
    }
}
