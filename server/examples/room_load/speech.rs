//! The words of each protocol: what a client says to come in and to talk, and what it makes of what it hears.

use super::{options::Mode, tally::STAMP_BYTES};

/// What a text that came means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// We are in.
    Welcome,
    /// Somebody talked at this time, microseconds of our own clock.
    Talk(u64),
    /// The server kept what we said.
    Stored,
    /// The server did not follow.
    Refused,
    /// The server asks whether we live: say this.
    Answer(&'static [u8]),
    /// Anything else.
    Other,
}

/// What a client says as soon as the connection is there.
pub fn greeting(mode: Mode) -> Option<&'static [u8]> {
    // Engine.IO 4: a client asks for the namespace `/`.
    (mode == Mode::SocketIo).then_some(b"40")
}

/// Whether the upgrade alone brings us in.
pub fn is_in_at_once(mode: Mode) -> bool {
    mode == Mode::Bare
}

/// A message with a stamp in it. The others carry what our server would add, so that all move the same bytes.
pub fn talk(mode: Mode, nonce: u32, stamp: &str) -> Vec<u8> {
    debug_assert_eq!(stamp.len(), STAMP_BYTES);
    let text = format!("{stamp} The lighthouse keeper was the brother all along");
    let said = format!(
        r#"{{"type":"said","message":{{"id":{nonce},"author":"0123456789abcdef","name":"Guest {nonce}","text":"{text}","at":1790000000000}}}}"#
    );
    match mode {
        Mode::SocketIo => format!(r#"42["said",{said}]"#),
        Mode::Bare => said,
        Mode::Matinee | Mode::Churn | Mode::Hostile => {
            format!(r#"{{"type":"say","nonce":{nonce},"text":"{text}","about_now":false}}"#)
        }
    }
    .into_bytes()
}

/// Looks at the beginning of a text, and for the stamp where there may be one.
pub fn hear(mode: Mode, text: &[u8]) -> Heard {
    match mode {
        Mode::SocketIo if text == b"2" => Heard::Answer(b"3"),
        Mode::SocketIo if text.starts_with(b"40") => Heard::Welcome,
        Mode::SocketIo | Mode::Bare => find_stamp(text).map_or(Heard::Other, Heard::Talk),
        Mode::Matinee | Mode::Churn | Mode::Hostile => hear_ours(text),
    }
}

/// Our messages begin with their type: `serde` writes the tag first.
fn hear_ours(text: &[u8]) -> Heard {
    let kind = text.strip_prefix(br#"{"type":""#).unwrap_or_default();
    if kind.starts_with(b"said\"") {
        find_stamp(text).map_or(Heard::Other, Heard::Talk)
    } else if kind.starts_with(b"stored\"") {
        Heard::Stored
    } else if kind.starts_with(b"welcome\"") {
        Heard::Welcome
    } else if kind.starts_with(b"refused\"") || kind.starts_with(b"not_stored\"") {
        Heard::Refused
    } else {
        Heard::Other
    }
}

/// `~` and fifteen digits.
fn find_stamp(text: &[u8]) -> Option<u64> {
    let at = text.iter().position(|byte| *byte == b'~')?;
    let digits = text.get(at + 1..at + STAMP_BYTES)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The whole number that follows `"name":`, wherever it is first.
pub fn number_after(text: &[u8], name: &str) -> Option<u64> {
    let key = format!("\"{name}\":");
    let at = text.windows(key.len()).position(|part| part == key.as_bytes())? + key.len();
    let digits = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&text[at..at + digits]).ok()?.parse().ok()
}
