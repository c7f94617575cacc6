//! What this instance knows of torrents: the catalogue's rows, and what only the engine has.

use crate::{
    clock,
    db::Db,
    error::{Error, Result},
    filter::{self, Filter},
    limits,
    room::event::Found,
    torrent::{Source, Torrents, magnet::Magnet},
};
use app::{
    error::Kind,
    protocol::{
        InfoHash, Torrent, TorrentFile,
        room::{Addition, Refusal},
    },
};

/// A handle. Cheap to clone.
#[derive(Clone)]
pub struct Catalogue {
    db: Db,
    filter: Filter,
    torrents: Torrents,
}

impl Catalogue {
    /// Of these services.
    pub fn new(db: Db, filter: Filter, torrents: Torrents) -> Self {
        Self { db, filter, torrents }
    }

    /// The torrent as the catalogue has it; what only the engine knows is written into the catalogue first. A blocked
    /// one is refused.
    pub async fn torrent(&self, info_hash: InfoHash) -> Result<Torrent> {
        if let Some(torrent) = self.db.torrent(info_hash).await? {
            let paths = torrent.files.iter().map(|file| file.path.as_str());
            if self.filter.rules().blocks(Some(info_hash), &torrent.name, paths) {
                return Err(filter::refusal().into());
            }
            return Ok(torrent);
        }
        let missing = || Error::not_found("This instance does not know that torrent. Add it with its magnet link.");
        let known = self.torrents.known(info_hash).ok_or_else(missing)?;
        self.db.upsert_torrent(&known, clock::now()).await?;
        self.db.torrent(info_hash).await?.ok_or_else(missing)
    }

    /// Starts the engine for a torrent that only the catalogue knows, or that was evicted; waits for its metadata.
    pub async fn start(&self, info_hash: InfoHash) -> Result<()> {
        if self.torrents.is_here(info_hash) {
            return Ok(());
        }
        let known = match self.torrent(info_hash).await {
            // It is being looked for, and nothing is known of it yet that one could wait for here.
            Err(_) if self.torrents.is_known(info_hash) => return Ok(()),
            known => known?,
        };
        let magnet = Magnet::parse(&known.magnet)?;
        self.torrents.add(Source::Magnet(magnet), limits::METADATA_WAIT).await?;
        Ok(())
    }

    /// What somebody wants a room to watch.
    pub async fn find(&self, addition: &Addition) -> Result<Found, Refusal> {
        let mut torrent = self.torrent(addition.info_hash).await.map_err(refusal)?;
        if torrent.files.is_empty() {
            self.start(addition.info_hash).await.map_err(refusal)?;
            torrent = self.torrent(addition.info_hash).await.map_err(refusal)?;
        }
        let file = match addition.file {
            Some(index) => torrent.files.iter().find(|file| file.index == index),
            None => torrent.main_file(),
        };
        let file = file.filter(|file| file.media.is_playable()).ok_or(Refusal::NoVideo)?;
        Ok(Found {
            info_hash: addition.info_hash,
            file: file.index,
            title: title(&torrent, file),
        })
    }
}

/// A torrent of one film is called what it is called; of several files each is called by its own name.
fn title(torrent: &Torrent, file: &TorrentFile) -> String {
    let films = torrent.files.iter().filter(|file| file.media.is_playable()).count();
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if films > 1 {
        stem.to_owned()
    } else {
        torrent.name.clone()
    }
}

fn refusal(error: Error) -> Refusal {
    let Error::Refused(error) = error else {
        tracing::error!(error = format!("{error:#}"), "a torrent could not be looked up");
        return Refusal::Unavailable;
    };
    match error.kind {
        Kind::Forbidden => Refusal::Blocked,
        Kind::NotFound => Refusal::UnknownTorrent,
        _ => Refusal::Unavailable,
    }
}
