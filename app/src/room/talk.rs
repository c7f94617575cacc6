//! What a page decides about messages: which are about later moments of the film, which own ones have arrived, and which
//! the server still holds. Pure.

use crate::protocol::room::{ChatMessage, MessageId, Moment};

/// A message that is about a moment this much later than where the film is here is a later one, milliseconds. A page
/// knows its own place to the second.
const LATER_MS: i64 = 3_000;
/// The server changes the newest so many messages of a room; see `CHAT_MESSAGES` in `server/src/room/bounds.rs`.
const HELD: usize = 500;
/// Stands for the words of a message that is about a later moment.
pub const ABOUT_LATER: &str = "a message about a later moment";

/// Whether a message is not to be read yet: it is about a later moment of the same film, and the viewer hides those.
/// `here` is what the viewer sees now.
pub fn is_later(moment: Option<Moment>, here: Option<Moment>, hides: bool) -> bool {
    let (Some(moment), Some(here)) = (moment.filter(|_| hides), here) else {
        return false;
    };
    let is_this_film = moment.info_hash == here.info_hash && moment.file == here.file;
    is_this_film && moment.position_ms >= here.position_ms.saturating_add(LATER_MS)
}

/// What a screen reader is told of a message. `before` is what it was told last: the same words again are only heard if
/// something about them is different, and a space that does not break is not read aloud.
pub fn spoken(before: &str, name: &str, words: &str) -> String {
    let mut spoken = format!("{name}: {words}");
    if spoken == before {
        spoken.push('\u{a0}');
    }
    spoken
}

/// An own message that the server has not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent<'m> {
    /// The page's own number.
    pub nonce: u32,
    /// What.
    pub text: &'m str,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// The last message that the page knew of when this one was sent: it has a later number, if it arrived.
    pub after: Option<MessageId>,
}

/// Which of these have arrived, by their numbers. `own` are the viewer's messages as the server has them, oldest first;
/// each stands for one that was sent.
pub fn arrived<'m>(sent: impl IntoIterator<Item = Sent<'m>>, own: &[ChatMessage]) -> Vec<u32> {
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

/// Whether these are the same words: the server leaves out what cannot be seen.
fn is_same(said: &str, sent: &str) -> bool {
    let seen = sent.chars().filter(|letter| *letter == '\n' || !letter.is_control());
    said == seen.collect::<String>().trim()
}

/// Whether the server still holds a message, so that it can be answered and changed. `chat` are the latest, oldest first.
pub fn is_held(chat: &[ChatMessage], id: MessageId) -> bool {
    let oldest = chat.len().checked_sub(HELD).and_then(|place| chat.get(place));
    oldest.is_none_or(|oldest| oldest.id <= id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::InfoHash;
    use crate::protocol::room::{PersonId, ServerTime};

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

    fn sent(nonce: u32, text: &str, after: u64) -> Sent<'_> {
        Sent {
            nonce,
            text,
            reply_to: None,
            after: Some(MessageId(after)),
        }
    }

    fn moment(film: u8, file: u32, position_ms: i64) -> Option<Moment> {
        Some(Moment {
            info_hash: InfoHash([film; 20]),
            file,
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
        let first = Sent {
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
        let answer = Sent {
            reply_to: Some(MessageId(3)),
            ..sent(1, "ok", 7)
        };
        assert!(arrived([answer], &[said(8, "ok")]).is_empty());
        let mut as_answer = said(9, "ok");
        as_answer.reply_to = Some(MessageId(3));
        assert_eq!(arrived([answer], &[said(8, "ok"), as_answer]), [1]);
    }

    #[test]
    fn the_newest_messages_are_held() {
        let chat: Vec<_> = (10..10 + HELD as u64 + 2).map(|id| said(id, "x")).collect();
        assert!(!is_held(&chat, MessageId(11)));
        assert!(is_held(&chat, MessageId(12)));
        assert!(is_held(&chat[2..], MessageId(12)));
        assert!(is_held(&[], MessageId(1)));
    }
}
