//! `.torrent` files (BEP 3) from untrusted sources: parsed, checked against every bound, and rewritten with only the
//! fields that are used. Pure.

use super::{
    announce,
    category::category,
    magnet::{Magnet, clean_name, is_tracker},
};
use crate::{db::KnownTorrent, filter::Rules, limits};
use app::{
    error::{Error, Kind, Result},
    i18n::Text,
    protocol::{InfoHash, Media, TorrentFile},
    t,
};
use bytes::{BufMut, Bytes, BytesMut};
use librqbit::{ByteBuf, TorrentMetaV1, ValidatedTorrentMetaV1Info};
use url::Url;

/// A `.torrent` file that passed every check.
#[derive(Debug, Clone)]
pub struct Metainfo {
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// Name of the file or of the folder.
    pub name: String,
    /// Files in order, padding included: peers and URLs refer to files by position.
    pub files: Vec<TorrentFile>,
    /// Sum of all files, bytes.
    pub size_bytes: u64,
    /// Piece length, bytes.
    pub piece_bytes: u32,
    /// Trackers, in order, without duplicates.
    pub trackers: Vec<Url>,
    /// The bytes of the `info` dictionary, whose SHA-1 is the info hash.
    info: Bytes,
}

impl Metainfo {
    /// Returns the record for the catalogue.
    pub fn to_known(&self) -> KnownTorrent {
        let magnet = Magnet {
            info_hash: self.info_hash,
            name: Some(self.name.clone()),
            trackers: self.trackers.clone(),
            peers: Vec::new(),
        };
        KnownTorrent {
            info_hash: self.info_hash,
            name: self.name.clone(),
            size_bytes: self.size_bytes,
            magnet: magnet.to_link(),
            poster_url: None,
            category: category(self.files.iter()),
            seeders: None,
            published_at: None,
            files: self
                .files
                .iter()
                .map(|file| (file.path.clone(), file.size_bytes))
                .collect(),
        }
    }

    /// Returns whether the admin's rules block the torrent by its info hash, its name or the path of any of its files.
    pub fn is_blocked_by(&self, rules: &Rules) -> bool {
        let paths = self.files.iter().map(|file| file.path.as_str());
        rules.blocks(Some(self.info_hash), &self.name, paths)
    }

    /// Parses and checks a `.torrent` file.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > limits::TORRENT_FILE_BYTES {
            return Err(Error::new(Kind::TooLarge, t::server_torrent::large_file()));
        }
        let meta = librqbit::torrent_from_bytes(bytes).map_err(|_| refuse(why_unreadable(bytes)))?;
        let (info, raw) = (meta.info.data.clone(), meta.info.raw_bytes);
        let trackers = trackers(&meta);
        if !limits::PIECE_BYTES.contains(&info.piece_length) {
            return Err(refuse(t::server_torrent::piece_length()));
        }
        // The engine adds lengths without checking: an overflow must not reach it.
        let mut lengths = info.files.iter().flatten().map(|file| file.length).chain(info.length);
        let size_bytes = lengths
            .try_fold(0u64, u64::checked_add)
            .filter(|size| (1..=limits::TORRENT_BYTES).contains(size))
            .ok_or_else(|| refuse(t::server_torrent::file_length()))?;
        if info
            .files
            .as_ref()
            .is_some_and(|files| files.len() > limits::FILES_PER_TORRENT)
        {
            return Err(refuse(t::server_torrent::many_files()));
        }
        let expected = size_bytes.div_ceil(u64::from(info.piece_length)) * 20;
        if info.pieces.as_ref().len() as u64 != expected {
            return Err(refuse(t::server_torrent::piece_count()));
        }
        let piece_bytes = info.piece_length;
        let info = info.validate().map_err(|_| refuse(t::server_torrent::file_name()))?;
        let files = files(&info)?;
        let info_hash = InfoHash(meta.info_hash.0);
        let name = info
            .name()
            .and_then(|name| clean_name(&name))
            .unwrap_or_else(|| info_hash.to_string());
        Ok(Self {
            info_hash,
            name,
            files,
            size_bytes,
            piece_bytes,
            trackers,
            info: Bytes::copy_from_slice(raw.as_ref()),
        })
    }

    /// Adds trackers that are not in the list yet, up to the maximum number.
    pub fn add_trackers(&mut self, more: &[Url]) {
        for tracker in more {
            if self.trackers.len() < limits::TRACKERS && !self.trackers.contains(tracker) {
                self.trackers.push(tracker.clone());
            }
        }
    }

    /// Encodes a `.torrent` file with the same info hash and only these trackers.
    pub fn to_bytes(&self) -> Bytes {
        let mut out = BytesMut::with_capacity(self.info.len() + 1024);
        out.put_slice(b"d");
        if let Some(first) = self.trackers.first() {
            out.put_slice(b"8:announce");
            put_text(&mut out, first.as_str());
            out.put_slice(b"13:announce-listl");
            for tracker in &self.trackers {
                out.put_slice(b"l");
                put_text(&mut out, tracker.as_str());
                out.put_slice(b"e");
            }
            out.put_slice(b"e");
        }
        out.put_slice(b"4:info");
        out.put_slice(&self.info);
        out.put_slice(b"e");
        out.freeze()
    }

    /// Returns the magnet link of this torrent.
    pub fn to_magnet(&self) -> Magnet {
        Magnet {
            info_hash: self.info_hash,
            name: Some(self.name.clone()),
            trackers: self.trackers.clone(),
            peers: Vec::new(),
        }
    }
}

