//! `/`: one field, and rows of films.

use crate::api;
use crate::client::add::adder;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::component::icon::{Icon, icon};
use crate::component::poster::Poster;
use crate::component::poster_row::{PosterRow, RowItem};
use crate::component::search_field::SearchField;
use crate::component::shelf::Shelf;
use crate::error::{Error, Kind, Result};
use crate::input::Input;
use crate::next_episode::{Continue, to_continue};
use crate::protocol::*;
use crate::text;
use crate::title::readable;
use crate::tree::file_name;
use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

/// The rows hold no more than anyone scrolls through.
const ROW_LENGTH: usize = 30;

/// Three films that anyone may watch, for an instance where nobody has watched anything yet: title, note, what the
/// poster is made from (their own info hashes are known only once they are fetched), address.
const FREE_FILMS: [(&str, &str, &str, &str); 3] = [
    (
        "Big Buck Bunny 2008",
        "Blender Foundation, 10 min",
        "c39fe3eefbdb62da9c27eb6398ff4a7d2e26e7ab",
        "https://archive.org/download/BigBuckBunny_124/BigBuckBunny_124_archive.torrent",
    ),
    (
        "Sintel 2010",
        "Blender Foundation, 15 min",
        "e4d37e62d14ba96d29b9e760148803b458aee5b6",
        "https://archive.org/download/Sintel/Sintel_archive.torrent",
    ),
    (
        "Night of the Living Dead 1968",
        "George A. Romero, 96 min",
        "0ac1d80f86c5b7b9f6bb0b7de2b0a3cc5d2b5e94",
        "https://archive.org/download/night_of_the_living_dead/night_of_the_living_dead_archive.torrent",
    ),
];

type Rows = (
    Result<List<HistoryItem>>,
    Result<List<PopularItem>>,
    Result<List<Torrent>>,
);

/// The home page.
#[component]
pub fn Home() -> impl IntoView {
    // Three requests at once rather than one after the other.
    let history = Resource::new(|| (), |()| api::history(None, None));
    let popular = Resource::new(|| (), |()| api::popular(Window::Week));
    let latest = Resource::new(|| (), |()| api::latest(None));
    view! {
        <Title text="Find a film and watch it" />
        <Meta name="description" content="Find a film and stream it from BitTorrent within seconds, on your own server." />
        <Header />
        <main id="main" class="home">
            <Welcome />
            <Suspense fallback=SkeletonRows>
                {move || Suspend::new(async move {
                    let rows: Rows = (history.await, popular.await, latest.await);
                    view! { <HomeRows rows /> }
                })}
            </Suspense>
        </main>
    }
    .into_any()
}

#[component]
fn Welcome() -> impl IntoView {
    view! {
        <section class="welcome">
            <h1>"What are we watching?"</h1>
            <SearchField query=Signal::stored(String::new()) large=true />
            <PickFile />
            <p class="welcome-hint">"With friends? "<a class="button-link" href="/rooms">"Watch together in a room"</a></p>
        </section>
    }
    .into_any()
}

/// The way in for a `.torrent` file; without JavaScript there is nothing to pick one for.
#[component]
fn PickFile() -> impl IntoView {
    let adder = adder();
    let input: NodeRef<html::Input> = NodeRef::new();
    let picked = move |_: Event| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            adder.upload(file);
        }
        // The same file may be picked again.
        input.set_value("");
    };
    let open = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    view! {
        <p class="welcome-hint" data-testid="drop-zone">
            "Paste a magnet link, drop a .torrent anywhere, or "
            <button class="button-link" type="button" on:click=open>"pick a file"</button>
            <input
                node_ref=input
                type="file"
                accept=".torrent,application/x-bittorrent"
                aria-label="Pick a .torrent file"
                tabindex="-1"
                hidden
                data-testid="file-input"
                on:change=picked
            />
        </p>
    }
    .into_any()
}

