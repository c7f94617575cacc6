//! Entry of the watch history: film, remaining time, date.

use crate::art;
use crate::component::icon::{Icon, icon};
use crate::next_episode::WATCHED_PERCENT;
use crate::protocol::{HistoryItem, Timestamp};
use crate::t;
use crate::text;
use crate::title::readable;
use crate::tree::file_name;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// Entry of the history. The whole row is the link's click target.
#[component]
pub fn Line(
    /// The history entry.
    item: HistoryItem,
    /// Current time, for ages.
    now: Timestamp,
    /// Called with the id of an entry to remove.
    on_remove: Callback<String>,
) -> impl IntoView {
    let title = readable(&item.title);
    let name = title.name;
    // The file name of a single film adds nothing to its title.
    let episode = item
        .file_path
        .as_ref()
        .map(|path| readable(file_name(path)).name)
        .filter(|episode| *episode != name);
    let left = item.duration_seconds - item.position_seconds;
    let place = if item.progress_percent >= WATCHED_PERCENT {
        t::history::watched().to_owned()
    } else {
        t::history::time_left(&text::stretch(left))
    };
    let ago = text::ago(now, item.updated_at);
    let label = t::history::remove(&name);
    let id = item.id;
    // The second click of a double click would hit the next row, which has moved here.
    let remove = move |event: MouseEvent| {
        if event.detail() < 2 {
            on_remove.run(id.clone());
        }
    };
    view! {
        <li class="history-line" data-testid="history-line">
            <span class="history-art" inner_html=art::svg(item.info_hash)></span>
            <div class="history-main">
                <h2>
                    <a href=format!("/watch/{}/{}", item.info_hash, item.file_index) dir="auto">{name}</a>
                    {title.year.map(|year| view! { " "<small>{year}</small> })}
                </h2>
                {episode.map(|episode| view! { <p class="history-file">{episode}</p> })}
                <p class="history-facts">{place}" · "{ago}</p>
                <svg class="poster-progress" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                    <rect width=format!("{:.1}", item.progress_percent) height="1" />
                </svg>
            </div>
            <button class="button-quiet icon-only" type="button" aria-label=label on:click=remove>
                {icon(Icon::Close)}
            </button>
        </li>
    }
    .into_any()
}
