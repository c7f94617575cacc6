//! Chat message with its actions. Its text is rendered as text nodes only.

use super::character_counter::CharacterCounter;
use super::chat_state::ChatState;
use super::emoji_picker::EmojiPicker;
use crate::client::keyboard::is_composing;
use crate::client::room::{Part, Room};
use crate::client::{js, local_time};
use crate::component::avatar::{Avatar, Colour};
use crate::component::icon::{Icon, icon};
use crate::protocol::Timestamp;
use crate::protocol::room::*;
use crate::room::emoji::name as emoji_name;
use crate::room::fold::{Shape, shape};
use crate::room::link::{host, shown_host};
use crate::room::talk::{is_held, sayable};
use crate::room::words::{Part as Piece, calls, parts};
use crate::t;
use crate::text;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Message in the chat.
#[component]
pub fn Message(
    /// The room.
    room: Room,
    /// State shared by the parts of the chat.
    talk: ChatState,
    /// The message.
    id: MessageId,
    /// Set if the author's name is shown above it.
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
            () if view.not_stored.contains(&id) => StorageState::No,
            () if view.unstored.contains(&id) => StorageState::NotYet,
            () => StorageState::Yes,
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
            class:unkept=move || kept.get() == StorageState::NotYet
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
    // The focus must not be lost together with the picker.
    let shut = move || {
        picking.set(false);
        let article = document().get_element_by_id(&format!("message-{}", id.0));
        if let Some(article) = article.and_then(|article| article.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = article.focus();
        }
    };
    let pick = Callback::new(move |emoji: String| {
        shut();
        room.tell(ClientMessage::Chat(ChatRequest::React { id, emoji, on: true }));
    });
    let close = Callback::new(move |()| shut());
    view! { <EmojiPicker on_pick=pick on_close=close /> }.into_any()
}

/// Renders text, author and time. Reactions are not part of it: a change of them must not re-render an edit in
/// progress.
fn content(room: Room, talk: ChatState, message: Memo<Option<ChatMessage>>, first: bool) -> Option<AnyView> {
    let now = message.get_untracked()?;
    let id = now.id;
    let at = now.at;
    let revealed = RwSignal::new(false);
    let unfolded = RwSignal::new(false);
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
            () if message.deleted => view! { <p class="message-text deleted">{t::message::deleted()}</p> }.into_any(),
            () if is_editing.get() => view! { <Edit room talk id text=message.text /> }.into_any(),
            () if is_hidden.get() => later(&message, revealed),
            () => words(room, talk, &message, unfolded),
        })
    };
    let view = view! {
        {first.then(|| head(&now))}
        {now.reply_to.map(|to| quote(room, talk, to))}
        <time class="message-time" datetime=Timestamp(at.0).to_rfc3339() title=local_time::in_full(at)>{local_time::clock_time(at)}</time>
        {body}
    };
    Some(view.into_any())
}

/// Storage state of an own message on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum StorageState {
    #[default]
    Yes,
    NotYet,
    No,
}

fn head(message: &ChatMessage) -> AnyView {
    let name = message.name.clone();
    let colour = Colour::of(&name);
    let name_node: NodeRef<html::B> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(node) = name_node.get() {
            let _ = web_sys::HtmlElement::style(&node).set_property("--hue", &colour.hue.to_string());
        }
    });
    view! {
        <header class="message-head">
            <Avatar name=name.clone() />
            <b node_ref=name_node class="message-author" class:deep=colour.is_deep dir="auto">{name}</b>
        </header>
    }
    .into_any()
}

fn later(message: &ChatMessage, revealed: RwSignal<bool>) -> AnyView {
    let at = message.moment.map_or(0.0, |moment| moment.position_ms as f64 / 1000.0);
    let instead = t::message::later(t::message::Later {
        time: &text::clock(at),
        show: &|text| {
            view! { <button class="button-link" type="button" on:click=move |_| revealed.set(true)>{text}</button> }
                .into_any()
        },
    });
    view! { <p class="message-text deleted">{instead}</p> }.into_any()
}

