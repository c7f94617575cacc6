//! What stands in the chat, line by line: messages grouped by person, days, and what happened between. Pure.

use super::view::Notice;
use crate::protocol::room::{ChatMessage, MessageId, PersonId};

/// Messages of one person within this time stand together, milliseconds.
const TOGETHER_MS: i64 = 5 * 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// So many lines about people and playback stand one below another; more become one.
const NOTICES_SHOWN: usize = 3;

/// A line of the chat.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// A day begins: days since 1970, in the reader's time zone.
    Day(i64),
    /// Somebody said something.
    Said {
        /// What.
        message: ChatMessage,
        /// Whether their name stands above it.
        first: bool,
    },
    /// What happened.
    Happened {
        /// What, in the order in which it did; the number tells it apart from the same thing later.
        notice: Notice,
        /// How many came before in the same place.
        nth: usize,
        /// How many lines it stands for.
        count: usize,
    },
    /// From here on it is new to the reader.
    New,
}

impl Line {
    /// What tells it apart from the others.
    pub fn key(&self) -> String {
        match self {
            Self::Day(day) => format!("d{day}"),
            Self::Said { message, first } => format!("m{}{}", message.id.0, u8::from(*first)),
            Self::Happened { notice, nth, count } => {
                let after = notice.after.map_or(0, |MessageId(id)| id);
                format!("n{after}-{nth}-{count}-{}", notice.name)
            }
            Self::New => "new".to_owned(),
        }
    }
}

/// The day of an instant, in the time zone that is so many minutes ahead of UTC.
pub fn day(at_ms: i64, zone_minutes: i64) -> i64 {
    (at_ms + zone_minutes * 60_000).div_euclid(DAY_MS)
}

/// The lines of a chat. `read` is the last message that the reader has seen, if some are new.
pub fn lines(chat: &[ChatMessage], notices: &[Notice], zone_minutes: i64, read: Option<MessageId>) -> Vec<Line> {
    let mut lines = Vec::with_capacity(chat.len() + notices.len());
    // Of messages that are not here any more.
    let oldest = chat.first().map(|message| message.id);
    let is_before = |notice: &&Notice| {
        notice
            .after
            .is_none_or(|after| oldest.is_none_or(|oldest| after < oldest))
    };
    happened(&mut lines, notices.iter().filter(is_before));
    let mut last: Option<(&PersonId, i64, i64)> = None;
    let mut marked = false;
    for message in chat {
        let today = day(message.at.0, zone_minutes);
        if last.is_none_or(|(_, _, before)| before != today) {
            lines.push(Line::Day(today));
            last = None;
        }
        if !marked && read.is_some_and(|read| message.id > read) {
            marked = true;
            lines.push(Line::New);
            last = None;
        }
        let follows = last.is_some_and(|(author, at, _)| *author == message.author && message.at.0 - at < TOGETHER_MS);
        lines.push(Line::Said {
            message: message.clone(),
            first: !follows || message.reply_to.is_some(),
        });
        last = Some((&message.author, message.at.0, today));
        let before = lines.len();
        happened(
            &mut lines,
            notices.iter().filter(|notice| notice.after == Some(message.id)),
        );
        if lines.len() > before {
            last = None;
        }
        // A day goes on after what happened in it.
        last = last.or(Some((&NOBODY, i64::MIN / 2, today)));
    }
    lines
}

static NOBODY: PersonId = PersonId(String::new());

