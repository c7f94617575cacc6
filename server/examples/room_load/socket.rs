//! Minimal WebSocket client (RFC 6455) for load tests: thousands of connections share one read buffer.

use anyhow::{Context, bail};
use std::{cell::RefCell, io, rc::Rc};
use tokio::{io::AsyncReadExt, net::TcpStream};

const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// Maximum size of the upgrade response's head, bytes.
const HEAD_BYTES: usize = 16 << 10;

thread_local! {
    /// Read buffer shared by all sockets: there is one thread, and nothing is awaited while it is borrowed.
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; 256 << 10]);
}

/// Open connection.
pub struct Socket {
    stream: TcpStream,
}

/// Bytes received after the upgrade response.
pub type Leftover = Vec<u8>;

impl Socket {
    /// Connects and upgrades. Any response but an upgrade is an error with its status line.
    pub async fn open(address: &str, path: &str) -> anyhow::Result<(Rc<Self>, Leftover)> {
        let mut stream = TcpStream::connect(address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bWF0aW5lZS1yb29tbG9hZA==\r\n\r\n"
        );
        tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes()).await?;
        let mut head = Vec::with_capacity(1_024);
        let end = loop {
            if let Some(end) = head.windows(4).position(|part| part == b"\r\n\r\n") {
                break end + 4;
            }
            if head.len() > HEAD_BYTES || stream.read_buf(&mut head).await? == 0 {
                bail!("no answer to the upgrade");
            }
        };
        let status = String::from_utf8_lossy(&head[..head.iter().position(|byte| *byte == b'\r').unwrap_or(end)]);
        if !status.starts_with("HTTP/1.1 101 ") {
            bail!("{status}");
        }
        let tail = head.split_off(end);
        Ok((Rc::new(Self { stream }), tail))
    }

    /// Sends a text message without waiting. Returns `false` if the send buffer is full or the connection is closed.
    pub fn say(&self, text: &[u8]) -> bool {
        self.send(TEXT, text)
    }

    /// Sends raw bytes without waiting, also ones that violate the protocol.
    pub fn say_raw(&self, bytes: &[u8]) -> bool {
        matches!(self.stream.try_write(bytes), Ok(written) if written == bytes.len())
    }

    /// Sends a text message, waiting for buffer space.
    pub async fn say_all(&self, text: &[u8]) -> io::Result<()> {
        let frame = frame(TEXT, text);
        let mut sent = 0;
        while sent < frame.len() {
            self.stream.writable().await?;
            match self.stream.try_write(&frame[sent..]) {
                Ok(written) => sent += written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn send(&self, opcode: u8, payload: &[u8]) -> bool {
        self.say_raw(&frame(opcode, payload))
    }

    /// Passes each message to `hear` until the connection ends. Returns the server's close code, if it sent one.
    pub async fn listen(&self, tail: Leftover, mut hear: impl FnMut(&[u8])) -> Option<u16> {
        let mut rest = tail;
        let mut closed = None;
        let mut handle = |opcode: u8, payload: &[u8]| match opcode {
            PING => {
                self.send(PONG, payload);
            }
            CLOSE => {
                closed = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                self.send(CLOSE, payload.get(..2).unwrap_or_default());
            }
            PONG => {}
            _ => hear(payload),
        };
        take_frames(&mut rest, &mut handle);
        loop {
            if self.stream.readable().await.is_err() {
                return closed;
            }
            let goes_on = BUFFER.with_borrow_mut(|buffer| match self.stream.try_read(buffer) {
                Ok(0) => false,
                Ok(read) if rest.is_empty() => {
                    let used = walk(&buffer[..read], &mut handle);
                    rest.extend_from_slice(&buffer[used..read]);
                    true
                }
                Ok(read) => {
                    rest.extend_from_slice(&buffer[..read]);
                    take_frames(&mut rest, &mut handle);
                    true
                }
                Err(error) => error.kind() == io::ErrorKind::WouldBlock,
            });
            if !goes_on {
                return closed;
            }
        }
    }
}

/// Encodes a frame. The mask is zero, which is permitted and saves the masking.
pub fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(payload.len() + 14);
    frame.push(0x80 | opcode);
    match payload.len() {
        length @ ..=125 => frame.push(0x80 | length as u8),
        length @ ..=65_535 => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(payload);
    frame
}

fn take_frames(bytes: &mut Vec<u8>, handle: &mut impl FnMut(u8, &[u8])) {
    let used = walk(bytes, handle);
    bytes.drain(..used);
}

/// Calls `handle` for each complete frame and returns the number of bytes consumed. A server's frames are not masked.
fn walk(bytes: &[u8], handle: &mut impl FnMut(u8, &[u8])) -> usize {
    let mut at = 0;
    while let Some((opcode, from, to)) = next_frame(&bytes[at..]) {
        handle(opcode, &bytes[at + from..at + to]);
        at += to;
    }
    at
}

fn next_frame(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let (length, from): (usize, usize) = match second & 0x7F {
        126 => (u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?) as usize, 4),
        127 => (u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?) as usize, 10),
        short => (short as usize, 2),
    };
    let to = from.checked_add(length)?;
    (bytes.len() >= to).then_some((first & 0xF, from, to))
}
