//! From a link to a torrent on the disk: metadata from the store or the swarm, checks, the engine. One task for each
//! info hash, however many ask; it outlives the request that began it.

use super::{Inner, Outcome, Source, Torrents, entry, entry::Entry, magnet::Magnet, metainfo::Metainfo, session};
use crate::{
    clock,
    error::{Error, Result},
    fetch, filter, limits,
};
use app::{error::Kind, protocol::InfoHash};
use librqbit::{AddTorrent, AddTorrentOptions, AddTorrentResponse};
use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::watch;
use tracing::Instrument;
use url::Url;

/// How long a torrent's `.torrent` file stays in the cache: as long as the swarm may be asked for it again.
const METAINFO_TTL: Duration = Duration::from_secs(24 * 60 * 60);

/// A search for metadata that is under way.
pub struct Resolving {
    since: Instant,
    outcome: Outcome,
}

impl Torrents {
    /// Begins, or joins what has begun.
    pub(super) fn resolve(&self, source: Source) -> Result<Outcome> {
        let info_hash = source.info_hash();
        let mut resolving = self.0.resolving.lock().unwrap_or_else(PoisonError::into_inner);
        let joined = resolving
            .get(&info_hash)
            .filter(|_| matches!(source, Source::Magnet(_)));
        if let Some(joined) = joined {
            return Ok(joined.outcome.clone());
        }
        if resolving.len() >= limits::RESOLVING {
            return Err(Error::refuse(
                Kind::Unavailable,
                "Too many torrents are being looked for right now. Try again in a minute.",
            ));
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
                let mut result = tokio::select! {
                    result = add(&inner, source) => result,
                    () = stopped => Err(Error::refuse(Kind::Unavailable, "Matinee is restarting. Try again in a moment.")),
                };
                if let Ok(entry) = &mut result {
                    // A magnet and a file of the same torrent may arrive together: the first entry stays.
                    *entry = inner.entries.entry(info_hash).or_insert_with(|| entry.clone()).clone();
                }
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

async fn add(inner: &Arc<Inner>, source: Source) -> Result<Arc<Entry>> {
    if inner.disk_full.load(std::sync::atomic::Ordering::Relaxed) {
        return Err(Error::refuse(
            Kind::StorageFull,
            "The disk is nearly full, so no new torrent is started. Whoever runs this instance can make room.",
        ));
    }
    let (mut metainfo, peers) = match source {
        Source::Metainfo(metainfo) => (*metainfo, Vec::new()),
        Source::Magnet(magnet) => metadata_of(inner, magnet).await?,
    };
    // Of a magnet, only now the name and the files are known.
    if metainfo.is_blocked_by(&inner.filter.rules()) {
        return Err(filter::refusal().into());
    }
    if !inner.config.allow_private_peers {
        metainfo.trackers = public_trackers(metainfo.trackers).await;
    }
    // Nobody adds or removes it meanwhile.
    let _turn = inner.turn(metainfo.info_hash).await;
    // Side by side: somebody waits for the first picture, and neither needs the other.
    let (handed_over, noted) = tokio::join!(hand_over(inner, &metainfo, peers), note(inner, &metainfo));
    let (entry, is_new) = match handed_over {
        Ok((entry, is_new)) => (Arc::new(entry), is_new),
        Err(error) => {
            inner.db.forget_use(metainfo.info_hash).await?;
            return Err(error);
        }
    };
    if let Err(error) = noted {
        // The engine would go on with a torrent that nobody counts, stops or can remove.
        if is_new && let Err(error) = inner.remove(&entry).await {
            tracing::error!(
                error = format!("{error:#}"),
                "a torrent that could not be written down stays in the engine"
            );
        }
        return Err(error);
    }
    Ok(entry)
}

/// Writes down what the catalogue, the next start and the cleaner need.
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

/// The metadata of a magnet: from the cache, the database or the swarm.
async fn metadata_of(inner: &Arc<Inner>, mut magnet: Magnet) -> Result<(Metainfo, Vec<SocketAddr>)> {
    if !inner.config.allow_private_peers {
        // With uTP the engine dials by itself, and while it looks for metadata without a look at its list.
        magnet.peers.retain(|peer| fetch::is_public(peer.ip()));
    }
    let key = format!("magnet:{}", magnet.info_hash);
    let stored = match inner.cache.get::<Vec<u8>>(&key).await {
        Some(bytes) => Some(bytes),
        None => inner.db.metainfo(magnet.info_hash).await?,
    };
    // A stored file that no longer passes today's checks is asked for again.
    let stored = stored
        .and_then(|bytes| Metainfo::parse(&bytes).ok())
        .filter(|stored| stored.info_hash == magnet.info_hash);
    if let Some(mut metainfo) = stored {
        metainfo.add_trackers(&magnet.trackers);
        return Ok((metainfo, magnet.peers));
    }
    if !inner.config.allow_private_peers {
        magnet.trackers = public_trackers(magnet.trackers).await;
    }
    let (mut metainfo, peers) = ask_swarm(inner, &magnet).await?;
    metainfo.add_trackers(&magnet.trackers);
    let bytes = metainfo.to_bytes();
    inner.cache.set(&key, &bytes.as_ref(), METAINFO_TTL).await;
    Ok((metainfo, peers))
}

async fn ask_swarm(inner: &Arc<Inner>, magnet: &Magnet) -> Result<(Metainfo, Vec<SocketAddr>)> {
    if magnet.trackers.is_empty() && magnet.peers.is_empty() && !inner.config.dht {
        return Err(Error::refuse(
            Kind::InvalidInput,
            "This magnet link names no tracker that can be asked, and this instance does not use the DHT.",
        ));
    }
    let asking = async {
        // The engine asks each tracker once, and then only after the tracker's own interval: half an hour. Somebody who
        // waits for a film is better served by asking again, at first soon.
        for patience in ASK_AGAIN
            .into_iter()
            .chain(std::iter::repeat(ASK_AGAIN[ASK_AGAIN.len() - 1]))
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
    let nobody = || {
        Error::refuse(
            Kind::Timeout,
            "Nobody who shares this film answered. A torrent with more seeders starts faster.",
        )
    };
    tokio::time::timeout(limits::RESOLVE_FOR, asking)
        .await
        .unwrap_or_else(|_| Err(nobody()))
}

/// How long each round of asking the swarm takes.
const ASK_AGAIN: [Duration; 4] = [
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(60),
];

/// One round; nothing if every peer that was found failed.
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
            let metainfo = Metainfo::parse(&listed.torrent_bytes).map_err(Error::from);
            Some(metainfo.map(|metainfo| (metainfo, listed.seen_peers)))
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

/// Gives it to the engine, in its turn. Whether the engine did not have it before.
async fn hand_over(inner: &Arc<Inner>, metainfo: &Metainfo, peers: Vec<SocketAddr>) -> Result<(Entry, bool)> {
    let folder = inner.folder.join(metainfo.info_hash.to_string());
    let options = AddTorrentOptions {
        // A folder of its own for each torrent: no two can write over each other, and deleting is complete.
        output_folder: Some(folder.to_string_lossy().into_owned()),
        overwrite: true,
        only_files: entry::first_selection(&metainfo.files).map(|selection| selection.into_iter().collect()),
        initial_peers: Some(peers),
        ..Default::default()
    };
    let mut behind_gateway = metainfo.clone();
    behind_gateway.trackers = inner.gateway.through(&metainfo.trackers);
    let added = inner
        .session
        .add_torrent(AddTorrent::from_bytes(behind_gateway.to_bytes()), Some(options))
        .await;
    let added = added.map_err(refuse_or_fail)?;
    let is_new = matches!(added, AddTorrentResponse::Added(..));
    let handle = added.into_handle();
    let handle = handle.ok_or_else(|| Error::internal(anyhow::anyhow!("the engine gave no handle")))?;
    Ok((Entry::new(handle).map_err(Error::internal)?, is_new))
}

/// What the engine refuses after all our checks is about the disk: names that clash, or no space.
fn refuse_or_fail(error: anyhow::Error) -> Error {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    match io.map(std::io::Error::kind) {
        Some(std::io::ErrorKind::StorageFull) => Error::refuse(Kind::StorageFull, "The disk is full."),
        Some(_) => {
            tracing::warn!(
                error = format!("{error:#}"),
                "a torrent could not be laid out on the disk"
            );
            Error::Refused(app::error::Error::invalid(
                "torrent",
                "The files of this torrent cannot be stored on this disk.",
            ))
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
