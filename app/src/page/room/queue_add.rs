//! Form that adds to the queue: by search, by link, or another file of the current torrent.

use crate::api;
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use crate::error::Result;
use crate::input::{Input, magnet_of};
use crate::own_link::OwnLink;
use crate::protocol::room::{Addition, ClientMessage, QueueRequest};
use crate::protocol::*;
use crate::t;
use crate::text;
use crate::title::readable;
use crate::tree::file_name;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

/// Maximum number of results; the search page has more.
const RESULTS: usize = 12;

/// Result of the form.
#[derive(Clone, PartialEq)]
enum Found {
    Nothing,
    Busy(String),
    Hits(Vec<Hit>),
    Problem(String),
}

/// Form with its results.
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
        // Cancels the previous request, whatever was typed now.
        turn.next();
        match Input::of(&typed) {
            Input::Nothing => found.set(Found::Nothing),
            Input::Words(words) => search(found, turn, words),
            Input::Magnet { magnet, .. } => add(room, found, turn, AddTorrent::Magnet(magnet), None),
            Input::Hash(info_hash) => add(room, found, turn, AddTorrent::Magnet(magnet_of(info_hash)), None),
            Input::Url(url) => add(room, found, turn, AddTorrent::Url(url), None),
            Input::Own(OwnLink::Film {
                info_hash,
                file,
                magnet,
                ..
            }) => {
                let magnet = magnet.unwrap_or_else(|| magnet_of(info_hash));
                add(room, found, turn, AddTorrent::Magnet(magnet), file);
            }
            Input::Own(OwnLink::Room { .. }) => {
                found.set(Found::Problem(t::queue_add::link_of_room().to_owned()));
            }
            Input::Unusable(why) => found.set(Found::Problem(why.to_owned())),
        }
    };
    let results = move || {
        match found.get() {
        Found::Nothing => view! { <More room /> }.into_any(),
        Found::Busy(what) => view! { <p class="chat-notice" role="status">{what}</p> }.into_any(),
        Found::Problem(why) => view! { <p class="form-problem" role="alert">{why}</p> }.into_any(),
        Found::Hits(hits) if hits.is_empty() => view! { <p class="chat-empty" role="status">{t::queue_add::nothing_found()}</p> }.into_any(),
        Found::Hits(hits) => view! {
            <ul class="queue-found" aria-label=t::queue_add::found()>{hits.into_iter().map(|hit| result(room, found, turn, hit)).collect_view()}</ul>
        }
        .into_any(),
    }
    };
    view! {
        <form class="search-field queue-add" role="search" aria-label=t::queue_add::label() on:submit=send>
            {icon(Icon::Plus)}
            <input node_ref=field type="search" dir="auto" placeholder=t::queue_add::placeholder() aria-label=t::queue_add::field() autocomplete="off" data-testid="queue-field" />
        </form>
        {results}
    }
    .into_any()
}

/// Request counter: late responses must not replace the results of newer requests.
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

    /// Returns `true` if this is the latest request and the form still exists.
    fn is(self, turn: u32) -> bool {
        self.0.try_get_value() == Some(turn)
    }
}

fn search(found: RwSignal<Found>, turn: Turn, query: String) {
    let now = turn.next();
    found.set(Found::Busy(t::queue_add::searching().to_owned()));
    leptos::task::spawn_local(async move {
        let answer = api::search(SearchQuery {
            query,
            ..SearchQuery::default()
        });
        let answer = match answer.await {
            Ok(answer) => Found::Hits(answer.items.into_iter().take(RESULTS).collect()),
            Err(error) => Found::Problem(error.detail.to_string()),
        };
        if turn.is(now) {
            let _ = found.try_set(answer);
        }
    });
}

/// Adds a torrent to the server, which must know it before a room can, then to the queue.
fn add(room: Room, found: RwSignal<Found>, turn: Turn, torrent: AddTorrent, file: Option<FileIndex>) {
    let now = turn.next();
    found.set(Found::Busy(t::queue_add::adding().to_owned()));
    leptos::task::spawn_local(async move {
        let added: Result<Torrent> = api::browser::add_torrent(torrent).await;
        match added {
            Ok(torrent) => {
                if turn.is(now) {
                    let _ = found.try_set(Found::Nothing);
                }
                enqueue(room, torrent.info_hash, file);
            }
            Err(error) if turn.is(now) => drop(found.try_set(Found::Problem(error.detail.to_string()))),
            // The user has moved on: show the error as a hint.
            Err(error) => room.say_hint(error.detail),
        }
    });
}

/// Adds a file to the queue; plays it at once if nothing is playing.
fn enqueue(room: Room, info_hash: InfoHash, file: Option<FileIndex>) {
    let play_now = room.peek(|view| view.playback.video().is_none() && view.queue.is_empty() && view.may_control());
    room.tell(ClientMessage::Queue(QueueRequest::Add(Addition {
        source: SourceRequest::Torrent { info_hash, file },
        play_now,
    })));
}

fn result(room: Room, found: RwSignal<Found>, turn: Turn, hit: Hit) -> AnyView {
    let name = readable(&hit.title).name;
    let size = (hit.size_bytes > 0).then(|| text::size(hit.size_bytes));
    let facts = [size, hit.seeders.map(|seeders| t::queue_add::seeders(seeders.into()))];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let torrent = hit
        .magnet
        .clone()
        .map(AddTorrent::Magnet)
        .or_else(|| hit.torrent_url.clone().map(AddTorrent::Url))
        .or_else(|| hit.info_hash.map(|info_hash| AddTorrent::Magnet(magnet_of(info_hash))));
    let label = t::queue_add::title(&name);
    let take = move |_| {
        if let Some(torrent) = torrent.clone() {
            add(room, found, turn, torrent, None);
        }
    };
    view! {
        <li>
            <button class="queue-hit" type="button" aria-label=label data-testid="queue-add" on:click=take>
                <span class="queue-main"><b dir="auto" title=hit.title.clone()>{name}</b><small>{facts.join(" · ")}</small></span>
                {icon(Icon::Plus)}
            </button>
        </li>
    }
    .into_any()
}

/// Other files of the current torrent, usually the next episodes.
#[component]
fn More(room: Room) -> impl IntoView {
    let on = Memo::new(move |_| room.read(Part::Playback, |view| view.playback.video().map(|video| video.source)));
    let files = RwSignal::new(Vec::<TorrentFile>::new());
    Effect::new(move |_| {
        let Some(Source::Torrent { info_hash, file }) = on.get() else {
            return;
        };
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
        let Source::Torrent { info_hash, .. } = on.get()?;
        (!files.with(Vec::is_empty)).then(|| view! {
            <details class="queue-more">
                <summary class="button-quiet">{t::queue_add::other_files(files.with(Vec::len) as u64)}</summary>
                <ul class="queue-found">
                    {files.get().into_iter().map(|file| {
                        let name = file_name(&file.path).to_owned();
                        let index = file.index;
                        view! {
                            <li>
                                <button class="queue-hit" type="button" aria-label=t::queue_add::title(&name) on:click=move |_| enqueue(room, info_hash, Some(index))>
                                    <span class="queue-main"><b dir="auto">{name.clone()}</b><small>{text::size(file.size_bytes)}</small></span>
                                    {icon(Icon::Plus)}
                                </button>
                            </li>
                        }
                    }).collect_view()}
                </ul>
            </details>
        })
    }
}
