//! One connection of the engine, once it stands.

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

/// What is carried at once, each way: a block of a piece.
const BUFFER: usize = 16 << 10;

/// A peer that takes nothing of a buffer for this long is hung up on: as long as the engine itself waits for it. That the
/// engine has given a peer up is seen only when all that it said before is gone.
const STALLED: Duration = Duration::from_secs(10);

/// Between two times that a peer is asked again for what it forgot: one that chokes and unchokes without end is not told as
/// much each time.
pub const AGAIN: Duration = Duration::from_secs(1);

/// Carries what each side says to the other until one of them ends: a peer has nothing to say to an engine that is gone.
/// Without `pex` they do not tell each other of other peers.
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

/// What both directions know.
struct Talk {
    requests: Mutex<Requests>,
    /// The peer is to be asked for something again.
    again: Notify,
    pex: bool,
}

impl Talk {
    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn outward(&self, mut from_engine: ReadHalf<'_>, mut to_peer: WriteHalf<'_>) -> io::Result<()> {
        let (mut buffer, mut said, mut side) = (vec![0; BUFFER], Vec::with_capacity(BUFFER), Side::new(self.pex));
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
                // It holds for what has just come, not for ever (tcp(7)).
                rustix::net::sockopt::set_tcp_quickack(from_engine.as_ref(), true)?;
            }
            {
                let mut requests = self.requests();
                side.sift(heard, &mut said, |event, said| match event {
                    Event::Begins(head) => requests.on_engine(head),
                    Event::Between => {
                        if std::mem::take(&mut due) {
                            requests.ask_again(said);
                            not_before = Instant::now() + AGAIN;
                        }
                        true
                    }
                });
            }
            timeout(STALLED, to_peer.write_all(&said)).await??;
        }
    }

    async fn inward(&self, mut from_peer: ReadHalf<'_>, mut to_engine: WriteHalf<'_>) -> io::Result<()> {
        let (mut buffer, mut said, mut side) = (vec![0; BUFFER], Vec::with_capacity(BUFFER), Side::new(self.pex));
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

/// What is seen of one side's words.
enum Event<'a> {
    /// A message begins so. Is it carried?
    Begins(&'a [u8]),
    /// Between two messages something may be put.
    Between,
}

/// One side's words.
struct Side {
    frames: Frames,
    /// Whether the message that has begun is carried as it comes.
    carries: bool,
    pex: bool,
    /// What has come of an extended handshake, where that is changed.
    held: Vec<u8>,
}

impl Side {
    fn new(pex: bool) -> Self {
        Self {
            frames: Frames::new(),
            carries: true,
            pex,
            held: Vec::new(),
        }
    }

    /// What is to be carried of what was heard.
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

    /// Changes what is held once it is whole. What is too long is not carried.
    fn let_go(&mut self, said: &mut Vec<u8>) {
        let is_whole = message_bytes(&self.held).is_some_and(|bytes| bytes == self.held.len());
        if is_whole {
            pex::silence(&mut self.held);
            said.append(&mut self.held);
        } else if self.held.len() > pex::MOST {
            self.held.clear();
        }
    }
}

/// Of a message with its length before it.
fn message_bytes(message: &[u8]) -> Option<usize> {
    let length = u32::from_be_bytes(*message.first_chunk()?);
    Some(size_of_val(&length) + length as usize)
}
