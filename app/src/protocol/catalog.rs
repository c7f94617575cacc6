//! Torrents and their files, as seen by pages and API clients.

use super::{InfoHash, Timestamp};
use serde::{Deserialize, Serialize};

/// Index of a file in its torrent, from 0.
pub type FileIndex = u32;

/// A torrent in this instance's catalogue, with its files once the metadata is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Torrent {
    /// Catalogue ID, UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// Name from the metadata, or from the source that listed the torrent.
    pub name: String,
    /// Total size of all files, bytes.
    pub size_bytes: u64,
    /// Address of a poster image, if known.
    pub poster_url: Option<String>,
    /// Time at which the torrent was added to the catalogue.
    pub created_at: Timestamp,
    /// Magnet link, including trackers.
    pub magnet: String,
    /// Files in the torrent's order; empty until the metadata is known.
    pub files: Vec<TorrentFile>,
}

/// A file of a torrent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TorrentFile {
    /// Index in the torrent, from 0; the `file_index` of the stream address.
    pub index: FileIndex,
    /// Path inside the torrent, separated by `/`.
    pub path: String,
    /// Length, bytes.
    pub size_bytes: u64,
    /// Kind of file, by its extension.
    pub media: Media,
}

/// The kind of a file, derived from its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Media {
    /// A film or an episode.
    Video,
    /// Music or a radio play.
    Audio,
    /// Subtitles.
    Subtitle,
    /// An image.
    Image,
    /// Anything else.
    Other,
}

impl Media {
    /// Returns the kind of a file from its extension.
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

    /// Returns the content type to serve a file with (RFC 6838), from its extension.
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
            // Never text/html or SVG: content from a torrent must not run in our origin.
            _ => "application/octet-stream",
        }
    }

    /// Returns true if a media player can play files of this kind.
    pub fn is_playable(self) -> bool {
        matches!(self, Self::Video | Self::Audio)
    }
}

impl Torrent {
    /// Returns the file to play by default: the largest video, or else the largest audio file.
    pub fn main_file(&self) -> Option<&TorrentFile> {
        main_file(&self.files)
    }
}

/// Returns the largest video, or else the largest audio file; files with `sample` in their path rank last.
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

/// The torrent to add: either a magnet link or the address of a `.torrent` file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AddTorrent {
    /// Magnet link (BEP 9) or bare info hash.
    Magnet(String),
    /// HTTP or HTTPS address of a `.torrent` file.
    Url(String),
}

/// A catalogue record submitted by another program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IngestRecord {
    /// BitTorrent v1 info hash, hex or base32.
    pub info_hash: String,
    /// Title, 1 to 500 characters.
    pub name: String,
    /// Total size of all files, bytes.
    #[serde(default)]
    pub size_bytes: u64,
    /// Files, if known; at most 5,000.
    #[serde(default)]
    pub files: Vec<IngestFile>,
    /// Magnet link; derived from the info hash if absent.
    #[serde(default)]
    pub magnet: Option<String>,
    /// HTTP or HTTPS address of a poster image.
    #[serde(default)]
    pub poster_url: Option<String>,
    /// Peers with a complete copy.
    #[serde(default)]
    pub seeders: Option<u32>,
    /// Torznab category number, e.g. 2000.
    #[serde(default)]
    pub category: Option<u32>,
    /// Publication time.
    #[serde(default)]
    pub published_at: Option<Timestamp>,
}

/// A file of an ingest record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IngestFile {
    /// Path inside the torrent.
    pub path: String,
    /// Length, bytes.
    pub size_bytes: u64,
}

/// The outcome of an ingest request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IngestReport {
    /// Number of new records.
    pub accepted: u32,
    /// Number of records that replaced an existing one.
    pub updated: u32,
    /// Rejected records; the other records of the request are stored.
    pub rejected: Vec<RejectedRecord>,
}

/// A rejected record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RejectedRecord {
    /// Index in the request, from 0.
    pub index: usize,
    /// Human-readable reason.
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
