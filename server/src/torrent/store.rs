//! Repairs the engine's persistent state before the engine starts: its list (`session.json`), a `.torrent` for each
//! row, and the bit fields of downloaded pieces. The engine trusts all of it: a half-written list makes the start fail,
//! a row without its `.torrent` makes it ask the swarm before anything else, forever if no peer answers, and two rows
//! with the same folder overwrite each other's files.
//!
//! Only a disk or a database that cannot be read or written is fatal.

mod list;
#[cfg(test)]
mod tests;

use super::{entry, metainfo::Metainfo, notes};
use crate::{clock, db::Db};
use anyhow::Context;
use app::protocol::InfoHash;
use list::{Line, ListState};
use std::{
    collections::{BTreeSet, HashSet},
    fs, io,
    path::{Path, PathBuf},
};

/// Folders of the engine's state and of the torrents' files.
#[derive(Clone)]
struct Store {
    session: PathBuf,
    torrents: PathBuf,
}

/// Repairs the engine's state, with the help of what the database knows of the torrents.
pub async fn put_in_order(session: PathBuf, torrents: PathBuf, db: &Db) -> anyhow::Result<()> {
    let in_use: HashSet<InfoHash> = db.torrent_use().await?.into_keys().collect();
    let store = Store { session, torrents };
    let (listed, found) = store.clone().on_thread(Store::look).await?;
    if let Some(set_aside) = &found.set_aside {
        tracing::error!(
            file = %set_aside.display(),
            "the engine's list was damaged: it is set aside, and torrents are brought back from what else is known of them"
        );
    }
    let mut kept = Vec::new();
    for line in found.wanted(listed, &in_use) {
        let info_hash = line.info_hash;
        let stored = match store
            .clone()
            .on_thread(move |store| Ok(store.metainfo(info_hash)))
            .await?
        {
            Some(metainfo) => Some(metainfo),
            None => store.bring_metainfo(info_hash, db).await?,
        };
        match stored {
            Some(metainfo) => kept.push((line, metainfo)),
            None => tracing::error!(
                torrent = %info_hash,
                "a torrent is left out: what the engine needs of it is damaged, and nobody kept a copy"
            ),
        }
    }
    let torrents = kept.len();
    let brought_back = store.on_thread(move |store| store.write(kept, &found)).await?;
    if brought_back > 0 {
        tracing::warn!(
            torrents,
            brought_back,
            "torrents that the engine's list did not have are back"
        );
    }
    Ok(())
}

/// Result of scanning the folders and the list.
struct Scan {
    /// Path that a damaged list was moved to.
    set_aside: Option<PathBuf>,
    /// Set if the list was read in full, so that it can be trusted to be complete.
    is_whole: bool,
    /// Torrents that have a `.torrent`.
    stored: BTreeSet<InfoHash>,
    /// Torrents that have a folder.
    laid_out: BTreeSet<InfoHash>,
    /// Torrents in the list.
    listed: HashSet<InfoHash>,
}

impl Scan {
    /// Returns each wanted torrent once: those in the list, then those that the list lost. A removal deletes the
    /// torrent from the database first, so one that is not in use there was being removed when the program crashed.
    fn wanted(&self, listed: Vec<Line>, in_use: &HashSet<InfoHash>) -> Vec<Line> {
        let mut seen = HashSet::new();
        let lost = self
            .stored
            .iter()
            .filter(|hash| !self.is_whole || in_use.contains(hash));
        let lost = lost.chain(self.laid_out.iter().filter(|hash| in_use.contains(hash)));
        listed
            .into_iter()
            .chain(lost.map(|hash| Line::of(*hash)))
            .filter(|line| seen.insert(line.info_hash))
            .collect()
    }
}

