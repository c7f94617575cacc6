//! Poster of a torrent: its cover image if known, over art generated from its info hash.

use crate::art;
use crate::protocol::InfoHash;
use crate::title::readable;
use leptos::prelude::*;

/// Maximum length of a word, characters, at the normal size of a poster's title.
const MAX_WORD_CHARS: usize = 9;

/// Poster, 2:3. The generated art shows the title; a cover image already contains it.
#[component]
pub fn Poster(
    /// Seed of the generated art.
    info_hash: InfoHash,
    /// Torrent name.
    #[prop(into)]
    title: String,
    /// URL of the cover image, if known.
    picture: Option<String>,
) -> impl IntoView {
    let readable = readable(&title);
    // Long words get a smaller font rather than a line break.
    let is_long = readable
        .name
        .split_whitespace()
        .any(|word| word.chars().count() > MAX_WORD_CHARS);
    view! {
        <div class="poster" data-testid="poster">
            <div class="poster-art" inner_html=art::svg(info_hash)></div>
            <div class="poster-title" class:long=is_long>
                <span dir="auto">{readable.name}</span>
                {readable.year.map(|year| view! { <small>{year}</small> })}
            </div>
            // If the image fails to load, the generated art stays visible.
            {picture.map(|url| view! { <img src=url alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer" /> })}
        </div>
    }
    .into_any()
}
