//! Chat: messages, notices of what happened, typing indicators, and the composer.

use super::chat_scroll::Scroll;
use super::composer::Composer;
use super::message::Message;
use super::outgoing::on_its_way;
use super::page_state::PageState;
use crate::api::rooms::browser;
use crate::client::room::{Part, Room};
use crate::client::{js, local_time};
use crate::component::icon::{Icon, icon};
use crate::error::Kind;
use crate::i18n::element;
use crate::i18n::format::Tag;
use crate::protocol::room::{Action, *};
use crate::room::lines::{Line, day, lines};
use crate::room::typing::EXPIRY_MS;
use crate::room::view::{Happening, Notice, RoomView};
use crate::t;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// Distance from the top, pixels, at which older messages are loaded.
const LOAD_OLDER_WITHIN_PX: i32 = 120;
/// Interval at which the current date is checked.
const DATE_CHECK_INTERVAL: Duration = Duration::from_secs(60);

/// Chat tab of the panel.
#[component]
pub fn Chat(
    /// The room.
    room: Room,
    /// State of the page's panels and dialogs.
    shown: PageState,
) -> impl IntoView {
    let talk = shown.talk;
    let scroll = Scroll::new(talk);
    let (list, at_end) = (scroll.list, scroll.at_end);
    let today = today();
    let rows = Memo::new(move |_| {
        let read = room.read.get();
        room.read(Part::Chat, |view| {
            lines(&view.chat, &view.notices, local_time::minutes_ahead, read)
        })
    });
    scroll.stay_at_end(room, rows);
    let older = Older::new(room, list);
    let scrolled = move |_| {
        if scroll.look().is_some_and(|top| top < LOAD_OLDER_WITHIN_PX) {
            older.fetch();
        }
    };
    Effect::new(move |was: Option<u32>| {
        let is = talk.unfolded.get();
        // When the last message is expanded, stay at its beginning rather than at the end of the chat.
        if was.is_some_and(|was| was != is) {
            request_animation_frame(move || {
                scroll.look();
            });
        }
        is
    });
    note_what_is_read(room, shown, scroll);
    let is_empty = move || rows.with(Vec::is_empty) && room.outgoing.with(Vec::is_empty);
    let line = move |line: Line| match line {
        Line::Said { message, first } => view! { <Message room talk id=message.id first /> }.into_any(),
        Line::Day(day) => {
            view! { <p class="chat-day"><span>{move || day_name(day, today.get())}</span></p> }.into_any()
        }
        Line::Happened { notice, count, .. } => happened(&notice, count),
        Line::New => view! { <p class="chat-day new">{element("<span>", t::chat::new(), "</span>")}</p> }.into_any(),
    };
    view! {
        <div class="chat" data-testid="chat">
            <div node_ref=list class="chat-lines" tabindex="0" role="group" aria-label=t::chat::label() on:scroll=scrolled>
                <div node_ref=scroll.rows class="chat-rows">
                    {move || older.busy.get().then(|| view! { <p class="chat-notice">{t::chat::fetching_older()}</p> })}
                    {move || is_empty().then(|| view! { <p class="chat-empty">{t::chat::empty()}</p> })}
                    <For each=move || rows.get() key=Line::key let:row>{line(row)}</For>
                    <For each=move || room.outgoing.get() key=|message| (message.nonce, message.failed) let:message>
                        {on_its_way(room, message)}
                    </For>
                </div>
            </div>
            <div class="chat-foot">
                {move || (!at_end.get()).then(|| view! { <ToTheEnd room scroll /> })}
                <Typing room />
                <Composer room talk />
            </div>
        </div>
    }
    .into_any()
}

/// Updates the unread marker: everything is read while the end of the chat is in view, and messages that arrive
/// otherwise are unread.
fn note_what_is_read(room: Room, shown: PageState, scroll: Scroll) {
    let (list, at_end) = (scroll.list, scroll.at_end);
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
        // Restores the scroll position after another tab or the closed panel.
        if is_displayed.get() && list.get().is_some() {
            request_animation_frame(move || scroll.return_there());
        }
    });
    on_cleanup(move || {
        let _ = room.looking.try_set(false);
        if is_there.try_get_untracked() != Some(false) {
            room.look_away();
        }
    });
}

