//! The bounds of everything, each with its reason.

use std::time::Duration;

/// Chunk requests of 16 KiB kept outstanding at one peer. A seek waits behind them (docs/performance.md has the
/// measurement), so the window is near the bandwidth × delay of a good home line, not the engine's 128.
pub const REQUEST_WINDOW: usize = 8;

/// A `.torrent` file's size. The largest seen in the wild are 5 MB.
pub const TORRENT_FILE_BYTES: usize = 10 << 20;

/// An upload that is read to its end, so that the sender gets an answer; beyond this the connection is cut.
pub const UPLOAD_BYTES: usize = 64 << 20;

/// A JSON request body. The largest is a batch of 1,000 ingest records.
pub const JSON_BODY_BYTES: usize = 8 << 20;

/// A JSON body of names, passwords and the like.
pub const SMALL_BODY_BYTES: usize = 16 << 10;

/// Nesting of lists and dictionaries in a `.torrent` file. Real ones have five levels.
pub const BENCODE_DEPTH: usize = 32;

/// Files in a torrent. Beyond this a page cannot list them and the engine's file handles run out.
pub const FILES_PER_TORRENT: usize = 20_000;

/// Bytes of one name in a torrent's paths: what Linux file systems allow.
pub const NAME_BYTES: usize = 255;

/// Bytes of a whole path in a torrent, with room for the data directory in front (PATH_MAX is 4096).
pub const PATH_BYTES: usize = 2_048;

/// Sum of all files of a torrent, bytes. No film has 64 TiB; larger numbers are an attack on arithmetic.
pub const TORRENT_BYTES: u64 = 64 << 40;

/// Length of a piece, bytes. 16 KiB is the least that clients make, 64 MiB the most.
pub const PIECE_BYTES: std::ops::RangeInclusive<u32> = 16 << 10..=64 << 20;

/// Trackers of one magnet link or torrent; more only slow the start down.
pub const TRACKERS: usize = 30;

/// Bytes of a tracker's address. Private ones carry a key, and no real one has more than a few hundred.
pub const TRACKER_BYTES: usize = 2 << 10;

/// How long an HTTP tracker may take, and how long it may wait for its turn before that.
pub const ANNOUNCE_FOR: Duration = Duration::from_secs(20);

/// Bytes of a tracker's answer. Trackers name 200 peers unless asked for more, of some 80 bytes at most.
pub const ANNOUNCE_BYTES: usize = 256 << 10;

/// HTTP trackers that are asked at once. After a restart every torrent asks all of its own, and many of those are dead:
/// each costs a socket until it gives up, and no more than `ANNOUNCE_BYTES`.
pub const ANNOUNCES: usize = 512;

/// Peers that one answer of a tracker may name: the engine remembers them all.
pub const ANNOUNCED_PEERS: usize = 1_000;

/// Longest magnet link or address taken, bytes.
pub const MAGNET_BYTES: usize = 16 << 10;

/// How long a request waits for a magnet's metadata.
pub const METADATA_WAIT: Duration = Duration::from_secs(60);

/// How long the engine keeps looking for a magnet's metadata, however many asked for it.
pub const RESOLVE_FOR: Duration = Duration::from_secs(10 * 60);

/// Magnets that are being resolved at once; each holds sockets and tracker timers.
pub const RESOLVING: usize = 32;

/// How long a stream waits for the engine to hand it out.
pub const OPEN_STREAM: Duration = Duration::from_secs(30);

/// A stream that sends nothing for this long, because no peer has the next piece, is ended; players ask again.
pub const STREAM_IDLE: Duration = Duration::from_secs(120);

/// A stream of which nothing is taken for this long is ended, and what it held is others'. A player that is paused stops
/// taking once its buffer is full, and that is no mistake: browsers and players ask for the rest when they go on.
pub const STREAM_STALLED: Duration = Duration::from_secs(10 * 60);

/// Streams that one viewer may have open at once. A browser's player opens up to six.
pub const STREAMS_PER_VIEWER: usize = 64;

/// A household's guests, who cannot be told apart, may have open what so many viewers may.
pub const VIEWERS_PER_HOUSEHOLD: usize = 4;

/// Streams of unfinished data in the whole instance; each costs the engine a look-ahead of 32 MiB.
pub const STREAMS: usize = 1_000;

/// Peers that the debug panel lists.
pub const PEERS_SHOWN: usize = 100;

/// Connected peers of one torrent.
pub const PEERS_PER_TORRENT: usize = 120;

/// Rows of one page of a list.
pub const PAGE_ROWS: u32 = 50;

/// Letters of a search in the history: no title has more that tell it apart.
pub const HISTORY_QUERY_CHARS: usize = 200;

/// Lines of history that an export takes along.
pub const EXPORTED_HISTORY: usize = 100_000;

/// Lines that an export reads at once.
pub const EXPORT_PAGE: u32 = 1_000;

/// Invites that somebody can still sign up with: more of them is a script gone wrong, and no longer a list to look after.
pub const OPEN_INVITES: u32 = 500;

/// Records of one ingest call.
pub const INGEST_RECORDS: usize = 1_000;

/// Files of one ingest record.
pub const INGEST_FILES: usize = 5_000;

/// How long a whole non-streaming request may take; above `METADATA_WAIT`.
pub const REQUEST: Duration = Duration::from_secs(75);

/// How long open connections may finish after the signal to stop.
pub const SHUTDOWN: Duration = Duration::from_secs(10);

/// Rooms that are open at once in this process; an idle one costs some 50 kB.
pub const OPEN_ROOMS: usize = 5_000;

/// Rooms that one account has and has not ended.
pub const ROOMS_PER_HOST: usize = 200;

/// Rooms that are listed.
pub const ROOMS_LISTED: u32 = 200;

/// Sockets of rooms in this process: each is a file descriptor and at most 60 kB.
pub const SOCKETS: usize = 20_000;

/// A household may fill so many of the largest rooms.
pub const ROOMS_PER_HOUSEHOLD: u32 = 4;

/// Mails of one call that invites.
pub const INVITED: usize = 20;

/// Messages of one page that somebody may ask for.
pub const CHAT_PAGE: std::ops::RangeInclusive<u32> = 1..=100;

/// How long what was said in an ended room stays for its host.
pub const ENDED_ROOM_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How often ended rooms are looked for.
pub const ROOM_SWEEP: Duration = Duration::from_secs(60 * 60);

/// How long a socket may take to take what is sent to it.
pub const SOCKET_WRITE: Duration = Duration::from_secs(10);

/// How long a socket that was closed is waited for to say so too.
pub const SOCKET_CLOSE: Duration = Duration::from_secs(2);

/// How often a socket looks whether the login that it was opened by has ended: on another node, which says nothing.
pub const LOGIN_CHECK: Duration = Duration::from_secs(10);
