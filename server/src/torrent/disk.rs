//! Disk space that torrents use and may use.

use anyhow::Context;
use std::{
    fs::{self, DirEntry},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// Maximum number of files and folders that are counted. A folder with more was not filled by this program, and
/// start-up does not wait for it.
const MAX_COUNTED_FILES: usize = 2_000_000;

/// Unit of `st_blocks`, bytes, whatever the file system's own block size (stat(2)).
const BLOCK_BYTES: u64 = 512;

/// Returns the quota to use when none is configured, bytes. Walks the whole folder, so it must run on a blocking
/// thread.
pub fn default_quota(folder: &Path) -> anyhow::Result<u64> {
    Ok(quota_of(free_bytes(folder)?, allocated_bytes(folder)))
}

/// Returns 80 % of the free and used space together: used space counts too, so that a restart does not change the
/// quota.
fn quota_of(free: u64, taken: u64) -> u64 {
    free.saturating_add(taken) / 10 * 8
}

/// Returns the free bytes of the folder's file system.
pub fn free_bytes(folder: &Path) -> anyhow::Result<u64> {
    let stat = rustix::fs::statvfs(folder).context("asking for the free space")?;
    Ok(stat.f_bavail * stat.f_frsize)
}

/// Returns the bytes that are allocated on the disk for the files in this folder; holes in sparse files do not count.
/// Symbolic links are not followed, and what cannot be read counts as zero.
fn allocated_bytes(folder: &Path) -> u64 {
    let mut folders = vec![folder.to_owned()];
    let (mut bytes, mut left) = (0u64, MAX_COUNTED_FILES);
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
                Some(DirItem::Folder(path)) => folders.push(path),
                Some(DirItem::Bytes(more)) => bytes = bytes.saturating_add(more),
                None => {}
            }
        }
    }
    bytes
}

enum DirItem {
    Folder(PathBuf),
    Bytes(u64),
}

fn look_at(entry: &DirEntry) -> Option<DirItem> {
    // Does not follow symbolic links.
    let metadata = entry.metadata().ok()?;
    Some(if metadata.is_dir() {
        DirItem::Folder(entry.path())
    } else {
        DirItem::Bytes(metadata.blocks().saturating_mul(BLOCK_BYTES))
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
            // Not zeros: some file systems store those as holes.
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
        // A cycle.
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
