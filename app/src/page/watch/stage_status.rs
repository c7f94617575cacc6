//! What stands over the picture while there is none: how the start is going, or why nothing plays.

use super::film::Watching;
use crate::api::encode;
use crate::art;
use crate::client::js;
use crate::client::player::{Failure, Player};
use crate::component::error_state::ErrorState;
use crate::protocol::Media;
use crate::start::{Start, start};
use crate::text;
use leptos::prelude::*;

/// What is said when the picture stands because its bytes do not come.
const STALLED: &str = "Waiting for this part";

/// The sentence, the actions, and the picture made from the hash behind them.
#[component]
pub fn StageStatus(
    /// What plays.
    player: Player,
    /// What is watched.
    watching: Watching,
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
    let is_stalled = move || player.stalled.get() && !failed();
    let sentence = move || {
        if is_starting() {
            progress.with(Start::sentence)
        } else if is_stalled() {
            watching.stats.with(|stats| match stats {
                Some(stats) => {
                    let peers = text::plural(u64::from(stats.peer_counts.live), "peer", "peers");
                    format!("{STALLED} · {peers} · {}", text::speed(stats.download_bps))
                }
                None => STALLED.to_owned(),
            })
        } else {
            String::new()
        }
    };
    // Read aloud once for each kind of state.
    let spoken = Memo::new(move |_| {
        if is_starting() {
            progress.with(Start::spoken)
        } else if is_stalled() {
            STALLED.to_owned()
        } else {
            String::new()
        }
    });
    // Sound has no picture of its own: the made one stays.
    let is_picture = move || {
        player.begun.get()
            && watching
                .file
                .with(|file| file.as_ref().is_none_or(|file| file.media != Media::Audio))
    };
    let is_doubtful = move || is_starting() && progress.with(Start::is_doubtful);
    view! {
        <div class="stage-art" class:gone=is_picture inner_html=art::svg(watching.info_hash) aria-hidden="true"></div>
        <div class="stage-status" class:starting=move || is_starting() && !is_doubtful()>
            {move || is_starting().then(|| view! { <p class="stage-name">{watching.name()}</p> })}
            <p class="stage-sentence" aria-hidden="true" data-testid="watch-status">{sentence}</p>
            <p class="sr-only" role="status">{move || spoken.get()}</p>
            {move || is_doubtful().then(|| view! { <OtherWays watching /> })}
            {move || failed().then(|| failed_state(player, watching))}
        </div>
    }
    .into_any()
}

/// The files are known and there is nothing among them to play, or not the one of the address.
fn is_unplayable(watching: Watching) -> bool {
    watching.has_files()
        && watching
            .file
            .with(|file| file.as_ref().is_none_or(|file| !file.media.is_playable()))
}

#[component]
fn OtherWays(watching: Watching) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        copied.set(js::copy(&format!("{}/watch/{}", js::origin(), watching.info_hash)));
    };
    view! {
        <div class="actions">
            <a class="button-primary" href=move || search_again(watching)>"Search again"</a>
            <button class="button-quiet" type="button" on:click=move |_| watching.waited.set(0.0)>"Keep waiting"</button>
            <button class="button-quiet" type="button" on:click=copy>
                {move || if copied.get() { "Copied" } else { "Copy link" }}
            </button>
        </div>
    }
    .into_any()
}

fn search_again(watching: Watching) -> String {
    match watching.torrent.with(|torrent| torrent.is_some()) {
        true => format!("/search?q={}", encode(&watching.name())),
        false => "/".to_owned(),
    }
}

/// Reads signals: to be called where they are tracked.
fn failed_state(player: Player, watching: Watching) -> AnyView {
    let again = search_again(watching);
    if is_unplayable(watching) {
        return view! {
            <ErrorState title="There is nothing to play here" detail="This torrent has no such film or sound file. Its files are listed below.">
                <a class="button-primary" href=again>"Search again"</a>
            </ErrorState>
        }
        .into_any();
    }
    match player.failure.get() {
        Some(Failure::Undecodable) => undecodable(watching),
        Some(Failure::Unreachable(detail)) => view! {
            <ErrorState title="The film does not come through" detail=detail>
                <button class="button-primary" type="button" on:click=move |_| { watching.open(player); player.retry(); }>"Try again"</button>
            </ErrorState>
        }
        .into_any(),
        None => watching.problem.get().map(|problem| view! {
            <ErrorState title=problem.title detail=problem.detail>
                <button class="button-primary" type="button" on:click=move |_| watching.open(player)>"Try again"</button>
                <a class="button-quiet" href=again>"Search again"</a>
            </ErrorState>
        })
        .into_any(),
    }
}

fn undecodable(watching: Watching) -> AnyView {
    let file = watching.file.get().map(|file| file.index).unwrap_or_default();
    let (playlist, download) = (watching.playlist_address(), watching.download_address(file));
    view! {
        <ErrorState title="Your browser cannot play this kind of file" detail="A player like VLC or mpv can, and it streams just as well.">
            <a class="button-primary" rel="external" href=playlist>"Open in VLC or mpv"</a>
            <a class="button-quiet" rel="external" download href=download>"Download"</a>
        </ErrorState>
    }
    .into_any()
}
