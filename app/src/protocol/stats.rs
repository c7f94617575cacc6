//! The live state of a torrent, for the debug panel and the start-up message of the player.

use super::{FileIndex, InfoHash};
use serde::{Deserialize, Serialize};

/// The current state of a torrent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TorrentStats {
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// Current activity.
    pub state: TorrentState,
    /// Human-readable reason why it stopped; only in the states `error` and `disk_full`.
    pub detail: Option<String>,
    /// Seconds since the torrent was added, counted from the server's last start at the earliest.
    pub age_seconds: f64,
    /// Total size of all files, bytes; 0 until the metadata is known.
    pub size_bytes: u64,
    /// Verified bytes of all files; 0 in the state `checking`, when the number is not known yet.
    pub have_bytes: u64,
    /// Bytes checked so far; only in the state `checking`.
    pub checked_bytes: Option<u64>,
    /// Download rate, bytes per second.
    pub download_bps: u64,
    /// Upload rate, bytes per second.
    pub upload_bps: u64,
    /// Number of peers in each state.
    pub peer_counts: PeerCounts,
    /// Connected peers, fastest first; at most 100.
    pub peers: Vec<Peer>,
    /// Piece length, bytes; the last piece may be shorter.
    pub piece_bytes: u32,
    /// Number of pieces.
    pub piece_count: u32,
    /// Base64-encoded bit field of the verified pieces, most significant bit first (as in BEP 3).
    pub pieces: String,
    /// Progress of each file, in the torrent's order. Events after the first contain only the files whose progress has
    /// changed, because a torrent may have twenty thousand files.
    pub files: Vec<FileProgress>,
    /// Current read positions of the open streams.
    pub read_heads: Vec<ReadHead>,
}

impl TorrentStats {
    /// Removes the files whose progress has not changed since the last event. Returns the progress of all files, to be
    /// passed as `told` for the next event.
    pub fn without_told(&mut self, told: &[FileProgress]) -> Vec<FileProgress> {
        let all = self.files.clone();
        if all.len() == told.len() {
            let mut before = told.iter();
            self.files.retain(|file| before.next() != Some(file));
        }
        all
    }

    /// Restores the files that [`without_told`](Self::without_told) left out, taking their progress from `before`.
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

/// The activity of a torrent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TorrentState {
    /// Only the info hash is known: looking for peers that have the metadata (BEP 9).
    Resolving,
    /// Verifying the data that is already on disk.
    Checking,
    /// Downloading, or waiting for peers.
    Downloading,
    /// All wanted files are complete.
    Finished,
    /// Paused by the server, e.g. while it restarts a failed torrent.
    Paused,
    /// Stopped because the disk is nearly full.
    DiskFull,
    /// Stopped because of an error.
    Error,
}

/// The number of peers in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PeerCounts {
    /// Known peer addresses.
    pub seen: u32,
    /// Peers that a connection is being opened to.
    pub connecting: u32,
    /// Connected peers.
    pub live: u32,
}

/// A connected peer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Peer {
    /// Address with its last part hidden, so that viewers cannot collect the addresses of others.
    pub address: String,
    /// Client name that the peer reports.
    pub client: Option<String>,
    /// Transport protocol: `tcp` or `utp`.
    pub connection: String,
    /// Download rate from this peer, bytes per second.
    pub download_bps: u64,
    /// Bytes received from this peer.
    pub downloaded_bytes: u64,
    /// Bytes sent to this peer.
    pub uploaded_bytes: u64,
}

/// The download progress of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FileProgress {
    /// Position in the torrent, from 0.
    pub index: FileIndex,
    /// Verified bytes.
    pub have_bytes: u64,
    /// Length, bytes.
    pub size_bytes: u64,
    /// Offset of the file in the torrent, bytes: a piece may span several files.
    pub offset_bytes: u64,
}

/// The read position of an open stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ReadHead {
    /// File being read.
    pub file_index: FileIndex,
    /// Offset of the next byte to be sent.
    pub position_bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(have: &[u64]) -> TorrentStats {
        let files = (0..).zip(have).map(|(index, have_bytes)| FileProgress {
            // Padding files have no progress and are left out, which leaves gaps in the indices.
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
