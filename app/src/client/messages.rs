//! Messages of the page's language: loaded before the page is hydrated, because the browser has to find the words that
//! the server has rendered. English is part of the code.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, Window};

/// Element id of the link that preloads the table, and names it.
pub const LINK: &str = "messages";

/// Loads the messages of the page's language, trying twice. Returns whether the page can be hydrated: without its
/// messages it stays as the server rendered it, with links and forms that work, and never turns English halfway.
pub async fn load() -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let document = window.document();
    let Some(link) = document.and_then(|document| document.get_element_by_id(LINK)) else {
        return true;
    };
    let named = |name| link.get_attribute(name).unwrap_or_default();
    // Not the page's own `lang`, which programs that translate pages change.
    let (address, code) = (named("href"), named("hreflang"));
    let Some(language) = crate::i18n::Language::of(&code) else {
        return false;
    };
    for _ in 0..2 {
        if let Some(table) = fetch(&window, &address).await {
            speak(language, table);
            return true;
        }
    }
    false
}

async fn fetch(window: &Window, address: &str) -> Option<Vec<String>> {
    let response = JsFuture::from(window.fetch_with_str(address)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let list = JsFuture::from(response.json().ok()?).await.ok()?;
    let list: js_sys::Array = list.dyn_into().ok()?;
    list.iter().map(|text| text.as_string()).collect()
}

#[cfg(target_family = "wasm")]
fn speak(language: crate::i18n::Language, table: Vec<String>) {
    crate::i18n::speak(language, table);
}

/// Does nothing: only a browser has one language for all that it renders.
#[cfg(not(target_family = "wasm"))]
fn speak(_: crate::i18n::Language, _: Vec<String>) {}
