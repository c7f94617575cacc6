//! Repair of damaged pieces. The engine cannot be told that a piece is missing after all, so the torrent is removed
//! from it and added again with a corrected bit field: the files stay, the torrent resumes at once, and the missing
//! pieces are downloaded.

use super::{
    Inner,
    engine::Pieces,
    entry::Entry,
    proof::{Proof, look_at},
};
use crate::{
    error::{Error, Result},
    limits,
};
use anyhow::{Context, bail, ensure};
use app::t;
use librqbit::AddTorrentOptions;
use std::{fs, io, net::SocketAddr, sync::Arc};

/// Marks this piece and the damaged ones around it as missing, so that they are downloaded again. Returns the current
/// entry, which another caller may have replaced already.
pub(super) async fn mend(inner: &Arc<Inner>, entry: &Arc<Entry>, piece: u32) -> Result<Arc<Entry>> {
    let (inner, entry) = (inner.clone(), entry.clone());
    // Run to completion even if the reader goes away: half-way through, the engine does not have the torrent.
    let mending = inner
        .clone()
        .tasks
        .spawn(async move { mend_in_turn(&inner, &entry, piece).await });
    mending.await.map_err(Error::internal)?
}

async fn mend_in_turn(inner: &Arc<Inner>, entry: &Arc<Entry>, piece: u32) -> Result<Arc<Entry>> {
    let _turn = inner.turn(entry.info_hash).await;
    match inner.current(entry.info_hash) {
        Some(current) if Arc::ptr_eq(&current, entry) => {}
        Some(current) => return Ok(current),
        None => return Err(Error::not_found(t::server_torrent::removed())),
    }
    match give_again(inner, entry, piece).await {
        Ok(mended) => Ok(mended),
        Err(error) => Err(Error::internal(error.context("having a damaged piece fetched again"))),
    }
}

async fn give_again(inner: &Arc<Inner>, entry: &Arc<Entry>, piece: u32) -> anyhow::Result<Arc<Entry>> {
    let info_hash = entry.info_hash;
    ensure!(
        entry.mended < limits::REPAIRS_PER_TORRENT,
        "it was damaged {} times",
        entry.mended
    );
    let had = inner.pieces(entry).context("the disk is being checked")?;
    let (looking, first) = (entry.clone(), piece);
    let (left, damaged) = tokio::task::spawn_blocking(move || without_damaged(&looking, had, first)).await??;
    tracing::warn!(torrent = %info_hash, piece, damaged, "pieces are damaged on the disk: they are fetched again");
    let torrent = entry.handle.with_metadata(|metadata| metadata.torrent_bytes.clone())?;
    let options = AddTorrentOptions {
        paused: entry.handle.is_paused(),
        output_folder: Some(inner.folder_of(info_hash).to_string_lossy().into_owned()),
        overwrite: true,
        only_files: entry.handle.only_files(),
        initial_peers: Some(peers(entry)),
        ..Default::default()
    };
    inner.session.delete(entry.handle.info_hash().into(), false).await?;
    let notes = inner.notes_of(info_hash, "bitv");
    let given = async {
        tokio::fs::write(&notes, &left.bits).await?;
        inner.give(info_hash, torrent, options).await
    };
    match given.await {
        Ok((handle, _)) => {
            let mended = Arc::new(Entry::again(handle, entry)?);
            inner.entries.insert(info_hash, mended.clone());
            // Readers that wait continue with the new entry.
            entry.end_readers();
            Ok(mended)
        }
        Err(error) => {
            // The next caller that asks for it adds it again, from the database.
            inner.entries.remove(&info_hash);
            entry.end_readers();
            bail!(error)
        }
    }
}

/// Returns the pieces that are left and the number of damaged ones: those beyond the end of a truncated file, and those
/// around this piece up to the next intact one, because damage seldom stops at a piece's border.
fn without_damaged(entry: &Entry, mut had: Pieces, piece: u32) -> io::Result<(Pieces, usize)> {
    let before = had.count();
    for file in entry
        .files
        .iter()
        .filter(|file| !file.padding && file.file.size_bytes > 0)
    {
        let bytes = match fs::metadata(&file.path) {
            Ok(found) => found.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        if bytes < file.file.size_bytes {
            entry
                .pieces_of(file.offset_bytes + bytes..file.end_bytes())
                .for_each(|piece| miss(entry, &mut had, piece));
        }
    }
    miss(entry, &mut had, piece);
    let ahead = (piece + 1..entry.piece_count).take(limits::CHECKED_NEIGHBOURS);
    let behind = (0..piece).rev().take(limits::CHECKED_NEIGHBOURS);
    clear_until_whole(entry, &mut had, ahead)?;
    clear_until_whole(entry, &mut had, behind)?;
    let damaged = before - had.count();
    Ok((had, damaged))
}

fn clear_until_whole(entry: &Entry, had: &mut Pieces, pieces: impl Iterator<Item = u32>) -> io::Result<()> {
    for piece in pieces {
        if !had.has(piece) {
            continue;
        }
        if look_at(entry, piece)? == Proof::Whole {
            break;
        }
        miss(entry, had, piece);
    }
    Ok(())
}

/// Marks a piece as missing; its replacement is verified as well.
fn miss(entry: &Entry, had: &mut Pieces, piece: u32) {
    had.clear(piece);
    entry.unproven.set(piece);
}

/// Returns the addresses of all peers that the engine knows, connected or not.
fn peers(entry: &Entry) -> Vec<SocketAddr> {
    let Some(live) = entry.handle.live() else {
        return Vec::new();
    };
    let all = serde_json::from_value(serde_json::json!({ "state": "all" })).unwrap_or_default();
    let known = live.per_peer_stats_snapshot(all);
    known.peers.keys().filter_map(|address| address.parse().ok()).collect()
}
