//! Something for the queue: searched for, pasted, or another file of what is on.

use crate::api;
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use crate::error::Result;
use crate::input::{Input, magnet_of};
use crate::protocol::room::{Addition, ClientMessage};
use crate::protocol::*;
use crate::text;
use crate::title::readable;
use crate::tree::file_name;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

/// So many results: more are on the search page.
const RESULTS: usize = 12;

/// What the field found.
#[derive(Clone, PartialEq)]
enum Found {
    Nothing,
    Busy(String),
    Hits(Vec<Hit>),
    Problem(String),
}

/// The field and what it finds.
#[component]
pub fn Add(
    /// The room.
    room: Room,
) -> impl IntoView {
    let field: NodeRef<html::Input> = NodeRef::new();
    let found = RwSignal::new(Found::Nothing);
    let turn = Turn(StoredValue::new(0));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else { return };
        let typed = field.value();
        // Whatever it is, what was asked for before is not wanted any more.
        turn.next();
        match Input::of(&typed) {
            Input::Nothing => found.set(Found::Nothing),
            Input::Words(words) => search(found, turn, words),
            Input::Magnet { magnet, .. } => add(room, found, turn, AddTorrent::Magnet(magnet)),
            Input::Hash(info_hash) => add(room, found, turn, AddTorrent::Magnet(magnet_of(info_hash))),
            Input::Url(url) => add(room, found, turn, AddTorrent::Url(url)),
            Input::Unusable(why) => found.set(Found::Problem(why.to_owned())),
        }
    };
    let results = move || {
        match found.get() {
        Found::Nothing => view! { <More room /> }.into_any(),
        Found::Busy(what) => view! { <p class="chat-notice" role="status">{what}</p> }.into_any(),
        Found::Problem(why) => view! { <p class="form-problem" role="alert">{why}</p> }.into_any(),
        Found::Hits(hits) if hits.is_empty() => view! { <p class="chat-empty" role="status">"Nothing found."</p> }.into_any(),
        Found::Hits(hits) => view! {
            <ul class="queue-found" aria-label="Found">{hits.into_iter().map(|hit| result(room, found, turn, hit)).collect_view()}</ul>
        }
        .into_any(),
    }
    };
    view! {
        <form class="search-field queue-add" role="search" aria-label="Add to the queue" on:submit=send>
            {icon(Icon::Plus)}
            <input node_ref=field type="search" placeholder="Add: a title, a magnet link" aria-label="A title to search for, or a magnet link to add" autocomplete="off" data-testid="queue-field" />
        </form>
        {results}
    }
    .into_any()
}

/// Counts what was asked for, so that a late answer does not cover a newer one.
#[derive(Clone, Copy)]
struct Turn(StoredValue<u32>);

impl Turn {
    fn next(self) -> u32 {
        self.0
            .try_update_value(|turn| {
                *turn = turn.wrapping_add(1);
                *turn
            })
            .unwrap_or_default()
    }

    /// Whether nothing was asked for since, and somebody still looks.
    fn is(self, turn: u32) -> bool {
        self.0.try_get_value() == Some(turn)
    }
}

fn search(found: RwSignal<Found>, turn: Turn, query: String) {
    let now = turn.next();
    found.set(Found::Busy("Searching…".to_owned()));
    leptos::task::spawn_local(async move {
        let answer = api::search(SearchQuery {
            query,
            ..SearchQuery::default()
        });
        let answer = match answer.await {
            Ok(answer) => Found::Hits(answer.items.into_iter().take(RESULTS).collect()),
            Err(error) => Found::Problem(error.detail),
        };
        if turn.is(now) {
            let _ = found.try_set(answer);
        }
    });
}

/// The server has to know a torrent before a room can have it.
fn add(room: Room, found: RwSignal<Found>, turn: Turn, torrent: AddTorrent) {
    let now = turn.next();
    found.set(Found::Busy("Adding… The files' names are on their way.".to_owned()));
    leptos::task::spawn_local(async move {
        let added: Result<Torrent> = api::browser::add_torrent(torrent).await;
        match added {
            Ok(torrent) => {
                if turn.is(now) {
                    let _ = found.try_set(Found::Nothing);
                }
                enqueue(room, torrent.info_hash, None);
            }
            Err(error) if turn.is(now) => drop(found.try_set(Found::Problem(error.detail))),
            // The viewer looks at something else by now.
            Err(error) => room.say_hint(error.detail),
        }
    });
}

/// Puts it into the queue; on at once where nothing is.
fn enqueue(room: Room, info_hash: InfoHash, file: Option<FileIndex>) {
    let play_now = room.peek(|view| view.playback.video.is_none() && view.queue.is_empty() && view.may_control());
    room.tell(ClientMessage::QueueAdd {
        addition: Addition {
            info_hash,
            file,
            play_now,
        },
    });
}

fn result(room: Room, found: RwSignal<Found>, turn: Turn, hit: Hit) -> AnyView {
    let name = readable(&hit.title).name;
    let size = (hit.size_bytes > 0).then(|| text::size(hit.size_bytes));
    let facts = [
        size,
        hit.seeders
            .map(|seeders| text::plural(seeders.into(), "seeder", "seeders")),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let torrent = hit
        .magnet
        .clone()
        .map(AddTorrent::Magnet)
        .or_else(|| hit.torrent_url.clone().map(AddTorrent::Url))
        .or_else(|| hit.info_hash.map(|info_hash| AddTorrent::Magnet(magnet_of(info_hash))));
    let label = format!("Add {name}");
    let take = move |_| {
        if let Some(torrent) = torrent.clone() {
            add(room, found, turn, torrent);
        }
    };
    view! {
        <li>
            <div class="queue-main"><p title=hit.title.clone()>{name}</p><small>{facts.join(" · ")}</small></div>
            <button class="button-quiet icon-only" type="button" aria-label=label data-testid="queue-add" on:click=take>{icon(Icon::Plus)}</button>
        </li>
    }
    .into_any()
}

/// Other files of the torrent that is on: the next episodes, mostly.
#[component]
fn More(room: Room) -> impl IntoView {
    let on = Memo::new(move |_| {
        room.read(Part::Playback, |view| {
            view.playback.video.as_ref().map(|video| (video.info_hash, video.file))
        })
    });
    let files = RwSignal::new(Vec::<TorrentFile>::new());
    Effect::new(move |_| {
        let Some((info_hash, file)) = on.get() else { return };
        leptos::task::spawn_local(async move {
            let torrent = api::torrent(info_hash)
                .await
                .map(|torrent| torrent.files)
                .unwrap_or_default();
            let others = torrent
                .into_iter()
                .filter(|other| other.media.is_playable() && other.index != file);
            let _ = files.try_set(others.collect());
        });
    });
    move || {
        let (info_hash, _) = on.get()?;
        (!files.with(Vec::is_empty)).then(|| view! {
            <details class="queue-more">
                <summary class="button-quiet">{format!("{} in this torrent", text::plural(files.with(Vec::len) as u64, "other file", "other files"))}</summary>
                <ul class="queue-found">
                    {files.get().into_iter().map(|file| {
                        let name = file_name(&file.path).to_owned();
                        let index = file.index;
                        view! {
                            <li>
                                <div class="queue-main"><p>{name.clone()}</p><small>{text::size(file.size_bytes)}</small></div>
                                <button class="button-quiet icon-only" type="button" aria-label=format!("Add {name}") on:click=move |_| enqueue(room, info_hash, Some(index))>{icon(Icon::Plus)}</button>
                            </li>
                        }
                    }).collect_view()}
                </ul>
            </details>
        })
    }
}
