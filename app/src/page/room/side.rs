//! The panel: chat, people, queue, and on a phone the rest.

use super::bar::{Reactions, RemoteState, Ways};
use super::chat::Chat;
use super::live::{Shown, Tab};
use super::people::People;
use super::queue::Queue;
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const TABS: [(Tab, &str, Icon); 4] = [
    (Tab::Chat, "Chat", Icon::Chat),
    (Tab::People, "People", Icon::People),
    (Tab::Queue, "Queue", Icon::Queue),
    (Tab::More, "More", Icon::More),
];

/// The panel.
#[component]
pub fn Side(
    /// The room.
    room: Room,
    /// What is open.
    shown: Shown,
) -> impl IntoView {
    let tab = shown.tab;
    // Choosing the tab that is open leaves it as it is.
    let open = Memo::new(move |_| tab.get());
    let content = move || match open.get() {
        Tab::Chat => view! { <Chat room shown /> }.into_any(),
        Tab::People => view! { <People room shown /> }.into_any(),
        Tab::Queue => view! { <Queue room /> }.into_any(),
        Tab::More => view! { <More room shown /> }.into_any(),
    };
    view! {
        <section class="room-side" aria-label="Beside the picture" data-testid="room-side">
            <Tabs room tab />
            <div class="room-panel" role="tabpanel" id="room-panel" aria-label=move || label_of(tab.get())>{content}</div>
        </section>
    }
    .into_any()
}

fn label_of(tab: Tab) -> &'static str {
    TABS.iter()
        .find(|(known, ..)| *known == tab)
        .map_or("", |(_, label, _)| label)
}

#[component]
fn Tabs(room: Room, tab: RwSignal<Tab>) -> impl IntoView {
    let list: NodeRef<html::Div> = NodeRef::new();
    // Left and right go from tab to tab, as in any list of tabs; and not through the film.
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
    let buttons = TABS.into_iter().map(|(which, label, shape)| {
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
                data-testid=format!("tab-{}", label.to_lowercase())
                on:click=move |_| tab.set(which)
            >
                {icon(shape)}<span>{label}</span>{badge}
            </button>
        }
    });
    view! {
        <div node_ref=list class="room-tabs" role="tablist" aria-label="Beside the picture" on:keydown=walk>{buttons.collect_view()}</div>
    }
    .into_any()
}

fn button_at(list: NodeRef<html::Div>, place: usize) -> Option<web_sys::HtmlElement> {
    let button = list.get_untracked()?.children().item(place as u32)?;
    button.dyn_into().ok()
}

/// What a wide page has below the picture.
#[component]
fn More(room: Room, shown: Shown) -> impl IntoView {
    view! {
        <div class="room-more">
            <RemoteState room />
            <Reactions room />
            <div class="room-more-ways"><Ways room shown /></div>
        </div>
    }
    .into_any()
}
