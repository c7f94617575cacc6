//! From a film to a room with it.

use super::icon::{Icon, icon};
use crate::address;
use crate::api::browser;
use crate::api::rooms::browser::create_room;
use crate::client::add::{Adder, adder};
use crate::client::session;
use crate::protocol::room::NewRoom;
use crate::protocol::{AddTorrent, FileIndex, InfoHash};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// What a room begins with.
#[derive(Debug, Clone)]
pub struct Film {
    /// What it is called.
    pub name: String,
    /// Its torrent.
    pub info_hash: Option<InfoHash>,
    /// Its file; the main one if not said.
    pub file: Option<FileIndex>,
    /// What the server has to be asked for first, if it may not know the torrent.
    pub add: Option<AddTorrent>,
}

/// Makes a room with a film and goes there. Whoever has no account signs in first, and comes back.
pub fn start_room(adder: Adder, film: Film) {
    if !session::is_signed_in() {
        let location = window().location();
        let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
        return session::go(&address::sign_in(&here));
    }
    adder.go_to_new_room(async move {
        let info_hash = match film.add {
            Some(add) => Some(browser::add_torrent(add).await?.info_hash),
            None => film.info_hash,
        };
        let title: String = film.name.chars().take(crate::protocol::room::TITLE_CHARS).collect();
        let room = create_room(NewRoom {
            title,
            info_hash,
            file_index: film.file,
            ..NewRoom::default()
        });
        Ok(format!("/room/{}", room.await?.code))
    });
}

/// The button.
#[component]
pub fn WatchTogether(
    /// What the room begins with, read when it is pressed.
    film: Callback<(), Film>,
) -> impl IntoView {
    let adder = adder();
    // Pressed before the page is alive it would do nothing.
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let start = move |event: MouseEvent| {
        // The room may be there before the second click of two, and its page not yet.
        if event.detail() < 2 {
            start_room(adder, film.run(()));
        }
    };
    view! {
        <button class="button-quiet" type="button" disabled=move || !alive.get() data-testid="watch-together" on:click=start>
            {icon(Icon::People)} "Watch together"
        </button>
    }
    .into_any()
}
