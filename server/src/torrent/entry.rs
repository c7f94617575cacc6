//! A torrent on the disk: the engine's handle and the state that is kept beside it.

use super::{
    announce, category,
    engine::Pieces,
    magnet::{Magnet, clean_name},
    proof::{FileStamp, UnverifiedPieces},
    retry::Retries,
};
use crate::{
    db::KnownTorrent,
    error::Result,
    filter::{self, Filter},
};
use anyhow::Context;
use app::protocol::{FileIndex, InfoHash, Media, TorrentFile, main_file};
use librqbit::ManagedTorrent;
use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Maximum size of a sidecar subtitle that is downloaded with the film, bytes.
const SUBTITLE_BYTES: u64 = 2 << 20;

pub struct Entry {
    pub info_hash: InfoHash,
    pub handle: Arc<ManagedTorrent>,
    pub name: String,
    pub files: Vec<FileEntry>,
    pub size_bytes: u64,
    pub piece_bytes: u32,
    pub piece_count: u32,
    /// Pieces that must be verified before they are read.
    pub unproven: UnverifiedPieces,
    /// Held while pieces are verified, so that each is verified once.
    pub proving: tokio::sync::Mutex<()>,
    /// Number of times that damaged pieces were downloaded again since the start.
    pub mended: u32,
    pub added: Instant,
    /// Set while the torrent is stopped for lack of space or by a filter; it resumes when neither holds.
    pub stopped: std::sync::atomic::AtomicBool,
    /// Cancels every reader that waits for a piece. Replaced by a new token as soon as it is cancelled.
    readers: Mutex<CancellationToken>,
    /// Number of pieces at the last save.
    pub saved_pieces: Mutex<usize>,
    /// Time without peers and number of announces for more, while a download has none.
    lonely: Mutex<Option<NoPeers>>,
    /// Retries after a failure.
    pub retries: Mutex<Retries>,
    /// Downloaded bytes and speed of each peer at the last measurement.
    pub peer_speeds: Mutex<PeerSpeeds>,
    /// Held while the set of files to download is changed.
    pub selection: tokio::sync::Mutex<()>,
    /// Cached filter result and the version of the rules that it belongs to: a torrent may have thousands of files.
    verdict: Mutex<Option<(u64, bool)>>,
}

/// A file and its place in the torrent and on the disk.
pub struct FileEntry {
    pub file: TorrentFile,
    pub offset_bytes: u64,
    pub path: PathBuf,
    /// Padding that aligns files to pieces (BEP 47); never on the disk.
    pub padding: bool,
    /// Stamp of the file when it was last opened with all of its pieces present.
    pub stamp: Mutex<Option<FileStamp>>,
}

impl FileEntry {
    /// Returns the offset of the file's end in the torrent.
    pub fn end_bytes(&self) -> u64 {
        self.offset_bytes + self.file.size_bytes
    }
}

/// Delay before a download without peers announces again; doubled after each announce, up to eight times as long.
const REANNOUNCE_DELAY: Duration = Duration::from_secs(10);

struct NoPeers {
    since: Instant,
    asked: u32,
}

#[derive(Default)]
pub struct PeerSpeeds {
    pub at: Option<Instant>,
    pub bytes: HashMap<String, u64>,
    pub bps: HashMap<String, u64>,
}

impl Entry {
    /// Creates the entry of a torrent that the engine has. `noted` are the pieces that were saved before the engine had
    /// it; the engine trusts them, so they are verified before they are read.
    pub fn new(handle: Arc<ManagedTorrent>, noted: Option<Pieces>) -> anyhow::Result<Self> {
        let folder = handle.output_folder().to_owned();
        let (name, files, piece_bytes, piece_count) = handle
            .with_metadata(|metadata| {
                let info = &metadata.info;
                let files: Vec<FileEntry> = info
                    .iter_file_details_ext()
                    .enumerate()
                    .map(|(index, file)| file_entry(&folder, index, &file))
                    .collect();
                let name = info.name().and_then(|name| clean_name(&name));
                (
                    name,
                    files,
                    info.lengths().default_piece_length(),
                    info.lengths().total_pieces(),
                )
            })
            .context("reading a torrent's metadata")?;
        let info_hash = InfoHash(handle.info_hash().0);
        Ok(Self {
            info_hash,
            name: name.unwrap_or_else(|| info_hash.to_string()),
            size_bytes: files.iter().map(|file| file.file.size_bytes).sum(),
            files,
            piece_bytes,
            piece_count,
            unproven: UnverifiedPieces::of(piece_count, noted),
            proving: tokio::sync::Mutex::default(),
            mended: 0,
            handle,
            added: Instant::now(),
            stopped: false.into(),
            readers: Mutex::default(),
            saved_pieces: Mutex::default(),
            lonely: Mutex::default(),
            retries: Mutex::default(),
            peer_speeds: Mutex::default(),
            selection: tokio::sync::Mutex::default(),
            verdict: Mutex::default(),
        })
    }

    /// Creates the entry that replaces `before` after the torrent was added to the engine again.
    pub fn again(handle: Arc<ManagedTorrent>, before: &Self) -> anyhow::Result<Self> {
        let own = Self::new(handle, Some(before.unproven.pieces()))?;
        let stopped = before.stopped.load(std::sync::atomic::Ordering::Relaxed);
        own.stopped.store(stopped, std::sync::atomic::Ordering::Relaxed);
        Ok(Self {
            mended: before.mended + 1,
            added: before.added,
            ..own
        })
    }

