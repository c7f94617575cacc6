//! One torrent being watched: gets it added, chooses the file, follows its state.

use super::facts::{Actions, Facts};
use super::stage_status::StageStatus;
use crate::api::browser;
use crate::client::player::{Failure, Player, RESUME_AFTER_SECONDS, RESUME_BEFORE_PERCENT};
use crate::client::{js, media_session, stats, storage};
use crate::component::file_tree::FileTree;
use crate::component::header::Header;
use crate::component::live_title::LiveTitle;
use crate::component::player::PlayerView;
use crate::component::sparkline::SAMPLES;
use crate::error::{Error, Kind, Result};
use crate::input::{Input, magnet_name, magnet_of};
use crate::protocol::*;
use crate::title::readable;
use crate::tree::file_name;
use leptos::prelude::*;
use leptos_meta::Meta;
use leptos_router::hooks::use_query_map;
use std::collections::HashMap;
use std::time::Duration;

/// What is known of the torrent while it is watched. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Watching {
    /// Which torrent.
    pub info_hash: InfoHash,
    /// The torrent, once the server knows it.
    pub torrent: RwSignal<Option<Torrent>>,
    /// Why it could not be added.
    pub problem: RwSignal<Option<Error>>,
    /// Its state, once a second.
    pub stats: RwSignal<Option<TorrentStats>>,
    /// Speeds of the last minute, received and sent.
    pub speeds: RwSignal<Vec<(u64, u64)>>,
    /// Seconds since the viewer began to wait.
    pub waited: RwSignal<f64>,
    /// The file that plays.
    pub file: Memo<Option<TorrentFile>>,
    /// What the server is asked to add, if it does not know the torrent.
    add: StoredValue<AddTorrent>,
}

impl Watching {
    /// The film's name as a person says it.
    pub fn name(&self) -> String {
        self.torrent.with(|torrent| match torrent {
            Some(torrent) if !torrent.name.is_empty() => readable(&torrent.name).name,
            _ => self
                .add
                .with_value(|add| match add {
                    AddTorrent::Magnet(magnet) => magnet_name(magnet).map(|name| readable(&name).name),
                    AddTorrent::Url(_) => None,
                })
                .unwrap_or_else(|| "A film".to_owned()),
        })
    }

    /// Whether the list of files is there.
    pub fn has_files(&self) -> bool {
        self.torrent
            .with(|torrent| torrent.as_ref().is_some_and(|torrent| !torrent.files.is_empty()))
    }

    /// The playlist that another player opens; it names the file that plays here.
    pub fn playlist_address(&self) -> String {
        let file = self
            .file
            .get()
            .map_or_else(String::new, |file| format!("?file={}", file.index));
        format!("/api/playlist/{}.m3u8{file}", self.info_hash)
    }

    /// Where a file can be downloaded.
    pub fn download_address(&self, file: FileIndex) -> String {
        format!("/api/download/{}/{file}", self.info_hash)
    }

