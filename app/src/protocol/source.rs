//! Sources of videos.

use super::{FileIndex, InfoHash};
use serde::{Deserialize, Serialize};

/// The source of a video: where its bytes come from.
///
/// Its fields stand in the object that holds it (`serde(flatten)`), and the kind is told by them, so that what was stored
/// while torrents were the only kind is still readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Source {
    /// A file of a torrent.
    Torrent {
        /// Info hash of the torrent.
        info_hash: InfoHash,
        /// Index of the file in the torrent.
        file: FileIndex,
    },
}

impl Source {
    /// Returns the path of its stream.
    pub fn stream_path(&self) -> String {
        match self {
            Self::Torrent { info_hash, file } => format!("/api/stream/{info_hash}/{file}"),
        }
    }

    /// Returns the torrent that it is in, if any.
    pub fn torrent(&self) -> Option<InfoHash> {
        match self {
            Self::Torrent { info_hash, .. } => Some(*info_hash),
        }
    }
}

/// A request for a source, in which the server chooses what is left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SourceRequest {
    /// A file of a torrent that is known to this instance.
    Torrent {
        /// Info hash of the torrent.
        info_hash: InfoHash,
        /// Index of the file in the torrent; the main file if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<FileIndex>,
    },
}

impl SourceRequest {
    /// Returns whether a source is what is requested, whichever file of it is chosen if none is named.
    pub fn is_met_by(&self, source: &Source) -> bool {
        let Self::Torrent {
            info_hash: wanted,
            file: named,
        } = self;
        let Source::Torrent { info_hash, file } = source;
        wanted == info_hash && named.is_none_or(|named| named == *file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::room::{Addition, Moment, QueueItem, Video};
    use serde_json::{from_value, json, to_value};

    const HEX: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

    #[test]
    fn what_was_stored_while_torrents_were_the_only_source_is_read_and_written_the_same() {
        let source = Source::Torrent {
            info_hash: HEX.parse().unwrap(),
            file: 2,
        };
        let video = json!({ "item": 7, "info_hash": HEX, "file": 2, "title": "Film", "duration_ms": null });
        let read: Video = from_value(video.clone()).unwrap();
        assert_eq!((read.source, to_value(&read).unwrap()), (source, video));
        let item = json!({ "id": 7, "info_hash": HEX, "file": 2, "title": "Film", "added_by": "ada" });
        let read: QueueItem = from_value(item.clone()).unwrap();
        assert_eq!((read.source, to_value(&read).unwrap()), (source, item));
        let moment = json!({ "info_hash": HEX, "file": 2, "position_ms": 4_000_000_000_000_i64 });
        let read: Moment = from_value(moment.clone()).unwrap();
        assert_eq!((read.source, to_value(read).unwrap()), (source, moment));
        for addition in [
            json!({ "info_hash": HEX }),
            json!({ "info_hash": HEX, "file": null, "play_now": false }),
        ] {
            let read: Addition = from_value(addition).unwrap();
            assert_eq!(to_value(&read).unwrap(), json!({ "info_hash": HEX, "play_now": false }));
        }
        assert!(from_value::<Video>(json!({ "item": 7, "title": "Film", "duration_ms": null })).is_err());
    }
}
