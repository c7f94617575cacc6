//! Data directory: restricted to its owner, locked by one instance at a time, and monitored while the server runs.

use anyhow::{Context, bail};
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Database files. SQLite creates `-wal` and `-shm` with the permissions of the main file.
const DATABASE: [&str; 3] = ["matinee.db", "matinee.db-wal", "matinee.db-shm"];

/// Lock file. The holder of its lock owns the directory; the operating system releases the lock when the process ends,
/// however it ends.
const LOCK: &str = "lock";

/// Scratch file, created and removed to test whether the directory is writable.
const PROBE: &str = ".probe";

/// Exclusive hold on the data directory, until dropped.
pub struct DataDir {
    _lock: Option<File>,
}

impl DataDir {
    /// Creates the directory if it is missing, locks it, and restricts its permissions to the owner. Each error is one
    /// sentence.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("the data directory {shown} cannot be made"))?;
        if !path.is_dir() {
            bail!("the data directory {shown} is not a directory");
        }
        let lock = lock(path)?;
        probe(path).with_context(|| format!("the data directory {shown} cannot be written to"))?;
        close_to_others(path).with_context(|| format!("the data directory {shown} cannot be closed to others"))?;
        Ok(Self { _lock: lock })
    }
}

/// Monitor of an open data directory, for `/readyz`. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Watch {
    path: PathBuf,
    /// Device and inode number, to detect that the directory was replaced by another of the same name.
    identity: (u64, u64),
}

impl Watch {
    /// Starts monitoring the directory as it is now.
    pub fn over(path: &Path) -> anyhow::Result<Self> {
        let found = fs::metadata(path).context("looking at the data directory")?;
        Ok(Self {
            path: path.to_owned(),
            identity: (found.dev(), found.ino()),
        })
    }

    /// Checks that the directory is still there and writable. The error is one sentence without the path, because
    /// `/readyz` is public.
    pub async fn check(&self) -> Result<(), String> {
        let watch = self.clone();
        let looked = tokio::task::spawn_blocking(move || watch.look()).await;
        looked.unwrap_or_else(|_| Err("the data directory could not be looked at".to_owned()))
    }

    fn look(&self) -> Result<(), String> {
        let is_there = fs::metadata(&self.path).is_ok_and(|found| (found.dev(), found.ino()) == self.identity);
        if !is_there {
            return Err("the data directory is gone".to_owned());
        }
        probe(&self.path).map_err(|error| format!("the data directory cannot be written to: {error}"))
    }
}

fn lock(directory: &Path) -> anyhow::Result<Option<File>> {
    let shown = directory.display();
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .write(true)
        .truncate(false)
        .mode(0o600)
        .open(directory.join(LOCK))
        .with_context(|| format!("the data directory {shown} cannot be written to"))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Only used in the error message.
            let _ = file.read_to_string(&mut holder);
            let holder = match holder.trim().parse::<u32>() {
                Ok(process) => format!("process {process}"),
                Err(_) => "another process".to_owned(),
            };
            bail!(
                "{holder} uses the data directory {shown} already: stop it first, or set MATINEE_DATA_DIR to another one"
            );
        }
        // Some network file systems do not support locks.
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "the data directory cannot be locked: never start a second instance on it");
            return Ok(None);
        }
    }
    let written = file
        .set_len(0)
        .and_then(|()| file.seek(SeekFrom::Start(0)))
        .and_then(|_| file.write_all(std::process::id().to_string().as_bytes()));
    but_for(io::ErrorKind::StorageFull, written)
        .with_context(|| format!("the data directory {shown} cannot be written to"))?;
    Ok(Some(file))
}

/// Checks that the directory is writable by creating and removing a file. A full disk is not an error: the operator can
/// free space, and `/readyz` reports it separately.
fn probe(directory: &Path) -> io::Result<()> {
    let path = directory.join(PROBE);
    but_for(io::ErrorKind::StorageFull, fs::write(&path, ""))?;
    // A concurrent probe may have removed it first.
    but_for(io::ErrorKind::NotFound, fs::remove_file(&path))
}

fn but_for(kind: io::ErrorKind, done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == kind => Ok(()),
        done => done,
    }
}

