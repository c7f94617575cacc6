//! Handle to a room: joins, stays connected, and notifies each part of the page when the data behind it changes.

use super::pace::PlaybackSync;
use super::socket::Socket;
use crate::client::player::Player;
use crate::client::storage;
use crate::error::Error;
use crate::protocol::room::*;
use crate::room::clock::Clock;
use crate::room::typing::OtherIndicators;
use crate::room::view::RoomView;
use crate::t;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// Local storage key of the setting that hides messages about later moments.
pub(super) const HIDE_SPOILERS_KEY: &str = "room_no_spoilers";

/// Time until the socket is closed after leaving, for the server to receive the last messages.
const CLOSE_GRACE: Duration = Duration::from_secs(2);

/// Independently changing part of a room, to which the page subscribes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Participants and the acting host.
    People,
    /// Playback status of every participant.
    Standings,
    /// Holder of the remote, and requests for it.
    Remote,
    /// Playback state, and the participants it waits for.
    Playback,
    /// Queue.
    Queue,
    /// Settings and title.
    Settings,
    /// Bans.
    Bans,
    /// Chat messages and events.
    Chat,
    /// Typing indicators.
    Typing,
}

/// All parts.
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

/// Connection state of the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// Not connected, and not trying.
    Outside,
    /// Joining.
    Joining,
    /// Connected.
    In,
    /// Disconnected; reconnects by itself.
    Lost,
    /// Joining failed.
    Refused(Error),
    /// Closed for good.
    Over(Over),
}

/// Reason that the connection was closed for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The server's reason.
    Farewell(Farewell),
    /// The viewer left.
    Left,
    /// The room does not exist, or was closed meanwhile.
    Gone,
    /// Not allowed in the room.
    NotAllowed,
    /// A guest from the same network was removed from the room.
    NetworkOut,
    /// The room is full.
    Full,
    /// This page exceeded the rate limit for messages.
    Flood,
    /// The page's protocol version differs from the server's, and reloading did not help.
    Version,
}

/// Own chat message that the server has not acknowledged yet.
#[derive(Debug, Clone, PartialEq)]
pub struct OutgoingMessage {
    /// Number that identifies the message to this page.
    pub nonce: u32,
    /// Message text.
    pub text: String,
    /// The message that it replies to.
    pub reply_to: Option<MessageId>,
    /// Set if it is about the current moment of the film.
    pub about_now: bool,
    /// The last message known when it was sent.
    pub after: Option<MessageId>,
    /// Reason that sending failed, if it did.
    pub failed: Option<Refusal>,
}

/// Emoji reaction that floats up over the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct FloatingEmoji {
    /// Number that identifies it on the page.
    pub key: u32,
    /// The emoji.
    pub emoji: String,
    /// Sender's name.
    pub name: String,
}

/// Handle to a room: copies share the same one.
#[derive(Clone, Copy)]
pub struct Room {
    view: StoredValue<Option<RoomView>>,
    changed: [RwSignal<u32>; PARTS.len()],
    /// Connection state.
    pub link: RwSignal<Link>,
    /// Player of the room's video.
    pub player: Player,
    /// Token that a guest adds to stream URLs.
    pub stream_token: RwSignal<Option<String>>,
    /// Own messages that have not been acknowledged.
    pub outgoing: RwSignal<Vec<OutgoingMessage>>,
    /// Emoji reactions over the picture.
    pub rising: RwSignal<Vec<FloatingEmoji>>,
    /// Short message shown for a moment, e.g. why something was not done.
    pub hint: RwSignal<Option<String>>,
    /// Number of unread messages.
    pub unread: RwSignal<u32>,
    /// Unread marker: the last message that the viewer has seen; `None` if there are no later ones.
    pub read: RwSignal<Option<MessageId>>,
    /// Set while the viewer sees the end of the chat.
    pub looking: RwSignal<bool>,
    /// Set if messages about later moments of the film are hidden.
    pub no_spoilers: RwSignal<bool>,
    /// Queue item that was removed and can still be restored.
    pub removing: RwSignal<Option<QueueItem>>,
    /// Counter of rejected requests: a control that shows a setting subscribes to it and resets itself.
    pub refused: RwSignal<u32>,
    /// Text for the screen reader (live region).
    pub announced: RwSignal<String>,
    /// Typing participants, and when each was last reported; changes with [`Part::Typing`].
    pub writers: StoredValue<OtherIndicators>,
    pub(super) inner: StoredValue<Option<SendWrapper<Rc<Inner>>>>,
    pub(super) numbers: StoredValue<u32>,
}

/// Browser-only state.
pub(super) struct Inner {
    pub code: String,
    pub socket: RefCell<Option<Socket>>,
    pub clock: RefCell<Clock>,
    pub pace: RefCell<PlaybackSync>,
    pub wanted: Cell<Option<(f64, f64)>>,
    /// Timer of the rate limit for seeks; while it runs, the latest seek waits in `seek_next`.
    pub seek_rest: RefCell<Option<TimeoutHandle>>,
    pub seek_next: RefCell<Option<ClientMessage>>,
    pub join: RefCell<JoinRoom>,
    pub was_in: Cell<bool>,
    pub tries: Cell<i32>,
    /// Connection number: callbacks of earlier connections are ignored.
    pub generation: Cell<u32>,
    pub timer: RefCell<Option<TimeoutHandle>>,
    pub pinged_at: Cell<Option<f64>>,
    pub heard_at: Cell<f64>,
    /// Time from which the stream token has been used, by the page's clock.
    pub token_at: Cell<f64>,
    pub ping_timer: RefCell<Option<TimeoutHandle>>,
}

