//! Who is there: what they may do, how their picture is, and what one may do about them.

use super::live::Shown;
use crate::client::room::{Part, Room};
use crate::component::avatar::Avatar;
use crate::component::icon::{Icon, icon};
use crate::protocol::room::*;
use leptos::prelude::*;

/// The roster.
#[component]
pub fn People(
    /// The room.
    room: Room,
    /// What is open.
    shown: Shown,
) -> impl IntoView {
    let people = Memo::new(move |_| {
        room.read(Part::People, |view| {
            view.participants.iter().map(|who| who.id).collect::<Vec<_>>()
        })
    });
    let bans = Memo::new(move |_| room.read(Part::Bans, |view| view.bans.clone()));
    let is_host = Memo::new(move |_| room.read(Part::People, |view| view.me().is_some_and(|me| me.rank == Rank::Host)));
    let unban = move |person: PersonId| room.tell(ClientMessage::Unban { person });
    view! {
        <ul class="people" data-testid="people">
            <For each=move || people.get() key=|id| *id let:id><Person room id /></For>
        </ul>
        <button class="button-quiet people-invite" type="button" on:click=move |_| shown.invite.set(true)>{icon(Icon::Plus)} "Invite friends"</button>
        {move || (!bans.with(Vec::is_empty)).then(|| view! {
            <section class="bans" data-testid="bans">
                <h2>"Not let in"</h2>
                <ul>
                    {bans.get().into_iter().map(|ban| {
                        let person = ban.person.clone();
                        view! {
                            <li>
                                <span>{ban.name}</span>
                                {is_host.get().then(|| view! { <button class="button-quiet" type="button" on:click=move |_| unban(person.clone())>"Let in again"</button> })}
                            </li>
                        }
                    }).collect_view()}
                </ul>
            </section>
        })}
    }
    .into_any()
}

#[component]
fn Person(room: Room, id: ParticipantId) -> impl IntoView {
    let who = Memo::new(move |_| room.read(Part::People, |view| view.participant(id).cloned()));
    // Seats are numbered anew after a restart of the server.
    let is_me = move || room.read(Part::People, |view| view.you == id);
    let is_holder = move || room.read(Part::Remote, |view| view.remote.holder == Some(id));
    let asks = move || room.read(Part::Remote, |view| view.remote.requests.contains(&id));
    let is_acting = move || {
        room.read(Part::People, |view| {
            view.acting_host == Some(id) && view.participant(id).is_some_and(|who| who.rank != Rank::Host)
        })
    };
    let open = RwSignal::new(false);
    move || {
        let who = who.get()?;
        let rank = match who.rank {
            Rank::Host => Some("Host"),
            _ if is_acting() => Some("Acting host"),
            Rank::Moderator => Some("Moderator"),
            Rank::Guest => Some("Guest"),
            Rank::Member => None,
        };
        let (name, is_away) = (who.name.clone(), who.away);
        Some(view! {
            <li class="person" class:away=is_away data-testid="person" data-name=name>
                <span class:ring=is_holder><Avatar id=who.person.to_string() name=who.name.clone() /></span>
                <div class="person-main">
                    <p>
                        <b>{who.name.clone()}</b>
                        {is_me().then(|| view! { <span class="person-you">"you"</span> })}
                        {rank.map(|rank| view! { <span class="tag">{rank}</span> })}
                    </p>
                    <p class="person-state">
                        {move || is_holder().then(|| view! { <span class="person-remote">{icon(Icon::Remote)}"Remote"</span> })}
                        {move || asks().then_some("Asks for the remote · ")}
                        {if is_away { "Away, comes back perhaps".into_any() } else { view! { <How room id /> }.into_any() }}
                    </p>
                </div>
                <Actions room who open />
            </li>
        }
        .into_any())
    }
}

/// Offset and buffer.
#[component]
fn How(room: Room, id: ParticipantId) -> impl IntoView {
    let standing = Memo::new(move |_| room.read(Part::Standings, |view| view.standings.get(&id).copied()));
    let words = move || match standing.get() {
        None => "In the room".to_owned(),
        Some(standing) if standing.stalled => "Loading…".to_owned(),
        Some(Standing {
            offset_ms: Some(offset),
            ahead_ms,
            ..
        }) => {
            let sign = if offset > 0 {
                "+"
            } else if offset < 0 {
                "−"
            } else {
                "±"
            };
            format!("{sign}{} ms · {} s loaded", offset.abs(), ahead_ms / 1000)
        }
        Some(standing) => format!("{} ms away", standing.ping_ms),
    };
    let is_off = move || {
        standing.with(|standing| {
            standing
                .is_some_and(|standing| standing.stalled || standing.offset_ms.is_some_and(|offset| offset.abs() > 100))
        })
    };
    view! { <span class:off=is_off data-testid="standing">{words}</span> }.into_any()
}

