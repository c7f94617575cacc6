//! All keys at a glance.

use crate::client::keyboard::KEYS;
use crate::client::player::Player;
use crate::component::icon::{Icon, icon};
use leptos::prelude::*;

/// The list of keys over the picture.
#[component]
pub fn KeysOverlay(
    /// Whose keys.
    player: Player,
) -> impl IntoView {
    let rows = KEYS.into_iter().map(|(keys, does)| {
        let keys = keys.split(", ").map(|key| view! { <kbd>{key}</kbd> }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{does}</dd></div> }
    });
    view! {
        <div class="keys" role="dialog" aria-label="Keys" data-testid="keys-overlay">
            <header>
                <h2>"Keys"</h2>
                <button class="button-quiet icon-only" type="button" aria-label="Close the list of keys" on:click=move |_| player.panel.set(None)>
                    {icon(Icon::Close)}
                </button>
            </header>
            <dl>{rows.collect_view()}</dl>
        </div>
    }
    .into_any()
}
