//! A room as the page holds it: joins, stays joined, and tells each part of the page when its part has changed.

use super::pace::Pace;
use super::socket::{Heard, Socket};
use super::tab;
use crate::api::rooms::{browser, socket_path};
use crate::client::player::Player;
use crate::client::{js, storage};
use crate::error::{Error, Kind};
use crate::protocol::room::*;
use crate::room::clock::Clock;
use crate::room::view::RoomView;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// The first try to join again comes after this long, milliseconds; each later one after twice as long.
const AGAIN_MS: f64 = 300.0;
/// But not more, milliseconds.
const AGAIN_AT_MOST_MS: f64 = 10_000.0;
/// A server that does not answer a ping for this long is not there any more.
const ANSWER: Duration = Duration::from_millis(6_000);
/// How often the page looks whether it slept.
const WATCH: Duration = Duration::from_secs(2);
/// A tick that comes later than this says that the computer slept, milliseconds.
const SLEPT_MS: f64 = 8_000.0;

/// Under this name a browser remembers that messages about later moments are not to be shown.
const NO_SPOILERS: &str = "room_no_spoilers";

/// Parts of a room that change by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Who is there, who acts for the host.
    People,
    /// How playback is for everybody.
    Standings,
    /// Who holds the remote and who asks.
    Remote,
    /// Where the room is, and for whom it waits.
    Playback,
    /// What comes.
    Queue,
    /// How it is set, and what it is called.
    Settings,
    /// Who may not come in.
    Bans,
    /// What was said and what happened.
    Chat,
    /// Who writes.
    Typing,
}

/// All of them.
pub const PARTS: [Part; 9] = [
    Part::People,
    Part::Standings,
    Part::Remote,
    Part::Playback,
    Part::Queue,
    Part::Settings,
    Part::Bans,
    Part::Chat,
    Part::Typing,
];

/// How the page is connected.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// Not in, and not trying.
    Outside,
    /// On its way in.
    Joining,
    /// In.
    In,
    /// It was in, and comes back by itself.
    Lost,
    /// The room did not let it in: why.
    Refused(Error),
    /// It is over.
    Over(Over),
}

/// Why it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// As the server said.
    Farewell(Farewell),
    /// The viewer left.
    Left,
    /// There is no such room, or it closed meanwhile.
    Gone,
    /// Not let in.
    NotAllowed,
    /// Nobody else fits in.
    Full,
    /// This page said too much too fast.
    Flood,
    /// The page is older or newer than the server, and loading it anew did not help.
    Version,
}

/// An own message that the server has not answered yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// The page's own number.
    pub nonce: u32,
    /// What.
    pub text: String,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// Whether it is about what is in the picture.
    pub about_now: bool,
    /// Why it could not be said, if it could not.
    pub failed: Option<Refusal>,
}

/// An emoji that rises over the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Rising {
    /// What tells it apart.
    pub key: u32,
    /// The emoji.
    pub emoji: String,
    /// Whose.
    pub name: String,
}

/// A handle: copies are the same room.
#[derive(Clone, Copy)]
pub struct Room {
    view: StoredValue<Option<RoomView>>,
    changed: [RwSignal<u32>; PARTS.len()],
    /// How the page is connected.
    pub link: RwSignal<Link>,
    /// What plays the room's video.
    pub player: Player,
    /// What a guest adds to the addresses of streams.
    pub stream_token: RwSignal<Option<String>>,
    /// Own messages on their way.
    pub outgoing: RwSignal<Vec<Outgoing>>,
    /// Emoji over the picture.
    pub rising: RwSignal<Vec<Rising>>,
    /// A sentence that stands for a moment: why something was not done.
    pub hint: RwSignal<Option<String>>,
    /// Messages since the viewer last looked at the chat.
    pub unread: RwSignal<u32>,
    /// The last message that the viewer has seen, while there are later ones.
    pub read: RwSignal<Option<MessageId>>,
    /// Whether the chat is in view, down to its end.
    pub looking: RwSignal<bool>,
    /// Whether messages about later moments of the film are hidden.
    pub no_spoilers: RwSignal<bool>,
    /// What the screen reader is told.
    pub announced: RwSignal<String>,
    pub(super) inner: StoredValue<Option<SendWrapper<Rc<Inner>>>>,
    pub(super) numbers: StoredValue<u32>,
}

