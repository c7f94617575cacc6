//! Participants: rank, playback status, and moderation actions.

use super::page_state::PageState;
use crate::client::room::{Part, Room};
use crate::component::avatar::Avatar;
use crate::component::icon::{Icon, icon};
use crate::i18n::element;
use crate::protocol::room::*;
use crate::t;
use crate::text;
use leptos::prelude::*;

/// Drift, milliseconds, up to which playback counts as in sync.
const IN_SYNC_MS: i32 = 100;

/// List of participants and bans.
#[component]
pub fn People(
    /// The room.
    room: Room,
    /// State of the page's panels and dialogs.
    shown: PageState,
) -> impl IntoView {
    let people = Memo::new(move |_| {
        room.read(Part::People, |view| {
            view.participants.iter().map(|who| who.id).collect::<Vec<_>>()
        })
    });
    let bans = Memo::new(move |_| room.read(Part::Bans, |view| view.bans.clone()));
    let is_host = Memo::new(move |_| room.read(Part::People, |view| view.me().is_some_and(|me| me.rank == Rank::Host)));
    let unban = move |person: PersonId| room.tell(ClientMessage::People(PeopleRequest::Unban { person }));
    view! {
        <ul class="people" data-testid="people">
            <For each=move || people.get() key=|id| *id let:id><Person room id /></For>
        </ul>
        <button class="button-quiet people-invite" type="button" on:click=move |_| shown.invite.set(true)>{icon(Icon::Plus)} {t::invitation::title()}</button>
        {move || (!bans.with(Vec::is_empty)).then(|| view! {
            <section class="bans" data-testid="bans">
                {element("<h2>", t::people::bans(), "</h2>")}
                <ul>
                    {bans.get().into_iter().map(|ban| {
                        let person = ban.person.clone();
                        view! {
                            <li>
                                <span><bdi dir="auto">{ban.name}</bdi>{ban.for_good.then(|| view! { <span class="tag">{t::people::banned()}</span> })}</span>
                                {is_host.get().then(|| view! { <button class="button-quiet" type="button" on:click=move |_| unban(person.clone())>{t::people::let_in_again()}</button> })}
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
    // Reactive, because participants get new ids after a restart of the server.
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
            Rank::Host => Some(t::people::host()),
            _ if is_acting() => Some(t::people::acting_host()),
            Rank::Moderator => Some(t::people::moderator()),
            Rank::Guest => Some(t::people::guest()),
            Rank::Member => None,
        };
        let (name, is_away) = (who.name.clone(), who.away);
        Some(view! {
            <li class="person" class:away=is_away data-testid="person" data-name=name>
                <span class:ring=is_holder><Avatar name=who.name.clone() /></span>
                <div class="person-main">
                    <p>
                        <b dir="auto">{who.name.clone()}</b>
                        {is_me().then(|| view! { <span class="person-you">{t::people::you()}</span> })}
                        {rank.map(|rank| view! { <span class="tag">{rank}</span> })}
                    </p>
                    <p class="person-state">
                        {move || is_holder().then(|| view! { <span class="person-remote">{icon(Icon::Remote)}{t::people::remote()}</span> })}
                        {move || asks().then(|| [t::people::asks(), " · "].concat())}
                        {if is_away { t::people::away().into_any() } else { view! { <How room id /> }.into_any() }}
                    </p>
                </div>
                <Actions room who open />
            </li>
        }
        .into_any())
    }
}

/// Playback status: drift and buffered time.
#[component]
fn How(room: Room, id: ParticipantId) -> impl IntoView {
    let standing = Memo::new(move |_| room.read(Part::Standings, |view| view.standings.get(&id).copied()));
    let words = move || standing.get().map_or_else(|| t::people::in_room().to_owned(), how);
    let numbers = move || {
        standing.get().map(|standing| {
            let (seconds, ping) = (u64::from(standing.ahead_ms / 1000), u64::from(standing.ping_ms));
            match standing.offset_ms {
                Some(offset) => t::people::offset_and_loaded(t::people::OffsetAndLoaded {
                    offset: &format!("{offset:+}"),
                    seconds,
                    ping,
                }),
                None => t::people::loaded(t::people::Loaded { seconds, ping }),
            }
        })
    };
    let is_off = move || {
        standing.with(|standing| {
            standing.is_some_and(|standing| {
                standing.stalled || standing.offset_ms.is_some_and(|offset| offset.abs() > IN_SYNC_MS)
            })
        })
    };
    view! { <span class:off=is_off title=numbers data-testid="standing">{words}</span> }.into_any()
}

/// Describes a participant's playback status in words; the numbers are in a tooltip.
fn how(standing: Standing) -> String {
    match standing {
        Standing { stalled: true, .. } => t::people::buffering().to_owned(),
        Standing {
            offset_ms: Some(offset),
            ..
        } if offset.abs() <= IN_SYNC_MS => t::people::in_sync().to_owned(),
        Standing {
            offset_ms: Some(offset),
            ..
        } => {
            let seconds = text::tenths(f64::from(offset.abs()) / 1000.0);
            if offset < 0 {
                t::people::behind(&seconds)
            } else {
                t::people::ahead(&seconds)
            }
        }
        _ => t::people::in_room().to_owned(),
    }
}

/// Action that needs confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Confirmation {
    Ban,
    HandOver,
}

/// Actions on a participant; empty for the viewer.
#[component]
fn Actions(room: Room, who: Participant, open: RwSignal<bool>) -> impl IntoView {
    let id = who.id;
    let sure = RwSignal::new(None::<Confirmation>);
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
            <div class="person-menu" role="group" aria-label=t::people::about(&who.name)>
                {(may_pass && !is_holder).then(|| view! { <button class="button-quiet" type="button" on:click=move |_| act(ClientMessage::Remote(RemoteRequest::Pass { to: id }))>{t::people::give_remote()}</button> })}
                {(is_host && has_account).then(|| view! {
                    <button class="button-quiet" type="button" on:click=move |_| act(ClientMessage::People(PeopleRequest::SetModerator { participant: id, on: !is_moderator }))>
                        {if is_moderator { t::people::no_moderator() } else { t::people::make_moderator() }}
                    </button>
                    <button class="button-quiet" type="button" on:click=move |_| sure.set(Some(Confirmation::HandOver))>{t::people::hand_over_room()}</button>
                })}
                {kickable.then(|| view! { <button class="button-quiet" type="button" on:click=move |_| act(ClientMessage::People(PeopleRequest::Kick { participant: id, ban: false }))>{t::people::send_out()}</button> })}
                {(is_host && kickable).then(|| view! { <button class="button-quiet danger" type="button" on:click=move |_| sure.set(Some(Confirmation::Ban))>{t::people::ban()}</button> })}
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
                aria-label=who.with_value(|who| t::people::about(&who.name))
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

/// Confirmation of an action.
fn ask(
    asked: Confirmation,
    who: &Participant,
    sure: RwSignal<Option<Confirmation>>,
    act: Callback<ClientMessage>,
) -> AnyView {
    let (question, yes, message) = match asked {
        Confirmation::Ban => (
            t::people::ban_question(&who.name),
            t::people::ban(),
            ClientMessage::People(PeopleRequest::Kick {
                participant: who.id,
                ban: true,
            }),
        ),
        Confirmation::HandOver => (
            t::people::make_host_question(&who.name),
            t::people::hand_over(),
            ClientMessage::People(PeopleRequest::HandOver { to: who.id }),
        ),
    };
    view! {
        <div class="person-menu" role="group">
            <p>{question}</p>
            <button class="button-danger" type="button" on:click=move |_| act.run(message.clone())>{yes}</button>
            <button class="button-quiet" type="button" on:click=move |_| sure.set(None)>{t::people::no()}</button>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_somebody_plays_is_said_in_words() {
        let at = |offset_ms, stalled| {
            how(Standing {
                offset_ms,
                ahead_ms: 22_000,
                stalled,
                ping_ms: 1,
            })
        };
        for (offset, words) in [
            (-27, "In sync"),
            (100, "In sync"),
            (-1_240, "1.2 s behind"),
            (400, "0.4 s ahead"),
        ] {
            assert_eq!(at(Some(offset), false), words);
        }
        assert_eq!(at(Some(0), true), "Buffering…");
        assert_eq!(at(None, false), "In the room");
    }
}
