//! Search result: title, quality, size, seeders, age, indexers, and the ways to watch it.

use super::icon::{Icon, icon};
use super::indexer_strip::label;
use super::watch_together::{Film, together};
use crate::api::encode;
use crate::client::add::adder;
use crate::i18n::element;
use crate::protocol::{AddTorrent, Hit, Timestamp};
use crate::search::identity;
use crate::{t, text, title};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// A row of the results. The whole row is the Watch link's target.
#[component]
pub fn SearchRow(
    /// The search result.
    hit: Hit,
    /// Query, for highlighting.
    query: String,
    /// Current time, for ages.
    now: Timestamp,
    /// Highest number of seeders in the results, to which the bars are scaled.
    most_seeders: u32,
) -> impl IntoView {
    let pieces = title::emphasise(&hit.title, &query).into_iter().map(|(text, found)| {
        if found {
            view! { <mark>{text}</mark> }.into_any()
        } else {
            text.into_any()
        }
    });
    let pieces = pieces.collect_view();
    let tags = title::tags(&hit.title)
        .into_iter()
        .map(|tag| view! { <span class="tag">{tag}</span> })
        .collect_view();
    let size = if hit.size_bytes > 0 {
        text::size(hit.size_bytes)
    } else {
        t::hit::size_unknown().to_owned()
    };
    let age = hit
        .published_at
        .map(|published| view! { <span class="hit-age">{text::age(now, published)}</span> });
    let indexers = if hit.indexers.is_empty() {
        label(&hit.indexer).to_owned()
    } else {
        let names: Vec<&str> = hit.indexers.iter().map(|name| label(name)).collect();
        text::list(&names)
    };
    let (watch, key) = (watch_link(&hit), identity(&hit));
    let together = together_button(&hit);
    view! {
        <li class="hit" data-hit=key data-testid="search-row">
            <div class="hit-main">
                <h2 dir="auto">{pieces}</h2>
                <p class="hit-facts">{tags}<span class="hit-size">{size}</span>{age}<span class="hit-indexers">{indexers}</span></p>
            </div>
            <Seeders seeders=hit.seeders leechers=hit.leechers most=most_seeders />
            <div class="hit-ways">{watch}{together}</div>
        </li>
    }
    .into_any()
}

/// Link if the info hash is known, else a button, because the `.torrent` file has to be fetched first.
fn watch_link(hit: &Hit) -> AnyView {
    let label = t::hit::watch_title(&hit.title);
    let content = || view! { {icon(Icon::Play)}{element("<span>", t::hit::watch(), "</span>")} };
    if let Some(info_hash) = hit.info_hash {
        let href = match (&hit.magnet, &hit.torrent_url) {
            (Some(magnet), _) => format!("/watch/{info_hash}?magnet={}", encode(magnet)),
            (None, Some(url)) => format!("/watch/{info_hash}?url={}", encode(url)),
            (None, None) => format!("/watch/{info_hash}"),
        };
        return view! {
            <a class="hit-watch" href=href aria-label=label data-testid="search-row-watch">{content()}</a>
        }
        .into_any();
    }
    let adder = adder();
    let add = hit
        .magnet
        .clone()
        .map(AddTorrent::Magnet)
        .or_else(|| hit.torrent_url.clone().map(AddTorrent::Url));
    let can_add = add.is_some();
    let watch = move |_| {
        if let Some(add) = add.clone() {
            adder.add(add);
        }
    };
    view! {
        <button class="hit-watch" type="button" aria-label=label disabled=!can_add data-testid="search-row-watch" on:click=watch>
            {content()}
        </button>
    }
    .into_any()
}

/// Button that creates a room with the film.
fn together_button(hit: &Hit) -> AnyView {
    let together = together();
    let film = Film {
        name: title::readable(&hit.title).name,
        info_hash: hit.info_hash,
        file: None,
        add: hit
            .magnet
            .clone()
            .map(AddTorrent::Magnet)
            .or_else(|| hit.torrent_url.clone().map(AddTorrent::Url)),
        ..Film::default()
    };
    let label = t::hit::watch_together_title(&hit.title);
    let start = move |event: MouseEvent| {
        if event.detail() < 2 {
            together.ask(film.clone());
        }
    };
    view! {
        <button class="hit-room" type="button" aria-label=label title=t::hit::watch_together_tip() data-testid="search-row-room" on:click=start>
            {icon(Icon::People)}
        </button>
    }
    .into_any()
}

/// Bar and numbers of seeders and leechers.
#[component]
fn Seeders(seeders: Option<u32>, leechers: Option<u32>, most: u32) -> impl IntoView {
    let share = f64::from(seeders.unwrap_or(0)).ln_1p() / f64::from(most.max(1)).ln_1p() * 100.0;
    let count = seeders.map_or_else(|| "?".to_owned(), |count| text::number(count.into()));
    let words = match (seeders, leechers) {
        (Some(seeders), Some(leechers)) => t::hit::seeders_and_leechers(t::hit::SeedersAndLeechers {
            seeders: seeders.into(),
            leechers: leechers.into(),
        }),
        (Some(seeders), None) => t::hit::seeders(seeders.into()),
        _ => t::hit::seeders_unknown().to_owned(),
    };
    let tooltip = words.clone();
    view! {
        <div class="hit-seeders" title=tooltip>
            <svg class="seeder-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                <rect width=format!("{share:.0}") height="1" />
            </svg>
            <span class="sr-only">{words}</span>
            <span class="seeder-count" aria-hidden="true">
                {count}
                {leechers.map(|leechers| view! { <small>" / " {text::number(leechers.into())}</small> })}
            </span>
        </div>
    }
    .into_any()
}
