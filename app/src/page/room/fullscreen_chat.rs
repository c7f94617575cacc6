//! Chat overlay in fullscreen: the latest messages and a text field.

use super::character_counter::CharacterCounter;
use super::chat_state::ChatState;
use super::outgoing::not_said;
use super::page_state::PageState;
use crate::client::keyboard::{is_composing, write_into};
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use crate::protocol::room::ChatMessage;
use crate::room::talk::{is_later, sayable};
use crate::t;
use leptos::html;
use leptos::prelude::*;

/// Maximum number of messages; more would hide the film.
const MAX_MESSAGES: usize = 6;

/// Chat overlay; empty unless the picture is fullscreen.
#[component]
pub fn FullscreenChat(
    /// The room.
    room: Room,
    /// State of the page's panels and dialogs.
    shown: PageState,
) -> impl IntoView {
    let fullscreen = room.player.fullscreen;
    let label = move || {
        if shown.overlay.get() {
            t::room_screen::hide_chat()
        } else {
            t::room_screen::show_chat()
        }
    };
    move || {
        fullscreen.get().then(|| view! {
            <div class="overlay-chat" class:closed=move || !shown.overlay.get() data-testid="overlay-chat">
                <button class="control" type="button" aria-label=label title=label on:click=move |_| shown.overlay.update(|on| *on = !*on)>
                    {icon(Icon::Chat)}
                </button>
                {move || shown.overlay.get().then(|| view! { <Overlay room talk=shown.talk /> })}
            </div>
        })
    }
}

#[component]
fn Overlay(room: Room, talk: ChatState) -> impl IntoView {
    let latest = Memo::new(move |_| {
        let hides = room.no_spoilers.get();
        let here = hides.then(|| talk.here.get()).flatten();
        room.read(Part::Chat, |view| {
            let said = view.chat.iter().filter(|message| !message.deleted);
            let said = said.filter(|message| !is_later(message.moment, here, hides));
            let mut latest: Vec<ChatMessage> = said.rev().take(MAX_MESSAGES).cloned().collect();
            latest.reverse();
            latest
        })
    });
    let field: NodeRef<html::Input> = NodeRef::new();
    let key = move |event: web_sys::KeyboardEvent| {
        let Some(field) = field
            .get_untracked()
            .filter(|_| event.key() == "Enter" && !is_composing(&event))
        else {
            return;
        };
        if let Some(text) = sayable(&field.value()) {
            room.say(text, None, false);
            field.set_value("");
            talk.draft.set(String::new());
        }
    };
    write_into(".overlay-chat ul", move || Some(field.get_untracked()?.into()));
    // Shares the draft with the composer, so that text typed in one is not lost in the other.
    let keep = move |event| talk.draft.set(event_target_value(&event));
    view! {
        <ul>
            <For each=move || latest.get() key=|message| (message.id, message.text.clone()) let:message>
                <li dir="auto"><b dir="auto">{message.name.clone()}</b>" "<span class="message-words">{message.text.clone()}</span></li>
            </For>
            <For each=move || room.outgoing.get() key=|message| (message.nonce, message.failed) let:message>
                <li class="unsent" dir="auto" data-testid="outgoing"><span class="message-words">{message.text.clone()}</span>{not_said(room, &message)}</li>
            </For>
        </ul>
        <CharacterCounter words=talk.draft />
        <input node_ref=field type="text" dir="auto" placeholder=t::composer::placeholder() aria-label=t::composer::label() autocomplete="off" prop:value=talk.draft on:input=keep on:keydown=key />
    }
    .into_any()
}
