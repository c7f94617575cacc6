//! Client-side logic for chat messages: hiding spoilers, matching sent messages to received ones, and limits. Pure.

use super::emoji::expand;
use crate::protocol::room::{ChatMessage, MessageId, Moment, Refusal, TEXT_CHARS};
use crate::t;

/// Distance ahead of the viewer's position from which a message counts as a spoiler, milliseconds. A page knows its own
/// position to the second.
const SPOILER_MS: i64 = 3_000;
/// Number of recent messages that the server can edit; see `CHAT_MESSAGES` in `server/src/room/core/bounds.rs`.
const EDITABLE_MESSAGES: usize = 500;
/// Number of remaining characters from which the counter is shown.
const FEW_LEFT: usize = 200;

/// Returns true if a message is a spoiler to hide: it refers to a later moment of the same film and the viewer hides
/// those. `here` is the viewer's own position.
pub fn is_later(moment: Option<Moment>, here: Option<Moment>, hides: bool) -> bool {
    let (Some(moment), Some(here)) = (moment.filter(|_| hides), here) else {
        return false;
    };
    let is_this_film = moment.source == here.source;
    is_this_film && moment.position_ms >= here.position_ms.saturating_add(SPOILER_MS)
}

/// Returns the screen-reader announcement of a message. `before` is the previous announcement: screen readers ignore an
/// identical one, so a no-break space, which is not read aloud, is appended to tell them apart.
pub fn spoken(before: &str, name: &str, words: &str) -> String {
    let mut spoken = t::chat::spoken(t::chat::Spoken { name, text: words });
    if spoken == before {
        spoken.push('\u{a0}');
    }
    spoken
}

/// A message of the viewer that the server has not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingMessage<'m> {
    /// Client-assigned number.
    pub nonce: u32,
    /// Text.
    pub text: &'m str,
    /// Message that it replies to.
    pub reply_to: Option<MessageId>,
    /// Latest message known when it was sent. If the message arrived, it has a higher ID.
    pub after: Option<MessageId>,
}

/// Returns the nonces of the messages that have arrived. `own` are the viewer's messages on the server, oldest first;
/// each matches at most one sent message.
pub fn arrived<'m>(sent: impl IntoIterator<Item = PendingMessage<'m>>, own: &[ChatMessage]) -> Vec<u32> {
    let mut is_taken = vec![false; own.len()];
    let mut arrived = Vec::new();
    for sent in sent {
        let is_it = |said: &ChatMessage| {
            Some(said.id) > sent.after && said.reply_to == sent.reply_to && is_same(&said.text, sent.text)
        };
        let place = (0..own.len()).find(|place| !is_taken[*place] && is_it(&own[*place]));
        if let Some(place) = place {
            is_taken[place] = true;
            arrived.push(sent.nonce);
        }
    }
    arrived
}

/// Returns true if the texts are equal after the server's clean-up, which removes invisible and bidirectional
/// characters.
fn is_same(said: &str, sent: &str) -> bool {
    let reorders = |letter| matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let seen = |text: &str| {
        let seen = text
            .chars()
            .filter(|letter| *letter == '\n' || !letter.is_control() && !reorders(*letter));
        seen.collect::<String>().trim().to_owned()
    };
    seen(said) == seen(sent)
}

/// Returns the text to send for an input, with emoji expanded, or `None` if it is empty or too long.
pub fn sayable(typed: &str) -> Option<String> {
    let text = expand(typed.trim());
    (!text.is_empty() && text.chars().count() <= TEXT_CHARS).then_some(text)
}

/// The remaining length of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemainingLength {
    /// Well within the limit.
    Fine,
    /// Number of characters left.
    Left(usize),
    /// Number of characters over the limit: it cannot be sent.
    Over(usize),
}

/// Returns the remaining length for an input.
pub fn fill(typed: &str) -> RemainingLength {
    // A text has at most as many characters as bytes: avoids parsing short input on every key press.
    if typed.len() <= TEXT_CHARS - FEW_LEFT {
        return RemainingLength::Fine;
    }
    match expand(typed.trim()).chars().count() {
        letters if letters > TEXT_CHARS => RemainingLength::Over(letters - TEXT_CHARS),
        letters if TEXT_CHARS - letters <= FEW_LEFT => RemainingLength::Left(TEXT_CHARS - letters),
        _ => RemainingLength::Fine,
    }
}

/// The way to retry a refused message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Send it again.
    Again,
    /// Send it without the reply reference: the message it replies to no longer exists.
    WithoutReply,
}

/// Returns the way to retry a refused message.
pub fn remedy(reason: Refusal, reply_to: Option<MessageId>) -> Retry {
    match (reason, reply_to) {
        (Refusal::Gone, Some(_)) => Retry::WithoutReply,
        _ => Retry::Again,
    }
}

