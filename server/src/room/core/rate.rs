//! Rate limits of a participant's messages: a token bucket for each class of messages, and a count of the refusals.

use super::bounds::{FLOOD_MS, FLOOD_REFUSALS};
use app::protocol::room::ServerTime;

/// Messages that share a token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageClass {
    /// Clock synchronisation.
    Clock,
    /// Reports that a page sends by itself.
    Report,
    /// Playback control.
    Control,
    /// The queue. Each addition costs a database lookup.
    Queue,
    /// Requests for the remote, and handovers.
    Remote,
    /// Chat messages. Each costs everyone a message and the database a row.
    Chat,
    /// Emoji: reactions to messages, and emotes over the picture.
    Emoji,
    /// Typing indicators.
    Typing,
    /// People and settings.
    People,
    /// Leaving, which is never limited.
    Leave,
}

impl MessageClass {
    /// Returns the burst size and the refill rate per second. A person does not reach these by hand; a key held down does.
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

/// The outcome of a rate-limit check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within the limit.
    Pass,
    /// Over the limit.
    Refuse,
    /// Over the limit so often that the sender is disconnected.
    Flood,
}

/// The token buckets of one participant.
#[derive(Debug, Clone, Default)]
pub struct Buckets {
    used: [Bucket; 9],
    refused: u32,
    refused_since: ServerTime,
}

/// A token bucket: the tokens used, in thousandths, at the time of the last update.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    used: i64,
    at: ServerTime,
}

impl Buckets {
    /// Takes a token for a message.
    pub fn take(&mut self, now: ServerTime, class: MessageClass) -> Verdict {
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
