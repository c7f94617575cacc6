//! Scroll position of the chat: it follows the end, and elsewhere keeps in place what is being read.

use super::chat_state::ChatState;
use crate::client::js;
use crate::client::room::Room;
use crate::room::lines::Line;
use leptos::html;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsValue;
use web_sys::Element;

/// Distance from the end, pixels, within which the chat follows its end.
const FOLLOW_END_WITHIN_PX: i32 = 48;
/// Number of visible lines to remember: the first that still exists tells how far the chat has moved.
const REMEMBERED_LINES: u32 = 6;

/// Scroll state of a chat. A handle: copies share it.
#[derive(Clone, Copy)]
pub struct Scroll {
    /// Scroll container.
    pub list: NodeRef<html::Div>,
    /// Content of the container.
    pub rows: NodeRef<html::Div>,
    /// Set while scrolled to the end.
    pub at_end: RwSignal<bool>,
    talk: ChatState,
    /// Set if the browser supports CSS Scroll Anchoring, which keeps visible content in place. Safari does not.
    is_anchored: bool,
    /// Visible lines and their distances from the top of the container, for browsers without scroll anchoring.
    seen: StoredValue<Vec<(Element, f64)>, LocalStorage>,
}

impl Scroll {
    /// Creates the state with the last scroll position.
    pub fn new(talk: ChatState) -> Self {
        Self {
            list: NodeRef::new(),
            rows: NodeRef::new(),
            at_end: RwSignal::new(talk.scrolled.get_value().is_none()),
            talk,
            is_anchored: has_anchoring(),
            seen: StoredValue::new_local(Vec::new()),
        }
    }

    /// Records the scroll position. Returns it in pixels from the top, or `None` if the chat is not displayed.
    pub fn look(self) -> Option<i32> {
        // Without layout there is no position to record. Browsers dispatch a pending scroll event even if the element has
        // been removed since, when the state is disposed.
        let list = self.list.try_get_untracked()?.filter(|list| list.client_height() > 0)?;
        let left = list.scroll_height() - list.scroll_top() - list.client_height();
        self.at_end
            .try_set(left < FOLLOW_END_WITHIN_PX)
            .is_none()
            .then_some(())?;
        self.talk
            .scrolled
            .try_set_value((left >= FOLLOW_END_WITHIN_PX).then(|| list.scroll_top()));
        if !self.is_anchored {
            self.remember(&list);
        }
        Some(list.scroll_top())
    }

    /// Scrolls to the end.
    pub fn to_end(self) {
        if let Some(list) = self.list.try_get_untracked().flatten() {
            list.set_scroll_top(list.scroll_height());
        }
    }

    /// Scrolls to the last recorded position.
    pub fn return_there(self) {
        match self.talk.scrolled.try_get_value().flatten() {
            None => self.to_end(),
            Some(top) => {
                if let Some(list) = self.list.try_get_untracked().flatten() {
                    list.set_scroll_top(top);
                }
            }
        }
    }

    /// Keeps the chat at its end if it is there, and scrolls to the end when the viewer sends a message.
    pub fn stay_at_end(self, room: Room, rows: Memo<Vec<Line>>) {
        Effect::new(move |said: Option<u32>| {
            rows.track();
            let newest = room.outgoing.with(|all| all.iter().map(|message| message.nonce).max());
            let newest = newest.unwrap_or_default().max(said.unwrap_or_default());
            // Messages pending before this chat was rendered were sent elsewhere, e.g. in fullscreen.
            if said.is_some_and(|said| said < newest) {
                self.at_end.set(true);
            }
            if self.list.get().is_some() {
                let then = move || match self.at_end.try_get_untracked() {
                    Some(true) => self.to_end(),
                    Some(false) => self.restore(),
                    None => {}
                };
                request_animation_frame(then);
            }
            newest
        });
        // An on-screen keyboard, the line of a reply and a growing composer shrink the chat, and browsers keep the
        // scroll position from the top: the latest message would be hidden.
        observe(self.list, move || {
            if self.at_end.try_get_untracked() == Some(true) {
                self.to_end();
            }
        });
        if !self.is_anchored {
            observe(self.rows, move || {
                if self.at_end.try_get_untracked() == Some(false) {
                    self.restore();
                }
            });
        }
    }

    fn remember(self, list: &Element) {
        let Some(rows) = self.rows.try_get_untracked().flatten() else {
            return;
        };
        let top = list.get_bounding_client_rect().top();
        let lines = rows.children();
        let line = |place: u32| lines.item(place);
        let is_above = |place: u32| line(place).is_some_and(|line| line.get_bounding_client_rect().bottom() <= top);
        let (mut first, mut end) = (0, lines.length());
        while first < end {
            let middle = first.midpoint(end);
            if is_above(middle) {
                first = middle + 1;
            } else {
                end = middle;
            }
        }
        let seen = (first..lines.length().min(first + REMEMBERED_LINES)).filter_map(line);
        let seen = seen.map(|line| {
            let below = line.get_bounding_client_rect().top() - top;
            (line, below)
        });
        self.seen.try_set_value(seen.collect());
    }

    /// Scrolls so that remembered lines are where they were.
    fn restore(self) {
        let Some(list) = self
            .list
            .try_get_untracked()
            .flatten()
            .filter(|list| !self.is_anchored && list.client_height() > 0)
        else {
            return;
        };
        let top = list.get_bounding_client_rect().top();
        let moved = self.seen.try_with_value(|seen| {
            let (line, below) = seen.iter().find(|(line, _)| line.is_connected())?;
            Some(line.get_bounding_client_rect().top() - top - below)
        });
        if let Some(moved) = moved.flatten().filter(|moved| moved.abs() >= 1.0) {
            list.set_scroll_top(list.scroll_top() + moved.round() as i32);
        }
    }
}

fn has_anchoring() -> bool {
    let arguments = ["overflow-anchor", "auto"].map(JsValue::from_str);
    js::global("CSS")
        .and_then(|css| js::call(&css, "supports", &arguments))
        .and_then(|answer| answer.as_bool())
        .unwrap_or(false)
}

/// Calls back whenever an element's size changes.
fn observe(node: NodeRef<html::Div>, changed: impl Fn() + Copy + 'static) {
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let kept = js::observe_size(&element, changed).map(SendWrapper::new);
        on_cleanup(move || drop(kept.map(SendWrapper::take)));
    });
}
