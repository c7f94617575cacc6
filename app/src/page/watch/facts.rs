//! Section below the picture: film, download status, actions.

use super::watch_state::WatchState;
use crate::client::js;
use crate::client::player::{Panel, Player};
use crate::component::file_tree::breakable;
use crate::component::icon::{Icon, icon};
use crate::component::watch_together::WatchTogether;
use crate::i18n::element;
use crate::t;
use crate::text;
use crate::title;
use crate::tree::file_name;
use leptos::prelude::*;
use std::time::Duration;

/// Title, tags, size and download status.
#[component]
pub fn Facts(
    /// The torrent being watched.
    watching: WatchState,
) -> impl IntoView {
    let year = move || {
        watching
            .torrent
            .with(|torrent| torrent.as_ref().and_then(|torrent| title::readable(&torrent.name).year))
    };
    let file = move || {
        let is_one_of_many = watching.torrent.with(|t| t.as_ref().is_some_and(|t| t.files.len() > 1));
        watching
            .file
            .get()
            .filter(|_| is_one_of_many)
            .map(|file| file_name(&file.path).to_owned())
    };
    let tags = move || {
        watching.torrent.with(|torrent| {
            let name = torrent
                .as_ref()
                .map(|torrent| torrent.name.as_str())
                .unwrap_or_default();
            title::tags(name)
                .into_iter()
                .map(|tag| view! { <span class="tag">{tag}</span> })
                .collect_view()
        })
    };
    let size = move || {
        let bytes = watching.file.with(|file| file.as_ref().map(|file| file.size_bytes));
        bytes.map(|bytes| view! { <span>{text::size(bytes)}</span> })
    };
    let coming = move || {
        watching.stats.with(|stats| {
            stats.as_ref().map_or_else(String::new, |stats| {
                let peers = t::watch::peers(stats.peer_counts.live.into());
                let coming = format!("{peers} · {}", text::speed(stats.download_bps));
                match (stats.have_bytes * 100).checked_div(stats.size_bytes) {
                    Some(share) if watching.has_files() => format!("{coming} · {}", t::watch::share_here(share)),
                    _ => coming,
                }
            })
        })
    };
    view! {
        <div class="facts">
            <h1 dir="auto">{move || watching.name()} {move || year().map(|year| view! { <small>{year}</small> })}</h1>
            {move || file().map(|file| view! { <p class="facts-file" dir="auto">{breakable(&file)}</p> })}
            <p class="facts-line">
                {tags}
                {size}
                <span class="facts-coming">{coming}</span>
            </p>
        </div>
    }
    .into_any()
}

/// Actions: watch together, copy link, download, open in another player, debug panel.
#[component]
pub fn Actions(
    /// The torrent being watched.
    watching: WatchState,
    /// Its player.
    player: Player,
) -> impl IntoView {
    let info_hash = watching.info_hash;
    let copied = RwSignal::new(false);
    let index = move || watching.file.get().map(|file| file.index);
    let copy = move |_| {
        let file = index().map_or_else(String::new, |index| format!("/{index}"));
        copied.set(js::copy(&format!("{}/watch/{info_hash}{file}", js::origin())));
        set_timeout(
            move || {
                let _ = copied.try_set(false);
            },
            Duration::from_secs(2),
        );
    };
    let film = Callback::new(move |()| watching.film(player));
    let download = move || index().map(|index| watching.download_address(index));
    let playlist = move || watching.playlist_address();
    view! {
        <div class="actions watch-actions">
            <WatchTogether film />
            <button class="button-quiet" type="button" on:click=copy>
                {icon(Icon::Copy)}
                <span aria-live="polite">{move || if copied.get() { t::watch::copied() } else { t::watch::copy_link() }}</span>
            </button>
            <a class="button-quiet" rel="external" download href=download>{icon(Icon::Download)} {t::watch::download()}</a>
            <a class="button-quiet" rel="external" href=playlist>{icon(Icon::External)} {t::watch::open_elsewhere()}</a>
            <button class="button-quiet" type="button" aria-pressed=move || (player.panel.get() == Some(Panel::Debug)).to_string() on:click=move |_| player.toggle_panel(Panel::Debug)>
                {icon(Icon::Pulse)} {t::watch::debug()}
            </button>
            {element("<noscript><p>", t::watch::needs_script(), "</p></noscript>")}
        </div>
    }
    .into_any()
}
