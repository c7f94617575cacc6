//! The bar at the picture's foot.

use super::seek_bar::SeekBar;
use crate::client::js;
use crate::client::player::{Panel, Player, SPEEDS};
use crate::component::icon::{Icon, icon};
use crate::protocol::{FileIndex, TorrentStats};
use crate::text;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Play, seek, sound, speed, screen.
#[component]
pub fn Controls(
    /// What they drive.
    player: Player,
    /// The torrent's state.
    stats: Signal<Option<TorrentStats>>,
    /// The file that plays.
    file: Signal<Option<FileIndex>>,
) -> impl IntoView {
    // Known only in the browser; until then the button keeps its place.
    let has_pip = RwSignal::new(true);
    Effect::new(move |_| {
        let document: JsValue = document().into();
        has_pip.set(
            js::get(&document, "pictureInPictureEnabled")
                .and_then(|enabled| enabled.as_bool())
                .unwrap_or(false),
        );
    });
    let play_label = move || if player.playing.get() { "Pause" } else { "Play" };
    let screen_label = move || {
        if player.fullscreen.get() {
            "Leave fullscreen"
        } else {
            "Fullscreen"
        }
    };
    // A film that plays and has none is one whose length its file does not tell.
    let total = move || match player.duration.get() {
        length if length > 0.0 || !player.begun.get() => format!(" / {}", text::clock(length)),
        _ => String::new(),
    };
    // Pressed all the same, they say why not.
    let locked = move || (!player.may_control.get()).then_some("true");
    view! {
        <div class="controls" role="group" aria-label="Player controls">
            <SeekBar player stats file />
            <div class="controls-line">
                <button class="control" type="button" aria-label=play_label title="Play or pause (k)" aria-disabled=locked data-testid="play-button" on:click=move |_| player.toggle()>
                    {move || icon(if player.playing.get() { Icon::Pause } else { Icon::Play })}
                </button>
                <button class="control skips" type="button" aria-label="Back 10 seconds" title="Back 10 seconds (j)" aria-disabled=locked on:click=move |_| player.skip(-10.0)>
                    {icon(Icon::Back)}
                </button>
                <button class="control skips" type="button" aria-label="On 10 seconds" title="On 10 seconds (l)" aria-disabled=locked on:click=move |_| player.skip(10.0)>
                    {icon(Icon::On)}
                </button>
                <Volume player />
                <p class="time">
                    <span data-testid="time-current">{move || text::clock(player.position.get())}</span>
                    <span class="time-total">{total}</span>
                </p>
                <span class="controls-gap"></span>
                <Speed player />
                <button class="control wide-only" type="button" aria-label="Keys" title="Keys (?)" on:click=move |_| player.toggle_panel(Panel::Keys)>
                    {icon(Icon::Keys)}
                </button>
                <button class="control" type="button" class:absent=move || !has_pip.get() aria-label="Picture in picture" title="Picture in picture (p)" on:click=move |_| player.toggle_picture_in_picture()>
                    {icon(Icon::PictureInPicture)}
                </button>
                <button class="control" type="button" aria-label=screen_label title="Fullscreen (f)" on:click=move |_| player.toggle_fullscreen()>
                    {move || icon(if player.fullscreen.get() { Icon::Shrink } else { Icon::Fullscreen })}
                </button>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Volume(player: Player) -> impl IntoView {
    let is_silent = move || player.muted.get() || player.volume.get() <= 0.0;
    let percent = move || if is_silent() { 0.0 } else { player.volume.get() * 100.0 };
    let slider: NodeRef<html::Input> = NodeRef::new();
    // Not an attribute: the page's security policy forbids styles inside the HTML, and allows a script to set them.
    Effect::new(move |_| {
        let filled = format!("{:.0}%", percent());
        if let Some(slider) = slider.get() {
            let _ = web_sys::HtmlElement::style(&slider).set_property("--filled", &filled);
        }
    });
    let set = move |event: leptos::ev::Event| {
        if let Ok(percent) = event_target_value(&event).parse::<f64>() {
            player.set_volume(percent / 100.0);
        }
    };
    view! {
        <div class="volume">
            <button class="control" type="button" aria-label=move || if is_silent() { "Sound on" } else { "Mute" } title="Mute (m)" on:click=move |_| player.toggle_mute()>
                {move || icon(if is_silent() { Icon::Muted } else { Icon::Sound })}
            </button>
            <input
                node_ref=slider
                type="range"
                min="0"
                max="100"
                step="5"
                value="100"
                aria-label="Volume"
                prop:value=move || percent().to_string()
                on:input=set
            />
        </div>
    }
    .into_any()
}

#[component]
fn Speed(player: Player) -> impl IntoView {
    let choose = move |event: leptos::ev::Event| {
        if let Ok(speed) = event_target_value(&event).parse() {
            player.set_speed(speed);
        }
        // The keys belong to the film again.
        if let Some(select) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok())
        {
            let _ = select.blur();
        }
    };
    view! {
        <select class="speed" aria-label="Speed" title="Speed (< >)" disabled=move || !player.may_control.get() on:change=choose prop:value=move || player.speed.get().to_string()>
            {SPEEDS.into_iter().map(|speed| {
                view! { <option value=speed.to_string() selected=speed == 1.0>{format!("{speed}×")}</option> }
            }).collect_view()}
        </select>
    }
    .into_any()
}
