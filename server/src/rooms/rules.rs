//! What rooms may be called, and how they are bounded from outside. Pure.

use crate::room::text;
use app::{
    error::FieldError,
    protocol::room::{
        CODE_LENGTH, CODE_LETTERS, IDLE_RELIEF_SECONDS, NAME_CHARS, RoomCode, SLUG_CHARS, SettingsChange, TITLE_CHARS,
    },
};

/// Characters of a room's password. It is no account's: whoever makes the room judges how good it need be.
pub const PASSWORD_CHARS: usize = 128;

/// Characters of what tells tabs apart.
pub const TAB_CHARS: usize = 64;

/// People in the smallest room, and in the largest of any instance.
const PEOPLE: std::ops::RangeInclusive<u32> = 2..=10_000;

/// A code from random bytes; `None` if they did not suffice.
pub fn code_of(random: &[u8]) -> Option<RoomCode> {
    // Bytes at the end of their range would make some letters likelier.
    let fair = u8::try_from(256 / CODE_LETTERS.len() * CODE_LETTERS.len()).unwrap_or(u8::MAX);
    let code: String = random
        .iter()
        .filter(|byte| **byte < fair)
        .map(|byte| char::from(CODE_LETTERS[usize::from(*byte) % CODE_LETTERS.len()]))
        .take(CODE_LENGTH)
        .collect();
    code.parse().ok()
}

/// A title as it is kept.
pub fn title(title: &str) -> Result<String, FieldError> {
    let fits = title.chars().take(TITLE_CHARS + 1).count() <= TITLE_CHARS;
    let title = text::title(title).filter(|_| fits);
    title.ok_or_else(|| wrong("title", "Use 1 to 80 characters."))
}

/// What a guest is called; something, even where nothing readable was said.
pub fn guest_name(name: Option<&str>) -> Result<String, FieldError> {
    let name = name.unwrap_or_default();
    if name.chars().take(NAME_CHARS + 1).count() > NAME_CHARS {
        return Err(wrong("display_name", "Use 1 to 32 characters."));
    }
    Ok(text::name(name).unwrap_or_else(|| "Guest".to_owned()))
}

/// A vanity address, or none where it is empty. One that is another room's code leads to that room.
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
        return Err(wrong(
            "slug",
            "Use 3 to 40 letters a to z, digits and dashes, with a letter or digit at both ends.",
        ));
    }
    Ok(Some(text.to_owned()))
}

/// A password, or none where it is empty.
pub fn password(text: &str) -> Result<Option<&str>, FieldError> {
    match text.chars().count() {
        0 => Ok(None),
        1..=PASSWORD_CHARS => Ok(Some(text)),
        _ => Err(wrong("password", "Use at most 128 characters.")),
    }
}

/// What tells tabs apart.
pub fn tab(text: Option<&str>) -> Result<Option<String>, FieldError> {
    let Some(tab) = text.filter(|tab| !tab.is_empty()) else {
        return Ok(None);
    };
    let fits = tab.len() <= TAB_CHARS && tab.chars().all(|c| c.is_ascii_alphanumeric());
    match fits {
        true => Ok(Some(tab.to_owned())),
        false => Err(wrong("tab", "Use up to 64 letters and digits.")),
    }
}

/// How many fit in: what is more than this instance has room for is as many as it has.
pub fn capacity(wanted: u32, limit: u32) -> Result<u32, FieldError> {
    if !PEOPLE.contains(&wanted) {
        return Err(wrong("max_participants", "From 2 to 10,000 people."));
    }
    Ok(wanted.min(limit))
}

/// A change of settings within its bounds; every wrong field at once.
pub fn change(change: SettingsChange, capacity_limit: u32) -> Result<SettingsChange, Vec<FieldError>> {
    let mut wrong_fields = Vec::new();
    let mut keep = |result: Result<(), FieldError>| wrong_fields.extend(result.err());
    let mut checked = change.clone();
    if let Some(wanted) = &change.title {
        keep(title(wanted).map(|title| checked.title = Some(title)));
    }
    if let Some(wanted) = change.capacity {
        let fits = capacity(wanted, capacity_limit).map_err(|error| FieldError {
            field: "capacity".into(),
            ..error
        });
        keep(fits.map(|people| checked.capacity = Some(people)));
    }
    if change
        .idle_relief_seconds
        .is_some_and(|seconds| seconds > *IDLE_RELIEF_SECONDS.end())
    {
        keep(Err(wrong("idle_relief_seconds", "An hour at most; 0 for never.")));
    }
    checked.idle_relief_seconds = change.idle_relief_seconds.map(|seconds| match seconds {
        0 => 0,
        seconds => seconds.max(*IDLE_RELIEF_SECONDS.start()),
    });
    if wrong_fields.is_empty() {
        Ok(checked)
    } else {
        Err(wrong_fields)
    }
}

fn wrong(field: &str, reason: &str) -> FieldError {
    FieldError {
        field: field.into(),
        reason: reason.into(),
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
    fn bounds_are_kept_and_every_wrong_field_is_named() {
        let limits = SettingsChange {
            capacity: Some(500),
            idle_relief_seconds: Some(1),
            ..Default::default()
        };
        let kept = change(limits, 100).unwrap();
        assert_eq!((kept.capacity, kept.idle_relief_seconds), (Some(100), Some(15)));
        let wrong = SettingsChange {
            title: Some(" ".into()),
            capacity: Some(1),
            ..Default::default()
        };
        let fields: Vec<String> = change(wrong, 100).unwrap_err().into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["title", "capacity"]);
    }
}
