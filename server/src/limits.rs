//! Limits, each with its rationale.

use std::time::Duration;

/// Block requests (16 KiB each) kept outstanding per peer. A seek waits behind them (measured in docs/performance.md),
/// so the window is near the bandwidth-delay product of a good home line rather than the engine's default of 128.
pub const REQUEST_WINDOW: usize = 8;

/// Maximum size of a `.torrent` file, bytes. The largest seen in the wild are 5 MB.
pub const TORRENT_FILE_BYTES: usize = 10 << 20;

/// Maximum size of an upload that is read to its end, so that the client receives the error response, bytes. Beyond it
/// the connection is closed.
pub const UPLOAD_BYTES: usize = 64 << 20;

/// Maximum size of a JSON request body, bytes. The largest is a batch of 1,000 ingest records.
pub const JSON_BODY_BYTES: usize = 8 << 20;

/// Maximum size of a JSON body with short fields such as names and passwords, bytes.
pub const SMALL_BODY_BYTES: usize = 16 << 10;

/// Maximum nesting of lists and dictionaries in a `.torrent` file. Real ones have five levels.
pub const BENCODE_DEPTH: usize = 32;

/// Maximum number of files in a torrent. Beyond it a page cannot list them and the engine runs out of file handles.
pub const FILES_PER_TORRENT: usize = 20_000;

/// Maximum length of one path component in a torrent, bytes: that of Linux file systems.
pub const NAME_BYTES: usize = 255;

/// Maximum length of a path in a torrent, bytes. Leaves room for the data directory in front (PATH_MAX is 4096).
pub const PATH_BYTES: usize = 2_048;

/// Maximum total size of a torrent, bytes. No film has 64 TiB; larger numbers aim at integer overflow.
pub const TORRENT_BYTES: u64 = 64 << 40;

/// Valid piece lengths, bytes. Clients create pieces of 16 KiB to 64 MiB.
pub const PIECE_BYTES: std::ops::RangeInclusive<u32> = 16 << 10..=64 << 20;

/// Maximum number of trackers per magnet link or torrent. More only delay the start.
pub const TRACKERS: usize = 30;

/// Maximum length of a tracker URL, bytes. Private trackers' URLs contain a key, yet none has more than a few hundred.
pub const TRACKER_BYTES: usize = 2 << 10;

/// Timeout of an HTTP announce, and separately of its wait for a permit.
pub const ANNOUNCE_TIMEOUT: Duration = Duration::from_secs(20);

/// Maximum size of an announce response, bytes. Trackers return 200 peers unless asked for more, of some 80 bytes at
/// most.
pub const ANNOUNCE_BYTES: usize = 256 << 10;

/// Maximum number of concurrent HTTP announces. After a restart every torrent announces to all of its trackers, many of
/// them dead: each costs a socket until its timeout, and at most `ANNOUNCE_BYTES` of memory.
pub const ANNOUNCES: usize = 512;

/// Maximum number of peers taken from one announce response; the engine remembers them all.
pub const ANNOUNCED_PEERS: usize = 1_000;

/// Maximum length of a magnet link or address, bytes.
pub const MAGNET_BYTES: usize = 16 << 10;

/// Maximum time that a request waits for a magnet's metadata.
pub const METADATA_WAIT: Duration = Duration::from_secs(60);

/// Maximum time that the engine searches for a magnet's metadata, regardless of how many callers wait for it.
pub const METADATA_SEARCH_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// Maximum number of concurrent metadata searches. Each holds sockets and tracker timers.
pub const METADATA_SEARCHES: usize = 32;

/// Maximum number of those per household of guests. Made-up magnet links find nothing, and each occupies a slot for ten
/// minutes.
pub const RESOLVING_PER_GUEST: usize = 8;

/// Maximum number of those per account.
pub const RESOLVING_PER_ACCOUNT: usize = 16;

/// Maximum number of torrents being added at once, metadata searches included; the rest wait for the disk and the
/// database.
pub const CONCURRENT_ADDITIONS: usize = 512;

/// Timeout for the engine to open a stream.
pub const OPEN_STREAM_TIMEOUT: Duration = Duration::from_secs(30);

/// Idle timeout of a stream: ends one that has sent nothing for this long because no peer has the next piece. Players
/// request the rest again.
pub const STREAM_IDLE_TIMEOUT: Duration = Duration::from_secs(120);

/// Stall timeout of a stream: ends one from which the client has read nothing for this long, and frees its slot. This
/// is not an error: a paused player stops reading once its buffer is full, and requests the rest when it resumes.
pub const STREAM_STALL_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// Maximum number of repairs of one torrent's damaged pieces until a restart. A disk that damages more needs replacing.
pub const REPAIRS_PER_TORRENT: u32 = 64;

/// Pieces checked for damage on each side of a damaged one.
pub const CHECKED_NEIGHBOURS: usize = 64;

/// Maximum number of concurrent streams per viewer. A browser's player opens up to six.
pub const STREAMS_PER_VIEWER: usize = 64;

/// Viewers assumed per household of guests, who cannot be told apart; multiplies the per-viewer limits.
pub const VIEWERS_PER_HOUSEHOLD: usize = 4;

/// Maximum number of streams of incomplete data in the instance. Each costs the engine a read-ahead of 32 MiB. A
/// quarter is reserved for accounts.
pub const INCOMPLETE_STREAMS: usize = 1_000;

