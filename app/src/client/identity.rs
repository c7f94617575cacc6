//! Account for which this page was rendered, compared with the account that is now signed in in this browser. Tabs
//! share cookies: a page never sends requests on behalf of another account, and shows a notice when its own is no
//! longer signed in.

use super::{js, storage};
use crate::api::identity::GUEST;
use crate::api::session;
use crate::protocol::Session;
use crate::t;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Broadcast channel of this browser's tabs (HTML Living Standard, section 9.5), on which a tab announces that the
/// login may have changed. Messages are empty: each tab asks the server for the current session.
const CHANNEL: &str = "matinee-account";

/// Local storage key of the account for which this browser's latest page was rendered.
const LAST_ACCOUNT_KEY: &str = "account";

thread_local! {
    static OF_PAGE: RefCell<Option<Page>> = const { RefCell::new(None) };
}

/// Session in this browser, where it differs from the one for which the page was rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CurrentLogin {
    /// Signed out.
    SignedOut,
    /// Signed in with this user name.
    SignedInAs(String),
}

/// Identity of the page, fixed from load to unload.
struct Page {
    made_for: String,
    changed: Changed,
    channel: Option<JsValue>,
}

/// Signal that is set when the browser's login no longer matches the page. A handle: copies share the same signal.
#[derive(Clone, Copy)]
pub struct Changed(RwSignal<Option<CurrentLogin>>);

impl Changed {
    /// Returns the login that has taken the page's place, tracked.
    pub fn get(&self) -> Option<CurrentLogin> {
        self.0.get()
    }
}

/// Records the account for which the page was rendered, and listens to the other tabs.
pub fn provide(session: &Session) {
    let changed = Changed(RwSignal::new(None));
    provide_context(changed);
    let made_for = id(session);
    Effect::new(move |_| {
        OF_PAGE.set(Some(Page {
            made_for: made_for.clone(),
            changed,
            channel: open_channel(),
        }));
        load_what_is_linked_when_changed();
        // Whichever way the login changed, the next page is rendered for another account.
        if storage::load(LAST_ACCOUNT_KEY).is_some_and(|last: String| last != made_for) {
            tell_other_tabs();
        }
        storage::save(LAST_ACCOUNT_KEY, &made_for);
    });
}

/// Returns the page's [`Changed`] signal from the context.
pub fn changed() -> Changed {
    use_context().unwrap_or_else(|| Changed(RwSignal::new(None)))
}

fn id(session: &Session) -> String {
    let user = session.user.as_ref();
    user.map_or_else(|| GUEST.to_owned(), |profile| profile.user.id.to_string())
}

/// Returns the account for which this page was rendered: its id, or [`GUEST`].
pub fn made_for() -> Option<String> {
    OF_PAGE.with_borrow(|page| page.as_ref().map(|page| page.made_for.clone()))
}

/// Returns the login that has taken the page's place, as far as the page knows.
pub fn now() -> Option<CurrentLogin> {
    signal()?.0.try_get_untracked().flatten()
}

/// Describes the login that has taken the page's place, for the page.
pub fn sentence(now: &CurrentLogin) -> String {
    match now {
        CurrentLogin::SignedOut => t::account_notice::signed_out().to_owned(),
        CurrentLogin::SignedInAs(name) => t::account_notice::signed_in_as(name),
    }
}

/// Explains with that login why a request was not sent.
pub fn refusal(now: &CurrentLogin) -> String {
    match now {
        CurrentLogin::SignedOut => t::error::signed_out().to_owned(),
        CurrentLogin::SignedInAs(name) => t::error::signed_in_as(name),
    }
}

fn signal() -> Option<Changed> {
    OF_PAGE.with_borrow(|page| page.as_ref().map(|page| page.changed))
}

/// Tells the other tabs that the login may have changed.
pub fn tell_other_tabs() {
    OF_PAGE.with_borrow(|page| {
        if let Some(channel) = page.as_ref().and_then(|page| page.channel.as_ref()) {
            js::call(channel, "postMessage", &[JsValue::NULL]);
        }
    });
}

/// Asks the server for the current session and compares it with the page's.
pub fn look_again() {
    leptos::task::spawn_local(async {
        let (Ok(session), Some(made_for), Some(changed)) = (session().await, made_for(), signal()) else {
            return;
        };
        let now = match &session.user {
            _ if id(&session) == made_for => None,
            Some(profile) => Some(CurrentLogin::SignedInAs(profile.user.username.clone())),
            None => Some(CurrentLogin::SignedOut),
        };
        if now.is_none() {
            super::session::signed_in_again(session);
        }
        let _ = changed.0.try_set(now);
    });
}

fn open_channel() -> Option<JsValue> {
    let constructor: Function = js::global("BroadcastChannel")?.dyn_into().ok()?;
    let channel = Reflect::construct(&constructor, &Array::of1(&JsValue::from_str(CHANNEL))).ok()?;
    let heard = Closure::<dyn Fn()>::new(look_again);
    // Leaked on purpose: it lives as long as the page.
    js::set(&channel, "onmessage", &heard.into_js_value());
    Some(channel)
}

/// Makes links on a page of another account load a new document, rendered for the current login, rather than navigate
/// within the page.
fn load_what_is_linked_when_changed() {
    let pressed = Closure::<dyn Fn(web_sys::Event)>::new(|event: web_sys::Event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
        if let Some(link) = link.filter(|_| now().is_some()) {
            // The router leaves external links to the browser.
            let _ = link.set_attribute("rel", "external");
        }
    });
    // In the capture phase, before the router's own listener.
    let _ = window().add_event_listener_with_callback_and_bool("click", pressed.as_ref().unchecked_ref(), true);
    pressed.forget();
}
