//! One torrent on the disk: the engine's handle and what we keep beside it.

use super::{
    announce,
    magnet::{Magnet, clean_name},
    retry::Retries,
};
use crate::{
    db::KnownTorrent,
    error::Result,
    filter::{self, Filter},
};
use anyhow::Context;
use app::protocol::{Category, FileIndex, InfoHash, Media, TorrentFile, main_file};
use librqbit::ManagedTorrent;
use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Sidecar subtitles up to this size are fetched with the film.
const SUBTITLE_BYTES: u64 = 2 << 20;

pub struct Entry {
    pub info_hash: InfoHash,
    pub handle: Arc<ManagedTorrent>,
    pub name: String,
    pub files: Vec<FileEntry>,
    pub size_bytes: u64,
    pub piece_bytes: u32,
    pub piece_count: u32,
    pub added: Instant,
    /// Set while it is stopped for want of space or because it is blocked: it goes on when neither holds.
    pub stopped: std::sync::atomic::AtomicBool,
    /// Ends every reader that waits for a piece. Replaced when the torrent goes on.
    readers: Mutex<CancellationToken>,
    /// How many pieces were there when they were last written down.
    pub saved_pieces: Mutex<usize>,
    /// Since when a download has no peer, and how often it asked for some.
    lonely: Mutex<Option<Lonely>>,
    /// How often it was started again after it failed.
    pub retries: Mutex<Retries>,
    /// What each peer had sent when the speeds were last worked out.
    pub peer_speeds: Mutex<PeerSpeeds>,
    /// Files that readers asked for; changed by one at a time.
    pub selection: tokio::sync::Mutex<()>,
    /// Whether it is blocked, and by which version of the rules that was found: a torrent may have thousands of files.
    verdict: Mutex<Option<(u64, bool)>>,
}

/// A file and where it lies.
pub struct FileEntry {
    pub file: TorrentFile,
    pub offset_bytes: u64,
    pub path: PathBuf,
    /// Gaps that keep files on piece boundaries (BEP 47) are never on the disk.
    pub padding: bool,
}

/// A download without peers asks for some after this long, then after twice, four and eight times as long.
const LONELY_FIRST: Duration = Duration::from_secs(10);

struct Lonely {
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
    pub fn new(handle: Arc<ManagedTorrent>) -> anyhow::Result<Self> {
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

    pub fn file(&self, index: FileIndex) -> Option<&FileEntry> {
        self.files.get(index as usize)
    }

    /// Refuses a torrent that is blocked by now.
    pub fn check_filter(&self, filter: &Filter) -> Result<()> {
        if self.is_blocked(filter) {
            return Err(filter::refusal().into());
        }
        Ok(())
    }

    /// Whether the rules of now block it. Asked for every read and every second: cheap while the rules stay the same.
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

    /// A token that ends with the readers of now.
    pub fn reader_token(&self) -> CancellationToken {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends all readers that wait; new ones may come.
    pub fn end_readers(&self) {
        let mut token = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        token.cancel();
        *token = CancellationToken::new();
    }

    /// Whether it has been without peers so long that asking for some again is due. Counts as asking.
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
        let state = lonely.get_or_insert_with(|| Lonely {
            since: Instant::now(),
            asked: 0,
        });
        let due = LONELY_FIRST * 2u32.pow(state.asked.min(3));
        if state.since.elapsed() < due {
            return false;
        }
        *state = Lonely {
            since: Instant::now(),
            asked: state.asked + 1,
        };
        true
    }

    /// What the catalogue keeps of it.
    pub fn to_known(&self) -> KnownTorrent {
        KnownTorrent {
            info_hash: self.info_hash,
            name: self.name.clone(),
            size_bytes: self.size_bytes,
            magnet: self.magnet().to_link(),
            poster_url: None,
            category: category(self.files.iter().map(|file| &file.file)),
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

/// A guess from the files: several films are a series, one is a film.
pub fn category<'a>(files: impl Iterator<Item = &'a TorrentFile>) -> Category {
    let (mut videos, mut audios) = (0, 0);
    for file in files {
        match file.media {
            Media::Video => videos += 1,
            Media::Audio => audios += 1,
            Media::Subtitle | Media::Image | Media::Other => {}
        }
    }
    match (videos, audios) {
        (0, 0) => Category::Other,
        (0, _) => Category::Audio,
        (1 | 2, _) => Category::Movies,
        _ => Category::Tv,
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
        file: TorrentFile {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            size_bytes: file.details.len,
            media: if padding { Media::Other } else { Media::of(&path) },
            path,
        },
    }
}

/// What is downloaded before anybody chose: the main film with its small subtitles. A season of fifty gigabytes is not
/// fetched because someone opened its first episode. Without a film, everything.
pub fn first_selection(files: &[TorrentFile]) -> Option<HashSet<usize>> {
    let main = main_file(files)?.index as usize;
    let subtitles = files
        .iter()
        .filter(|f| f.media == Media::Subtitle && f.size_bytes <= SUBTITLE_BYTES);
    Some(subtitles.map(|f| f.index as usize).chain([main]).collect())
}
