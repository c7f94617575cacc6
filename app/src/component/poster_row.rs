//! Horizontally scrolling row of posters.

use super::icon::{Icon, icon};
use super::poster::Poster;
use crate::protocol::InfoHash;
use crate::t;
use crate::title::readable;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Poster in a row.
#[derive(Debug, Clone, PartialEq)]
pub struct RowItem {
    /// Seed of the generated art.
    pub info_hash: InfoHash,
    /// Torrent name.
    pub title: String,
    /// URL of the cover image, if known.
    pub picture: Option<String>,
    /// Link target.
    pub href: String,
    /// Secondary line below the poster: remaining time, number of viewers.
    pub note: String,
    /// Watch progress, percent.
    pub percent: Option<f64>,
}

/// Row of posters with a heading.
#[component]
pub fn PosterRow(
    /// Heading.
    #[prop(into)]
    heading: String,
    /// `data-testid` of the row.
    testid: &'static str,
    /// The posters.
    #[prop(into)]
    items: Signal<Vec<RowItem>>,
    /// Link to the full list.
    #[prop(optional)]
    all: Option<&'static str>,
    /// Called with the torrent that the user removes.
    #[prop(optional, into)]
    on_remove: Option<Callback<InfoHash>>,
) -> impl IntoView {
    let label = heading.clone();
    view! {
        <section class="row" data-testid=testid>
            <h2>
                {heading}
                {all.map(|all| view! { <a class="row-all" href=all>{t::row::see_all()}</a> })}
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

/// Poster with its caption.
#[component]
pub fn RowPoster(
    /// The poster.
    item: RowItem,
    /// Called with the torrent that the user removes.
    #[prop(optional_no_strip)]
    on_remove: Option<Callback<InfoHash>>,
) -> impl IntoView {
    let name = readable(&item.title).name;
    let label = t::row::remove(&name);
    let remove = on_remove.map(|on_remove| {
        // The second click of a double click would hit the next poster, which has moved here.
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
    // Generated art shows the title already.
    let caption = item
        .picture
        .as_ref()
        .map(|_| view! { <span class="poster-name" dir="auto">{name}</span> });
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

/// Moves the focus with the left and right arrow keys; the browser scrolls the focused poster into view.
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
