//! What was said and what happened, and the field to say something.

use super::composer::Composer;
use super::live::Shown;
use super::message::Message;
use crate::api::rooms::browser;
use crate::client::js;
use crate::client::room::{Outgoing, Part, Room};
use crate::component::icon::{Icon, icon};
use crate::error::Kind;
use crate::protocol::room::{Action, *};
use crate::room::lines::{Line, lines};
use crate::room::refusal;
use crate::room::talk::is_later;
use crate::room::typing::FORGOTTEN_MS;
use crate::room::view::{Happening, Notice, RoomView};
use crate::text;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// Nearer to the end than this, the chat stays at its end, pixels.
const AT_END: i32 = 48;
/// Nearer to the beginning than this, older messages are fetched, pixels.
const AT_BEGINNING: i32 = 120;
/// How often it is looked whether another day has begun.
const DAWN: Duration = Duration::from_secs(60);

/// What the parts of a chat share, and what of it stays while another tab is open. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Talk {
    /// The message that is being answered.
    pub reply_to: RwSignal<Option<MessageId>>,
    /// The own message that is being changed.
    pub editing: RwSignal<Option<MessageId>>,
    /// Its new words, once some were written.
    pub edited: StoredValue<Option<String>>,
    /// What stands in the field.
    pub draft: RwSignal<String>,
    /// Whether that is about what is in the picture.
    pub about_now: RwSignal<bool>,
    /// Grows when the field is to have the focus.
    pub field: RwSignal<u32>,
    /// How far the chat is scrolled down, pixels; `None` at its end.
    pub scrolled: StoredValue<Option<i32>>,
    /// What the viewer sees now, to the second.
    pub here: Memo<Option<Moment>>,
}

impl Talk {
    /// Nothing written yet. To be made by what stays while tabs change.
    pub fn new(room: Room) -> Self {
        Self {
            reply_to: RwSignal::new(None),
            editing: RwSignal::new(None),
            edited: StoredValue::new(None),
            draft: RwSignal::new(String::new()),
            about_now: RwSignal::new(false),
            field: RwSignal::new(0),
            scrolled: StoredValue::new(None),
            here: Memo::new(move |_| room.here()),
        }
    }

    /// Begins to change a message.
    pub fn edit(self, message: MessageId) {
        self.edited.set_value(None);
        self.editing.set(Some(message));
    }

    /// No longer changes one. The focus goes back to the field: from nowhere, the next letters would control the film.
    pub fn stop_editing(self) {
        self.edited.set_value(None);
        self.editing.set(None);
        self.field.update(|times| *times = times.wrapping_add(1));
    }

    /// Whether what is about this moment is not to be read yet. Tracked.
    pub fn hides(self, room: Room, moment: Option<Moment>) -> bool {
        // Whoever hides nothing need not hear of each second.
        moment.is_some() && room.no_spoilers.get() && is_later(moment, self.here.get(), true)
    }
}

