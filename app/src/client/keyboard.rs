//! What each key does in the player.

use super::player::{Panel, Player};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// Play or pause.
    Toggle,
    /// Skip by so many seconds, either way.
    Skip(f64),
    /// Change the volume by this share.
    Volume(f64),
    /// Sound on or off.
    Mute,
    /// Fullscreen on or off.
    Fullscreen,
    /// Go to this share of the film.
    Jump(f64),
    /// One step slower (`-1`) or faster (`1`).
    Speed(i32),
    /// Show or hide all keys.
    Help,
    /// Show or hide the debug panel.
    Debug,
    /// Picture in picture on or off.
    PictureInPicture,
    /// Close what is open on top.
    Close,
}

impl Action {
    /// Whether a key that is kept pressed does it again and again.
    fn goes_on(self) -> bool {
        matches!(self, Self::Skip(_) | Self::Volume(_) | Self::Speed(_))
    }
}

/// Every key of the player, as the help shows it.
pub const KEYS: [(&str, &str); 13] = [
    ("Space, K", "Play or pause"),
    ("J, L", "Back or on 10 seconds"),
    ("←, →", "Back or on 5 seconds"),
    ("↑, ↓", "Louder or quieter"),
    ("M", "Mute"),
    ("F", "Fullscreen"),
    ("P", "Picture in picture"),
    ("0–9", "Jump to 0–90 %"),
    ("Home, End", "Beginning or end"),
    ("<, >", "Slower or faster"),
    ("D", "Debug panel"),
    ("?", "These keys"),
    ("Esc", "Close"),
];

/// The action of a key, named as in `KeyboardEvent.key` (UI Events, section 5).
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

/// Lets the keys drive the player until the owner is gone.
pub fn listen(player: Player) {
    let keys = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if is_typing(&event) {
            return;
        }
        if let Some(action) = action(&event.key()) {
            // Without a panel to close it is the browser's: an open menu closes by it.
            if action == Action::Close && player.panel.get_untracked().is_none() {
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
    });
}

/// What is clicked keeps the focus, and with it the space, which would press it again rather than pause the film. Whoever
/// presses it by a key, which counts no clicks, is on their way through the page and stays there.
fn let_go(event: MouseEvent) {
    if event.detail() < 1 {
        return;
    }
    // The path is as it was at the click: an icon that was hit may be another one by now.
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

/// Whether a key belongs to what has the focus rather than to the page: text being typed, a menu, a shortcut of the
/// browser, or the space that presses a button.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() {
        return true;
    }
    let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    let presses = matches!(event.key().as_str(), " " | "Enter");
    let scrolls = matches!(event.key().as_str(), " " | "ArrowUp" | "ArrowDown" | "Home" | "End");
    // Who walks through the files below the picture wants to scroll, not to change the volume.
    // Likewise whoever reads the chat beside it.
    if scrolls && element.closest(".below, .room-side").ok().flatten().is_some() {
        return true;
    }
    match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => element.get_attribute("type").is_none_or(|kind| kind != "range"),
        "BUTTON" | "A" | "SUMMARY" => presses,
        _ => element.is_content_editable(),
    }
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
}