fn happened<'n>(lines: &mut Vec<Line>, notices: impl Iterator<Item = &'n Notice>) {
    let notices: Vec<&Notice> = notices.collect();
    let hidden = notices.len().saturating_sub(NOTICES_SHOWN);
    for (nth, notice) in notices.iter().enumerate().skip(hidden) {
        lines.push(Line::Happened {
            notice: (*notice).clone(),
            nth,
            count: if nth == hidden { hidden + 1 } else { 1 },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::room::ServerTime;
    use crate::room::view::Happening;

    fn said(id: u64, author: &str, at: i64) -> ChatMessage {
        ChatMessage {
            id: MessageId(id),
            author: PersonId(author.into()),
            name: author.into(),
            text: "hello".into(),
            at: ServerTime(at),
            reply_to: None,
            moment: None,
            edited: false,
            deleted: false,
            reactions: Vec::new(),
        }
    }

    fn came(after: Option<u64>, name: &str) -> Notice {
        Notice {
            after: after.map(MessageId),
            name: name.into(),
            what: Happening::Joined,
        }
    }

    fn sketch(lines: &[Line]) -> String {
        let sketch = |line: &Line| match line {
            Line::Day(_) => "=".to_owned(),
            Line::Said { message, first: true } => format!("{}{}", message.author, message.id.0),
            Line::Said { message, .. } => format!("+{}", message.id.0),
            Line::Happened { notice, count: 1, .. } => format!("({})", notice.name),
            Line::Happened { notice, count, .. } => format!("({} of {count})", notice.name),
            Line::New => "NEW".to_owned(),
        };
        lines.iter().map(sketch).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn messages_of_one_person_stand_together_for_a_while() {
        let chat = [
            said(1, "a", 0),
            said(2, "a", 1_000),
            said(3, "b", 2_000),
            said(4, "b", 2_000 + TOGETHER_MS),
        ];
        assert_eq!(sketch(&lines(&chat, &[], 0, None)), "= a1 +2 b3 b4");
    }

    #[test]
    fn a_day_begins_at_the_readers_midnight() {
        let chat = [
            said(1, "a", DAY_MS - 60_000),
            said(2, "a", DAY_MS - 30_000),
            said(3, "a", DAY_MS + 1),
        ];
        assert_eq!(sketch(&lines(&chat, &[], 0, None)), "= a1 +2 = a3");
        assert_eq!(sketch(&lines(&chat, &[], 120, None)), "= a1 +2 +3");
        assert_eq!(day(-1, 0), -1);
    }

    #[test]
    fn what_happened_stands_where_it_did_and_parts_groups_but_not_days() {
        let chat = [said(1, "a", 0), said(2, "a", 1), said(3, "a", 2)];
        let notices = [came(None, "x"), came(Some(2), "y")];
        assert_eq!(sketch(&lines(&chat, &notices, 0, None)), "(x) = a1 +2 (y) a3");
        assert_eq!(sketch(&lines(&[], &notices, 0, None)), "(x) (y)");
    }

    #[test]
    fn many_happenings_are_few_lines() {
        let notices: Vec<Notice> = (0..6).map(|n| came(None, &n.to_string())).collect();
        assert_eq!(sketch(&lines(&[], &notices, 0, None)), "(3 of 4) (4) (5)");
    }

    #[test]
    fn a_line_that_stands_for_more_is_another_line() {
        let notices: Vec<Notice> = (0..5).map(|n| came(None, &n.to_string())).collect();
        let key_of_2 = |notices: &[Notice]| {
            lines(&[], notices, 0, None)
                .last_chunk::<3>()
                .map(|[first, ..]| first.key())
        };
        let (alone, after_two) = (lines(&[], &notices[..3], 0, None)[2].key(), key_of_2(&notices));
        assert!(after_two.is_some_and(|key| key != alone));
    }

    #[test]
    fn what_is_new_is_marked_once() {
        let chat = [said(1, "a", 0), said(2, "a", 1), said(3, "a", 2)];
        assert_eq!(sketch(&lines(&chat, &[], 0, Some(MessageId(1)))), "= a1 NEW a2 +3");
        assert_eq!(sketch(&lines(&chat, &[], 0, Some(MessageId(3)))), "= a1 +2 +3");
    }

    #[test]
    fn every_line_has_a_key_of_its_own() {
        let chat = [said(1, "a", 0), said(2, "b", DAY_MS)];
        let notices = [came(Some(1), "x"), came(Some(1), "x"), came(None, "x")];
        let lines = lines(&chat, &notices, 0, Some(MessageId(1)));
        let keys: std::collections::BTreeSet<String> = lines.iter().map(Line::key).collect();
        assert_eq!(keys.len(), lines.len());
    }
}
