//! Messages of each protocol: those that a client sends to join and to chat, and the interpretation of those it
//! receives.

use super::{options::Mode, tally::STAMP_BYTES};

/// Meaning of a received message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The join has succeeded.
    Welcome,
    /// A chat message sent at this time, in microseconds of our own clock.
    Talk(u64),
    /// The server has stored our message.
    Stored,
    /// The server has refused our message.
    Refused,
    /// A heartbeat, to be answered with this.
    Answer(&'static [u8]),
    /// Anything else.
    Other,
}

/// Returns the message to send right after connecting.
pub fn greeting(mode: Mode) -> Option<&'static [u8]> {
    // Engine.IO 4: joins the namespace `/`.
    (mode == Mode::SocketIo).then_some(b"40")
}

/// Returns whether the upgrade alone completes the join.
pub fn is_in_at_once(mode: Mode) -> bool {
    mode == Mode::Bare
}

/// Returns a chat message that contains the timestamp. For other protocols it includes the fields that our server adds,
/// so that all systems transfer the same number of bytes.
pub fn talk(mode: Mode, nonce: u32, stamp: &str) -> Vec<u8> {
    debug_assert_eq!(stamp.len(), STAMP_BYTES);
    let text = format!("{stamp} The lighthouse keeper was the brother all along");
    let said = format!(
        r#"{{"chat":{{"sent":{{"message":{{"id":{nonce},"author":"0123456789abcdef","name":"Guest {nonce}","text":"{text}","at":1790000000000}}}}}}}}"#
    );
    match mode {
        Mode::SocketIo => format!(r#"42["said",{said}]"#),
        Mode::Bare => said,
        Mode::Matinee | Mode::Churn | Mode::Control | Mode::Hostile => {
            format!(r#"{{"chat":{{"send":{{"nonce":{nonce},"text":"{text}","about_now":false}}}}}}"#)
        }
    }
    .into_bytes()
}

/// Interprets a message by its beginning and, where there may be one, its timestamp.
pub fn hear(mode: Mode, text: &[u8]) -> Heard {
    match mode {
        Mode::SocketIo if text == b"2" => Heard::Answer(b"3"),
        Mode::SocketIo if text.starts_with(b"40") => Heard::Welcome,
        Mode::SocketIo | Mode::Bare => find_stamp(text).map_or(Heard::Other, Heard::Talk),
        Mode::Matinee | Mode::Churn | Mode::Control | Mode::Hostile => hear_ours(text),
    }
}

/// Interprets one of our messages by its names, which stand at its beginning.
fn hear_ours(text: &[u8]) -> Heard {
    let is = |beginning: &str| text.starts_with(beginning.as_bytes());
    if is(r#"{"chat":{"sent":"#) {
        find_stamp(text).map_or(Heard::Other, Heard::Talk)
    } else if is(r#"{"chat":{"stored":"#) {
        Heard::Stored
    } else if is(r#"{"welcome":"#) {
        Heard::Welcome
    } else if is(r#"{"refused":"#) || is(r#"{"chat":{"not_stored":"#) {
        Heard::Refused
    } else {
        Heard::Other
    }
}

/// Finds a timestamp: `~` and fifteen digits.
fn find_stamp(text: &[u8]) -> Option<u64> {
    let at = text.iter().position(|byte| *byte == b'~')?;
    let digits = text.get(at + 1..at + STAMP_BYTES)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Returns the integer after the first `"name":`.
pub fn number_after(text: &[u8], name: &str) -> Option<u64> {
    let key = format!("\"{name}\":");
    let at = text.windows(key.len()).position(|part| part == key.as_bytes())? + key.len();
    let digits = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&text[at..at + digits]).ok()?.parse().ok()
}
