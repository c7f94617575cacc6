//! The disk: what is on it, and room on it.

use super::parts::{Confirm, RowProblem, Work, ago, failed, skeleton};
use crate::api::admin;
use crate::error::Result;
use crate::protocol::{DiskTorrent, DiskUse, TorrentState};
use crate::text;
use leptos::prelude::*;

/// The torrents on the disk.
#[component]
pub fn Torrents() -> impl IntoView {
    let disk = RwSignal::new(None::<Result<DiskUse>>);
    let look = move || {
        leptos::task::spawn_local(async move {
            let answer = admin::disk_use().await;
            let _ = disk.try_set(Some(answer));
        });
    };
    Effect::new(move |_| look());
    view! {
        <section aria-labelledby="torrents-heading">
            <h2 id="torrents-heading">"Torrents"</h2>
            <p class="admin-lead">"What is on the disk. When the quota is used up, what was watched longest ago is removed by itself."</p>
            {move || match disk.get() {
                None => skeleton(),
                Some(Err(error)) => failed(error, look),
                Some(Ok(disk)) => whole(disk, look),
            }}
        </section>
    }
    .into_any()
}

fn whole(disk: DiskUse, look: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let hidden = disk.total.saturating_sub(disk.items.len() as u64);
    let is_empty = disk.items.is_empty();
    let items = disk.items;
    view! {
        <div class="admin-disk" data-testid="disk">
            <meter min="0" max=disk.quota_bytes.max(1).to_string() value=disk.used_bytes.to_string() aria-label="Part of the quota that is used"></meter>
            <p>{format!("{} of the quota used · {} free on the disk", text::part_of(disk.used_bytes, disk.quota_bytes), text::size(disk.free_bytes))}</p>
            {disk.is_full.then(|| view! { <p class="form-problem">"The disk is nearly full, so downloads have stopped. Remove something."</p> })}
        </div>
        {is_empty.then(|| view! { <p class="admin-empty">"Nothing is on the disk yet."</p> })}
        <ul class="admin-rows" data-testid="torrents">
            <For each=move || items.clone() key=|torrent| torrent.info_hash let:torrent><Row torrent on_gone=look /></For>
        </ul>
        {(hidden > 0).then(|| view! { <p class="admin-empty">{format!("and {}", text::plural(hidden, "smaller one", "smaller ones"))}</p> })}
    }
    .into_any()
}

fn state_words(state: TorrentState) -> &'static str {
    match state {
        TorrentState::Resolving => "looking for details",
        TorrentState::Checking => "being checked",
        TorrentState::Downloading => "downloading",
        TorrentState::Finished => "complete",
        TorrentState::Paused => "paused",
        TorrentState::DiskFull => "waiting for room",
        TorrentState::Error => "stopped by an error",
    }
}

#[component]
fn Row(torrent: DiskTorrent, on_gone: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let work = Work::new();
    let info_hash = torrent.info_hash;
    let remove = move || work.run(admin::delete_torrent(info_hash), move |()| on_gone());
    let watched = match (torrent.watched_now, torrent.last_watched_at) {
        (true, _) => "being watched now".to_owned(),
        (false, Some(at)) => format!("watched {}", ago(at)),
        (false, None) => "never watched".to_owned(),
    };
    let facts = format!(
        "{} · {} · {watched}",
        text::part_of(torrent.have_bytes, torrent.size_bytes),
        state_words(torrent.state)
    );
    let question = if torrent.watched_now {
        "Somebody is watching it. Remove it all the same?"
    } else {
        "Remove it from the disk and the catalogue?"
    };
    let name = torrent.name.clone();
    view! {
        <li class="admin-row" data-testid="disk-torrent">
            <div class="admin-row-main">
                <a href=format!("/watch/{info_hash}")><b>{torrent.name.clone()}</b></a>
                <p>{facts}</p>
                <RowProblem problem=work.problem />
            </div>
            <div class="actions">
                <Confirm label="Remove" meaning=format!("Remove {name}") question=question yes="Remove" busy=work.busy on_yes=remove />
            </div>
        </li>
    }
    .into_any()
}
