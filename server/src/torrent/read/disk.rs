//! Reads a file straight from the disk, in large chunks and with as few copies and threads as possible.

use bytes::Bytes;
use rustix::io::ReadWriteFlags;
use std::{
    fs::File,
    io::{self, IoSliceMut},
    os::unix::fs::FileExt,
    sync::{Arc, Mutex, PoisonError},
};

/// Size of one read, bytes. The data stays in a core's L2 cache between the read and the socket.
pub const CHUNK: usize = 256 << 10;

/// Reads up to `length` bytes. Data in the page cache is copied at once; only a read that must wait for the disk goes
/// to a blocking thread. With fifty readers, switching threads would cost more than the copying.
pub async fn read(file: Arc<File>, position: u64, length: usize) -> io::Result<Bytes> {
    let mut buffer = Buffer::take(length);
    let flags = ReadWriteFlags::NOWAIT;
    match rustix::io::preadv2(&file, &mut [IoSliceMut::new(buffer.filled_mut())], position, flags) {
        Ok(read) if read > 0 => {
            buffer.length = read;
            return Ok(Bytes::from_owner(buffer));
        }
        // Not cached, or the file system does not support `RWF_NOWAIT`.
        _ => {}
    }
    let read = move || {
        file.read_exact_at(buffer.filled_mut(), position)?;
        Ok(Bytes::from_owner(buffer))
    };
    tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
}

/// Pooled memory for one read: fresh memory would be zeroed by the allocator and faulted in by the kernel for nothing.
struct Buffer {
    memory: Box<[u8]>,
    length: usize,
}

/// Pool of idle buffers, at most 16 MiB.
static IDLE_BUFFERS: Mutex<Vec<Box<[u8]>>> = Mutex::new(Vec::new());
const IDLE_BUFFERS_KEPT: usize = 64;

impl Buffer {
    fn take(length: usize) -> Self {
        debug_assert!(length <= CHUNK);
        let idle = IDLE_BUFFERS.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self {
            memory: idle.unwrap_or_else(|| vec![0; CHUNK].into_boxed_slice()),
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
