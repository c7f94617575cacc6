//! Lays out the chat line by line: messages grouped by author, date separators and notices. Pure.

use super::view::Notice;
use crate::protocol::room::{ChatMessage, MessageId, PersonId};

/// Maximum gap between grouped messages of one author, milliseconds.
const GROUP_GAP_MS: i64 = 5 * 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Maximum number of consecutive notices about people and playback; the first stands for the ones before it.
const NOTICES_SHOWN: usize = 3;

/// A line of the chat.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// Date separator: days since 1970 in the reader's time zone.
    Day(i64),
    /// Chat message.
    Said {
        /// Message.
        message: ChatMessage,
        /// True if the author's name is shown above it.
        first: bool,
    },
    /// Notice.
    Happened {
        /// Notice.
        notice: Notice,
        /// Index among the notices at the same position; distinguishes repeated notices.
        nth: usize,
        /// Number of notices that it stands for.
        count: usize,
    },
    /// Unread marker: everything below is new to the reader.
    New,
}

impl Line {
    /// Returns a unique key for rendering the list.
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

/// Returns the day of a timestamp. `ahead` returns the reader's UTC offset in minutes at that time, which differs
/// between summer and winter.
pub fn day(at_ms: i64, ahead: impl Fn(i64) -> i64) -> i64 {
    (at_ms + ahead(at_ms) * 60_000).div_euclid(DAY_MS)
}

/// Lays out a chat. `ahead` is as for [`day`]; `read` is the last message that the reader has seen, if there are new
/// ones.
pub fn lines(
    chat: &[ChatMessage],
    notices: &[Notice],
    ahead: impl Fn(i64) -> i64,
    read: Option<MessageId>,
) -> Vec<Line> {
    let mut lines = Vec::with_capacity(chat.len() + notices.len());
    // Notices after messages that are no longer loaded.
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
        let today = day(message.at.0, &ahead);
        if last.is_none_or(|(_, _, before)| before != today) {
            lines.push(Line::Day(today));
            last = None;
        }
        if !marked && read.is_some_and(|read| message.id > read) {
            marked = true;
            lines.push(Line::New);
            last = None;
        }
        let follows = last.is_some_and(|(author, at, _)| *author == message.author && message.at.0 - at < GROUP_GAP_MS);
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
        // A notice does not end the day.
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

    fn utc(_: i64) -> i64 {
        0
    }

    /// Returns the Unix milliseconds of an RFC 3339 timestamp.
    fn at(text: &str) -> i64 {
        crate::protocol::Timestamp::from_rfc3339(text).unwrap().0
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
            said(4, "b", 2_000 + GROUP_GAP_MS),
        ];
        assert_eq!(sketch(&lines(&chat, &[], utc, None)), "= a1 +2 b3 b4");
    }

    #[test]
    fn a_day_begins_at_the_readers_midnight() {
        let chat = [
            said(1, "a", DAY_MS - 60_000),
            said(2, "a", DAY_MS - 30_000),
            said(3, "a", DAY_MS + 1),
        ];
        assert_eq!(sketch(&lines(&chat, &[], utc, None)), "= a1 +2 = a3");
        assert_eq!(sketch(&lines(&chat, &[], |_| 120, None)), "= a1 +2 +3");
        assert_eq!(day(-1, utc), -1);
    }

    #[test]
    fn a_day_is_that_of_the_clock_at_the_instant_not_of_the_clock_now() {
        let summer_ends = at("2026-10-25T01:00:00Z");
        let berlin = |instant: i64| if instant < summer_ends { 120 } else { 60 };
        let date = |text: &str| day(at(text), utc);
        // 00:30 in July, 23:30 in November.
        assert_eq!(day(at("2026-07-14T22:30:00Z"), berlin), date("2026-07-15T00:00:00Z"));
        assert_eq!(day(at("2026-11-14T22:30:00Z"), berlin), date("2026-11-14T00:00:00Z"));
        let chat = [
            said(1, "a", at("2026-07-14T21:59:00Z")),
            said(2, "a", at("2026-07-14T22:01:00Z")),
            said(3, "a", at("2026-11-14T22:01:00Z")),
            said(4, "a", at("2026-11-14T22:02:00Z")),
        ];
        assert_eq!(sketch(&lines(&chat, &[], berlin, None)), "= a1 = a2 = a3 +4");
        let sydney = |_| 660;
        assert_eq!(day(at("2026-11-14T13:30:00Z"), sydney), date("2026-11-15T00:00:00Z"));
    }

    #[test]
    fn what_happened_stands_where_it_did_and_parts_groups_but_not_days() {
        let chat = [said(1, "a", 0), said(2, "a", 1), said(3, "a", 2)];
        let notices = [came(None, "x"), came(Some(2), "y")];
        assert_eq!(sketch(&lines(&chat, &notices, utc, None)), "(x) = a1 +2 (y) a3");
        assert_eq!(sketch(&lines(&[], &notices, utc, None)), "(x) (y)");
    }

    #[test]
    fn many_happenings_are_few_lines() {
        let notices: Vec<Notice> = (0..6).map(|n| came(None, &n.to_string())).collect();
        assert_eq!(sketch(&lines(&[], &notices, utc, None)), "(3 of 4) (4) (5)");
    }

    #[test]
    fn a_line_that_stands_for_more_is_another_line() {
        let notices: Vec<Notice> = (0..5).map(|n| came(None, &n.to_string())).collect();
        let key_of_2 = |notices: &[Notice]| {
            lines(&[], notices, utc, None)
                .last_chunk::<3>()
                .map(|[first, ..]| first.key())
        };
        let (alone, after_two) = (lines(&[], &notices[..3], utc, None)[2].key(), key_of_2(&notices));
        assert!(after_two.is_some_and(|key| key != alone));
    }

    #[test]
    fn what_is_new_is_marked_once() {
        let chat = [said(1, "a", 0), said(2, "a", 1), said(3, "a", 2)];
        assert_eq!(sketch(&lines(&chat, &[], utc, Some(MessageId(1)))), "= a1 NEW a2 +3");
        assert_eq!(sketch(&lines(&chat, &[], utc, Some(MessageId(3)))), "= a1 +2 +3");
    }

    #[test]
    fn every_line_has_a_key_of_its_own() {
        let chat = [said(1, "a", 0), said(2, "b", DAY_MS)];
        let notices = [came(Some(1), "x"), came(Some(1), "x"), came(None, "x")];
        let lines = lines(&chat, &notices, utc, Some(MessageId(1)));
        let keys: std::collections::BTreeSet<String> = lines.iter().map(Line::key).collect();
        assert_eq!(keys.len(), lines.len());
    }
}
