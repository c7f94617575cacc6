//! Category of a torrent, by its files. Pure.

use app::protocol::{Category, Media, TorrentFile};

/// Guesses the category from the files: one or two videos are a film, more are a series.
pub fn category<'a>(files: impl Iterator<Item = &'a TorrentFile>) -> Category {
    let (mut videos, mut audios) = (0, 0);
    for file in files {
        match file.media {
            Media::Video => videos += 1,
            Media::Audio => audios += 1,
            Media::Subtitle | Media::Image | Media::Other => {}
        }
    }
    match (videos, audios) {
        (0, 0) => Category::Other,
        (0, _) => Category::Audio,
        (1 | 2, _) => Category::Movies,
        _ => Category::Tv,
    }
}
