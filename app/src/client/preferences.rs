//! What a person chose: follows the account when one is signed in, else stays in this browser.

use super::{session, storage};
use crate::api::account::browser;
use leptos::prelude::*;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

/// `"system"`, `"dark"` or `"light"`.
pub const THEME: &str = "theme";
/// Loudness, 0 to 1.
pub const VOLUME: &str = "player_volume";
/// Whether the sound is off.
pub const MUTED: &str = "player_muted";
/// Playback rate, 0.25 to 4.
pub const SPEED: &str = "player_speed";
/// The language of subtitles, a BCP 47 tag; empty: none are wanted, absent: as the film has them.
pub const SUBTITLE_LANGUAGE: &str = "subtitle_language";
/// The size of subtitles, percent; 100 when absent.
pub const SUBTITLE_SIZE: &str = "subtitle_size";
/// The key to hold while speaking in a room, a `KeyboardEvent.code` (UI Events, section 5.6.2): the place of a key stays
/// under the finger whatever the layout.
pub const PUSH_TO_TALK_KEY: &str = "push_to_talk_key";

/// A slider that is dragged is told once, when it rests.
const REST: Duration = Duration::from_millis(600);

thread_local! {
    /// What was chosen and not yet told.
    static UNTOLD: RefCell<BTreeMap<&'static str, Value>> = const { RefCell::new(BTreeMap::new()) };
    /// Whether something is being told: two at once could overtake each other, and the older one would stay.
    static TELLING: Cell<bool> = const { Cell::new(false) };
}

/// What was chosen, here or on another device.
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

/// The name that browsers remember it under since before there were accounts.
fn name_here(key: &str) -> &str {
    key.strip_prefix("player_").unwrap_or(key)
}

/// Remembers a choice. An account is told a moment later.
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
    let was_waiting = UNTOLD.with_borrow_mut(|untold| {
        let was_waiting = !untold.is_empty();
        untold.insert(key, value);
        was_waiting
    });
    if !was_waiting {
        set_timeout(tell_in_turn, REST);
    }
}

/// Tells the server one after another. Whoever tells already takes along what has come since.
fn tell_in_turn() {
    if TELLING.replace(true) {
        return;
    }
    leptos::task::spawn_local(async {
        while let Some((key, value)) = UNTOLD.with_borrow_mut(BTreeMap::pop_first) {
            // A choice that did not arrive is made again; nothing is lost but a slider's place.
            let _ = browser::set_preference(key, value).await;
        }
        TELLING.set(false);
    });
}

/// Tells the server at once: the page may be gone the next moment.
fn tell() {
    for (key, value) in UNTOLD.take() {
        leptos::task::spawn_local(async move {
            // A choice that did not arrive is made again; nothing is lost but a slider's place.
            let _ = browser::set_preference(key, value).await;
        });
    }
}

/// Tells what is untold when the page is left.
pub fn tell_when_leaving() {
    let leaving = window_event_listener_untyped("pagehide", |_| tell());
    on_cleanup(move || leaving.remove());
}
