//! The picture, and what lies over it: who holds the remote and who asks, what is waited for, rising emoji.

use super::bar::Askers;
use super::fullscreen_chat::FullscreenChat;
use super::live::{Shown, Tab, Words};
use crate::api::browser;
use crate::art;
use crate::client::player::{Failure, Player};
use crate::client::room::{Part, Room};
use crate::client::{media_session, session, stats};
use crate::component::avatar::Avatar;
use crate::component::error_state::ErrorState;
use crate::component::icon::{Icon, icon};
use crate::component::player::PlayerView;
use crate::input::magnet_of;
use crate::protocol::room::*;
use crate::protocol::{Access, AddTorrent, TorrentStats};
use crate::start::start;
use crate::title::readable;
use leptos::prelude::*;
use std::time::Duration;

/// The picture.
#[component]
pub fn Stage(
    /// The room.
    room: Room,
    /// What is open.
    shown: Shown,
) -> impl IntoView {
    let player = room.player;
    let video = Memo::new(move |_| room.read(Part::Playback, |view| view.playback.video.clone()));
    // Its length comes later and changes nothing here.
    let place = Memo::new(move |_| video.with(|video| video.as_ref().map(|video| (video.info_hash, video.file))));
    let has_video = Memo::new(move |_| place.get().is_some());
    let src = Memo::new(move |_| {
        let (info_hash, file) = place.get()?;
        let token = room
            .stream_token
            .get()
            .map_or_else(String::new, |token| format!("?token={token}"));
        Some(format!("/api/stream/{info_hash}/{file}{token}"))
    });
    let torrent_stats = RwSignal::new(None::<TorrentStats>);
    follow(room, place, torrent_stats);
    let is_fresh = move || player.awake.get() || !player.playing.get() || player.panel.get().is_some();
    let file = Signal::derive(move || place.get().map(|(_, file)| file));
    view! {
        <div
            class="stage room-stage"
            node_ref=player.stage
            class:awake=is_fresh
            role="region"
            aria-label="Picture"
            on:pointermove=move |_| player.wake()
            on:focusin=move |_| player.wake()
        >
            {move || if has_video.get() {
                view! {
                    <PlayerView player src stats=torrent_stats speeds=Signal::stored(Vec::new()) file autoplay=false />
                    <Status room stats=torrent_stats />
                    <SoundButton room />
                }
                .into_any()
            } else {
                view! { <NothingYet shown /> }.into_any()
            }}
            <Holder room />
            <Requests room />
            <Rising room />
            <FullscreenChat room shown />
            {move || player.fullscreen.get().then(|| view! { <Words room /> })}
        </div>
    }
    .into_any()
}

/// What goes on as long as the room looks at a video.
fn follow(
    room: Room,
    place: Memo<Option<(crate::protocol::InfoHash, u32)>>,
    torrent_stats: RwSignal<Option<TorrentStats>>,
) {
    let player = room.player;
    Effect::new(move |_| {
        let Some((info_hash, file)) = place.get() else { return };
        torrent_stats.set(None);
        // Once the element has its new address, and has forgotten what it showed before.
        set_timeout(
            move || {
                if place.try_get_untracked().flatten() == Some((info_hash, file)) {
                    player.attach_governed(info_hash, file);
                    room.attached(info_hash, file);
                }
            },
            Duration::ZERO,
        );
        // A guest where one needs an account sees the film by the room's own token, and nothing of the torrent.
        let may_see =
            session::current().is_signed_in() || session::current().read(|session| session.access == Access::Open);
        if may_see {
            stats::follow(info_hash, torrent_stats);
            open(player, info_hash);
        }
    });
    Effect::new(move |_| {
        let title = room.read(Part::Playback, |view| {
            view.playback.video.as_ref().map(|video| readable(&video.title).name)
        });
        if let Some(title) = title {
            media_session::name(&title);
        }
    });
    Effect::new(move |_| {
        // It did not come through, perhaps because the server was away: tried again by and by.
        if matches!(player.failure.get(), Some(Failure::Unreachable(_))) {
            let again = set_timeout_with_handle(move || player.retry(), Duration::from_secs(3));
            on_cleanup(move || {
                if let Ok(again) = again {
                    again.clear();
                }
            });
        }
    });
}

