//! Session of the page: sent with it by the server, and kept up to date while it is open.

use super::identity;
use crate::protocol::{Access, Profile, Role, Session, SignUpMode};
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;

thread_local! {
    /// The page's session. A browser has one page and one thread; the server never sets this.
    static PAGE_SESSION: Cell<Option<CurrentSession>> = const { Cell::new(None) };
}

/// The current session. A handle: copies share the same signal.
#[derive(Clone, Copy)]
pub struct CurrentSession(RwSignal<Session>);

impl CurrentSession {
    /// Returns the signed-in account, tracked.
    pub fn user(&self) -> Option<Profile> {
        self.0.with(|session| session.user.clone())
    }

    /// Returns `true` if the user is signed in, tracked.
    pub fn is_signed_in(&self) -> bool {
        self.0.with(|session| session.user.is_some())
    }

    /// Returns `true` if the account is an admin of this instance, tracked.
    pub fn is_admin(&self) -> bool {
        self.0.with(|session| {
            session
                .user
                .as_ref()
                .is_some_and(|profile| profile.user.role == Role::Admin)
        })
    }

    /// Reads the session, untracked: the instance's settings in it do not change while a page is open.
    pub fn read<T>(&self, read: impl FnOnce(&Session) -> T) -> T {
        self.0.with_untracked(read)
    }

    /// Updates the local copy of the account's profile, after the server has accepted the change.
    pub fn update_user(&self, change: impl FnOnce(&mut Profile)) {
        let _ = self.0.try_update(|session| session.user.as_mut().map(change));
    }
}

/// Returns the default session: a guest on an open instance.
fn nobody() -> Session {
    Session {
        user: None,
        access: Access::Open,
        sign_up: SignUpMode::Open,
        is_new: false,
        needs_setup_token: false,
        sends_mail: true,
    }
}

/// Provides the session to every component. On the server it comes from the context; it is serialised into the page, so
/// that the header is right from the first paint.
pub fn provide() -> CurrentSession {
    let session = SharedValue::new(|| use_context::<Session>().unwrap_or_else(nobody)).into_inner();
    identity::provide(&session);
    let session = CurrentSession(RwSignal::new(session));
    provide_context(session);
    Effect::new(move |_| {
        PAGE_SESSION.set(Some(session));
        renew_when_kept();
    });
    session
}

/// Returns the session from the context of this component.
pub fn current() -> CurrentSession {
    use_context().unwrap_or_else(|| CurrentSession(RwSignal::new(nobody())))
}

/// Returns the page's session, from anywhere in the browser.
pub fn of_page() -> Option<CurrentSession> {
    PAGE_SESSION.get()
}

/// Returns `true` if this page is signed in, as far as it knows.
pub fn is_signed_in() -> bool {
    of_page().is_some_and(|session| session.read(|session| session.user.is_some()))
}

/// Clears the session after the server has reported that this browser is signed out.
pub fn ended() {
    if let Some(session) = of_page() {
        let _ = session.0.try_update(|session| session.user = None);
    }
    identity::tell_other_tabs();
    identity::look_again();
}

/// Restores the session after another tab has signed in to the account for which this page was rendered.
pub fn signed_in_again(now: Session) {
    if let Some(session) = of_page().filter(|_| !is_signed_in()) {
        let _ = session.0.try_set(now);
    }
}

/// Loads another page with a full document request, so that it is rendered for the current login.
pub fn go(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().replace(address);
    }
}

/// Loads this page again, so that the server renders it anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Reloads a page restored from the back/forward cache, which may show an earlier login.
fn renew_when_kept() {
    let shown = window_event_listener_untyped("pageshow", move |event| {
        let event = event.unchecked_into::<web_sys::PageTransitionEvent>();
        if event.persisted() {
            let _ = window().location().reload();
        }
    });
    on_cleanup(move || shown.remove());
}
