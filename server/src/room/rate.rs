//! How often a participant may say what: a bucket of tokens for each class of messages, and a count of what spilled.

use super::bounds::{FLOOD_MS, FLOOD_REFUSALS};
use app::protocol::room::{ClientMessage, ServerTime};

/// Messages that share a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The clock.
    Clock,
    /// What a page tells by itself.
    Report,
    /// Playback.
    Control,
    /// The queue, each addition of which costs a look into the database.
    Queue,
    /// The remote.
    Remote,
    /// Words, each of which costs everybody a message and the database a row.
    Chat,
    /// Emoji, under messages and over the picture.
    Emoji,
    /// That somebody writes.
    Typing,
    /// People and settings.
    People,
    /// Whoever goes is never held back.
    Leave,
}

/// The bucket of a message.
pub fn class(message: &ClientMessage) -> Class {
    match message {
        ClientMessage::Ping { .. } => Class::Clock,
        ClientMessage::Report { .. } | ClientMessage::Ready { .. } | ClientMessage::Ended { .. } => Class::Report,
        ClientMessage::Play { .. }
        | ClientMessage::Pause { .. }
        | ClientMessage::Seek { .. }
        | ClientMessage::SetRate { .. }
        | ClientMessage::PlayItem { .. }
        | ClientMessage::Drag { .. } => Class::Control,
        ClientMessage::QueueAdd { .. } | ClientMessage::QueueRemove { .. } | ClientMessage::QueueMove { .. } => {
            Class::Queue
        }
        ClientMessage::AskRemote
        | ClientMessage::WithdrawAsk
        | ClientMessage::TakeRemote
        | ClientMessage::PassRemote { .. }
        | ClientMessage::DeclineAsk { .. } => Class::Remote,
        ClientMessage::Say { .. } | ClientMessage::EditMessage { .. } | ClientMessage::DeleteMessage { .. } => {
            Class::Chat
        }
        ClientMessage::React { .. } | ClientMessage::Emote { .. } => Class::Emoji,
        ClientMessage::Typing { .. } => Class::Typing,
        ClientMessage::Rename { .. }
        | ClientMessage::ChangeSettings { .. }
        | ClientMessage::Kick { .. }
        | ClientMessage::Unban { .. }
        | ClientMessage::SetModerator { .. }
        | ClientMessage::HandOver { .. }
        | ClientMessage::ClearChat
        | ClientMessage::EndRoom => Class::People,
        ClientMessage::Leave => Class::Leave,
    }
}

impl Class {
    /// How many at once, and how many a second after that. A person never meets these; what repeats a held key does.
    fn limit(self) -> (i64, i64) {
        match self {
            Self::Clock => (20, 4),
            Self::Report => (20, 4),
            Self::Control => (40, 15),
            Self::Queue => (30, 3),
            Self::Remote => (12, 2),
            Self::Chat => (12, 3),
            Self::Emoji => (20, 6),
            Self::Typing => (8, 2),
            Self::People => (20, 3),
            Self::Leave => (1, 1),
        }
    }
}

/// What has become of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may go on.
    Pass,
    /// Too fast.
    Refuse,
    /// Too fast, and so often that the sender goes.
    Flood,
}

/// The buckets of one participant.
#[derive(Debug, Clone, Default)]
pub struct Buckets {
    used: [Bucket; 9],
    refused: u32,
    refused_since: ServerTime,
}

/// What is used up of a bucket, in thousandths of a token, and when that was.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    used: i64,
    at: ServerTime,
}

impl Buckets {
    /// Takes a token for a message.
    pub fn take(&mut self, now: ServerTime, class: Class) -> Verdict {
        let Some(bucket) = self.used.get_mut(class as usize) else {
            return Verdict::Pass;
        };
        let (burst, per_second) = class.limit();
        let back = now.since(bucket.at).max(0).saturating_mul(per_second);
        bucket.used = bucket.used.saturating_sub(back).max(0);
        bucket.at = now;
        if bucket.used + 1_000 <= burst * 1_000 {
            bucket.used += 1_000;
            return Verdict::Pass;
        }
        self.refuse(now)
    }

    fn refuse(&mut self, now: ServerTime) -> Verdict {
        if now.since(self.refused_since) >= FLOOD_MS {
            self.refused_since = now;
            self.refused = 0;
        }
        self.refused += 1;
        if self.refused > FLOOD_REFUSALS {
            Verdict::Flood
        } else {
            Verdict::Refuse
        }
    }
}
