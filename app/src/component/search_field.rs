//! The one field: words, a magnet link, an info hash or an address. A plain form until the page is alive.

use super::icon::{Icon, icon};
use crate::client::add::adder;
use crate::input::Input;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// A search form.
#[component]
pub fn SearchField(
    /// The words in the field.
    #[prop(into)]
    query: Signal<String>,
    /// Home's large field.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let adder = adder();
    let input: NodeRef<html::Input> = NodeRef::new();
    // What stands in the field is whoever types's, from before the page is alive: only another search replaces it.
    Effect::new(move |before: Option<String>| {
        let words = query.get();
        let is_other = before.is_some_and(|before| before != words);
        if let Some(input) = input.get_untracked().filter(|_| is_other) {
            input.set_value(&words);
        }
        words
    });
    let typed = move || input.get_untracked().map(|input| input.value()).unwrap_or_default();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            let _ = input.blur();
        }
        adder.follow(Input::of(&typed()));
    };
    // The pasted text is in the field only after the event.
    let paste = move |_| {
        set_timeout(
            move || {
                let input = Input::of(&typed());
                if input.names_a_torrent() {
                    adder.follow(input);
                }
            },
            Duration::ZERO,
        );
    };
    view! {
        <form class="search-field" class:large=large action="/search" method="get" role="search" on:submit=submit>
            {icon(Icon::Search)}
            <input
                node_ref=input
                type="search"
                name="q"
                placeholder=if large { "Film, magnet link or .torrent address" } else { "Search" }
                aria-label="Search for a film, or paste a magnet link, an info hash or a .torrent address"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="search"
                maxlength="8000"
                data-testid="search-field"
                value=query.get_untracked()
                on:paste=paste
            />
            <button class="button-primary" type="submit">"Search"</button>
        </form>
    }
    .into_any()
}
