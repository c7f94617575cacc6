//! The torrent engine: librqbit behind a narrow handle. Adding, resolving, reading, deleting.
//!
//! What the engine does not do, this module does: it puts a deadline on everything, wakes readers when their torrent
//! goes away, keeps strangers' addresses out of private networks and never lets a torrent write outside its folder.

mod announce;
mod cleaner;
mod disk;
mod entry;
pub mod magnet;
pub mod metainfo;
mod proxy;
mod read;
mod resolve;
mod resume;
mod retry;
mod session;
mod stats;

pub use read::{OpenFile, ReadError};

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
    protocol::{DiskTorrent, FileIndex, InfoHash, TorrentStats},
};
use dashmap::DashMap;
use entry::Entry;
use magnet::Magnet;
use metainfo::Metainfo;
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    time::Duration,
};
use tokio::sync::{Semaphore, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What someone wants to watch.
#[derive(Debug, Clone)]
pub enum Source {
    /// A link; the metadata comes from the swarm.
    Magnet(Magnet),
    /// The metadata itself.
    Metainfo(Box<Metainfo>),
}

impl Source {
    fn info_hash(&self) -> InfoHash {
        match self {
            Self::Magnet(magnet) => magnet.info_hash,
            Self::Metainfo(metainfo) => metainfo.info_hash,
        }
    }

    /// Whether the admin's rules forbid it, as far as is known of it already.
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
    /// Held while a torrent is handed to the engine and written down, or removed, each torrent having its own, or sharing it
    /// with a few. The engine forgets a torrent before it removes its files, and would take those of the same one that was
    /// added meanwhile.
    turns: [tokio::sync::Mutex<()>; TURNS],
    /// Streams of unfinished data, whole instance.
    streams: Arc<Semaphore>,
    heads: read::Heads,
    /// What somebody other than a reader needs: rooms, by their id.
    kept: Mutex<HashMap<uuid::Uuid, InfoHash>>,
    disk_full: AtomicBool,
    /// What the engine asks in place of HTTP trackers.
    gateway: Gateway,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Torrents that are added and removed without waiting for each other, unless chance gives two the same turn.
const TURNS: usize = 64;

impl Inner {
    /// A torrent's turn to be added or removed.
    async fn turn(&self, info_hash: InfoHash) -> tokio::sync::MutexGuard<'_, ()> {
        // A hash is as good as drawn by lot.
        self.turns[usize::from(info_hash.0[0]) % TURNS].lock().await
    }

    /// Takes a torrent out of the engine, with its data; in its turn.
    async fn remove(&self, entry: &Entry) -> Result<()> {
        entry.end_readers();
        self.session
            .delete(entry.handle.id().into(), true)
            .await
            .map_err(|error| Error::internal(error.context("deleting a torrent")))?;
        let folder = self.folder.join(entry.info_hash.to_string());
        if let Err(error) = tokio::fs::remove_dir_all(&folder).await
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(torrent = %entry.info_hash, %error, "a torrent's folder could not be removed");
        }
        Ok(())
    }
}

type Outcome = watch::Receiver<Option<Result<Arc<Entry>, app::error::Error>>>;

impl Torrents {
    /// Starts the engine and brings back what it had before.
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
            turns: std::array::from_fn(|_| tokio::sync::Mutex::default()),
            streams: Arc::new(Semaphore::new(limits::STREAMS)),
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

