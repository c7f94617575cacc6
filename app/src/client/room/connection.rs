//! Connection to a room: ticket and socket, reconnection with back-off, clock synchronisation.

use super::handle::{HIDE_SPOILERS_KEY, Inner, Link, Over, Room};
use super::pace::PlaybackSync;
use super::socket::{Socket, SocketEvent};
use super::tab;
use crate::api::rooms::{browser, socket_path};
use crate::client::{js, storage};
use crate::error::{Error, Kind};
use crate::protocol::room::*;
use crate::room::clock::{Clock, is_answer};
use crate::t;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// Deadline for joining, up to the server's welcome; then it is retried. A network that silently drops packets never
/// reports an error.
const JOIN_TIMEOUT: Duration = Duration::from_secs(15);
/// Time for which a guest's stream token is reused, milliseconds; the token itself is valid for twelve hours.
const TOKEN_REUSE_MS: f64 = 6.0 * 3_600_000.0;
/// Deadline for a pong; without one the connection counts as dead.
const PONG_TIMEOUT: Duration = Duration::from_millis(6_000);
/// Sockets that may fail in a row before the first welcome: joining over HTTP worked, so it is not the network.
const MAX_SOCKET_FAILURES: i32 = 4;
/// Interval at which the page checks whether the computer has slept.
const SLEEP_CHECK_INTERVAL: Duration = Duration::from_secs(2);
/// Delay of that check, milliseconds, beyond which the computer must have slept.
const SLEEP_THRESHOLD_MS: f64 = 8_000.0;

