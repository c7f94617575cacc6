//! `/rooms`: rooms that the user has created or joined, open ones first, and a form for a new one.

mod create;

use crate::api::{self, rooms as rooms_api};
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::component::icon::{Icon, icon};
use crate::error::{Error, Kind, Result};
use crate::i18n::element;
use crate::protocol::room::Room;
use crate::protocol::{List, Timestamp};
use crate::{address, t, text};
use create::Create;
use leptos::html;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

super::lazy::lazy_page!(Rooms as RoomsRoute);

/// List of rooms.
#[component]
pub fn Rooms() -> impl IntoView {
    let list = Resource::new(|| (), |()| rooms_api::rooms());
    view! {
        <Title text=t::rooms::title() />
        <Meta name="robots" content="noindex" />
        <Header query=Signal::stored(String::new()) />
        <main id="main" class="rooms">
            <Suspense fallback=Skeleton>
                {move || Suspend::new(async move {
                    let list: Result<List<Room>> = list.await;
                    match list {
                        Ok(list) => view! { <Dashboard rooms=list.items /> }.into_any(),
                        Err(error) => problem(error),
                    }
                })}
            </Suspense>
        </main>
    }
    .into_any()
}

fn problem(error: Error) -> AnyView {
    if error.kind != Kind::Unauthorized {
        return view! {
            <h1>{t::rooms::title()}</h1>
            <ErrorState title=error.heading() detail=error.detail>
                <a class="button-primary" href="/rooms" rel="external">{t::common::try_again()}</a>
            </ErrorState>
        }
        .into_any();
    }
    view! {
        <h1>{t::rooms::watch_together()}</h1>
        <ErrorState title=t::rooms::sign_in_title() detail=t::rooms::sign_in_detail()>
            <a class="button-primary" href=address::sign_in("/rooms")>{t::common::sign_in()}</a>
        </ErrorState>
    }
    .into_any()
}

#[component]
fn Dashboard(rooms: Vec<Room>) -> impl IntoView {
    let mut rooms = rooms;
    // Stable sort: within each group the latest stays first.
    rooms.sort_by_key(|room| !room.is_open);
    let is_empty = rooms.is_empty();
    let rooms = RwSignal::new(rooms);
    let making = RwSignal::new(is_empty);
    let now = api::now();
    view! {
        <header class="rooms-head">
            {element("<h1>", t::rooms::title(), "</h1>")}
            <button
                class="button-primary"
                type="button"
                aria-expanded=move || making.get().to_string()
                data-testid="new-room"
                class:gone=move || making.get()
                on:click=move |_| making.set(true)
            >
                {icon(Icon::Plus)} {t::rooms::new()}
            </button>
        </header>
        {move || making.get().then(|| view! { <Create on_close=Callback::new(move |()| making.set(false)) can_close=!is_empty /> })}
        <ol class="room-lines" data-testid="rooms">
            <For each=move || rooms.get() key=|room| room.code.clone() let:room>
                <Line room now rooms />
            </For>
        </ol>
    }
    .into_any()
}

#[component]
fn Line(room: Room, now: Timestamp, rooms: RwSignal<Vec<Room>>) -> impl IntoView {
    let href = format!("/room/{}", room.slug.as_deref().unwrap_or(room.code.as_str()));
    let state = if room.is_open {
        let people = t::rooms::people(room.participants.into());
        view! { <span class="room-open">{t::rooms::open()}</span> <span>{people}</span> }.into_any()
    } else {
        let ago = text::ago(now, room.last_active_at);
        view! { <span>{t::rooms::closed(&ago)}</span> }.into_any()
    };
    let whose = if room.is_host {
        t::rooms::yours().to_owned()
    } else {
        t::rooms::of(&room.host)
    };
    view! {
        <li class="room-line" data-testid="room-line">
            <div>
                <h2 dir="auto"><a href=href>{room.settings.title.clone()}</a></h2>
                <p>
                    {state}
                    <span>{whose}</span>
                    {room.settings.has_password.then(|| view! { <span class="with-icon">{icon(Icon::Lock)}{t::rooms::password()}</span> })}
                    {room.playing.clone().map(|playing| view! { <span class="room-playing" dir="auto">{playing}</span> })}
                </p>
            </div>
            <code class="room-code">{room.code.to_string()}</code>
            {room.is_host.then(|| view! { <End room=room.clone() rooms /> })}
        </li>
    }
    .into_any()
}

/// Button that ends a room, with an inline confirmation.
#[component]
fn End(room: Room, rooms: RwSignal<Vec<Room>>) -> impl IntoView {
    let asked = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let keep: NodeRef<html::Button> = NodeRef::new();
    Effect::new(move |_| {
        // The focus is on the harmless answer.
        if let Some(keep) = keep.get() {
            let _ = keep.focus();
        }
    });
    let code = StoredValue::new(room.code);
    let end = move |_| {
        let code = code.get_value();
        leptos::task::spawn_local(async move {
            match rooms_api::browser::end_room(code.as_str()).await {
                Ok(()) => drop(rooms.try_update(|rooms| rooms.retain(|room| room.code != code))),
                Err(error) => drop(problem.try_set(Some(error.detail.to_string()))),
            }
        });
    };
    let label = t::rooms::end_label(&room.settings.title);
    view! {
        <div class="room-end">
            {move || if asked.get() {
                view! {
                    <p>{t::rooms::end_question()}</p>
                    <button class="button-danger" type="button" on:click=end>{t::rooms::end()}</button>
                    <button node_ref=keep class="button-quiet" type="button" on:click=move |_| asked.set(false)>{t::rooms::keep()}</button>
                    <p role="alert" class="form-problem">{move || problem.get()}</p>
                }
                .into_any()
            } else {
                view! {
                    <button class="button-quiet icon-only" type="button" aria-label=label.clone() title=t::rooms::end_tip() on:click=move |_| asked.set(true)>
                        {icon(Icon::Trash)}
                    </button>
                }
                .into_any()
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <h1>{t::rooms::title()}</h1>
        <ol class="room-lines" aria-hidden="true">
            {(0..4).map(|_| view! { <li class="room-line"><div class="skeleton skeleton-hit"></div></li> }).collect_view()}
        </ol>
    }
    .into_any()
}
