//! Keyboard shortcuts of the player, and which part of the page a key belongs to.

use super::player::{Panel, Player};
use crate::t;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, KeyboardEvent, MouseEvent};

/// `KeyboardEvent.keyCode` of a key that an input method handles (UI Events, section 7.3.1).
const IME_KEY_CODE: u32 = 229;

/// Action of a keyboard shortcut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// Play or pause.
    Toggle,
    /// Skip by this many seconds, forward or backward.
    Skip(f64),
    /// Change the volume by this amount.
    Volume(f64),
    /// Toggle muting.
    Mute,
    /// Toggle fullscreen.
    Fullscreen,
    /// Seek to this fraction of the film.
    Jump(f64),
    /// One step slower (`-1`) or faster (`1`).
    Speed(i32),
    /// Show or hide the list of shortcuts.
    Help,
    /// Show or hide the debug panel.
    Debug,
    /// Toggle picture-in-picture.
    PictureInPicture,
    /// Close the open panel.
    Close,
}

impl Action {
    /// Returns `true` if the action repeats while the key is held down.
    fn goes_on(self) -> bool {
        matches!(self, Self::Skip(_) | Self::Volume(_) | Self::Speed(_))
    }

    /// Returns `true` if the action affects everyone in a room.
    fn concerns_others(self) -> bool {
        matches!(self, Self::Toggle | Self::Skip(_) | Self::Jump(_) | Self::Speed(_))
    }
}

/// Part of a room's page that a key can belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The picture with its controls.
    Player,
    /// The side panel, and the messages over a fullscreen picture.
    Talk,
    /// Everything else: the bar below the picture, the header, a dialog.
    Elsewhere,
}

impl Place {
    /// Returns the part that an element is in; `None` for the page itself, which has the focus when no element has.
    fn of(element: &Element) -> Option<Self> {
        let is_in = |around: &str| element.closest(around).ok().flatten().is_some();
        match () {
            () if is_in(".room-side, .overlay-chat ul") => Some(Self::Talk),
            () if is_in(".stage") => Some(Self::Player),
            () if matches!(element.tag_name().as_str(), "BODY" | "HTML") => None,
            () => Some(Self::Elsewhere),
        }
    }

    fn of_target(target: Option<EventTarget>) -> Option<Self> {
        Self::of(&target?.dyn_into().ok()?)
    }
}

/// Returns `true` if a shortcut applies in a room. `focus` is the part with the focus; without one, the last click
/// tells what the viewer is doing, and before the first click it is watching. In fullscreen nothing but the player is
/// visible.
fn reaches(action: Action, focus: Option<Place>, clicked: Option<Place>, is_fullscreen: bool) -> bool {
    match focus.or(clicked) {
        None | Some(Place::Player) => true,
        Some(Place::Elsewhere) => is_fullscreen || !action.concerns_others(),
        Some(Place::Talk) => false,
    }
}

/// Returns all shortcuts of the player for the help: the names of their keys, and what they do.
pub fn shortcuts() -> [(Vec<&'static str>, &'static str); 13] {
    [
        (vec![t::keys::space(), "K"], t::keys::play()),
        (vec!["J", "L"], t::keys::skip_ten()),
        (vec!["←", "→"], t::keys::skip_five()),
        (vec!["↑", "↓"], t::keys::volume()),
        (vec!["M"], t::keys::mute()),
        (vec!["F"], t::keys::fullscreen()),
        (vec!["P"], t::keys::picture_in_picture()),
        (vec!["0–9"], t::keys::jump()),
        (vec![t::keys::home(), t::keys::end()], t::keys::ends()),
        (vec!["<", ">"], t::keys::speed()),
        (vec!["D"], t::keys::debug()),
        (vec!["?"], t::keys::help()),
        (vec![t::keys::escape()], t::keys::close()),
    ]
}

