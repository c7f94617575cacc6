//! Adding a torrent from anywhere on the page: a pasted link, a URL, a dropped or picked file.

use crate::api::browser;
use crate::client::js;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::own_link::{OwnLink, is_same_place};
use crate::protocol::{AddTorrent, Torrent};
use crate::t;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use send_wrapper::SendWrapper;

/// Progress of adding a torrent; shown at the bottom of the page.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Adding {
    /// Nothing is being added.
    #[default]
    Idle,
    /// In progress, with a description.
    Working(String),
    /// Failed.
    Failed(Error),
}

/// Adds torrents and navigates to them; in the context of every page.
#[derive(Clone, Copy)]
pub struct Adder {
    /// Current progress.
    pub state: RwSignal<Adding>,
    /// Number of the latest request; responses to earlier ones are ignored.
    turn: StoredValue<u32>,
    /// Set while the latest request is for a room that has not been created yet.
    makes_room: StoredValue<bool>,
    /// Path of the latest navigation, which may still be in progress.
    here: Memo<String>,
    /// Set only in the browser: the server drops pages on other threads than those that built them.
    go: StoredValue<Option<SendWrapper<Navigate>>>,
}

type Navigate = std::rc::Rc<dyn Fn(&str, NavigateOptions)>;

/// Returns the page's [`Adder`].
pub fn adder() -> Adder {
    expect_context()
}

impl Adder {
    /// Creates the page's only instance; must be called inside the router.
    pub fn new() -> Self {
        let go = StoredValue::new(None);
        Effect::new(move |_| {
            let navigate: Navigate = std::rc::Rc::new(use_navigate());
            go.set_value(Some(SendWrapper::new(navigate)));
        });
        Self {
            state: RwSignal::new(Adding::Idle),
            turn: StoredValue::new(0),
            makes_room: StoredValue::new(false),
            here: use_location().pathname,
            go,
        }
    }

    /// Navigates to another page of this app.
    pub fn go(&self, path: &str) {
        self.navigate(path, NavigateOptions::default());
    }

    /// Navigates to another view of this page without scrolling.
    pub fn stay(&self, path: &str) {
        self.navigate(
            path,
            NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    }

    /// Like [`Self::stay`], but replaces the current history entry.
    pub fn replace(&self, path: &str) {
        self.navigate(
            path,
            NavigateOptions {
                scroll: false,
                replace: true,
                ..NavigateOptions::default()
            },
        );
    }

    fn navigate(&self, path: &str, options: NavigateOptions) {
        // Cloned first: navigation may dispose of the value borrowed here.
        let go = self.go.get_value();
        if let Some(go) = go {
            go(path, options);
        }
    }

    /// Opens whatever was typed: search results, a film, or a `.torrent` URL that has to be fetched first.
    pub fn follow(&self, input: Input) {
        match input {
            Input::Nothing => {}
            Input::Url(url) => self.add(AddTorrent::Url(url)),
            Input::Unusable(why) => self.refuse(Error::invalid("magnet", why)),
            // A room exists on one instance only, which the link names.
            Input::Own(link @ OwnLink::Room { .. }) if is_elsewhere(&link) => {
                if let OwnLink::Room {
                    origin: Some(origin), ..
                } = &link
                {
                    let _ = window().location().assign(&format!("{origin}{}", link.path()));
                }
            }
            other => {
                self.begin(Adding::Idle);
                match other.path() {
                    // Navigation would change nothing, but a user who asks again wants to see whether it works now.
                    Some(path) if is_shown(&path) => {
                        let _ = window().location().reload();
                    }
                    Some(path) => self.go(&path),
                    None => {}
                }
            }
        }
    }

    /// Adds a torrent, then opens its page.
    pub fn add(&self, add: AddTorrent) {
        let what = match &add {
            AddTorrent::Magnet(_) => t::adding::magnet(),
            AddTorrent::Url(_) => t::adding::address(),
        };
        self.run(what.to_owned(), browser::add_torrent(add));
    }

    /// Uploads a `.torrent` file, then opens its film.
    pub fn upload(&self, file: web_sys::File) {
        // The server's limit as well; checking here saves the upload.
        const MAX_BYTES: f64 = 10.0 * 1024.0 * 1024.0;
        if file.size() > MAX_BYTES {
            self.refuse(Error::invalid("torrent", t::adding::too_large(&file.name())));
            return;
        }
        self.run(t::adding::file(&file.name()), browser::upload_torrent(file));
    }

    /// Starts a new request and cancels the previous one, which no longer shows a message or opens a page.
    fn begin(&self, state: Adding) -> u32 {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        self.makes_room.set_value(false);
        self.state.set(state);
        turn
    }

    fn refuse(&self, why: Error) {
        self.begin(Adding::Failed(why));
    }

    fn run(&self, what: String, adding: impl Future<Output = Result<Torrent>> + 'static) {
        self.go_when_there(what, async move { Ok(format!("/watch/{}", adding.await?.info_hash)) });
    }

    /// Opens a room once it has been created; one request at a time, however often the button is pressed.
    pub fn go_to_room(&self, what: &str, path: impl Future<Output = Result<String>> + 'static) {
        if !self.makes_room.get_value() {
            self.go_when_there(what.to_owned(), path);
            self.makes_room.set_value(true);
        }
    }

    /// Shows progress until the path is known, then navigates to it, unless another request has been made or the viewer
    /// has moved on to another page meanwhile, from which they must not be pulled away.
    fn go_when_there(&self, what: String, path: impl Future<Output = Result<String>> + 'static) {
        let adder = *self;
        let turn = adder.begin(Adding::Working(what));
        let from = adder.here.get_untracked();
        leptos::task::spawn_local(async move {
            let path = path.await;
            if adder.turn.try_get_value() != Some(turn) {
                return;
            }
            adder.makes_room.set_value(false);
            match path {
                Ok(path) => {
                    adder.state.set(Adding::Idle);
                    if adder.here.try_get_untracked() == Some(from) {
                        adder.go(&path);
                    }
                }
                Err(error) => adder.state.set(Adding::Failed(error)),
            }
        });
    }
}

fn is_elsewhere(link: &OwnLink) -> bool {
    matches!(link, OwnLink::Room { origin: Some(origin), .. } if !is_same_place(origin, &js::origin()))
}

/// Returns `true` if the browser shows this address. A form submitted without our script encodes spaces as `+`.
fn is_shown(address: &str) -> bool {
    let location = window().location();
    let shown = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    shown.replace('+', "%20") == address
}

impl Default for Adder {
    fn default() -> Self {
        Self::new()
    }
}
