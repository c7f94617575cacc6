//! The field to say something in: emoji, names, the moment in the film.

use super::chat::Talk;
use super::emoji_picker::EmojiPicker;
use crate::client::js;
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use crate::protocol::room::*;
use crate::room::emoji::{expand, find};
use crate::room::talk::is_held;
use crate::room::typing::{RESTS_MS, Typist};
use crate::room::words::{Completing, completing};
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// So many words to complete with.
const OFFERED: usize = 6;

/// What is being written. A handle: copies are the same.
#[derive(Clone, Copy)]
struct Draft {
    room: Room,
    talk: Talk,
    field: NodeRef<html::Textarea>,
    picking: RwSignal<bool>,
    /// Words that the one before the cursor can become, and what they are.
    offered: RwSignal<Vec<(String, String)>>,
    chosen: RwSignal<usize>,
    typist: StoredValue<Typist>,
    resting: StoredValue<Option<TimeoutHandle>>,
    /// The page's own number of a message on its way that is to be changed as soon as the server has it.
    changes: RwSignal<Option<u32>>,
}

impl Draft {
    fn tell(self, told: impl FnOnce(&mut Typist) -> Option<bool>) {
        if let Some(typing) = self.typist.try_update_value(told).flatten() {
            self.room.send(ClientMessage::Typing { typing });
        }
    }

    fn stop_typing(self) {
        self.tell(Typist::stopped);
    }

    /// The words are others now: kept for when the chat comes back, and others are told that somebody writes.
    fn change(self, field: &web_sys::HtmlTextAreaElement) {
        let words = field.value();
        let has_words = !words.trim().is_empty();
        self.changes.set(None);
        self.talk.draft.set(words);
        self.tell(|typist| typist.typed(js::performance_now(), has_words));
        let rest = move || self.tell(|typist| typist.rested(js::performance_now()));
        let resting = set_timeout_with_handle(rest, Duration::from_millis(RESTS_MS as u64 + 50)).ok();
        let before = self.resting.try_update_value(|kept| std::mem::replace(kept, resting));
        if let Some(before) = before.flatten() {
            before.clear();
        }
    }

