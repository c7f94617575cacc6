//! Reads a file while it is being downloaded. Data that is already there is read straight from the disk in large
//! chunks; the engine's stream, which makes it download what is read next, is held only while something is missing.

mod disk;
mod engine_stream;
mod heads;

pub use heads::{Heads, WATCHED_TIMEOUT};

use super::{
    Inner,
    engine::Pieces,
    entry::{Entry, FileEntry},
    mend::mend,
    proof::{FileStamp, Proof, look_at},
};
use crate::{
    error::{Error, Result},
    limits,
};
use app::{error::Kind, protocol::FileIndex, t};
use bytes::Bytes;
use engine_stream::EngineStream;
use futures::Stream;
use heads::Head;
use librqbit::TorrentStatsState;
use std::{
    collections::HashSet,
    fs::File,
    io,
    ops::Range,
    sync::{Arc, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};
use tokio::io::AsyncSeekExt;
use tokio_util::sync::CancellationToken;

/// Size of one read from the engine, bytes; it never returns more than the rest of a piece.
const ENGINE_CHUNK: usize = 128 << 10;

/// Bytes read from the engine after which to check whether the rest of the range has arrived.
const RECHECK_BYTES: u64 = 4 << 20;

/// Maximum time that a torrent is paused in order to announce again.
const REANNOUNCE_TIME: Duration = Duration::from_millis(500);

/// Maximum number of times that a reader may choose its source again. Beyond it, the disk is changing all the time.
const MAX_SOURCE_CHANGES: u32 = 16;

/// Time to wait for the cleaner to resume a stopped torrent; it checks every second.
const RESUME_TIMEOUT: Duration = Duration::from_secs(5);

/// A file of a torrent that can be read by several readers at once.
#[derive(Clone)]
pub struct OpenFile {
    inner: Arc<Inner>,
    entry: Arc<Entry>,
    index: usize,
}

/// Reason why a read ended early.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The torrent was removed, paused, blocked or stopped by an error.
    #[error("the torrent stopped")]
    Stopped,
    /// No peer delivered the next piece within `STREAM_IDLE_TIMEOUT`.
    #[error("no peer has given the next piece for {} seconds", limits::STREAM_IDLE_TIMEOUT.as_secs())]
    Idle,
    /// The disk or the engine failed.
    #[error("reading the file: {0}")]
    Io(#[from] io::Error),
}

pub(super) async fn open(inner: Arc<Inner>, entry: Arc<Entry>, index: FileIndex) -> Result<OpenFile> {
    let file = entry.file(index).filter(|file| !file.padding);
    if file.is_none() {
        return Err(Error::not_found(t::server_torrent::no_file(index.into())));
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

    /// Returns the length, bytes.
    pub fn len(&self) -> u64 {
        self.file().file.size_bytes
    }

    /// Returns whether the file is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the path inside the torrent.
    pub fn path(&self) -> &str {
        &self.file().file.path
    }

    /// Returns a strong validator (RFC 9110 section 8.8.3): the content of a torrent's file never changes.
    pub fn etag(&self) -> String {
        format!("\"{}-{}\"", self.entry.info_hash, self.index)
    }

    /// Selects this file for download, if it is not selected yet.
    async fn select(&self) -> Result<()> {
        if self.to_select().is_none() {
            return Ok(());
        }
        // Nothing can be selected while the disk is checked. Waited for before the lock is taken, or callers would wait
        // one after another. If the check fails, the read returns the error.
        tokio::time::timeout(limits::OPEN_STREAM_TIMEOUT, self.entry.handle.wait_until_initialized())
            .await
            .map(|_| ())
            .map_err(|_| being_checked())?;
        let _one_at_a_time = self.entry.selection.lock().await;
        let Some(wanted) = self.to_select() else {
            return Ok(());
        };
        let _turn = self.inner.turn(self.entry.info_hash).await;
        if !self.inner.is_current(&self.entry) {
            return Err(Error::refuse(Kind::Unavailable, t::server_torrent::changed()));
        }
        let selected = self.inner.select(&self.entry, &wanted).await;
        selected.map_err(|error| match self.entry.handle.stats().state {
            // A failed torrent was restarted in the meantime.
            TorrentStatsState::Initializing { .. } => being_checked(),
            _ => Error::internal(error.context("selecting a file")),
        })
    }

    /// Returns the new set of files to download, or `None` if this file is in it already.
    fn to_select(&self) -> Option<HashSet<usize>> {
        let selected = self.entry.handle.only_files()?;
        (!selected.contains(&self.index)).then(|| selected.into_iter().chain([self.index]).collect())
    }

    /// Converts a range of the file to a range of the torrent.
    fn in_torrent(&self, range: &Range<u64>) -> Range<u64> {
        let offset = self.file().offset_bytes;
        offset + range.start..offset + range.end
    }

    /// Returns whether the engine has every piece of this range.
    fn has(&self, pieces: Option<&Pieces>, range: &Range<u64>) -> bool {
        pieces.is_some_and(|pieces| {
            let mut own = self.entry.pieces_of(self.in_torrent(range));
            own.all(|piece| pieces.has(piece))
        })
    }

    /// Returns whether the whole range is on the disk, so that nothing has to be downloaded.
    pub fn is_here(&self, range: &Range<u64>) -> bool {
        range.is_empty() || self.has(self.inner.pieces(&self.entry).as_ref(), range)
    }

    /// Opens the file on the disk. A complete file has all of its pieces verified once, and again whenever its stamp
    /// changes.
    async fn open_on_disk(&self, pieces: Option<&Pieces>) -> io::Result<Arc<File>> {
        let path = self.file().path.clone();
        let opening = move || {
            let file = File::open(path)?;
            let stamp = FileStamp::of(&file.metadata()?);
            Ok::<_, io::Error>((file, stamp))
        };
        let (file, stamp) = tokio::task::spawn_blocking(opening).await.map_err(io::Error::other)??;
        let whole = 0..self.len();
        if self.has(pieces, &whole) {
            let mut last = self.file().stamp.lock().unwrap_or_else(PoisonError::into_inner);
            if last.replace(stamp) != Some(stamp) {
                self.entry
                    .pieces_of(self.in_torrent(&whole))
                    .for_each(|piece| self.entry.unproven.set(piece));
            }
        }
        Ok(Arc::new(file))
    }

    /// Returns the bytes of a range within the file, in order. Dropping the stream releases all of its resources at
    /// once.
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
            turned_back: 0,
            open: self.clone(),
        };
        if range.start < range.end {
            reader.source = reader.choose().await?;
            // Checked before the response starts: a piece that has to be downloaded again may never arrive.
            if matches!(reader.source, Source::Disk(_)) && !reader.prove(1).await.map_err(damaged)? {
                reader.source = reader.choose().await?;
            }
        }
        Ok(futures::stream::try_unfold(reader, Reader::next))
    }
}

