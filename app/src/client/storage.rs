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
