//! `/room/{code}`: page of a room, from the entrance to the film.

mod bar;
mod character_counter;
mod chat;
mod chat_scroll;
mod chat_state;
mod composer;
mod emoji_picker;
mod entrance;
mod fullscreen_chat;
mod invite;
mod live;
mod message;
mod outgoing;
mod page_state;
mod people;
mod queue;
mod queue_add;
mod remote;
mod screen;
mod screen_video;
mod settings;
mod side;
mod toasts;

use crate::api::{self, rooms as rooms_api};
use crate::client::player::Player;
use crate::client::room::{Link, Part, Room};
use crate::component::header::Header;
use crate::component::live_title::LiveTitle;
use crate::error::{Kind, Result};
use crate::protocol::room::Room as Listed;
use crate::room::preview;
use crate::t;
use entrance::Entrance;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use live::Live;

super::lazy::lazy_page!(RoomPage as RoomPageRoute);

/// Page of a room.
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
                if listed.as_ref().is_err_and(|error| error.kind == Kind::NotFound) {
                    api::tell_not_found();
                }
                view! { <Door listed code=code.get_untracked() /> }
            })}
        </Suspense>
    }
    .into_any()
}

/// Entrance before joining, then the room itself. Shows the server-rendered data until the first snapshot.
#[component]
fn Door(listed: Result<Listed>, code: String) -> impl IntoView {
    let room = Room::new(Player::new());
    let name = listed
        .as_ref()
        .map_or_else(|_| t::room::title().to_owned(), |listed| listed.settings.title.clone());
    let title = move || {
        let now = room.read(Part::Settings, |view| view.settings.title.clone());
        let now = if now.is_empty() { name.clone() } else { now };
        match room.unread.get() {
            0 => now,
            unread => format!("({unread}) {now}"),
        }
    };
    Effect::new(move |_| room.watch_over());
    // A short loss of the connection leaves the page as it is.
    let is_in = Memo::new(move |_| matches!(room.link.get(), Link::In | Link::Lost));
    let (listed, code) = (StoredValue::new(listed), StoredValue::new(code));
    view! {
        {listed.with_value(|listed| listed.as_ref().ok().map(tags))}
        <LiveTitle text=title />
        {move || if is_in.get() {
            view! { <Live room /> }.into_any()
        } else {
            view! { <Entrance room listed=listed.get_value() code=code.get_value() /> }.into_any()
        }}
    }
    .into_any()
}

/// Link preview for messengers (Open Graph protocol, ogp.me). It shows no more than the entrance does: for a room with
/// a password, not what is playing.
fn tags(room: &Listed) -> AnyView {
    let title = room.settings.title.clone();
    let description = preview::sentence(room);
    let base = if cfg!(feature = "ssr") {
        use_context::<preview::SiteAddress>().map(|base| base.0)
    } else {
        window().location().origin().ok()
    };
    let base = base.unwrap_or_default();
    let address = room.slug.as_deref().unwrap_or(room.code.as_str());
    view! {
        <Meta name="description" content=description.clone() />
        <Meta property="og:type" content="website" />
        <Meta property="og:site_name" content="Matinee" />
        <Meta property="og:title" content=title />
        <Meta property="og:description" content=description />
        <Meta property="og:url" content=format!("{base}/room/{address}") />
        <Meta property="og:image" content=format!("{base}/icon-512.png") />
        <Meta name="twitter:card" content="summary" />
    }
    .into_any()
}

/// Placeholder while the room is loading.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <Title text=t::room::title() />
        <Header />
        <main id="main" class="entry" aria-busy="true">
            <div class="skeleton skeleton-line"></div>
            <div class="skeleton skeleton-hit"></div>
        </main>
    }
    .into_any()
}
