//! One message, and what can be done with it. Text becomes text nodes only.

use super::chat::Talk;
use super::emoji_picker::EmojiPicker;
use crate::client::room::{Part, Room};
use crate::component::avatar::Avatar;
use crate::component::icon::{Icon, icon};
use crate::protocol::room::*;
use crate::room::emoji::name as emoji_name;
use crate::room::talk::{ABOUT_LATER, is_held};
use crate::room::words::{Part as Piece, calls, host, parts};
use crate::text;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// A line of the chat.
#[component]
pub fn Message(
    /// The room.
    room: Room,
    /// What the chat's parts share.
    talk: Talk,
    /// Which.
    id: MessageId,
    /// Whether the author's name stands above it.
    first: bool,
) -> impl IntoView {
    let message = Memo::new(move |_| {
        room.read(Part::Chat, |view| {
            let place = view.chat.binary_search_by_key(&id, |message| message.id).ok()?;
            Some(view.chat[place].clone())
        })
    });
    let kept = Memo::new(move |_| {
        room.read(Part::Chat, |view| match () {
            () if view.not_stored.contains(&id) => Kept::No,
            () if view.unstored.contains(&id) => Kept::NotYet,
            () => Kept::Yes,
        })
    });
    let me = room.peek(|view| view.me().map(|me| (me.person.clone(), me.name.clone())));
    let picking = RwSignal::new(false);
    let is_mine = move || {
        let me = room.peek(|view| view.me().map(|me| me.person.clone()));
        message.with(|message| message.as_ref().map(|message| &message.author) == me.as_ref())
    };
    let content = content(room, talk, message, first);
    let reactions = Memo::new(move |_| message.with(|message| Some(message.as_ref()?.reactions.clone())));
    let can_change = Memo::new(move |_| {
        let is_there = message.with(|message| message.as_ref().is_some_and(|message| !message.deleted));
        is_there && room.read(Part::Chat, |view| is_held(&view.chat, id))
    });
    let is_called = move || {
        let me = me.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
        message.with(|message| message.as_ref().is_some_and(|message| calls(&message.text, &me)))
    };
    view! {
        <article
            class="message"
            class:first=first
            class:mine=is_mine
            class:called=is_called
            class:unkept=move || kept.get() == Kept::NotYet
            id=format!("message-{}", id.0)
            tabindex="-1"
            data-testid="message"
            data-kept=move || format!("{:?}", kept.get())
        >
            {content}
            {move || view! { <Reacted room id reactions=reactions.get().unwrap_or_default() can_change /> }}
            {move || not_kept(room, kept.get(), message)}
            {move || can_change.get().then(|| view! { <Ways room talk id picking /> })}
            {move || picking.get().then(|| picker(room, id, picking))}
        </article>
    }
    .into_any()
}

fn picker(room: Room, id: MessageId, picking: RwSignal<bool>) -> AnyView {
    // With the picker the focus would go nowhere.
    let shut = move || {
        picking.set(false);
        let article = document().get_element_by_id(&format!("message-{}", id.0));
        if let Some(article) = article.and_then(|article| article.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = article.focus();
        }
    };
    let pick = Callback::new(move |emoji: String| {
        shut();
        room.tell(ClientMessage::React { id, emoji, on: true });
    });
    let close = Callback::new(move |()| shut());
    view! { <EmojiPicker on_pick=pick on_close=close /> }.into_any()
}

/// What was said, by whom and when. Reactions come and go below it and leave it alone: somebody may be writing in it.
fn content(room: Room, talk: Talk, message: Memo<Option<ChatMessage>>, first: bool) -> Option<AnyView> {
    let now = message.get_untracked()?;
    let id = now.id;
    let at = clock_time(now.at);
    let revealed = RwSignal::new(false);
    let said = Memo::new(move |_| {
        let message = message.get()?;
        Some(ChatMessage {
            reactions: Vec::new(),
            ..message
        })
    });
    let is_hidden = Memo::new(move |_| {
        let moment = said.with(|said| said.as_ref()?.moment);
        !revealed.get() && talk.hides(room, moment)
    });
    let is_editing = Memo::new(move |_| talk.editing.get() == Some(id));
    let body = move || {
        let message = said.get()?;
        Some(match () {
            () if message.deleted => view! { <p class="message-text deleted">"Taken back"</p> }.into_any(),
            () if is_editing.get() => view! { <Edit room talk id text=message.text /> }.into_any(),
            () if is_hidden.get() => later(&message, revealed),
            () => words(room, &message),
        })
    };
    let view = view! {
        {first.then(|| head(&now))}
        {now.reply_to.map(|to| quote(room, talk, to))}
        <time class="message-time" datetime=at.clone()>{at.clone()}</time>
        {body}
    };
    Some(view.into_any())
}

