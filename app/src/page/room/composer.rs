//! Composer: the text field of the chat, with completion of emoji and names.

use super::character_counter::CharacterCounter;
use super::chat_state::ChatState;
use super::emoji_picker::EmojiPicker;
use crate::client::js;
use crate::client::keyboard::{is_composing, write_into};
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use crate::i18n::element;
use crate::protocol::room::*;
use crate::room::emoji::find;
use crate::room::talk::{RemainingLength, fill, is_held, sayable};
use crate::room::typing::{IDLE_MS, OwnIndicator};
use crate::room::view::RoomView;
use crate::room::words::{Completion, completing};
use crate::t;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// Maximum number of completions offered.
const MAX_COMPLETIONS: usize = 6;

/// State of the composer. A handle: copies share it.
#[derive(Clone, Copy)]
struct Draft {
    room: Room,
    talk: ChatState,
    field: NodeRef<html::Textarea>,
    picking: RwSignal<bool>,
    /// Completions of the word before the cursor, with descriptions.
    offered: RwSignal<Vec<(String, String)>>,
    chosen: RwSignal<usize>,
    typist: StoredValue<OwnIndicator>,
    resting: StoredValue<Option<TimeoutHandle>>,
    /// Nonce of a pending message that is to be edited once the server has acknowledged it.
    changes: RwSignal<Option<u32>>,
}

impl Draft {
    fn tell(self, told: impl FnOnce(&mut OwnIndicator) -> Option<bool>) {
        if let Some(typing) = self.typist.try_update_value(told).flatten() {
            self.room.send(ClientMessage::Chat(ChatRequest::Typing { typing }));
        }
    }

    fn stop_typing(self) {
        self.tell(OwnIndicator::stopped);
    }

    /// Handles a change of the text: saves the draft and sends typing notifications.
    fn change(self, field: &web_sys::HtmlTextAreaElement) {
        let words = field.value();
        let has_words = !words.trim().is_empty();
        self.changes.set(None);
        self.talk.draft.set(words);
        self.tell(|typist| typist.typed(js::performance_now(), has_words));
        let rest = move || self.tell(|typist| typist.rested(js::performance_now()));
        let resting = set_timeout_with_handle(rest, Duration::from_millis(IDLE_MS as u64 + 50)).ok();
        let before = self.resting.try_update_value(|kept| std::mem::replace(kept, resting));
        if let Some(before) = before.flatten() {
            before.clear();
        }
    }

    /// Handles input: also updates the completions.
    fn look(self) {
        let Some(field) = self.field.get_untracked() else {
            return;
        };
        self.change(&field);
        self.offered.set(offers(self.room, &before_cursor(&field)));
        self.chosen.set(0);
    }

    fn say(self) {
        let Some(field) = self.field.get_untracked() else {
            return;
        };
        // A text that is too long stays in the field; the counter says why.
        let Some(text) = sayable(&field.value()) else {
            return;
        };
        let reply_to = self.talk.reply_to.get_untracked();
        let reply_to = reply_to.filter(|id| !self.room.peek(|view| is_deleted(view, *id)));
        let about_now = self.talk.about_now.get_untracked();
        self.room.say(text, reply_to, about_now);
        field.set_value("");
        self.talk.draft.set(String::new());
        self.talk.reply_to.set(None);
        self.talk.about_now.set(false);
        self.offered.set(Vec::new());
        self.typist.update_value(OwnIndicator::said);
        self.room.read.set(None);
    }

    fn take(self, offer: usize) {
        let taken = self.offered.with_untracked(|offered| offered.get(offer).cloned());
        if let (Some((word, _)), Some(field)) = (taken, self.field.get_untracked()) {
            complete(&field, &word);
            self.change(&field);
            self.offered.set(Vec::new());
        }
    }

    fn key(self, event: web_sys::KeyboardEvent) {
        if is_composing(&event) {
            return;
        }
        let offers = self.offered.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if offers > 0 => self.chosen.update(|chosen| *chosen = (*chosen + 1) % offers),
            "ArrowUp" if offers > 0 => self.chosen.update(|chosen| *chosen = (*chosen + offers - 1) % offers),
            "Enter" | "Tab" if offers > 0 => self.take(self.chosen.get_untracked()),
            "Escape" if offers > 0 => self.offered.set(Vec::new()),
            "Enter" if !event.shift_key() => self.say(),
            "ArrowUp" if is_empty(self.field) => {
                if let Some(nonce) = on_its_way(self.room) {
                    self.changes.set(Some(nonce));
                } else if let Some(id) = own_last(self.room) {
                    self.talk.edit(id);
                } else {
                    return;
                }
            }
            "Escape" => return self.talk.reply_to.set(None),
            _ => return,
        }
        event.prevent_default();
    }

    /// Starts editing the message in `changes`, once the server has acknowledged it.
    fn change_what_arrived(self) {
        let Some(nonce) = self.changes.get() else { return };
        let failed = self.room.outgoing.with(|all| {
            let message = all.iter().find(|message| message.nonce == nonce)?;
            Some(message.failed.is_some())
        });
        if failed == Some(false) {
            return;
        }
        self.changes.set(None);
        if failed.is_none()
            && let Some(id) = own_last(self.room)
        {
            self.talk.edit(id);
        }
    }
}

