//! Coming into a room and staying in it: ticket and socket, joining again when the connection is lost, the clock.

use super::handle::{Inner, Link, NO_SPOILERS, Over, Room};
use super::pace::Pace;
use super::socket::{Heard, Socket};
use super::tab;
use crate::api::rooms::{browser, socket_path};
use crate::client::{js, storage};
use crate::error::{Error, Kind};
use crate::protocol::room::*;
use crate::room::clock::{Clock, is_answer};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// How long joining may take until the server's welcome; then it is tried again. A network that swallows what it is given
/// answers nothing at all.
const JOINING: Duration = Duration::from_secs(15);
/// How long a guest's token for what the room plays is used, milliseconds: it is good for twelve hours.
const TOKEN_MS: f64 = 6.0 * 3_600_000.0;
/// A server that does not answer a ping for this long is not there any more.
const ANSWER: Duration = Duration::from_millis(6_000);
/// So often in a row a socket may fail before the first word: it is not the network then, which has let us join.
const NO_SOCKET: i32 = 4;
/// How often the page looks whether it slept.
const WATCH: Duration = Duration::from_secs(2);
/// A tick that comes later than this says that the computer slept, milliseconds.
const SLEPT_MS: f64 = 8_000.0;

impl Room {
    /// Goes in, and stays in until [`Self::leave`] or the owner is gone.
    pub fn enter(&self, code: String, join: JoinRoom) {
        let room = *self;
        let inner = Rc::new(Inner {
            code,
            socket: RefCell::new(None),
            clock: RefCell::new(Clock::default()),
            pace: RefCell::new(Pace::default()),
            wanted: Cell::new(None),
            seek_rest: RefCell::new(None),
            seek_next: RefCell::new(None),
            join: RefCell::new(JoinRoom {
                tab: Some(tab::id()),
                ..join
            }),
            was_in: Cell::new(false),
            tries: Cell::new(0),
            generation: Cell::new(0),
            timer: RefCell::new(None),
            pinged_at: Cell::new(None),
            heard_at: Cell::new(0.0),
            token_at: Cell::new(0.0),
            ping_timer: RefCell::new(None),
        });
        self.inner.set_value(Some(SendWrapper::new(inner)));
        room.no_spoilers.set(storage::load(NO_SPOILERS).unwrap_or(false));
        room.link.set(Link::Joining);
        room.join();
    }

    /// Knocks again as before. Whether it knocked before.
    pub fn try_once_more(&self) -> bool {
        let inner = self.inner();
        let has_tried = inner.is_some();
        if let Some(inner) = inner {
            inner.tries.set(0);
            self.link.set(Link::Joining);
            self.join();
        }
        has_tried
    }

    /// Watches over the connection until the owner is gone: the network's return and the computer's sleep.
    pub fn watch_over(&self) {
        let room = *self;
        tab::keep_when_leaving();
        let online = window_event_listener_untyped("online", move |_| room.try_again_now());
        let last = Cell::new(js_sys::Date::now());
        let watching = set_interval_with_handle(
            move || {
                let now = js_sys::Date::now();
                if now - last.replace(now) > SLEPT_MS + WATCH.as_millis() as f64 {
                    room.woke();
                }
            },
            WATCH,
        );
        let seen = window_event_listener(leptos::ev::visibilitychange, move |_| {
            if !document().hidden() {
                room.try_again_now();
            }
        });
        let hidden = window_event_listener(leptos::ev::pagehide, move |_| room.settle_removal());
        on_cleanup(move || {
            online.remove();
            seen.remove();
            hidden.remove();
            if let Ok(watching) = watching {
                watching.clear();
            }
            room.settle_removal();
            // To another page of ours; one that is loaded anew comes back to its seat.
            room.say_goodbye();
            if let Some(inner) = room.inner() {
                inner.part();
            }
        });
    }

    /// Asks for a ticket, then for the socket.
    pub(super) fn join(&self) {
        let Some(inner) = self.inner() else { return };
        let room = *self;
        inner.part();
        let generation = inner.generation.get();
        let join = inner.join.borrow().clone();
        let deadline = set_timeout_with_handle(move || room.joined_in_time(generation), JOINING);
        inner.timer.replace(deadline.ok());
        leptos::task::spawn_local(async move {
            let answer = browser::join(&room.name(&inner), join).await;
            if inner.generation.get() != generation {
                return;
            }
            match answer {
                Ok(joining) if joining.version != PROTOCOL_VERSION => room.load_anew(),
                Ok(joining) => room.open(&inner, joining),
                Err(error) if is_passing(&error) && inner.was_in.get() => room.try_again(),
                Err(error) => {
                    let _ = room.link.try_set(Link::Refused(error));
                }
            }
        });
    }

