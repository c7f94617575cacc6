//! Disk usage: torrents on the disk, quota, free space.

use super::parts::{Confirm, RowAction, RowProblem, ago, failed, skeleton};
use crate::api::admin;
use crate::error::Result;
use crate::i18n::element;
use crate::protocol::{DiskTorrent, DiskUse, TorrentState};
use crate::t;
use crate::text;
use leptos::prelude::*;

/// List of the torrents on the disk.
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
            {element("<h2 id=\"torrents-heading\">", t::admin::torrents(), "</h2>")}
            {element("<p class=\"admin-lead\">", t::admin_torrent::lead(), "</p>")}
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
    let quota = t::admin_torrent::quota(t::admin_torrent::Quota {
        part: &text::part_of(disk.used_bytes, disk.quota_bytes),
        free: &text::size(disk.free_bytes),
    });
    view! {
        <div class="admin-disk" data-testid="disk">
            <meter min="0" max=disk.quota_bytes.max(1).to_string() value=disk.used_bytes.to_string() aria-label=t::admin_torrent::quota_label()></meter>
            <p>{quota}</p>
            {disk.is_full.then(|| element("<p class=\"form-problem\">", t::admin_torrent::full(), "</p>"))}
        </div>
        {is_empty.then(|| element("<p class=\"admin-empty\">", t::admin_torrent::none(), "</p>"))}
        <ul class="admin-rows" data-testid="torrents">
            <For each=move || items.clone() key=|torrent| torrent.info_hash let:torrent><Row torrent on_gone=look /></For>
        </ul>
        {(hidden > 0).then(|| element("<p class=\"admin-empty\">", &t::admin_torrent::smaller(hidden), "</p>"))}
    }
    .into_any()
}

/// Describes a torrent's state. `Finished` means that the selected files are complete, which may be only a part of the
/// torrent.
fn state_words(torrent: &DiskTorrent) -> &'static str {
    match torrent.state {
        TorrentState::Finished if torrent.have_bytes < torrent.size_bytes => t::admin_torrent::partly(),
        TorrentState::Resolving => t::admin_torrent::resolving(),
        TorrentState::Checking => t::admin_torrent::checking(),
        TorrentState::Downloading => t::admin_torrent::downloading(),
        TorrentState::Finished => t::admin_torrent::complete(),
        TorrentState::Paused => t::admin_torrent::paused(),
        TorrentState::DiskFull => t::admin_torrent::disk_full(),
        TorrentState::Error => t::admin_torrent::error(),
    }
}

#[component]
fn Row(torrent: DiskTorrent, on_gone: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let work = RowAction::new();
    let info_hash = torrent.info_hash;
    let remove = move || work.run(admin::delete_torrent(info_hash), move |()| on_gone());
    let watched = match (torrent.watched_now, torrent.last_watched_at) {
        (true, _) => t::admin_torrent::watched_now().to_owned(),
        (false, Some(at)) => t::admin_torrent::watched(&ago(at)),
        (false, None) => t::admin_torrent::never_watched().to_owned(),
    };
    let facts = format!(
        "{} · {} · {watched}",
        text::part_of(torrent.have_bytes, torrent.size_bytes),
        state_words(&torrent)
    );
    let question = if torrent.watched_now {
        t::admin_torrent::remove_question_watched()
    } else {
        t::admin_torrent::remove_question()
    };
    let name = torrent.name.clone();
    view! {
        <li class="admin-row" data-testid="disk-torrent">
            <div class="admin-row-main">
                <a href=format!("/watch/{info_hash}")><b dir="auto">{torrent.name.clone()}</b></a>
                <p>{facts}</p>
                <RowProblem problem=work.problem />
            </div>
            <div class="actions">
                <Confirm label=t::admin_torrent::remove() meaning=t::admin_torrent::remove_label(&name) question=question yes=t::admin_torrent::remove() busy=work.busy on_yes=remove />
            </div>
        </li>
    }
    .into_any()
}
