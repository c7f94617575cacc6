//! Turns a source into a torrent on the disk: gets its metadata from the store or the swarm, checks it and adds it to
//! the engine. One task per info hash, however many callers wait; it outlives the request that started it.

use super::{
    CallerKey, Inner, Outcome, TorrentSource, Torrents,
    engine::{AddedTorrent, Pieces},
    entry,
    entry::Entry,
    magnet::Magnet,
    metainfo::Metainfo,
    searches::{self, End},
    session,
};
use crate::{
    clock,
    error::{Error, Result},
    fetch, filter, limits,
};
use app::{error::Kind, protocol::InfoHash, t};
use librqbit::{AddTorrent, AddTorrentOptions, AddTorrentResponse};
use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::watch;
use tracing::Instrument;
use url::Url;

/// Time to live of a cached `.torrent`; once it has expired, the swarm may be asked for it again.
const METAINFO_TTL: Duration = Duration::from_secs(24 * 60 * 60);

/// A torrent that is being added.
pub struct Resolving {
    since: Instant,
    outcome: Outcome,
}

impl Torrents {
    /// Starts adding a torrent, or joins the task that is adding it already.
    pub(super) fn resolve(&self, source: TorrentSource, caller: CallerKey) -> Result<Outcome> {
        let info_hash = source.info_hash();
        let mut resolving = self.0.resolving.lock().unwrap_or_else(PoisonError::into_inner);
        let joined = resolving
            .get(&info_hash)
            .filter(|_| matches!(source, TorrentSource::Magnet(_)));
        if let Some(joined) = joined {
            self.0.searches.join(info_hash, &caller);
            return Ok(joined.outcome.clone());
        }
        if resolving.len() >= limits::CONCURRENT_ADDITIONS {
            return Err(Error::refuse(Kind::Unavailable, t::server_torrent::too_many_now()));
        }
        let (sender, outcome) = watch::channel(None);
        let since = Instant::now();
        resolving.insert(
            info_hash,
            Resolving {
                since,
                outcome: outcome.clone(),
            },
        );
        let inner = self.0.clone();
        let span = tracing::info_span!("resolve", torrent = %info_hash);
        self.0.tasks.spawn(
            async move {
                let stopped = inner.stop.clone().cancelled_owned();
                let result = tokio::select! {
                    result = add(&inner, source, caller) => result,
                    () = stopped => Err(Error::refuse(Kind::Unavailable, t::server_torrent::restarting())),
                };
                let mut resolving = inner.resolving.lock().unwrap_or_else(PoisonError::into_inner);
                if resolving.get(&info_hash).is_some_and(|own| own.since == since) {
                    resolving.remove(&info_hash);
                }
                drop(resolving);
                sender.send_replace(Some(result.map_err(Into::into)));
            }
            .instrument(span),
        );
        Ok(outcome)
    }

    pub(super) fn resolving_since(&self, info_hash: InfoHash) -> Option<Instant> {
        let resolving = self.0.resolving.lock().unwrap_or_else(PoisonError::into_inner);
        resolving.get(&info_hash).map(|resolving| resolving.since)
    }

    pub(super) fn is_resolving(&self, info_hash: InfoHash) -> bool {
        self.resolving_since(info_hash).is_some()
    }

