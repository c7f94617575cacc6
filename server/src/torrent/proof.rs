//! Verification of a piece against its hash before it is first read. At start-up the engine checks only a few of the
//! pieces on the disk and trusts the rest, so that a byte changed by the disk or another program would be served
//! forever. Pieces downloaded since the start were verified on arrival; a complete file is verified once more when it
//! is opened.

use super::{
    engine::Pieces,
    entry::{Entry, FileEntry},
};
use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use std::{
    fs::{File, Metadata},
    io,
    os::unix::fs::{FileExt, MetadataExt},
    sync::atomic::{AtomicU8, Ordering},
};

/// Size of one read while a piece is hashed, bytes: fits into a core's L2 cache.
const CHUNK: usize = 256 << 10;

/// Pieces that are thought to be on the disk but have not been verified since the start.
#[derive(Default)]
pub struct UnverifiedPieces(Box<[AtomicU8]>);

impl UnverifiedPieces {
    /// Creates the set from a bit field, for a torrent of `count` pieces.
    pub fn of(count: u32, pieces: Option<Pieces>) -> Self {
        let bits = pieces.map(|pieces| pieces.bits).unwrap_or_default();
        let bits = bits.into_iter().chain(std::iter::repeat(0));
        Self(bits.take(count.div_ceil(8) as usize).map(AtomicU8::new).collect())
    }

    /// Returns whether the piece still has to be verified.
    pub fn has(&self, piece: u32) -> bool {
        let byte = self.0.get(piece as usize / 8);
        byte.is_some_and(|byte| byte.load(Ordering::Relaxed) & bit(piece) != 0)
    }

    /// Marks a piece as verified.
    pub fn clear(&self, piece: u32) {
        if let Some(byte) = self.0.get(piece as usize / 8) {
            byte.fetch_and(!bit(piece), Ordering::Relaxed);
        }
    }

    /// Marks a piece to be verified again.
    pub fn set(&self, piece: u32) {
        if let Some(byte) = self.0.get(piece as usize / 8) {
            byte.fetch_or(bit(piece), Ordering::Relaxed);
        }
    }

    /// Returns the pieces that are not verified yet.
    pub fn pieces(&self) -> Pieces {
        Pieces {
            bits: self.0.iter().map(|byte| byte.load(Ordering::Relaxed)).collect(),
        }
    }
}

fn bit(piece: u32) -> u8 {
    0x80 >> (piece % 8)
}

/// Result of verifying a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Whole,
    Damaged,
}

/// Reads a piece from the disk and verifies its hash. A missing or truncated file counts as damaged; other read errors
/// are returned.
pub fn look_at(entry: &Entry, piece: u32) -> io::Result<Proof> {
    let proof = match hash_of(entry, piece) {
        Ok(hash) if entry.is_hash_of(piece, hash) => Proof::Whole,
        Ok(_) => Proof::Damaged,
        Err(error) if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound) => Proof::Damaged,
        Err(error) => return Err(error),
    };
    if proof == Proof::Whole {
        entry.unproven.clear(piece);
    }
    Ok(proof)
}

fn hash_of(entry: &Entry, piece: u32) -> io::Result<[u8; 20]> {
    let mut hash = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    let mut chunk = vec![0; CHUNK];
    let first = u64::from(piece) * u64::from(entry.piece_bytes);
    let end = (first + u64::from(entry.piece_bytes)).min(entry.size_bytes);
    let mut at = first;
    for file in entry.files_from(first) {
        let until = end.min(file.end_bytes());
        if at < until {
            hash_part(&mut hash, file, at..until, &mut chunk)?;
            at = until;
        }
        if at >= end {
            break;
        }
    }
    let mut own = [0; 20];
    own.copy_from_slice(hash.finish().as_ref());
    Ok(own)
}

fn hash_part(hash: &mut Context, file: &FileEntry, range: std::ops::Range<u64>, chunk: &mut [u8]) -> io::Result<()> {
    let opened = if file.padding {
        // Padding is zeros that are never on the disk (BEP 47).
        chunk.fill(0);
        None
    } else {
        Some(File::open(&file.path)?)
    };
    let mut at = range.start;
    while at < range.end {
        let length = (range.end - at).min(chunk.len() as u64) as usize;
        if let Some(opened) = &opened {
            opened.read_exact_at(&mut chunk[..length], at - file.offset_bytes)?;
        }
        hash.update(&chunk[..length]);
        at += length as u64;
    }
    Ok(())
}

/// Size and modification time of a file, which change when its content does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    bytes: u64,
    modified: (i64, i64),
}

impl FileStamp {
    /// Returns the stamp of a file.
    pub fn of(found: &Metadata) -> Self {
        Self {
            bytes: found.len(),
            modified: (found.mtime(), found.mtime_nsec()),
        }
    }
}
