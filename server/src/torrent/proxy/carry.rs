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
    time::timeout,
};

/// What is carried at once, each way: a block of a piece.
const BUFFER: usize = 16 << 10;

/// A peer that takes nothing of a buffer for this long is hung up on: as long as the engine itself waits for it. That the
/// engine has given a peer up is seen only when all that it said before is gone.
const STALLED: Duration = Duration::from_secs(10);

/// Carries what each side says to the other until one of them ends: a peer has nothing to say to an engine that is gone.
/// Without `pex` they do not tell each other of other peers.
pub async fn carry(mut engine: TcpStream, mut peer: TcpStream, pex: bool) -> io::Result<()> {
    let (from_engine, to_engine) = engine.split();
    let (from_peer, to_peer) = peer.split();
    let talk = Talk {
        state: Mutex::new((Requests::new(), Vec::new())),
        more: Notify::new(),
        pex,
    };
    tokio::select! {
        ended = talk.outward(from_engine, to_peer) => ended,
        ended = talk.inward(from_peer, to_engine) => ended,
    }
}

/// What both directions know.
struct Talk {
    /// What is asked for, and what the peer is to be told beside what the engine says.
    state: Mutex<(Requests, Vec<u8>)>,
    /// There is more to tell the peer.
    more: Notify,
    pex: bool,
}

impl Talk {
    fn state(&self) -> MutexGuard<'_, (Requests, Vec<u8>)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn outward(&self, mut from_engine: ReadHalf<'_>, mut to_peer: WriteHalf<'_>) -> io::Result<()> {
        let (mut buffer, mut said, mut side) = (vec![0; BUFFER], Vec::with_capacity(BUFFER), Side::new(self.pex));
        loop {
            said.clear();
            let heard = tokio::select! {
                count = from_engine.read(&mut buffer) => match count? {
                    0 => return Ok(()),
                    count => &buffer[..count],
                },
                () = self.more.notified() => &[],
            };
            if !heard.is_empty() {
                // It holds for what has just come, not for ever (tcp(7)).
                rustix::net::sockopt::set_tcp_quickack(from_engine.as_ref(), true)?;
            }
            {
                let (requests, again) = &mut *self.state();
                said.append(again);
                side.sift(heard, &mut said, |head| requests.on_engine(head));
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
                let (requests, again) = &mut *self.state();
                side.sift(&buffer[..count], &mut said, |head| requests.on_peer(head, again));
                if !again.is_empty() {
                    self.more.notify_one();
                }
            }
            to_engine.write_all(&said).await?;
        }
    }
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

    /// What is to be carried of what was heard; a message whose head is not wanted is left out.
    fn sift(&mut self, mut heard: &[u8], said: &mut Vec<u8>, mut wants: impl FnMut(&[u8]) -> bool) {
        while let Some(part) = self.frames.next(&mut heard) {
            let (Part::Head(bytes) | Part::More(bytes)) = part;
            if matches!(part, Part::Head(_)) {
                self.held.clear();
                self.carries = wants(bytes);
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
            let complete = message_bytes(&self.held).filter(|bytes| *bytes == self.held.len());
            if complete.is_some() || self.held.len() > pex::MOST {
                if complete.is_some() {
                    pex::silence(&mut self.held);
                    said.append(&mut self.held);
                }
                self.held.clear();
            }
        }
    }
}

/// Of a message with its length before it.
fn message_bytes(message: &[u8]) -> Option<usize> {
    let length = u32::from_be_bytes(*message.first_chunk()?);
    Some(size_of_val(&length) + length as usize)
}
