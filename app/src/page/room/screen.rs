//! Screen: what the room shows, with the overlays that lie over whatever is shown: remote, emoji, chat in full screen.

use super::fullscreen_chat::FullscreenChat;
use super::page_state::{PageState, Tab};
use super::remote::{Holder, Requests};
use super::screen_video::{FilmName, VideoScreen};
use super::toasts::Toasts;
use crate::art;
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use crate::i18n::element;
use crate::protocol::room::Screen;
use crate::t;
use leptos::prelude::*;

/// Kind of what is on the screen, which decides the component that shows it.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Nothing,
    Video,
}

/// The screen of a room.
#[component]
pub fn RoomScreen(
    /// The room.
    room: Room,
    /// State of the page's panels and dialogs.
    shown: PageState,
) -> impl IntoView {
    let player = room.player;
    let kind = Memo::new(move |_| {
        room.read(Part::Playback, |view| {
            Some(match view.playback.screen {
                Screen::Nothing => Kind::Nothing,
                Screen::Video(_) => Kind::Video,
            })
        })
    });
    let is_fresh = move || player.awake.get() || !player.playing.get() || player.panel.get().is_some();
    view! {
        <div
            class="stage room-stage"
            node_ref=player.stage
            class:awake=is_fresh
            role="region"
            aria-label=t::room_screen::label()
            on:pointermove=move |_| player.wake()
            on:focusin=move |_| player.wake()
        >
            {move || match kind.get().unwrap_or(Kind::Nothing) {
                Kind::Video => view! { <VideoScreen room /> }.into_any(),
                Kind::Nothing => view! { <NothingYet shown /> }.into_any(),
            }}
            <div class="room-over"><FilmName room /><Holder room /></div>
            <Requests room />
            <FloatingEmoji room />
            <FullscreenChat room shown />
            {move || player.fullscreen.get().then(|| view! { <Toasts room /> })}
        </div>
    }
    .into_any()
}

#[component]
fn NothingYet(shown: PageState) -> impl IntoView {
    let add = move |_| {
        shown.theatre.set(false);
        shown.tab.set(Tab::Queue);
    };
    view! {
        <div class="stage-art" inner_html=art::svg(crate::protocol::InfoHash([7; 20])) aria-hidden="true"></div>
        <div class="stage-status">
            {element("<p class=\"stage-name\">", t::room_screen::empty_heading(), "</p>")}
            {element("<p class=\"stage-sentence\">", t::room_screen::empty(), "</p>")}
            <div class="actions">
                <button class="button-primary" type="button" data-testid="add-first" on:click=add>{icon(Icon::Plus)} {t::room_screen::add()}</button>
                <button class="button-quiet" type="button" on:click=move |_| shown.invite.set(true)>{t::invitation::title()}</button>
            </div>
        </div>
    }
    .into_any()
}

/// Emoji reactions along the right edge.
#[component]
fn FloatingEmoji(room: Room) -> impl IntoView {
    view! {
        <div class="rising" aria-hidden="true">
            <For each=move || room.rising.get() key=|rising| rising.key let:rising>
                <span class=format!("rising-one lane-{}", rising.key % 4) data-testid="rising">
                    {rising.emoji.clone()}<small dir="auto">{rising.name.clone()}</small>
                </span>
            </For>
        </div>
    }
    .into_any()
}
