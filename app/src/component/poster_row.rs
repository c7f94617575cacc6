//! A row of posters that scrolls sideways: by hand, by wheel, by arrow keys.

use super::icon::{Icon, icon};
use super::poster::Poster;
use crate::protocol::InfoHash;
use crate::title::readable;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// One poster of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct RowItem {
    /// What its picture is made from.
    pub info_hash: InfoHash,
    /// The torrent's name.
    pub title: String,
    /// A picture, if one is known.
    pub picture: Option<String>,
    /// Where a click leads.
    pub href: String,
    /// A quiet line below: how long is left, how many watch.
    pub note: String,
    /// How far it was watched, 0 to 100.
    pub percent: Option<f64>,
}

/// A titled row.
#[component]
pub fn PosterRow(
    /// What the row shows.
    #[prop(into)]
    heading: String,
    /// For tests.
    testid: &'static str,
    /// The posters.
    #[prop(into)]
    items: Signal<Vec<RowItem>>,
    /// Where all of them are.
    #[prop(optional)]
    all: Option<&'static str>,
    /// Called with the torrent that is to be removed.
    #[prop(optional, into)]
    on_remove: Option<Callback<InfoHash>>,
) -> impl IntoView {
    let label = heading.clone();
    view! {
        <section class="row" data-testid=testid>
            <h2>
                {heading}
                {all.map(|all| view! { <a class="row-all" href=all>"See all"</a> })}
            </h2>
            <ul class="row-posters" aria-label=label on:keydown=move_focus>
                {move || {
                    items.get().into_iter().map(|item| view! { <RowPoster item on_remove /> }).collect_view()
                }}
            </ul>
        </section>
    }
    .into_any()
}

/// One poster with what stands below it.
#[component]
pub fn RowPoster(
    /// What it shows.
    item: RowItem,
    /// Called with the torrent that is to be removed.
    #[prop(optional_no_strip)]
    on_remove: Option<Callback<InfoHash>>,
) -> impl IntoView {
    let name = readable(&item.title).name;
    let label = format!("Remove {name} from this row");
    let remove = on_remove.map(|on_remove| {
        // The second click of two would hit the poster that has moved up.
        let remove = move |event: MouseEvent| {
            if event.detail() < 2 {
                on_remove.run(item.info_hash);
            }
        };
        view! {
            <button class="poster-remove" type="button" aria-label=label.clone() on:click=remove>
                {icon(Icon::Close)}
            </button>
        }
    });
    // A made poster says its title already.
    let caption = item
        .picture
        .as_ref()
        .map(|_| view! { <span class="poster-name">{name}</span> });
    view! {
        <li>
            <a class="poster-link" href=item.href>
                <Poster info_hash=item.info_hash title=item.title.clone() picture=item.picture />
                {item.percent.map(|percent| view! {
                    <svg class="poster-progress" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                        <rect width=format!("{percent:.1}") height="1" />
                    </svg>
                })}
                {caption}
                <span class="poster-note">{item.note}</span>
            </a>
            {remove}
        </li>
    }
    .into_any()
}

/// Left and right go from poster to poster; the browser scrolls the one with the focus into view.
fn move_focus(event: KeyboardEvent) {
    let step: i32 = match event.key().as_str() {
        "ArrowLeft" => -1,
        "ArrowRight" => 1,
        _ => return,
    };
    let focused = document()
        .active_element()
        .and_then(|element| element.closest("li").ok().flatten());
    let Some(item) = focused else { return };
    let next = if step < 0 {
        item.previous_element_sibling()
    } else {
        item.next_element_sibling()
    };
    let link = next.and_then(|item| item.query_selector("a").ok().flatten()?.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        event.prevent_default();
        let _ = link.focus();
    }
}
