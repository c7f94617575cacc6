//! Torrents and their files as every page and client sees them.

use super::{InfoHash, Timestamp};
use serde::{Deserialize, Serialize};

/// Position of a file inside its torrent, from 0.
pub type FileIndex = u32;

/// A torrent that this instance knows, with its files once the metadata is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Torrent {
    /// Catalogue id, UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// Name from the metadata, or from where the torrent was found.
    pub name: String,
    /// Sum of all files, bytes.
    pub size_bytes: u64,
    /// Address of a picture, if one is known.
    pub poster_url: Option<String>,
    /// When this instance first knew it.
    pub created_at: Timestamp,
    /// Magnet link with its trackers.
    pub magnet: String,
    /// Files in the torrent's order; empty while the metadata is not known.
    pub files: Vec<TorrentFile>,
}

/// One file of a torrent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TorrentFile {
    /// Position in the torrent, from 0; the `file_index` of the stream address.
    pub index: FileIndex,
    /// Path inside the torrent, `/` between the parts.
    pub path: String,
    /// Length, bytes.
    pub size_bytes: u64,
    /// What kind of file it is, by its name.
    pub media: Media,
}

/// What a file is, told from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Media {
    /// A film or an episode.
    Video,
    /// Music, a radio play.
    Audio,
    /// A subtitle beside a film.
    Subtitle,
    /// A picture.
    Image,
    /// Anything else.
    Other,
}

impl Media {
    /// Tells the kind from the name's extension.
    pub fn of(path: &str) -> Self {
        let extension = path.rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase();
        match extension.as_str() {
            "mp4" | "m4v" | "webm" | "mkv" | "avi" | "mov" | "wmv" | "flv" | "mpg" | "mpeg" | "ts" | "m2ts" | "ogv"
            | "3gp" => Self::Video,
            "mp3" | "m4a" | "aac" | "flac" | "ogg" | "oga" | "opus" | "wav" | "wma" => Self::Audio,
            "srt" | "vtt" | "ass" | "ssa" | "sub" => Self::Subtitle,
            "jpg" | "jpeg" | "png" | "gif" | "webp" | "avif" => Self::Image,
            _ => Self::Other,
        }
    }

    /// The content type to serve a file with (RFC 6838), by its extension.
    pub fn content_type(path: &str) -> &'static str {
        let extension = path.rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase();
        match extension.as_str() {
            "mp4" | "m4v" => "video/mp4",
            "webm" => "video/webm",
            "mkv" => "video/x-matroska",
            "mov" => "video/quicktime",
            "avi" => "video/x-msvideo",
            "ogv" => "video/ogg",
            "ts" | "m2ts" => "video/mp2t",
            "mpg" | "mpeg" => "video/mpeg",
            "wmv" => "video/x-ms-wmv",
            "flv" => "video/x-flv",
            "3gp" => "video/3gpp",
            "mp3" => "audio/mpeg",
            "m4a" => "audio/mp4",
            "aac" => "audio/aac",
            "flac" => "audio/flac",
            "ogg" | "oga" => "audio/ogg",
            "opus" => "audio/opus",
            "wav" => "audio/wav",
            "jpg" | "jpeg" => "image/jpeg",
            "png" => "image/png",
            "gif" => "image/gif",
            "webp" => "image/webp",
            "avif" => "image/avif",
            "vtt" => "text/vtt; charset=utf-8",
            // Never text/html or an SVG: a torrent's file must not run in our origin.
            _ => "application/octet-stream",
        }
    }

    /// Whether a player can be pointed at it.
    pub fn is_playable(self) -> bool {
        matches!(self, Self::Video | Self::Audio)
    }
}

impl Torrent {
    /// The file to play when nobody chose one: the largest video, else the largest audio file.
    pub fn main_file(&self) -> Option<&TorrentFile> {
        main_file(&self.files)
    }
}

/// The largest video, else the largest audio file; `sample` clips last.
pub fn main_file(files: &[TorrentFile]) -> Option<&TorrentFile> {
    files
        .iter()
        .filter(|f| f.media.is_playable() && f.size_bytes > 0)
        .max_by_key(|f| {
            let sample = f.path.to_ascii_lowercase().contains("sample");
            (
                !sample,
                f.media == Media::Video,
                f.size_bytes,
                std::cmp::Reverse(f.index),
            )
        })
}

/// What to add: exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AddTorrent {
    /// A magnet link (BEP 9) or a bare info hash.
    Magnet(String),
    /// http(s) address of a `.torrent` file.
    Url(String),
}

/// A record that another program adds to the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IngestRecord {
    /// BitTorrent v1 info hash, hex or base32.
    pub info_hash: String,
    /// Title, 1 to 500 characters.
    pub name: String,
    /// Sum of all files, bytes.
    #[serde(default)]
    pub size_bytes: u64,
    /// Files, if known; at most 5,000.
    #[serde(default)]
    pub files: Vec<IngestFile>,
    /// Magnet link; made from the hash when absent.
    #[serde(default)]
    pub magnet: Option<String>,
    /// http(s) address of a picture.
    #[serde(default)]
    pub poster_url: Option<String>,
    /// Peers that have all of it.
    #[serde(default)]
    pub seeders: Option<u32>,
    /// Torznab category number, e.g. 2000.
    #[serde(default)]
    pub category: Option<u32>,
    /// When it was published.
    #[serde(default)]
    pub published_at: Option<Timestamp>,
}

/// A file of an [`IngestRecord`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IngestFile {
    /// Path inside the torrent.
    pub path: String,
    /// Length, bytes.
    pub size_bytes: u64,
}

/// What became of a batch of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IngestReport {
    /// Records that were new.
    pub accepted: u32,
    /// Records that replaced one already known.
    pub updated: u32,
    /// Records that were refused; the others were kept all the same.
    pub rejected: Vec<RejectedRecord>,
}

/// A record that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RejectedRecord {
    /// Its position in the batch, from 0.
    pub index: usize,
    /// Why, in plain words.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(index: u32, path: &str, size_bytes: u64) -> TorrentFile {
        TorrentFile {
            index,
            path: path.into(),
            size_bytes,
            media: Media::of(path),
        }
    }

    #[test]
    fn the_main_file_is_the_largest_video_that_is_no_sample() {
        let files = [
            file(0, "readme.txt", 9_000),
            file(1, "Sample/film.sample.mkv", 800),
            file(2, "film.mkv", 700),
            file(3, "soundtrack.flac", 5_000),
        ];
        assert_eq!(main_file(&files).map(|f| f.index), Some(2));
        assert_eq!(main_file(&files[3..]).map(|f| f.index), Some(3));
        assert_eq!(main_file(&files[..1]), None);
    }

    #[test]
    fn no_file_of_a_stranger_is_served_as_a_page() {
        for path in ["a.html", "a.svg", "a.js", "a", "a.xhtml"] {
            assert_eq!(Media::content_type(path), "application/octet-stream");
        }
    }
}