/// Returns the action of a key, named as in `KeyboardEvent.key` (UI Events, section 5).
pub fn action(key: &str) -> Option<Action> {
    if let Some(digit) = key
        .chars()
        .next()
        .filter(|_| key.len() == 1)
        .and_then(|c| c.to_digit(10))
    {
        return Some(Action::Jump(f64::from(digit) / 10.0));
    }
    Some(match key {
        " " | "k" | "K" => Action::Toggle,
        "j" | "J" => Action::Skip(-10.0),
        "l" | "L" => Action::Skip(10.0),
        "ArrowLeft" => Action::Skip(-5.0),
        "ArrowRight" => Action::Skip(5.0),
        "ArrowUp" => Action::Volume(0.05),
        "ArrowDown" => Action::Volume(-0.05),
        "m" | "M" => Action::Mute,
        "f" | "F" => Action::Fullscreen,
        "p" | "P" => Action::PictureInPicture,
        "Home" => Action::Jump(0.0),
        "End" => Action::Jump(1.0),
        "<" => Action::Speed(-1),
        ">" => Action::Speed(1),
        "?" => Action::Help,
        "d" | "D" => Action::Debug,
        "Escape" => Action::Close,
        _ => return None,
    })
}

/// Listens for shortcuts until the reactive owner is disposed. In a room they apply only while the viewer is at the
/// player.
pub fn listen(player: Player) {
    let clicked = StoredValue::new(None::<Place>);
    let presses = window_event_listener(leptos::ev::pointerdown, move |event| {
        clicked.set_value(Place::of_target(event.target()).or(Some(Place::Elsewhere)));
    });
    let keys = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if is_typing(&event) {
            return;
        }
        if let Some(action) = action(&event.key()) {
            // Without a panel to close, Escape is left to the browser, which closes an open menu.
            if action == Action::Close && player.panel.get_untracked().is_none() {
                return;
            }
            let (focus, is_fullscreen) = (Place::of_target(event.target()), player.fullscreen.get_untracked());
            if player.is_governed() && !reaches(action, focus, clicked.get_value(), is_fullscreen) {
                return;
            }
            event.prevent_default();
            if !event.repeat() || action.goes_on() {
                perform(player, action);
            }
        }
    });
    let clicks = window_event_listener(leptos::ev::click, let_go);
    on_cleanup(move || {
        keys.remove();
        clicks.remove();
        presses.remove();
    });
}

/// Moves the focus to a text field when the viewer types while reading what belongs to it, as in other chats. `around`
/// is the CSS selector of that surrounding.
pub fn write_into<F>(around: &'static str, field: F)
where
    F: Fn() -> Option<HtmlElement> + 'static,
{
    let is_around = move |target: Option<EventTarget>| {
        let element = target.and_then(|target| target.dyn_into::<Element>().ok());
        element.is_some_and(|element| element.closest(around).ok().flatten().is_some())
    };
    let clicked = StoredValue::new(false);
    let presses = window_event_listener(leptos::ev::pointerdown, move |event| {
        clicked.set_value(is_around(event.target()));
    });
    let keys = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let is_at_page = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_none_or(|element| Place::of(&element).is_none());
        let is_meant = is_around(event.target()) || is_at_page && clicked.get_value();
        if is_meant && is_letter(&event) && !is_in_field(&event) {
            // The character goes to the element that has the focus when the event's default action runs.
            if let Some(field) = field() {
                let _ = field.focus();
            }
        }
    });
    on_cleanup(move || {
        presses.remove();
        keys.remove();
    });
}

/// Returns `true` if a key types a visible character, or starts to compose one.
fn is_letter(event: &KeyboardEvent) -> bool {
    let key = event.key();
    let has_command = event.ctrl_key() || event.meta_key() || event.alt_key();
    let is_one = key.chars().count() == 1 && key != " " || matches!(key.as_str(), "Process" | "Dead");
    is_one && !event.default_prevented() && (!has_command || event.get_modifier_state("AltGraph"))
}

/// Removes the focus from a clicked button or link, where the space bar would press it again rather than pause the
/// film. A press by keyboard has no click count (`detail` 0): that user is tabbing through the page and keeps the
/// focus.
fn let_go(event: MouseEvent) {
    if event.detail() < 1 {
        return;
    }
    // The path is the one at the time of the click: an icon that was hit may have been replaced since.
    let path = event.composed_path();
    let focused = document()
        .active_element()
        .filter(|element| path.includes(element.as_ref(), 0));
    let Some(focused) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    if focused.matches(":is(.controls, .files) :is(button, a)") == Ok(true) {
        let _ = focused.blur();
    }
}