/// Text field with its buttons and completions.
#[component]
pub fn Composer(
    /// The room.
    room: Room,
    /// State shared by the parts of the chat.
    talk: ChatState,
) -> impl IntoView {
    let draft = Draft {
        room,
        talk,
        field: NodeRef::new(),
        picking: RwSignal::new(false),
        offered: RwSignal::new(Vec::new()),
        chosen: RwSignal::new(0),
        typist: StoredValue::new(OwnIndicator::default()),
        resting: StoredValue::new(None),
        changes: RwSignal::new(None),
    };
    on_cleanup(move || draft.stop_typing());
    write_into(".room-side", move || Some(draft.field.get_untracked()?.into()));
    Effect::new(move |_| draft.change_what_arrived());
    Effect::new(move |is_later: Option<()>| {
        // A user who presses Reply goes on to type; merely returning to the chat must not open a phone's keyboard.
        if talk.reply_to.get().is_some()
            && is_later.is_some()
            && let Some(field) = draft.field.get_untracked()
        {
            let _ = field.focus();
        }
    });
    Effect::new(move |before: Option<u32>| {
        let times = talk.field.get();
        if before.is_some_and(|before| before != times)
            && let Some(field) = draft.field.get_untracked()
        {
            let _ = field.focus();
        }
        times
    });
    let pick = Callback::new(move |emoji: String| {
        draft.picking.set(false);
        if let Some(field) = draft.field.get_untracked() {
            insert(&field, &emoji);
            draft.change(&field);
            let _ = field.focus();
        }
    });
    let close = Callback::new(move |()| {
        draft.picking.set(false);
        talk.field.update(|times| *times = times.wrapping_add(1));
    });
    let offered = draft.offered;
    view! {
        <div class="composer">
            <ReplyTo room talk />
            <CharacterCounter words=talk.draft />
            {move || (!offered.with(Vec::is_empty)).then(|| offers_list(draft))}
            {move || draft.picking.get().then(|| view! { <EmojiPicker on_pick=pick on_close=close /> })}
            <div class="composer-box">
                <textarea
                    node_ref=draft.field
                    rows="1"
                    placeholder=t::composer::placeholder()
                    aria-label=t::composer::label()
                    aria-autocomplete="list"
                    aria-controls=move || (!offered.with(Vec::is_empty)).then_some("composer-offers")
                    aria-activedescendant=move || (!offered.with(Vec::is_empty)).then(|| offer_id(draft.chosen.get()))
                    dir="auto"
                    enterkeyhint="send"
                    data-testid="composer"
                    prop:value=talk.draft
                    on:input=move |_| draft.look()
                    on:keydown=move |event| draft.key(event)
                    on:blur=move |_| draft.stop_typing()
                ></textarea>
                {buttons(draft)}
            </div>
        </div>
    }
    .into_any()
}

fn buttons(draft: Draft) -> AnyView {
    let room = draft.room;
    let has_video = move || room.read(Part::Playback, |view| view.playback.video().is_some());
    let about_now = draft.talk.about_now;
    let picking = draft.picking;
    let is_over = Memo::new(move |_| {
        draft
            .talk
            .draft
            .with(|words| matches!(fill(words), RemainingLength::Over(_)))
    });
    view! {
        {move || has_video().then(|| view! {
            <button class="composer-way" type="button" aria-pressed=move || about_now.get().to_string() aria-label=t::composer::about_now() title=t::composer::about_now_tip() data-testid="about-now" on:click=move |_| about_now.update(|on| *on = !*on)>
                {icon(Icon::Moment)}
            </button>
        })}
        <button class="composer-way" type="button" aria-label=t::composer::emoji() title=t::composer::emoji() aria-expanded=move || picking.get().to_string() data-testid="emoji-button" on:click=move |_| picking.update(|open| *open = !*open)>
            {icon(Icon::Smile)}
        </button>
        <button class="composer-way send" type="button" aria-label=t::composer::send() title=t::composer::send() disabled=move || is_over.get() on:click=move |_| draft.say()>{icon(Icon::Send)}</button>
    }
    .into_any()
}

fn offers_list(draft: Draft) -> AnyView {
    let lines = draft
        .offered
        .get()
        .into_iter()
        .enumerate()
        .map(|(place, (word, name))| {
            let take = move |event: web_sys::MouseEvent| {
                event.prevent_default();
                draft.take(place);
            };
            view! {
                <li role="option" id=offer_id(place) aria-selected=move || (draft.chosen.get() == place).to_string() on:mousedown=take>
                    <span dir="auto">{word}</span><small>{name}</small>
                </li>
            }
        });
    view! {
        <ul class="offers" role="listbox" id="composer-offers" aria-label=t::composer::suggestions() data-testid="offers">{lines.collect_view()}</ul>
    }
    .into_any()
}

