//! Inside: the picture, what stands beside it, and the line below. Only ever made in the browser, once the room has said
//! how everything is.

use super::bar::Bar;
use super::chat::Talk;
use super::invite::Invite;
use super::settings::Settings;
use super::side::Side;
use super::stage::Stage;
use crate::client::room::{Link, Part, Room};
use crate::client::{js, storage};
use crate::text;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Narrowest and widest panel, pixels.
const SIDE: (f64, f64) = (280.0, 420.0);
/// Under this name a browser remembers how wide it is.
const SIDE_NAME: &str = "room_side";
/// And that it is closed.
const THEATRE_NAME: &str = "room_theatre";

/// What the panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What is said.
    Chat,
    /// Who is there.
    People,
    /// What comes.
    Queue,
    /// On a phone: the rest.
    More,
}

/// What is open on the page. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Shown {
    /// The panel's tab.
    pub tab: RwSignal<Tab>,
    /// Whether the panel is closed.
    pub theatre: RwSignal<bool>,
    /// The settings.
    pub settings: RwSignal<bool>,
    /// The invitation.
    pub invite: RwSignal<bool>,
    /// Over a picture that fills the screen.
    pub overlay: RwSignal<bool>,
    /// What is being written, whatever the panel shows meanwhile.
    pub talk: Talk,
}

/// The room.
#[component]
pub fn Live(
    /// Which.
    room: Room,
) -> impl IntoView {
    let shown = Shown {
        tab: RwSignal::new(Tab::Chat),
        theatre: RwSignal::new(storage::load(THEATRE_NAME).unwrap_or(false)),
        settings: RwSignal::new(false),
        invite: RwSignal::new(false),
        overlay: RwSignal::new(true),
        talk: Talk::new(room),
    };
    let node: NodeRef<html::Main> = NodeRef::new();
    room.govern();
    room.keep_pace();
    Effect::new(move |_| storage::save(THEATRE_NAME, shown.theatre.get()));
    Effect::new(move |_| {
        if let Some(main) = node.get() {
            fit_above_the_keyboard(main);
        }
    });
    let title = move || room.read(Part::Settings, |view| view.settings.title.clone());
    view! {
        <main id="main" class="room" node_ref=node class:theatre=shown.theatre data-testid="room">
            <h1 class="sr-only">{title}</h1>
            <Stage room shown />
            <Divider main=node shown />
            <Side room shown />
            <Bar room shown />
            <NewWords room shown />
            {move || (!room.player.fullscreen.get()).then(|| view! { <Words room /> })}
            <p class="sr-only" role="log" aria-live="polite" data-testid="announcer">{move || room.announced.get()}</p>
            <Settings room open=shown.settings />
            <Invite room open=shown.invite />
        </main>
    }
    .into_any()
}

/// What was said behind the closed panel. Where the panel does not close, its style hides this.
#[component]
fn NewWords(room: Room, shown: Shown) -> impl IntoView {
    let is_shown = Memo::new(move |_| shown.theatre.get() && room.unread.get() > 0);
    let words = move || text::plural(room.unread.get().into(), "new message", "new messages");
    let open = move |_| {
        shown.tab.set(Tab::Chat);
        shown.theatre.set(false);
    };
    move || {
        is_shown.get().then(|| {
            view! { <button class="room-news" type="button" data-testid="new-words" on:click=open>{words}</button> }
                .into_any()
        })
    }
}

/// What the room itself says. A picture that fills the screen has it in itself, since it covers everything else.
#[component]
pub fn Words(
    /// The room.
    room: Room,
) -> impl IntoView {
    view! { <Lost room /><Hint room /> }.into_any()
}

/// The connection is lost: said quietly, since it comes back by itself.
#[component]
fn Lost(room: Room) -> impl IntoView {
    let is_lost = move || room.link.get() == Link::Lost;
    view! {
        <div class="room-lost" role="status" data-testid="room-lost">
            {move || is_lost().then(|| view! { <p class="toast working">"The connection is lost. You are back in a moment."</p> })}
        </div>
    }
    .into_any()
}

/// Why something was not done.
#[component]
fn Hint(room: Room) -> impl IntoView {
    view! {
        <div class="room-hint" role="status" data-testid="room-hint">
            {move || room.hint.get().map(|hint| view! { <p class="toast">{hint}</p> })}
        </div>
    }
    .into_any()
}

/// Between picture and panel; dragged, or moved by the arrow keys.
#[component]
fn Divider(main: NodeRef<html::Main>, shown: Shown) -> impl IntoView {
    let width = RwSignal::new(storage::load::<f64>(SIDE_NAME).unwrap_or(340.0).clamp(SIDE.0, SIDE.1));
    Effect::new(move |_| {
        let width = width.get();
        if let Some(main) = main.get() {
            let _ = web_sys::HtmlElement::style(&main).set_property("--side", &format!("{width:.0}px"));
        }
        storage::save(SIDE_NAME, width);
    });
    let dragged = StoredValue::new(false);
    let node: NodeRef<html::Div> = NodeRef::new();
    let down = move |event: web_sys::PointerEvent| {
        dragged.set_value(true);
        if let Some(node) = node.get_untracked() {
            let _ = node.set_pointer_capture(event.pointer_id());
        }
        event.prevent_default();
    };
    let moved = move |event: web_sys::PointerEvent| {
        if let Some(main) = main.get_untracked().filter(|_| dragged.get_value()) {
            let wanted = main.get_bounding_client_rect().right() - f64::from(event.client_x());
            width.set(wanted.clamp(SIDE.0, SIDE.1));
            // Far past its narrowest it closes.
            shown.theatre.set(wanted < SIDE.0 / 2.0);
        }
    };
    let key = move |event: web_sys::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowLeft" => 20.0,
            "ArrowRight" => -20.0,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        width.update(|width| *width = (*width + step).clamp(SIDE.0, SIDE.1));
    };
    view! {
        <div
            node_ref=node
            class="room-divider"
            role="separator"
            aria-orientation="vertical"
            aria-label="Width of the panel"
            aria-valuemin=SIDE.0.to_string()
            aria-valuemax=SIDE.1.to_string()
            aria-valuenow=move || format!("{:.0}", width.get())
            tabindex="0"
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=move |_| dragged.set_value(false)
            on:pointercancel=move |_| dragged.set_value(false)
            on:keydown=key
        ></div>
    }
    .into_any()
}

/// A phone's keyboard covers the page rather than shrinking it: the room is as high as what is left.
fn fit_above_the_keyboard(main: web_sys::HtmlElement) {
    let Some(viewport) = js::global("visualViewport") else {
        return;
    };
    let Ok(target) = viewport.clone().dyn_into::<web_sys::EventTarget>() else {
        return;
    };
    let fit = move || {
        if let Some(height) = js::get(&viewport, "height").and_then(|height: JsValue| height.as_f64()) {
            let _ = main.style().set_property("--height", &format!("{height:.0}px"));
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    };
    let resized = Closure::<dyn FnMut()>::new(fit);
    let _ = target.add_event_listener_with_callback("resize", resized.as_ref().unchecked_ref());
    let kept = send_wrapper::SendWrapper::new((target, resized));
    on_cleanup(move || {
        let (target, resized) = kept.take();
        let _ = target.remove_event_listener_with_callback("resize", resized.as_ref().unchecked_ref());
    });
}