fn perform(player: Player, action: Action) {
    player.wake();
    match action {
        Action::Toggle => player.toggle(),
        Action::Skip(by) => player.skip(by),
        Action::Volume(by) => player.change_volume(by),
        Action::Mute => player.toggle_mute(),
        Action::Fullscreen => player.toggle_fullscreen(),
        Action::PictureInPicture => player.toggle_picture_in_picture(),
        Action::Jump(share) => player.jump(share),
        Action::Speed(step) => player.step_speed(step),
        Action::Help => player.toggle_panel(Panel::Keys),
        Action::Debug => player.toggle_panel(Panel::Debug),
        Action::Close => player.panel.set(None),
    }
}

/// Returns `true` if a key belongs to an input method, which composes Japanese, Chinese or Korean text: its Enter
/// accepts a candidate, its Escape cancels. Safari ends the composition before it dispatches the key, which can then be
/// recognised only by its `keyCode` (WebKit bug 165004).
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == IME_KEY_CODE
}

/// Returns `true` if a key belongs to the focused element rather than to the page: text being typed, a menu, a shortcut
/// of the browser, or the space that presses a button.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || is_composing(event) {
        return true;
    }
    let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    let presses = matches!(event.key().as_str(), " " | "Enter");
    let scrolls = matches!(event.key().as_str(), " " | "ArrowUp" | "ArrowDown" | "Home" | "End");
    // Users who go through the files below the picture, or read the chat beside it, want to scroll, not to change the
    // volume.
    if scrolls && element.closest(".below, .room-side").ok().flatten().is_some() {
        return true;
    }
    match element.tag_name().as_str() {
        "BUTTON" | "A" | "SUMMARY" => presses,
        _ => is_in_field(event),
    }
}

/// Returns `true` if a key is pressed in a form field or editable element; range sliders do not count.
fn is_in_field(event: &KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => element.get_attribute("type").is_none_or(|kind| kind != "range"),
        _ => element.is_content_editable(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_mean_what_the_help_says() {
        assert_eq!(action("k"), Some(Action::Toggle));
        assert_eq!(action("K"), Some(Action::Toggle));
        assert_eq!(action("7"), Some(Action::Jump(0.7)));
        assert_eq!(action("ArrowLeft"), Some(Action::Skip(-5.0)));
        assert_eq!(action(">"), Some(Action::Speed(1)));
        assert_eq!(action("F5"), None);
        assert_eq!(action("12"), None);
        assert_eq!(action("x"), None);
    }

    #[test]
    fn keys_that_others_feel_need_the_player() {
        use Place::{Elsewhere, Player, Talk};
        let (shared, own) = (Action::Skip(10.0), Action::Fullscreen);
        for (focus, clicked, is_fullscreen, wanted) in [
            // Focus, last click, fullscreen; whether the (shared, own) shortcuts apply.
            (None, None, false, (true, true)),
            (Some(Player), None, false, (true, true)),
            (Some(Player), Some(Talk), false, (true, true)),
            (None, Some(Player), false, (true, true)),
            (None, Some(Talk), false, (false, false)),
            (Some(Talk), Some(Talk), false, (false, false)),
            (Some(Talk), Some(Player), false, (false, false)),
            (None, Some(Elsewhere), false, (false, true)),
            (Some(Elsewhere), Some(Player), false, (false, true)),
            (Some(Elsewhere), Some(Elsewhere), true, (true, true)),
            (None, Some(Talk), true, (false, false)),
        ] {
            let found = (
                reaches(shared, focus, clicked, is_fullscreen),
                reaches(own, focus, clicked, is_fullscreen),
            );
            assert_eq!(found, wanted, "{focus:?} {clicked:?} {is_fullscreen}");
        }
    }

    #[test]
    fn everybody_feels_what_moves_the_film() {
        let felt = |key: &str| action(key).unwrap().concerns_others();
        for key in [
            " ",
            "k",
            "j",
            "l",
            "ArrowLeft",
            "ArrowRight",
            "0",
            "9",
            "Home",
            "End",
            "<",
            ">",
        ] {
            assert!(felt(key), "{key}");
        }
        for key in ["m", "f", "p", "d", "?", "ArrowUp", "ArrowDown", "Escape"] {
            assert!(!felt(key), "{key}");
        }
    }
}