/// Whether the server has written an own message down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kept {
    #[default]
    Yes,
    NotYet,
    No,
}

fn head(message: &ChatMessage) -> AnyView {
    let (id, name) = (message.author.to_string(), message.name.clone());
    let hue = crate::component::avatar::hue(&id);
    let name_node: NodeRef<html::B> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(node) = name_node.get() {
            let _ = web_sys::HtmlElement::style(&node).set_property("--hue", &hue.to_string());
        }
    });
    view! {
        <header class="message-head">
            <Avatar id name=name.clone() />
            <b node_ref=name_node class="message-author">{name}</b>
        </header>
    }
    .into_any()
}

/// `20:15`, by the reader's clock.
fn clock_time(at: ServerTime) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

fn later(message: &ChatMessage, revealed: RwSignal<bool>) -> AnyView {
    let at = message.moment.map_or(0.0, |moment| moment.position_ms as f64 / 1000.0);
    view! {
        <p class="message-text deleted">
            {format!("About a later moment, {}. ", text::clock(at))}
            <button class="button-link" type="button" on:click=move |_| revealed.set(true)>"Show it"</button>
        </p>
    }
    .into_any()
}

fn words(room: Room, message: &ChatMessage) -> AnyView {
    let names = room.peek(|view| view.participants.iter().map(|who| who.name.clone()).collect::<Vec<_>>());
    let pieces = parts(&message.text, &names).into_iter().map(|piece| match piece {
        Piece::Text(text) => text.to_owned().into_any(),
        Piece::Mention(text) => view! { <b class="mention">{text.to_owned()}</b> }.into_any(),
        Piece::Link(address) => view! {
            <a class="message-link" href=address.to_owned() title=address.to_owned() target="_blank" rel="external noopener noreferrer nofollow">{host(address).to_owned()}</a>
        }
        .into_any(),
    });
    let moment = message.moment.map(|moment| {
        let to = moment.position_ms;
        let clock = text::clock(to as f64 / 1000.0);
        let label = format!("Go to {clock} in the film");
        view! {
            <button class="message-moment" type="button" aria-label=label data-testid="moment" on:click=move |_| go_to_moment(room, moment)>{icon(Icon::Moment)}{clock}</button>
        }
    });
    view! {
        <p class="message-text">{moment}{pieces.collect_view()}{message.edited.then(|| view! { <small class="message-edited">" edited"</small> })}</p>
    }
    .into_any()
}

fn go_to_moment(room: Room, moment: Moment) {
    let is_this_film = room.peek(|view| {
        let video = view.playback.video.as_ref();
        video.is_some_and(|video| video.info_hash == moment.info_hash && video.file == moment.file)
    });
    if is_this_film {
        room.jump_to(moment.position_ms);
    } else {
        room.say_hint("That was about another film.");
    }
}

/// The message that is answered, in a line.
fn quote(room: Room, talk: Talk, to: MessageId) -> AnyView {
    let quoted = Memo::new(move |_| {
        room.read(Part::Chat, |view| {
            let place = view.chat.binary_search_by_key(&to, |message| message.id).ok()?;
            let message = &view.chat[place];
            let words = message.text.chars().take(120).collect::<String>();
            Some((message.name.clone(), words, message.moment))
        })
    });
    let name = move || {
        quoted.with(|quoted| {
            quoted
                .as_ref()
                .map_or("An older message".to_owned(), |(name, ..)| name.clone())
        })
    };
    let words = move || {
        let (_, words, moment) = quoted.get()?;
        Some(if talk.hides(room, moment) {
            ABOUT_LATER.to_owned()
        } else {
            words
        })
    };
    let show = move |_| {
        let original = document().get_element_by_id(&format!("message-{}", to.0));
        if let Some(original) = original.and_then(|original| original.dyn_into::<web_sys::HtmlElement>().ok()) {
            original.scroll_into_view();
            let _ = original.focus();
        }
    };
    view! {
        <button class="message-quote" type="button" data-testid="quote" on:click=show>{icon(Icon::Reply)}<b>{name}</b><span>{words}</span></button>
    }
    .into_any()
}

