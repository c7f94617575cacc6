//! How much room torrents have on their disk.

use anyhow::Context;
use std::{
    fs::{self, DirEntry},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// Files and folders that are counted at most. A folder with more was not filled by this program, and the start does not
/// wait for it.
const COUNTED: usize = 2_000_000;

/// `st_blocks` counts in these, whatever the file system's own blocks are (stat(2)).
const BLOCK_BYTES: u64 = 512;

/// What torrents may take where nobody has said it. Reads the whole folder: for a thread that may wait.
pub fn default_quota(folder: &Path) -> anyhow::Result<u64> {
    Ok(quota_of(free_bytes(folder)?, allocated_bytes(folder)))
}

/// 80 % of what they could have: what they take already counts, so that a restart leaves it as it was.
fn quota_of(free: u64, taken: u64) -> u64 {
    free.saturating_add(taken) / 10 * 8
}

/// Bytes that are free where the folder is.
pub fn free_bytes(folder: &Path) -> anyhow::Result<u64> {
    let stat = rustix::fs::statvfs(folder).context("asking for the free space")?;
    Ok(stat.f_bavail * stat.f_frsize)
}

/// Bytes that the files in this folder take on the disk: of one that is full of gaps, only what was written. No link is
/// followed, and what cannot be looked at counts as nothing.
fn allocated_bytes(folder: &Path) -> u64 {
    let mut folders = vec![folder.to_owned()];
    let (mut bytes, mut left) = (0u64, COUNTED);
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                tracing::warn!(folder = %folder.display(), %error, "what is in a folder could not be counted");
                continue;
            }
        };
        for entry in entries.flatten() {
            if left == 0 {
                tracing::warn!("there are too many files to count: the quota is smaller than it could be");
                return bytes;
            }
            left -= 1;
            match look_at(&entry) {
                Some(Found::Folder(path)) => folders.push(path),
                Some(Found::Bytes(more)) => bytes = bytes.saturating_add(more),
                None => {}
            }
        }
    }
    bytes
}

enum Found {
    Folder(PathBuf),
    Bytes(u64),
}

fn look_at(entry: &DirEntry) -> Option<Found> {
    // It says what a link is, not what it leads to.
    let metadata = entry.metadata().ok()?;
    Some(if metadata.is_dir() {
        Found::Folder(entry.path())
    } else {
        Found::Bytes(metadata.blocks().saturating_mul(BLOCK_BYTES))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs::File, io::Write};

    #[test]
    fn a_restart_does_not_shrink_the_quota() {
        let fresh = quota_of(1_000, 0);
        assert_eq!(fresh, 800);
        for downloaded in [0, 1, 400, 800, 1_000] {
            assert_eq!(quota_of(1_000 - downloaded, downloaded), fresh, "{downloaded}");
        }
        assert_eq!(quota_of(u64::MAX, 1), u64::MAX / 10 * 8);
    }

    #[test]
    fn what_is_written_counts_and_gaps_and_links_do_not() {
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |path: PathBuf, bytes: usize| {
            let mut file = File::create(path).unwrap();
            // Not zeros, which some file systems do not keep.
            file.write_all(&vec![7; bytes]).unwrap();
            file.sync_all().unwrap();
            file
        };
        let inner = dir.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        write(dir.path().join("film.mkv"), 1 << 20);
        write(inner.join("half.mkv"), 1 << 20).set_len(1 << 33).unwrap();
        write(elsewhere.path().join("foreign.mkv"), 16 << 20);
        std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("folder")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path().join("foreign.mkv"), inner.join("file")).unwrap();
        // In a circle.
        std::os::unix::fs::symlink(dir.path(), inner.join("round")).unwrap();
        let counted = allocated_bytes(dir.path());
        assert!((2 << 20..6 << 20).contains(&counted), "{counted}");
        assert_eq!(allocated_bytes(&dir.path().join("missing")), 0);
    }

    #[test]
    fn the_default_counts_what_is_there() {
        let dir = tempfile::tempdir().unwrap();
        assert!(default_quota(dir.path()).unwrap() > 0);
        assert!(default_quota(&dir.path().join("missing")).is_err());
    }
}
