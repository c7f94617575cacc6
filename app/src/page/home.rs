//! `/`: one field, and rows of films.

use crate::api;
use crate::client::add::adder;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::component::icon::{Icon, icon};
use crate::component::poster::Poster;
use crate::component::poster_row::{PosterRow, RowItem};
use crate::component::search_field::SearchField;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::protocol::*;
use crate::text;
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
    let history = Resource::new(|| (), |()| api::history());
    let popular = Resource::new(|| (), |()| api::popular(Window::Week));
    let latest = Resource::new(|| (), |()| api::latest());
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
    let begun = items(history)
        .into_iter()
        .filter(|item| item.progress_percent < 95.0)
        .map(begun_item)
        .collect();
    let begun = RwSignal::new(newest_of_each(begun));
    let popular: Vec<RowItem> = items(popular).into_iter().map(popular_item).collect();
    let latest: Vec<RowItem> = items(latest).into_iter().map(latest_item).collect();
    let is_new = problem.is_none() && popular.is_empty() && latest.is_empty() && begun.with_untracked(Vec::is_empty);
    let remove = Callback::new(move |id: String| {
        // Gone at once; if the server could not be told, it is back on the next visit.
        begun.update(|items| items.retain(|item| item.history_id.as_deref() != Some(id.as_str())));
        leptos::task::spawn_local(async move {
            let _ = api::browser::delete_history(&id).await;
        });
    });
    view! {
        {problem.map(|error| view! {
            <ErrorState title=error.title detail=error.detail>
                <a class="button-primary" href="/" rel="external">"Try again"</a>
            </ErrorState>
        })}
        {move || {
            (!begun.with(Vec::is_empty))
                .then(|| view! { <PosterRow heading="Continue watching" testid="continue-row" items=begun on_remove=remove /> })
        }}
        {(!popular.is_empty()).then(|| view! { <PosterRow heading="Popular this week" testid="popular-row" items=popular /> })}
        {(!latest.is_empty()).then(|| view! { <PosterRow heading="Latest" testid="latest-row" items=latest /> })}
        {is_new.then(|| view! { <FreeFilms /> })}
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

/// A series has one poster: its episode that was watched last. The history comes latest first.
fn newest_of_each(items: Vec<RowItem>) -> Vec<RowItem> {
    let mut seen = std::collections::HashSet::new();
    items.into_iter().filter(|item| seen.insert(item.info_hash)).collect()
}

fn begun_item(item: HistoryItem) -> RowItem {
    RowItem {
        href: format!("/watch/{}/{}", item.info_hash, item.file_index),
        note: format!("{} left", text::stretch(item.duration_seconds - item.position_seconds)),
        info_hash: item.info_hash,
        title: item.title,
        picture: item.poster_url,
        percent: Some(item.progress_percent),
        history_id: Some(item.id),
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
        history_id: None,
    }
}

fn latest_item(torrent: Torrent) -> RowItem {
    RowItem {
        href: format!("/watch/{}", torrent.info_hash),
        note: text::size(torrent.size_bytes),
        info_hash: torrent.info_hash,
        title: torrent.name,
        picture: torrent.poster_url,
        percent: None,
        history_id: None,
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