    /// Asks the server for the torrent, for as long as somebody may still turn up who has it.
    pub fn open(&self, player: Player) {
        let watching = *self;
        watching.problem.set(None);
        let add = watching.add.get_value();
        leptos::task::spawn_local(async move {
            loop {
                match browser::add_torrent(add.clone()).await {
                    Ok(torrent) => {
                        watching.opened(torrent, player);
                        return;
                    }
                    // Nobody had the metadata in time. Gone from the page, gone from here.
                    Err(error) if error.kind == Kind::Timeout && !watching.torrent.is_disposed() => {}
                    Err(error) => {
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
        // The film was asked for before the server had opened the torrent.
        if matches!(player.failure.get_untracked(), Some(Failure::Unreachable(_))) {
            player.retry();
        }
    }

    /// What to do every time the state arrives.
    fn sample(&self) {
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
}

/// A torrent's page.
#[component]
pub fn Film(
    /// What plays it.
    player: Player,
    /// Which torrent.
    info_hash: InfoHash,
    /// What the server knew when the page was asked for.
    torrent: Result<Torrent>,
    /// Where this viewer is in its files.
    progress: Vec<HistoryItem>,
    /// The file of the address.
    chosen: Memo<Option<FileIndex>>,
) -> impl IntoView {
    let watching = watching(info_hash, torrent, chosen);
    let resume = StoredValue::new(progress);
    // Files that were left for another one since the page was loaded, and where; the server's answer is older.
    let left = StoredValue::new(HashMap::<FileIndex, Option<f64>>::new());
    let resume_at = move |file: FileIndex| {
        let left = left.with_value(|left| left.get(&file).copied());
        left.unwrap_or_else(|| resume.with_value(|items| resume_position(items, file)))
    };
    let file_index = Memo::new(move |_| {
        watching
            .file
            .get()
            .filter(|file| file.media.is_playable())
            .map(|f| f.index)
    });
    let src = Memo::new(move |_| {
        let index = file_index.get()?;
        // A media fragment brings the element there before any code of ours runs (W3C Media Fragments).
        let fragment = resume_at(index).map_or_else(String::new, |at| format!("#t={at:.1}"));
        Some(format!("/api/stream/{info_hash}/{index}{fragment}"))
    });
    Effect::new(move |before: Option<Option<FileIndex>>| {
        let now = file_index.get();
        if let (Some(index), true) = (now, before.flatten() != now) {
            if before.flatten().is_some() {
                player.first_frame.begin(js::performance_now());
            }
            watching.waited.set(0.0);
            if let Some((file, position, duration)) = player.place() {
                let is_worth_it =
                    position > RESUME_AFTER_SECONDS && position * 100.0 < duration * RESUME_BEFORE_PERCENT;
                left.update_value(|left| {
                    left.insert(file, is_worth_it.then_some(position));
                });
            }
            let was_left = left.with_value(|left| left.contains_key(&index));
            let fresh = storage::fresh_place(info_hash, index).filter(|at| *at > RESUME_AFTER_SECONDS && !was_left);
            player.attach(info_hash, index, fresh.or_else(|| resume_at(index)));
        }
        now
    });
    follow(watching, player);
    let title = move || match watching.file.get() {
        Some(file) if watching.torrent.with(|t| t.as_ref().is_some_and(|t| t.files.len() > 1)) => {
            let episode = readable(file_name(&file.path)).name;
            let name = watching.name();
            if episode == name {
                name
            } else {
                format!("{episode} · {name}")
            }
        }
        _ => watching.name(),
    };
    let is_fresh = move || player.awake.get() || !player.playing.get() || player.panel.get().is_some();
    view! {
        <LiveTitle text=title />
        <Meta name="robots" content="noindex" />
        <main id="main" class="watch">
            <div
                node_ref=player.stage
                class="stage"
                class:awake=is_fresh
                on:pointermove=move |_| player.wake()
                on:focusin=move |_| player.wake()
            >
                <Header over=true />
                <PlayerView player src stats=watching.stats speeds=watching.speeds file=file_index />
                <StageStatus player watching />
            </div>
            <section class="below" aria-label="About this film">
                <Facts watching />
                <Actions watching player />
                <Files watching file_index />
            </section>
        </main>
    }
    .into_any()
}

#[component]
fn Files(watching: Watching, file_index: Memo<Option<FileIndex>>) -> impl IntoView {
    let progress = Memo::new(move |_| {
        watching.stats.with(|stats| {
            let files = stats.as_ref().map(|stats| stats.files.as_slice()).unwrap_or_default();
            files
                .iter()
                .map(|f| (f.index, permille(f.have_bytes, f.size_bytes)))
                .collect::<HashMap<_, _>>()
        })
    });
    let files = Memo::new(move |_| {
        watching.torrent.with(|torrent| {
            torrent
                .as_ref()
                .map(|torrent| torrent.files.clone())
                .unwrap_or_default()
        })
    });
    move || {
        let files = files.get();
        if files.is_empty() {
            return view! { <div class="files-waiting"><div class="skeleton skeleton-hit"></div></div> }.into_any();
        }
        view! {
            <h2>"Files"</h2>
            <FileTree info_hash=watching.info_hash files current=file_index progress />
        }
        .into_any()
    }
}

fn permille(have_bytes: u64, size_bytes: u64) -> u16 {
    (have_bytes * 1000)
        .checked_div(size_bytes)
        .map_or(0, |share| u16::try_from(share).unwrap_or(1000))
}

/// Where to go on, unless there is next to nothing before or after.
fn resume_position(items: &[HistoryItem], file: FileIndex) -> Option<f64> {
    items
        .iter()
        .find(|item| item.file_index == file)
        .filter(|item| item.position_seconds > RESUME_AFTER_SECONDS && item.progress_percent < RESUME_BEFORE_PERCENT)
        .map(|item| item.position_seconds)
}

fn watching(info_hash: InfoHash, torrent: Result<Torrent>, chosen: Memo<Option<FileIndex>>) -> Watching {
    let query = use_query_map();
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
    Watching {
        info_hash,
        torrent,
        problem: RwSignal::new(None),
        stats: RwSignal::new(None),
        speeds: RwSignal::new(Vec::new()),
        waited: RwSignal::new(0.0),
        file,
        add: StoredValue::new(add),
    }
}

/// Everything that goes on in the browser while the page is there.
fn follow(watching: Watching, player: Player) {
    Effect::new(move |_| {
        stats::follow(watching.info_hash, watching.stats);
        // Idempotent, and it opens a torrent that is known but was put away.
        watching.open(player);
        let ticking = set_interval_with_handle(
            move || {
                if !player.begun.try_get_untracked().unwrap_or(true) {
                    let _ = watching.waited.try_update(|waited| *waited += 1.0);
                }
            },
            Duration::from_secs(1),
        );
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
        });
    });
    Effect::new(move |_| watching.sample());
    Effect::new(move |_| media_session::name(&watching.name()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(position_seconds: f64, duration_seconds: f64) -> HistoryItem {
        HistoryItem {
            id: "1".into(),
            info_hash: InfoHash([1; 20]),
            file_index: 2,
            title: "Film".into(),
            file_path: None,
            poster_url: None,
            position_seconds,
            duration_seconds,
            progress_percent: progress_percent(position_seconds, duration_seconds),
            updated_at: Timestamp(0),
            next_file: None,
        }
    }

    #[test]
    fn resuming_skips_the_first_seconds_and_the_credits() {
        assert_eq!(resume_position(&[item(754.0, 1000.0)], 2), Some(754.0));
        assert_eq!(resume_position(&[item(754.0, 1000.0)], 1), None);
        assert_eq!(resume_position(&[item(4.0, 1000.0)], 2), None);
        assert_eq!(resume_position(&[item(960.0, 1000.0)], 2), None);
    }

    #[test]
    fn a_files_share_never_passes_the_whole() {
        assert_eq!(permille(0, 0), 0);
        assert_eq!(permille(5, 10), 500);
        assert_eq!(permille(10, 10), 1000);
    }
}
