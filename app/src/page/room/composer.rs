//! The field to say something in: emoji, names, the moment in the film.

use super::chat::Talk;
use super::emoji_picker::EmojiPicker;
use crate::client::js;
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use crate::protocol::room::*;
use crate::room::emoji::{expand, find};
use crate::room::words::{Completing, completing};
use leptos::html;
use leptos::prelude::*;

/// Others are told again this often that somebody writes, milliseconds.
const TYPING_MS: f64 = 3_000.0;
/// So many words to complete with.
const OFFERED: usize = 6;

/// The field.
#[component]
pub fn Composer(
    /// The room.
    room: Room,
    /// What the chat's parts share.
    talk: Talk,
) -> impl IntoView {
    let field: NodeRef<html::Textarea> = NodeRef::new();
    let about_now = RwSignal::new(false);
    let picking = RwSignal::new(false);
    let offered = RwSignal::new(Vec::<(String, String)>::new());
    let chosen = RwSignal::new(0_usize);
    let told_at = StoredValue::new(None::<f64>);
    let tell_typing = move |typing: bool| {
        let now = js::performance_now();
        let is_due = told_at.get_value().is_none_or(|at| now - at > TYPING_MS);
        if (typing && is_due) || (!typing && told_at.get_value().is_some()) {
            room.send(ClientMessage::Typing { typing });
            told_at.set_value(typing.then_some(now));
        }
    };
    let look = move || {
        let Some(field) = field.get_untracked() else { return };
        let text = field.value();
        tell_typing(!text.trim().is_empty());
        offered.set(offers(room, &before_cursor(&field)));
        chosen.set(0);
    };
    let say = move || {
        let Some(field) = field.get_untracked() else { return };
        let text = expand(field.value().trim());
        if text.is_empty() {
            return;
        }
        room.say(text, talk.reply_to.get_untracked(), about_now.get_untracked());
        field.set_value("");
        talk.reply_to.set(None);
        about_now.set(false);
        offered.set(Vec::new());
        told_at.set_value(None);
        room.read.set(None);
    };
    let take = move |offer: usize| {
        let taken = offered.with_untracked(|offered| offered.get(offer).cloned());
        if let (Some((word, _)), Some(field)) = (taken, field.get_untracked()) {
            complete(&field, &word);
            offered.set(Vec::new());
        }
    };
    let key = move |event: web_sys::KeyboardEvent| {
        let offers = offered.with_untracked(Vec::len);
        match event.key().as_str() {
            _ if event.is_composing() => {}
            "ArrowDown" if offers > 0 => chosen.update(|chosen| *chosen = (*chosen + 1) % offers),
            "ArrowUp" if offers > 0 => chosen.update(|chosen| *chosen = (*chosen + offers - 1) % offers),
            "Enter" | "Tab" if offers > 0 => take(chosen.get_untracked()),
            "Escape" if offers > 0 => offered.set(Vec::new()),
            "Escape" => {
                talk.reply_to.set(None);
                return;
            }
            "Enter" if !event.shift_key() => say(),
            "ArrowUp" if is_empty(field) => match own_last(room) {
                Some(id) => talk.editing.set(Some(id)),
                None => return,
            },
            _ => return,
        }
        if !event.is_composing() {
            event.prevent_default();
        }
    };
    Effect::new(move |_| {
        // Whoever answers goes on writing.
        if talk.reply_to.get().is_some()
            && let Some(field) = field.get()
        {
            let _ = field.focus();
        }
    });
    let has_video = move || room.read(Part::Playback, |view| view.playback.video.is_some());
    let pick = Callback::new(move |emoji: String| {
        picking.set(false);
        if let Some(field) = field.get_untracked() {
            insert(&field, &emoji);
            let _ = field.focus();
        }
    });
    view! {
        <div class="composer">
            <ReplyTo room talk />
            {move || (!offered.with(Vec::is_empty)).then(|| view! {
                <ul class="offers" role="listbox" id="composer-offers" aria-label="Suggestions" data-testid="offers">
                    {offered.get().into_iter().enumerate().map(|(place, (word, name))| view! {
                        <li role="option" aria-selected=move || (chosen.get() == place).to_string() on:mousedown=move |event| { event.prevent_default(); take(place); }>
                            <span>{word}</span><small>{name}</small>
                        </li>
                    }).collect_view()}
                </ul>
            })}
            {move || picking.get().then(|| view! { <EmojiPicker on_pick=pick on_close=Callback::new(move |()| picking.set(false)) /> })}
            <div class="composer-box">
                <textarea
                    node_ref=field
                    rows="1"
                    placeholder="Say something"
                    aria-label="Message"
                    aria-autocomplete="list"
                    aria-controls=move || (!offered.with(Vec::is_empty)).then_some("composer-offers")
                    maxlength=TEXT_CHARS.to_string()
                    enterkeyhint="send"
                    data-testid="composer"
                    on:input=move |_| look()
                    on:keydown=key
                    on:blur=move |_| tell_typing(false)
                ></textarea>
                {move || has_video().then(|| view! {
                    <button class="composer-way" type="button" aria-pressed=move || about_now.get().to_string() aria-label="About this moment of the film" title="About this moment" data-testid="about-now" on:click=move |_| about_now.update(|on| *on = !*on)>
                        {icon(Icon::Moment)}
                    </button>
                })}
                <button class="composer-way" type="button" aria-label="Emoji" title="Emoji" aria-expanded=move || picking.get().to_string() data-testid="emoji-button" on:click=move |_| picking.update(|open| *open = !*open)>
                    {icon(Icon::Smile)}
                </button>
                <button class="composer-way send" type="button" aria-label="Send" title="Send" on:click=move |_| say()>{icon(Icon::Send)}</button>
            </div>
        </div>
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
        })
    }
}

fn is_empty(field: NodeRef<html::Textarea>) -> bool {
    field.get_untracked().is_none_or(|field| field.value().is_empty())
}

/// The viewer's last message that can still be changed.
fn own_last(room: Room) -> Option<MessageId> {
    room.peek(|view| {
        let me = &view.me()?.person;
        let mine = |message: &&ChatMessage| message.author == *me && !message.deleted;
        Some(view.chat.iter().rev().find(mine)?.id)
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
