//! Forwards one established connection of the engine in both directions.

use super::{
    frames::{Frames, Part},
    pex,
    requests::Requests,
};
use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    sync::Notify,
    time::{Instant, sleep_until, timeout},
};

/// Read buffer size per direction, bytes: one block of a piece.
const BUFFER: usize = 16 << 10;

/// Stall timeout: disconnects a peer that takes nothing of a buffer for as long as the engine itself would wait. The
/// proxy notices that the engine has closed its side only after everything it sent before is forwarded.
const STALL_TIMEOUT: Duration = Duration::from_secs(10);

/// Minimum interval between repeated requests to a peer, so that one that chokes and unchokes without end is not sent
/// as many each time.
pub const MIN_RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Forwards messages between the engine and the peer until either side closes: what a peer sends is of no use once the
/// engine is gone. Without `pex`, peer exchange is filtered out.
pub async fn carry(mut engine: TcpStream, mut peer: TcpStream, pex: bool) -> io::Result<()> {
    let (from_engine, to_engine) = engine.split();
    let (from_peer, to_peer) = peer.split();
    let talk = Talk {
        requests: Mutex::new(Requests::new()),
        again: Notify::new(),
        pex,
    };
    tokio::select! {
        ended = talk.outward(from_engine, to_peer) => ended,
        ended = talk.inward(from_peer, to_engine) => ended,
    }
}

/// State shared by both directions.
struct Talk {
    requests: Mutex<Requests>,
    /// Notified when the peer has to be sent requests again.
    again: Notify,
    pex: bool,
}

impl Talk {
    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn outward(&self, mut from_engine: ReadHalf<'_>, mut to_peer: WriteHalf<'_>) -> io::Result<()> {
        let (mut buffer, mut said, mut side) = (
            vec![0; BUFFER],
            Vec::with_capacity(BUFFER),
            MessageFilter::new(self.pex),
        );
        let (mut due, mut not_before) = (false, Instant::now());
        let mut wanted = false;
        loop {
            said.clear();
            let heard = tokio::select! {
                count = from_engine.read(&mut buffer) => match count? {
                    0 => return Ok(()),
                    count => &buffer[..count],
                },
                () = self.again.notified() => {
                    wanted = true;
                    continue;
                }
                () = sleep_until(not_before), if wanted => {
                    (wanted, due) = (false, true);
                    &[]
                }
            };
            if !heard.is_empty() {
                // Holds only for what has just been received, not permanently (tcp(7)).
                rustix::net::sockopt::set_tcp_quickack(from_engine.as_ref(), true)?;
            }
            {
                let mut requests = self.requests();
                side.sift(heard, &mut said, |event, said| match event {
                    Event::Begins(head) => requests.on_engine(head),
                    Event::Between => {
                        if std::mem::take(&mut due) {
                            requests.ask_again(said);
                            not_before = Instant::now() + MIN_RETRY_INTERVAL;
                        }
                        true
                    }
                });
            }
            timeout(STALL_TIMEOUT, to_peer.write_all(&said)).await??;
        }
    }

    async fn inward(&self, mut from_peer: ReadHalf<'_>, mut to_engine: WriteHalf<'_>) -> io::Result<()> {
        let (mut buffer, mut said, mut side) = (
            vec![0; BUFFER],
            Vec::with_capacity(BUFFER),
            MessageFilter::new(self.pex),
        );
        loop {
            said.clear();
            let count = from_peer.read(&mut buffer).await?;
            if count == 0 {
                return Ok(());
            }
            {
                let mut requests = self.requests();
                side.sift(&buffer[..count], &mut said, |event, _| match event {
                    Event::Begins(head) => requests.on_peer(head) && (self.pex || !pex::is_list(head)),
                    Event::Between => true,
                });
                if requests.has_more_to_ask() {
                    self.again.notify_one();
                }
            }
            to_engine.write_all(&said).await?;
        }
    }
}

/// Event in the byte stream of one side.
enum Event<'a> {
    /// First bytes of a message; the callback returns whether to forward it.
    Begins(&'a [u8]),
    /// Message boundary, where other messages may be inserted.
    Between,
}

/// Filter for one direction of a connection.
struct MessageFilter {
    frames: Frames,
    /// Set while the current message is forwarded as it arrives.
    carries: bool,
    pex: bool,
    /// Received part of an extended handshake, when that has to be changed before it is forwarded.
    held: Vec<u8>,
}

impl MessageFilter {
    fn new(pex: bool) -> Self {
        Self {
            frames: Frames::new(),
            carries: true,
            pex,
            held: Vec::new(),
        }
    }

    /// Appends to `said` what is to be forwarded of `heard`.
    fn sift(&mut self, mut heard: &[u8], said: &mut Vec<u8>, mut on: impl FnMut(Event<'_>, &mut Vec<u8>) -> bool) {
        if self.frames.is_between() {
            on(Event::Between, said);
        }
        while let Some(part) = self.frames.next(&mut heard) {
            let (Part::Head(bytes) | Part::More(bytes)) = part;
            if matches!(part, Part::Head(_)) {
                self.held.clear();
                self.carries = on(Event::Begins(bytes), said);
                if !self.pex && pex::is_extended_handshake(bytes) {
                    self.carries = false;
                    self.held.extend_from_slice(bytes);
                }
            } else if !self.held.is_empty() {
                self.held.extend_from_slice(bytes);
            }
            if self.carries {
                said.extend_from_slice(bytes);
            }
            self.let_go(said);
            if self.frames.is_between() {
                on(Event::Between, said);
            }
        }
    }

    /// Forwards the held handshake without peer exchange once it is complete. Drops one that is too long.
    fn let_go(&mut self, said: &mut Vec<u8>) {
        let is_whole = message_bytes(&self.held).is_some_and(|bytes| bytes == self.held.len());
        if is_whole {
            pex::silence(&mut self.held);
            said.append(&mut self.held);
        } else if self.held.len() > pex::MAX_HANDSHAKE_BYTES {
            self.held.clear();
        }
    }
}

/// Returns the length of a message, including its length prefix.
fn message_bytes(message: &[u8]) -> Option<usize> {
    let length = u32::from_be_bytes(*message.first_chunk()?);
    Some(size_of_val(&length) + length as usize)
}
