//! "Watch together": takes a film to a room, either a new one or one of the user's.

use super::dialog::Dialog;
use super::icon::{Icon, icon};
use crate::api::rooms::browser::create_room;
use crate::api::{browser, rooms};
use crate::client::add::{Adder, adder};
use crate::client::handover::{self, Handover};
use crate::client::session;
use crate::own_link::OwnLink;
use crate::protocol::room::{NewRoom, Room};
use crate::protocol::{AddTorrent, FileIndex, InfoHash, SignUpMode, SourceRequest};
use crate::{address, api, t, text};
use leptos::ev::MouseEvent;
use leptos::html;
use leptos::prelude::*;

/// Maximum number of rooms offered; the rooms page lists all of them.
const MAX_OFFERED: usize = 6;

/// Film to watch together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Film {
    /// Title.
    pub name: String,
    /// Info hash of its torrent.
    pub info_hash: Option<InfoHash>,
    /// File in the torrent; `None` means the main one.
    pub file: Option<FileIndex>,
    /// Torrent to add first, if the server may not know it.
    pub add: Option<AddTorrent>,
    /// Playhead, seconds.
    pub position_seconds: f64,
    /// Set if it is playing.
    pub plays: bool,
}

impl Film {
    /// Returns the path of the film's page at the current position, which opens this dialog again.
    fn way_back(&self) -> Option<String> {
        let link = OwnLink::Film {
            info_hash: self.info_hash?,
            file: self.file,
            magnet: match &self.add {
                Some(AddTorrent::Magnet(magnet)) => Some(magnet.clone()),
                _ => None,
            },
            at: (self.position_seconds >= 1.0).then_some(self.position_seconds as u32),
        };
        let path = link.path();
        let mark = if path.contains('?') { '&' } else { '?' };
        Some(format!("{path}{mark}together=1"))
    }
}

/// State of the "Watch together" dialog. A handle: copies share it.
#[derive(Clone, Copy)]
pub struct Together {
    adder: Adder,
    film: RwSignal<Film>,
    open: RwSignal<bool>,
    /// Rooms offered, best match first.
    rooms: RwSignal<Vec<Room>>,
    /// Set while the rooms are being loaded, so that a second press does nothing.
    is_looking: StoredValue<bool>,
}

impl Together {
    /// Provides the page's instance in the context, for [`together`].
    pub fn provide() -> Self {
        let together = Self {
            adder: adder(),
            film: RwSignal::new(Film::default()),
            open: RwSignal::new(false),
            rooms: RwSignal::new(Vec::new()),
            is_looking: StoredValue::new(false),
        };
        provide_context(together);
        together
    }

    /// Takes the film to a room: opens the dialog if there are rooms to choose from, or if the user has to sign in
    /// first.
    pub fn ask(&self, film: Film) {
        self.film.set(film);
        if !session::is_signed_in() {
            return self.open.set(true);
        }
        if self.is_looking.get_value() || self.open.get_untracked() {
            return;
        }
        self.is_looking.set_value(true);
        let together = *self;
        leptos::task::spawn_local(async move {
            // If the rooms cannot be listed, a new one can still be created.
            let rooms = rooms::rooms().await.map(|list| list.items).unwrap_or_default();
            if together.is_looking.try_set_value(false).is_some() {
                return;
            }
            let name = together.film.with_untracked(|film| film.name.clone());
            let rooms = offered(rooms, &name);
            if rooms.is_empty() {
                return together.start();
            }
            together.rooms.set(rooms);
            together.open.set(true);
        });
    }

    /// Creates a room with the film and opens it.
    fn start(&self) {
        self.open.set(false);
        let film = self.film.get_untracked();
        self.adder.go_to_room(t::together::making(), async move {
            let info_hash = match film.add {
                Some(add) => Some(browser::add_torrent(add).await?.info_hash),
                None => film.info_hash,
            };
            let title: String = film.name.chars().take(crate::protocol::room::TITLE_CHARS).collect();
            let room = create_room(NewRoom {
                title,
                info_hash,
                file_index: film.file,
                position_seconds: (film.position_seconds >= 1.0).then_some(film.position_seconds),
                ..NewRoom::default()
            });
            let code = room.await?.code.to_string();
            let path = format!("/room/{code}");
            handover::leave(Handover {
                room: code,
                film: None,
                position_seconds: film.position_seconds,
                plays: film.plays,
            });
            Ok(path)
        });
    }

    /// Opens an existing room and hands the film over to it.
    fn join(&self, code: String) {
        self.open.set(false);
        let film = self.film.get_untracked();
        self.adder.go_to_room(t::together::going(), async move {
            let info_hash = match (film.add, film.info_hash) {
                (Some(add), _) => Some(browser::add_torrent(add).await?.info_hash),
                (None, info_hash) => info_hash,
            };
            let path = format!("/room/{code}");
            handover::leave(Handover {
                room: code,
                film: info_hash.map(|info_hash| SourceRequest::Torrent {
                    info_hash,
                    file: film.file,
                }),
                position_seconds: film.position_seconds,
                plays: film.plays,
            });
            Ok(path)
        });
    }
}

/// Returns the page's instance.
pub fn together() -> Together {
    expect_context()
}

/// Returns the rooms to offer: the user's own and open ones of others; first those with the film's title, then those
/// with people in them, then the latest.
fn offered(rooms: Vec<Room>, name: &str) -> Vec<Room> {
    let mut rooms: Vec<Room> = rooms.into_iter().filter(|room| room.is_host || room.is_open).collect();
    // Stable sort: the server sends the latest first.
    rooms.sort_by_key(|room| (room.settings.title != name, room.participants == 0));
    rooms.truncate(MAX_OFFERED);
    rooms
}