/// The chat.
#[component]
pub fn Chat(
    /// The room.
    room: Room,
    /// What is open.
    shown: Shown,
) -> impl IntoView {
    let talk = shown.talk;
    let list: NodeRef<html::Div> = NodeRef::new();
    let at_end = RwSignal::new(talk.scrolled.get_value().is_none());
    let today = today();
    let rows = Memo::new(move |_| {
        let read = room.read.get();
        room.read(Part::Chat, |view| {
            lines(&view.chat, &view.notices, zone_minutes(), read)
        })
    });
    stay_at_end(room, list, at_end, rows);
    stay_at_end_when_it_shrinks(list, at_end);
    let older = Older::new(room, list);
    let scrolled = move |_| {
        // One that is not displayed has no place to remember.
        let Some(list) = list.get_untracked().filter(|list| list.client_height() > 0) else {
            return;
        };
        let left = list.scroll_height() - list.scroll_top() - list.client_height();
        at_end.set(left < AT_END);
        talk.scrolled.set_value((left >= AT_END).then(|| list.scroll_top()));
        if list.scroll_top() < AT_BEGINNING {
            older.fetch();
        }
    };
    note_what_is_read(room, shown, list, at_end);
    let is_empty = move || rows.with(Vec::is_empty) && room.outgoing.with(Vec::is_empty);
    let line = move |line: Line| match line {
        Line::Said { message, first } => view! { <Message room talk id=message.id first /> }.into_any(),
        Line::Day(day) => {
            view! { <p class="chat-day"><span>{move || day_name(day, today.get())}</span></p> }.into_any()
        }
        Line::Happened { notice, count, .. } => happened(&notice, count),
        Line::New => view! { <p class="chat-day new"><span>"New"</span></p> }.into_any(),
    };
    view! {
        <div class="chat" data-testid="chat">
            <div node_ref=list class="chat-lines" tabindex="0" role="group" aria-label="Messages" on:scroll=scrolled>
                {move || older.busy.get().then(|| view! { <p class="chat-notice">"Fetching older messages…"</p> })}
                {move || is_empty().then(|| view! { <p class="chat-empty">"Nothing said yet. Say hello."</p> })}
                <For each=move || rows.get() key=Line::key let:row>{line(row)}</For>
                <For each=move || room.outgoing.get() key=|message| (message.nonce, message.failed) let:message>
                    {on_its_way(room, message)}
                </For>
            </div>
            <div class="chat-foot">
                {move || (!at_end.get()).then(|| view! { <ToTheEnd room list /> })}
                <Typing room />
                <Composer room talk />
            </div>
        </div>
    }
    .into_any()
}

/// Whoever looks at the chat's end has read it; what comes while nobody is there is new.
fn note_what_is_read(room: Room, shown: Shown, list: NodeRef<html::Div>, at_end: RwSignal<bool>) {
    let is_displayed = is_displayed(shown, list);
    let is_visible = is_visible();
    let fullscreen = room.player.fullscreen;
    let is_there = Memo::new(move |_| {
        let is_covered = fullscreen.get() && !shown.overlay.get();
        is_visible.get() && is_displayed.get() && !is_covered
    });
    Effect::new(move |was_there: Option<bool>| {
        let is_there = is_there.get();
        match (was_there.unwrap_or(!is_there), is_there) {
            (true, false) => room.look_away(),
            (false, true) => room.look_again(),
            _ => {}
        }
        is_there
    });
    Effect::new(move |_| {
        let looks = is_there.get() && at_end.get();
        room.looking.set(looks);
        if looks {
            room.have_read();
        }
    });
    Effect::new(move |_| {
        // Back from another tab or from behind the closed panel: where it was.
        if is_displayed.get() && list.get().is_some() {
            request_animation_frame(move || return_to(list, shown.talk));
        }
    });
    on_cleanup(move || {
        let _ = room.looking.try_set(false);
        if is_there.try_get_untracked() != Some(false) {
            room.look_away();
        }
    });
}

