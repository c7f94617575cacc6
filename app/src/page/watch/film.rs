//! Page of a torrent: chooses the file, resumes it, follows the torrent's statistics.

use super::facts::{Actions, Facts};
use super::stage_status::StageStatus;
use super::watch_state::WatchState;
use crate::client::add::adder;
use crate::client::player::{Held, Player, RESUME_AFTER_SECONDS, RESUME_BEFORE_PERCENT};
use crate::client::{js, media_session, stats, storage};
use crate::component::file_tree::FileTree;
use crate::component::header::Header;
use crate::component::live_title::LiveTitle;
use crate::component::player::PlayerView;
use crate::component::watch_together::{Together, TogetherDialog};
use crate::error::Result;
use crate::hold::Supply;
use crate::protocol::*;
use crate::t;
use crate::title::readable;
use crate::tree::file_name;
use leptos::prelude::*;
use leptos_meta::Meta;
use leptos_router::hooks::use_query_map;
use std::collections::HashMap;
use std::time::Duration;

/// Page of a torrent.
#[component]
pub fn Film(
    /// The player.
    player: Player,
    /// Info hash.
    info_hash: InfoHash,
    /// The server's response when the page was rendered.
    torrent: Result<Torrent>,
    /// The viewer's positions in its files.
    progress: Vec<HistoryItem>,
    /// File index from the URL.
    chosen: Memo<Option<FileIndex>>,
) -> impl IntoView {
    let watching = WatchState::new(info_hash, torrent, chosen);
    let resume = StoredValue::new(progress);
    // Positions in files that were left for another one since the page was loaded; newer than the server's.
    let left = StoredValue::new(HashMap::<FileIndex, Option<f64>>::new());
    // The position in the URL applies only to the film in the URL.
    let asked = use_query_map().with_untracked(|query| query.get_str("t").and_then(|at| at.parse::<f64>().ok()));
    let named = chosen.get_untracked();
    let resume_at = move |file: FileIndex| {
        let left = left.with_value(|left| left.get(&file).copied());
        let asked = asked.filter(|_| chosen.get_untracked() == named);
        left.unwrap_or_else(|| asked.or_else(|| resume.with_value(|items| resume_position(items, file))))
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
        // A media fragment makes the element seek there before any script runs (W3C Media Fragments).
        let fragment = resume_at(index).map_or_else(String::new, |at| format!("#t={at:.1}"));
        let stream = Source::Torrent { info_hash, file: index }.stream_path();
        Some(format!("{stream}{fragment}"))
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
            let source = Source::Torrent { info_hash, file: index };
            player.attach(source, fresh.or_else(|| resume_at(index)));
        }
        now
    });
    follow(watching, player);
    let together = Together::provide();
    ask_again(together, watching, player, asked.unwrap_or_default());
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
                <Header over=true query=Signal::stored(String::new()) />
                <PlayerView player src stats=watching.stats speeds=watching.speeds file=file_index />
                <StageStatus player watching />
            </div>
            <section class="below" aria-label=t::watch::about()>
                <Facts watching />
                <Actions watching player />
                <Files watching file_index />
            </section>
        </main>
        <TogetherDialog together />
    }
    .into_any()
}

#[component]
fn Files(watching: WatchState, file_index: Memo<Option<FileIndex>>) -> impl IntoView {
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
            <h2>{t::watch::files()}</h2>
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

/// Returns the position to resume at, unless it is too close to the beginning or the end.
fn resume_position(items: &[HistoryItem], file: FileIndex) -> Option<f64> {
    items
        .iter()
        .find(|item| item.file_index == file)
        .filter(|item| item.position_seconds > RESUME_AFTER_SECONDS && item.progress_percent < RESUME_BEFORE_PERCENT)
        .map(|item| item.position_seconds)
}

/// Starts what runs in the browser while the page is open: statistics, opening the torrent, timers.
fn follow(watching: WatchState, player: Player) {
    Effect::new(move |_| {
        stats::follow(watching.info_hash, watching.stats, watching.lost);
        // Idempotent; also reopens a known torrent that was evicted.
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
    Effect::new(move |_| {
        watching.sample();
        keep_supplied(watching, player);
    });
    Effect::new(move |_| media_session::name(&watching.name()));
}

/// Holds playback while data arrives more slowly than it is played, and resumes once enough has been buffered.
fn keep_supplied(watching: WatchState, player: Player) {
    let held = player.held.get_untracked();
    if held.is_none() && !player.may_be_held() {
        return;
    }
    let Some(file) = watching.file.get_untracked() else {
        return;
    };
    let supply = watching.stats.with_untracked(|stats| {
        let speeds: Vec<u64> = watching
            .speeds
            .with_untracked(|speeds| speeds.iter().map(|(down, _)| *down).collect());
        let (position, duration) = (player.position.get_untracked(), player.duration.get_untracked());
        Supply::of(
            stats.as_ref()?,
            file.index,
            position,
            duration,
            player.speed.get_untracked(),
            &speeds,
        )
    });
    let Some(supply) = supply else { return };
    let Some(wanted_bytes) = held.map(|held| held.wanted_bytes).or_else(|| supply.wanted()) else {
        return;
    };
    match supply.remaining(wanted_bytes) {
        Some(seconds) => player.hold(Held { wanted_bytes, seconds }),
        None => player.go_on(),
    }
}

/// Opens the "Watch together" dialog again, once, after the viewer has signed in for it.
fn ask_again(together: Together, watching: WatchState, player: Player, at: f64) {
    let query = use_query_map();
    let adder = adder();
    Effect::new(move |was_asked: Option<bool>| {
        let is_asked = query.with(|query| query.get_str("together").is_some());
        if was_asked == Some(true) || !is_asked || !watching.has_files() {
            return was_asked == Some(true);
        }
        let mut film = watching.film(player);
        film.position_seconds = film.position_seconds.max(at);
        together.ask(film);
        let location = window().location();
        let kept = location
            .search()
            .unwrap_or_default()
            .replace("&together=1", "")
            .replace("?together=1", "");
        adder.replace(&format!("{}{kept}", location.pathname().unwrap_or_default()));
        true
    });
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
