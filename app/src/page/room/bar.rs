//! The line below the picture: the room, the remote, reactions, and the ways out.

use super::live::Shown;
use super::stage::RemoteButton;
use crate::client::room::{Part, Room};
use crate::component::avatar::Avatar;
use crate::component::icon::{Icon, icon};
use crate::protocol::room::*;
use crate::room::emoji::{QUICK, name};
use leptos::prelude::*;

/// The line.
#[component]
pub fn Bar(
    /// The room.
    room: Room,
    /// What is open.
    shown: Shown,
) -> impl IntoView {
    let title = move || room.read(Part::Settings, |view| view.settings.title.clone());
    let is_locked = move || room.read(Part::Settings, |view| view.settings.locked);
    view! {
        <footer class="room-bar">
            <a class="wordmark" href="/" aria-label="Matinee, home">
                <svg viewBox="0 0 32 32" aria-hidden="true">
                    <path fill="currentColor" d="M4 6 27 14.2a1.9 1.9 0 0 1 0 3.6L4 26z" opacity=".28" />
                    <circle cx="8" cy="16" r="5" fill="currentColor" />
                </svg>
            </a>
            <p class="room-title">{title} {move || is_locked().then(|| icon(Icon::Lock))}</p>
            <RemoteState room />
            <Reactions room />
            <div class="room-bar-end">
                <Ways room shown />
            </div>
        </footer>
    }
    .into_any()
}

/// Invite, settings, panel, leave. In the line, and on a phone under More.
#[component]
pub fn Ways(
    /// The room.
    room: Room,
    /// What is open.
    shown: Shown,
) -> impl IntoView {
    let theatre_label = move || {
        if shown.theatre.get() {
            "Show the panel"
        } else {
            "Hide the panel"
        }
    };
    view! {
        <button class="button-quiet" type="button" data-testid="invite-button" on:click=move |_| shown.invite.set(true)>
            {icon(Icon::Link)}<span>"Invite"</span>
        </button>
        <button class="button-quiet labelled-on-phone" type="button" aria-label="Settings of the room" title="Settings" data-testid="settings-button" on:click=move |_| shown.settings.set(true)>
            {icon(Icon::Settings)}<span>"Settings"</span>
        </button>
        <button class="button-quiet icon-only wide-only" type="button" aria-label=theatre_label title=theatre_label aria-pressed=move || shown.theatre.get().to_string() data-testid="theatre-button" on:click=move |_| shown.theatre.update(|theatre| *theatre = !*theatre)>
            {icon(Icon::Panel)}
        </button>
        <button class="button-quiet room-leave" type="button" data-testid="leave-button" on:click=move |_| room.leave()>
            {icon(Icon::Leave)}<span>"Leave"</span>
        </button>
    }
    .into_any()
}

/// Who holds the remote, always in sight.
#[component]
pub fn RemoteState(
    /// The room.
    room: Room,
) -> impl IntoView {
    let holder = Memo::new(move |_| {
        let id = room.read(Part::Remote, |view| view.remote.holder);
        room.read(Part::People, |view| view.participant(id?).cloned())
    });
    let is_anyones =
        move || room.read(Part::Settings, |view| Some(view.settings.remote_mode)) == Some(RemoteMode::Anyone);
    let who = move || {
        if is_anyones() {
            return Some(view! { {icon(Icon::Remote)}<span>"Anyone controls"</span> }.into_any());
        }
        let holder = holder.get()?;
        let name = if room.peek(|view| view.you == holder.id) {
            "You".to_owned()
        } else {
            holder.name.clone()
        };
        Some(
            view! {
                <span class="ring"><Avatar id=holder.person.to_string() name=holder.name /></span>
                <span>{icon(Icon::Remote)}<span class="sr-only">"Remote: "</span>{name}</span>
                <Askers room />
                <RemoteButton room />
            }
            .into_any(),
        )
    };
    view! { <div class="room-remote" data-testid="remote-state">{who}</div> }.into_any()
}

/// Who asks for the remote. Everybody sees it, whoever may answer.
#[component]
pub fn Askers(
    /// The room.
    room: Room,
) -> impl IntoView {
    let names = Memo::new(move |_| {
        room.read(Part::People, |_| ());
        room.read(Part::Remote, |view| {
            let asking = view.remote.requests.iter();
            let names = asking.filter_map(|id| Some(view.participant(*id)?.name.clone()));
            names.collect::<Vec<_>>()
        })
    });
    move || {
        let words = match &names.get()[..] {
            [] => return None,
            [one] => format!("{one} asks"),
            [one, more @ ..] => format!("{one} and {} more ask", more.len()),
        };
        Some(
            view! { <span class="room-askers" title=names.get().join(", ") data-testid="askers">{words}</span> }
                .into_any(),
        )
    }
}

/// Emoji that rise over the picture for everybody.
#[component]
pub fn Reactions(
    /// The room.
    room: Room,
) -> impl IntoView {
    let buttons = QUICK.into_iter().map(|emoji| {
        let emote = move |_| room.tell(ClientMessage::Emote { emoji: emoji.to_owned() });
        view! {
            <button class="room-emote" type="button" aria-label=format!("React with {}", name(emoji).replace('_', " ")) on:click=emote>{emoji}</button>
        }
    });
    view! { <div class="room-emotes" role="group" aria-label="Reactions" data-testid="emotes">{buttons.collect_view()}</div> }.into_any()
}
