//! One hit: title, quality, size, seeders, age, where it was found, Watch.

use super::icon::{Icon, icon};
use super::watch_together::{Film, start_room};
use crate::api::encode;
use crate::client::add::adder;
use crate::protocol::{AddTorrent, Hit, Timestamp};
use crate::search::identity;
use crate::{text, title};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// A row of the results. The whole row is the Watch link's target.
#[component]
pub fn SearchRow(
    /// What was found.
    hit: Hit,
    /// The words that were looked for.
    query: String,
    /// The present, for ages.
    now: Timestamp,
    /// The best-seeded hit's seeders, which fill the bar.
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
        "size unknown".to_owned()
    };
    let age = hit
        .published_at
        .map(|published| view! { <span class="hit-age">{text::age(now, published)}</span> });
    let indexers = if hit.indexers.is_empty() {
        hit.indexer.clone()
    } else {
        hit.indexers.join(", ")
    };
    let (watch, key) = (watch_link(&hit), identity(&hit));
    let together = together_button(&hit);
    view! {
        <li class="hit" data-hit=key data-testid="search-row">
            <div class="hit-main">
                <h2>{pieces}</h2>
                <p class="hit-facts">{tags}<span class="hit-size">{size}</span>{age}<span class="hit-indexers">{indexers}</span></p>
            </div>
            <Seeders seeders=hit.seeders leechers=hit.leechers most=most_seeders />
            <div class="hit-ways">{watch}{together}</div>
        </li>
    }
    .into_any()
}

/// A link where the info hash is known; else the `.torrent` has to be fetched first.
fn watch_link(hit: &Hit) -> AnyView {
    let label = format!("Watch {}", hit.title);
    let content = || view! { {icon(Icon::Play)}<span>"Watch"</span> };
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

/// Makes a room with it.
fn together_button(hit: &Hit) -> AnyView {
    let adder = adder();
    let film = Film {
        name: title::readable(&hit.title).name,
        info_hash: hit.info_hash,
        file: None,
        add: hit
            .magnet
            .clone()
            .map(AddTorrent::Magnet)
            .or_else(|| hit.torrent_url.clone().map(AddTorrent::Url)),
    };
    let label = format!("Watch {} together", hit.title);
    let start = move |event: MouseEvent| {
        if event.detail() < 2 {
            start_room(adder, film.clone());
        }
    };
    view! {
        <button class="hit-room" type="button" aria-label=label title="Watch together (w)" data-testid="search-row-room" on:click=start>
            {icon(Icon::People)}
        </button>
    }
    .into_any()
}

/// A small bar and the numbers.
#[component]
fn Seeders(seeders: Option<u32>, leechers: Option<u32>, most: u32) -> impl IntoView {
    let share = f64::from(seeders.unwrap_or(0)).ln_1p() / f64::from(most.max(1)).ln_1p() * 100.0;
    let count = seeders.map_or_else(|| "?".to_owned(), |count| text::number(count.into()));
    let words = match (seeders, leechers) {
        (Some(seeders), Some(leechers)) => format!("{seeders} seeders, {leechers} leechers"),
        (Some(seeders), None) => format!("{seeders} seeders"),
        _ => "Seeders unknown".to_owned(),
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
