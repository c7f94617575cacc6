//! Operations of the engine on one torrent, by its info hash and under its lock. The engine's own ID identifies a
//! torrent only while no other is added or removed: left to itself it assigns the same ID to two torrents that are
//! added at the same moment, answers the second with the first one's handle, and reuses the ID of a removed torrent.

use super::{Inner, entry::Entry};
use crate::error::{Error, Result};
use anyhow::{Context, ensure};
use app::protocol::InfoHash;
use bytes::Bytes;
use librqbit::{AddTorrent, AddTorrentOptions, AddTorrentResponse, ManagedTorrent};
use std::{
    collections::HashSet,
    io,
    path::PathBuf,
    sync::{Arc, atomic::Ordering},
};
use tokio::sync::MutexGuard;

/// Number of per-torrent locks. Torrents are added and removed in parallel unless two of them map to the same lock.
pub(super) const LOCKS: usize = 64;

/// The bit field of a torrent's downloaded pieces, as the engine counts them.
#[derive(Clone)]
pub(super) struct Pieces {
    /// One bit per piece, most significant first; the unused bits of the last byte are zero.
    pub bits: Vec<u8>,
}

impl Pieces {
    /// Returns whether the piece is downloaded.
    pub fn has(&self, piece: u32) -> bool {
        let byte = self.bits.get(piece as usize / 8).copied().unwrap_or(0);
        byte & (0x80 >> (piece % 8)) != 0
    }

    /// Marks a piece as missing.
    pub fn clear(&mut self, piece: u32) {
        if let Some(byte) = self.bits.get_mut(piece as usize / 8) {
            *byte &= !(0x80 >> (piece % 8));
        }
    }

    /// Returns the number of downloaded pieces.
    pub fn count(&self) -> usize {
        self.bits.iter().map(|byte| byte.count_ones() as usize).sum()
    }
}

/// Outcome of adding a torrent: new, or already known to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddedTorrent {
    New,
    Known,
}