fn offer_id(place: usize) -> String {
    format!("composer-offer-{place}")
}

fn is_deleted(view: &RoomView, id: MessageId) -> bool {
    let place = view.chat.binary_search_by_key(&id, |message| message.id);
    place.is_ok_and(|place| view.chat[place].deleted)
}

#[component]
fn ReplyTo(room: Room, talk: ChatState) -> impl IntoView {
    let to = Memo::new(move |_| {
        let to = talk.reply_to.get()?;
        room.read(Part::Chat, |view| {
            let message = view.chat.iter().find(|message| message.id == to)?;
            Some((message.name.clone(), message.deleted))
        })
    });
    move || {
        let whom = match to.get()? {
            (_, true) => element("<span>", t::composer::reply_deleted(), "</span>").into_any(),
            (name, false) => {
                let to = t::composer::reply_to(t::composer::ReplyTo {
                    name: &|_| view! { <b dir="auto">{name.clone()}</b> }.into_any(),
                });
                view! { <span>{to}</span> }.into_any()
            }
        };
        Some(view! {
            <p class="composer-reply" data-testid="reply-to">
                {icon(Icon::Reply)}{whom}
                <button class="button-quiet icon-only" type="button" aria-label=t::composer::no_reply() on:click=move |_| talk.reply_to.set(None)>{icon(Icon::Close)}</button>
            </p>
        }
        .into_any())
    }
}

fn is_empty(field: NodeRef<html::Textarea>) -> bool {
    field.get_untracked().is_none_or(|field| field.value().is_empty())
}

/// Returns the nonce of the viewer's last message, if it is pending.
fn on_its_way(room: Room) -> Option<u32> {
    room.outgoing.with_untracked(|all| {
        let last = all.last().filter(|message| message.failed.is_none());
        last.map(|message| message.nonce)
    })
}

/// Returns the viewer's last message that can still be edited.
fn own_last(room: Room) -> Option<MessageId> {
    room.peek(|view| {
        let me = &view.me()?.person;
        let mine = |message: &&ChatMessage| message.author == *me && !message.deleted;
        let last = view.chat.iter().rev().find(mine)?.id;
        is_held(&view.chat, last).then_some(last)
    })
}

/// Returns the text before the cursor, whose position browsers count in UTF-16 code units.
fn before_cursor(field: &web_sys::HtmlTextAreaElement) -> String {
    let units: Vec<u16> = field.value().encode_utf16().collect();
    let end = field
        .selection_start()
        .ok()
        .flatten()
        .map_or(units.len(), |end| end as usize);
    String::from_utf16_lossy(&units[..end.min(units.len())])
}

/// Returns completions of the word before the cursor, with descriptions.
fn offers(room: Room, before: &str) -> Vec<(String, String)> {
    match completing(before) {
        None => Vec::new(),
        Some(Completion::Emoji(begun)) => find(begun)
            .into_iter()
            .take(MAX_COMPLETIONS)
            .map(|(emoji, code)| (emoji.to_owned(), format!(":{code}:")))
            .collect(),
        Some(Completion::Person(begun)) => {
            let begun = begun.to_lowercase();
            room.peek(|view| {
                let others = view.participants.iter().filter(|who| who.id != view.you);
                let named = others.filter(|who| who.name.to_lowercase().starts_with(&begun));
                named
                    .take(MAX_COMPLETIONS)
                    .map(|who| (format!("@{}", who.name), String::new()))
                    .collect()
            })
        }
    }
}

/// Replaces the word before the cursor with a completion.
fn complete(field: &web_sys::HtmlTextAreaElement, word: &str) {
    let before = before_cursor(field);
    let kept = match completing(&before) {
        Some(Completion::Emoji(begun) | Completion::Person(begun)) => {
            let kept = &before[..before.len() - begun.len()];
            kept.strip_suffix([':', '@', '＠']).unwrap_or(kept)
        }
        None => &before,
    };
    let after: Vec<u16> = field
        .value()
        .encode_utf16()
        .skip(before.encode_utf16().count())
        .collect();
    let head = format!("{kept}{word} ");
    field.set_value(&format!("{head}{}", String::from_utf16_lossy(&after)));
    let cursor = head.encode_utf16().count() as u32;
    let _ = field.set_selection_range(cursor, cursor);
}

/// Inserts an emoji at the cursor.
fn insert(field: &web_sys::HtmlTextAreaElement, emoji: &str) {
    let before = before_cursor(field);
    let after: Vec<u16> = field
        .value()
        .encode_utf16()
        .skip(before.encode_utf16().count())
        .collect();
    let head = format!("{before}{emoji}");
    field.set_value(&format!("{head}{}", String::from_utf16_lossy(&after)));
    let cursor = head.encode_utf16().count() as u32;
    let _ = field.set_selection_range(cursor, cursor);
}
