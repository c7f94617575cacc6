//! Small things this browser remembers. Storage may be full or forbidden: then nothing is remembered.

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// What was remembered under this name, if it can be read as `T`.
pub fn load<T: std::str::FromStr>(name: &str) -> Option<T> {
    storage()?.get_item(name).ok().flatten()?.parse().ok()
}

/// Remembers a value.
pub fn save(name: &str, value: impl ToString) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(name, &value.to_string());
    }
}

/// How long the place in a film is trusted more than the server's: a reload asks for the page before the old page's last
/// word has arrived.
const FRESH_MILLIS: f64 = 60_000.0;

fn place_name(info_hash: crate::protocol::InfoHash, file: crate::protocol::FileIndex) -> String {
    format!("place:{info_hash}/{file}")
}

fn tab_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// Remembers, for this tab, where a film is.
pub fn save_place(info_hash: crate::protocol::InfoHash, file: crate::protocol::FileIndex, seconds: f64) {
    if let Some(storage) = tab_storage() {
        let _ = storage.set_item(
            &place_name(info_hash, file),
            &format!("{} {seconds}", js_sys::Date::now()),
        );
    }
}

/// Where this tab was in a film a moment ago, seconds.
pub fn fresh_place(info_hash: crate::protocol::InfoHash, file: crate::protocol::FileIndex) -> Option<f64> {
    let text = tab_storage()?.get_item(&place_name(info_hash, file)).ok().flatten()?;
    let (at, seconds) = text.split_once(' ')?;
    let (at, seconds): (f64, f64) = (at.parse().ok()?, seconds.parse().ok()?);
    (js_sys::Date::now() - at < FRESH_MILLIS).then_some(seconds)
}

/// What this tab remembers under a name, until it is closed.
pub fn of_tab(name: &str) -> Option<String> {
    tab_storage()?.get_item(name).ok().flatten()
}

/// Remembers something for this tab.
pub fn save_of_tab(name: &str, value: &str) {
    if let Some(storage) = tab_storage() {
        let _ = storage.set_item(name, value);
    }
}

/// Forgets something of this tab.
pub fn forget_of_tab(name: &str) {
    if let Some(storage) = tab_storage() {
        let _ = storage.remove_item(name);
    }
}