impl Inner {
    /// Acquires a torrent's lock, which must be held to add, change or remove it.
    pub(super) async fn turn(&self, info_hash: InfoHash) -> MutexGuard<'_, ()> {
        self.turns[turn_of(info_hash)].lock().await
    }

    /// Returns the current entry.
    pub(super) fn current(&self, info_hash: InfoHash) -> Option<Arc<Entry>> {
        self.entries.get(&info_hash).map(|entry| Arc::clone(&entry))
    }

    /// Returns whether an entry is still the current one: not removed in the meantime, and not added again.
    pub(super) fn is_current(&self, entry: &Entry) -> bool {
        let current = self.entries.get(&entry.info_hash);
        current.is_some_and(|current| Arc::ptr_eq(&current.handle, &entry.handle))
    }

    /// Adds a torrent to the engine, with its lock held, under an ID that is not reused while this program runs.
    pub(super) async fn give(
        &self,
        info_hash: InfoHash,
        torrent: Bytes,
        options: AddTorrentOptions,
    ) -> anyhow::Result<(Arc<ManagedTorrent>, AddedTorrent)> {
        let options = AddTorrentOptions {
            preferred_id: Some(self.next_number.fetch_add(1, Ordering::Relaxed)),
            ..options
        };
        let added = self.session.add_torrent(AddTorrent::from_bytes(torrent), Some(options));
        let added = added.await?;
        let given = match added {
            AddTorrentResponse::Added(..) => AddedTorrent::New,
            AddTorrentResponse::AlreadyManaged(..) | AddTorrentResponse::ListOnly(_) => AddedTorrent::Known,
        };
        let handle = added.into_handle().context("the engine gave no handle")?;
        ensure!(
            handle.info_hash().0 == info_hash.0,
            "asked for {info_hash}, the engine answered with {:?}",
            handle.info_hash()
        );
        Ok((handle, given))
    }

    /// Removes a torrent and its data from the engine, with its lock held.
    pub(super) async fn remove(&self, entry: &Entry) -> Result<()> {
        entry.end_readers();
        // The files are removed below by their folder, whatever their names are by now.
        self.session
            .delete(entry.handle.info_hash().into(), false)
            .await
            .map_err(|error| Error::internal(error.context("deleting a torrent")))?;
        self.remove_leftovers(entry.info_hash).await;
        Ok(())
    }

    /// Removes the folder and the saved piece state of a torrent that the engine does not have, with its lock held.
    pub(super) async fn remove_leftovers(&self, info_hash: InfoHash) {
        let folder = self.folder_of(info_hash);
        if let Err(error) = tokio::fs::remove_dir_all(&folder).await
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(torrent = %info_hash, %error, "a torrent's folder could not be removed");
        }
        self.forget_pieces(info_hash).await;
    }

    /// Removes the saved piece state of a torrent that the engine does not have.
    pub(super) async fn forget_pieces(&self, info_hash: InfoHash) {
        for extension in ["bitv", "files"] {
            tokio::fs::remove_file(self.notes_of(info_hash, extension)).await.ok();
        }
    }

    /// Returns the torrent's folder. Each torrent has its own, so that no two can overwrite each other's files.
    pub(super) fn folder_of(&self, info_hash: InfoHash) -> PathBuf {
        self.folder.join(info_hash.to_string())
    }

    /// Returns the path of a file in the engine's session folder.
    pub(super) fn notes_of(&self, info_hash: InfoHash, extension: &str) -> PathBuf {
        self.session_folder.join(format!("{info_hash}.{extension}"))
    }

    /// Returns the downloaded pieces, or `None` while the engine checks the disk and once the torrent has failed.
    pub(super) fn pieces(&self, entry: &Entry) -> Option<Pieces> {
        let (bits, count) = self.api.api_dump_haves(entry.handle.info_hash().into()).ok()?;
        let length = count.div_ceil(8) as usize;
        Some(Pieces {
            bits: bits.as_raw_slice().iter().copied().take(length).collect(),
        })
    }

    /// Pauses the torrent, unless it is being added or removed right now. Returns whether it was paused.
    pub(super) async fn pause(&self, entry: &Entry) -> anyhow::Result<bool> {
        let Some(_turn) = self.turn_of_current(entry) else {
            return Ok(false);
        };
        self.session.pause(&entry.handle).await?;
        Ok(true)
    }

    /// Resumes the torrent, unless it is being added or removed right now. Returns whether it was resumed.
    pub(super) async fn unpause(&self, entry: &Entry) -> anyhow::Result<bool> {
        let Some(_turn) = self.turn_of_current(entry) else {
            return Ok(false);
        };
        self.session.unpause(&entry.handle).await?;
        Ok(true)
    }

    /// Pauses and resumes the torrent, unless it is being added or removed right now.
    pub(super) async fn restart(&self, entry: &Entry) -> anyhow::Result<()> {
        let Some(_turn) = self.turn_of_current(entry) else {
            return Ok(());
        };
        self.session.pause(&entry.handle).await?;
        self.session.unpause(&entry.handle).await
    }

    /// Selects the files to download, with the torrent's lock held. Fails if the torrent was removed, because the
    /// engine would save the change even then.
    pub(super) async fn select(&self, entry: &Entry, files: &HashSet<usize>) -> anyhow::Result<()> {
        ensure!(self.is_current(entry), "the torrent was removed");
        self.session.update_only_files(&entry.handle, files).await
    }

    /// Tries to acquire the lock of a torrent that still exists. Returns `None` if the lock is held.
    fn turn_of_current(&self, entry: &Entry) -> Option<MutexGuard<'_, ()>> {
        let turn = self.turns[turn_of(entry.info_hash)].try_lock().ok()?;
        self.is_current(entry).then_some(turn)
    }
}

fn turn_of(info_hash: InfoHash) -> usize {
    // A hash is uniformly distributed.
    usize::from(info_hash.0[0]) % LOCKS
}