/// The dialog; once per page.
#[component]
pub fn TogetherDialog(
    /// State of the dialog.
    together: Together,
) -> impl IntoView {
    view! {
        <Dialog open=together.open title=t::together::title()>
            {move || if session::current().is_signed_in() {
                view! { <Choice together /> }.into_any()
            } else {
                view! { <SignInFirst together /> }.into_any()
            }}
        </Dialog>
    }
    .into_any()
}

#[component]
fn SignInFirst(together: Together) -> impl IntoView {
    let here = || {
        let location = window().location();
        location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
    };
    let back = together.film.with_untracked(Film::way_back).unwrap_or_else(here);
    let may_sign_up = session::current().read(|session| session.sign_up != SignUpMode::Closed);
    let sign_up = format!("/sign-up?next={}", api::encode(&back));
    view! {
        <p class="entry-lead">{t::together::sign_in_first()}</p>
        <div class="actions">
            <a class="button-primary" rel="external" href=address::sign_in(&back) data-testid="together-sign-in">{t::common::sign_in()}</a>
            {may_sign_up.then(|| view! { <a class="button-quiet" rel="external" href=sign_up>{t::together::sign_up()}</a> })}
        </div>
    }
    .into_any()
}

#[component]
fn Choice(together: Together) -> impl IntoView {
    let first: NodeRef<html::Button> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            // Once the dialog is open.
            queue_microtask(move || drop(first.focus()));
        }
    });
    let film = together.film.get_untracked();
    let name = |_| view! { <span dir="auto">{film.name.clone()}</span> }.into_any();
    let lead = if film.position_seconds >= 1.0 {
        t::together::film_at(t::together::FilmAt {
            time: &text::clock(film.position_seconds),
            film: &name,
        })
    } else {
        vec![name(String::new())]
    };
    let now = api::now();
    let rooms = together.rooms.get_untracked().into_iter().map(|room| {
        let state = match (room.is_open, room.participants) {
            (true, 0) => t::together::open().to_owned(),
            (true, people) => t::together::open_with(people.into()),
            (false, _) => t::together::closed(&text::ago(now, room.last_active_at)),
        };
        let code = room.code.to_string();
        let title = room.settings.title;
        let name = t::together::in_room(t::together::InRoom {
            room: &|_| view! { <b dir="auto">{title.clone()}</b> }.into_any(),
        });
        view! {
            <li>
                <button class="together-room" type="button" data-testid="together-room" on:click=move |_| together.join(code.clone())>
                    <span>{name}</span>
                    <small>{state}</small>
                </button>
            </li>
        }
    });
    view! {
        <p class="entry-lead">{lead}</p>
        <button node_ref=first class="button-primary" type="button" data-testid="together-new" on:click=move |_| together.start()>
            {icon(Icon::Plus)} {t::together::new_room()}
        </button>
        <ul class="together-rooms" aria-label=t::together::rooms()>{rooms.collect_view()}</ul>
    }
    .into_any()
}

/// "Watch together" button.
#[component]
pub fn WatchTogether(
    /// The film, read when the button is pressed.
    film: Callback<(), Film>,
) -> impl IntoView {
    let together = together();
    // Disabled until hydration, before which a press would do nothing.
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let start = move |event: MouseEvent| {
        // A double click must not make two requests: the first may have finished before its page is shown.
        if event.detail() < 2 {
            together.ask(film.run(()));
        }
    };
    view! {
        <button class="button-quiet" type="button" disabled=move || !alive.get() data-testid="watch-together" on:click=start>
            {icon(Icon::People)} {t::together::title()}
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Timestamp;
    use crate::protocol::room::RoomSettings;

    fn room(code: &str, title: &str, is_host: bool, is_open: bool, participants: u32) -> Room {
        Room {
            code: code.parse().unwrap(),
            slug: None,
            settings: RoomSettings::new(title),
            host: "ada".into(),
            is_host,
            is_open,
            is_removed: false,
            participants,
            playing: None,
            addresses: Vec::new(),
            created_at: Timestamp(0),
            last_active_at: Timestamp(0),
        }
    }

    #[test]
    fn rooms_are_offered_in_the_order_in_which_they_are_likely_meant() {
        let rooms = vec![
            room("bbbbbbbb", "Friday night", true, false, 0),
            room("cccccccc", "Bob's", false, false, 0),
            room("dddddddd", "Full house", false, true, 3),
            room("ffffffff", "The Film", true, false, 0),
        ];
        let titles: Vec<String> = offered(rooms, "The Film")
            .into_iter()
            .map(|room| room.settings.title)
            .collect();
        assert_eq!(titles, ["The Film", "Full house", "Friday night"]);
        let many = (0..20).map(|_| room("bbbbbbbb", "Again", true, false, 0)).collect();
        assert_eq!(offered(many, "").len(), MAX_OFFERED);
    }

    #[test]
    fn whoever_signs_in_comes_back_to_the_place_in_the_film() {
        let hash = InfoHash([1; 20]);
        let film = Film {
            name: "Film".into(),
            info_hash: Some(hash),
            file: Some(2),
            position_seconds: 218.4,
            ..Film::default()
        };
        assert_eq!(film.way_back(), Some(format!("/watch/{hash}/2?t=218&together=1")));
        let begun = Film {
            position_seconds: 0.0,
            file: None,
            ..film
        };
        assert_eq!(begun.way_back(), Some(format!("/watch/{hash}?together=1")));
        assert_eq!(Film::default().way_back(), None);
    }
}