/// What only the browser has.
pub(super) struct Inner {
    pub code: String,
    pub socket: RefCell<Option<Socket>>,
    pub clock: RefCell<Clock>,
    pub pace: RefCell<Pace>,
    pub wanted: Cell<Option<(f64, f64)>>,
    join: RefCell<JoinRoom>,
    was_in: Cell<bool>,
    tries: Cell<i32>,
    /// Grows with each connection: what belongs to an older one is not heard any more.
    generation: Cell<u32>,
    timer: RefCell<Option<TimeoutHandle>>,
    pinged_at: Cell<Option<f64>>,
    ping_timer: RefCell<Option<TimeoutHandle>>,
}

impl Room {
    /// A room that nobody is in yet. `player` will show its videos.
    pub fn new(player: Player) -> Self {
        Self {
            view: StoredValue::new(None),
            changed: PARTS.map(|_| RwSignal::new(0)),
            link: RwSignal::new(Link::Outside),
            player,
            stream_token: RwSignal::new(None),
            outgoing: RwSignal::new(Vec::new()),
            rising: RwSignal::new(Vec::new()),
            hint: RwSignal::new(None),
            unread: RwSignal::new(0),
            read: RwSignal::new(None),
            looking: RwSignal::new(true),
            no_spoilers: RwSignal::new(false),
            announced: RwSignal::new(String::new()),
            inner: StoredValue::new(None),
            numbers: StoredValue::new(0),
        }
    }

    /// Reads of the room, tracked: what reads is told when this part has changed.
    pub fn read<T: Default>(&self, part: Part, read: impl FnOnce(&RoomView) -> T) -> T {
        self.changed[part as usize].track();
        self.peek(read)
    }

    /// Reads of the room as it is now, untracked.
    pub fn peek<T: Default>(&self, read: impl FnOnce(&RoomView) -> T) -> T {
        self.view
            .try_with_value(|view| view.as_ref().map(read))
            .flatten()
            .unwrap_or_default()
    }

    /// Changes what is known of the room, and tells who reads this part.
    pub fn change(&self, part: Part, change: impl FnOnce(&mut RoomView)) {
        self.view.try_update_value(|view| view.as_mut().map(change));
        self.publish(&[part]);
    }

    pub(super) fn update_view<T>(&self, update: impl FnOnce(&mut Option<RoomView>) -> T) -> Option<T> {
        self.view.try_update_value(update)
    }

    pub(super) fn publish(&self, parts: &[Part]) {
        for part in parts {
            let _ = self.changed[*part as usize].try_update(|times| *times = times.wrapping_add(1));
        }
    }

    /// A number that was not there before.
    pub(super) fn number(&self) -> u32 {
        self.numbers
            .try_update_value(|number| {
                *number = number.wrapping_add(1);
                *number
            })
            .unwrap_or_default()
    }

    pub(super) fn inner(&self) -> Option<Rc<Inner>> {
        self.inner
            .try_with_value(|inner| inner.as_ref().map(|inner| Rc::clone(inner)))
            .flatten()
    }

    /// Goes in, and stays in until [`Self::leave`] or the owner is gone.
    pub fn enter(&self, code: String, join: JoinRoom) {
        let room = *self;
        let inner = Rc::new(Inner {
            code,
            socket: RefCell::new(None),
            clock: RefCell::new(Clock::default()),
            pace: RefCell::new(Pace::default()),
            wanted: Cell::new(None),
            join: RefCell::new(JoinRoom {
                tab: Some(tab::id()),
                ..join
            }),
            was_in: Cell::new(false),
            tries: Cell::new(0),
            generation: Cell::new(0),
            timer: RefCell::new(None),
            pinged_at: Cell::new(None),
            ping_timer: RefCell::new(None),
        });
        self.inner.set_value(Some(SendWrapper::new(inner)));
        room.no_spoilers.set(storage::load(NO_SPOILERS).unwrap_or(false));
        room.link.set(Link::Joining);
        room.join();
    }

    /// Hides messages about later moments of the film, or shows them again.
    pub fn hide_later(&self, on: bool) {
        self.no_spoilers.set(on);
        storage::save(NO_SPOILERS, on);
    }