/// Maximum number of streams in the instance. Each is a connection; a quarter is reserved for accounts.
pub const OPEN_STREAMS: usize = 20_000;

/// Maximum number of peers in the debug panel.
pub const PEERS_SHOWN: usize = 100;

/// Maximum number of connected peers per torrent.
pub const PEERS_PER_TORRENT: usize = 120;

/// Page size of lists, rows.
pub const PAGE_ROWS: u32 = 50;

/// Maximum length of a history search query, characters. No title needs more to be told apart.
pub const HISTORY_QUERY_CHARS: usize = 200;

/// Maximum number of history entries in a data export.
pub const EXPORTED_HISTORY: usize = 100_000;

/// History entries read per query during an export.
pub const EXPORT_PAGE: u32 = 1_000;

/// Maximum number of invites that are still usable. More indicate a runaway script rather than a list that an admin
/// manages.
pub const OPEN_INVITES: u32 = 500;

/// Maximum number of records per ingest request.
pub const INGEST_RECORDS: usize = 1_000;

/// Maximum number of files per ingest record.
pub const INGEST_FILES: usize = 5_000;

/// Timeout of a non-streaming request; above `METADATA_WAIT`.
pub const REQUEST: Duration = Duration::from_secs(75);

/// Timeout for a request's head, from its first byte, or from the start of the connection for the first request.
/// Browsers send the head at once, but open a connection or two ahead of need.
pub const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(20);

/// Idle timeout of a connection between requests. Above the two minutes for which Go's proxies keep theirs, so that the
/// server does not close a connection just as the proxy reuses it.
pub const CONNECTION_IDLE_TIMEOUT: Duration = Duration::from_secs(150);

/// Stall timeout of a connection whose client reads nothing. Above `STREAM_STALL_TIMEOUT`, after which streams send nothing
/// more.
pub const CONNECTION_STALL_TIMEOUT: Duration = Duration::from_secs(12 * 60);

/// Maximum number of connections, given twice as many file descriptors. Each costs some 10 kB.
pub const CONNECTIONS: usize = 30_000;

/// Minimum number of connections when the file descriptor limit is very low.
pub const MIN_CONNECTIONS: usize = 128;

/// Connections per household in addition to its sockets and streams. A browser keeps six per host.
pub const EXTRA_CONNECTIONS_PER_HOUSEHOLD: usize = 256;

/// Maximum number of concurrent requests per HTTP/2 connection. RFC 9113 recommends at least 100.
pub const HTTP2_REQUESTS: u32 = 128;

/// Minimum interval between warnings about refused connections, so that an attack does not fill the log.
pub const WARNING_INTERVAL: Duration = Duration::from_secs(60);

/// Grace period for open connections after the stop signal.
pub const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// Grace period for background tasks after that. A mail server takes a mail within a few seconds, and one that is not
/// sent by then is lost. With `SHUTDOWN_GRACE` below the `stop_grace_period` of docker-compose.yml.
pub const TASKS_GRACE: Duration = Duration::from_secs(5);

/// Maximum number of open rooms in this process. An idle one costs some 50 kB.
pub const OPEN_ROOMS: usize = 5_000;

/// Maximum number of rooms per host that have not ended.
pub const ROOMS_PER_HOST: usize = 200;

/// Maximum number of rooms listed.
pub const ROOMS_LISTED: u32 = 200;

/// Maximum number of room sockets in this process. Each is a file descriptor and at most 60 kB; a quarter is reserved
/// for accounts.
pub const SOCKETS: usize = 20_000;

/// Maximum number of room sockets per account: one per tab on all of its devices.
pub const SOCKETS_PER_ACCOUNT: usize = 64;

/// Limit on a household's room sockets, as a multiple of the room capacity.
pub const ROOMS_PER_HOUSEHOLD: u32 = 4;

/// Maximum number of invitation mails per request.
pub const INVITATIONS_PER_REQUEST: usize = 20;

/// Maximum number of queued invitation mails, in all.
pub const INVITATIONS: usize = 1_000;
/// Maximum number of queued invitation mails per account: two requests' worth.
pub const INVITATIONS_PER_ACCOUNT: usize = 2 * INVITATIONS_PER_REQUEST;

/// Maximum number of queued password reset mails, in all.
pub const RESETS: usize = 1_000;
/// Maximum number of queued password reset mails per address.
pub const RESETS_PER_ADDRESS: usize = 2;

/// Valid page sizes of chat history, messages.
pub const CHAT_PAGE: std::ops::RangeInclusive<u32> = 1..=100;

/// Retention of an ended room's chat, for its host.
pub const ENDED_ROOM_RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Timeout for writing a change of an open room to the database; above the database timeout.
pub const CHANGE_WRITE_TIMEOUT: Duration = Duration::from_secs(15);

/// Interval at which ended rooms are deleted.
pub const ROOM_SWEEP_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Write timeout of a socket.
pub const SOCKET_WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// Timeout for sending a close frame, and for receiving the client's.
pub const SOCKET_CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Interval at which a socket re-checks its login, because logouts on other nodes are not broadcast.
pub const LOGIN_CHECK_INTERVAL: Duration = Duration::from_secs(10);

/// Maximum number of the instance's own addresses shown to a host.
pub const REACHABLE_ADDRESSES: usize = 4;
