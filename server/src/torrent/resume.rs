//! Which pieces are there, written down often. The engine writes it only every 16 MiB and when a download is done, so
//! that a restart would fetch up to that much again; this writes the same file every few seconds and at the end.

use super::{Inner, entry::Entry};
use librqbit::api::TorrentIdOrHash;
use std::{io, os::unix::fs::FileExt, path::PathBuf, sync::PoisonError};

/// Writes the bit field of a torrent into the engine's own file, if it has changed.
///
/// In place and in one call: a process that is killed leaves the old bits or the new ones, and the engine, which keeps
/// the file open, goes on writing to the same one.
pub(super) async fn save(inner: &Inner, entry: &Entry) {
    let Ok((bits, count)) = inner.api.api_dump_haves(TorrentIdOrHash::Id(entry.handle.id())) else {
        return;
    };
    let length = count.div_ceil(8) as usize;
    let bytes: Vec<u8> = bits.as_raw_slice().iter().copied().take(length).collect();
    let had = bits.count_ones();
    if *entry.saved_pieces.lock().unwrap_or_else(PoisonError::into_inner) == had {
        return;
    }
    let path = inner.session_folder.join(format!("{}.bitv", entry.info_hash));
    match tokio::task::spawn_blocking(move || write(path, &bytes)).await {
        Ok(Ok(())) => *entry.saved_pieces.lock().unwrap_or_else(PoisonError::into_inner) = had,
        // The engine makes the file after its first check.
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
