//! Files of a torrent as a tree of folders, with sizes and download progress.

use super::icon::{Icon, icon};
use crate::protocol::{FileIndex, InfoHash, Media, TorrentFile};
use crate::t;
use crate::text;
use crate::tree::{Folder, file_name, folders, listed, pieces};
use leptos::prelude::*;
use std::collections::HashMap;

/// Maximum number of files listed: a page with thousands of rows is slow and of little use.
const MAX_LISTED: usize = 500;

/// Tree of files. A playable file links to its player, any other to its download.
#[component]
pub fn FileTree(
    /// The torrent.
    info_hash: InfoHash,
    /// Its files.
    files: Vec<TorrentFile>,
    /// The current file.
    #[prop(into)]
    current: Signal<Option<FileIndex>>,
    /// Download progress of each file, thousandths.
    #[prop(into)]
    progress: Signal<HashMap<FileIndex, u16>>,
) -> impl IntoView {
    let hidden = files.len().saturating_sub(MAX_LISTED);
    let open = current.get_untracked();
    let root = folders(&listed(files, open, MAX_LISTED));
    view! {
        <div class="files">
            {branch(info_hash, root, current, open, progress)}
            {(hidden > 0).then(|| view! { <p class="files-more">{t::files::more(hidden as u64)}</p> })}
        </div>
    }
    .into_any()
}

type Progress = Signal<HashMap<FileIndex, u16>>;

fn branch(
    info_hash: InfoHash,
    folder: Folder,
    current: Signal<Option<FileIndex>>,
    open: Option<FileIndex>,
    progress: Progress,
) -> AnyView {
    let is_only = folder.files.is_empty() && folder.folders.len() == 1;
    let inner = folder.folders.into_iter().map(|inner| {
        let is_open = is_only || open.is_some_and(|index| inner.contains(index));
        let (name, size) = (inner.name.clone(), text::size(inner.size_bytes));
        view! {
            <li>
                <details open=is_open>
                    <summary>{icon(Icon::Folder)}<span class="file-name" dir="auto">{breakable(&name)}</span><span class="file-size">{size}</span></summary>
                    {branch(info_hash, inner, current, open, progress)}
                </details>
            </li>
        }
        .into_any()
    });
    let inner = inner.collect_view();
    let files = folder
        .files
        .into_iter()
        .map(|file| row(info_hash, file, current, progress))
        .collect_view();
    view! { <ul>{inner}{files}</ul> }.into_any()
}

/// Renders a name with line break opportunities between its words.
pub fn breakable(name: &str) -> AnyView {
    let pieces = pieces(name)
        .into_iter()
        .map(|piece| view! { {piece.to_owned()}<wbr /> });
    pieces.collect_view().into_any()
}

fn row(info_hash: InfoHash, file: TorrentFile, current: Signal<Option<FileIndex>>, progress: Progress) -> AnyView {
    let index = file.index;
    let share = move || progress.with(|progress| progress.get(&index).copied().unwrap_or(0));
    let name = file_name(&file.path).to_owned();
    let size = text::size(file.size_bytes);
    let kind = if file.media == Media::Video {
        Icon::Film
    } else {
        Icon::File
    };
    let content = view! {
        {icon(kind)}
        <span class="file-name" dir="auto">{breakable(&name)}</span>
        <span class="file-share">{move || match share() { 0 => String::new(), share => t::files::share(u64::from(share / 10)) }}</span>
        <span class="file-size">{size}</span>
        <svg class="file-progress" viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">
            <rect width=move || share().to_string() height="1" />
        </svg>
    };
    let is_current = move || (current.get() == Some(index)).then_some("true");
    if file.media.is_playable() {
        let href = format!("/watch/{info_hash}/{index}");
        view! { <li><a class="file" href=href aria-current=is_current data-testid="file-row">{content}</a></li> }
            .into_any()
    } else {
        let href = format!("/api/download/{info_hash}/{index}");
        view! { <li><a class="file quiet" href=href rel="external" download data-testid="file-row">{content}</a></li> }
            .into_any()
    }
}
