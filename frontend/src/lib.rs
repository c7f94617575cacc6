//! The page's entry: attaches the app to the HTML that the server sent, and nothing else.

/// Called by the script in the page's head once the module is there.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(app::App);
}
