//! User preferences: stored with the account when the user is signed in, otherwise in this browser.

use super::{session, storage};
use crate::api::account::browser;
use crate::error::Result;
use leptos::prelude::*;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

/// Language of the pages, a tag that has a catalogue; absent: the one that the browser asks for.
pub const LANGUAGE: &str = "language";
/// Theme: `"system"`, `"dark"` or `"light"`.
pub const THEME: &str = "theme";
/// Volume, 0 to 1.
pub const VOLUME: &str = "player_volume";
/// Muted flag.
pub const MUTED: &str = "player_muted";
/// Playback rate, 0.25 to 4.
pub const SPEED: &str = "player_speed";
/// Subtitle language, a BCP 47 tag; empty: no subtitles, absent: the film's default.
pub const SUBTITLE_LANGUAGE: &str = "subtitle_language";
/// Subtitle size, percent; 100 when absent.
pub const SUBTITLE_SIZE: &str = "subtitle_size";
/// Push-to-talk key in a room, a `KeyboardEvent.code` (UI Events, section 5.6.2): a code names the physical key, so it
/// stays in the same place whatever the keyboard layout.
pub const PUSH_TO_TALK_KEY: &str = "push_to_talk_key";

/// Debounce interval: a slider that is being dragged is saved once, when it comes to rest.
const DEBOUNCE: Duration = Duration::from_millis(600);

thread_local! {
    /// Changes that have not been sent to the server yet.
    static PENDING: RefCell<BTreeMap<&'static str, Value>> = const { RefCell::new(BTreeMap::new()) };
    /// Set while changes are being sent: two requests at once could overtake each other, and the older value would
    /// stay.
    static SENDING: Cell<bool> = const { Cell::new(false) };
}

/// Returns a saved preference, chosen here or on another device.
pub fn load(key: &str) -> Option<Value> {
    of_account(key).or_else(|| of_browser(key))
}

fn of_account(key: &str) -> Option<Value> {
    session::of_page()?.read(|session| session.user.as_ref()?.preferences.get(key).cloned())
}

fn of_browser(key: &str) -> Option<Value> {
    let text = storage::load::<String>(name_here(key))?;
    Some(serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Returns the key in local storage, which is older than accounts and has no `player_` prefix.
fn name_here(key: &str) -> &str {
    key.strip_prefix("player_").unwrap_or(key)
}

/// Saves a preference. For an account it is sent to the server after `DEBOUNCE`.
pub fn save(key: &'static str, value: Value) {
    let Some(session) = session::of_page().filter(|_| session::is_signed_in()) else {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        storage::save(name_here(key), text);
        return;
    };
    if of_account(key).as_ref() == Some(&value) {
        return;
    }
    session.update_user(|profile| {
        profile.preferences.insert(key.to_owned(), value.clone());
    });
    let was_waiting = PENDING.with_borrow_mut(|untold| {
        let was_waiting = !untold.is_empty();
        untold.insert(key, value);
        was_waiting
    });
    if !was_waiting {
        set_timeout(tell_in_turn, DEBOUNCE);
    }
}

/// Saves a preference of the account at once, for a change that the server has to know before anything else happens.
pub async fn save_now(key: &'static str, value: Value) -> Result<()> {
    browser::set_preference(key, value).await
}

/// Sends pending changes one after another. A call that is already sending also takes the changes made since.
fn tell_in_turn() {
    if SENDING.replace(true) {
        return;
    }
    leptos::task::spawn_local(async {
        while let Some((key, value)) = PENDING.with_borrow_mut(BTreeMap::pop_first) {
            // A failure loses no more than a slider's position; the user can set it again.
            let _ = browser::set_preference(key, value).await;
        }
        SENDING.set(false);
    });
}

/// Sends pending changes at once, because the page may be gone the next moment.
fn tell() {
    for (key, value) in PENDING.take() {
        leptos::task::spawn_local(async move {
            // A failure loses no more than a slider's position; the user can set it again.
            let _ = browser::set_preference(key, value).await;
        });
    }
}

/// Sends pending changes when the page is left.
pub fn tell_when_leaving() {
    let leaving = window_event_listener_untyped("pagehide", |_| tell());
    on_cleanup(move || leaving.remove());
}