/// Returns true if the server can still edit a message or accept replies to it. `chat` are the latest messages, oldest
/// first.
pub fn is_held(chat: &[ChatMessage], id: MessageId) -> bool {
    let oldest = chat
        .len()
        .checked_sub(EDITABLE_MESSAGES)
        .and_then(|place| chat.get(place));
    oldest.is_none_or(|oldest| oldest.id <= id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::room::{PersonId, ServerTime};
    use crate::protocol::{InfoHash, Source};

    fn said(id: u64, text: &str) -> ChatMessage {
        ChatMessage {
            id: MessageId(id),
            author: PersonId("me".into()),
            name: "me".into(),
            text: text.into(),
            at: ServerTime(0),
            reply_to: None,
            moment: None,
            edited: false,
            deleted: false,
            reactions: Vec::new(),
        }
    }

    fn sent(nonce: u32, text: &str, after: u64) -> PendingMessage<'_> {
        PendingMessage {
            nonce,
            text,
            reply_to: None,
            after: Some(MessageId(after)),
        }
    }

    fn moment(film: u8, file: u32, position_ms: i64) -> Option<Moment> {
        Some(Moment {
            source: Source::Torrent {
                info_hash: InfoHash([film; 20]),
                file,
            },
            position_ms,
        })
    }

    #[test]
    fn only_later_moments_of_the_same_film_are_hidden_and_only_if_asked_for() {
        let here = moment(1, 0, 60_000);
        assert!(is_later(moment(1, 0, 63_000), here, true));
        assert!(!is_later(moment(1, 0, 62_999), here, true));
        assert!(!is_later(moment(1, 0, 10), here, true));
        assert!(!is_later(moment(1, 0, 90_000), here, false));
        assert!(!is_later(moment(2, 0, 90_000), here, true));
        assert!(!is_later(moment(1, 3, 90_000), here, true));
        assert!(!is_later(moment(1, 0, 90_000), None, true));
        assert!(!is_later(None, here, true));
    }

    #[test]
    fn the_same_words_again_are_another_announcement() {
        let mut told = vec![String::new()];
        for _ in 0..3 {
            told.push(spoken(&told[told.len() - 1], "Ada", "ok"));
        }
        assert_eq!(told[1..], ["Ada: ok", "Ada: ok\u{a0}", "Ada: ok"]);
    }

    #[test]
    fn an_older_message_of_the_same_words_is_not_the_one_that_was_sent() {
        assert!(arrived([sent(1, "ok", 7)], &[said(7, "ok")]).is_empty());
        assert_eq!(arrived([sent(1, "ok", 7)], &[said(7, "ok"), said(8, "ok")]), [1]);
        assert!(arrived([sent(1, "ok", 7)], &[said(8, "okay")]).is_empty());
        assert_eq!(arrived([sent(1, "a\tb\nc", 7)], &[said(8, "ab\nc")]), [1]);
        assert_eq!(arrived([sent(1, "a\u{202e}b", 7)], &[said(8, "ab")]), [1]);
        let first = PendingMessage {
            after: None,
            ..sent(1, "ok", 0)
        };
        assert_eq!(arrived([first], &[said(1, "ok")]), [1]);
    }

    #[test]
    fn one_message_stands_for_one_that_was_sent() {
        let both = [sent(1, "ok", 7), sent(2, "ok", 7)];
        assert_eq!(arrived(both, &[said(8, "ok")]), [1]);
        assert_eq!(arrived(both, &[said(8, "ok"), said(9, "ok")]), [1, 2]);
    }

    #[test]
    fn an_answer_is_not_the_same_as_plain_words() {
        let answer = PendingMessage {
            reply_to: Some(MessageId(3)),
            ..sent(1, "ok", 7)
        };
        assert!(arrived([answer], &[said(8, "ok")]).is_empty());
        let mut as_answer = said(9, "ok");
        as_answer.reply_to = Some(MessageId(3));
        assert_eq!(arrived([answer], &[said(8, "ok"), as_answer]), [1]);
    }

    #[test]
    fn a_field_tells_when_little_is_left_and_when_it_is_too_much() {
        let letters = |count: usize| "é".repeat(count);
        for (count, filled) in [
            (0, RemainingLength::Fine),
            (TEXT_CHARS - FEW_LEFT - 1, RemainingLength::Fine),
            (TEXT_CHARS - FEW_LEFT, RemainingLength::Left(FEW_LEFT)),
            (TEXT_CHARS, RemainingLength::Left(0)),
            (TEXT_CHARS + 1, RemainingLength::Over(1)),
            (TEXT_CHARS * 3, RemainingLength::Over(TEXT_CHARS * 2)),
        ] {
            assert_eq!(fill(&letters(count)), filled, "{count}");
            assert_eq!(
                fill(&format!("  {}\n", letters(count))),
                filled,
                "{count}, with space around it"
            );
            assert_eq!(
                sayable(&letters(count)).is_some(),
                (1..=TEXT_CHARS).contains(&count),
                "{count}"
            );
        }
        // The expanded text counts, not the input.
        let typed = format!("{} :fire:", letters(TEXT_CHARS - 2));
        assert_eq!(fill(&typed), RemainingLength::Left(0));
        assert!(sayable(&typed).is_some_and(|said| said.ends_with(" 🔥")));
        assert_eq!(sayable(" \n "), None);
    }

    #[test]
    fn an_answer_to_what_is_gone_can_be_said_without_it() {
        let answers = Some(MessageId(3));
        assert_eq!(remedy(Refusal::Gone, answers), Retry::WithoutReply);
        assert_eq!(remedy(Refusal::Gone, None), Retry::Again);
        assert_eq!(remedy(Refusal::Unavailable, answers), Retry::Again);
    }

    #[test]
    fn the_newest_messages_are_held() {
        let chat: Vec<_> = (10..10 + EDITABLE_MESSAGES as u64 + 2)
            .map(|id| said(id, "x"))
            .collect();
        assert!(!is_held(&chat, MessageId(11)));
        assert!(is_held(&chat, MessageId(12)));
        assert!(is_held(&chat[2..], MessageId(12)));
        assert!(is_held(&[], MessageId(1)));
    }
}
