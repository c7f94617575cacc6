//! Search field for words, a magnet link, an info hash or a URL. A plain HTML form until hydration.

use super::icon::{Icon, icon};
use crate::client::add::adder;
use crate::client::keyboard::is_typing;
use crate::i18n::element;
use crate::input::Input;
use crate::t;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// Search form.
#[component]
pub fn SearchField(
    /// Current query.
    #[prop(into)]
    query: Signal<String>,
    /// Set for the large field of the home page.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let adder = adder();
    let input: NodeRef<html::Input> = NodeRef::new();
    // Text typed before hydration must survive it: only a different search replaces the value.
    Effect::new(move |before: Option<String>| {
        let words = query.get();
        let is_other = before.is_some_and(|before| before != words);
        if let Some(input) = input.get_untracked().filter(|_| is_other) {
            input.set_value(&words);
        }
        words
    });
    // As on many sites, `/` focuses the search field.
    Effect::new(move |_| {
        let keys = window_event_listener(leptos::ev::keydown, move |event| {
            if event.key() != "/" || is_typing(&event) || event.default_prevented() {
                return;
            }
            if let Some(input) = input.get_untracked() {
                event.prevent_default();
                let _ = input.focus();
                input.select();
            }
        });
        on_cleanup(move || keys.remove());
    });
    let typed = move || {
        let input = input.try_get_untracked().flatten();
        input.map(|input| input.value()).unwrap_or_default()
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            let _ = input.blur();
        }
        adder.follow(Input::of(&typed()));
    };
    // The field contains the pasted text only after the event.
    let paste = move |_| {
        set_timeout(
            move || {
                let input = Input::of(&typed());
                if input.names_one_thing() {
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
                dir="auto"
                name="q"
                placeholder=if large { t::search_field::placeholder_large() } else { t::search_field::placeholder() }
                aria-label=t::search_field::label()
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="search"
                maxlength="8000"
                data-testid="search-field"
                value=query.get_untracked()
                on:paste=paste
            />
            {element("<button class=\"button-primary\" type=\"submit\">", t::search_field::submit(), "</button>")}
        </form>
    }
    .into_any()
}
