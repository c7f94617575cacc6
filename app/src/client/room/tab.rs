//! What this tab remembers of rooms: which tab it is, so that whoever reloads keeps their seat, and how it came in.

use crate::client::storage;
use leptos::prelude::*;
use std::cell::RefCell;

/// Under this name a tab keeps its own while it is away.
const TAB: &str = "room_tab";
/// What a guest was last called, in any room.
const NAME: &str = "room_name";

thread_local! {
    static THIS_TAB: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What tells this tab from another. A browser copies what a tab remembers when the tab is duplicated: so it is kept only
/// while the page is being left.
pub fn id() -> String {
    THIS_TAB.with_borrow_mut(|tab| {
        tab.get_or_insert_with(|| {
            let kept = storage::of_tab(TAB).filter(|kept| !kept.is_empty());
            storage::forget_of_tab(TAB);
            kept.unwrap_or_else(made)
        })
        .clone()
    })
}

fn made() -> String {
    let part = || format!("{:08x}", (js_sys::Math::random() * f64::from(u32::MAX)) as u32);
    format!("{}{}", part(), part())
}

/// Keeps the tab's own when the page is left for another or loaded anew. Until the owner is gone.
pub fn keep_when_leaving() {
    let leaving = window_event_listener_untyped("pagehide", |_| storage::save_of_tab(TAB, &id()));
    let shown = window_event_listener_untyped("pageshow", |_| storage::forget_of_tab(TAB));
    on_cleanup(move || {
        leaving.remove();
        shown.remove();
    });
}

/// What the guest was last called.
pub fn name() -> String {
    storage::load(NAME).unwrap_or_default()
}

/// Remembers what the guest is called.
pub fn save_name(name: &str) {
    storage::save(NAME, name);
}

/// The password that this tab came in with, for when the page is loaded anew.
pub fn password(code: &str) -> Option<String> {
    storage::of_tab(&format!("room_password:{code}")).filter(|password| !password.is_empty())
}

/// Remembers it, in this tab only.
pub fn save_password(code: &str, password: &str) {
    storage::save_of_tab(&format!("room_password:{code}"), password);
}

/// Whether this tab was in a room before: then it goes in again without asking.
pub fn was_in(code: &str) -> bool {
    storage::of_tab("room_in").as_deref() == Some(code)
}

/// Remembers that it is in.
pub fn save_in(code: &str) {
    storage::save_of_tab("room_in", code);
}
