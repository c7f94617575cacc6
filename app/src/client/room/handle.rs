//! A room as the page holds it: joins, stays joined, and tells each part of the page when its part has changed.

use super::pace::Pace;
use super::socket::Socket;
use crate::client::player::Player;
use crate::client::storage;
use crate::error::Error;
use crate::protocol::room::*;
use crate::room::clock::Clock;
use crate::room::typing::Writers;
use crate::room::view::RoomView;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// Under this name a browser remembers that messages about later moments are not to be shown.
pub(super) const NO_SPOILERS: &str = "room_no_spoilers";

/// How long the server has to hear the last words.
const GOODBYE: Duration = Duration::from_secs(2);

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
    /// The last message that was known when it was sent.
    pub after: Option<MessageId>,
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
    /// A line of the queue that was removed and can still be taken back.
    pub removing: RwSignal<Option<QueueItem>>,
    /// Grows with everything that was asked for and did not happen: what shows a setting shows it anew.
    pub refused: RwSignal<u32>,
    /// What the screen reader is told.
    pub announced: RwSignal<String>,
    /// Who was heard of as writing, and when; changes with [`Part::Typing`].
    pub writers: StoredValue<Writers>,
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
    /// Set for a while after a seek was asked for, and what is to be asked for after that.
    pub seek_rest: RefCell<Option<TimeoutHandle>>,
    pub seek_next: RefCell<Option<ClientMessage>>,
    pub join: RefCell<JoinRoom>,
    pub was_in: Cell<bool>,
    pub tries: Cell<i32>,
    /// Grows with each connection: what belongs to an older one is not heard any more.
    pub generation: Cell<u32>,
    pub timer: RefCell<Option<TimeoutHandle>>,
    pub pinged_at: Cell<Option<f64>>,
    pub heard_at: Cell<f64>,
    /// Since when the stream's token is used, by the page's clock.
    pub token_at: Cell<f64>,
    pub ping_timer: RefCell<Option<TimeoutHandle>>,
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
            removing: RwSignal::new(None),
            refused: RwSignal::new(0),
            announced: RwSignal::new(String::new()),
            writers: StoredValue::new(Writers::default()),
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
        self.inner.try_get_value().flatten().map(SendWrapper::take)
    }

    /// What the viewer sees now, to the second. Tracked.
    pub fn here(&self) -> Option<Moment> {
        let video = self.read(Part::Playback, |view| view.playback.video.clone())?;
        let second = self.player.position.try_get().unwrap_or_default().floor() as i64;
        Some(Moment {
            info_hash: video.info_hash,
            file: video.file,
            position_ms: second * 1_000,
        })
    }

    /// Hides messages about later moments of the film, or shows them again.
    pub fn hide_later(&self, on: bool) {
        self.no_spoilers.set(on);
        storage::save(NO_SPOILERS, on);
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
        self.is_told(message);
    }

    /// The same. Whether it is on its way.
    pub fn is_told(&self, message: ClientMessage) -> bool {
        let is_sent = self.send(message);
        if !is_sent {
            self.say_hint("The connection is lost. It comes back by itself.");
            self.count_refusal();
        }
        is_sent
    }

    pub(super) fn count_refusal(&self) {
        let _ = self.refused.try_update(|times| *times = times.wrapping_add(1));
    }

    /// A line that was removed from the queue cannot be taken back any more. What shows it is not told: it may be going
    /// away itself.
    pub fn settle_removal(&self) {
        let item = self.removing.try_maybe_update(|item| (false, item.take())).flatten();
        if let Some(item) = item {
            self.tell(ClientMessage::QueueRemove { item: item.id });
        }
    }

    /// Another name, here and wherever this page comes in again.
    pub fn rename(&self, name: String) {
        super::tab::save_name(&name);
        if let Some(inner) = self.inner() {
            inner.join.borrow_mut().display_name = Some(name.clone());
        }
        self.tell(ClientMessage::Rename { name });
    }

    /// Leaves: the seat is free at once.
    pub fn leave(&self) {
        self.settle_removal();
        self.say_goodbye();
        self.end(Over::Left);
    }

    /// The server closes the connection when it has heard that. Closed here at once, the browser may break it off, and what
    /// was said last is never read.
    pub(super) fn say_goodbye(&self) {
        self.send(ClientMessage::Leave);
        let socket = self.inner().and_then(|inner| inner.socket.take());
        set_timeout(move || drop(socket), GOODBYE);
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
}

impl Inner {
    /// Lets go of the connection and of what was to come of it.
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
