//! A key of the keyboard, chosen by pressing it.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// A button that says which key it is, and takes the next one that is pressed.
#[component]
pub fn KeyChoice(
    /// Its element's.
    id: &'static str,
    /// What the key does.
    label: &'static str,
    /// The key, a `KeyboardEvent.code` (UI Events, section 5.6.2).
    code: Signal<Option<String>>,
    /// The key that was pressed, or none when it is to be forgotten.
    #[prop(into)]
    choose: Callback<Option<String>>,
) -> impl IntoView {
    let button: NodeRef<html::Button> = NodeRef::new();
    let listening = RwSignal::new(false);
    // A space that was chosen must not press the button when it is let go.
    let is_held = StoredValue::new(false);
    let listen = move |_| {
        listening.set(true);
        // Safari gives no focus to a button that is clicked, and keys go where the focus is.
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    };
    let pressed = move |event: KeyboardEvent| {
        if !listening.get_untracked() {
            return;
        }
        let heard = hear(&event.code(), event.repeat());
        if heard == Heard::Left {
            return listening.set(false);
        }
        event.prevent_default();
        event.stop_propagation();
        is_held.set_value(true);
        match heard {
            Heard::Nothing | Heard::Left => return,
            Heard::Cancel => {}
            Heard::Clear => choose.run(None),
            Heard::Key => choose.run(Some(event.code())),
        }
        listening.set(false);
    };
    let let_go = move |event: KeyboardEvent| {
        if is_held.get_value() {
            event.prevent_default();
            is_held.set_value(false);
        }
    };
    let says = move || match (listening.get(), code.get().filter(|code| !code.is_empty())) {
        (true, _) => "Press a key…".to_owned(),
        (false, Some(code)) => readable(&code),
        (false, None) => "None".to_owned(),
    };
    view! {
        <label for=id id=format!("{id}-label")>{label}</label>
        <div class="preference-key">
            <button
                node_ref=button
                id=id
                class="button-quiet"
                type="button"
                aria-labelledby=format!("{id}-label {id}")
                aria-describedby=format!("{id}-hint")
                aria-live="polite"
                aria-pressed=move || listening.get().to_string()
                on:click=listen
                on:keydown=pressed
                on:keyup=let_go
                on:blur=move |_| listening.set(false)
            >
                {says}
            </button>
            <p id=format!("{id}-hint")>"While it listens, Escape keeps the key and Backspace clears it."</p>
        </div>
    }
    .into_any()
}

/// What a key means while the button listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// The key to be.
    Key,
    /// The choice is to be forgotten.
    Clear,
    /// Everything stays.
    Cancel,
    /// The focus goes on: nobody is to be caught here (WCAG, success criterion 2.1.2).
    Left,
    /// No key of its own: still held from before, or none that the browser knows.
    Nothing,
}

fn hear(code: &str, is_repeated: bool) -> Heard {
    match code {
        _ if is_repeated => Heard::Nothing,
        "" | "Unidentified" => Heard::Nothing,
        "Escape" => Heard::Cancel,
        "Backspace" | "Delete" => Heard::Clear,
        "Tab" => Heard::Left,
        _ => Heard::Key,
    }
}

/// A code as a person reads it: `KeyV` is V, `ShiftLeft` is Left Shift.
fn readable(code: &str) -> String {
    let short = code.strip_prefix("Key").or_else(|| code.strip_prefix("Digit"));
    if let Some(short) = short.filter(|short| short.len() == 1) {
        return short.to_owned();
    }
    let mut words = String::new();
    let mut last = ' ';
    for letter in code.chars() {
        let starts = letter.is_ascii_uppercase() || (letter.is_ascii_digit() && last.is_ascii_lowercase());
        if starts && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter);
        last = letter;
    }
    match words.rsplit_once(' ') {
        Some((key, side @ ("Left" | "Right"))) => format!("{side} {key}"),
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_like_what_is_printed_on_keys() {
        for (code, words) in [
            ("KeyV", "V"),
            ("Digit7", "7"),
            ("Space", "Space"),
            ("ShiftLeft", "Left Shift"),
            ("ControlRight", "Right Control"),
            ("ArrowLeft", "Left Arrow"),
            ("PageUp", "Page Up"),
            ("CapsLock", "Caps Lock"),
            ("Numpad0", "Numpad 0"),
            ("NumpadAdd", "Numpad Add"),
            ("F11", "F11"),
            ("IntlBackslash", "Intl Backslash"),
            ("Keypad", "Keypad"),
            ("", ""),
        ] {
            assert_eq!(readable(code), words);
        }
    }

    #[test]
    fn a_key_is_taken_unless_it_means_something_else() {
        for (code, heard) in [
            ("KeyV", Heard::Key),
            ("Enter", Heard::Key),
            ("ControlLeft", Heard::Key),
            ("Escape", Heard::Cancel),
            ("Backspace", Heard::Clear),
            ("Delete", Heard::Clear),
            ("Tab", Heard::Left),
            ("", Heard::Nothing),
            ("Unidentified", Heard::Nothing),
        ] {
            assert_eq!(hear(code, false), heard, "{code}");
        }
        assert_eq!(
            hear("Enter", true),
            Heard::Nothing,
            "still held from pressing the button"
        );
    }
}
