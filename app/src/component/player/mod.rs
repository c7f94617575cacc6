//! Player: picture, controls, notices. Drives a [`Player`] handle; loads no data itself.

mod controls;
mod keys;
mod notices;
mod seek_bar;

use super::debug_panel::DebugPanel;
use crate::client::player::{Panel, Player};
use crate::client::{keyboard, media_session};
use crate::protocol::{FileIndex, TorrentStats};
use controls::Controls;
use keys::KeysOverlay;
use leptos::ev;
use leptos::prelude::*;
use notices::{BigPlay, ResumeNotice};
use send_wrapper::SendWrapper;
use std::time::Duration;
use web_sys::{MouseEvent, PointerEvent};

/// Interval at which the viewer's position is saved on the server.
const SAVE_EVERY: Duration = Duration::from_secs(15);

/// Double-tap interval, milliseconds.
const DOUBLE_TAP_MS: f64 = 300.0;

/// Double-click interval.
const DOUBLE_CLICK: Duration = Duration::from_millis(250);

/// Film with its controls.
#[component]
pub fn PlayerView(
    /// The player to drive.
    player: Player,
    /// URL of the stream; `None` until the file is known.
    #[prop(into)]
    src: Signal<Option<String>>,
    /// Torrent statistics, for the downloaded ranges and the debug panel.
    #[prop(into)]
    stats: Signal<Option<TorrentStats>>,
    /// Download and upload rates of the last minute, bytes per second.
    #[prop(into)]
    speeds: Signal<Vec<(u64, u64)>>,
    /// The current file.
    #[prop(into)]
    file: Signal<Option<FileIndex>>,
    /// Set to play as soon as possible. Not set in a room, which starts all its players together.
    #[prop(default = true)]
    autoplay: bool,
) -> impl IntoView {
    Effect::new(move |_| {
        keyboard::listen(player);
        media_session::connect(player);
        keep_progress(player);
    });
    // Panels are rendered when they are opened: most visits never open one.
    let debug =
        move || (player.panel.get() == Some(Panel::Debug)).then(|| view! { <DebugPanel player stats speeds file /> });
    let keys = move || (player.panel.get() == Some(Panel::Keys)).then(|| view! { <KeysOverlay player /> });
    view! {
        <div class="player" class:begun=player.begun data-testid="player">
            <Picture player src autoplay />
            <ResumeNotice player />
            <BigPlay player />
            <Controls player stats file />
            {debug}
            {keys}
        </div>
    }
    .into_any()
}

/// The `<video>` element. It is part of the HTML from the server, and starts loading before any script runs.
#[component]
fn Picture(player: Player, src: Signal<Option<String>>, autoplay: bool) -> impl IntoView {
    let last_pointer_was_touch = StoredValue::new(false);
    let last_tap = StoredValue::new((0.0_f64, 0_i32));
    let tap = move |event: PointerEvent| {
        let is_touch = event.pointer_type() == "touch";
        last_pointer_was_touch.set_value(is_touch);
        if !is_touch {
            return;
        }
        // Left, middle and right third: back, none, forward.
        let width = player
            .stage
            .get_untracked()
            .map_or(1, |stage| stage.client_width())
            .max(1);
        let side = (event.client_x() * 3 / width).clamp(0, 2) - 1;
        let now = event.time_stamp();
        let (before, side_before) = last_tap.get_value();
        if side != 0 && side == side_before && now - before < DOUBLE_TAP_MS {
            player.skip(f64::from(side) * 10.0);
            player.wake();
        } else if player.awake.get_untracked() && player.playing.get_untracked() {
            player.awake.set(false);
        } else {
            player.wake();
        }
        last_tap.set_value((now, side));
    };
    let clicked = StoredValue::new(None::<TimeoutHandle>);
    let forget_click = move || {
        if let Some(click) = clicked.try_update_value(Option::take).flatten() {
            click.clear();
        }
    };
    on_cleanup(forget_click);
    let click = move |event: MouseEvent| {
        if last_pointer_was_touch.get_value() {
            return;
        }
        forget_click();
        if !player.is_governed() {
            player.toggle();
        } else if event.detail() < 2 {
            // In a room a click pauses for everyone, so wait until it cannot become a double click.
            clicked.set_value(set_timeout_with_handle(move || player.toggle(), DOUBLE_CLICK).ok());
        }
    };
    let double_click = move |_: MouseEvent| {
        forget_click();
        if !last_pointer_was_touch.get_value() {
            player.toggle_fullscreen();
        }
    };
    let elapsed = player.first_frame.elapsed_ms;
    view! {
        <video
            node_ref=player.video
            data-testid="video"
            data-ttff-ms=move || elapsed.get().map(|elapsed| format!("{elapsed:.0}"))
            src=src
            autoplay=autoplay
            playsinline
            preload="auto"
            on:pointerup=tap
            on:click=click
            on:dblclick=double_click
            on:loadedmetadata=move |_| player.loaded_metadata()
            on:loadeddata=move |_| player.picture()
            on:timeupdate=move |_| player.progressed()
            on:progress=move |_| player.progressed()
            on:seeked=move |_| { player.progressed(); player.save(); }
            on:durationchange=move |_| player.progressed()
            on:volumechange=move |_| player.volume_changed()
            on:play=move |_| player.started()
            on:pause=move |_| player.stopped()
            on:ended=move |_| player.stopped()
            on:waiting=move |_| player.stalled.set(true)
            on:playing=move |_| { player.stalled.set(false); player.plays(); }
            on:canplay=move |_| player.stalled.set(false)
            on:error=move |_| player.failed()
        ></video>
    }
    .into_any()
}

/// Saves the viewer's position at an interval, and whenever the page may be gone the next moment.
fn keep_progress(player: Player) {
    let ticking = set_interval_with_handle(
        move || {
            if player.playing.try_get_untracked().unwrap_or(false) {
                player.save_on_the_way();
            }
        },
        SAVE_EVERY,
    );
    let hidden = window_event_listener_untyped("pagehide", move |_| player.save());
    let switched = window_event_listener(ev::visibilitychange, move |_| {
        if document().hidden() {
            player.save();
        }
    });
    let fullscreen = window_event_listener(ev::fullscreenchange, move |_| {
        player.fullscreen.set(document().fullscreen_element().is_some());
    });
    let video = SendWrapper::new(player.element());
    on_cleanup(move || {
        player.save();
        // A removed element keeps its connection, and six that wait for peers use up all connections that a browser
        // opens to one host (HTML, "best practices for authors using media elements").
        if let Some(video) = video.take() {
            let _ = video.pause();
            let _ = video.remove_attribute("src");
            video.load();
        }
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
        hidden.remove();
        switched.remove();
        fullscreen.remove();
    });
}
