//! State of the torrent being watched.

use crate::api::browser;
use crate::client::player::{Failure, Player};
use crate::component::sparkline::SAMPLES;
use crate::component::watch_together as together;
use crate::error::{Error, Kind, Result};
use crate::input::{Input, magnet_name, magnet_of};
use crate::protocol::*;
use crate::t;
use crate::title::readable;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::time::Duration;

/// Delay before an unreachable server is asked for the torrent again.
const RETRY_DELAY: Duration = Duration::from_secs(2);

/// State of the torrent being watched. A handle: copies share it.
#[derive(Clone, Copy)]
pub struct WatchState {
    /// Info hash.
    pub info_hash: InfoHash,
    /// The torrent, once the server knows it.
    pub torrent: RwSignal<Option<Torrent>>,
    /// Reason that it could not be added.
    pub problem: RwSignal<Option<Error>>,
    /// Statistics, updated once a second.
    pub stats: RwSignal<Option<TorrentStats>>,
    /// Download and upload rates of the last minute, bytes per second.
    pub speeds: RwSignal<Vec<(u64, u64)>>,
    /// Set once the server has been unreachable for a while.
    pub lost: RwSignal<bool>,
    /// Seconds that the viewer has waited for the start.
    pub waited: RwSignal<f64>,
    /// The current file.
    pub file: Memo<Option<TorrentFile>>,
    /// Torrent to add if the server does not know it.
    add: StoredValue<AddTorrent>,
}

impl WatchState {
    /// Creates the state for a torrent, as far as the server knows it, and a file of it.
    pub fn new(info_hash: InfoHash, torrent: Result<Torrent>, chosen: Memo<Option<FileIndex>>) -> Self {
        let query = use_query_map();
        // An unknown torrent is requested after hydration; a refusal is shown at once.
        let is_answer = |error: &&Error| !matches!(error.kind, Kind::NotFound | Kind::Timeout);
        let problem = torrent.as_ref().err().filter(is_answer).cloned();
        let torrent = torrent.ok();
        let add = query.with_untracked(|query| {
            let magnet = query
                .get("magnet")
                .filter(|magnet| matches!(Input::of(magnet), Input::Magnet { .. }));
            match (magnet, query.get("url")) {
                (Some(magnet), _) => AddTorrent::Magnet(magnet),
                (None, Some(url)) => AddTorrent::Url(url),
                (None, None) => AddTorrent::Magnet(
                    torrent
                        .as_ref()
                        .map(|t| t.magnet.clone())
                        .filter(|m| !m.is_empty())
                        .unwrap_or_else(|| magnet_of(info_hash)),
                ),
            }
        });
        let torrent = RwSignal::new(torrent);
        let file = Memo::new(move |_| {
            torrent.with(|torrent| {
                let torrent = torrent.as_ref()?;
                match chosen.get() {
                    Some(index) => torrent.files.iter().find(|file| file.index == index).cloned(),
                    None => torrent.main_file().cloned(),
                }
            })
        });
        Self {
            info_hash,
            torrent,
            problem: RwSignal::new(problem),
            stats: RwSignal::new(None),
            speeds: RwSignal::new(Vec::new()),
            lost: RwSignal::new(false),
            waited: RwSignal::new(0.0),
            file,
            add: StoredValue::new(add),
        }
    }

    /// Returns the film's title for display.
    pub fn name(&self) -> String {
        self.torrent.with(|torrent| match torrent {
            Some(torrent) if !torrent.name.is_empty() => readable(&torrent.name).name,
            _ => self
                .add
                .with_value(|add| match add {
                    AddTorrent::Magnet(magnet) => magnet_name(magnet).map(|name| readable(&name).name),
                    AddTorrent::Url(_) => None,
                })
                // Told apart by the beginning of its hash, as in its URL.
                .unwrap_or_else(|| t::watch::unnamed(&self.info_hash.to_string()[..8])),
        })
    }

    /// Returns `true` if a name is known, from the torrent or the magnet link.
    pub fn has_name(&self) -> bool {
        let is_named = |torrent: &Option<Torrent>| torrent.as_ref().is_some_and(|torrent| !torrent.name.is_empty());
        self.torrent.with(is_named)
            || self
                .add
                .with_value(|add| matches!(add, AddTorrent::Magnet(magnet) if magnet_name(magnet).is_some()))
    }

    /// Returns `true` once the list of files is known.
    pub fn has_files(&self) -> bool {
        self.torrent
            .with(|torrent| torrent.as_ref().is_some_and(|torrent| !torrent.files.is_empty()))
    }

    /// Returns the URL of the playlist for other players, which names the current file.
    pub fn playlist_address(&self) -> String {
        let file = self
            .file
            .get()
            .map_or_else(String::new, |file| format!("?file={}", file.index));
        format!("/api/playlist/{}.m3u8{file}", self.info_hash)
    }

    /// Returns the download URL of a file.
    pub fn download_address(&self, file: FileIndex) -> String {
        format!("/api/download/{}/{file}", self.info_hash)
    }

    /// Asks the server for the torrent. Retries as long as peers may still be found, or the server may come back.
    pub fn open(&self, player: Player) {
        let watching = *self;
        watching.problem.set(None);
        let add = watching.add.get_value();
        leptos::task::spawn_local(async move {
            loop {
                match browser::add_torrent(add.clone()).await {
                    Ok(torrent) => {
                        let _ = watching.lost.try_set(false);
                        watching.opened(torrent, player);
                        return;
                    }
                    // No peer has sent the metadata in time: ask again, unless the page has been left.
                    Err(error) if error.kind == Kind::Timeout && !watching.torrent.is_disposed() => {}
                    // The server is unreachable, which is no error of the film.
                    Err(error) if error.kind == Kind::Offline => {
                        let _ = watching.lost.try_set(true);
                        let again = move || {
                            if !watching.torrent.is_disposed() {
                                watching.open(player);
                            }
                        };
                        set_timeout(again, RETRY_DELAY);
                        return;
                    }
                    Err(error) => {
                        let _ = watching.lost.try_set(false);
                        let _ = watching.problem.try_set(Some(error));
                        return;
                    }
                }
            }
        });
    }

    fn opened(&self, torrent: Torrent, player: Player) {
        let Some(same) = self
            .torrent
            .try_with_untracked(|known| known.as_ref() == Some(&torrent))
        else {
            return;
        };
        if !same {
            self.torrent.set(Some(torrent));
        }
        // The stream was requested before the server had opened the torrent.
        if matches!(player.failure.get_untracked(), Some(Failure::Unreachable(_))) {
            player.retry();
        }
    }

    /// Records a sample of the transfer rates, whenever statistics arrive.
    pub fn sample(&self) {
        let Some((down, up)) = self
            .stats
            .with(|stats| stats.as_ref().map(|s| (s.download_bps, s.upload_bps)))
        else {
            return;
        };
        self.speeds.update(|speeds| {
            if speeds.len() >= SAMPLES {
                speeds.remove(0);
            }
            speeds.push((down, up));
        });
    }

    /// Returns the film in its current state, for a room.
    pub fn film(self, player: Player) -> together::Film {
        together::Film {
            name: untrack(|| self.name()),
            info_hash: Some(self.info_hash),
            file: self.file.get_untracked().map(|file| file.index),
            add: None,
            position_seconds: player.position.get_untracked(),
            plays: player.playing.get_untracked(),
        }
    }
}