fn put_text(out: &mut BytesMut, text: &str) {
    out.put_slice(text.len().to_string().as_bytes());
    out.put_u8(b':');
    out.put_slice(text.as_bytes());
}

fn refuse(reason: impl Into<Text>) -> Error {
    Error::invalid("torrent", reason)
}

fn why_unreadable(bytes: &[u8]) -> Text {
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    if bytes.first() == Some(&b'<') {
        t::server_torrent::web_page()
    } else if has(b"12:meta versioni2e") && !has(b"6:pieces") {
        t::server_torrent::v2()
    } else {
        t::server_torrent::damaged_file()
    }
}

fn trackers(meta: &TorrentMetaV1<ByteBuf<'_>>) -> Vec<Url> {
    let mut trackers: Vec<Url> = Vec::new();
    for announce in meta.iter_announce().take(10 * limits::TRACKERS) {
        let url = std::str::from_utf8(announce.as_ref())
            .ok()
            .and_then(|text| Url::parse(text.trim()).ok())
            // The engine returns the gateway's URLs.
            .map(announce::original);
        let fresh = url.filter(|url| is_tracker(url) && !trackers.contains(url));
        trackers.extend(fresh);
    }
    trackers.truncate(limits::TRACKERS);
    trackers
}

fn files(info: &ValidatedTorrentMetaV1Info<ByteBuf<'_>>) -> Result<Vec<TorrentFile>> {
    let mut files = Vec::new();
    for (index, file) in info.iter_file_details().enumerate() {
        let parts: Vec<String> = file.filename.iter_components().map(|part| part.into_owned()).collect();
        let padding = file.attrs().padding;
        // Padding is never on the disk, but its name is stored, and PostgreSQL's text type cannot hold NUL.
        let is_allowed = |part: &String| {
            if padding {
                !part.contains('\0')
            } else {
                is_file_name(part)
            }
        };
        if !parts.iter().all(is_allowed) {
            return Err(refuse(t::server_torrent::file_name()));
        }
        let path = parts.join("/");
        if path.len() > limits::PATH_BYTES {
            return Err(refuse(t::server_torrent::long_file_name()));
        }
        files.push(TorrentFile {
            index: u32::try_from(index).map_err(|_| refuse(t::server_torrent::too_many_files()))?,
            size_bytes: file.len,
            media: if padding { Media::Other } else { Media::of(&path) },
            path,
        });
    }
    Ok(files)
}

/// Returns whether a path component is a name that Linux file systems and a web page can carry, and not a path.
fn is_file_name(part: &str) -> bool {
    !part.is_empty()
        && part.len() <= limits::NAME_BYTES
        && part != "."
        && part != ".."
        && !part.contains(['/', '\\', '\0'])
}

#[cfg(test)]
mod tests;
