//! Video on a room's screen: the player, what it waits for, and the film's title.

use crate::api::browser;
use crate::client::player::{Failure, Player};
use crate::client::room::{Part, Room};
use crate::client::{media_session, session, stats};
use crate::component::error_state::ErrorState;
use crate::component::icon::{Icon, icon};
use crate::component::player::PlayerView;
use crate::input::magnet_of;
use crate::protocol::room::PlaybackState;
use crate::protocol::{Access, AddTorrent, InfoHash, Source, TorrentStats};
use crate::start::start;
use crate::t;
use crate::title::readable;
use leptos::prelude::*;
use std::time::Duration;

/// The player of the room's video.
#[component]
pub fn VideoScreen(
    /// The room.
    room: Room,
) -> impl IntoView {
    let player = room.player;
    // Without the duration, which arrives later and must not reload the film.
    let source = Memo::new(move |_| room.read(Part::Playback, |view| view.playback.video().map(|video| video.source)));
    let src = Memo::new(move |_| {
        let stream = source.get()?.stream_path();
        let token = room
            .stream_token
            .get()
            .map_or_else(String::new, |token| format!("?token={token}"));
        Some(format!("{stream}{token}"))
    });
    let torrent_stats = RwSignal::new(None::<TorrentStats>);
    follow(room, source, torrent_stats);
    let file = Signal::derive(move || source.get().map(|Source::Torrent { file, .. }| file));
    view! {
        <PlayerView player src stats=torrent_stats speeds=Signal::stored(Vec::new()) file autoplay=false />
        <Status room stats=torrent_stats />
        <SoundButton room />
    }
    .into_any()
}

/// Follows the room's current video: attaches it to the player, subscribes to its torrent, sets its title.
fn follow(room: Room, source: Memo<Option<Source>>, torrent_stats: RwSignal<Option<TorrentStats>>) {
    let player = room.player;
    Effect::new(move |_| {
        let Some(now) = source.get() else { return };
        torrent_stats.set(None);
        // After the element has its new URL and has dropped its previous state.
        set_timeout(
            move || {
                if source.try_get_untracked().flatten() == Some(now) {
                    player.attach_governed(now);
                    room.attached(now);
                }
            },
            Duration::ZERO,
        );
        // Where accounts are required, a guest may stream by the room's token, but may not see the torrent.
        let may_see =
            session::current().is_signed_in() || session::current().read(|session| session.access == Access::Open);
        if let (true, Some(info_hash)) = (may_see, now.torrent()) {
            // The room itself shows a lost connection.
            stats::follow(info_hash, torrent_stats, RwSignal::new(false));
            open(player, info_hash);
        }
    });
    Effect::new(move |_| {
        let title = room.read(Part::Playback, |view| {
            view.playback.video().map(|video| readable(&video.title).name)
        });
        if let Some(title) = title {
            media_session::name(&title);
        }
    });
    Effect::new(move |_| {
        // Loading failed, perhaps because the server was restarting: retry.
        if matches!(player.failure.get(), Some(Failure::Unreachable(_))) {
            let again = set_timeout_with_handle(move || player.retry(), Duration::from_secs(3));
            on_cleanup(move || {
                if let Ok(again) = again {
                    again.clear();
                }
            });
        }
    });
}

/// Adds the torrent again in case it was evicted, and retries if playback has failed.
fn open(player: Player, info_hash: InfoHash) {
    leptos::task::spawn_local(async move {
        let opened = browser::add_torrent(AddTorrent::Magnet(magnet_of(info_hash)))
            .await
            .is_ok();
        let is_waiting = player.failure.try_get_untracked().flatten();
        if opened && matches!(is_waiting, Some(Failure::Unreachable(_))) {
            player.retry();
        }
    });
}

/// Sentence about what playback waits for, or the reason that it failed.
#[component]
fn Status(room: Room, stats: RwSignal<Option<TorrentStats>>) -> impl IntoView {
    let player = room.player;
    let waited = RwSignal::new(0.0);
    let ticking = set_interval_with_handle(
        move || {
            let waits = !player.begun.try_get_untracked().unwrap_or(true);
            let _ = waited.try_update(|waited| *waited = if waits { *waited + 1.0 } else { 0.0 });
        },
        Duration::from_secs(1),
    );
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    let sentence = Memo::new(move |_| {
        if player.failure.with(Option::is_some) {
            return String::new();
        }
        let (others, is_waiting, file) = room.read(Part::Playback, |view| {
            let names = view.waiting_for.iter().filter(|id| **id != view.you);
            let names = names.filter_map(|id| Some(view.participant(*id)?.name.clone()));
            let is_waiting = matches!(view.playback.state, PlaybackState::Waiting { .. });
            let file = view.playback.video().map(|video| {
                let Source::Torrent { file, .. } = video.source;
                file
            });
            (names.collect::<Vec<_>>(), is_waiting, file)
        });
        if !player.begun.get() {
            stats.with(|stats| start(stats.as_ref(), file, waited.get()).sentence())
        } else if is_waiting && !others.is_empty() {
            waiting_for(&others)
        } else if is_waiting || player.stalled.get() {
            t::room_screen::buffering().to_owned()
        } else {
            String::new()
        }
    });
    let failure = move || {
        player.failure.get().map(|failure| match failure {
            Failure::Undecodable => view! {
                <ErrorState title=t::room_screen::undecodable_title() detail=t::room_screen::undecodable_detail()>
                    ""
                </ErrorState>
            }
            .into_any(),
            Failure::Unreachable(detail) => view! {
                <ErrorState title=t::room_screen::unreachable_title() detail=detail>
                    <button class="button-primary" type="button" on:click=move |_| player.retry()>{t::common::try_again()}</button>
                </ErrorState>
            }
            .into_any(),
        })
    };
    view! {
        <div class="stage-status" class:standing=move || sentence.with(|sentence| !sentence.is_empty())>
            <div class="stage-notice"><p class="stage-sentence" role="status" data-testid="room-status">{sentence}</p></div>
            {failure}
        </div>
    }
    .into_any()
}

/// Returns for whom the room waits: `Waiting for Ada, Bob and 3 more`.
fn waiting_for(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => t::room_screen::waiting_for(one),
        [first, second] => t::room_screen::waiting_for_two(t::room_screen::WaitingForTwo { first, second }),
        [first, second, more @ ..] => t::room_screen::waiting_for_more(t::room_screen::WaitingForMore {
            first,
            second,
            more: more.len() as u64,
        }),
    }
}

/// Button shown while the autoplay policy wants a click for sound.
#[component]
fn SoundButton(room: Room) -> impl IntoView {
    let player = room.player;
    let wants = move || player.refused.get() && player.failure.with(Option::is_none);
    move || {
        wants().then(|| {
            view! {
                <button class="button-primary room-sound" type="button" data-testid="join-with-sound" on:click=move |_| room.play_with_sound()>
                    {icon(Icon::Sound)} {t::room_screen::sound_on()}
                </button>
            }
        }
        .into_any())
    }
}

/// Title of the current film, as on the watch page.
#[component]
pub fn FilmName(
    /// The room.
    room: Room,
) -> impl IntoView {
    let name = Memo::new(move |_| {
        room.read(Part::Playback, |view| {
            let film = readable(&view.playback.video()?.title);
            Some((film.name, film.year))
        })
    });
    move || {
        let (name, year) = name.get()?;
        Some(view! { <p class="room-film" dir="auto" data-testid="room-film">{name} {year.map(|year| view! { <small>{year}</small> })}</p> }.into_any())
    }
}
