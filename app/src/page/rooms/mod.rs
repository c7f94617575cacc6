//! `/rooms`: the rooms that a person made or was in, open ones first, and the way to a new one.

mod create;
mod route;

use crate::api::{self, rooms as rooms_api};
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::component::icon::{Icon, icon};
use crate::error::{Error, Kind, Result};
use crate::protocol::room::Room;
use crate::protocol::{List, Timestamp};
use crate::{address, text};
use create::Create;
use leptos::html;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

pub use route::{preload, route};

/// The page.
#[component]
pub fn Rooms() -> impl IntoView {
    let list = Resource::new(|| (), |()| rooms_api::rooms());
    view! {
        <Title text="Rooms" />
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
            <h1>"Rooms"</h1>
            <ErrorState title=error.title detail=error.detail>
                <a class="button-primary" href="/rooms" rel="external">"Try again"</a>
            </ErrorState>
        }
        .into_any();
    }
    view! {
        <h1>"Watch together"</h1>
        <ErrorState
            title="Sign in to make a room"
            detail="A room is a link that you send to friends: everybody sees the same frame at the same moment, and you talk beside it. Friends with a link need no account."
        >
            <a class="button-primary" href=address::sign_in("/rooms")>"Sign in"</a>
        </ErrorState>
    }
    .into_any()
}

#[component]
fn Dashboard(rooms: Vec<Room>) -> impl IntoView {
    let mut rooms = rooms;
    // Stable: within each, the latest stays first.
    rooms.sort_by_key(|room| !room.is_open);
    let is_empty = rooms.is_empty();
    let rooms = RwSignal::new(rooms);
    let making = RwSignal::new(is_empty);
    let now = api::now();
    view! {
        <header class="rooms-head">
            <h1>"Rooms"</h1>
            <button
                class="button-primary"
                type="button"
                aria-expanded=move || making.get().to_string()
                data-testid="new-room"
                class:gone=move || making.get()
                on:click=move |_| making.set(true)
            >
                {icon(Icon::Plus)} "New room"
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
    let age = match text::age(now, room.last_active_at).as_str() {
        "just now" => "just now".to_owned(),
        age => format!("{age} ago"),
    };
    let state = if room.is_open {
        let people = text::plural(room.participants.into(), "person", "people");
        view! { <span class="room-open">"Open"</span> <span>{people}</span> }.into_any()
    } else {
        view! { <span>{format!("Closed · {age}")}</span> }.into_any()
    };
    let whose = if room.is_host {
        "Yours".to_owned()
    } else {
        format!("{}’s", room.host)
    };
    view! {
        <li class="room-line" data-testid="room-line">
            <div>
                <h2><a href=href>{room.settings.title.clone()}</a></h2>
                <p>
                    {state}
                    <span>{whose}</span>
                    {room.settings.has_password.then(|| view! { <span class="with-icon">{icon(Icon::Lock)}"Password"</span> })}
                    {room.playing.clone().map(|playing| view! { <span class="room-playing">{playing}</span> })}
                </p>
            </div>
            <code class="room-code">{room.code.to_string()}</code>
            {room.is_host.then(|| view! { <End room=room.clone() rooms /> })}
        </li>
    }
    .into_any()
}

/// Ends a room, after asking in place.
#[component]
fn End(room: Room, rooms: RwSignal<Vec<Room>>) -> impl IntoView {
    let asked = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let keep: NodeRef<html::Button> = NodeRef::new();
    Effect::new(move |_| {
        // The harmless answer has the focus.
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
                Err(error) => drop(problem.try_set(Some(error.detail))),
            }
        });
    };
    let label = format!("End {}", room.settings.title);
    view! {
        <div class="room-end">
            {move || if asked.get() {
                view! {
                    <p>"End it, with its queue? What was said is deleted after 30 days."</p>
                    <button class="button-danger" type="button" on:click=end>"End it"</button>
                    <button node_ref=keep class="button-quiet" type="button" on:click=move |_| asked.set(false)>"Keep it"</button>
                    <p role="alert" class="form-problem">{move || problem.get()}</p>
                }
                .into_any()
            } else {
                view! {
                    <button class="button-quiet icon-only" type="button" aria-label=label.clone() title="End the room" on:click=move |_| asked.set(true)>
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
        <h1>"Rooms"</h1>
        <ol class="room-lines" aria-hidden="true">
            {(0..4).map(|_| view! { <li class="room-line"><div class="skeleton skeleton-hit"></div></li> }).collect_view()}
        </ol>
    }
    .into_any()
}
