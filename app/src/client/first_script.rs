//! Script in the page's head that bridges the time until the WebAssembly module runs, and the event that ends it.

use leptos::prelude::window;

/// Inline script of the page's head:
///
/// - Applies the visitor's theme before the first paint, so that nothing flashes, unless their account's theme is
///   already in the page.
/// - Records when a film that is part of the page shows its first frame.
/// - Keeps the last button press and every changed field, because their listeners are not attached yet, and replays
///   them after hydration. Earlier presses are dropped: a user who presses twice without effect wants one action.
pub const FIRST_SCRIPT: &str = include_str!("first_script.js");

/// Announces that the page is hydrated and its listeners are attached.
pub fn page_is_alive() {
    if let Ok(event) = web_sys::Event::new("matinee:alive") {
        let _ = window().dispatch_event(&event);
    }
}
