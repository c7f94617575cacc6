//! Status over the stage while there is no picture: progress of the start, or the reason that nothing plays.

use super::watch_state::WatchState;
use crate::api::encode;
use crate::art;
use crate::client::js;
use crate::client::player::{Failure, Player};
use crate::component::error_state::ErrorState;
use crate::hold;
use crate::protocol::Media;
use crate::start::{Start, start};
use crate::t;
use crate::text;
use leptos::prelude::*;

/// Status with its actions, over art generated from the info hash.
#[component]
pub fn StageStatus(
    /// The player.
    player: Player,
    /// The torrent being watched.
    watching: WatchState,
) -> impl IntoView {
    let progress = Memo::new(move |_| {
        let file = watching.file.get().map(|file| file.index);
        watching
            .stats
            .with(|stats| start(stats.as_ref(), file, watching.waited.get()))
    });
    let failed = move || {
        watching.problem.with(Option::is_some) && !watching.has_files()
            || player.failure.with(Option::is_some)
            || is_unplayable(watching)
    };
    let is_starting = move || !player.begun.get() && !failed();
    let is_held = Memo::new(move |_| player.held.with(Option::is_some));
    let is_stalled = move || (player.stalled.get() || is_held.get()) && !failed();
    let is_lost = move || watching.lost.get() && (is_starting() || is_stalled());
    let sentence = move || {
        if is_lost() {
            t::stage::lost().to_owned()
        } else if let Some(held) = player.held.get().filter(|_| is_stalled()) {
            hold::sentence(held.seconds)
        } else if is_starting() {
            progress.with(Start::sentence)
        } else if is_stalled() {
            watching.stats.with(|stats| match stats {
                Some(stats) => {
                    let (peers, speed) = (stats.peer_counts.live.into(), text::speed(stats.download_bps));
                    format!("{} · {} · {speed}", t::stage::buffering(), t::stage::peers(peers))
                }
                None => t::stage::buffering().to_owned(),
            })
        } else {
            String::new()
        }
    };
    // Announced once per kind of state, not with every number.
    let spoken = Memo::new(move |_| {
        if is_lost() {
            t::stage::lost().to_owned()
        } else if is_held.get() && is_stalled() {
            t::stage::held_spoken().to_owned()
        } else if is_starting() {
            progress.with(Start::spoken)
        } else if is_stalled() {
            t::stage::buffering().to_owned()
        } else {
            String::new()
        }
    });
    // Audio files have no picture: the generated art stays.
    let is_picture = move || {
        player.begun.get()
            && watching
                .file
                .with(|file| file.as_ref().is_none_or(|file| file.media != Media::Audio))
    };
    let is_doubtful = move || is_starting() && progress.with(Start::is_doubtful);
    view! {
        <div class="stage-art" class:gone=is_picture inner_html=art::svg(watching.info_hash) aria-hidden="true"></div>
        <div class="stage-status" class:starting=move || is_starting() && !is_doubtful() class:standing=move || is_stalled() && player.begun.get()>
            <div class="stage-notice">
                <p class="stage-sentence" aria-hidden="true" data-testid="watch-status">{sentence}</p>
                {move || (is_held.get() && is_stalled() && !is_lost()).then(|| view! {
                    <button class="button-link" type="button" data-testid="start-now" on:click=move |_| player.start_now()>{t::stage::start_now()}</button>
                })}
            </div>
            <p class="sr-only" role="status">{move || spoken.get()}</p>
            {move || is_doubtful().then(|| view! { <OtherWays watching /> })}
            {move || failed().then(|| failed_state(player, watching))}
        </div>
    }
    .into_any()
}

/// Returns `true` if the files are known, but none is playable, or the one in the URL is not.
fn is_unplayable(watching: WatchState) -> bool {
    watching.has_files()
        && watching
            .file
            .with(|file| file.as_ref().is_none_or(|file| !file.media.is_playable()))
}

#[component]
fn OtherWays(watching: WatchState) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        copied.set(js::copy(&format!("{}/watch/{}", js::origin(), watching.info_hash)));
    };
    view! {
        <div class="actions">
            <a class="button-primary" href=move || search_again(watching)>{t::stage::search_again()}</a>
            <button class="button-quiet" type="button" on:click=move |_| watching.waited.set(0.0)>{t::stage::keep_waiting()}</button>
            <button class="button-quiet" type="button" on:click=copy>
                {move || if copied.get() { t::watch::copied() } else { t::watch::copy_link() }}
            </button>
        </div>
    }
    .into_any()
}

fn search_again(watching: WatchState) -> String {
    match watching.has_name() {
        true => format!("/search?q={}", encode(&watching.name())),
        false => "/".to_owned(),
    }
}

/// Reads signals, so it must be called in a tracking context.
fn failed_state(player: Player, watching: WatchState) -> AnyView {
    let again = search_again(watching);
    if is_unplayable(watching) {
        return view! {
            <ErrorState title=t::stage::nothing_to_play() detail=t::stage::nothing_to_play_detail()>
                <a class="button-primary" href=again>{t::stage::search_again()}</a>
            </ErrorState>
        }
        .into_any();
    }
    match player.failure.get() {
        Some(Failure::Undecodable) => undecodable(watching),
        Some(Failure::Unreachable(detail)) => view! {
            <ErrorState title=t::stage::unreachable() detail=detail>
                <button class="button-primary" type="button" on:click=move |_| { watching.open(player); player.retry(); }>{t::common::try_again()}</button>
            </ErrorState>
        }
        .into_any(),
        None => watching.problem.get().map(|problem| view! {
            <ErrorState title=problem.heading() detail=problem.detail>
                <button class="button-primary" type="button" on:click=move |_| watching.open(player)>{t::common::try_again()}</button>
                <a class="button-quiet" href=again>{t::stage::search_again()}</a>
            </ErrorState>
        })
        .into_any(),
    }
}

fn undecodable(watching: WatchState) -> AnyView {
    let file = watching.file.get().map(|file| file.index).unwrap_or_default();
    let (playlist, download) = (watching.playlist_address(), watching.download_address(file));
    view! {
        <ErrorState title=t::stage::undecodable() detail=t::stage::undecodable_detail()>
            <a class="button-primary" rel="external" href=playlist>{t::watch::open_elsewhere()}</a>
            <a class="button-quiet" rel="external" download href=download>{t::watch::download()}</a>
        </ErrorState>
    }
    .into_any()
}
