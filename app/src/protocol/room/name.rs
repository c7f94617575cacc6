//! Room names in links and speech: the room code, or the room's vanity address.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Alphabet of room codes: no characters that look or sound alike, and no vowels, so that no words are formed.
pub const CODE_LETTERS: &[u8] = b"bcdfghjkmnpqrstvwxz23456789";
/// Length of a room code, characters.
pub const CODE_LENGTH: usize = 8;
/// Length of a vanity address, characters.
pub const SLUG_CHARS: std::ops::RangeInclusive<usize> = 3..=40;

/// A room code: eight characters that are easy to dictate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(value_type = String, pattern = "^[bcdfghjkmnpqrstvwxz2-9]{8}$", example = "kxd47mqz"))]
#[serde(transparent)]
pub struct RoomCode(String);

impl RoomCode {
    /// Returns the code as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The error returned when a string is not a valid room code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a room's code is eight letters and digits")]
pub struct InvalidRoomCode;

impl FromStr for RoomCode {
    type Err = InvalidRoomCode;

    /// Parses a room code leniently: accepts capitals and full-width letters, and ignores everything that is neither a
    /// letter nor a digit, such as dashes, spaces, punctuation and invisible characters.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code: String = text
            .chars()
            .map(plain)
            .filter(|c| c.is_alphanumeric())
            .take(CODE_LENGTH + 1)
            .collect();
        let fits = code.len() == CODE_LENGTH && code.bytes().all(|c| CODE_LETTERS.contains(&c));
        if fits { Ok(Self(code)) } else { Err(InvalidRoomCode) }
    }
}

impl fmt::Display for RoomCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RoomCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Maximum length of a text that is searched for a room name, bytes.
const MAX_NAME_BYTES: usize = 400;

/// Normalises a room name from a link or typed by a person: returns the code, or the vanity address in lower case. Chat
/// programs append a full stop, a bracket, a quotation mark or an invisible character to a link, and people dictate codes
/// in capitals, with dashes and spaces. Returns `None` if the text cannot be a room name.
///
/// Works by allowlist: keeps the characters that a name may contain, rather than removing known additions.
pub fn room_name(text: &str) -> Option<String> {
    if text.len() > MAX_NAME_BYTES {
        return None;
    }
    let name: String = text
        .chars()
        .map(plain)
        .filter(|c| c.is_ascii() || c.is_alphanumeric())
        .collect();
    let name = name.trim_end_matches(|c: char| !c.is_alphanumeric());
    if name.contains(['/', '\\']) {
        return None;
    }
    let name = name.trim_start_matches(|c: char| !c.is_alphanumeric());
    if let Ok(code) = name.parse::<RoomCode>() {
        return Some(code.0);
    }
    let fits = SLUG_CHARS.contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    fits.then(|| name.to_owned())
}

/// Converts a character to lower-case ASCII where it is a capital, a full-width form (U+FF01 to U+FF5E, as typed by Chinese
/// and Japanese input methods) or a typographic dash. Other characters are returned unchanged.
fn plain(c: char) -> char {
    let narrow = match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        c => c,
    };
    narrow.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_what_people_and_programs_make_of_it() {
        for text in [
            "8p4q9cb3",
            "8P4Q-9CB3",
            "8p4q 9cb3",
            " 8p4q9cb3 ",
            "8 P 4 Q 9 C B 3",
            "8p4q9cb3/",
            "8p4q9cb3.",
            "8p4q9cb3),",
            "<8p4q9cb3>",
            "\"8p4q9cb3\"",
            "8p4q9cb3'",
            "8p4q9cb3];",
            "8p4q9cb3:",
            "8p4q9cb3!?",
            "8p4q9cb3…",
            "„8p4q9cb3“",
            "8p4q9cb3»",
            "8p4q9cb3。",
            "8p4q9cb3\u{200b}",
            "\u{feff}8p4q\u{ad}9cb3\u{2060}",
            "8p4q\u{2011}9cb3",
            "8p4q–9cb3",
            "8p4q\u{a0}9cb3\n",
            "８Ｐ４Ｑ９ＣＢ３",
            "8p4q9cb3\u{fe0f}",
        ] {
            assert_eq!(room_name(text).as_deref(), Some("8p4q9cb3"), "{text:?}");
            assert_eq!(text.parse::<RoomCode>().unwrap().as_str(), "8p4q9cb3", "{text:?}");
        }
    }

    #[test]
    fn a_rooms_own_address_keeps_its_dashes() {
        for text in [
            "friday-night",
            "Friday-Night",
            "friday-night/",
            "friday-night.",
            "friday-night-",
            "(friday-night)",
            "friday\u{200b}-night\u{200b}",
            "friday-\u{ad}night",
            "friday–night",
            "friday\u{2011}night",
        ] {
            assert_eq!(room_name(text).as_deref(), Some("friday-night"), "{text:?}");
        }
        assert_eq!(
            room_name("8p4q9cb34").as_deref(),
            Some("8p4q9cb34"),
            "longer than a code"
        );
    }

    #[test]
    fn what_could_be_no_rooms_name_is_none() {
        for text in [
            "",
            ".",
            "..",
            "-",
            "ab",
            "a b c",
            "a/b",
            "../search",
            "8p4q/9cb3",
            "a\\bc",
            "é-night",
            "friday\0night",
            "friday_night",
            "ㅤㅤㅤㅤ",
            &"a".repeat(41),
            &"a-".repeat(100_000),
        ] {
            assert_eq!(room_name(text), None, "{text:?}");
        }
    }
}
