//! Bar below the picture: the room's title, reactions, and its actions.

use super::page_state::PageState;
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use crate::i18n::element;
use crate::protocol::room::*;
use crate::room::emoji::{QUICK, name};
use crate::t;
use leptos::prelude::*;

/// The bar.
#[component]
pub fn Bar(
    /// The room.
    room: Room,
    /// State of the page's panels and dialogs.
    shown: PageState,
) -> impl IntoView {
    let title = move || room.read(Part::Settings, |view| view.settings.title.clone());
    let is_locked = move || room.read(Part::Settings, |view| view.settings.locked);
    view! {
        <footer class="room-bar">
            <a class="wordmark" href="/" aria-label=t::header::home()>
                <svg viewBox="0 0 32 32" aria-hidden="true">
                    <path fill="currentColor" d="M4 6 27 14.2a1.9 1.9 0 0 1 0 3.6L4 26z" opacity=".28" />
                    <circle cx="8" cy="16" r="5" fill="currentColor" />
                </svg>
            </a>
            <p class="room-title"><span dir="auto">{title}</span> {move || is_locked().then(|| icon(Icon::Lock))}</p>
            <Reactions room />
            <div class="room-bar-end">
                <Ways room shown />
            </div>
        </footer>
    }
    .into_any()
}

/// Invite, settings, panel and leave buttons. In the bar, and on a phone in the More tab.
#[component]
pub fn Ways(
    /// The room.
    room: Room,
    /// State of the page's panels and dialogs.
    shown: PageState,
) -> impl IntoView {
    let theatre_label = move || {
        if shown.theatre.get() {
            t::room_bar::show_panel()
        } else {
            t::room_bar::hide_panel()
        }
    };
    view! {
        <button class="button-quiet" type="button" data-testid="invite-button" on:click=move |_| shown.invite.set(true)>
            {icon(Icon::Link)}{element("<span>", t::room_bar::invite(), "</span>")}
        </button>
        <button class="button-quiet labelled-on-phone" type="button" aria-label=t::room_bar::settings_label() title=t::room_bar::settings() data-testid="settings-button" on:click=move |_| shown.settings.set(true)>
            {icon(Icon::Settings)}{element("<span>", t::room_bar::settings(), "</span>")}
        </button>
        <button class="button-quiet icon-only wide-only" type="button" aria-label=theatre_label title=theatre_label aria-pressed=move || shown.theatre.get().to_string() data-testid="theatre-button" on:click=move |_| shown.theatre.update(|theatre| *theatre = !*theatre)>
            {icon(Icon::Panel)}
        </button>
        <button class="button-quiet room-leave" type="button" data-testid="leave-button" on:click=move |_| room.leave()>
            {icon(Icon::Leave)}{element("<span>", t::room_bar::leave(), "</span>")}
        </button>
    }
    .into_any()
}

/// Emoji reactions, which float up over the picture for everyone.
#[component]
pub fn Reactions(
    /// The room.
    room: Room,
    /// `data-testid` of the group.
    #[prop(default = "emotes")]
    testid: &'static str,
) -> impl IntoView {
    let buttons = QUICK.into_iter().map(|emoji| {
        let emote = move |_| room.tell(ClientMessage::Chat(ChatRequest::Emote { emoji: emoji.to_owned() }));
        view! {
            <button class="room-emote" type="button" aria-label=t::room_bar::react_with(&name(emoji).replace('_', " ")) on:click=emote>{emoji}</button>
        }
    });
    view! { <div class="room-emotes" role="group" aria-label=t::room_bar::reactions() data-testid=testid>{buttons.collect_view()}</div> }.into_any()
}
