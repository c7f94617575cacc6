//! Overview of keyboard shortcuts.

use crate::client::keyboard::shortcuts;
use crate::client::player::Player;
use crate::component::icon::{Icon, icon};
use crate::i18n::element;
use crate::t;
use leptos::prelude::*;

/// List of shortcuts over the picture.
#[component]
pub fn KeysOverlay(
    /// The player whose panel it is.
    player: Player,
) -> impl IntoView {
    let rows = shortcuts().into_iter().map(|(keys, does)| {
        let keys = keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{does}</dd></div> }
    });
    view! {
        <div class="keys" role="dialog" aria-label=t::player::keys() data-testid="keys-overlay">
            <header>
                {element("<h2>", t::player::keys(), "</h2>")}
                <button class="button-quiet icon-only" type="button" aria-label=t::player::close_keys() on:click=move |_| player.panel.set(None)>
                    {icon(Icon::Close)}
                </button>
            </header>
            <dl>{rows.collect_view()}</dl>
        </div>
    }
    .into_any()
}