    /// Knocks again as before. Whether it knocked before.
    pub fn try_once_more(&self) -> bool {
        let has_tried = self.inner().is_some();
        if has_tried {
            self.link.set(Link::Joining);
            self.join();
        }
        has_tried
    }

    /// Says something to the server. Whether it is on its way.
    pub fn send(&self, message: ClientMessage) -> bool {
        self.inner().is_some_and(|inner| {
            let socket = inner.socket.borrow();
            socket.as_ref().is_some_and(|socket| socket.send(&message))
        })
    }

    /// Says something, and says so if that is not possible now.
    pub fn tell(&self, message: ClientMessage) {
        if !self.send(message) {
            self.say_hint("The connection is lost. It comes back by itself.");
        }
    }

    /// Leaves: the seat is free at once.
    pub fn leave(&self) {
        self.send(ClientMessage::Leave);
        self.end(Over::Left);
    }

    /// The room's time, Unix milliseconds with their fraction, at an instant of `performance.now()`.
    pub fn server_ms(&self, page_ms: f64) -> Option<f64> {
        let inner = self.inner()?;
        let clock = inner.clock.borrow();
        clock.server_ms(page_ms)
    }

    /// There and back to the server, milliseconds.
    pub fn ping_ms(&self) -> f64 {
        self.inner()
            .and_then(|inner| inner.clock.borrow().ping_ms())
            .unwrap_or_default()
    }

    /// Shows a sentence for a moment.
    pub fn say_hint(&self, hint: impl Into<String>) {
        let hint = hint.into();
        let _ = self.hint.try_set(Some(hint.clone()));
        let shown = self.hint;
        set_timeout(
            move || {
                let is_same = shown.try_with_untracked(|now| now.as_ref() == Some(&hint));
                if is_same == Some(true) {
                    shown.set(None);
                }
            },
            Duration::from_secs(4),
        );
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
        on_cleanup(move || {
            online.remove();
            seen.remove();
            if let Ok(watching) = watching {
                watching.clear();
            }
            // To another page of ours; one that is loaded anew comes back to its seat.
            room.send(ClientMessage::Leave);
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
        leptos::task::spawn_local(async move {
            let answer = browser::join(&inner.code, join).await;
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

    fn open(&self, inner: &Rc<Inner>, joining: Joining) {
        let room = *self;
        let generation = inner.generation.get();
        let _ = self.stream_token.try_set(joining.stream_token);
        let weak = Rc::downgrade(inner);
        let heard = move |heard: Heard| {
            let is_ours = weak.upgrade().is_some_and(|inner| inner.generation.get() == generation);
            match heard {
                _ if !is_ours => {}
                Heard::Message(message) => room.hear(*message),
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
        let wait = (AGAIN_MS * 2f64.powi(tries.min(10))).min(AGAIN_AT_MOST_MS) * (0.75 + js_sys::Math::random() * 0.5);
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
                // Still the same ping, unanswered.
                if inner.pinged_at.get() == Some(now) {
                    room.try_again();
                }
            },
            ANSWER,
        );
    }

    /// The server answered a ping.
    pub(super) fn pong(&self, sent_at: f64, at: ServerTime) {
        let Some(inner) = self.inner() else { return };
        inner.clock.borrow_mut().hear(sent_at, at, js::performance_now());
        if inner.pinged_at.get() != Some(sent_at) {
            return;
        }
        inner.pinged_at.set(None);
        let wait = inner.clock.borrow().next_ping_ms();
        let generation = inner.generation.get();
        let room = *self;
        let timer = set_timeout_with_handle(move || room.ping(generation), Duration::from_millis(wait as u64));
        inner.ping_timer.replace(timer.ok());
    }
}

impl Inner {
    /// Lets go of the connection and of what was to come of it.
    fn part(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
        for timer in [self.timer.take(), self.ping_timer.take()].into_iter().flatten() {
            timer.clear();
        }
        self.socket.replace(None);
    }
}

/// Whether a refusal passes by itself: the server starts, or the network is away.
fn is_passing(error: &Error) -> bool {
    matches!(
        error.kind,
        Kind::Offline | Kind::Unavailable | Kind::BadGateway | Kind::Timeout | Kind::Internal | Kind::TooManyRequests
    )
}