#[component]
fn Reacted(room: Room, id: MessageId, reactions: Vec<Reaction>, can_change: Memo<bool>) -> impl IntoView {
    let me = room.peek(|view| view.me().map(|me| me.person.clone()));
    let name_of = move |person: &PersonId| {
        room.peek(|view| {
            let there = view
                .participants
                .iter()
                .find(|who| who.person == *person)
                .map(|who| who.name.clone());
            there.or_else(|| {
                view.chat
                    .iter()
                    .find(|message| message.author == *person)
                    .map(|message| message.name.clone())
            })
        })
    };
    let chips = reactions.into_iter().map(|reaction| {
        let is_mine = me.as_ref().is_some_and(|me| reaction.people.contains(me));
        let names: Vec<String> = reaction.people.iter().filter_map(name_of).collect();
        let label = format!("{} {}: {}", reaction.people.len(), emoji_name(&reaction.emoji), names.join(", "));
        let emoji = reaction.emoji.clone();
        let toggle = move |_| {
            room.tell(ClientMessage::React {
                id,
                emoji: emoji.clone(),
                on: !is_mine,
            });
        };
        view! {
            <button class="reaction" type="button" disabled=move || !can_change.get() aria-pressed=is_mine.to_string() aria-label=label.clone() title=names.join(", ") data-testid="reaction" on:click=toggle>
                {reaction.emoji.clone()}<span>{reaction.people.len()}</span>
            </button>
        }
    });
    let chips = chips.collect_view();
    (!chips.is_empty()).then(|| view! { <div class="reactions">{chips}</div> }.into_any())
}

/// Reads signals: to be called where they are tracked.
fn not_kept(room: Room, kept: Kept, message: Memo<Option<ChatMessage>>) -> Option<AnyView> {
    let message = message.get().filter(|_| kept == Kept::No)?;
    let again = move |_| {
        room.tell(ClientMessage::DeleteMessage { id: message.id });
        room.say(message.text.clone(), message.reply_to, false);
    };
    let view = view! {
        <p class="message-problem" role="alert">
            "Everybody has seen it, but it could not be kept. "
            <button class="button-link" type="button" on:click=again>"Say it again"</button>
        </p>
    };
    Some(view.into_any())
}

/// React, reply, edit, take back.
#[component]
fn Ways(room: Room, talk: Talk, id: MessageId, picking: RwSignal<bool>) -> impl IntoView {
    let is_own = room.peek(|view| {
        let me = view.me().map(|me| &me.person);
        let place = view.chat.binary_search_by_key(&id, |message| message.id);
        me.is_some() && place.is_ok_and(|place| me == Some(&view.chat[place].author))
    });
    // Whoever is made a moderator may take back what stands there already.
    let may_delete = Memo::new(move |_| is_own || room.read(Part::People, |view| view.may_moderate()));
    view! {
        <div class="message-ways">
            <button type="button" aria-label="React" title="React" data-testid="react" on:click=move |_| picking.update(|open| *open = !*open)>{icon(Icon::Smile)}</button>
            <button type="button" aria-label="Reply" title="Reply" data-testid="reply" on:click=move |_| talk.reply_to.set(Some(id))>{icon(Icon::Reply)}</button>
            {is_own.then(|| view! { <button type="button" aria-label="Edit" title="Edit" data-testid="edit" on:click=move |_| talk.edit(id)>{icon(Icon::Pencil)}</button> })}
            {move || may_delete.get().then(|| view! { <button type="button" aria-label="Take back" title="Take back" data-testid="delete" on:click=move |_| room.tell(ClientMessage::DeleteMessage { id })>{icon(Icon::Trash)}</button> })}
        </div>
    }
    .into_any()
}

/// The words of an own message, to be changed.
#[component]
fn Edit(room: Room, talk: Talk, id: MessageId, text: String) -> impl IntoView {
    let field: NodeRef<html::Textarea> = NodeRef::new();
    // Whoever comes back to a change that was begun did not ask for the field.
    let begun = talk.edited.get_value();
    let is_fresh = begun.is_none();
    talk.edited
        .set_value(Some(begun.clone().unwrap_or_else(|| text.clone())));
    Effect::new(move |_| {
        if let Some(field) = field.get().filter(|_| is_fresh) {
            let _ = field.focus();
        }
    });
    let keep = move |event| talk.edited.set_value(Some(event_target_value(&event)));
    let old = StoredValue::new(text.clone());
    let text = begun.unwrap_or(text);
    let save = move || {
        let Some(field) = field.get_untracked() else { return };
        let text = field.value().trim().to_owned();
        if !text.is_empty() && old.with_value(|old| *old != text) {
            // Not to be lost with the connection.
            if !room.is_told(ClientMessage::EditMessage { id, text }) {
                return;
            }
        }
        talk.stop_editing();
    };
    let key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.shift_key() && !event.is_composing() => {
            event.prevent_default();
            save();
        }
        "Escape" => talk.stop_editing(),
        _ => {}
    };
    view! {
        <div class="message-edit">
            <textarea node_ref=field rows="2" maxlength=TEXT_CHARS.to_string() aria-label="New words" data-testid="edit-field" on:input=keep on:keydown=key>{text}</textarea>
            <div class="actions">
                <button class="button-primary" type="button" on:click=move |_| save()>"Save"</button>
                <button class="button-quiet" type="button" on:click=move |_| talk.stop_editing()>"Leave it"</button>
            </div>
        </div>
    }
    .into_any()
}
