//! The room after joining: picture, side panel and bar. Rendered only in the browser, after the first snapshot.

use super::bar::Bar;
use super::chat_state::ChatState;
use super::invite::Invite;
use super::page_state::{PageState, Tab};
use super::screen::RoomScreen;
use super::settings::Settings;
use super::side::Side;
use super::toasts::Toasts;
use crate::client::room::{Part, Room};
use crate::client::{js, storage};
use crate::i18n;
use crate::t;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Minimum and maximum width of the panel, pixels.
const PANEL_WIDTH_PX: (f64, f64) = (280.0, 420.0);
/// Local storage key of the panel's width.
const SIDE_NAME: &str = "room_side";
/// Local storage key of the panel's closed state.
const THEATRE_NAME: &str = "room_theatre";

/// The room's page after joining.
#[component]
pub fn Live(
    /// The room.
    room: Room,
) -> impl IntoView {
    let shown = PageState {
        tab: RwSignal::new(Tab::Chat),
        theatre: RwSignal::new(storage::load(THEATRE_NAME).unwrap_or(false)),
        settings: RwSignal::new(false),
        invite: RwSignal::new(false),
        overlay: RwSignal::new(true),
        talk: ChatState::new(room),
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
            <h1 class="sr-only" dir="auto">{title}</h1>
            <RoomScreen room shown />
            <Divider main=node shown />
            <Side room shown />
            <Bar room shown />
            <UnreadBadge room shown />
            {move || (!room.player.fullscreen.get()).then(|| view! { <Toasts room /> })}
            <p class="sr-only" role="log" aria-live="polite" data-testid="announcer">{move || room.announced.get()}</p>
            <Settings room open=shown.settings />
            <Invite room open=shown.invite />
        </main>
    }
    .into_any()
}

/// Number of unread messages while the panel is closed. Hidden by CSS on layouts where it cannot be closed.
#[component]
fn UnreadBadge(room: Room, shown: PageState) -> impl IntoView {
    let is_shown = Memo::new(move |_| shown.theatre.get() && room.unread.get() > 0);
    let words = move || t::chat::new_messages(room.unread.get().into());
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

/// Divider between picture and panel, moved by dragging or by arrow keys.
#[component]
fn Divider(main: NodeRef<html::Main>, shown: PageState) -> impl IntoView {
    let width = RwSignal::new(
        storage::load::<f64>(SIDE_NAME)
            .unwrap_or(340.0)
            .clamp(PANEL_WIDTH_PX.0, PANEL_WIDTH_PX.1),
    );
    Effect::new(move |_| {
        let width = width.get();
        if let Some(main) = main.get() {
            let _ = web_sys::HtmlElement::style(&main).set_property("--side", &format!("{width:.0}px"));
        }
        storage::save(SIDE_NAME, width);
    });
    let is_rtl = i18n::current().is_right_to_left();
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
            let (whole, at) = (main.get_bounding_client_rect(), f64::from(event.client_x()));
            let wanted = if is_rtl { at - whole.left() } else { whole.right() - at };
            width.set(wanted.clamp(PANEL_WIDTH_PX.0, PANEL_WIDTH_PX.1));
            // Dragging it far beyond the minimum closes the panel.
            shown.theatre.set(wanted < PANEL_WIDTH_PX.0 / 2.0);
        }
    };
    let key = move |event: web_sys::KeyboardEvent| {
        // The arrows move the divider; the panel is where lines end.
        let step = match (event.key().as_str(), is_rtl) {
            ("ArrowLeft", false) | ("ArrowRight", true) => 20.0,
            ("ArrowRight", false) | ("ArrowLeft", true) => -20.0,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        width.update(|width| *width = (*width + step).clamp(PANEL_WIDTH_PX.0, PANEL_WIDTH_PX.1));
    };
    view! {
        <div
            node_ref=node
            class="room-divider"
            role="separator"
            aria-orientation="vertical"
            aria-label=t::room_side::width()
            aria-valuemin=PANEL_WIDTH_PX.0.to_string()
            aria-valuemax=PANEL_WIDTH_PX.1.to_string()
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

/// Sets the room's height to the visual viewport's, because a phone's keyboard covers the page rather than shrinking
/// it.
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