/// A torrent that was put away is opened again.
fn open(player: Player, info_hash: crate::protocol::InfoHash) {
    leptos::task::spawn_local(async move {
        let opened = browser::add_torrent(AddTorrent::Magnet(magnet_of(info_hash)))
            .await
            .is_ok();
        let is_waiting = player.failure.try_get_untracked().flatten();
        if opened && matches!(is_waiting, Some(Failure::Unreachable(_))) {
            player.retry();
        }
    });
}

#[component]
fn NothingYet(shown: Shown) -> impl IntoView {
    let add = move |_| {
        shown.theatre.set(false);
        shown.tab.set(Tab::Queue);
    };
    view! {
        <div class="stage-art" inner_html=art::svg(crate::protocol::InfoHash([7; 20])) aria-hidden="true"></div>
        <div class="stage-status">
            <p class="stage-name">"What are we watching?"</p>
            <p class="stage-sentence">"Nothing is on yet. Add a film, and it starts for everybody."</p>
            <div class="actions">
                <button class="button-primary" type="button" data-testid="add-first" on:click=add>{icon(Icon::Plus)} "Add a film"</button>
                <button class="button-quiet" type="button" on:click=move |_| shown.invite.set(true)>"Invite friends"</button>
            </div>
        </div>
    }
    .into_any()
}

/// What is waited for, in a sentence; or why nothing plays.
#[component]
fn Status(room: Room, stats: RwSignal<Option<TorrentStats>>) -> impl IntoView {
    let player = room.player;
    let waited = RwSignal::new(0.0);
    let ticking = set_interval_with_handle(
        move || {
            let waits = !player.begun.try_get_untracked().unwrap_or(true);
            let _ = waited.try_update(|waited| *waited = if waits { *waited + 1.0 } else { 0.0 });
        },
        Duration::from_secs(1),
    );
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    let sentence = Memo::new(move |_| {
        if player.failure.with(Option::is_some) {
            return String::new();
        }
        let (others, is_waiting, file) = room.read(Part::Playback, |view| {
            let names = view.waiting_for.iter().filter(|id| **id != view.you);
            let names = names.filter_map(|id| Some(view.participant(*id)?.name.clone()));
            let is_waiting = matches!(view.playback.state, PlaybackState::Waiting { .. });
            let file = view.playback.video.as_ref().map(|video| video.file);
            (names.collect::<Vec<_>>(), is_waiting, file)
        });
        if !player.begun.get() {
            stats.with(|stats| start(stats.as_ref(), file, waited.get()).sentence())
        } else if is_waiting && !others.is_empty() {
            format!("Waiting for {}", listed(&others))
        } else if is_waiting || player.stalled.get() {
            "Loading this part".to_owned()
        } else {
            String::new()
        }
    });
    let failure = move || {
        player.failure.get().map(|failure| match failure {
            Failure::Undecodable => view! {
                <ErrorState title="Your browser cannot play this kind of file" detail="Others in the room may be able to. Somebody can choose another file in the queue.">
                    ""
                </ErrorState>
            }
            .into_any(),
            Failure::Unreachable(detail) => view! {
                <ErrorState title="The film does not come through" detail=detail>
                    <button class="button-primary" type="button" on:click=move |_| player.retry()>"Try again"</button>
                </ErrorState>
            }
            .into_any(),
        })
    };
    view! {
        <div class="stage-status" class:starting=move || sentence.with(|sentence| !sentence.is_empty())>
            <p class="stage-sentence" role="status" data-testid="room-status">{sentence}</p>
            {failure}
        </div>
    }
    .into_any()
}

/// `Ada, Bob and 3 more`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [one, other, more @ ..] => format!("{one}, {other} and {} more", more.len()),
    }
}

