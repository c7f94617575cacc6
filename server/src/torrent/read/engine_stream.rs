//! The engine's stream of a file, which makes it download what is read next.

use bytes::{Bytes, BytesMut};
use std::io;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncSeek},
    sync::OwnedSemaphorePermit,
};

/// The engine's stream type, which has no public name.
pub trait ReadSeek: AsyncRead + AsyncSeek + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncSeek + Send + Sync + Unpin> ReadSeek for T {}

/// An open stream of the engine.
pub struct EngineStream {
    /// The stream, read in order.
    pub stream: Box<dyn ReadSeek>,
    /// Offset in the file from which to check whether the rest has arrived.
    pub recheck_at: u64,
    _permit: OwnedSemaphorePermit,
}

impl EngineStream {
    /// Wraps a stream together with its permit, one of the instance's [`INCOMPLETE_STREAMS`](crate::limits::STREAMS).
    pub fn new(stream: Box<dyn ReadSeek>, recheck_at: u64, permit: OwnedSemaphorePermit) -> Self {
        Self {
            stream,
            recheck_at,
            _permit: permit,
        }
    }

    /// Returns the next bytes, at least one. The end of the file is an error.
    pub async fn read(&mut self, length: usize) -> io::Result<Bytes> {
        let mut buffer = BytesMut::zeroed(length);
        let read = self.stream.read(&mut buffer).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        buffer.truncate(read);
        Ok(buffer.freeze())
    }
}
