//! The torrent engine: librqbit behind a narrow handle that adds, resolves, reads and deletes torrents.
//!
//! Provides what the engine lacks: a deadline on every operation, waking readers when their torrent is removed or
//! stopped, keeping untrusted addresses out of private networks, and confining each torrent to its own folder.

mod announce;
mod category;
mod cleaner;
mod disk;
mod engine;
mod entry;
pub mod magnet;
mod mend;
pub mod metainfo;
mod notes;
mod proof;
mod proxy;
mod read;
mod resolve;
mod resume;
mod retry;
mod searches;
mod session;
pub mod share;
mod stats;
mod store;

pub use read::{OpenFile, ReadError};
pub use share::CallerKey;

use crate::{
    cache::Cache,
    config::TorrentConfig,
    db::{Db, KnownTorrent},
    error::{Error, Result},
    fetch::Fetcher,
    filter::{self, Filter, Rules},
    limits,
};
use announce::Gateway;
use anyhow::Context;
use app::{
    error::Kind,
    protocol::{DiskTorrent, FileIndex, InfoHash, RoomId, TorrentStats},
    t,
};
use dashmap::DashMap;
use engine::Pieces;
use entry::Entry;
use magnet::Magnet;
use metainfo::Metainfo;
use searches::{End, Searches};
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize},
    },
    time::Duration,
};
use tokio::sync::{Semaphore, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The torrent to add.
#[derive(Debug, Clone)]
pub enum TorrentSource {
    /// Magnet link; the metadata comes from the swarm.
    Magnet(Magnet),
    /// Metadata from a `.torrent` file.
    Metainfo(Box<Metainfo>),
}

impl TorrentSource {
    fn info_hash(&self) -> InfoHash {
        match self {
            Self::Magnet(magnet) => magnet.info_hash,
            Self::Metainfo(metainfo) => metainfo.info_hash,
        }
    }

    /// Returns whether the admin's rules block this torrent, judged by what is known before its metadata is.
    fn is_blocked_by(&self, rules: &Rules) -> bool {
        match self {
            Self::Magnet(magnet) => {
                rules.blocks(Some(magnet.info_hash), magnet.name.as_deref().unwrap_or_default(), [])
            }
            Self::Metainfo(metainfo) => metainfo.is_blocked_by(rules),
        }
    }
}

/// A handle to the engine. Cheap to clone.
#[derive(Clone)]
pub struct Torrents(Arc<Inner>);

struct Inner {
    session: Arc<librqbit::Session>,
    api: librqbit::Api,
    folder: PathBuf,
    session_folder: PathBuf,
    config: TorrentConfig,
    quota_bytes: u64,
    db: Db,
    cache: Cache,
    filter: Filter,
    entries: DashMap<InfoHash, Arc<Entry>>,
    resolving: Mutex<HashMap<InfoHash, resolve::Resolving>>,
    searches: Searches,
    /// Locks held while a torrent is added to the engine and the database, changed or removed; an info hash maps to one
    /// of them, so a few torrents share a lock. The engine forgets a torrent before it removes its files, and would
    /// remove those of the same torrent added again in the meantime.
    turns: [tokio::sync::Mutex<()>; engine::LOCKS],
    /// The engine's ID for the next torrent.
    next_number: AtomicUsize,
    /// Permits for streams of unfinished data, across the whole instance.
    streams: Arc<Semaphore>,
    heads: read::Heads,
    /// Torrents pinned against eviction by something other than a reader: the rooms, by ID.
    kept: Mutex<HashMap<RoomId, InfoHash>>,
    disk_full: AtomicBool,
    /// Gateway through which the engine announces to HTTP trackers.
    gateway: Gateway,
    tasks: TaskTracker,
    stop: CancellationToken,
}

type Outcome = watch::Receiver<Option<Result<Arc<Entry>, app::error::Error>>>;

impl Torrents {
    /// Starts the engine and restores the torrents of the previous run.
    pub async fn start(
        config: TorrentConfig,
        data_dir: &Path,
        db: Db,
        cache: Cache,
        filter: Filter,
        fetcher: Fetcher,
    ) -> anyhow::Result<Self> {
        let folder = data_dir.join("torrents");
        tokio::fs::create_dir_all(&folder).await?;
        store::put_in_order(session::folder(data_dir), folder.clone(), &db)
            .await
            .context("putting in order what the engine kept")?;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let gateway = Gateway::start(fetcher.clone(), &tasks, &stop).await?;
        let guard = proxy::Guard {
            fetcher,
            gateway: gateway.socket,
            pex: config.pex,
        };
        let proxy = proxy::start(guard, &tasks, &stop).await?;
        gateway
            .readdress(session::folder(data_dir))
            .await
            .context("setting the trackers of what was there before")?;
        let session = session::start(&config, data_dir, &folder, proxy).await?;
        let quota_bytes = match config.quota_bytes {
            Some(bytes) => bytes,
            None => {
                let folder = folder.clone();
                tokio::task::spawn_blocking(move || disk::default_quota(&folder)).await??
            }
        };
        let numbers = session.with_torrents(|torrents| torrents.map(|(number, _)| number).max());
        let torrents = Self(Arc::new(Inner {
            api: librqbit::Api::new(session.clone(), None),
            session,
            folder,
            session_folder: session::folder(data_dir),
            quota_bytes,
            db,
            cache,
            filter,
            entries: DashMap::new(),
            resolving: Mutex::default(),
            searches: Searches::default(),
            turns: std::array::from_fn(|_| tokio::sync::Mutex::default()),
            next_number: AtomicUsize::new(numbers.map_or(0, |number| number + 1)),
            streams: Arc::new(Semaphore::new(limits::INCOMPLETE_STREAMS)),
            heads: read::Heads::default(),
            kept: Mutex::default(),
            disk_full: AtomicBool::new(false),
            gateway,
            tasks,
            stop,
            config,
        }));
        torrents.bring_back();
        torrents.0.tasks.spawn(cleaner::run(torrents.clone()));
        Ok(torrents)
    }

    /// Stops the engine: ends all readers and saves the state to disk.
    pub async fn stop(&self) {
        self.0.stop.cancel();
        for entry in self.0.entries.iter() {
            entry.end_readers();
        }
        self.0.tasks.close();
        self.0.tasks.wait().await;
        self.0.session.stop().await;
        let entries: Vec<Arc<Entry>> = self.0.entries.iter().map(|entry| entry.clone()).collect();
        for entry in entries {
            resume::save_last(&self.0, &entry).await;
        }
    }

    /// Adds a torrent for a caller, or finds it if it is already there. Waits at most `wait` for its metadata; the
    /// search continues after that, unless its slot is needed for another caller.
    pub async fn add(&self, source: TorrentSource, caller: CallerKey, wait: Duration) -> Result<InfoHash> {
        let info_hash = source.info_hash();
        if source.is_blocked_by(&self.0.filter.rules()) {
            return Err(filter::refusal().into());
        }
        if let Some(entry) = self.0.current(info_hash) {
            entry.check_filter(&self.0.filter)?;
            return Ok(info_hash);
        }
        let mut outcome = self.resolve(source, caller)?;
        let ready = tokio::time::timeout(wait, outcome.wait_for(Option::is_some)).await;
        match ready {
            Ok(Ok(outcome)) => match outcome.as_ref() {
                Some(Ok(entry)) => Ok(entry.info_hash),
                Some(Err(error)) => Err(error.clone().into()),
                None => Err(Error::internal(anyhow::anyhow!("a resolved torrent has no outcome"))),
            },
            // The task was dropped: the server is stopping.
            Ok(Err(_)) => Err(Error::refuse(Kind::Unavailable, t::server_torrent::restarting())),
            Err(_) => Err(Error::refuse(Kind::Timeout, t::server_torrent::nobody_yet())),
        }
    }

    /// Returns the catalogue record of a torrent that the engine has.
    pub fn known(&self, info_hash: InfoHash) -> Option<KnownTorrent> {
        self.0.entries.get(&info_hash).map(|entry| entry.to_known())
    }

    /// Returns whether the engine has the torrent, and so its metadata.
    pub fn is_here(&self, info_hash: InfoHash) -> bool {
        self.0.entries.contains_key(&info_hash)
    }

    /// Returns whether the engine has the torrent or is looking for its metadata.
    pub fn is_known(&self, info_hash: InfoHash) -> bool {
        self.0.entries.contains_key(&info_hash) || self.is_resolving(info_hash)
    }

    /// Returns a snapshot of the torrent's state, or `None` if the engine does not have it.
    pub fn stats(&self, info_hash: InfoHash) -> Option<TorrentStats> {
        match self.0.current(info_hash) {
            Some(entry) => Some(stats::of(&self.0, &entry)),
            None => self
                .resolving_since(info_hash)
                .map(|since| stats::resolving(info_hash, since)),
        }
    }

    /// Opens a file for reading, and selects it for download if it is not selected yet.
    pub async fn open(&self, info_hash: InfoHash, file: FileIndex) -> Result<OpenFile> {
        let entry = self.entry(info_hash)?;
        entry.check_filter(&self.0.filter)?;
        read::open(self.0.clone(), entry, file).await
    }

    /// Stops the torrent, ends its readers and removes its data; or ends the search for its metadata.
    pub async fn delete(&self, info_hash: InfoHash) -> Result<()> {
        let torrents = self.clone();
        // Run to completion even if the caller goes away: half-way through, the engine has a torrent that is in no
        // list.
        let deleting = self
            .0
            .tasks
            .spawn(async move { torrents.delete_in_turn(info_hash).await });
        deleting.await.map_err(Error::internal)?
    }

    async fn delete_in_turn(&self, info_hash: InfoHash) -> Result<()> {
        let _turn = self.0.turn(info_hash).await;
        let looked_for = self.0.searches.end(info_hash, End::Removed);
        let Some(entry) = self.0.current(info_hash) else {
            return if looked_for {
                Ok(())
            } else {
                Err(Error::not_found(t::server_torrent::not_on_disk()))
            };
        };
        // First, so that after a crash the next start knows that it was being removed.
        self.0.db.forget_use(info_hash).await?;
        self.0.entries.remove(&info_hash);
        self.0.remove(&entry).await
    }

    /// Pins a torrent against eviction until the same room pins another one or none.
    pub fn keep(&self, room: RoomId, torrent: Option<InfoHash>) {
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match torrent {
            Some(torrent) => kept.insert(room, torrent),
            None => kept.remove(&room),
        };
    }

    /// Returns the pinned torrents.
    fn kept(&self) -> HashSet<InfoHash> {
        let kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.values().copied().collect()
    }

    /// Lists the torrents on the disk, for the admin pages.
    pub fn on_disk(&self) -> Vec<DiskTorrent> {
        let entries: Vec<Arc<Entry>> = self.0.entries.iter().map(|entry| entry.clone()).collect();
        entries.iter().map(|entry| stats::on_disk(&self.0, entry)).collect()
    }

    /// Returns the free bytes of the file system that holds the torrents.
    pub async fn free_bytes(&self) -> anyhow::Result<u64> {
        let folder = self.0.folder.clone();
        tokio::task::spawn_blocking(move || disk::free_bytes(&folder)).await?
    }

    /// Returns the engine's counters for `/readyz` and `/metrics`.
    pub fn health(&self) -> Health {
        Health {
            torrents: self.0.entries.len(),
            resolving: self.resolving_count(),
            streams: self.0.heads.count(),
            disk_full: self.0.disk_full.load(std::sync::atomic::Ordering::Relaxed),
            used_bytes: self
                .0
                .entries
                .iter()
                .map(|entry| stats::verified_bytes(entry.value(), &entry.handle.stats()))
                .sum(),
            quota_bytes: self.0.quota_bytes,
        }
    }

    fn entry(&self, info_hash: InfoHash) -> Result<Arc<Entry>> {
        match self.0.current(info_hash) {
            Some(entry) => Ok(entry),
            None if self.is_resolving(info_hash) => {
                Err(Error::refuse(Kind::Unavailable, t::server_torrent::on_their_way()))
            }
            None => Err(Error::not_found(t::server_torrent::not_here())),
        }
    }

    /// Registers the torrents that the engine restored from its own store.
    fn bring_back(&self) {
        let handles: Vec<_> = self
            .0
            .session
            .with_torrents(|torrents| torrents.map(|(_, handle)| handle.clone()).collect());
        for handle in handles {
            let folder = self.0.folder_of(InfoHash(handle.info_hash().0));
            if handle.output_folder() != folder {
                // It would overwrite another torrent's files, and reading it would return theirs.
                tracing::error!(torrent = ?handle.info_hash(), "a torrent in the wrong folder is left out");
                continue;
            }
            let noted = std::fs::read(self.0.notes_of(InfoHash(handle.info_hash().0), "bitv"));
            match Entry::new(handle, noted.ok().map(|bits| Pieces { bits })) {
                Ok(entry) => {
                    // Only a full disk and a filter pause a torrent, and the engine remembers the pause: the cleaner
                    // resumes it once there is space and no filter blocks it.
                    let paused = entry.handle.is_paused();
                    entry.stopped.store(paused, std::sync::atomic::Ordering::Relaxed);
                    self.0.entries.insert(entry.info_hash, Arc::new(entry));
                }
                Err(error) => tracing::error!(error = format!("{error:#}"), "a torrent could not be brought back"),
            }
        }
    }
}

/// Counters and state of the engine.
#[derive(Debug, Clone, Copy)]
pub struct Health {
    /// Torrents on the disk.
    pub torrents: usize,
    /// Magnets whose metadata is being resolved.
    pub resolving: usize,
    /// Open streams.
    pub streams: usize,
    /// Set while downloads are stopped because the disk is nearly full.
    pub disk_full: bool,
    /// Verified bytes of all torrents.
    pub used_bytes: u64,
    /// Quota for all torrents, bytes.
    pub quota_bytes: u64,
}
