//! Limits and timeouts of a room, each with its reason.

use app::protocol::room::TEXT_CHARS;

/// Time for which the seat of a lost connection is kept, milliseconds. Covers a laptop's short sleep or a change of
/// network, and is no longer than the others would wait for a participant who holds the remote.
pub const SEAT_TIMEOUT_MS: i64 = 15_000;

/// Time for which an empty room stays open, milliseconds: all of its pages may be reloading.
pub const EMPTY_TIMEOUT_MS: i64 = 60_000;

/// Longest time that the room waits for participants who are not ready, milliseconds.
pub const WAIT_MS: i64 = 10_000;

/// Time during which the room does not wait again for a participant who used up [`WAIT_MS`], milliseconds.
pub const WAIT_AGAIN_MS: i64 = 60_000;

/// Shortest and longest delay of a scheduled start, milliseconds. Within these, the delay is twice the slowest ping.
pub const START_MS: std::ops::RangeInclusive<i64> = 300..=1_500;

/// Longest drag of the seek bar, milliseconds. After that, a pending handover of the remote goes through.
pub const MAX_DRAG_MS: i64 = 10_000;

/// Interval at which standings are broadcast, milliseconds.
pub const STANDINGS_MS: i64 = 1_000;

/// Largest room in which everyone receives everyone's standing. In a larger one each participant receives only their
/// own, because broadcasting all of them grows with the square of their number.
pub const STANDINGS_PEOPLE: usize = 50;

/// Heartbeat interval of an open room, milliseconds. After a crash, playback continues where it would be by
/// now, provided that the last heartbeat is no older than [`HEARTBEAT_FRESH_MS`].
pub const HEARTBEAT_MS: i64 = 5_000;

/// Age of the last heartbeat up to which playback continues after a crash, milliseconds.
pub const HEARTBEAT_FRESH_MS: i64 = 60_000;

/// Maximum number of items in the queue.
pub const QUEUE_ITEMS: usize = 200;

/// Messages that an open room holds in memory. Only these can be edited, deleted and replied to.
pub const CHAT_MESSAGES: usize = 500;

/// Maximum number of pending requests for the remote.
pub const REMOTE_REQUESTS: usize = 20;

/// Maximum number of people banned from one room.
pub const BANS: usize = 500;

/// Maximum number of people kept out for one opening of a room. When there are more, the earliest may come in again.
pub const KICKED_PEOPLE: usize = 500;

/// Maximum number of moderators of one room.
pub const MODERATORS: usize = 50;

/// Capacity of a room task's mailbox, in messages. Sockets wait when it is full (backpressure), which slows down a
/// client that floods.
pub const MAILBOX: usize = 1_024;

/// Capacity of a participant's send queue, in messages. When it overflows, the participant is disconnected and joins
/// again with a fresh snapshot. A thousand people who join at once are as many messages for the first of them; all
/// share the same text.
pub const OUTBOX: usize = 1_024;

/// Maximum size of a frame from a client, bytes: the longest chat message with every character escaped as JSON allows
/// (`\ud83d\ude00`: six bytes for each of two UTF-16 units, RFC 8259 section 7), plus room for the message around it.
/// The text itself is limited by its number of characters once it is decoded.
pub const MESSAGE_BYTES: usize = TEXT_CHARS * 12 + (4 << 10);

/// Interval of the server's WebSocket pings, seconds. Two without an answer close the socket.
pub const PING_SECONDS: u64 = 8;

/// Window in which refusals are counted against [`FLOOD_REFUSALS`], milliseconds.
pub const FLOOD_MS: i64 = 10_000;

/// Rate-limit refusals within [`FLOOD_MS`] up to which a sender is tolerated; one more and they are disconnected. A
/// page that merely misbehaves causes some tens.
pub const FLOOD_REFUSALS: u32 = 100;

/// Longest time that a room which does not wait for everyone waits for its lead after the first page is ready, milliseconds.
pub const LEAD_WAIT_MS: i64 = 3_000;

/// Remaining patience with a participant below which the room does not stop for them, milliseconds: the stop itself
/// would take longer.
pub const MIN_WAIT_MS: i64 = 1_000;

/// Distance between the sender's picture and the room's position up to which a pause stops at the sender's position,
/// milliseconds.
pub const PAUSE_TOLERANCE_MS: i64 = 2_000;

/// Distance from the known end at which the holder's page may report that the video has ended, milliseconds. Containers
/// state a duration that their last frame does not reach.
pub const END_TOLERANCE_MS: i64 = 5_000;

/// Longest duration of a video, and last position in one of unknown duration, milliseconds: two days.
pub const DURATION_MS: i64 = 172_800_000;

/// Maximum length of the title of a queue item, in characters.
pub const ITEM_TITLE_CHARS: usize = 200;

/// Maximum number of reactions to one message, over all emoji: a snapshot carries fifty messages.
pub const REACTING_PEOPLE: usize = 200;

/// Maximum number of messages whose write the database has not confirmed. More are refused until it does.
pub const PENDING_WRITES: usize = 2_048;

/// People whom a room remembers as having been in it, for when it is locked. The oldest are forgotten first.
pub const KNOWN_PEOPLE: usize = 2_000;

/// Message numbers skipped after a crash, because they may have been used without having been stored.
pub const CRASH_GAP: u64 = 100_000;