    pub(super) fn resolving_count(&self) -> usize {
        self.0.resolving.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

async fn add(inner: &Arc<Inner>, source: TorrentSource, caller: CallerKey) -> Result<Arc<Entry>> {
    if inner.disk_full.load(std::sync::atomic::Ordering::Relaxed) {
        return Err(Error::refuse(Kind::StorageFull, t::server_torrent::nearly_full()));
    }
    let (mut metainfo, peers) = match source {
        TorrentSource::Metainfo(metainfo) => (*metainfo, Vec::new()),
        TorrentSource::Magnet(magnet) => {
            let info_hash = magnet.info_hash;
            match metadata_of(inner, magnet, caller).await {
                Ok(found) => found,
                // The search may have been ended because another caller uploaded a `.torrent` file for it.
                Err(error) => return inner.current(info_hash).ok_or(error),
            }
        }
    };
    // For a magnet link, the name and the files are known only now.
    if metainfo.is_blocked_by(&inner.filter.rules()) {
        return Err(filter::refusal().into());
    }
    if !inner.config.allow_private_peers {
        metainfo.trackers = public_trackers(metainfo.trackers).await;
    }
    // No one else can add or remove it from here on.
    let _turn = inner.turn(metainfo.info_hash).await;
    // A magnet link and a file of the same torrent may arrive together: the first entry stays.
    if let Some(entry) = inner.current(metainfo.info_hash) {
        return Ok(entry);
    }
    // Concurrently, because a viewer is waiting for the first picture and neither needs the other.
    let (handed_over, noted) = tokio::join!(hand_over(inner, &metainfo, peers), note(inner, &metainfo));
    let (entry, given) = match handed_over {
        Ok((entry, given)) => (Arc::new(entry), given),
        Err(error) => {
            inner.db.forget_use(metainfo.info_hash).await?;
            return Err(error);
        }
    };
    if let Err(error) = noted {
        // Otherwise the engine would keep a torrent that is in no list and that no one could stop or remove.
        if given == AddedTorrent::New
            && let Err(error) = inner.remove(&entry).await
        {
            tracing::error!(
                error = format!("{error:#}"),
                "a torrent that could not be written down stays in the engine"
            );
        }
        return Err(error);
    }
    // The lock is still held, so that a removal finds the entry.
    inner.entries.insert(entry.info_hash, entry.clone());
    inner.searches.end(entry.info_hash, End::Found);
    Ok(entry)
}

/// Stores the records that the catalogue, the next start and the cleaner need.
async fn note(inner: &Inner, metainfo: &Metainfo) -> Result<()> {
    let now = clock::now();
    inner.db.upsert_torrent(&metainfo.to_known(), now).await?;
    inner
        .db
        .store_metainfo(metainfo.info_hash, &metainfo.to_bytes(), now)
        .await?;
    inner.db.touch_torrent(metainfo.info_hash, now).await?;
    Ok(())
}

/// Returns the metadata of a magnet link: from the cache, the database or the swarm.
///
/// Only searches in the swarm count against a caller's share: a torrent that is known, or comes as a file, does not
/// wait for another caller's search.
async fn metadata_of(inner: &Arc<Inner>, mut magnet: Magnet, caller: CallerKey) -> Result<(Metainfo, Vec<SocketAddr>)> {
    if !inner.config.allow_private_peers {
        // With uTP the engine dials directly, and without checking its blocklist while it looks for metadata.
        magnet.peers.retain(|peer| fetch::is_public(peer.ip()));
    }
    let key = format!("magnet:{}", magnet.info_hash);
    let stored = match inner.cache.get::<Vec<u8>>(&key).await {
        Some(bytes) => Some(bytes),
        None => inner.db.metainfo(magnet.info_hash).await?,
    };
    // A stored file that does not pass the current checks is looked for again.
    let stored = stored
        .and_then(|bytes| Metainfo::parse(&bytes).ok())
        .filter(|stored| stored.info_hash == magnet.info_hash);
    if let Some(mut metainfo) = stored {
        metainfo.add_trackers(&magnet.trackers);
        return Ok((metainfo, magnet.peers));
    }
    let mut search = inner.searches.begin(magnet.info_hash, caller)?;
    if inner.current(magnet.info_hash).is_some() {
        // It was added after the database was read.
        return Err(searches::refusal(End::Found));
    }
    let asking = async {
        if !inner.config.allow_private_peers {
            magnet.trackers = public_trackers(std::mem::take(&mut magnet.trackers)).await;
        }
        ask_swarm(inner, &magnet).await
    };
    let (mut metainfo, peers) = tokio::select! {
        asked = asking => asked?,
        why = search.ended() => return Err(searches::refusal(why)),
    };
    drop(search);
    metainfo.add_trackers(&magnet.trackers);
    let bytes = metainfo.to_bytes();
    inner.cache.set(&key, &bytes.as_ref(), METAINFO_TTL).await;
    Ok((metainfo, peers))
}

async fn ask_swarm(inner: &Arc<Inner>, magnet: &Magnet) -> Result<(Metainfo, Vec<SocketAddr>)> {
    if magnet.trackers.is_empty() && magnet.peers.is_empty() && !inner.config.dht {
        return Err(Error::refuse(Kind::InvalidInput, t::server_torrent::no_tracker()));
    }
    let asking = async {
        // The engine announces to each tracker once, and then only after the tracker's own interval: half an hour. For
        // a waiting viewer it is better to announce again, and soon at first.
        for patience in ROUND_TIMEOUTS
            .into_iter()
            .chain(std::iter::repeat(ROUND_TIMEOUTS[ROUND_TIMEOUTS.len() - 1]))
        {
            let began = Instant::now();
            if let Ok(Some(found)) = tokio::time::timeout(patience, ask_once(inner, magnet)).await {
                return found;
            }
            tokio::time::sleep_until((began + patience).into()).await;
        }
        Err(Error::internal(anyhow::anyhow!(
            "the search for metadata ended by itself"
        )))
    };
    let nobody = || Error::refuse(Kind::Timeout, t::server_torrent::nobody());
    tokio::time::timeout(limits::METADATA_SEARCH_TIMEOUT, asking)
        .await
        .unwrap_or_else(|_| Err(nobody()))
}

/// Length of each round of asking the swarm; the last one repeats.
const ROUND_TIMEOUTS: [Duration; 4] = [
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(60),
];

/// Asks the swarm once. Returns `None` if every peer that was found failed.
async fn ask_once(inner: &Arc<Inner>, magnet: &Magnet) -> Option<Result<(Metainfo, Vec<SocketAddr>)>> {
    let link = Magnet {
        trackers: inner.gateway.through(&magnet.trackers),
        ..magnet.clone()
    };
    let options = AddTorrentOptions {
        list_only: true,
        initial_peers: Some(magnet.peers.clone()),
        ..Default::default()
    };
    match inner
        .session
        .add_torrent(AddTorrent::from_url(link.to_link()), Some(options))
        .await
    {
        Ok(AddTorrentResponse::ListOnly(listed)) => {
            let metainfo = match Metainfo::parse(&listed.torrent_bytes) {
                Ok(metainfo) if metainfo.info_hash == magnet.info_hash => metainfo,
                Ok(other) => {
                    let other = other.info_hash;
                    return Some(Err(Error::internal(anyhow::anyhow!(
                        "asked for the metadata of {}, got that of {other}",
                        magnet.info_hash
                    ))));
                }
                Err(error) => return Some(Err(error.into())),
            };
            Some(Ok((metainfo, listed.seen_peers)))
        }
        Ok(_) => Some(Err(Error::internal(anyhow::anyhow!(
            "the engine added a torrent that it was asked to list"
        )))),
        Err(error) => {
            tracing::debug!(error = format!("{error:#}"), "the metadata could not be had yet");
            None
        }
    }
}

/// Adds the torrent to the engine, with its lock held.
async fn hand_over(inner: &Arc<Inner>, metainfo: &Metainfo, peers: Vec<SocketAddr>) -> Result<(Entry, AddedTorrent)> {
    let folder = inner.folder_of(metainfo.info_hash);
    let is_fresh = !tokio::fs::try_exists(&folder).await.unwrap_or(true);
    let noted = if is_fresh {
        // Saved state of files that are gone: the check of a torrent that was removed meanwhile may have written it
        // afterwards.
        inner.forget_pieces(metainfo.info_hash).await;
        None
    } else {
        tokio::fs::read(inner.notes_of(metainfo.info_hash, "bitv")).await.ok()
    };
    let options = AddTorrentOptions {
        // A folder of its own for each torrent: no two can overwrite each other's files, and deleting is complete.
        output_folder: Some(folder.to_string_lossy().into_owned()),
        overwrite: true,
        only_files: entry::first_selection(&metainfo.files).map(|selection| selection.into_iter().collect()),
        initial_peers: Some(peers),
        ..Default::default()
    };
    let mut behind_gateway = metainfo.clone();
    behind_gateway.trackers = inner.gateway.through(&metainfo.trackers);
    match inner.give(metainfo.info_hash, behind_gateway.to_bytes(), options).await {
        Ok((handle, given)) => {
            let noted = noted.map(|bits| Pieces { bits });
            Ok((Entry::new(handle, noted).map_err(Error::internal)?, given))
        }
        Err(error) => {
            if is_fresh {
                inner.remove_leftovers(metainfo.info_hash).await;
            }
            Err(refuse_or_fail(error))
        }
    }
}

/// Converts the engine's error. After all of our checks, an I/O error means names that clash on this disk or a full
/// disk.
fn refuse_or_fail(error: anyhow::Error) -> Error {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    match io.map(std::io::Error::kind) {
        Some(std::io::ErrorKind::StorageFull) => Error::refuse(Kind::StorageFull, t::server_torrent::disk_full()),
        Some(_) => {
            tracing::warn!(
                error = format!("{error:#}"),
                "a torrent could not be laid out on the disk"
            );
            Error::Refused(app::error::Error::invalid("torrent", t::server_torrent::cannot_store()))
        }
        None => Error::internal(error.context("adding a torrent")),
    }
}

async fn public_trackers(trackers: Vec<Url>) -> Vec<Url> {
    let checks = trackers.iter().map(session::is_public_tracker);
    let public = futures::future::join_all(checks).await;
    trackers
        .into_iter()
        .zip(public)
        .filter_map(|(tracker, public)| public.then_some(tracker))
        .collect()
}
