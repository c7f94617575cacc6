//! Arranges a torrent's files in folders. Pure.

use crate::protocol::{FileIndex, TorrentFile};

/// A folder; the root is the torrent itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folder {
    /// Name; empty for the root.
    pub name: String,
    /// Total size of its contents, bytes.
    pub size_bytes: u64,
    /// Subfolders, by name.
    pub folders: Vec<Folder>,
    /// Files, by name.
    pub files: Vec<TorrentFile>,
}

/// Maximum depth of folders: files nested deeper are listed at this depth. A hostile torrent may nest hundreds.
const MAX_DEPTH: usize = 8;

/// Selects the files to list if there are too many: the current one, then playable ones, then the rest. Keeps the
/// torrent's order.
pub fn listed(files: Vec<TorrentFile>, current: Option<FileIndex>, at_most: usize) -> Vec<TorrentFile> {
    if files.len() <= at_most {
        return files;
    }
    let mut places: Vec<usize> = (0..files.len()).collect();
    // The sort is stable: ties keep the torrent's order.
    places.sort_by_key(|place| {
        let file = &files[*place];
        (Some(file.index) != current, !file.media.is_playable())
    });
    places.truncate(at_most);
    places.sort_unstable();
    places.into_iter().map(|place| files[place].clone()).collect()
}

/// Arranges files in folders, in natural sort order: `Episode 2` before `Episode 10`.
pub fn folders(files: &[TorrentFile]) -> Folder {
    let mut root = Folder::default();
    for file in files {
        let mut parts: Vec<&str> = file.path.split('/').filter(|part| !part.is_empty()).collect();
        parts.pop();
        let mut folder = &mut root;
        folder.size_bytes += file.size_bytes;
        for part in parts.into_iter().take(MAX_DEPTH) {
            let place = match folder.folders.iter().position(|inner| inner.name == part) {
                Some(place) => place,
                None => {
                    folder.folders.push(Folder {
                        name: part.to_owned(),
                        ..Folder::default()
                    });
                    folder.folders.len() - 1
                }
            };
            folder = &mut folder.folders[place];
            folder.size_bytes += file.size_bytes;
        }
        folder.files.push(file.clone());
    }
    sort(&mut root);
    root
}

fn sort(folder: &mut Folder) {
    folder.folders.sort_by_cached_key(|inner| natural(&inner.name));
    folder.files.sort_by_cached_key(|file| natural(&file.path));
    folder.folders.iter_mut().for_each(sort);
}

/// Returns a key for natural sort order: lower case, with each number zero-padded.
pub(crate) fn natural(text: &str) -> String {
    let mut key = String::with_capacity(text.len() + 8);
    let mut digits = String::new();
    for letter in text.chars().chain(['\0']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if !digits.is_empty() {
            key += &format!("{:0>12}", std::mem::take(&mut digits));
        }
        key.extend(letter.to_lowercase());
    }
    key
}

impl Folder {
    /// Returns true if a file is in this folder or below.
    pub fn contains(&self, index: FileIndex) -> bool {
        self.files.iter().any(|file| file.index == index) || self.folders.iter().any(|inner| inner.contains(index))
    }
}

/// Returns the last component of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Splits a name where a line may break: after the dots, dashes and underscores that join its words.
pub fn pieces(name: &str) -> Vec<&str> {
    name.split_inclusive(['.', '_', '-']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Media;

    fn file(index: u32, path: &str) -> TorrentFile {
        TorrentFile {
            index,
            path: path.into(),
            size_bytes: 10,
            media: Media::of(path),
        }
    }

    #[test]
    fn files_are_sorted_into_folders_the_way_people_count() {
        let root = folders(&[
            file(0, "Season 1/Episode 10.mkv"),
            file(1, "Season 1/Episode 2.mkv"),
            file(2, "Season 1/Subs/en.srt"),
            file(3, "readme.txt"),
        ]);
        assert_eq!(root.size_bytes, 40);
        assert_eq!(root.files.iter().map(|f| f.index).collect::<Vec<_>>(), [3]);
        let season = &root.folders[0];
        assert_eq!((season.name.as_str(), season.size_bytes), ("Season 1", 30));
        assert_eq!(season.files.iter().map(|f| f.index).collect::<Vec<_>>(), [1, 0]);
        assert!(season.contains(2) && !season.contains(3));
    }

    #[test]
    fn of_too_many_files_those_that_can_be_played_are_listed_and_the_one_that_plays() {
        let paths = ["a.jpg", "b.jpg", "1.mkv", "c.jpg", "2.mkv", "3.mkv"];
        let files: Vec<TorrentFile> = (0..).zip(paths).map(|(index, path)| file(index, path)).collect();
        let listed = |current, at_most| {
            let files = listed(files.clone(), current, at_most);
            files.into_iter().map(|file| file.index).collect::<Vec<_>>()
        };
        assert_eq!(listed(None, 6), [0, 1, 2, 3, 4, 5]);
        assert_eq!(listed(None, 4), [0, 2, 4, 5]);
        assert_eq!(listed(Some(3), 4), [2, 3, 4, 5]);
        assert_eq!(listed(Some(5), 2), [2, 5]);
        assert_eq!(listed(Some(99), 1), [2]);
    }

    #[test]
    fn a_torrent_that_nests_hundreds_of_folders_stays_shallow() {
        let mut folder = &folders(&[file(0, &"a/".repeat(500))]);
        let mut depth = 0;
        while let Some(inner) = folder.folders.first() {
            folder = inner;
            depth += 1;
        }
        assert_eq!(depth, MAX_DEPTH);
    }

    #[test]
    fn a_name_breaks_behind_what_holds_its_words_together() {
        assert_eq!(
            pieces("S01E03.Snowblind.720p_WEB-DL.mkv"),
            ["S01E03.", "Snowblind.", "720p_", "WEB-", "DL.", "mkv"]
        );
        assert_eq!(pieces("Plain words"), ["Plain words"]);
        assert_eq!(pieces("..a"), [".", ".", "a"]);
        assert!(pieces("").is_empty());
    }
}
