//! The page's entry: attaches the app to the HTML that the server sent, and nothing else.

#![recursion_limit = "256"]

use app::client::first_script::page_is_alive;

/// Called by the script in the page's head once the module is there.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // A page whose code comes in a second file can only be attached once that is there.
    #[cfg(feature = "split")]
    wasm_bindgen_futures::spawn_local(async {
        let body = leptos::prelude::document().body();
        let body = body.expect("its script is in the page's head, and runs when the page is there");
        leptos::mount::hydrate_from_async(body, app::App).await.forget();
        page_is_alive();
    });
    #[cfg(not(feature = "split"))]
    {
        leptos::mount::hydrate_body(app::App);
        page_is_alive();
    }
}
