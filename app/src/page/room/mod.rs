//! `/room/{code}`: one room, from the door to the picture.

mod bar;
mod chat;
mod composer;
mod emoji_picker;
mod entrance;
mod fullscreen_chat;
mod invite;
mod live;
mod message;
mod people;
mod queue;
mod queue_add;
mod route;
mod settings;
mod side;
mod stage;

use crate::api::rooms as rooms_api;
use crate::client::player::Player;
use crate::client::room::{Link, Part, Room};
use crate::component::header::Header;
use crate::component::live_title::LiveTitle;
use crate::error::Result;
use crate::protocol::room::Room as Listed;
use entrance::Entrance;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use live::Live;

pub use route::{preload, route};

/// The page.
#[component]
pub fn RoomPage() -> impl IntoView {
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    let listed = Resource::new(move || code.get(), rooms_api::room);
    view! {
        <Meta name="robots" content="noindex" />
        <Suspense fallback=Skeleton>
            {move || Suspend::new(async move {
                let listed: Result<Listed> = listed.await;
                view! { <Door listed code=code.get_untracked() /> }
            })}
        </Suspense>
    }
    .into_any()
}

/// Outside or inside: what the server knew of the room, then what the room itself says.
#[component]
fn Door(listed: Result<Listed>, code: String) -> impl IntoView {
    let room = Room::new(Player::new());
    let name = listed
        .as_ref()
        .map_or_else(|_| "Room".to_owned(), |listed| listed.settings.title.clone());
    let title = move || {
        let now = room.read(Part::Settings, |view| view.settings.title.clone());
        let now = if now.is_empty() { name.clone() } else { now };
        match room.unread.get() {
            0 => now,
            unread => format!("({unread}) {now}"),
        }
    };
    Effect::new(move |_| room.watch_over());
    // A connection that is lost for a moment leaves everything where it is.
    let is_in = Memo::new(move |_| matches!(room.link.get(), Link::In | Link::Lost));
    let (listed, code) = (StoredValue::new(listed), StoredValue::new(code));
    view! {
        <LiveTitle text=title />
        {move || if is_in.get() {
            view! { <Live room /> }.into_any()
        } else {
            view! { <Entrance room listed=listed.get_value() code=code.get_value() /> }.into_any()
        }}
    }
    .into_any()
}

/// Keeps the page's place.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <Title text="Room" />
        <Header />
        <main id="main" class="entry" aria-busy="true">
            <div class="skeleton skeleton-line"></div>
            <div class="skeleton skeleton-hit"></div>
        </main>
    }
    .into_any()
}
