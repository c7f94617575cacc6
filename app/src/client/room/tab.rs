//! Per-tab state of rooms: the tab's id, by which a reload keeps its seat, and the credentials that it joined with.

use crate::client::{identity, storage};
use leptos::prelude::*;
use std::cell::RefCell;

/// Session storage key of the tab's id while the page is unloading.
const TAB: &str = "room_tab";
/// Local storage key of a guest's latest name, in any room.
const NAME: &str = "room_name";

thread_local! {
    static THIS_TAB: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Returns the tab's id. Browsers copy session storage when a tab is duplicated, so the id is stored there only while
/// the page is unloading.
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

/// Stores the tab's id while the page is unloading, for a reload or a return. Until the reactive owner is disposed.
pub fn keep_when_leaving() {
    let leaving = window_event_listener_untyped("pagehide", |_| storage::save_of_tab(TAB, &id()));
    let shown = window_event_listener_untyped("pageshow", |_| storage::forget_of_tab(TAB));
    on_cleanup(move || {
        leaving.remove();
        shown.remove();
    });
}

/// Returns the guest's latest name.
pub fn name() -> String {
    storage::load(NAME).unwrap_or_default()
}

/// Saves the guest's name.
pub fn save_name(name: &str) {
    storage::save(NAME, name);
}

/// Returns the password with which this tab joined, for a reload.
pub fn password(code: &str) -> Option<String> {
    storage::of_tab(&format!("room_password:{code}")).filter(|password| !password.is_empty())
}

/// Saves the room's password, for this tab only.
pub fn save_password(code: &str, password: &str) {
    storage::save_of_tab(&format!("room_password:{code}"), password);
}

/// Returns `true` if this tab was in the room before a reload: then it joins again without asking.
pub fn was_in(code: &str) -> bool {
    storage::of_tab("room_in").as_deref() == Some(code)
}

/// Records that this tab is in the room.
pub fn save_in(code: &str) {
    storage::save_of_tab("room_in", code);
}

/// Session storage key of the account for which the page was rendered, while the page reloads itself.
const RELOADED_ACCOUNT_KEY: &str = "room_was_for";

/// Reloads the page. Records its account, because another user who has signed in since must not join the room without
/// being asked.
pub fn load_anew() {
    if let Some(account) = identity::made_for() {
        storage::save_of_tab(RELOADED_ACCOUNT_KEY, &account);
    }
    let _ = window().location().reload();
}

/// Returns `true` if the page has reloaded itself and is now for another account. Clears the record.
pub fn came_back_as_another() -> bool {
    let was_for = storage::of_tab(RELOADED_ACCOUNT_KEY);
    storage::forget_of_tab(RELOADED_ACCOUNT_KEY);
    was_for.is_some() && was_for != identity::made_for()
}