impl Room {
    /// Joins the room, and stays connected until [`Self::leave`] or until the reactive owner is disposed.
    pub fn enter(&self, code: String, join: JoinRoom) {
        let room = *self;
        let inner = Rc::new(Inner {
            code,
            socket: RefCell::new(None),
            clock: RefCell::new(Clock::default()),
            pace: RefCell::new(PlaybackSync::default()),
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
        room.no_spoilers.set(storage::load(HIDE_SPOILERS_KEY).unwrap_or(false));
        room.link.set(Link::Joining);
        room.join();
    }

    /// Retries joining with the same request. Returns `false` if there was none.
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

    /// Watches the connection until the reactive owner is disposed: reconnects when the network returns or the computer
    /// wakes.
    pub fn watch_over(&self) {
        let room = *self;
        tab::keep_when_leaving();
        let online = window_event_listener_untyped("online", move |_| room.try_again_now());
        let last = Cell::new(js_sys::Date::now());
        let watching = set_interval_with_handle(
            move || {
                let now = js_sys::Date::now();
                if now - last.replace(now) > SLEEP_THRESHOLD_MS + SLEEP_CHECK_INTERVAL.as_millis() as f64 {
                    room.woke();
                }
            },
            SLEEP_CHECK_INTERVAL,
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
            // The viewer goes to another page of this app; a page that is being reloaded keeps its seat instead.
            room.say_goodbye();
            if let Some(inner) = room.inner() {
                inner.part();
            }
        });
    }

    /// Requests a ticket, then opens the socket.
    pub(super) fn join(&self) {
        let Some(inner) = self.inner() else { return };
        let room = *self;
        inner.part();
        let generation = inner.generation.get();
        let join = inner.join.borrow().clone();
        let deadline = set_timeout_with_handle(move || room.joined_in_time(generation), JOIN_TIMEOUT);
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

    /// Returns the name to join by: after the first welcome the room's code, which stays valid when its custom address
    /// changes.
    fn name(&self, inner: &Inner) -> String {
        let code = inner.was_in.get().then(|| self.peek(|view| view.code.to_string()));
        code.filter(|code| !code.is_empty())
            .unwrap_or_else(|| inner.code.clone())
    }

    /// Closes the connection and retries, if the server has not welcomed this page by the deadline.
    fn joined_in_time(&self, generation: u32) {
        let Some(inner) = self.inner().filter(|inner| inner.generation.get() == generation) else {
            return;
        };
        match self.link.try_get_untracked() {
            Some(Link::Joining) if !inner.was_in.get() => {
                inner.part();
                let _ = self
                    .link
                    .try_set(Link::Refused(Error::new(Kind::Offline, t::entrance::offline())));
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
        let heard = move |heard: SocketEvent| {
            let is_ours = weak.upgrade().is_some_and(|inner| inner.generation.get() == generation);
            match heard {
                _ if !is_ours => {}
                SocketEvent::Message(message) => {
                    if let Some(inner) = weak.upgrade() {
                        inner.heard_at.set(js::performance_now());
                    }
                    room.hear(*message);
                }
                SocketEvent::Closed(code) => room.closed(code),
            }
        };
        let socket = Socket::open(&socket_path(&joining.room.code, &joining.ticket), heard);
        let opened = socket.is_some();
        inner.socket.replace(socket);
        if !opened {
            self.try_again();
        }
    }

    /// Keeps the first stream token while it is valid: another token means another URL, from which the film would load
    /// anew.
    fn show_token(&self, inner: &Inner, token: Option<String>) {
        let now = js::performance_now();
        let is_old = now - inner.token_at.get() > TOKEN_REUSE_MS;
        let has_one = self.stream_token.try_get_untracked().flatten().is_some();
        if is_old || has_one != token.is_some() {
            inner.token_at.set(now);
            let _ = self.stream_token.try_set(token);
        }
    }

    /// Handles the server's welcome: this page is in the room.
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
            Some(CloseCode::NetworkOut) => self.end(Over::NetworkOut),
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

    /// Closes the connection for good.
    pub(super) fn end(&self, over: Over) {
        if let Some(inner) = self.inner() {
            inner.part();
        }
        let _ = self.link.try_set(Link::Over(over));
    }

    /// Reloads the page because the server has another protocol version, at most once a minute.
    fn load_anew(&self) {
        const LAST_RELOAD_KEY: &str = "room_loaded";
        let before: f64 = storage::load(LAST_RELOAD_KEY).unwrap_or_default();
        let now = js_sys::Date::now();
        if now - before < 60_000.0 {
            return self.end(Over::Version);
        }
        storage::save(LAST_RELOAD_KEY, now);
        tab::load_anew();
    }

    /// Retries after a back-off that grows with each try, with jitter so that the pages of a room do not return at the
    /// same instant.
    fn try_again(&self) {
        let Some(inner) = self.inner() else { return };
        inner.part();
        let _ = self
            .link
            .try_set(if inner.was_in.get() { Link::Lost } else { Link::Joining });
        let tries = inner.tries.get();
        inner.tries.set(tries.saturating_add(1));
        if !inner.was_in.get() && tries >= MAX_SOCKET_FAILURES {
            let _ = self.link.try_set(Link::Refused(Error::new(
                Kind::Offline,
                t::entrance::no_live_connection(),
            )));
            return;
        }
        let wait = again_ms(tries) * (0.75 + js_sys::Math::random() * 0.5);
        let room = *self;
        let timer = set_timeout_with_handle(move || room.join(), Duration::from_millis(wait as u64));
        inner.timer.replace(timer.ok());
    }

    /// Retries at once: the network or the viewer is back.
    fn try_again_now(&self) {
        if self.link.try_get_untracked() == Some(Link::Lost) {
            self.join();
        }
    }

    /// Handles waking from sleep: the page's clock may have stood still, and the connection may be dead without an
    /// error.
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

    /// Sends a ping, which synchronises the clock and checks that the connection is alive.
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
        self.send(ClientMessage::Ping(Ping { sent_at: now }));
        set_timeout(
            move || {
                let Some(inner) = room.inner().filter(|inner| inner.generation.get() == generation) else {
                    return;
                };
                // Another ping has been sent since.
                if inner.pinged_at.get() != Some(now) {
                    return;
                }
                // No pong: ping again if any message has arrived since, else the connection is dead.
                if inner.heard_at.get() < now {
                    room.try_again();
                } else {
                    room.ping(generation);
                }
            },
            PONG_TIMEOUT,
        );
    }

    /// Handles a pong.
    pub(super) fn pong(&self, sent_at: f64, at: ServerTime) {
        let Some(inner) = self.inner() else { return };
        // A pong that was in flight while the computer slept would put the clock off by that time.
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

/// Returns the back-off before the next try to join, milliseconds: after a short interruption the film stops for hardly
/// longer than that, and after about ten seconds the tries become fewer, to spare the server.
fn again_ms(tries: i32) -> f64 {
    match tries {
        ..1 => 300.0,
        1 => 600.0,
        2..12 => 1_000.0,
        12..16 => 3_000.0,
        _ => 10_000.0,
    }
}

/// Returns `true` if an error is likely to be transient: the server is starting, or the network is down.
fn is_passing(error: &Error) -> bool {
    matches!(
        error.kind,
        Kind::Offline | Kind::Unavailable | Kind::BadGateway | Kind::Timeout | Kind::Internal | Kind::TooManyRequests
    )
}