    /// Returns whether `hash` is the SHA-1 of the piece in the metadata.
    pub fn is_hash_of(&self, piece: u32, hash: [u8; 20]) -> bool {
        let compared = self
            .handle
            .with_metadata(|metadata| metadata.info.info().compare_hash(piece, hash));
        matches!(compared, Ok(Some(true)))
    }

    /// Returns the files from the one that contains this offset of the torrent onwards.
    pub fn files_from(&self, offset_bytes: u64) -> &[FileEntry] {
        let first = self.files.partition_point(|file| file.end_bytes() <= offset_bytes);
        self.files.get(first..).unwrap_or_default()
    }

    /// Returns the pieces that overlap a byte range of the torrent.
    pub fn pieces_of(&self, bytes: Range<u64>) -> Range<u32> {
        let length = u64::from(self.piece_bytes);
        let clamp = |piece: u64| u32::try_from(piece).unwrap_or(u32::MAX).min(self.piece_count);
        clamp(bytes.start / length)..clamp(bytes.end.div_ceil(length))
    }

    pub fn file(&self, index: FileIndex) -> Option<&FileEntry> {
        self.files.get(index as usize)
    }

    /// Returns an error if the torrent is now blocked.
    pub fn check_filter(&self, filter: &Filter) -> Result<()> {
        if self.is_blocked(filter) {
            return Err(filter::refusal().into());
        }
        Ok(())
    }

    /// Returns whether the current rules block the torrent. Called for every read and every second; cached while the
    /// rules stay the same.
    pub fn is_blocked(&self, filter: &Filter) -> bool {
        let rules = filter.rules();
        let mut verdict = self.verdict.lock().unwrap_or_else(PoisonError::into_inner);
        let blocked = match *verdict {
            Some((version, blocked)) if version == rules.version() => blocked,
            _ => {
                let paths = self.files.iter().map(|file| file.file.path.as_str());
                rules.blocks(Some(self.info_hash), &self.name, paths)
            }
        };
        *verdict = Some((rules.version(), blocked));
        blocked
    }

    /// Returns a token that is cancelled when the current readers are ended.
    pub fn reader_token(&self) -> CancellationToken {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Cancels all waiting readers; new ones can start.
    pub fn end_readers(&self) {
        let mut token = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        token.cancel();
        *token = CancellationToken::new();
    }

    /// Returns whether the download has had no peers for long enough to announce again, and if so counts that as an
    /// announce.
    pub fn is_lonely_for_too_long(&self) -> bool {
        let stats = self.handle.stats();
        let live = stats
            .live
            .filter(|live| !stats.finished && live.snapshot.peer_stats.live == 0);
        let mut lonely = self.lonely.lock().unwrap_or_else(PoisonError::into_inner);
        if live.is_none() {
            *lonely = None;
            return false;
        }
        let state = lonely.get_or_insert_with(|| NoPeers {
            since: Instant::now(),
            asked: 0,
        });
        let due = REANNOUNCE_DELAY * 2u32.pow(state.asked.min(3));
        if state.since.elapsed() < due {
            return false;
        }
        *state = NoPeers {
            since: Instant::now(),
            asked: state.asked + 1,
        };
        true
    }

    /// Returns the record for the catalogue.
    pub fn to_known(&self) -> KnownTorrent {
        KnownTorrent {
            info_hash: self.info_hash,
            name: self.name.clone(),
            size_bytes: self.size_bytes,
            magnet: self.magnet().to_link(),
            poster_url: None,
            category: category::category(self.files.iter().map(|file| &file.file)),
            seeders: None,
            published_at: None,
            files: self
                .files
                .iter()
                .map(|file| (file.file.path.clone(), file.file.size_bytes))
                .collect(),
        }
    }

    fn magnet(&self) -> Magnet {
        let trackers = self.handle.shared().trackers.iter();
        Magnet {
            info_hash: self.info_hash,
            name: Some(self.name.clone()),
            trackers: trackers.cloned().map(announce::original).collect(),
            peers: Vec::new(),
        }
    }
}

fn file_entry<B: AsRef<[u8]>>(
    folder: &std::path::Path,
    index: usize,
    file: &librqbit::FileDetailsExt<'_, B>,
) -> FileEntry {
    let path = file.details.filename.to_vec().join("/");
    let padding = file.details.attrs().padding;
    FileEntry {
        path: folder.join(file.details.filename.to_pathbuf()),
        offset_bytes: file.offset,
        padding,
        stamp: Mutex::default(),
        file: TorrentFile {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            size_bytes: file.details.len,
            media: if padding { Media::Other } else { Media::of(&path) },
            path,
        },
    }
}

/// Returns the files to download before the viewer has chosen: the main film and its small subtitles, so that opening
/// the first episode does not download a season of fifty gigabytes. `None`, which is everything, if there is no film.
pub fn first_selection(files: &[TorrentFile]) -> Option<HashSet<usize>> {
    let main = main_file(files)?.index as usize;
    let subtitles = files
        .iter()
        .filter(|f| f.media == Media::Subtitle && f.size_bytes <= SUBTITLE_BYTES);
    Some(subtitles.map(|f| f.index as usize).chain([main]).collect())
}