    /// What to join by: whoever has been in knows the room's code, which stays when its address of its own is changed.
    fn name(&self, inner: &Inner) -> String {
        let code = inner.was_in.get().then(|| self.peek(|view| view.code.to_string()));
        code.filter(|code| !code.is_empty())
            .unwrap_or_else(|| inner.code.clone())
    }

    /// Whether the server has welcomed this page by now; else that connection is given up.
    fn joined_in_time(&self, generation: u32) {
        let Some(inner) = self.inner().filter(|inner| inner.generation.get() == generation) else {
            return;
        };
        match self.link.try_get_untracked() {
            Some(Link::Joining) if !inner.was_in.get() => {
                inner.part();
                let _ = self.link.try_set(Link::Refused(Error::new(
                    Kind::Offline,
                    "Check the connection, then try again.",
                )));
            }
            Some(Link::Joining | Link::Lost) => self.try_again(),
            _ => {}
        }
    }

    fn open(&self, inner: &Rc<Inner>, joining: Joining) {
        let room = *self;
        let generation = inner.generation.get();
        self.show_token(inner, joining.stream_token);
        let weak = Rc::downgrade(inner);
        let heard = move |heard: Heard| {
            let is_ours = weak.upgrade().is_some_and(|inner| inner.generation.get() == generation);
            match heard {
                _ if !is_ours => {}
                Heard::Message(message) => {
                    if let Some(inner) = weak.upgrade() {
                        inner.heard_at.set(js::performance_now());
                    }
                    room.hear(*message);
                }
                Heard::Closed(code) => room.closed(code),
            }
        };
        let socket = Socket::open(&socket_path(&joining.room.code, &joining.ticket), heard);
        let opened = socket.is_some();
        inner.socket.replace(socket);
        if !opened {
            self.try_again();
        }
    }

    /// Another token is another address, from which the picture would begin anew: the first one is kept while it lasts.
    fn show_token(&self, inner: &Inner, token: Option<String>) {
        let now = js::performance_now();
        let is_old = now - inner.token_at.get() > TOKEN_MS;
        let has_one = self.stream_token.try_get_untracked().flatten().is_some();
        if is_old || has_one != token.is_some() {
            inner.token_at.set(now);
            let _ = self.stream_token.try_set(token);
        }
    }

    /// The first message came: this page is in.
    pub(super) fn welcomed(&self) {
        let Some(inner) = self.inner() else { return };
        inner.was_in.set(true);
        tab::save_in(&self.peek(|view| view.code.to_string()));
        inner.tries.set(0);
        inner.pinged_at.set(None);
        inner.clock.borrow_mut().reset();
        let _ = self.link.try_set(Link::In);
        self.ping(inner.generation.get());
    }

    fn closed(&self, code: u16) {
        let Some(inner) = self.inner() else { return };
        inner.socket.replace(None);
        if matches!(self.link.try_get_untracked(), None | Some(Link::Over(_))) {
            return;
        }
        match CloseCode::from_number(code) {
            Some(CloseCode::Done) => self.end(Over::Farewell(Farewell::Ended)),
            Some(CloseCode::NotAllowed) => self.end(Over::NotAllowed),
            Some(CloseCode::NoSuchRoom) => self.end(Over::Gone),
            Some(CloseCode::Full) => self.end(Over::Full),
            Some(CloseCode::Replaced) => self.end(Over::Farewell(Farewell::Replaced)),
            Some(CloseCode::Flood) => self.end(Over::Flood),
            Some(CloseCode::Reload) => self.load_anew(),
            Some(CloseCode::SignIn | CloseCode::TooSlow | CloseCode::Restarting | CloseCode::Nonsense) | None => {
                self.try_again();
            }
        }
    }

    /// No more of this connection, and no other.
    pub(super) fn end(&self, over: Over) {
        if let Some(inner) = self.inner() {
            inner.part();
        }
        let _ = self.link.try_set(Link::Over(over));
    }