impl Room {
    /// Creates a handle that is not connected. `player` will show the room's videos.
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
            removing: RwSignal::new(None),
            refused: RwSignal::new(0),
            announced: RwSignal::new(String::new()),
            writers: StoredValue::new(OtherIndicators::default()),
            inner: StoredValue::new(None),
            numbers: StoredValue::new(0),
        }
    }

    /// Reads the room and subscribes to this part.
    pub fn read<T: Default>(&self, part: Part, read: impl FnOnce(&RoomView) -> T) -> T {
        self.changed[part as usize].track();
        self.peek(read)
    }

    /// Reads the room without subscribing. Returns the default before the first snapshot.
    pub fn peek<T: Default>(&self, read: impl FnOnce(&RoomView) -> T) -> T {
        self.view
            .try_with_value(|view| view.as_ref().map(read))
            .flatten()
            .unwrap_or_default()
    }

    /// Changes the local view of the room and notifies the subscribers of this part.
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

    /// Returns a new number, unique on this page.
    pub(super) fn number(&self) -> u32 {
        self.numbers
            .try_update_value(|number| {
                *number = number.wrapping_add(1);
                *number
            })
            .unwrap_or_default()
    }

    pub(super) fn inner(&self) -> Option<Rc<Inner>> {
        self.inner.try_get_value().flatten().map(SendWrapper::take)
    }

    /// Returns the current moment of the film, to the second; tracked.
    pub fn here(&self) -> Option<Moment> {
        let video = self.read(Part::Playback, |view| view.playback.video().cloned())?;
        let second = self.player.position.try_get().unwrap_or_default().floor() as i64;
        Some(Moment {
            source: video.source,
            position_ms: second * 1_000,
        })
    }

    /// Sets whether messages about later moments of the film are hidden.
    pub fn hide_later(&self, on: bool) {
        self.no_spoilers.set(on);
        storage::save(HIDE_SPOILERS_KEY, on);
    }

    /// Sends a message to the server. Returns `false` if there is no connection.
    pub fn send(&self, message: ClientMessage) -> bool {
        self.inner().is_some_and(|inner| {
            let socket = inner.socket.borrow();
            socket.as_ref().is_some_and(|socket| socket.send(&message))
        })
    }

    /// Sends a message; shows a hint if there is no connection.
    pub fn tell(&self, message: ClientMessage) {
        self.is_told(message);
    }

    /// Like [`Self::tell`]; returns `false` if there is no connection.
    pub fn is_told(&self, message: ClientMessage) -> bool {
        let is_sent = self.send(message);
        if !is_sent {
            self.say_hint(t::room::connection_lost());
            self.count_refusal();
        }
        is_sent
    }

    pub(super) fn count_refusal(&self) {
        let _ = self.refused.try_update(|times| *times = times.wrapping_add(1));
    }

    /// Completes the removal of a queue item, which can no longer be restored. Does not notify subscribers, which may
    /// be being disposed themselves.
    pub fn settle_removal(&self) {
        let item = self.removing.try_maybe_update(|item| (false, item.take())).flatten();
        if let Some(item) = item {
            self.tell(ClientMessage::Queue(QueueRequest::Remove { item: item.id }));
        }
    }

    /// Changes the user's name, here and for later visits in this browser.
    pub fn rename(&self, name: String) {
        super::tab::save_name(&name);
        if let Some(inner) = self.inner() {
            inner.join.borrow_mut().display_name = Some(name.clone());
        }
        self.tell(ClientMessage::People(PeopleRequest::Rename { name }));
    }

    /// Leaves the room, which frees the seat at once.
    pub fn leave(&self) {
        self.settle_removal();
        self.say_goodbye();
        self.end(Over::Left);
    }

    /// Sends a goodbye and lets the server close the connection. If it were closed here at once, the browser might
    /// discard messages that the server has not read.
    pub(super) fn say_goodbye(&self) {
        self.send(ClientMessage::Room(RoomRequest::Leave));
        let socket = self.inner().and_then(|inner| inner.socket.take());
        set_timeout(move || drop(socket), CLOSE_GRACE);
    }

    /// Returns the server's time, Unix milliseconds with a fraction, at an instant of `performance.now()`.
    pub fn server_ms(&self, page_ms: f64) -> Option<f64> {
        let inner = self.inner()?;
        let clock = inner.clock.borrow();
        clock.server_ms(page_ms)
    }

    /// Returns the round-trip time to the server, milliseconds.
    pub fn ping_ms(&self) -> f64 {
        self.inner()
            .and_then(|inner| inner.clock.borrow().ping_ms())
            .unwrap_or_default()
    }

    /// Shows a short message for four seconds.
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
}

impl Inner {
    /// Closes the connection and cancels its timers.
    pub fn part(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
        let timers = [self.timer.take(), self.ping_timer.take(), self.seek_rest.take()];
        for timer in timers.into_iter().flatten() {
            timer.clear();
        }
        self.seek_next.take();
        self.socket.replace(None);
    }
}