impl Store {
    async fn on_thread<T: Send + 'static>(
        self,
        work: impl FnOnce(&Self) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        tokio::task::spawn_blocking(move || work(&self)).await?
    }

    fn list(&self) -> PathBuf {
        self.session.join("session.json")
    }

    fn file(&self, info_hash: InfoHash, extension: &str) -> PathBuf {
        self.session.join(format!("{info_hash}.{extension}"))
    }

    fn look(&self) -> anyhow::Result<(Vec<Line>, Scan)> {
        fs::create_dir_all(&self.session)?;
        let (lines, set_aside, is_whole) = match list::read(&self.list())? {
            ListState::Lines(lines) => (lines, None, true),
            ListState::Nothing => (Vec::new(), None, false),
            ListState::Damaged => (Vec::new(), Some(self.set_aside(&self.list())?), false),
        };
        let found = Scan {
            set_aside,
            is_whole,
            stored: hashes(&self.session, |name| name.strip_suffix(".torrent"))?,
            laid_out: hashes(&self.torrents, |name| Some(name))?,
            listed: lines.iter().map(|line| line.info_hash).collect(),
        };
        Ok((lines, found))
    }

    /// Renames a file within its folder, so that nothing that might be of use is deleted.
    fn set_aside(&self, file: &Path) -> anyhow::Result<PathBuf> {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".damaged-{}", clock::now().0));
        let aside = PathBuf::from(name);
        fs::rename(file, &aside).with_context(|| format!("setting {} aside", file.display()))?;
        Ok(aside)
    }

    /// Returns the stored `.torrent`, if it is intact and has this info hash.
    fn metainfo(&self, info_hash: InfoHash) -> Option<Metainfo> {
        let bytes = fs::read(self.file(info_hash, "torrent")).ok()?;
        Metainfo::parse(&bytes).ok().filter(|own| own.info_hash == info_hash)
    }

    /// Restores the `.torrent` from the database.
    async fn bring_metainfo(&self, info_hash: InfoHash, db: &Db) -> anyhow::Result<Option<Metainfo>> {
        let stored = db.metainfo(info_hash).await?;
        let stored = stored.and_then(|bytes| Metainfo::parse(&bytes).ok());
        let stored = stored.filter(|own| own.info_hash == info_hash);
        let work = move |store: &Self| {
            let file = store.file(info_hash, "torrent");
            match stored {
                Some(metainfo) => {
                    replace(&file, &metainfo.to_bytes())?;
                    Ok(Some(metainfo))
                }
                None if file.exists() => store.set_aside(&file).map(|_| None),
                None => Ok(None),
            }
        };
        self.clone().on_thread(work).await
    }

    /// Writes the list and removes the torrents that are not in it. Returns how many were not in it before.
    fn write(&self, kept: Vec<(Line, Metainfo)>, found: &Scan) -> anyhow::Result<usize> {
        let brought_back = kept.iter().filter(|(line, _)| !found.listed.contains(&line.info_hash));
        let brought_back = brought_back.count();
        for (line, metainfo) in &kept {
            self.check_files(line.info_hash, metainfo);
        }
        let names: HashSet<InfoHash> = kept.iter().map(|(line, _)| line.info_hash).collect();
        for info_hash in found
            .stored
            .iter()
            .filter(|hash| found.is_whole && !names.contains(hash))
        {
            if self.file(*info_hash, "torrent").exists() {
                self.finish_removal(*info_hash);
            }
        }
        let lines = kept.into_iter().map(|(line, metainfo)| self.repaired(line, &metainfo));
        let text = list::write(lines.collect())?;
        if fs::read(self.list()).ok().as_deref() != Some(text.as_slice()) {
            replace(&self.list(), &text)?;
        }
        Ok(brought_back)
    }

    /// Returns a corrected line: each torrent in a folder of its own, and only files that it has.
    fn repaired(&self, mut line: Line, metainfo: &Metainfo) -> Line {
        let exists = |index: &usize| *index < metainfo.files.len();
        if !line
            .row
            .only_files
            .as_ref()
            .is_some_and(|files| files.iter().all(exists))
        {
            let first = entry::first_selection(&metainfo.files);
            line.row.only_files = first.map(|files| files.into_iter().collect());
        }
        line.row.output_folder = self.torrents.join(line.info_hash.to_string());
        line
    }

    /// Forces a full check of a torrent whose files changed since the engine stopped, because the engine checks only a
    /// few of its pieces.
    fn check_files(&self, info_hash: InfoHash, metainfo: &Metainfo) {
        let (bits, notes) = (self.file(info_hash, "bitv"), self.file(info_hash, "files"));
        let folder = self.torrents.join(info_hash.to_string());
        if !bits.is_file() || notes::fit(&notes, &bits, &folder, metainfo) {
            return;
        }
        match fs::remove_file(&bits) {
            Ok(()) => tracing::warn!(torrent = %info_hash, "a torrent's files have changed: all of it is checked"),
            Err(error) => tracing::error!(torrent = %info_hash, %error, "a torrent's files have changed, unchecked"),
        }
    }

    fn finish_removal(&self, info_hash: InfoHash) {
        tracing::info!(torrent = %info_hash, "a torrent that was being removed is gone");
        for extension in ["torrent", "bitv", "files"] {
            fs::remove_file(self.file(info_hash, extension)).ok();
        }
        fs::remove_dir_all(self.torrents.join(info_hash.to_string())).ok();
    }
}

/// Returns the info hashes in the names of a folder's entries.
fn hashes(folder: &Path, stem: impl Fn(&str) -> Option<&str>) -> anyhow::Result<BTreeSet<InfoHash>> {
    let mut hashes = BTreeSet::new();
    for file in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let name = file?.file_name();
        hashes.extend(
            name.to_str()
                .and_then(&stem)
                .and_then(|stem| stem.parse::<InfoHash>().ok()),
        );
    }
    Ok(hashes)
}

/// Replaces a file atomically: after a kill or a power failure there is either the old file or the new one.
fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = file.with_extension("new");
    let mut writing = fs::File::create(&new)?;
    io::Write::write_all(&mut writing, bytes)?;
    writing.sync_all()?;
    fs::rename(new, file)
}