    /// Stops the engine: readers end, the state is on the disk.
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
            resume::save(&self.0, &entry).await;
        }
    }

    /// Adds a torrent, or finds it. Waits for its metadata at most this long; the search for it goes on after that.
    pub async fn add(&self, source: Source, wait: Duration) -> Result<InfoHash> {
        let info_hash = source.info_hash();
        if source.is_blocked_by(&self.0.filter.rules()) {
            return Err(filter::refusal().into());
        }
        let known = self.0.entries.get(&info_hash).map(|entry| Arc::clone(&entry));
        if let Some(entry) = known {
            entry.check_filter(&self.0.filter)?;
            return Ok(info_hash);
        }
        let mut outcome = self.resolve(source)?;
        let ready = tokio::time::timeout(wait, outcome.wait_for(Option::is_some)).await;
        match ready {
            Ok(Ok(outcome)) => match outcome.as_ref() {
                Some(Ok(entry)) => Ok(entry.info_hash),
                Some(Err(error)) => Err(error.clone().into()),
                None => Err(Error::internal(anyhow::anyhow!("a resolved torrent has no outcome"))),
            },
            // The task was dropped: the server is stopping.
            Ok(Err(_)) => Err(Error::refuse(
                Kind::Unavailable,
                "Matinee is restarting. Try again in a moment.",
            )),
            Err(_) => Err(Error::refuse(
                Kind::Timeout,
                "Nobody who shares this film has answered yet. Matinee keeps looking; a torrent with more seeders starts faster.",
            )),
        }
    }

    /// What the catalogue should know of a torrent that the engine has.
    pub fn known(&self, info_hash: InfoHash) -> Option<KnownTorrent> {
        self.0.entries.get(&info_hash).map(|entry| entry.to_known())
    }

    /// Whether its metadata is known.
    pub fn is_here(&self, info_hash: InfoHash) -> bool {
        self.0.entries.contains_key(&info_hash)
    }

    /// Whether its metadata is known or being looked for.
    pub fn is_known(&self, info_hash: InfoHash) -> bool {
        self.0.entries.contains_key(&info_hash) || self.is_resolving(info_hash)
    }

    /// The torrent's state at this moment; `None` if the engine does not have it.
    pub fn stats(&self, info_hash: InfoHash) -> Option<TorrentStats> {
        let entry = self.0.entries.get(&info_hash).map(|entry| Arc::clone(&entry));
        match entry {
            Some(entry) => Some(stats::of(&self.0, &entry)),
            None => self
                .resolving_since(info_hash)
                .map(|since| stats::resolving(info_hash, since)),
        }
    }

    /// Opens a file for reading; selects it for download if it is not.
    pub async fn open(&self, info_hash: InfoHash, file: FileIndex) -> Result<OpenFile> {
        let entry = self.entry(info_hash)?;
        entry.check_filter(&self.0.filter)?;
        read::open(self.0.clone(), entry, file).await
    }

    /// Stops the torrent, ends its readers and removes its data.
    pub async fn delete(&self, info_hash: InfoHash) -> Result<()> {
        let _turn = self.0.turn(info_hash).await;
        let Some((_, entry)) = self.0.entries.remove(&info_hash) else {
            return Err(Error::not_found("This torrent is not on the disk."));
        };
        self.0.remove(&entry).await?;
        self.0.db.forget_use(info_hash).await?;
        Ok(())
    }

    /// Never removes this torrent to make room, until its keeper names another or none.
    pub fn keep(&self, keeper: uuid::Uuid, torrent: Option<InfoHash>) {
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match torrent {
            Some(torrent) => kept.insert(keeper, torrent),
            None => kept.remove(&keeper),
        };
    }

    /// What is kept.
    fn kept(&self) -> HashSet<InfoHash> {
        let kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.values().copied().collect()
    }

    /// The torrents on the disk, for whoever keeps it in order.
    pub fn on_disk(&self) -> Vec<DiskTorrent> {
        let entries: Vec<Arc<Entry>> = self.0.entries.iter().map(|entry| entry.clone()).collect();
        entries.iter().map(|entry| stats::on_disk(&self.0, entry)).collect()
    }

    /// Bytes that are free where torrents are kept.
    pub async fn free_bytes(&self) -> anyhow::Result<u64> {
        let folder = self.0.folder.clone();
        tokio::task::spawn_blocking(move || disk::free_bytes(&folder)).await?
    }

    /// What the engine is doing, for `/readyz` and `/metrics`.
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
        match self.0.entries.get(&info_hash) {
            Some(entry) => Ok(Arc::clone(&entry)),
            None if self.is_resolving(info_hash) => Err(Error::refuse(
                Kind::Unavailable,
                "The details of this torrent are still on their way. Try again in a moment.",
            )),
            None => Err(Error::not_found(
                "This torrent is not here. Add it first, with its magnet link.",
            )),
        }
    }

    /// Torrents that the engine restored from its own store.
    fn bring_back(&self) {
        let handles: Vec<_> = self
            .0
            .session
            .with_torrents(|torrents| torrents.map(|(_, handle)| handle.clone()).collect());
        for handle in handles {
            match Entry::new(handle) {
                Ok(entry) => {
                    // Nothing but a full disk and a filter pauses a torrent, and the engine remembers the pause: it goes
                    // on as soon as the cleaner has seen that there is room and no filter.
                    let paused = entry.handle.is_paused();
                    entry.stopped.store(paused, std::sync::atomic::Ordering::Relaxed);
                    self.0.entries.insert(entry.info_hash, Arc::new(entry));
                }
                Err(error) => tracing::error!(error = format!("{error:#}"), "a torrent could not be brought back"),
            }
        }
    }
}

/// What the engine is doing.
#[derive(Debug, Clone, Copy)]
pub struct Health {
    /// Torrents on the disk.
    pub torrents: usize,
    /// Magnets whose metadata is being looked for.
    pub resolving: usize,
    /// Streams being read.
    pub streams: usize,
    /// Whether downloads are stopped for want of space.
    pub disk_full: bool,
    /// Verified bytes of all torrents.
    pub used_bytes: u64,
    /// Bytes that torrents may take.
    pub quota_bytes: u64,
}
