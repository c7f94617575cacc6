//! Side panel with tabs for chat, people and queue, and on phones for the other actions.

use super::bar::{Reactions, Ways};
use super::chat::Chat;
use super::page_state::{PageState, Tab};
use super::people::People;
use super::queue::Queue;
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use crate::t;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Tabs, each with its `data-testid`.
const TABS: [(Tab, &str, Icon); 4] = [
    (Tab::Chat, "tab-chat", Icon::Chat),
    (Tab::People, "tab-people", Icon::People),
    (Tab::Queue, "tab-queue", Icon::Queue),
    (Tab::More, "tab-more", Icon::More),
];

/// Side panel.
#[component]
pub fn Side(
    /// The room.
    room: Room,
    /// State of the page's panels and dialogs.
    shown: PageState,
) -> impl IntoView {
    let tab = shown.tab;
    // Selecting the current tab again must not re-render it.
    let open = Memo::new(move |_| tab.get());
    let content = move || match open.get() {
        Tab::Chat => view! { <Chat room shown /> }.into_any(),
        Tab::People => view! { <People room shown /> }.into_any(),
        Tab::Queue => view! { <Queue room /> }.into_any(),
        Tab::More => view! { <More room shown /> }.into_any(),
    };
    view! {
        <section class="room-side" aria-label=t::room_side::label() data-testid="room-side">
            <Tabs room tab />
            <div class="room-side-emotes"><Reactions room testid="emotes-below" /></div>
            <div class="room-panel" role="tabpanel" id="room-panel" aria-label=move || label_of(tab.get())>{content}</div>
        </section>
    }
    .into_any()
}

fn label_of(tab: Tab) -> &'static str {
    match tab {
        Tab::Chat => t::room_side::chat(),
        Tab::People => t::room_side::people(),
        Tab::Queue => t::room_side::queue(),
        Tab::More => t::room_side::more(),
    }
}

#[component]
fn Tabs(room: Room, tab: RwSignal<Tab>) -> impl IntoView {
    let list: NodeRef<html::Div> = NodeRef::new();
    // Arrow keys move between tabs (WAI-ARIA tabs pattern), and must not seek in the film.
    let walk = move |event: web_sys::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => TABS.len() - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let here = TABS
            .iter()
            .position(|(known, ..)| *known == tab.get_untracked())
            .unwrap_or(0);
        let mut next = (here + step) % TABS.len();
        let is_hidden = |place: usize| {
            let button = button_at(list, place);
            button.is_none_or(|button| button.offset_parent().is_none())
        };
        if is_hidden(next) {
            next = (next + step) % TABS.len();
        }
        tab.set(TABS[next].0);
        if let Some(button) = button_at(list, next) {
            let _ = button.focus();
        }
    };
    let count = move |which: Tab| match which {
        Tab::Chat => room.unread.get() as usize,
        Tab::People => room.read(Part::People, |view| view.participants.len()),
        Tab::Queue => room.read(Part::Queue, |view| view.queue.len()),
        Tab::More => 0,
    };
    let buttons = TABS.into_iter().map(|(which, testid, shape)| {
        let is_on = move || tab.get() == which;
        let badge = move || {
            let count = count(which);
            (count > 0).then(|| view! { <span class="room-count" class:new=which == Tab::Chat>{count}</span> })
        };
        view! {
            <button
                class="room-tab"
                class:phone-only=which == Tab::More
                type="button"
                role="tab"
                aria-selected=move || is_on().to_string()
                aria-controls="room-panel"
                tabindex=move || if is_on() { "0" } else { "-1" }
                data-testid=testid
                on:click=move |_| tab.set(which)
            >
                {icon(shape)}<span>{label_of(which)}</span>{badge}
            </button>
        }
    });
    view! {
        <div node_ref=list class="room-tabs" role="tablist" aria-label=t::room_side::label() on:keydown=walk>{buttons.collect_view()}</div>
    }
    .into_any()
}

fn button_at(list: NodeRef<html::Div>, place: usize) -> Option<web_sys::HtmlElement> {
    let button = list.get_untracked()?.children().item(place as u32)?;
    button.dyn_into().ok()
}

/// Actions that wide layouts have in the bar below the picture.
#[component]
fn More(room: Room, shown: PageState) -> impl IntoView {
    view! {
        <div class="room-more">
            <div class="room-more-ways"><Ways room shown /></div>
        </div>
    }
    .into_any()
}
