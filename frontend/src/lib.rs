//! Entry point of the browser's part: hydrates the HTML that the server rendered.

#![recursion_limit = "256"]

use app::client::first_script::page_is_alive;
use app::client::messages;

/// Hydrates the page. Called by the script in the page's head once the module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    wasm_bindgen_futures::spawn_local(async {
        if !messages::load().await {
            return;
        }
        // A page whose code is split into several files can only be hydrated once they are loaded.
        #[cfg(feature = "split")]
        {
            let body = leptos::prelude::document().body();
            let body = body.expect("its script is in the page's head, and runs when the page is there");
            leptos::mount::hydrate_from_async(body, app::App).await.forget();
        }
        #[cfg(not(feature = "split"))]
        leptos::mount::hydrate_body(app::App);
        page_is_alive();
    });
}
