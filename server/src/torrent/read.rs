//! Reading a file while it is downloaded. What is there already is read straight from the disk in large pieces; the
//! engine's stream, which makes it fetch what comes next, is held only for what is still missing.

use super::{
    Inner,
    entry::{Entry, FileEntry},
};
use crate::{
    error::{Error, Result},
    limits,
};
use app::{
    error::Kind,
    protocol::{FileIndex, InfoHash, ReadHead},
};
use bytes::{Bytes, BytesMut};
use dashmap::DashMap;
use futures::Stream;
use librqbit::{TorrentStatsState, api::TorrentIdOrHash};
use rustix::io::ReadWriteFlags;
use std::{
    collections::HashSet,
    fs::File,
    io::{self, IoSliceMut},
    ops::Range,
    os::unix::fs::FileExt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt},
    sync::OwnedSemaphorePermit,
};
use tokio_util::sync::CancellationToken;

/// One read from the disk. It stays in a core's second-level cache between the read and the socket.
const DISK_CHUNK: usize = 256 << 10;

/// One read from the engine; it never gives more than the rest of a piece.
const ENGINE_CHUNK: usize = 128 << 10;

/// After this many bytes from the engine, look whether the rest of the range has arrived meanwhile.
const RECHECK: u64 = 4 << 20;

/// Asking for peers anew takes a torrent this long at most.
const ASKS_AGAIN: Duration = Duration::from_millis(500);

/// The cleaner looks at what is stopped every second.
const STARTS_AGAIN: Duration = Duration::from_secs(5);

/// A file of a torrent, ready to be read in parts by many at once.
#[derive(Clone)]
pub struct OpenFile {
    inner: Arc<Inner>,
    entry: Arc<Entry>,
    index: usize,
}

/// Why a read ended early.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The torrent was removed, paused, blocked or stopped by an error.
    #[error("the torrent stopped")]
    Stopped,
    /// No peer gave the next piece in time.
    #[error("no peer has given the next piece for {} seconds", limits::STREAM_IDLE.as_secs())]
    Idle,
    /// The disk or the engine failed.
    #[error("reading the file: {0}")]
    Io(#[from] io::Error),
}

pub(super) async fn open(inner: Arc<Inner>, entry: Arc<Entry>, index: FileIndex) -> Result<OpenFile> {
    let file = entry.file(index).filter(|file| !file.padding);
    if file.is_none() {
        return Err(Error::not_found(format!("This torrent has no file number {index}.")));
    }
    let open = OpenFile {
        inner,
        entry,
        index: index as usize,
    };
    open.select().await?;
    Ok(open)
}

impl OpenFile {
    fn file(&self) -> &FileEntry {
        &self.entry.files[self.index]
    }

    /// Length, bytes.
    pub fn len(&self) -> u64 {
        self.file().file.size_bytes
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Path inside the torrent.
    pub fn path(&self) -> &str {
        &self.file().file.path
    }

    /// A strong validator (RFC 9110 section 8.8.3): the content of a file of a torrent never changes.
    pub fn etag(&self) -> String {
        format!("\"{}-{}\"", self.entry.info_hash, self.index)
    }

    /// Makes the engine download this file too, if nobody asked for it before.
    async fn select(&self) -> Result<()> {
        if self.to_select().is_none() {
            return Ok(());
        }
        // Nothing can be selected while the disk is checked. Waited for before it is this one's turn, or many would wait one
        // after another. That it failed is told to whoever reads.
        tokio::time::timeout(limits::OPEN_STREAM, self.entry.handle.wait_until_initialized())
            .await
            .map(|_| ())
            .map_err(|_| being_checked())?;
        let _one_at_a_time = self.entry.selection.lock().await;
        let Some(wanted) = self.to_select() else {
            return Ok(());
        };
        let selected = self.inner.session.update_only_files(&self.entry.handle, &wanted).await;
        selected.map_err(|error| match self.entry.handle.stats().state {
            // One that failed was started again in this moment.
            TorrentStatsState::Initializing { .. } => being_checked(),
            _ => Error::internal(error.context("selecting a file")),
        })
    }

    /// What is to be downloaded so that this file is; `None` if it is already.
    fn to_select(&self) -> Option<HashSet<usize>> {
        let selected = self.entry.handle.only_files()?;
        (!selected.contains(&self.index)).then(|| selected.into_iter().chain([self.index]).collect())
    }

    /// Whether every piece of this range is on the disk and verified.
    fn has(&self, range: &Range<u64>) -> bool {
        let Ok((pieces, count)) = self
            .inner
            .api
            .api_dump_haves(TorrentIdOrHash::Id(self.entry.handle.id()))
        else {
            return false;
        };
        let file = self.file();
        let length = u64::from(self.entry.piece_bytes);
        let first = (file.offset_bytes + range.start) / length;
        let last = (file.offset_bytes + range.end - 1) / length;
        let last = last.min(u64::from(count).saturating_sub(1));
        (first..=last).all(|piece| {
            usize::try_from(piece)
                .ok()
                .and_then(|piece| pieces.get(piece).map(|bit| *bit))
                == Some(true)
        })
    }

    /// The bytes of a range that lies within the file, in order. Dropping the stream lets go of everything at once.
    pub async fn read(
        &self,
        range: Range<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes, ReadError>> + Send + 'static + use<>> {
        debug_assert!(range.start <= range.end && range.end <= self.len());
        let mut reader = Reader {
            head: self
                .inner
                .heads
                .enter(self.entry.info_hash, self.file().file.index, range.start),
            token: self.entry.reader_token(),
            position: range.start,
            end: range.end,
            source: Source::Nothing,
            open: self.clone(),
        };
        if range.start < range.end {
            reader.source = reader.choose().await?;
        }
        Ok(futures::stream::try_unfold(reader, Reader::next))
    }
}

/// Where the next bytes come from.
enum Source {
    Nothing,
    /// All that is left of the range is on the disk.
    Disk(Arc<File>),
    /// Something is missing: the engine fetches what this stream is about to read first.
    Engine(Box<EngineStream>),
}

/// What the engine hands out; it does not name its type.
trait ReadSeek: AsyncRead + AsyncSeek + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncSeek + Send + Sync + Unpin> ReadSeek for T {}

struct EngineStream {
    stream: Box<dyn ReadSeek>,
    recheck_at: u64,
    _permit: OwnedSemaphorePermit,
}

struct Reader {
    open: OpenFile,
    head: Head,
    token: CancellationToken,
    position: u64,
    end: u64,
    source: Source,
}

impl Reader {
    async fn choose(&self) -> Result<Source> {
        if self.open.has(&(self.position..self.end)) {
            let path = self.open.file().path.clone();
            let file = tokio::task::spawn_blocking(move || File::open(path))
                .await
                .map_err(Error::internal)?;
            return match file {
                Ok(file) => Ok(Source::Disk(Arc::new(file))),
                Err(error) => Err(Error::internal(
                    anyhow::Error::new(error).context("opening a downloaded file"),
                )),
            };
        }
        self.ask_engine().await
    }

