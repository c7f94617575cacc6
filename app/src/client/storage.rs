//! Small values kept in this browser's storage. Storage may be full or blocked: then nothing is kept.

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// Returns a value from local storage, if it is there and parses as `T`.
pub fn load<T: std::str::FromStr>(name: &str) -> Option<T> {
    storage()?.get_item(name).ok().flatten()?.parse().ok()
}

/// Saves a value in local storage.
pub fn save(name: &str, value: impl ToString) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(name, &value.to_string());
    }
}

/// Time for which this tab's position in a film takes precedence over the server's: a reload requests the page before
/// the old page's last position has reached the server.
const FRESH_MILLIS: f64 = 60_000.0;

fn place_name(info_hash: crate::protocol::InfoHash, file: crate::protocol::FileIndex) -> String {
    format!("place:{info_hash}/{file}")
}

fn tab_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// Saves the position in a film for this tab, seconds.
pub fn save_place(info_hash: crate::protocol::InfoHash, file: crate::protocol::FileIndex, seconds: f64) {
    if let Some(storage) = tab_storage() {
        let _ = storage.set_item(
            &place_name(info_hash, file),
            &format!("{} {seconds}", js_sys::Date::now()),
        );
    }
}

/// Returns this tab's position in a film, seconds, if it is recent.
pub fn fresh_place(info_hash: crate::protocol::InfoHash, file: crate::protocol::FileIndex) -> Option<f64> {
    let text = tab_storage()?.get_item(&place_name(info_hash, file)).ok().flatten()?;
    let (at, seconds) = text.split_once(' ')?;
    let (at, seconds): (f64, f64) = (at.parse().ok()?, seconds.parse().ok()?);
    (js_sys::Date::now() - at < FRESH_MILLIS).then_some(seconds)
}

/// Returns a value from this tab's session storage, which lasts until the tab is closed.
pub fn of_tab(name: &str) -> Option<String> {
    tab_storage()?.get_item(name).ok().flatten()
}

/// Saves a value in this tab's session storage.
pub fn save_of_tab(name: &str, value: &str) {
    if let Some(storage) = tab_storage() {
        let _ = storage.set_item(name, value);
    }
}

/// Removes a value from this tab's session storage.
pub fn forget_of_tab(name: &str) {
    if let Some(storage) = tab_storage() {
        let _ = storage.remove_item(name);
    }
}