/// Source of the next bytes.
enum Source {
    Nothing,
    /// The rest of the range is on the disk.
    Disk(Arc<File>),
    /// Part of the range is missing: the engine downloads what this stream reads next first.
    Engine(Box<EngineStream>),
}

struct Reader {
    open: OpenFile,
    head: Head,
    token: CancellationToken,
    position: u64,
    end: u64,
    source: Source,
    /// Number of times that the source was chosen again.
    turned_back: u32,
}

impl Reader {
    async fn choose(&mut self) -> Result<Source> {
        self.follow_current();
        loop {
            let pieces = self.open.inner.pieces(&self.open.entry);
            if !self.open.has(pieces.as_ref(), &(self.position..self.end)) {
                let asked = self.ask_engine().await;
                if asked.is_err() && self.was_given_again().await {
                    continue;
                }
                return asked;
            }
            match self.open.open_on_disk(pieces.as_ref()).await {
                Ok(file) => return Ok(Source::Disk(file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => self.mend().await?,
                Err(error) => {
                    let error = anyhow::Error::new(error).context("opening a downloaded file");
                    return Err(Error::internal(error));
                }
            }
        }
    }

    /// Verifies the pieces of the next bytes that have not been verified since the start. Returns whether the bytes may
    /// be sent; if not, the damaged pieces are being downloaded again.
    async fn prove(&mut self, length: usize) -> Result<bool, ReadError> {
        let range = self.open.in_torrent(&(self.position..self.position + length as u64));
        let pieces = self.open.entry.pieces_of(range);
        if !pieces.clone().any(|piece| self.open.entry.unproven.has(piece)) {
            return Ok(true);
        }
        let entry = self.open.entry.clone();
        let damaged = {
            // Readers of the same place verify it once.
            let _one_at_a_time = self.open.entry.proving.lock().await;
            let look = move || {
                for piece in pieces.filter(|piece| entry.unproven.has(*piece)) {
                    if look_at(&entry, piece)? == Proof::Damaged {
                        return Ok(true);
                    }
                }
                Ok::<_, io::Error>(false)
            };
            tokio::task::spawn_blocking(look).await.map_err(io::Error::other)??
        };
        if damaged {
            self.mend().await.map_err(|error| io::Error::other(error.to_string()))?;
        }
        Ok(!damaged)
    }

    /// Downloads the piece of the next byte again.
    async fn mend(&mut self) -> Result<()> {
        let at = self.open.in_torrent(&(self.position..self.position + 1));
        let piece = self.open.entry.pieces_of(at).start;
        let mended = mend(&self.open.inner, &self.open.entry, piece).await?;
        self.follow(mended);
        Ok(())
    }

    /// Returns whether the torrent was removed and added again to repair a piece. Takes the torrent's lock, which is
    /// held for the whole repair.
    async fn was_given_again(&mut self) -> bool {
        let inner = self.open.inner.clone();
        let _turn = inner.turn(self.open.entry.info_hash).await;
        self.follow_current()
    }

    fn follow_current(&mut self) -> bool {
        match self.open.inner.current(self.open.entry.info_hash) {
            Some(current) if !Arc::ptr_eq(&current, &self.open.entry) => {
                self.follow(current);
                true
            }
            _ => false,
        }
    }

    fn follow(&mut self, entry: Arc<Entry>) {
        self.token = entry.reader_token();
        self.open.entry = entry;
    }

    async fn ask_engine(&self) -> Result<Source> {
        let busy = || Error::refuse(Kind::Unavailable, t::server_http::streams_all());
        self.refuse_while_stopped().await?;
        let permit = self
            .open
            .inner
            .streams
            .clone()
            .try_acquire_owned()
            .map_err(|_| busy())?;
        let handle = self.open.entry.handle.clone();
        let opened = tokio::time::timeout(limits::OPEN_STREAM_TIMEOUT, handle.stream(self.open.index)).await;
        let mut stream = match opened {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                tracing::info!(torrent = %self.open.entry.info_hash, error = format!("{error:#}"), "no stream");
                return Err(Error::refuse(Kind::Unavailable, t::server_torrent::stopped()));
            }
            Err(_) => return Err(being_checked()),
        };
        stream
            .seek(io::SeekFrom::Start(self.position))
            .await
            .map_err(Error::internal)?;
        let recheck_at = self.position + RECHECK_BYTES;
        let engine = EngineStream::new(Box::new(stream), recheck_at, permit);
        Ok(Source::Engine(Box::new(engine)))
    }

    /// Returns an error if the torrent is stopped, because a reader would wait forever for a missing piece. Announcing
    /// again pauses it for a moment, and a torrent stopped by a full disk resumes only after the cleaner has seen that
    /// there is space, so this polls for a while.
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
            let patience = if stopped && !full {
                RESUME_TIMEOUT
            } else {
                REANNOUNCE_TIME
            };
            if began.elapsed() > patience {
                return Err(Error::refuse(
                    Kind::Unavailable,
                    if stopped && full {
                        t::server_torrent::part_disk_full()
                    } else {
                        t::server_torrent::part_stopped()
                    },
                ));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn next(mut self) -> Result<Option<(Bytes, Self)>, ReadError> {
        while self.position < self.end {
            // The rules may have changed since the file was opened: a film lasts for hours.
            if self.open.entry.is_blocked(&self.open.inner.filter) {
                return Err(ReadError::Stopped);
            }
            if let Some(bytes) = self.take().await? {
                self.position += bytes.len() as u64;
                self.head.position.store(self.position, Ordering::Relaxed);
                self.leave_engine_when_done().await?;
                return Ok(Some((bytes, self)));
            }
            self.turned_back += 1;
            if self.turned_back > MAX_SOURCE_CHANGES {
                return Err(ReadError::Stopped);
            }
            self.source = self.choose().await.map_err(|_| ReadError::Stopped)?;
        }
        Ok(None)
    }

    /// Returns the next bytes, or `None` if the source has to be chosen again.
    async fn take(&mut self) -> Result<Option<Bytes>, ReadError> {
        let left = usize::try_from(self.end - self.position).unwrap_or(usize::MAX);
        match &self.source {
            Source::Nothing => Ok(None),
            Source::Disk(file) => {
                let (file, length) = (file.clone(), left.min(disk::CHUNK));
                self.take_from_disk(file, length).await
            }
            Source::Engine(_) => {
                let bytes = self.take_from_engine(left.min(ENGINE_CHUNK)).await?;
                match bytes {
                    Some(bytes) if self.prove(bytes.len()).await? => Ok(Some(bytes)),
                    _ => Ok(None),
                }
            }
        }
    }

    async fn take_from_disk(&mut self, file: Arc<File>, length: usize) -> Result<Option<Bytes>, ReadError> {
        if !self.prove(length).await? {
            return Ok(None);
        }
        match disk::read(file, self.position, length).await {
            Ok(bytes) => Ok(Some(bytes)),
            // The file was truncated in the meantime.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                let range = self.open.in_torrent(&(self.position..self.position + length as u64));
                let pieces = self.open.entry.pieces_of(range);
                pieces.for_each(|piece| self.open.entry.unproven.set(piece));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn take_from_engine(&mut self, length: usize) -> Result<Option<Bytes>, ReadError> {
        let Source::Engine(engine) = &mut self.source else {
            return Ok(None);
        };
        let ended = tokio::select! {
            biased;
            () = self.token.cancelled() => ReadError::Stopped,
            read = tokio::time::timeout(limits::STREAM_IDLE_TIMEOUT, engine.read(length)) => match read {
                Ok(Ok(bytes)) => return Ok(Some(bytes)),
                Ok(Err(error)) => error.into(),
                Err(_) => return Err(ReadError::Idle),
            }
        };
        match self.was_given_again().await {
            true => Ok(None),
            false => Err(ended),
        }
    }

    /// Switches to the disk once the rest has arrived, which frees the engine's look-ahead for other streams.
    async fn leave_engine_when_done(&mut self) -> Result<(), ReadError> {
        let Source::Engine(engine) = &mut self.source else {
            return Ok(());
        };
        if self.position < engine.recheck_at || self.position >= self.end {
            return Ok(());
        }
        engine.recheck_at = self.position + RECHECK_BYTES;
        let pieces = self.open.inner.pieces(&self.open.entry);
        if self.open.has(pieces.as_ref(), &(self.position..self.end)) {
            self.source = Source::Disk(self.open.open_on_disk(pieces.as_ref()).await?);
        }
        Ok(())
    }
}

fn damaged(error: ReadError) -> Error {
    tracing::warn!(%error, "a part of a film could neither be read nor fetched again");
    Error::refuse(Kind::Unavailable, t::server_torrent::part_damaged())
}

fn being_checked() -> Error {
    Error::refuse(Kind::Unavailable, t::server_torrent::checking())
}