    async fn ask_engine(&self) -> Result<Source> {
        let busy = || {
            Error::refuse(
                Kind::Unavailable,
                "Too many streams are open on this instance. Try again in a moment.",
            )
        };
        self.refuse_while_stopped().await?;
        let permit = self
            .open
            .inner
            .streams
            .clone()
            .try_acquire_owned()
            .map_err(|_| busy())?;
        let handle = self.open.entry.handle.clone();
        let opened = tokio::time::timeout(limits::OPEN_STREAM, handle.stream(self.open.index)).await;
        let mut stream = match opened {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                tracing::info!(torrent = %self.open.entry.info_hash, error = format!("{error:#}"), "no stream");
                return Err(Error::refuse(
                    Kind::Unavailable,
                    "This torrent is stopped right now, so it cannot be read.",
                ));
            }
            Err(_) => return Err(being_checked()),
        };
        stream
            .seek(io::SeekFrom::Start(self.position))
            .await
            .map_err(Error::internal)?;
        let recheck_at = self.position + RECHECK;
        Ok(Source::Engine(Box::new(EngineStream {
            stream: Box::new(stream),
            recheck_at,
            _permit: permit,
        })))
    }

    /// A stopped torrent fetches nothing: whoever waits for a missing piece of it would wait for ever. Asking for peers
    /// anew stops it for a moment, and what a full disk stopped goes on only when the cleaner has seen that there is
    /// room, so one look is not enough.
    async fn refuse_while_stopped(&self) -> Result<()> {
        let entry = &self.open.entry;
        let began = Instant::now();
        loop {
            if matches!(
                entry.handle.stats().state,
                TorrentStatsState::Initializing { .. } | TorrentStatsState::Live
            ) {
                return Ok(());
            }
            let stopped = entry.stopped.load(Ordering::Relaxed);
            let full = self.open.inner.disk_full.load(Ordering::Relaxed);
            let patience = if stopped && !full { STARTS_AGAIN } else { ASKS_AGAIN };
            if began.elapsed() > patience {
                return Err(Error::refuse(
                    Kind::Unavailable,
                    if stopped && full {
                        "The disk is nearly full, so downloads have stopped, and this part has not come yet. It comes \
                         when there is room."
                    } else {
                        "This torrent is stopped right now, and this part of it has not come yet."
                    },
                ));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn next(mut self) -> Result<Option<(Bytes, Self)>, ReadError> {
        if self.position >= self.end {
            return Ok(None);
        }
        // The rules may have changed since it was opened, and a film lasts for hours.
        if self.open.entry.is_blocked(&self.open.inner.filter) {
            return Err(ReadError::Stopped);
        }
        let left = usize::try_from(self.end - self.position).unwrap_or(usize::MAX);
        let bytes = match &mut self.source {
            Source::Nothing => return Ok(None),
            Source::Disk(file) => read_disk(file.clone(), self.position, left.min(DISK_CHUNK)).await?,
            Source::Engine(engine) => {
                tokio::select! {
                    biased;
                    () = self.token.cancelled() => return Err(ReadError::Stopped),
                    read = tokio::time::timeout(limits::STREAM_IDLE, engine.read(left.min(ENGINE_CHUNK))) => {
                        read.map_err(|_| ReadError::Idle)??
                    }
                }
            }
        };
        self.position += bytes.len() as u64;
        self.head.position.store(self.position, Ordering::Relaxed);
        self.leave_engine_when_done().await?;
        Ok(Some((bytes, self)))
    }

    /// Once the rest has arrived, the look-ahead is better spent on others.
    async fn leave_engine_when_done(&mut self) -> Result<(), ReadError> {
        let Source::Engine(engine) = &mut self.source else {
            return Ok(());
        };
        if self.position < engine.recheck_at || self.position >= self.end {
            return Ok(());
        }
        engine.recheck_at = self.position + RECHECK;
        if self.open.has(&(self.position..self.end)) {
            let path = self.open.file().path.clone();
            let file = tokio::task::spawn_blocking(move || File::open(path))
                .await
                .map_err(io::Error::other)??;
            self.source = Source::Disk(Arc::new(file));
        }
        Ok(())
    }
}

fn being_checked() -> Error {
    Error::refuse(
        Kind::Unavailable,
        "The disk is still being checked. Try again in a moment.",
    )
}

impl EngineStream {
    async fn read(&mut self, length: usize) -> io::Result<Bytes> {
        let mut buffer = BytesMut::zeroed(length);
        let read = self.stream.read(&mut buffer).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        buffer.truncate(read);
        Ok(buffer.freeze())
    }
}

/// What is in the page cache is copied at once; only a read that must wait for the disk goes to a thread of its own. With
/// fifty readers the hops between threads would cost more than the copying.
async fn read_disk(file: Arc<File>, position: u64, length: usize) -> io::Result<Bytes> {
    let mut buffer = Buffer::take(length);
    let flags = ReadWriteFlags::NOWAIT;
    match rustix::io::preadv2(&file, &mut [IoSliceMut::new(buffer.filled_mut())], position, flags) {
        Ok(read) if read > 0 => {
            buffer.length = read;
            return Ok(Bytes::from_owner(buffer));
        }
        // Not cached, or a file system that cannot tell.
        _ => {}
    }
    let read = move || {
        file.read_exact_at(buffer.filled_mut(), position)?;
        Ok(Bytes::from_owner(buffer))
    };
    tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
}

/// Memory for one read from the disk, used again and again: fresh memory is cleared by the allocator and faulted in by
/// the kernel, for nothing.
struct Buffer {
    memory: Box<[u8]>,
    length: usize,
}

/// Buffers that wait for their next use: 16 MiB at most.
static IDLE_BUFFERS: Mutex<Vec<Box<[u8]>>> = Mutex::new(Vec::new());
const IDLE_BUFFERS_KEPT: usize = 64;

impl Buffer {
    fn take(length: usize) -> Self {
        debug_assert!(length <= DISK_CHUNK);
        let idle = IDLE_BUFFERS.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self {
            memory: idle.unwrap_or_else(|| vec![0; DISK_CHUNK].into_boxed_slice()),
            length,
        }
    }

    fn filled_mut(&mut self) -> &mut [u8] {
        &mut self.memory[..self.length]
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.memory[..self.length]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut idle = IDLE_BUFFERS.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_BUFFERS_KEPT {
            idle.push(std::mem::take(&mut self.memory));
        }
    }
}

type Places = DashMap<u64, (InfoHash, FileIndex, Arc<AtomicU64>)>;

/// Where streams are reading, for the debug panel and for what must not be evicted.
#[derive(Default)]
pub struct Heads {
    heads: Arc<Places>,
    next: AtomicU64,
}

/// One reader's place; gone when it is dropped.
struct Head {
    id: u64,
    position: Arc<AtomicU64>,
    heads: Arc<Places>,
}

impl Heads {
    fn enter(&self, info_hash: InfoHash, file: FileIndex, position: u64) -> Head {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let position = Arc::new(AtomicU64::new(position));
        self.heads.insert(id, (info_hash, file, position.clone()));
        Head {
            id,
            position,
            heads: self.heads.clone(),
        }
    }

    pub fn count(&self) -> usize {
        self.heads.len()
    }

    pub fn of(&self, info_hash: InfoHash) -> Vec<ReadHead> {
        let own = self.heads.iter().filter(|head| head.0 == info_hash);
        own.map(|head| ReadHead {
            file_index: head.1,
            position_bytes: head.2.load(Ordering::Relaxed),
        })
        .collect()
    }
}

impl Drop for Head {
    fn drop(&mut self) {
        self.heads.remove(&self.id);
    }
}

/// How long ago somebody must have read from a torrent for it to count as being watched: players pause between
/// requests while their buffer is full.
pub const WATCHED_FOR: Duration = Duration::from_secs(10 * 60);