/// The browser plays no sound before a click.
#[component]
fn SoundButton(room: Room) -> impl IntoView {
    let player = room.player;
    let wants = move || player.refused.get() && player.failure.with(Option::is_none);
    move || {
        wants().then(|| {
            view! {
                <button class="button-primary room-sound" type="button" data-testid="join-with-sound" on:click=move |_| room.play_with_sound()>
                    {icon(Icon::Sound)} "Turn the sound on"
                </button>
            }
        }
        .into_any())
    }
}

/// Who has the remote, on the picture's corner. One click asks for it.
#[component]
fn Holder(room: Room) -> impl IntoView {
    let holder = Memo::new(move |_| {
        let id = room.read(Part::Remote, |view| view.remote.holder);
        room.read(Part::People, |view| view.participant(id?).cloned())
    });
    move || {
        let holder = holder.get()?;
        let is_mine = room.peek(|view| view.you == holder.id);
        let name = holder.name.clone();
        Some(
            view! {
                <div class="room-holder" data-testid="holder" data-mine=is_mine.to_string()>
                    <span class="ring"><Avatar id=holder.person.to_string() name=holder.name /></span>
                    <span>{if is_mine { "You have the remote".to_owned() } else { name }}</span>
                    <Askers room />
                    <RemoteButton room />
                </div>
            }
            .into_any(),
        )
    }
}

/// Asks for the remote, takes it, or withdraws the question: whatever the viewer may do.
#[component]
pub fn RemoteButton(
    /// The room.
    room: Room,
) -> impl IntoView {
    let state = Memo::new(move |_| {
        room.read(Part::People, |_| ());
        room.read(Part::Remote, |view| {
            let is_holder = view.remote.holder == Some(view.you);
            Some((
                is_holder,
                view.remote.requests.contains(&view.you),
                view.has_hosts_say(),
            ))
        })
    });
    move || {
        let (label, message) = match state.get()? {
            (true, ..) => return None,
            (_, _, true) => ("Take it", ClientMessage::TakeRemote),
            (_, true, _) => ("Asked · never mind", ClientMessage::WithdrawAsk),
            _ => ("Ask for it", ClientMessage::AskRemote),
        };
        Some(view! {
            <button class="room-ask" type="button" data-testid="remote-button" on:click=move |_| room.tell(message.clone())>{label}</button>
        }
        .into_any())
    }
}

/// Who asks, for whoever may answer.
#[component]
fn Requests(room: Room) -> impl IntoView {
    let asking = Memo::new(move |_| {
        room.read(Part::People, |_| ());
        room.read(Part::Remote, |view| {
            let may_answer = view.remote.holder == Some(view.you) || view.has_hosts_say();
            let asks = view.remote.requests.iter().filter(|id| **id != view.you && may_answer);
            asks.filter_map(|id| Some((*id, view.participant(*id)?.name.clone())))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="room-requests" role="status">
            <For each=move || asking.get() key=|(id, _)| *id let:who>
                <p class="toast" data-testid="remote-request">
                    <span>{format!("{} asks for the remote", who.1)}</span>
                    <button class="button-primary" type="button" on:click=move |_| room.tell(ClientMessage::PassRemote { to: who.0 })>"Give"</button>
                    <button class="button-quiet" type="button" on:click=move |_| room.tell(ClientMessage::DeclineAsk { participant: who.0 })>"Not now"</button>
                </p>
            </For>
        </div>
    }
    .into_any()
}

/// Emoji along the right edge.
#[component]
fn Rising(room: Room) -> impl IntoView {
    view! {
        <div class="rising" aria-hidden="true">
            <For each=move || room.rising.get() key=|rising| rising.key let:rising>
                <span class=format!("rising-one lane-{}", rising.key % 4) data-testid="rising">
                    {rising.emoji.clone()}<small>{rising.name.clone()}</small>
                </span>
            </For>
        </div>
    }
    .into_any()
}
