//! Control bar at the bottom of the picture.

use super::seek_bar::SeekBar;
use crate::client::js;
use crate::client::player::{Panel, Player, SPEEDS};
use crate::component::icon::{Icon, icon};
use crate::protocol::{FileIndex, TorrentStats};
use crate::t;
use crate::text;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Play button, seek bar, volume, speed, picture-in-picture, fullscreen.
#[component]
pub fn Controls(
    /// The player to control.
    player: Player,
    /// Torrent statistics.
    stats: Signal<Option<TorrentStats>>,
    /// The current file.
    file: Signal<Option<FileIndex>>,
) -> impl IntoView {
    // Known only in the browser; until then the button is there, so that the layout does not shift.
    let has_pip = RwSignal::new(true);
    Effect::new(move |_| {
        let document: JsValue = document().into();
        has_pip.set(
            js::get(&document, "pictureInPictureEnabled")
                .and_then(|enabled| enabled.as_bool())
                .unwrap_or(false),
        );
    });
    let play_label = move || {
        if player.playing.get() {
            t::player::pause()
        } else {
            t::player::play()
        }
    };
    let screen_label = move || {
        if player.fullscreen.get() {
            t::player::leave_fullscreen()
        } else {
            t::player::fullscreen()
        }
    };
    // Once playing, a film without a known duration has none in its file.
    let total = move || match player.duration.get() {
        length if length > 0.0 || !player.begun.get() => format!(" / {}", text::clock(length)),
        _ => String::new(),
    };
    // Not `disabled`: a press still shows the reason.
    let locked = move || (!player.may_control.get()).then_some("true");
    view! {
        <div class="controls" role="group" aria-label=t::player::label()>
            <SeekBar player stats file />
            <div class="controls-line">
                <button class="control" type="button" aria-label=play_label title=t::player::play_tip() aria-disabled=locked data-testid="play-button" on:click=move |_| player.toggle()>
                    {move || icon(if player.playing.get() { Icon::Pause } else { Icon::Play })}
                </button>
                <button class="control skips" type="button" aria-label=t::player::back() title=t::player::back_tip() aria-disabled=locked on:click=move |_| player.skip(-10.0)>
                    {icon(Icon::Back)}
                </button>
                <button class="control skips" type="button" aria-label=t::player::forward() title=t::player::forward_tip() aria-disabled=locked on:click=move |_| player.skip(10.0)>
                    {icon(Icon::On)}
                </button>
                <Volume player />
                <p class="time">
                    <span data-testid="time-current">{move || text::clock(player.position.get())}</span>
                    <span class="time-total">{total}</span>
                </p>
                <span class="controls-gap"></span>
                <Speed player />
                <button class="control wide-only" type="button" aria-label=t::player::keys() title=t::player::keys_tip() on:click=move |_| player.toggle_panel(Panel::Keys)>
                    {icon(Icon::Keys)}
                </button>
                <button class="control" type="button" class:absent=move || !has_pip.get() aria-label=t::player::picture_in_picture() title=t::player::picture_in_picture_tip() on:click=move |_| player.toggle_picture_in_picture()>
                    {icon(Icon::PictureInPicture)}
                </button>
                <button class="control" type="button" aria-label=screen_label title=t::player::fullscreen_tip() on:click=move |_| player.toggle_fullscreen()>
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
    // Set by script: the page's content security policy forbids `style` attributes in its HTML.
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
            <button class="control" type="button" aria-label=move || if is_silent() { t::player::sound_on() } else { t::player::mute() } title=t::player::mute_tip() on:click=move |_| player.toggle_mute()>
                {move || icon(if is_silent() { Icon::Muted } else { Icon::Sound })}
            </button>
            <input
                node_ref=slider
                type="range"
                min="0"
                max="100"
                step="5"
                value="100"
                aria-label=t::player::volume()
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
        // Returns the keyboard to the player's shortcuts.
        if let Some(select) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok())
        {
            let _ = select.blur();
        }
    };
    // While locked, a press shows the reason instead of the menu.
    let is_locked = move || !player.may_control.get();
    let refuse = move |event: leptos::ev::MouseEvent| {
        if !player.may_control.get_untracked() {
            event.prevent_default();
            player.set_speed(player.speed.get_untracked());
        }
    };
    let refuse_key = move |event: leptos::ev::KeyboardEvent| {
        if !player.may_control.get_untracked() && event.key() != "Tab" {
            event.prevent_default();
            player.set_speed(player.speed.get_untracked());
        }
    };
    view! {
        <select class="speed" aria-label=t::player::speed() title=t::player::speed_tip() aria-disabled=move || is_locked().then_some("true") on:mousedown=refuse on:keydown=refuse_key on:change=choose prop:value=move || player.speed.get().to_string()>
            {SPEEDS.into_iter().map(|speed| {
                view! { <option value=speed.to_string() selected=speed == 1.0>{t::player::speed_times(&text::decimal(&speed.to_string()))}</option> }
            }).collect_view()}
        </select>
    }
    .into_any()
}
