//! State of the chat that its parts share.

use crate::client::room::Room;
use crate::protocol::room::{MessageId, Moment};
use crate::room::talk::is_later;
use leptos::prelude::*;

/// State shared by the parts of the chat, and kept while another tab is open. A handle: copies share it.
#[derive(Clone, Copy)]
pub struct ChatState {
    /// The message that is replied to.
    pub reply_to: RwSignal<Option<MessageId>>,
    /// Own message that is being edited.
    pub editing: RwSignal<Option<MessageId>>,
    /// The edited text; `None` until something has been typed.
    pub edited: StoredValue<Option<String>>,
    /// Text in the composer.
    pub draft: RwSignal<String>,
    /// Set if the draft is about the current moment of the film.
    pub about_now: RwSignal<bool>,
    /// Counter that, when increased, focuses the composer.
    pub field: RwSignal<u32>,
    /// Counter of messages expanded or collapsed.
    pub unfolded: RwSignal<u32>,
    /// Scroll position, pixels from the top; `None` at the end.
    pub scrolled: StoredValue<Option<i32>>,
    /// Current moment of the film, to the second.
    pub here: Memo<Option<Moment>>,
}

impl ChatState {
    /// Creates an empty state. Must be created by an owner that outlives the tabs.
    pub fn new(room: Room) -> Self {
        Self {
            reply_to: RwSignal::new(None),
            editing: RwSignal::new(None),
            edited: StoredValue::new(None),
            draft: RwSignal::new(String::new()),
            about_now: RwSignal::new(false),
            field: RwSignal::new(0),
            unfolded: RwSignal::new(0),
            scrolled: StoredValue::new(None),
            here: Memo::new(move |_| room.here()),
        }
    }

    /// Starts editing a message.
    pub fn edit(self, message: MessageId) {
        self.edited.set_value(None);
        self.editing.set(Some(message));
    }

    /// Stops editing. The focus returns to the composer: without focus, the next letters would be shortcuts of the
    /// player.
    pub fn stop_editing(self) {
        self.edited.set_value(None);
        self.editing.set(None);
        self.field.update(|times| *times = times.wrapping_add(1));
    }

    /// Returns `true` if a message about this moment is hidden as a spoiler; tracked.
    pub fn hides(self, room: Room, moment: Option<Moment>) -> bool {
        // Viewers who hide nothing are not updated every second.
        moment.is_some() && room.no_spoilers.get() && is_later(moment, self.here.get(), true)
    }
}
