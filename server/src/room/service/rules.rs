//! Validation of names, addresses and passwords of rooms. Pure.

use crate::room::core::{settings::wrong, text};
use app::{
    error::FieldError,
    protocol::room::{CODE_LENGTH, CODE_LETTERS, NAME_CHARS, RoomCode, SLUG_CHARS},
    t,
};

pub use crate::room::core::settings::{capacity, change, title};

/// Maximum length of a room's password, in characters. It protects no account, so its strength is up to the host.
const PASSWORD_CHARS: usize = 128;

/// Maximum length of a tab's identifier, in characters.
const TAB_CHARS: usize = 64;

/// Returns a room code made of random bytes; `None` if there are too few usable ones.
pub fn code_of(random: &[u8]) -> Option<RoomCode> {
    // Bytes at the end of the range are skipped: they would make some letters more likely (modulo bias).
    let fair = u8::try_from(256 / CODE_LETTERS.len() * CODE_LETTERS.len()).unwrap_or(u8::MAX);
    let code: String = random
        .iter()
        .filter(|byte| **byte < fair)
        .map(|byte| char::from(CODE_LETTERS[usize::from(*byte) % CODE_LETTERS.len()]))
        .take(CODE_LENGTH)
        .collect();
    code.parse().ok()
}

/// Returns a guest's name; "Guest" if nothing readable was given.
pub fn guest_name(name: Option<&str>) -> Result<String, FieldError> {
    let name = name.unwrap_or_default();
    if name.chars().take(NAME_CHARS + 1).count() > NAME_CHARS {
        return Err(wrong("display_name", t::server_room::name_form()));
    }
    Ok(text::name(name).unwrap_or_else(|| "Guest".to_owned()))
}

/// Validates a vanity address; `None` if it is empty. The caller also rejects those that could be a code ([`is_a_code`]).
pub fn slug(text: &str) -> Result<Option<String>, FieldError> {
    if text.is_empty() {
        return Ok(None);
    }
    let of_letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = SLUG_CHARS.contains(&text.len())
        && text.chars().all(|c| of_letters(c) || c == '-')
        && text.starts_with(of_letters)
        && text.ends_with(of_letters);
    if !fits {
        return Err(wrong("slug", t::server_room::address_form()));
    }
    Ok(Some(text.to_owned()))
}

/// Returns whether a vanity address could be a room's code, with or without dashes. Such addresses are rejected, so
/// that no name ever leads to two rooms, whichever was made first. The database enforces it too.
pub fn is_a_code(slug: &str) -> bool {
    slug.parse::<RoomCode>().is_ok()
}

/// Validates and normalises a new password; `None` if it is empty.
pub fn new_password(text: &str) -> Result<Option<String>, FieldError> {
    let clean = text::password(text);
    match text.chars().take(PASSWORD_CHARS + 1).count() {
        0 => Ok(None),
        1..=PASSWORD_CHARS if clean.is_empty() => Err(wrong("password", t::server_room::password_empty())),
        1..=PASSWORD_CHARS => Ok(Some(clean)),
        _ => Err(wrong("password", t::server_room::password_long())),
    }
}

/// Validates a password that a user entered, without normalising it; `None` if it is empty.
pub fn password(text: &str) -> Result<Option<&str>, FieldError> {
    match text.chars().take(PASSWORD_CHARS + 1).count() {
        0 => Ok(None),
        1..=PASSWORD_CHARS => Ok(Some(text)),
        _ => Err(wrong("password", t::server_room::password_long())),
    }
}

/// Returns the passwords that an entered one may stand for: normalised as new ones are, and unchanged, for those set
/// before normalisation existed.
pub fn meant_passwords(typed: &str) -> Vec<String> {
    let clean = text::password(typed);
    let mut meant = vec![typed.to_owned()];
    if clean != typed && !clean.is_empty() {
        meant.insert(0, clean);
    }
    meant
}

