//! Who is signed in, for every part of the page: known when it is sent, and kept right while it is open.

use crate::protocol::{Access, Profile, Role, Session, SignUpMode};
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;

thread_local! {
    /// The page's own session. A browser has one page and one thread; the server never sets it.
    static OF_PAGE: Cell<Option<CurrentSession>> = const { Cell::new(None) };
}

/// Who is signed in. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct CurrentSession(RwSignal<Session>);

impl CurrentSession {
    /// The account, tracked.
    pub fn user(&self) -> Option<Profile> {
        self.0.with(|session| session.user.clone())
    }

    /// Whether somebody is signed in, tracked.
    pub fn is_signed_in(&self) -> bool {
        self.0.with(|session| session.user.is_some())
    }

    /// Whether the account runs this instance, tracked.
    pub fn is_admin(&self) -> bool {
        self.0.with(|session| {
            session
                .user
                .as_ref()
                .is_some_and(|profile| profile.user.role == Role::Admin)
        })
    }

    /// Reads what the instance allows, untracked: it does not change while a page is open.
    pub fn read<T>(&self, read: impl FnOnce(&Session) -> T) -> T {
        self.0.with_untracked(read)
    }

    /// Changes what is known of the account, after the server has.
    pub fn update_user(&self, change: impl FnOnce(&mut Profile)) {
        let _ = self.0.try_update(|session| session.user.as_mut().map(change));
    }
}

/// A guest on an instance that is open to all: before anything better is known.
fn nobody() -> Session {
    Session {
        user: None,
        access: Access::Open,
        sign_up: SignUpMode::Open,
        is_new: false,
        sends_mail: true,
    }
}

/// Makes the session known to every component. On the server it is in the context; it travels inside the page, so that
/// the header is right from the first paint.
pub fn provide() -> CurrentSession {
    let session = SharedValue::new(|| use_context::<Session>().unwrap_or_else(nobody)).into_inner();
    let session = CurrentSession(RwSignal::new(session));
    provide_context(session);
    Effect::new(move |_| {
        OF_PAGE.set(Some(session));
        renew_when_kept();
    });
    session
}

/// The session of the page that this component is in.
pub fn current() -> CurrentSession {
    use_context().unwrap_or_else(|| CurrentSession(RwSignal::new(nobody())))
}

/// The page's session, from anywhere in the browser.
pub fn of_page() -> Option<CurrentSession> {
    OF_PAGE.get()
}

/// Whether this page is signed in, as far as it knows.
pub fn is_signed_in() -> bool {
    of_page().is_some_and(|session| session.read(|session| session.user.is_some()))
}

/// The server says that this browser is not signed in any more.
pub fn ended() {
    if let Some(session) = of_page() {
        let _ = session.0.try_update(|session| session.user = None);
    }
}

/// Leaves for another page as if it had been typed: everything there is made afresh for whoever is signed in now.
pub fn go(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().replace(address);
    }
}

/// A page that the browser kept (back, forward) shows whoever was signed in then: it is made afresh.
fn renew_when_kept() {
    let shown = window_event_listener_untyped("pageshow", move |event| {
        let event = event.unchecked_into::<web_sys::PageTransitionEvent>();
        if event.persisted() {
            let _ = window().location().reload();
        }
    });
    on_cleanup(move || shown.remove());
}