/// What is to be asked before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sure {
    Ban,
    HandOver,
}

/// What one may do about somebody; nothing about oneself.
#[component]
fn Actions(room: Room, who: Participant, open: RwSignal<bool>) -> impl IntoView {
    let id = who.id;
    let sure = RwSignal::new(None::<Sure>);
    let may = Memo::new(move |_| {
        room.read(Part::Remote, |_| ());
        room.read(Part::People, |view| {
            let is_host = view.me().is_some_and(|me| me.rank == Rank::Host);
            Some((
                view.you != id,
                view.has_hosts_say() || view.remote.holder == Some(view.you),
                view.may_moderate(),
                is_host,
            ))
        })
    });
    let act = move |message: ClientMessage| {
        open.set(false);
        sure.set(None);
        room.tell(message);
    };
    let who = StoredValue::new(who);
    let menu = move || {
        let (_, may_pass, may_kick, is_host) = may.get().filter(|_| open.get())?;
        let who = who.get_value();
        let is_holder = room.peek(|view| view.remote.holder == Some(id));
        let is_moderator = who.rank == Rank::Moderator;
        let has_account = who.rank != Rank::Guest;
        let kickable = may_kick && who.rank != Rank::Host;
        if let Some(asked) = sure.get() {
            return Some(ask(asked, &who, sure, Callback::new(act)));
        }
        Some(view! {
            <div class="person-menu" role="group" aria-label=format!("About {}", who.name)>
                {(may_pass && !is_holder).then(|| view! { <button class="button-quiet" type="button" on:click=move |_| act(ClientMessage::PassRemote { to: id })>"Give the remote"</button> })}
                {(is_host && has_account).then(|| view! {
                    <button class="button-quiet" type="button" on:click=move |_| act(ClientMessage::SetModerator { participant: id, on: !is_moderator })>
                        {if is_moderator { "No moderator any more" } else { "Make a moderator" }}
                    </button>
                    <button class="button-quiet" type="button" on:click=move |_| sure.set(Some(Sure::HandOver))>"Hand over the room"</button>
                })}
                {kickable.then(|| view! { <button class="button-quiet" type="button" on:click=move |_| act(ClientMessage::Kick { participant: id, ban: false })>"Send out"</button> })}
                {(is_host && kickable).then(|| view! { <button class="button-quiet danger" type="button" on:click=move |_| sure.set(Some(Sure::Ban))>"Ban"</button> })}
            </div>
        }
        .into_any())
    };
    let has_any = move || {
        may.get()
            .is_some_and(|(is_other, pass, kick, _)| is_other && (pass || kick))
    };
    view! {
        {move || has_any().then(|| view! {
            <button
                class="button-quiet icon-only"
                type="button"
                aria-label=format!("About {}", who.with_value(|who| who.name.clone()))
                aria-expanded=move || open.get().to_string()
                data-testid="person-actions"
                on:click=move |_| { sure.set(None); open.update(|open| *open = !*open); }
            >
                {icon(Icon::More)}
            </button>
        })}
        {menu}
    }
    .into_any()
}

/// Asks before it is done.
fn ask(asked: Sure, who: &Participant, sure: RwSignal<Option<Sure>>, act: Callback<ClientMessage>) -> AnyView {
    let (question, yes, message) = match asked {
        Sure::Ban => (
            format!("Send {} out for good?", who.name),
            "Ban",
            ClientMessage::Kick {
                participant: who.id,
                ban: true,
            },
        ),
        Sure::HandOver => (
            format!("Make {} the host? You cannot take it back.", who.name),
            "Hand over",
            ClientMessage::HandOver { to: who.id },
        ),
    };
    view! {
        <div class="person-menu" role="group">
            <p>{question}</p>
            <button class="button-danger" type="button" on:click=move |_| act.run(message.clone())>{yes}</button>
            <button class="button-quiet" type="button" on:click=move |_| sure.set(None)>"No"</button>
        </div>
    }
    .into_any()
}