fn words(room: Room, talk: ChatState, message: &ChatMessage, unfolded: RwSignal<bool>) -> AnyView {
    let names = room.peek(|view| view.participants.iter().map(|who| who.name.clone()).collect::<Vec<_>>());
    let pieces = parts(&message.text, &names).into_iter().map(|piece| match piece {
        Piece::Text(text) => text.to_owned().into_any(),
        Piece::Mention(text) => view! { <b class="mention" dir="auto">{text.to_owned()}</b> }.into_any(),
        Piece::Link(address) => link(address),
    });
    let moment = message.moment.map(|moment| {
        let to = moment.position_ms;
        let clock = text::clock(to as f64 / 1000.0);
        let label = t::message::go_to(&clock);
        view! {
            <button class="message-moment" type="button" aria-label=label data-testid="moment" on:click=move |_| go_to_moment(room, moment)>{icon(Icon::Moment)}{clock}</button>
        }
    });
    let shape = shape(&message.text);
    let is_folded = move || shape != Shape::Plain && !unfolded.get();
    // A focused link must be visible.
    let unfold = move || {
        if is_folded() {
            unfolded.set(true);
            talk.unfolded.update(|times| *times = times.wrapping_add(1));
        }
    };
    let toggle = move |_| {
        unfolded.update(|unfolded| *unfolded = !*unfolded);
        talk.unfolded.update(|times| *times = times.wrapping_add(1));
    };
    let more = move || {
        if unfolded.get() {
            t::message::show_less()
        } else {
            t::message::show_more()
        }
    };
    view! {
        <p class="message-text" class:folded=is_folded class:stacked=shape == Shape::Stacked dir="auto" on:focusin=move |_| unfold()>
            {moment}<span class="message-words">{pieces.collect_view()}</span>{message.edited.then(|| view! { <small class="message-edited">" "{t::message::edited()}</small> })}
        </p>
        {(shape != Shape::Plain).then(|| view! {
            <button class="button-link" type="button" aria-expanded=move || unfolded.get().to_string() data-testid="fold" on:click=toggle>{more}</button>
        })}
    }
    .into_any()
}

/// Link, labelled with the host that the browser would connect to. What the browser cannot parse as a URL stays text.
fn link(address: &str) -> AnyView {
    let Ok(url) = web_sys::Url::new(address) else {
        return address.to_owned().into_any();
    };
    let shown = shown_host(host(address), &url.hostname(), js::is_match);
    // URL as the browser serialises it: without bidirectional controls or look-alike characters.
    let href = url.href();
    view! {
        <a class="message-link" dir="ltr" href=href.clone() title=href target="_blank" rel="external noopener noreferrer nofollow">{shown}</a>
    }
    .into_any()
}

fn go_to_moment(room: Room, moment: Moment) {
    let is_this_film = room.peek(|view| {
        let video = view.playback.video();
        video.is_some_and(|video| video.source == moment.source)
    });
    if is_this_film {
        room.jump_to(moment.position_ms);
    } else {
        room.say_hint(t::message::about_another_film());
    }
}

/// One-line quote of the message that is replied to.
fn quote(room: Room, talk: ChatState, to: MessageId) -> AnyView {
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
                .map_or_else(|| t::message::older().to_owned(), |(name, ..)| name.clone())
        })
    };
    let words = move || {
        let (_, words, moment) = quoted.get()?;
        Some(if talk.hides(room, moment) {
            t::message::about_later().to_owned()
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
        <button class="message-quote" type="button" data-testid="quote" on:click=show>{icon(Icon::Reply)}<b dir="auto">{name}</b><span dir="auto">{words}</span></button>
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
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let names = text::list(&names);
        let label = t::message::reacted(t::message::Reacted {
            count: reaction.people.len() as u64,
            emoji: emoji_name(&reaction.emoji),
            names: &names,
        });
        let emoji = reaction.emoji.clone();
        let toggle = move |_| {
            room.tell(ClientMessage::Chat(ChatRequest::React {
                id,
                emoji: emoji.clone(),
                on: !is_mine,
            }));
        };
        view! {
            <button class="reaction" type="button" disabled=move || !can_change.get() aria-pressed=is_mine.to_string() aria-label=label.clone() title=names data-testid="reaction" on:click=toggle>
                {reaction.emoji.clone()}<span>{reaction.people.len()}</span>
            </button>
        }
    });
    let chips = chips.collect_view();
    (!chips.is_empty()).then(|| view! { <div class="reactions">{chips}</div> }.into_any())
}

