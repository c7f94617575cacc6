//! One line of the history: what, how far, when.

use crate::art;
use crate::component::icon::{Icon, icon};
use crate::next_episode::WATCHED_PERCENT;
use crate::protocol::{HistoryItem, Timestamp};
use crate::text;
use crate::title::readable;
use crate::tree::file_name;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// A line. The whole of it leads to the film.
#[component]
pub fn Line(
    /// What was watched.
    item: HistoryItem,
    /// The present, for ages.
    now: Timestamp,
    /// Called with the line's id.
    on_remove: Callback<String>,
) -> impl IntoView {
    let title = readable(&item.title);
    let name = title.name;
    // A film's own file says nothing that its title does not.
    let episode = item
        .file_path
        .as_ref()
        .map(|path| readable(file_name(path)).name)
        .filter(|episode| *episode != name);
    let left = item.duration_seconds - item.position_seconds;
    let place = if item.progress_percent >= WATCHED_PERCENT {
        "Watched".to_owned()
    } else {
        format!("{} left", text::stretch(left))
    };
    let age = match text::age(now, item.updated_at).as_str() {
        "just now" => "just now".to_owned(),
        age => format!("{age} ago"),
    };
    let label = format!("Remove {name} from the history");
    let id = item.id;
    // The second click of two would hit the line that has moved up.
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
                    <a href=format!("/watch/{}/{}", item.info_hash, item.file_index)>{name}</a>
                    {title.year.map(|year| view! { " "<small>{year}</small> })}
                </h2>
                {episode.map(|episode| view! { <p class="history-file">{episode}</p> })}
                <p class="history-facts">{place}" · "{age}</p>
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
