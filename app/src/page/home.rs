//! `/`: search field, and rows of films.

use crate::api;
use crate::client::add::adder;
use crate::client::session;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::component::poster::Poster;
use crate::component::poster_row::{PosterRow, RowItem};
use crate::component::search_field::SearchField;
use crate::component::shelf::UndoableList;
use crate::error::{Error, Kind, Result};
use crate::i18n::element;
use crate::next_episode::{Continue, to_continue};
use crate::protocol::*;
use crate::t;
use crate::text;
use crate::title::readable;
use crate::tree::file_name;
use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

/// Maximum length of a row; hardly anyone scrolls further.
const ROW_LENGTH: usize = 30;

/// Free films, offered on an instance where nothing has been watched yet: title, maker, minutes, seed of the generated
/// poster (their info hashes are known only after fetching), URL.
const FREE_FILMS: [(&str, &str, u64, &str, &str); 3] = [
    (
        "Big Buck Bunny 2008",
        "Blender Foundation",
        10,
        "c39fe3eefbdb62da9c27eb6398ff4a7d2e26e7ab",
        "https://archive.org/download/BigBuckBunny_124/BigBuckBunny_124_archive.torrent",
    ),
    (
        "Sintel 2010",
        "Blender Foundation",
        15,
        "e4d37e62d14ba96d29b9e760148803b458aee5b6",
        "https://archive.org/download/Sintel/Sintel_archive.torrent",
    ),
    (
        "Night of the Living Dead 1968",
        "George A. Romero",
        96,
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
    // In parallel rather than one after the other.
    let history = Resource::new(|| (), |()| api::history(None, None));
    let popular = Resource::new(|| (), |()| api::popular(Window::Week));
    let latest = Resource::new(|| (), |()| api::latest(None));
    view! {
        <Title text=t::home::title() />
        <Meta name="description" content=t::home::description() />
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
    let is_deleted = use_query_map().with_untracked(|query| query.get_str("deleted").is_some());
    let with_friends = t::home::with_friends(t::home::WithFriends {
        rooms: &|text| element("<a class=\"button-link\" href=\"/rooms\">", &text, "</a>").into_any(),
    });
    view! {
        <section class="welcome">
            {element("<h1>", t::home::heading(), "</h1>")}
            <SearchField query=Signal::stored(String::new()) large=true />
            {is_deleted.then(|| view! { <p class="welcome-hint" role="status" data-testid="account-deleted">{t::home::account_deleted()}</p> })}
            <PickFile />
            <p class="welcome-hint">{with_friends}</p>
        </section>
    }
    .into_any()
}

/// Button that picks a `.torrent` file; without JavaScript it does nothing.
#[component]
fn PickFile() -> impl IntoView {
    let adder = adder();
    let input: NodeRef<html::Input> = NodeRef::new();
    let picked = move |_: Event| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            adder.upload(file);
        }
        // Reset, so that the same file can be picked again.
        input.set_value("");
    };
    let open = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let paste = t::home::paste(t::home::Paste {
        mouse: &|text| element("<span class=\"with-mouse\">", &text, "</span>").into_any(),
        pick: &|text| view! { <button class="button-link" type="button" on:click=open>{text}</button> }.into_any(),
    });
    view! {
        <p class="welcome-hint" data-testid="drop-zone">
            {paste}
            <input
                node_ref=input
                type="file"
                accept=".torrent,application/x-bittorrent"
                aria-label=t::home::pick_file()
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
    // If the request fails, the film reappears on the next visit. A series is removed as a whole, or an earlier episode
    // would take its place.
    let begun = UndoableList::new(begun, |item: RowItem| {
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
            <ErrorState title=error.heading() detail=error.detail>
                {if error.kind == Kind::Unauthorized {
                    view! { <a class="button-primary" href="/sign-in">{t::common::sign_in()}</a> }.into_any()
                } else {
                    view! { <a class="button-primary" href="/" rel="external">{t::common::try_again()}</a> }.into_any()
                }}
            </ErrorState>
        })}
        {move || {
            (!begun.items.with(Vec::is_empty))
                .then(|| view! { <PosterRow heading=t::home::continue_watching() testid="continue-row" items=begun.items on_remove=remove /> })
        }}
        {(!popular.is_empty()).then(|| view! { <PosterRow heading=t::home::popular() testid="popular-row" items=popular /> })}
        {(!latest.is_empty()).then(|| view! { <PosterRow heading=t::home::latest() testid="latest-row" items=latest all="/latest" /> })}
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
            (item, file_index, percent, t::home::time_left(&left))
        }
        Continue::Next(item, next, percent) => {
            let episode = readable(file_name(&next.path)).name;
            (item, next.file_index, percent.unwrap_or(0.0), t::home::next(&episode))
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
        note: t::home::viewers(item.viewers),
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

/// Free films for a new instance, one click each.
#[component]
fn FreeFilms() -> impl IntoView {
    let films = FREE_FILMS.into_iter().filter_map(|(title, by, minutes, art, url)| {
        let info_hash: InfoHash = art.parse().ok()?;
        let note = t::home::free_note(t::home::FreeNote { by, minutes });
        Some(view! { <FreeFilm info_hash title note url /> })
    });
    view! {
        <section class="row free-films" data-testid="free-films">
            {element("<h2>", t::home::free_heading(), "</h2>")}
            {element("<p class=\"row-lead\">", t::home::free_lead(), "</p>")}
            <ul class="row-posters" aria-label=t::home::free_label()>{films.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// State of fetching a free film, shown below its poster.
#[derive(Clone, PartialEq)]
enum Fetching {
    No,
    Yes,
    Failed(String),
}

/// Poster of a free film, which starts it when clicked.
#[component]
fn FreeFilm(info_hash: InfoHash, title: &'static str, note: String, url: &'static str) -> impl IntoView {
    let adder = adder();
    let session = session::current();
    let state = RwSignal::new(Fetching::No);
    let watch = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if state.get_untracked() == Fetching::Yes {
            return;
        }
        state.set(Fetching::Yes);
        leptos::task::spawn_local(async move {
            let added = api::browser::add_torrent(AddTorrent::Url(url.to_owned())).await;
            match added {
                // A user who has moved on to another page meanwhile stays there.
                Ok(torrent) if !state.is_disposed() => adder.go(&format!("/watch/{}", torrent.info_hash)),
                Ok(_) => {}
                Err(error) => drop(state.try_set(Fetching::Failed(why_not(&error, session.is_admin())))),
            }
        });
    };
    // Without JavaScript, the results page explains this URL.
    let href = format!("/search?q={}", api::encode(url));
    let below = move || match state.get() {
        Fetching::No => view! { <span class="poster-note">{note.clone()}</span> }.into_any(),
        Fetching::Yes => view! { <span class="poster-note" role="status">{t::home::free_fetching()}</span> }.into_any(),
        Fetching::Failed(why) => {
            view! { <span class="poster-problem" role="alert" data-testid="free-film-problem">{why}</span> }.into_any()
        }
    };
    view! {
        <li>
            <a class="poster-link" href=href on:click=watch>
                <Poster info_hash title=title picture=None />
                {below}
            </a>
        </li>
    }
    .into_any()
}

/// Describes why a free film could not be fetched, with advice for admins.
fn why_not(error: &Error, is_admin: bool) -> String {
    match error.kind {
        Kind::BadGateway | Kind::Timeout | Kind::Unavailable if is_admin => t::home::archive_silent_admin().to_owned(),
        Kind::BadGateway | Kind::Timeout | Kind::Unavailable => t::home::archive_silent().to_owned(),
        _ => error.detail.to_string(),
    }
}

/// Placeholder while the rows are loading.
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
