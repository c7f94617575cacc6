//! The chat over a picture that fills the screen: the latest words, and a field.

use super::chat::{Talk, not_said};
use super::live::Shown;
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use crate::protocol::room::{ChatMessage, TEXT_CHARS};
use crate::room::emoji::expand;
use crate::room::talk::is_later;
use leptos::html;
use leptos::prelude::*;

/// So many messages; more would hide the film.
const MESSAGES: usize = 6;

/// The overlay. Nothing unless the picture fills the screen.
#[component]
pub fn FullscreenChat(
    /// The room.
    room: Room,
    /// What is open.
    shown: Shown,
) -> impl IntoView {
    let fullscreen = room.player.fullscreen;
    let label = move || {
        if shown.overlay.get() {
            "Hide the chat"
        } else {
            "Show the chat"
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
fn Overlay(room: Room, talk: Talk) -> impl IntoView {
    let latest = Memo::new(move |_| {
        let hides = room.no_spoilers.get();
        let here = hides.then(|| talk.here.get()).flatten();
        room.read(Part::Chat, |view| {
            let said = view.chat.iter().filter(|message| !message.deleted);
            let said = said.filter(|message| !is_later(message.moment, here, hides));
            let mut latest: Vec<ChatMessage> = said.rev().take(MESSAGES).cloned().collect();
            latest.reverse();
            latest
        })
    });
    let field: NodeRef<html::Input> = NodeRef::new();
    let key = move |event: web_sys::KeyboardEvent| {
        let Some(field) = field
            .get_untracked()
            .filter(|_| event.key() == "Enter" && !event.is_composing())
        else {
            return;
        };
        let text = expand(field.value().trim());
        if !text.is_empty() {
            room.say(text, None, false);
            field.set_value("");
            talk.draft.set(String::new());
        }
    };
    // The same words as in the chat's own field: neither loses what was written in the other.
    let keep = move |event| talk.draft.set(event_target_value(&event));
    view! {
        <ul>
            <For each=move || latest.get() key=|message| (message.id, message.text.clone()) let:message>
                <li><b>{message.name.clone()}</b>" "{message.text.clone()}</li>
            </For>
            <For each=move || room.outgoing.get() key=|message| (message.nonce, message.failed) let:message>
                <li class="unsent" data-testid="outgoing">{message.text.clone()}{not_said(room, &message)}</li>
            </For>
        </ul>
        <input node_ref=field type="text" placeholder="Say something" aria-label="Message" autocomplete="off" maxlength=TEXT_CHARS.to_string() prop:value=talk.draft on:input=keep on:keydown=key />
    }
    .into_any()
}