/// Reads signals, so it must be called in a tracking context.
fn not_kept(room: Room, kept: StorageState, message: Memo<Option<ChatMessage>>) -> Option<AnyView> {
    let message = message.get().filter(|_| kept == StorageState::No)?;
    let again = move |_| {
        room.tell(ClientMessage::Chat(ChatRequest::Delete { id: message.id }));
        room.say(message.text.clone(), message.reply_to, false);
    };
    let problem = t::message::not_kept(t::message::NotKept {
        again: &|text| {
            view! { <button class="button-link" type="button" on:click=again.clone()>{text}</button> }.into_any()
        },
    });
    Some(view! { <p class="message-problem" role="alert">{problem}</p> }.into_any())
}

/// Actions of a message: react, reply, edit, delete.
#[component]
fn Ways(room: Room, talk: ChatState, id: MessageId, picking: RwSignal<bool>) -> impl IntoView {
    let is_own = room.peek(|view| {
        let me = view.me().map(|me| &me.person);
        let place = view.chat.binary_search_by_key(&id, |message| message.id);
        me.is_some() && place.is_ok_and(|place| me == Some(&view.chat[place].author))
    });
    // A user who becomes a moderator may delete earlier messages, too.
    let may_delete = Memo::new(move |_| is_own || room.read(Part::People, |view| view.may_moderate()));
    view! {
        <div class="message-ways">
            <button type="button" aria-label=t::message::react() title=t::message::react() data-testid="react" on:click=move |_| picking.update(|open| *open = !*open)>{icon(Icon::Smile)}</button>
            <button type="button" aria-label=t::message::reply() title=t::message::reply() data-testid="reply" on:click=move |_| talk.reply_to.set(Some(id))>{icon(Icon::Reply)}</button>
            {is_own.then(|| view! { <button type="button" aria-label=t::message::edit() title=t::message::edit() data-testid="edit" on:click=move |_| talk.edit(id)>{icon(Icon::Pencil)}</button> })}
            {move || may_delete.get().then(|| view! { <button type="button" aria-label=t::message::delete() title=t::message::delete() data-testid="delete" on:click=move |_| room.tell(ClientMessage::Chat(ChatRequest::Delete { id }))>{icon(Icon::Trash)}</button> })}
        </div>
    }
    .into_any()
}

/// Editor of an own message.
#[component]
fn Edit(room: Room, talk: ChatState, id: MessageId, text: String) -> impl IntoView {
    let field: NodeRef<html::Textarea> = NodeRef::new();
    // Returning to an edit that has been started must not focus the field.
    let begun = talk.edited.get_value();
    let is_fresh = begun.is_none();
    talk.edited
        .set_value(Some(begun.clone().unwrap_or_else(|| text.clone())));
    Effect::new(move |_| {
        if let Some(field) = field.get().filter(|_| is_fresh) {
            let _ = field.focus();
        }
    });
    let typed = RwSignal::new(begun.clone().unwrap_or_else(|| text.clone()));
    let keep = move |event| {
        let words = event_target_value(&event);
        talk.edited.set_value(Some(words.clone()));
        typed.set(words);
    };
    let old = StoredValue::new(text.clone());
    let text = begun.unwrap_or(text);
    let save = move || {
        let Some(field) = field.get_untracked() else { return };
        let words = field.value();
        if words.trim().is_empty() || old.with_value(|old| old == words.trim()) {
            return talk.stop_editing();
        }
        // The editor stays open if the text is too long or the connection is lost.
        if sayable(&words).is_some_and(|text| room.is_told(ClientMessage::Chat(ChatRequest::Edit { id, text }))) {
            talk.stop_editing();
        }
    };
    let key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        _ if is_composing(&event) => {}
        "Enter" if !event.shift_key() => {
            event.prevent_default();
            save();
        }
        "Escape" => talk.stop_editing(),
        _ => {}
    };
    view! {
        <div class="message-edit">
            <textarea node_ref=field rows="2" dir="auto" aria-label=t::message::edit_field() data-testid="edit-field" on:input=keep on:keydown=key>{text}</textarea>
            <CharacterCounter words=typed />
            <div class="actions">
                <button class="button-primary" type="button" on:click=move |_| save()>{t::message::save()}</button>
                <button class="button-quiet" type="button" on:click=move |_| talk.stop_editing()>{t::message::leave()}</button>
            </div>
        </div>
    }
    .into_any()
}
