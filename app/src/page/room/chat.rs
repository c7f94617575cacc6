//! What was said and what happened, and the field to say something.

use super::composer::Composer;
use super::live::Shown;
use super::message::Message;
use crate::api::rooms::browser;
use crate::client::room::{Outgoing, Part, Room};
use crate::component::icon::{Icon, icon};
use crate::protocol::room::{Action, *};
use crate::room::lines::{Line, lines};
use crate::room::refusal;
use crate::room::view::{Happening, Notice};
use crate::text;
use leptos::html;
use leptos::prelude::*;

/// Nearer to the end than this, the chat stays at its end, pixels.
const AT_END: i32 = 48;
/// Nearer to the beginning than this, older messages are fetched, pixels.
const AT_BEGINNING: i32 = 120;

/// What the parts of a chat share. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Talk {
    /// The message that is being answered.
    pub reply_to: RwSignal<Option<MessageId>>,
    /// The own message that is being changed.
    pub editing: RwSignal<Option<MessageId>>,
    /// Where the film is here, whole seconds.
    pub second: Memo<i64>,
}

/// The chat.
#[component]
pub fn Chat(
    /// The room.
    room: Room,
    /// What is open.
    shown: Shown,
) -> impl IntoView {
    let player = room.player;
    let talk = Talk {
        reply_to: RwSignal::new(None),
        editing: RwSignal::new(None),
        second: Memo::new(move |_| player.position.get().floor() as i64),
    };
    let list: NodeRef<html::Div> = NodeRef::new();
    let at_end = RwSignal::new(true);
    let rows = Memo::new(move |_| {
        let read = room.read.get();
        room.read(Part::Chat, |view| {
            lines(&view.chat, &view.notices, zone_minutes(), read)
        })
    });
    stay_at_end(room, list, at_end, rows);
    let older = Older::new(room, list);
    let scrolled = move |_| {
        let Some(list) = list.get_untracked() else { return };
        let left = list.scroll_height() - list.scroll_top() - list.client_height();
        at_end.set(left < AT_END);
        if list.scroll_top() < AT_BEGINNING {
            older.fetch();
        }
    };
    note_what_is_read(room, shown, at_end);
    let is_empty = move || rows.with(Vec::is_empty) && room.outgoing.with(Vec::is_empty);
    let line = move |line: Line| match line {
        Line::Said { message, first } => view! { <Message room talk id=message.id first /> }.into_any(),
        Line::Day(day) => view! { <p class="chat-day"><span>{day_name(day)}</span></p> }.into_any(),
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

/// Whoever looks at the chat's end has read it.
fn note_what_is_read(room: Room, shown: Shown, at_end: RwSignal<bool>) {
    Effect::new(move |_| {
        let looks = at_end.get() && !shown.theatre.get();
        room.looking.set(looks);
        if looks && !document().hidden() {
            room.have_read();
        }
    });
    Effect::new(move |_| {
        let seen = window_event_listener(leptos::ev::visibilitychange, move |_| {
            if !document().hidden() && room.looking.get_untracked() {
                room.have_read();
            }
        });
        on_cleanup(move || seen.remove());
    });
}

/// How far the reader's clock is ahead of UTC, minutes.
fn zone_minutes() -> i64 {
    -js_sys::Date::new_0().get_timezone_offset() as i64
}

/// `Today`, or the date as the browser writes it.
fn day_name(day: i64) -> String {
    let today = crate::room::lines::day(js_sys::Date::now() as i64, zone_minutes());
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

fn to_end(list: NodeRef<html::Div>) {
    if let Some(list) = list.try_get_untracked().flatten() {
        list.set_scroll_top(list.scroll_height());
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
            match page {
                Ok(page) => {
                    let below = list.scroll_height() - list.scroll_top();
                    self.room.change(Part::Chat, |view| view.prepend(page));
                    // What was being read stays where it is.
                    request_animation_frame(move || list.set_scroll_top(list.scroll_height() - below));
                }
                // Guests of an earlier opening have nothing to read there.
                Err(_) => self.room.change(Part::Chat, |view| view.chat_goes_on = false),
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

/// Who writes.
#[component]
fn Typing(room: Room) -> impl IntoView {
    let names = Memo::new(move |_| {
        room.read(Part::Typing, |view| {
            let others = view.typing.iter().filter(|id| **id != view.you);
            others
                .filter_map(|id| Some(view.participant(*id)?.name.clone()))
                .collect::<Vec<_>>()
        })
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
    let nonce = message.nonce;
    let failed = message.failed.map(|reason| {
        view! {
            <p class="message-problem" role="alert">
                {refusal::sentence(reason)}" "
                <button class="button-link" type="button" on:click=move |_| room.say_again(nonce)>"Try again"</button>" "
                <button class="button-link" type="button" on:click=move |_| room.drop_outgoing(nonce)>"Drop it"</button>
            </p>
        }
    });
    view! {
        <article class="message unsent" data-testid="outgoing">
            <p class="message-text">{message.text}</p>
            {failed}
        </article>
    }
    .into_any()
}
