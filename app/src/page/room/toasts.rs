//! Toasts of the room: a lost connection, and hints.

use crate::client::room::{Link, Room};
use crate::t;
use leptos::prelude::*;

/// Toasts of the room. In fullscreen they are rendered inside the stage, which covers everything else.
#[component]
pub fn Toasts(
    /// The room.
    room: Room,
) -> impl IntoView {
    view! { <Lost room /><Hint room /> }.into_any()
}

/// Toast while the connection is lost. Unobtrusive, because it is restored automatically.
#[component]
fn Lost(room: Room) -> impl IntoView {
    let is_lost = move || room.link.get() == Link::Lost;
    view! {
        <div class="room-lost" role="status" data-testid="room-lost">
            {move || is_lost().then(|| view! { <p class="toast working">{t::room::connection_lost()}</p> })}
        </div>
    }
    .into_any()
}

/// Toast with a hint, e.g. why something was not done.
#[component]
fn Hint(room: Room) -> impl IntoView {
    view! {
        <div class="room-hint" role="status" data-testid="room-hint">
            {move || room.hint.get().map(|hint| view! { <p class="toast">{hint}</p> })}
        </div>
    }
    .into_any()
}