/// Whether the chat takes part in the page at all: a closed panel does not, but on a phone there is none that closes.
fn is_displayed(shown: Shown, list: NodeRef<html::Div>) -> RwSignal<bool> {
    let is_displayed = RwSignal::new(true);
    let look = move || {
        if let Some(list) = list.try_get_untracked().flatten() {
            let is_now = list.offset_parent().is_some();
            if is_displayed.try_get_untracked() == Some(!is_now) {
                is_displayed.set(is_now);
            }
        }
    };
    Effect::new(move |_| {
        shown.theatre.track();
        list.track();
        request_animation_frame(look);
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| look());
    on_cleanup(move || resized.remove());
    is_displayed
}

/// Whether the browser shows this page.
fn is_visible() -> RwSignal<bool> {
    let is_visible = RwSignal::new(!document().hidden());
    let changed = window_event_listener(leptos::ev::visibilitychange, move |_| {
        is_visible.set(!document().hidden())
    });
    on_cleanup(move || changed.remove());
    is_visible
}

/// The day that it is, which ends while one looks.
fn today() -> RwSignal<i64> {
    let now = || crate::room::lines::day(js_sys::Date::now() as i64, zone_minutes());
    let today = RwSignal::new(now());
    let ticking = set_interval_with_handle(
        move || {
            if today.try_get_untracked().is_some_and(|today| today != now()) {
                today.set(now());
            }
        },
        DAWN,
    );
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    today
}

/// How far the reader's clock is ahead of UTC, minutes.
fn zone_minutes() -> i64 {
    -js_sys::Date::new_0().get_timezone_offset() as i64
}

/// `Today`, or the date as the browser writes it.
fn day_name(day: i64, today: i64) -> String {
    match today - day {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        _ => {
            let date = js_sys::Date::new(&(day as f64 * 86_400_000.0 - zone_minutes() as f64 * 60_000.0).into());
            date.to_locale_date_string("default", &wasm_bindgen::JsValue::UNDEFINED)
                .into()
        }
    }
}

/// Keeps a chat at its end, where it was there before.
fn stay_at_end(room: Room, list: NodeRef<html::Div>, at_end: RwSignal<bool>, rows: Memo<Vec<Line>>) {
    Effect::new(move |_| {
        rows.track();
        room.outgoing.track();
        if at_end.get_untracked() && list.get().is_some() {
            request_animation_frame(move || to_end(list));
        }
    });
}

/// A phone's keyboard, the line of a reply and a field that grows take from the chat's height, and browsers keep its top
/// where it is: what is being answered would be hidden.
fn stay_at_end_when_it_shrinks(list: NodeRef<html::Div>, at_end: RwSignal<bool>) {
    Effect::new(move |_| {
        let Some(element) = list.get() else { return };
        let observer = js::observe_size(&element, move || {
            if at_end.try_get_untracked() == Some(true) {
                to_end(list);
            }
        });
        let kept = observer.map(send_wrapper::SendWrapper::new);
        on_cleanup(move || drop(kept.map(send_wrapper::SendWrapper::take)));
    });
}

fn to_end(list: NodeRef<html::Div>) {
    if let Some(list) = list.try_get_untracked().flatten() {
        list.set_scroll_top(list.scroll_height());
    }
}

/// Where it was when it was last seen.
fn return_to(list: NodeRef<html::Div>, talk: Talk) {
    match talk.scrolled.try_get_value().flatten() {
        None => to_end(list),
        Some(top) => {
            if let Some(list) = list.try_get_untracked().flatten() {
                list.set_scroll_top(top);
            }
        }
    }
}

/// Fetches what was said before.
#[derive(Clone, Copy)]
struct Older {
    room: Room,
    list: NodeRef<html::Div>,
    busy: RwSignal<bool>,
}

impl Older {
    fn new(room: Room, list: NodeRef<html::Div>) -> Self {
        Self {
            room,
            list,
            busy: RwSignal::new(false),
        }
    }

    fn fetch(self) {
        let first = self.room.peek(|view| {
            let first = view.chat.first().map(|message| message.id);
            first
                .filter(|_| view.chat_goes_on)
                .map(|first| (view.code.clone(), first))
        });
        let Some((code, first)) = first.filter(|_| !self.busy.get_untracked()) else {
            return;
        };
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let page = browser::messages(code.as_str(), Some(first)).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            let Some(list) = self.list.get_untracked() else { return };
            // The connection came back meanwhile with other messages: what was asked for does not join them.
            let is_first = |view: &RoomView| view.chat.first().map(|message| message.id) == Some(first);
            if !self.room.peek(is_first) {
                return;
            }
            match page {
                Ok(page) => {
                    let below = list.scroll_height() - list.scroll_top();
                    self.room.change(Part::Chat, |view| view.prepend(page));
                    // What was being read stays where it is.
                    request_animation_frame(move || list.set_scroll_top(list.scroll_height() - below));
                }
                // Guests of an earlier opening have nothing to read there.
                Err(error) if matches!(error.kind, Kind::Forbidden | Kind::NotFound) => {
                    self.room.change(Part::Chat, |view| view.chat_goes_on = false);
                }
                // The next scroll tries again.
                Err(_) => {}
            }
        });
    }
}