/// Restricts the directory and its database to the owner: they hold password hashes, mail addresses and histories.
/// Leaves alone what belongs to another user or is world-writable with a sticky bit, like /tmp.
fn close_to_others(directory: &Path) -> io::Result<()> {
    // Created here because SQLite would use the default permissions.
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(directory.join(DATABASE[0]))?;
    let mut closed = Vec::new();
    for name in DATABASE {
        if restrict(&directory.join(name), 0o600)? {
            closed.push(name);
        }
    }
    if restrict(directory, 0o700)? {
        closed.push("the directory itself");
    }
    if !closed.is_empty() {
        tracing::info!(
            directory = %directory.display(),
            closed = closed.join(", "),
            "the data directory was open to other users of this machine, and is closed to them now"
        );
    }
    Ok(())
}

/// Removes the permissions of group and others. Returns whether it removed any.
fn restrict(path: &Path, mode: u32) -> io::Result<bool> {
    const STICKY: u32 = 0o1000;
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let (is, is_ours) = (found.mode(), found.uid() == rustix::process::geteuid().as_raw());
    if is & 0o077 == 0 {
        return Ok(false);
    }
    if !is_ours || is & STICKY != 0 {
        tracing::warn!(path = %path.display(), "other users of this machine may read what is in here");
        return Ok(false);
    }
    fs::set_permissions(path, fs::Permissions::from_mode(is & mode))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_new_directory_and_an_old_one_are_their_owners_only() {
        let home = tempfile::tempdir().unwrap();
        let new = home.path().join("data");
        let held = DataDir::open(&new).unwrap();
        assert_eq!((mode(&new), mode(&new.join("matinee.db"))), (0o700, 0o600));
        drop(held);
        let old = home.path().join("old");
        fs::create_dir(&old).unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).unwrap();
        for name in DATABASE {
            fs::write(old.join(name), "what was there").unwrap();
            fs::set_permissions(old.join(name), fs::Permissions::from_mode(0o644)).unwrap();
        }
        let _held = DataDir::open(&old).unwrap();
        assert_eq!(mode(&old), 0o700);
        for name in DATABASE {
            assert_eq!(mode(&old.join(name)), 0o600, "{name}");
            assert_eq!(fs::read(old.join(name)).unwrap(), b"what was there");
        }
    }

    #[test]
    fn a_directory_of_everybodys_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o1777)).unwrap();
        let _held = DataDir::open(home.path()).unwrap();
        assert_eq!(mode(home.path()), 0o777);
        assert_eq!(mode(&home.path().join("matinee.db")), 0o600);
    }

    #[test]
    fn a_second_instance_is_told_who_holds_it_and_a_file_left_behind_is_no_obstacle() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(LOCK), "4194304 and more").unwrap();
        let held = DataDir::open(home.path()).unwrap();
        let refused = format!("{:#}", DataDir::open(home.path()).err().unwrap());
        assert!(
            refused.contains(&format!("process {} uses", std::process::id())),
            "{refused}"
        );
        assert!(
            refused.contains("MATINEE_DATA_DIR") && !refused.contains('\n'),
            "{refused}"
        );
        drop(held);
        DataDir::open(home.path()).unwrap();
    }

    #[test]
    fn what_cannot_be_is_one_sentence() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), "").unwrap();
        // Nothing can create files in /proc, not even root.
        for path in [
            home.path().join("file"),
            home.path().join("file/data"),
            "/proc/self".into(),
            "/proc/data".into(),
        ] {
            let refused = format!("{:#}", DataDir::open(&path).err().unwrap());
            assert!(
                refused.starts_with("the data directory /") && !refused.contains('\n'),
                "{refused}"
            );
        }
    }

    #[tokio::test]
    async fn a_directory_that_goes_or_is_replaced_is_noticed() {
        let home = tempfile::tempdir().unwrap();
        let (path, aside) = (home.path().join("data"), home.path().join("aside"));
        let _held = DataDir::open(&path).unwrap();
        let watch = Watch::over(&path).unwrap();
        assert_eq!(watch.check().await, Ok(()));
        fs::rename(&path, &aside).unwrap();
        assert!(watch.check().await.unwrap_err().contains("gone"));
        fs::create_dir(&path).unwrap();
        assert!(watch.check().await.unwrap_err().contains("gone"));
        fs::remove_dir(&path).unwrap();
        fs::rename(&aside, &path).unwrap();
        assert_eq!(watch.check().await, Ok(()));
        let unwritable = Watch::over(Path::new("/proc/self")).unwrap();
        assert!(unwritable.check().await.unwrap_err().contains("cannot be written to"));
    }
}
