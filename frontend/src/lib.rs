//! The page's entry: attaches the app to the HTML that the server sent, and nothing else.

#![recursion_limit = "256"]

/// Called by the script in the page's head once the module is there.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // A page whose code comes in a second file can only be attached once that is there.
    #[cfg(feature = "split")]
    leptos::mount::hydrate_lazy(app::App);
    #[cfg(not(feature = "split"))]
    leptos::mount::hydrate_body(app::App);
}