/// Returns a signal that is `true` while the chat is displayed. A closed panel is not, except on phones, where it
/// cannot be closed.
fn is_displayed(shown: PageState, list: NodeRef<html::Div>) -> RwSignal<bool> {
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

/// Returns a signal that is `true` while the browser shows this page.
fn is_visible() -> RwSignal<bool> {
    let is_visible = RwSignal::new(!document().hidden());
    let changed = window_event_listener(leptos::ev::visibilitychange, move |_| {
        is_visible.set(!document().hidden())
    });
    on_cleanup(move || changed.remove());
    is_visible
}

/// Returns a signal with the current date, which may change while the page is open.
fn today() -> RwSignal<i64> {
    let now = || day(js_sys::Date::now() as i64, local_time::minutes_ahead);
    let today = RwSignal::new(now());
    let ticking = set_interval_with_handle(
        move || {
            if today.try_get_untracked().is_some_and(|today| today != now()) {
                today.set(now());
            }
        },
        DATE_CHECK_INTERVAL,
    );
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    today
}

/// Returns `Today`, `Yesterday`, or the date.
fn day_name(day: i64, today: i64) -> String {
    match today - day {
        0 => t::chat::today().to_owned(),
        1 => t::chat::yesterday().to_owned(),
        _ => local_time::day_name(day),
    }
}

/// Loader of older messages.
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
            // After a reconnection the chat begins with another message, to which this page does not connect.
            let is_first = |view: &RoomView| view.chat.first().map(|message| message.id) == Some(first);
            if !self.room.peek(is_first) {
                return;
            }
            match page {
                Ok(page) => {
                    let below = list.scroll_height() - list.scroll_top();
                    self.room.change(Part::Chat, |view| view.prepend(page));
                    // Keeps the scroll position relative to what is being read.
                    request_animation_frame(move || list.set_scroll_top(list.scroll_height() - below));
                }
                // Guests of an earlier session of the room may not read further back.
                Err(error) if matches!(error.kind, Kind::Forbidden | Kind::NotFound) => {
                    self.room.change(Part::Chat, |view| view.chat_goes_on = false);
                }
                // Retried at the next scroll.
                Err(_) => {}
            }
        });
    }
}

#[component]
fn ToTheEnd(room: Room, scroll: Scroll) -> impl IntoView {
    let words = move || match room.unread.get() {
        0 => t::chat::to_latest().to_owned(),
        new => t::chat::new_messages(new.into()),
    };
    view! {
        <button class="chat-latest" type="button" data-testid="to-latest" on:click=move |_| scroll.to_end()>{words}{icon(Icon::Down)}</button>
    }
    .into_any()
}

/// Typing indicators. One that is not renewed in time expires, even if the participant is still connected.
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
        set_timeout(look, Duration::from_millis(EXPIRY_MS as u64 + 50));
    });
    let name = |name: &String| view! { <bdi>{name.clone()}</bdi> }.into_any();
    let words = move || {
        names.with(|names| match names.as_slice() {
            [] => ().into_any(),
            [one] => t::chat::writing(t::chat::Writing { name: &|_| name(one) }).into_any(),
            [first, second] => t::chat::writing_two(t::chat::WritingTwo {
                first: &|_| name(first),
                second: &|_| name(second),
            })
            .into_any(),
            _ => t::chat::writing_several().into_any(),
        })
    };
    view! { <p class="chat-typing" data-testid="typing">{words}</p> }.into_any()
}

/// Notice about participants and playback.
fn happened(notice: &Notice, count: usize) -> AnyView {
    let name: Tag<'_> = &|_| view! { <b dir="auto">{notice.name.clone()}</b> }.into_any();
    let what = match notice.what {
        Happening::Joined => t::notice::joined(t::notice::Joined { name }),
        Happening::Left(Leaving::Left) => t::notice::left(t::notice::Left { name }),
        Happening::Left(Leaving::Lost) => t::notice::lost(t::notice::Lost { name }),
        Happening::Left(Leaving::Kicked | Leaving::Banned) => t::notice::sent_out(t::notice::SentOut { name }),
        Happening::Did(Action::Play) => t::notice::played(t::notice::Played { name }),
        Happening::Did(Action::Pause) => t::notice::paused(t::notice::Paused { name }),
        Happening::Did(Action::Seek) => t::notice::sought(t::notice::Sought { name }),
        Happening::Did(Action::Rate) => t::notice::changed_speed(t::notice::ChangedSpeed { name }),
        Happening::Did(Action::Video) => t::notice::chose_film(t::notice::ChoseFilm { name }),
        Happening::HoldsRemote => t::notice::has_remote(t::notice::HasRemote { name }),
    };
    let more = (count > 1).then(|| [&t::notice::more_before(count as u64 - 1), " · "].concat());
    view! { <p class="chat-notice" data-testid="notice">{more}{what}</p> }.into_any()
}