    /// The server is of another version: the page is loaded anew, but not again and again.
    fn load_anew(&self) {
        const LOADED: &str = "room_loaded";
        let before: f64 = storage::load(LOADED).unwrap_or_default();
        let now = js_sys::Date::now();
        if now - before < 60_000.0 {
            return self.end(Over::Version);
        }
        storage::save(LOADED, now);
        let _ = window().location().reload();
    }

    /// Joins again after a while that grows with each try; not all pages of a room at the same instant.
    fn try_again(&self) {
        let Some(inner) = self.inner() else { return };
        inner.part();
        let _ = self
            .link
            .try_set(if inner.was_in.get() { Link::Lost } else { Link::Joining });
        let tries = inner.tries.get();
        inner.tries.set(tries.saturating_add(1));
        if !inner.was_in.get() && tries >= NO_SOCKET {
            let _ = self.link.try_set(Link::Refused(Error::new(
                Kind::Offline,
                "The server answers, but its live connection (WebSocket) cannot be opened. Something between may not let \
                 it through: a proxy, or an extension of the browser.",
            )));
            return;
        }
        let wait = again_ms(tries) * (0.75 + js_sys::Math::random() * 0.5);
        let room = *self;
        let timer = set_timeout_with_handle(move || room.join(), Duration::from_millis(wait as u64));
        inner.timer.replace(timer.ok());
    }

    /// The network or the person is back: no reason to wait.
    fn try_again_now(&self) {
        if self.link.try_get_untracked() == Some(Link::Lost) {
            self.join();
        }
    }

    /// The computer slept: its clock may have stood still, and the connection may be dead without knowing.
    fn woke(&self) {
        let Some(inner) = self.inner() else { return };
        inner.clock.borrow_mut().reset();
        if self.link.try_get_untracked() == Some(Link::In) {
            inner.pinged_at.set(None);
            self.ping(inner.generation.get());
        } else {
            self.try_again_now();
        }
    }

    /// Asks what time it is, now and again, and whether anybody is there at all.
    fn ping(&self, generation: u32) {
        let room = *self;
        let Some(inner) = self.inner().filter(|inner| inner.generation.get() == generation) else {
            return;
        };
        if let Some(timer) = inner.ping_timer.take() {
            timer.clear();
        }
        let now = js::performance_now();
        inner.pinged_at.set(Some(now));
        self.send(ClientMessage::Ping { sent_at: now });
        set_timeout(
            move || {
                let Some(inner) = room.inner().filter(|inner| inner.generation.get() == generation) else {
                    return;
                };
                // Another ping is under way.
                if inner.pinged_at.get() != Some(now) {
                    return;
                }
                // Not answered: asked once more where there was a word besides, else there is nobody.
                if inner.heard_at.get() < now {
                    room.try_again();
                } else {
                    room.ping(generation);
                }
            },
            ANSWER,
        );
    }

    /// The server answered a ping.
    pub(super) fn pong(&self, sent_at: f64, at: ServerTime) {
        let Some(inner) = self.inner() else { return };
        // One that was on its way while the computer slept would be wrong by that.
        if !inner.pinged_at.get().is_some_and(|pinged| is_answer(pinged, sent_at)) {
            return;
        }
        inner.clock.borrow_mut().hear(sent_at, at, js::performance_now());
        inner.pinged_at.set(None);
        let wait = inner.clock.borrow().next_ping_ms();
        let generation = inner.generation.get();
        let room = *self;
        let timer = set_timeout_with_handle(move || room.ping(generation), Duration::from_millis(wait as u64));
        inner.ping_timer.replace(timer.ok());
    }
}

/// How long until the next try to join again, milliseconds: a short break costs the picture little more than itself, and
/// after ten seconds the server is spared.
fn again_ms(tries: i32) -> f64 {
    match tries {
        ..1 => 300.0,
        1 => 600.0,
        2..12 => 1_000.0,
        12..16 => 3_000.0,
        _ => 10_000.0,
    }
}

/// Whether a refusal passes by itself: the server starts, or the network is away.
fn is_passing(error: &Error) -> bool {
    matches!(
        error.kind,
        Kind::Offline | Kind::Unavailable | Kind::BadGateway | Kind::Timeout | Kind::Internal | Kind::TooManyRequests
    )
}
