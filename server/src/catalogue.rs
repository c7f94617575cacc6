//! Torrent catalogue: the database's rows, completed from the engine.

use crate::{
    clock,
    db::Db,
    error::{Error, Result},
    filter::{self, Filter},
    limits,
    room::core::event::Found,
    torrent::{CallerKey, TorrentSource, Torrents, magnet::Magnet},
};
use app::{
    error::Kind,
    protocol::{
        InfoHash, Source, SourceRequest, Torrent, TorrentFile,
        room::{Addition, Refusal},
    },
    t,
};

/// Handle to the catalogue. Cheap to clone.
#[derive(Clone)]
pub struct Catalogue {
    db: Db,
    filter: Filter,
    torrents: Torrents,
}

impl Catalogue {
    /// Creates a catalogue over these services.
    pub fn new(db: Db, filter: Filter, torrents: Torrents) -> Self {
        Self { db, filter, torrents }
    }

    /// Returns the torrent's catalogue entry. A torrent that only the engine knows is inserted first; a blocked one is
    /// refused.
    pub async fn torrent(&self, info_hash: InfoHash) -> Result<Torrent> {
        if let Some(torrent) = self.db.torrent(info_hash).await? {
            let paths = torrent.files.iter().map(|file| file.path.as_str());
            if self.filter.rules().blocks(Some(info_hash), &torrent.name, paths) {
                return Err(filter::refusal().into());
            }
            return Ok(torrent);
        }
        let missing = || Error::not_found(t::server_torrent::unknown());
        let known = self.torrents.known(info_hash).ok_or_else(missing)?;
        self.db.upsert_torrent(&known, clock::now()).await?;
        self.db.torrent(info_hash).await?.ok_or_else(missing)
    }

    /// Starts a torrent that is evicted or known to the catalogue only, on behalf of this caller, and waits for its
    /// metadata.
    pub async fn start(&self, info_hash: InfoHash, caller: CallerKey) -> Result<()> {
        if self.torrents.is_here(info_hash) {
            return Ok(());
        }
        let known = match self.torrent(info_hash).await {
            // The metadata search is already under way, and there is no entry to start from yet.
            Err(_) if self.torrents.is_known(info_hash) => return Ok(()),
            known => known?,
        };
        let magnet = Magnet::parse(&known.magnet)?;
        let source = TorrentSource::Magnet(magnet);
        self.torrents.add(source, caller, limits::METADATA_WAIT).await?;
        Ok(())
    }

    /// Finds the file to add to a room's queue. Starts the torrent if its file list is not known yet.
    pub async fn find(&self, addition: &Addition) -> Result<Found, Refusal> {
        let SourceRequest::Torrent { info_hash, file } = addition.source;
        let mut torrent = self.torrent(info_hash).await.map_err(refusal)?;
        if torrent.files.is_empty() {
            // Individual users are limited by the room itself; the engine counts all rooms together as one account.
            self.start(info_hash, CallerKey::account("rooms"))
                .await
                .map_err(refusal)?;
            torrent = self.torrent(info_hash).await.map_err(refusal)?;
        }
        let file = match file {
            Some(index) => torrent.files.iter().find(|file| file.index == index),
            None => torrent.main_file(),
        };
        let file = file
            .filter(|file| file.media.is_playable())
            .ok_or(Refusal::Unplayable)?;
        Ok(Found {
            source: Source::Torrent {
                info_hash,
                file: file.index,
            },
            title: title(&torrent, file),
        })
    }
}

/// Returns the title of a file: the torrent's name if it holds one film, else the file's own name without its
/// extension.
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
