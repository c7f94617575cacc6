//! What the page does before its module is there: a script in its head, and the word that ends its watch.

use leptos::prelude::window;

/// - Takes the visitor's choice of theme before the first paint, so that nothing flashes, unless their account has one,
///   which is in the page.
/// - Notes when a film that is part of the page has its first picture.
/// - Keeps the button that was pressed last and every choice that was made, for what listens to them is not there yet; both
///   are done when the page is alive. A press before the last one is not: whoever presses twice in vain wants it once.
pub const FIRST_SCRIPT: &str = include_str!("first_script.js");

/// The page listens by itself from now on.
pub fn page_is_alive() {
    if let Ok(event) = web_sys::Event::new("matinee:alive") {
        let _ = window().dispatch_event(&event);
    }
}
