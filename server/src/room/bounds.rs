//! The bounds of a room, each with its reason.

/// How long a seat is kept for a connection that broke, milliseconds: a laptop's nap or a change of network, and no longer
/// than others would wait for somebody who holds the remote.
pub const AWAY_MS: i64 = 15_000;

/// How long an empty room stays open, milliseconds: everybody's page may be reloading.
pub const EMPTY_MS: i64 = 60_000;

/// How long the room waits for participants who are not ready, milliseconds.
pub const WAIT_MS: i64 = 10_000;

/// How long nobody waits again for somebody who let the grace run out, milliseconds.
pub const WAIT_AGAIN_MS: i64 = 60_000;

/// A start lies at least and at most this far in the future, milliseconds: twice the slowest ping between them.
pub const START_MS: std::ops::RangeInclusive<i64> = 300..=1_500;

/// How long a seek bar can be held, milliseconds; then whoever waits for the remote gets it.
pub const DRAG_MS: i64 = 10_000;

/// How often standings are told, milliseconds.
pub const STANDINGS_MS: i64 = 1_000;

/// Rooms of more people hear standings of nobody but themselves: each telling all is their number squared.
pub const STANDINGS_PEOPLE: usize = 50;

/// How often an open room notes that it lives, milliseconds. After a crash playback goes on as if nothing had been, if
/// the last note is young.
pub const BEAT_MS: i64 = 5_000;

/// How old the last note may be for that, milliseconds.
pub const BEAT_YOUNG_MS: i64 = 60_000;

/// Lines of a queue.
pub const QUEUE_ITEMS: usize = 200;

/// Messages that an open room holds: those can be edited, deleted and answered.
pub const CHAT_MESSAGES: usize = 500;

/// People who ask for the remote at once.
pub const REMOTE_REQUESTS: usize = 20;

/// People who are banned from one room.
pub const BANS: usize = 500;

/// People made moderators of one room.
pub const MODERATORS: usize = 50;

/// Messages in a task's mailbox. The sockets wait when it is full, which slows down whoever floods.
pub const MAILBOX: usize = 1_024;

/// Messages that wait for one participant's network; one more, and they join again with a fresh picture. A thousand people
/// who come in at once are as many messages for whoever came first; all share the same text.
pub const OUTBOX: usize = 1_024;

/// Bytes of one message from a page.
pub const MESSAGE_BYTES: usize = 16 << 10;

/// Seconds between the server's pings of a socket; two without an answer end it.
pub const PING_SECONDS: u64 = 8;

/// Time after which a participant may have as many refusals again, milliseconds.
pub const FLOOD_MS: i64 = 10_000;

/// Messages refused for their rate within [`FLOOD_MS`]; one more, and the sender goes. A page that is merely out of hand
/// sends some tens.
pub const FLOOD_REFUSALS: u32 = 100;

/// How long after the first page is ready a room that does not wait for everyone waits for its holder, milliseconds.
pub const LEAD_MS: i64 = 3_000;

/// Grace left to somebody, milliseconds, under which the room does not stop for them: the stop would be longer.
pub const WAIT_LEAST_MS: i64 = 1_000;

/// How far the sender's picture may be from where the room is for a pause to stop at the sender's, milliseconds.
pub const PAUSE_MS: i64 = 2_000;

/// How far from the known end a holder's page may say that the video has ended, milliseconds: containers name a length
/// that their last frame does not reach.
pub const END_MS: i64 = 5_000;

/// The longest video, and the last position in one of unknown length, milliseconds: two days.
pub const DURATION_MS: i64 = 172_800_000;

/// Letters of a line's title in the queue.
pub const ITEM_TITLE_CHARS: usize = 200;

/// People who reacted to one message, all emoji together: a snapshot carries fifty messages.
pub const REACTING_PEOPLE: usize = 200;

/// Messages that the database has not answered for; more are refused until it does.
pub const UNSTORED: usize = 2_048;

/// People whom a room remembers to have been there, for when it is locked. The oldest are forgotten.
pub const KNOWN_PEOPLE: usize = 2_000;

/// Numbers of messages that are left out after a crash, which may have been used and not kept.
pub const CRASH_GAP: u64 = 100_000;
