//! Sizes and modification times of a torrent's files when its pieces were last saved, as one checksum beside the bit
//! field. If the checksum differs at the next start, a file was changed by another program, or this one was killed
//! while writing.

use super::{engine::Pieces, metainfo::Metainfo};
use sha2::{Digest, Sha256};
use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// Saves the checksum of these files.
pub fn write<'a>(notes: &Path, files: impl Iterator<Item = &'a Path>) -> io::Result<()> {
    let now = checksum(files);
    if fs::read(notes).is_ok_and(|before| before == now) {
        return Ok(());
    }
    let new = notes.with_extension("files.new");
    fs::write(&new, now)?;
    fs::rename(new, notes)
}

/// Returns whether the files are unchanged since the last save. An earlier version saved no checksum; then only the
/// lengths are compared.
pub fn fit(notes: &Path, bits: &Path, folder: &Path, metainfo: &Metainfo) -> bool {
    let paths: Vec<PathBuf> = metainfo.files.iter().map(|file| folder.join(&file.path)).collect();
    match fs::read(notes) {
        Ok(before) => before == checksum(paths.iter().map(PathBuf::as_path)),
        Err(_) => fs::read(bits).is_ok_and(|bits| have_their_length(&Pieces { bits }, &paths, metainfo)),
    }
}

/// Returns whether every file that has a downloaded piece has its full length.
fn have_their_length(pieces: &Pieces, paths: &[PathBuf], metainfo: &Metainfo) -> bool {
    let piece_bytes = u64::from(metainfo.piece_bytes);
    let mut offset = 0;
    metainfo.files.iter().zip(paths).all(|(file, path)| {
        let (first, end) = (offset / piece_bytes, offset + file.size_bytes);
        offset = end;
        let mut own = (first..end.div_ceil(piece_bytes)).filter_map(|piece| u32::try_from(piece).ok());
        let is_there = file.size_bytes > 0 && own.any(|piece| pieces.has(piece));
        // Padding is never on the disk, and the engine notices by itself that a file is missing.
        !is_there || fs::metadata(path).map_or(true, |found| found.len() == file.size_bytes)
    })
}

fn checksum<'a>(files: impl Iterator<Item = &'a Path>) -> Vec<u8> {
    let mut hash = Sha256::new();
    for file in files {
        match fs::metadata(file) {
            Ok(found) => {
                hash.update([1]);
                hash.update(found.len().to_le_bytes());
                hash.update(found.mtime().to_le_bytes());
                hash.update(found.mtime_nsec().to_le_bytes());
            }
            Err(_) => hash.update([0]),
        }
    }
    hash.finalize().to_vec()
}