    /// The words have changed.
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
        let text = expand(field.value().trim());
        if text.is_empty() {
            return;
        }
        let (reply_to, about_now) = (self.talk.reply_to.get_untracked(), self.talk.about_now.get_untracked());
        self.room.say(text, reply_to, about_now);
        field.set_value("");
        self.talk.draft.set(String::new());
        self.talk.reply_to.set(None);
        self.talk.about_now.set(false);
        self.offered.set(Vec::new());
        self.typist.update_value(Typist::said);
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
        if event.is_composing() {
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

    /// Begins to change the message that was to be changed, once the server has it.
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

/// The field.
#[component]
pub fn Composer(
    /// The room.
    room: Room,
    /// What the chat's parts share.
    talk: Talk,
) -> impl IntoView {
    let draft = Draft {
        room,
        talk,
        field: NodeRef::new(),
        picking: RwSignal::new(false),
        offered: RwSignal::new(Vec::new()),
        chosen: RwSignal::new(0),
        typist: StoredValue::new(Typist::default()),
        resting: StoredValue::new(None),
        changes: RwSignal::new(None),
    };
    on_cleanup(move || draft.stop_typing());
    Effect::new(move |_| draft.change_what_arrived());
    Effect::new(move |is_later: Option<()>| {
        // Whoever answers goes on writing; coming back to the chat does not call a phone's keyboard.
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
            {move || (!offered.with(Vec::is_empty)).then(|| offers_list(draft))}
            {move || draft.picking.get().then(|| view! { <EmojiPicker on_pick=pick on_close=close /> })}
            <div class="composer-box">
                <textarea
                    node_ref=draft.field
                    rows="1"
                    placeholder="Say something"
                    aria-label="Message"
                    aria-autocomplete="list"
                    aria-controls=move || (!offered.with(Vec::is_empty)).then_some("composer-offers")
                    maxlength=TEXT_CHARS.to_string()
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
    let has_video = move || room.read(Part::Playback, |view| view.playback.video.is_some());
    let about_now = draft.talk.about_now;
    let picking = draft.picking;
    view! {
        {move || has_video().then(|| view! {
            <button class="composer-way" type="button" aria-pressed=move || about_now.get().to_string() aria-label="About this moment of the film" title="About this moment" data-testid="about-now" on:click=move |_| about_now.update(|on| *on = !*on)>
                {icon(Icon::Moment)}
            </button>
        })}
        <button class="composer-way" type="button" aria-label="Emoji" title="Emoji" aria-expanded=move || picking.get().to_string() data-testid="emoji-button" on:click=move |_| picking.update(|open| *open = !*open)>
            {icon(Icon::Smile)}
        </button>
        <button class="composer-way send" type="button" aria-label="Send" title="Send" on:click=move |_| draft.say()>{icon(Icon::Send)}</button>
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
                <li role="option" aria-selected=move || (draft.chosen.get() == place).to_string() on:mousedown=take>
                    <span>{word}</span><small>{name}</small>
                </li>
            }
        });
    view! {
        <ul class="offers" role="listbox" id="composer-offers" aria-label="Suggestions" data-testid="offers">{lines.collect_view()}</ul>
    }
    .into_any()
}

#[component]
fn ReplyTo(room: Room, talk: Talk) -> impl IntoView {
    move || {
        let to = talk.reply_to.get()?;
        let name = room.peek(|view| {
            let message = view.chat.iter().find(|message| message.id == to)?;
            Some(message.name.clone())
        })?;
        Some(view! {
            <p class="composer-reply" data-testid="reply-to">
                {icon(Icon::Reply)}<span>"To "<b>{name}</b></span>
                <button class="button-quiet icon-only" type="button" aria-label="No reply" on:click=move |_| talk.reply_to.set(None)>{icon(Icon::Close)}</button>
            </p>
        }
        .into_any())
    }
}

fn is_empty(field: NodeRef<html::Textarea>) -> bool {
    field.get_untracked().is_none_or(|field| field.value().is_empty())
}

/// The viewer's last message, if the server has not answered it: the page's own number.
fn on_its_way(room: Room) -> Option<u32> {
    room.outgoing.with_untracked(|all| {
        let last = all.last().filter(|message| message.failed.is_none());
        last.map(|message| message.nonce)
    })
}

/// The viewer's last message that can still be changed.
fn own_last(room: Room) -> Option<MessageId> {
    room.peek(|view| {
        let me = &view.me()?.person;
        let mine = |message: &&ChatMessage| message.author == *me && !message.deleted;
        let last = view.chat.iter().rev().find(mine)?.id;
        is_held(&view.chat, last).then_some(last)
    })
}

/// The text in front of the cursor. The browser counts UTF-16 units.
fn before_cursor(field: &web_sys::HtmlTextAreaElement) -> String {
    let units: Vec<u16> = field.value().encode_utf16().collect();
    let end = field
        .selection_start()
        .ok()
        .flatten()
        .map_or(units.len(), |end| end as usize);
    String::from_utf16_lossy(&units[..end.min(units.len())])
}

/// Words that the one before the cursor can become, and what they are.
fn offers(room: Room, before: &str) -> Vec<(String, String)> {
    match completing(before) {
        None => Vec::new(),
        Some(Completing::Emoji(begun)) => find(begun)
            .into_iter()
            .take(OFFERED)
            .map(|(emoji, code)| (emoji.to_owned(), format!(":{code}:")))
            .collect(),
        Some(Completing::Person(begun)) => {
            let begun = begun.to_lowercase();
            room.peek(|view| {
                let others = view.participants.iter().filter(|who| who.id != view.you);
                let named = others.filter(|who| who.name.to_lowercase().starts_with(&begun));
                named
                    .take(OFFERED)
                    .map(|who| (format!("@{}", who.name), String::new()))
                    .collect()
            })
        }
    }
}

/// Puts a word in place of the one that was begun before the cursor.
fn complete(field: &web_sys::HtmlTextAreaElement, word: &str) {
    let before = before_cursor(field);
    let begun = match completing(&before) {
        Some(Completing::Emoji(begun) | Completing::Person(begun)) => begun.len() + 1,
        None => 0,
    };
    let kept = &before[..before.len() - begun];
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

/// Puts an emoji where the cursor is.
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