#[component]
fn HomeRows(rows: Rows) -> impl IntoView {
    let (history, popular, latest) = rows;
    let problem: Option<Error> = [history.as_ref().err(), popular.as_ref().err(), latest.as_ref().err()]
        .into_iter()
        .flatten()
        .next()
        .cloned();
    let begun = to_continue(history.map(|list| list.items).unwrap_or_default());
    let begun: Vec<RowItem> = begun.into_iter().take(ROW_LENGTH).map(begun_item).collect();
    // If the server could not be told, it is back on the next visit. A series goes as a whole, or its episode before would
    // take the place.
    let begun = Shelf::new(begun, |item: RowItem| {
        leptos::task::spawn_local(async move {
            let _ = api::account::browser::clear_history(Some(item.info_hash)).await;
        });
    });
    let popular: Vec<RowItem> = items(popular).into_iter().map(popular_item).collect();
    let latest: Vec<RowItem> = items(latest).into_iter().map(latest_item).collect();
    let is_new =
        problem.is_none() && popular.is_empty() && latest.is_empty() && begun.items.with_untracked(Vec::is_empty);
    let remove = Callback::new(move |info_hash: InfoHash| begun.remove(|item| item.info_hash == info_hash));
    view! {
        {problem.map(|error| view! {
            <ErrorState title=error.title detail=error.detail>
                {if error.kind == Kind::Unauthorized {
                    view! { <a class="button-primary" href="/sign-in">"Sign in"</a> }.into_any()
                } else {
                    view! { <a class="button-primary" href="/" rel="external">"Try again"</a> }.into_any()
                }}
            </ErrorState>
        })}
        {move || {
            (!begun.items.with(Vec::is_empty))
                .then(|| view! { <PosterRow heading="Continue watching" testid="continue-row" items=begun.items on_remove=remove /> })
        }}
        {(!popular.is_empty()).then(|| view! { <PosterRow heading="Popular this week" testid="popular-row" items=popular /> })}
        {(!latest.is_empty()).then(|| view! { <PosterRow heading="Latest" testid="latest-row" items=latest all="/latest" /> })}
        {is_new.then(|| view! { <FreeFilms /> })}
        {begun.undo_line(|item| &item.title)}
    }
    .into_any()
}

fn items<T>(list: Result<List<T>>) -> Vec<T> {
    list.map(|list| list.items)
        .unwrap_or_default()
        .into_iter()
        .take(ROW_LENGTH)
        .collect()
}

fn begun_item(row: Continue) -> RowItem {
    let (item, file_index, percent, note) = match row {
        Continue::Here(item) => {
            let left = text::stretch(item.duration_seconds - item.position_seconds);
            let (file_index, percent) = (item.file_index, item.progress_percent);
            (item, file_index, percent, format!("{left} left"))
        }
        Continue::Next(item, next, percent) => {
            let episode = readable(file_name(&next.path)).name;
            (
                item,
                next.file_index,
                percent.unwrap_or(0.0),
                format!("Next: {episode}"),
            )
        }
    };
    RowItem {
        href: format!("/watch/{}/{file_index}", item.info_hash),
        note,
        info_hash: item.info_hash,
        title: item.title,
        picture: item.poster_url,
        percent: Some(percent),
    }
}

fn popular_item(item: PopularItem) -> RowItem {
    RowItem {
        href: format!("/watch/{}", item.info_hash),
        note: text::plural(item.viewers, "viewer", "viewers"),
        info_hash: item.info_hash,
        title: item.title,
        picture: item.poster_url,
        percent: None,
    }
}

pub(super) fn latest_item(torrent: Torrent) -> RowItem {
    RowItem {
        href: format!("/watch/{}", torrent.info_hash),
        note: text::size(torrent.size_bytes),
        info_hash: torrent.info_hash,
        title: torrent.name,
        picture: torrent.poster_url,
        percent: None,
    }
}

/// What a new instance shows: films to try, one click each.
#[component]
fn FreeFilms() -> impl IntoView {
    let adder = adder();
    let films = FREE_FILMS.into_iter().filter_map(|(title, note, art, url)| {
        let info_hash: InfoHash = art.parse().ok()?;
        let watch = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            adder.follow(Input::of(url));
        };
        // Without JavaScript the results page explains what this address is.
        let href = format!("/search?q={}", api::encode(url));
        Some(view! {
            <li>
                <a class="poster-link" href=href on:click=watch>
                    <Poster info_hash title=title picture=None />
                    <span class="poster-note">{note}</span>
                </a>
            </li>
        })
    });
    view! {
        <section class="row free-films" data-testid="free-films">
            <h2>"Nothing here yet. Try a free film"</h2>
            <p class="row-lead">
                "From the Internet Archive, one click each. "
                <span class="with-icon">{icon(Icon::Plus)}"Or paste a magnet link above."</span>
            </p>
            <ul class="row-posters" aria-label="Free films">{films.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Keeps the rows' place while they load.
#[component]
fn SkeletonRows() -> impl IntoView {
    let row = || {
        view! {
            <section class="row" aria-hidden="true">
                <h2 class="skeleton skeleton-line"></h2>
                <ul class="row-posters">
                    {(0..8).map(|_| view! { <li><div class="poster skeleton"></div></li> }).collect_view()}
                </ul>
            </section>
        }
        .into_any()
    };
    view! {
        {row()}
        {row()}
    }
    .into_any()
}
