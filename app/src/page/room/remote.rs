//! Remote: its holder, the button that asks for it, and the requests of others.

use crate::client::room::{Part, Room};
use crate::client::storage;
use crate::component::avatar::Avatar;
use crate::component::icon::{Icon, icon};
use crate::i18n::element;
use crate::protocol::room::{ClientMessage, RemoteMode, RemoteRequest};
use crate::t;
use crate::text;
use leptos::prelude::*;

/// Local storage key of the flag that the remote has been explained.
const REMOTE_KNOWN: &str = "room_remote_known";

/// Holder of the remote, in the corner of the picture, with a button to ask for it.
#[component]
pub fn Holder(
    /// The room.
    room: Room,
) -> impl IntoView {
    let holder = Memo::new(move |_| {
        let id = room.read(Part::Remote, |view| view.remote.holder);
        room.read(Part::People, |view| view.participant(id?).cloned())
    });
    let is_anyones = Memo::new(move |_| {
        room.read(Part::Settings, |view| Some(view.settings.remote_mode)) == Some(RemoteMode::Anyone)
    });
    move || {
        if is_anyones.get() {
            return Some(view! { <div class="room-holder" data-testid="holder">{icon(Icon::Remote)}{element("<span>", t::remote::anyone(), "</span>")}</div> }.into_any());
        }
        let holder = holder.get()?;
        let is_mine = room.peek(|view| view.you == holder.id);
        let words = match is_mine {
            true => t::remote::yours().into_any(),
            false => t::remote::held_by(t::remote::HeldBy {
                name: &|_| view! { <bdi>{holder.name.clone()}</bdi> }.into_any(),
            })
            .into_any(),
        };
        Some(
            view! {
                <div class="room-holder" data-testid="holder" data-mine=is_mine.to_string()>
                    <span class="ring"><Avatar name=holder.name /></span>
                    <span class="room-holder-name">{icon(Icon::Remote)}<span dir="auto">{words}</span></span>
                    <Askers room />
                    <RemoteButton room />
                </div>
                {(!is_mine).then(|| view! { <Explained /> })}
            }
            .into_any(),
        )
    }
}

/// Explanation of the remote, until the viewer has dismissed it in this browser.
#[component]
fn Explained() -> impl IntoView {
    let is_known = RwSignal::new(storage::load(REMOTE_KNOWN).unwrap_or(false));
    let understood = move |_| {
        storage::save(REMOTE_KNOWN, true);
        is_known.set(true);
    };
    move || {
        (!is_known.get()).then(|| {
            let explained = t::remote::explained(t::remote::Explained {
                dismiss: &|text| {
                    view! { <button class="button-link" type="button" on:click=understood>{text}</button> }.into_any()
                },
            });
            view! { <p class="room-explained" data-testid="remote-explained">{explained}</p> }.into_any()
        })
    }
}

/// Button that asks for the remote, takes it, or withdraws the request, depending on the viewer's rights.
#[component]
fn RemoteButton(room: Room) -> impl IntoView {
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
            (_, _, true) => (t::remote::take(), ClientMessage::Remote(RemoteRequest::Take)),
            (_, true, _) => (t::remote::withdraw(), ClientMessage::Remote(RemoteRequest::Withdraw)),
            _ => (t::remote::ask(), ClientMessage::Remote(RemoteRequest::Ask)),
        };
        Some(view! {
            <button class="room-ask" type="button" data-testid="remote-button" on:click=move |_| room.tell(message.clone())>{label}</button>
        }
        .into_any())
    }
}

/// Participants who ask for the remote, visible to everyone.
#[component]
fn Askers(room: Room) -> impl IntoView {
    let names = Memo::new(move |_| {
        room.read(Part::People, |_| ());
        room.read(Part::Remote, |view| {
            let asking = view.remote.requests.iter().filter(|id| **id != view.you);
            let names = asking.filter_map(|id| Some(view.participant(*id)?.name.clone()));
            names.collect::<Vec<_>>()
        })
    });
    move || {
        let names = names.get();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let words = match names.as_slice() {
            [] => return None,
            [one] => t::remote::asks(one),
            [one, more @ ..] => t::remote::more_ask(t::remote::MoreAsk {
                name: one,
                more: more.len() as u64,
            }),
        };
        Some(
            view! { <span class="room-askers" title=text::list(&names) data-testid="askers">{words}</span> }.into_any(),
        )
    }
}

/// Requests for the remote, for those who may answer them.
#[component]
pub fn Requests(
    /// The room.
    room: Room,
) -> impl IntoView {
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
                    <span>{t::remote::request(t::remote::Request { name: &|_| view! { <bdi>{who.1.clone()}</bdi> }.into_any() })}</span>
                    <button class="button-primary" type="button" on:click=move |_| room.tell(ClientMessage::Remote(RemoteRequest::Pass { to: who.0 }))>{t::remote::give()}</button>
                    <button class="button-quiet" type="button" on:click=move |_| room.tell(ClientMessage::Remote(RemoteRequest::Decline { participant: who.0 }))>{t::remote::not_now()}</button>
                </p>
            </For>
        </div>
    }
    .into_any()
}
