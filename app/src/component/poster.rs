//! A torrent's poster: its picture if one is known, over one made from its info hash.

use crate::art;
use crate::protocol::InfoHash;
use crate::title::readable;
use leptos::prelude::*;

/// Letters that fit in one line of a poster's title.
const LONG_WORD: usize = 9;

/// A poster of two to three. The made one carries the title; a real picture has its own.
#[component]
pub fn Poster(
    /// What the made picture is made from.
    info_hash: InfoHash,
    /// The torrent's name.
    #[prop(into)]
    title: String,
    /// A picture, if one is known.
    picture: Option<String>,
) -> impl IntoView {
    let readable = readable(&title);
    // A long word is set smaller rather than broken.
    let is_long = readable
        .name
        .split_whitespace()
        .any(|word| word.chars().count() > LONG_WORD);
    view! {
        <div class="poster" data-testid="poster">
            <div class="poster-art" inner_html=art::svg(info_hash)></div>
            <div class="poster-title" class:long=is_long>
                <span>{readable.name}</span>
                {readable.year.map(|year| view! { <small>{year}</small> })}
            </div>
            // A picture that does not load leaves the made one visible.
            {picture.map(|url| view! { <img src=url alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer" /> })}
        </div>
    }
    .into_any()
}