/// Validates a tab's identifier; `None` if it is absent or empty.
pub fn tab(text: Option<&str>) -> Result<Option<String>, FieldError> {
    let Some(tab) = text.filter(|tab| !tab.is_empty()) else {
        return Ok(None);
    };
    let fits = tab.len() <= TAB_CHARS && tab.chars().all(|c| c.is_ascii_alphanumeric());
    match fits {
        true => Ok(Some(tab.to_owned())),
        false => Err(wrong("tab", t::server_room::key_form())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_fair_and_needs_enough_chance() {
        assert_eq!(code_of(&[0; 16]).unwrap().as_str(), "bbbbbbbb");
        assert_eq!(code_of(&[255; 64]), None);
        assert_eq!(code_of(&[1; 7]), None);
        let all: Vec<u8> = (0..=255).collect();
        let letters: std::collections::BTreeMap<char, usize> = all
            .chunks(1)
            .filter_map(|byte| code_of(&byte.repeat(CODE_LENGTH)))
            .filter_map(|code| code.as_str().chars().next())
            .fold(Default::default(), |mut counts, letter| {
                *counts.entry(letter).or_default() += 1;
                counts
            });
        assert_eq!(letters.len(), CODE_LETTERS.len());
        assert!(letters.values().all(|count| *count == 9), "{letters:?}");
    }

    #[test]
    fn a_guest_has_a_name() {
        assert_eq!(guest_name(None).unwrap(), "Guest");
        assert_eq!(guest_name(Some("  ")).unwrap(), "Guest");
        assert_eq!(guest_name(Some(" Ada\u{202e} ")).unwrap(), "Ada");
        assert!(guest_name(Some(&"x".repeat(33))).is_err());
        assert_eq!(guest_name(Some("\u{200b}")).unwrap(), "Guest");
        assert!(title("\n").is_err());
        assert!(title(&format!("{} ", "é".repeat(80))).is_err());
        assert_eq!(title(&"é".repeat(80)).unwrap().chars().count(), 80);
    }

    #[test]
    fn an_address_is_readable() {
        assert_eq!(slug("friday-night").unwrap().as_deref(), Some("friday-night"));
        assert_eq!(slug("").unwrap(), None);
        for wrong in [
            "ab",
            "-ab",
            "ab-",
            "Friday",
            "a b",
            "é-night",
            &"a".repeat(41),
            "../admin",
        ] {
            assert!(slug(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_that_could_be_a_code_is_known() {
        for code in ["kxd47mqz", "kxd4-7mqz", "k-x-d-4-7-m-q-z", "22222222"] {
            assert!(slug(code).is_ok() && is_a_code(code), "{code}");
        }
        for free in ["friday-night", "kxd47mq", "kxd47mqzz", "kxd47mqa", "movies42"] {
            assert!(!is_a_code(free), "{free}");
        }
    }

    #[test]
    fn a_password_forgives_what_programs_make_of_it() {
        let kept = |text: &str| new_password(text).unwrap();
        assert_eq!(kept(""), None);
        assert_eq!(kept("sword fish").as_deref(), Some("sword fish"));
        assert_eq!(kept("it's \"so\" - ok...").as_deref(), Some("it's \"so\" - ok..."));
        for text in [
            " swordfish",
            "swordfish ",
            "swordfish\u{a0}\n",
            "\u{200b}swordfish\u{feff}",
            "ｓｗｏｒｄｆｉｓｈ",
            "sword\u{ad}fish",
        ] {
            assert_eq!(kept(text).as_deref(), Some("swordfish"), "{text:?}");
            assert_eq!(meant_passwords(text), ["swordfish", text]);
        }
        assert_eq!(kept("it’s “so” – ok…").as_deref(), Some("it's \"so\" - ok..."));
        assert_eq!(kept("e\u{301}te\u{301}"), kept("été"), "one way of writing accents");
        assert_eq!(meant_passwords("swordfish"), ["swordfish"]);
        assert_eq!(meant_passwords("  "), ["  "], "as it may have been set before");
        for nothing in [" ", "\u{200b}\u{3164}", "\n\t"] {
            assert!(new_password(nothing).is_err(), "{nothing:?}");
        }
        assert!(new_password(&"x".repeat(129)).is_err() && password(&"x".repeat(129)).is_err());
        assert_ne!(kept("Swordfish"), kept("swordfish"));
    }
}