#[component]
fn ToTheEnd(room: Room, list: NodeRef<html::Div>) -> impl IntoView {
    let words = move || match room.unread.get() {
        0 => "To the latest".to_owned(),
        new => text::plural(new.into(), "new message", "new messages"),
    };
    view! {
        <button class="chat-latest" type="button" data-testid="to-latest" on:click=move |_| to_end(list)>{words}{icon(Icon::Down)}</button>
    }
    .into_any()
}

/// Who writes. Whoever is not heard of again, though their page lives, has stopped.
#[component]
fn Typing(room: Room) -> impl IntoView {
    let looked = RwSignal::new(0_u32);
    let names = Memo::new(move |_| {
        looked.track();
        let (writers, now) = (room.writers.get_value(), js::performance_now());
        room.read(Part::Typing, |view| {
            let others = view.typing.iter().filter(|id| **id != view.you);
            let writing = others.filter(|id| writers.writes(**id, now));
            writing
                .filter_map(|id| Some(view.participant(*id)?.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    Effect::new(move |_| {
        room.read(Part::Typing, |_| ());
        let look = move || {
            let _ = looked.try_update(|times| *times = times.wrapping_add(1));
        };
        set_timeout(look, Duration::from_millis(FORGOTTEN_MS as u64 + 50));
    });
    let words = move || {
        names.with(|names| match names.as_slice() {
            [] => String::new(),
            [one] => format!("{one} is writing…"),
            [one, other] => format!("{one} and {other} are writing…"),
            _ => "Several people are writing…".to_owned(),
        })
    };
    view! { <p class="chat-typing" data-testid="typing">{words}</p> }.into_any()
}

/// A line about people and playback.
fn happened(notice: &Notice, count: usize) -> AnyView {
    let did = match notice.what {
        Happening::Joined => "came in",
        Happening::Left(Leaving::Left) => "left",
        Happening::Left(Leaving::Lost) => "lost the connection",
        Happening::Left(Leaving::Kicked | Leaving::Banned) => "was sent out",
        Happening::Did(Action::Play) => "pressed play",
        Happening::Did(Action::Pause) => "paused",
        Happening::Did(Action::Seek) => "went to another place in the film",
        Happening::Did(Action::Rate) => "changed the speed",
        Happening::Did(Action::Video) => "chose another film",
        Happening::HoldsRemote => "has the remote",
    };
    let name = notice.name.clone();
    let more = (count > 1).then(|| format!("{} more before · ", count - 1));
    view! { <p class="chat-notice" data-testid="notice">{more}<b>{name}</b>" "{did}</p> }.into_any()
}

/// An own message that the server has not answered.
fn on_its_way(room: Room, message: Outgoing) -> AnyView {
    let failed = not_said(room, &message);
    view! {
        <article class="message unsent" data-testid="outgoing">
            <p class="message-text">{message.text}</p>
            {failed}
        </article>
    }
    .into_any()
}

/// Why an own message could not be said, and what may be done about it.
pub(super) fn not_said(room: Room, message: &Outgoing) -> Option<AnyView> {
    let (nonce, reason) = (message.nonce, message.failed?);
    let problem = view! {
        <p class="message-problem" role="alert">
            {refusal::sentence(reason)}" "
            <button class="button-link" type="button" on:click=move |_| room.say_again(nonce)>"Try again"</button>" "
            <button class="button-link" type="button" on:click=move |_| room.drop_outgoing(nonce)>"Drop it"</button>
        </p>
    };
    Some(problem.into_any())
}
