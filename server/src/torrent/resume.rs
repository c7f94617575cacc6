//! Saves the bit field of downloaded pieces often. The engine saves it only every 16 MiB and when a download is
//! complete, so that a restart would download up to that much again; this writes the same file every few seconds and on
//! shutdown.

use super::{Inner, engine::Pieces, entry::Entry, notes};
use std::{
    io,
    os::unix::fs::FileExt,
    path::PathBuf,
    sync::{Arc, PoisonError},
};

/// Saves a torrent's bit field to the engine's own file, if it has changed, and the checksum of its files beside it.
///
/// In place and in one call: a process that is killed leaves the old bits or the new ones, and the engine, which keeps
/// the file open, continues to write to the same one.
pub(super) async fn save(inner: &Inner, entry: &Arc<Entry>) {
    let Some(pieces) = inner.pieces(entry) else {
        return;
    };
    if *entry.saved_pieces.lock().unwrap_or_else(PoisonError::into_inner) != pieces.count() {
        write_down(inner, entry, pieces).await;
    }
}

/// Saves the state on shutdown, once the engine has stopped writing: it may have written to files whose pieces are not
/// complete. A finished torrent is not saved again, or another program's changes to its files would pass for the
/// engine's.
pub(super) async fn save_last(inner: &Inner, entry: &Arc<Entry>) {
    match inner.pieces(entry) {
        Some(pieces) if !entry.handle.stats().finished => write_down(inner, entry, pieces).await,
        _ => save(inner, entry).await,
    }
}

async fn write_down(inner: &Inner, entry: &Arc<Entry>, pieces: Pieces) {
    let had = pieces.count();
    let (bits, notes) = (
        inner.notes_of(entry.info_hash, "bitv"),
        inner.notes_of(entry.info_hash, "files"),
    );
    let files = entry.clone();
    let write = move || {
        write(bits, &pieces.bits)?;
        notes::write(&notes, files.files.iter().map(|file| file.path.as_path()))
    };
    match tokio::task::spawn_blocking(write).await {
        Ok(Ok(())) => *entry.saved_pieces.lock().unwrap_or_else(PoisonError::into_inner) = had,
        // The engine creates the file after its first check.
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {}
        Ok(Err(error)) => tracing::warn!(torrent = %entry.info_hash, %error, "the pieces could not be written down"),
        Err(error) => tracing::warn!(torrent = %entry.info_hash, %error, "the pieces could not be written down"),
    }
}

fn write(path: PathBuf, bytes: &[u8]) -> io::Result<()> {
    std::fs::OpenOptions::new()
        .write(true)
        .open(path)?
        .write_all_at(bytes, 0)
}
