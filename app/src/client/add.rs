//! Adding a torrent from anywhere on the page: a pasted link, an address, a dropped or picked file.

use crate::api::browser;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::protocol::{AddTorrent, Torrent};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use send_wrapper::SendWrapper;

/// How adding is going; shown at the foot of the page.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Adding {
    /// Nothing is being added.
    #[default]
    Idle,
    /// On its way: what is happening.
    Working(String),
    /// It did not work.
    Failed(Error),
}

/// Adds torrents and goes to them; found in the context of every page.
#[derive(Clone, Copy)]
pub struct Adder {
    /// How it is going.
    pub state: RwSignal<Adding>,
    /// What was asked for last; answers to what was asked before change nothing.
    turn: StoredValue<u32>,
    /// Whether what was asked for last is a room, and it is not there yet.
    makes_room: StoredValue<bool>,
    /// The page that was gone to last; it may still be on its way.
    here: Memo<String>,
    /// Only there in the browser: the server drops pages on other threads than it built them on.
    go: StoredValue<Option<SendWrapper<Go>>>,
}

type Go = std::rc::Rc<dyn Fn(&str, NavigateOptions)>;

/// The page's [`Adder`].
pub fn adder() -> Adder {
    expect_context()
}

impl Adder {
    /// One per page; needs the router around it.
    pub fn new() -> Self {
        let go = StoredValue::new(None);
        Effect::new(move |_| {
            let navigate: Go = std::rc::Rc::new(use_navigate());
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

    /// Goes to another page of ours.
    pub fn go(&self, path: &str) {
        self.navigate(path, NavigateOptions::default());
    }

    /// Goes to another view of this page without scrolling.
    pub fn stay(&self, path: &str) {
        self.navigate(
            path,
            NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    }

    fn navigate(&self, path: &str, options: NavigateOptions) {
        // Cloned out first: navigating may dispose of what is borrowed here.
        let go = self.go.get_value();
        if let Some(go) = go {
            go(path, options);
        }
    }

    /// Follows what was typed: to the results, to the film, or through fetching a `.torrent` first.
    pub fn follow(&self, input: Input) {
        match input {
            Input::Nothing => {}
            Input::Url(url) => self.add(AddTorrent::Url(url)),
            Input::Unusable(why) => self.refuse(Error::invalid("magnet", why)),
            other => {
                self.begin(Adding::Idle);
                match other.path() {
                    // Going there would change nothing; who asks again wants to see whether it works by now.
                    Some(path) if is_shown(&path) => {
                        let _ = window().location().reload();
                    }
                    Some(path) => self.go(&path),
                    None => {}
                }
            }
        }
    }

    /// Adds a torrent, then goes to it.
    pub fn add(&self, add: AddTorrent) {
        let what = match &add {
            AddTorrent::Magnet(_) => "Reading the magnet link…",
            AddTorrent::Url(_) => "Fetching the torrent…",
        };
        self.run(what.to_owned(), browser::add_torrent(add));
    }

    /// Uploads a `.torrent` file, then goes to its film.
    pub fn upload(&self, file: web_sys::File) {
        // The server takes no more either; saying so here saves the upload.
        const MAX_BYTES: f64 = 10.0 * 1024.0 * 1024.0;
        if file.size() > MAX_BYTES {
            let reason = format!(
                "{} is larger than 10 MB. Pick the .torrent file, not the film.",
                file.name()
            );
            self.refuse(Error::invalid("torrent", reason));
            return;
        }
        self.run(format!("Reading {}…", file.name()), browser::upload_torrent(file));
    }

    /// What was asked for before is left: it neither says nor opens anything any more.
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

    /// Goes to a room when it is made; one at a time, however often the button is pressed.
    pub fn go_to_new_room(&self, path: impl Future<Output = Result<String>> + 'static) {
        if !self.makes_room.get_value() {
            self.go_when_there("Making a room…".to_owned(), path);
            self.makes_room.set_value(true);
        }
    }

    /// Says what is happening until an address is there, then goes to it: unless something else was asked for meanwhile, or
    /// the viewer has gone to another page by now, where nobody is taken away from.
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

/// Whether the browser shows this address. A form that was sent without us writes spaces as `+`.
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
