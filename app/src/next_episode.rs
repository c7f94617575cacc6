//! Selects what to continue watching: an unfinished film, or the episode after a finished one. Pure.

use crate::protocol::FileIndex;
use crate::protocol::{HistoryItem, InfoHash, NextFile, TorrentFile};
use crate::tree::natural;
use std::collections::HashSet;

/// Progress from which a file counts as watched, percent: only the credits are left.
pub const WATCHED_PERCENT: f64 = 95.0;

/// Divisor for the minimum size of the next episode, relative to the watched file. Episodes are of similar length;
/// smaller files are trailers or extras.
const MIN_SIZE_DIVISOR: u64 = 4;

/// Returns the next episode after a file: the next file of the same kind, in natural sort order.
pub fn next_file(files: &[TorrentFile], watched: FileIndex) -> Option<NextFile> {
    let watched = files.iter().find(|file| file.index == watched)?;
    let place = |file: &TorrentFile| (natural(&file.path), file.index);
    let here = place(watched);
    files
        .iter()
        .filter(|file| file.media == watched.media && file.media.is_playable())
        .filter(|file| file.size_bytes > 0 && file.size_bytes >= watched.size_bytes / MIN_SIZE_DIVISOR)
        .filter(|file| !file.path.to_ascii_lowercase().contains("sample"))
        .map(|file| (place(file), file))
        .filter(|(place, _)| *place > here)
        .min_by(|(one, _), (other, _)| one.cmp(other))
        .map(|(_, file)| NextFile {
            file_index: file.index,
            path: file.path.clone(),
        })
}

/// An item to continue watching.
#[derive(Debug, Clone, PartialEq)]
pub enum Continue {
    /// Resume an unfinished file.
    Here(HistoryItem),
    /// Play the next episode: the finished one, the one that follows, and the earlier progress in that, percent.
    Next(HistoryItem, NextFile, Option<f64>),
}

/// Returns the items to continue, one per torrent, most recent first. `items` is a page of the history, latest first.
pub fn to_continue(items: Vec<HistoryItem>) -> Vec<Continue> {
    let mut settled: HashSet<InfoHash> = HashSet::new();
    let mut rows = Vec::new();
    for item in &items {
        if settled.contains(&item.info_hash) {
            continue;
        }
        let row = if item.progress_percent < WATCHED_PERCENT {
            Some(Continue::Here(item.clone()))
        } else {
            following(&items, item)
        };
        // A finished series may still have an earlier episode that is unfinished.
        if let Some(row) = row {
            settled.insert(item.info_hash);
            rows.push(row);
        }
    }
    rows
}

/// Returns the next episode after a history entry, unless that one has been watched as well.
fn following(items: &[HistoryItem], item: &HistoryItem) -> Option<Continue> {
    let next = item.next_file.clone()?;
    let before = items
        .iter()
        .find(|other| other.info_hash == item.info_hash && other.file_index == next.file_index)
        .map(|other| other.progress_percent);
    before
        .is_none_or(|percent| percent < WATCHED_PERCENT)
        .then(|| Continue::Next(item.clone(), next, before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Media, Timestamp};

    fn file(index: u32, path: &str, size_bytes: u64) -> TorrentFile {
        TorrentFile {
            index,
            path: path.into(),
            size_bytes,
            media: Media::of(path),
        }
    }

    fn next_of(files: &[TorrentFile], watched: u32) -> Option<u32> {
        next_file(files, watched).map(|next| next.file_index)
    }

    #[test]
    fn the_next_episode_is_the_next_by_counting_not_by_index() {
        let files = [
            file(0, "Show/Season 1/Episode 10.mkv", 100),
            file(1, "Show/Season 1/Episode 2.mkv", 100),
            file(2, "Show/Season 1/Episode 2.srt", 1),
            file(3, "Show/Season 10/Episode 1.mkv", 100),
            file(4, "Show/Season 2/Episode 1.mkv", 90),
        ];
        assert_eq!(next_of(&files, 1), Some(0));
        assert_eq!(next_of(&files, 0), Some(4), "into the next season");
        assert_eq!(next_of(&files, 4), Some(3));
        assert_eq!(next_of(&files, 3), None, "the last one");
        assert_eq!(next_of(&files, 9), None, "a file that is not there");
        let next = next_file(&files, 1).expect("an episode");
        assert_eq!(next.path, "Show/Season 1/Episode 10.mkv");
    }

    #[test]
    fn samples_extras_and_soundtracks_are_no_episodes() {
        let files = [
            file(0, "Film.mkv", 1000),
            file(1, "Film.sample.mkv", 900),
            file(2, "Making of.mkv", 100),
            file(3, "Soundtrack.flac", 900),
            file(4, "empty.mkv", 0),
            file(5, "zzz.txt", 5000),
        ];
        assert_eq!(next_of(&files, 0), None);
        assert_eq!(next_of(&files, 2), None);
    }

    fn line(torrent: u8, file_index: u32, percent: f64, next: Option<u32>) -> HistoryItem {
        HistoryItem {
            id: format!("{torrent}/{file_index}"),
            info_hash: InfoHash([torrent; 20]),
            file_index,
            title: "Show".into(),
            file_path: None,
            poster_url: None,
            position_seconds: percent,
            duration_seconds: 100.0,
            progress_percent: percent,
            updated_at: Timestamp(0),
            next_file: next.map(|file_index| NextFile {
                file_index,
                path: format!("{file_index}.mkv"),
            }),
        }
    }

    fn shown(items: Vec<HistoryItem>) -> Vec<(u8, u32, Option<f64>)> {
        let row = |row| match row {
            Continue::Here(item) => (item.info_hash.0[0], item.file_index, Some(item.progress_percent)),
            Continue::Next(item, next, percent) => (item.info_hash.0[0], next.file_index, percent),
        };
        to_continue(items).into_iter().map(row).collect()
    }

    #[test]
    fn a_watched_episode_gives_way_to_the_next_one() {
        assert_eq!(shown(vec![line(1, 0, 94.9, Some(1))]), [(1, 0, Some(94.9))]);
        assert_eq!(shown(vec![line(1, 0, 95.0, Some(1))]), [(1, 1, None)]);
        assert_eq!(
            shown(vec![line(1, 0, 99.0, None)]),
            [],
            "a film that is through is gone"
        );
    }

    #[test]
    fn each_torrent_is_there_once_and_what_was_begun_keeps_its_place() {
        // Episode 2 was started, then the end of episode 1 was watched again.
        let again = vec![
            line(1, 0, 99.0, Some(1)),
            line(2, 0, 50.0, None),
            line(1, 1, 30.0, None),
        ];
        assert_eq!(shown(again), [(1, 1, Some(30.0)), (2, 0, Some(50.0))]);
        // Both are finished: nothing is left, in whichever order the entries are.
        assert_eq!(shown(vec![line(1, 1, 99.0, None), line(1, 0, 99.0, Some(1))]), []);
        // The last episode is finished, an earlier one is not.
        assert_eq!(
            shown(vec![line(1, 9, 99.0, None), line(1, 3, 20.0, None)]),
            [(1, 3, Some(20.0))]
        );
    }
}
