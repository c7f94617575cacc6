//! Positions of open streams, for the debug panel and to keep torrents that are being watched from eviction.

use app::protocol::{FileIndex, InfoHash, ReadHead};
use dashmap::DashMap;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

type HeadMap = DashMap<u64, (InfoHash, FileIndex, Arc<AtomicU64>)>;

/// Registry of all read heads.
#[derive(Default)]
pub struct Heads {
    heads: Arc<HeadMap>,
    next: AtomicU64,
}

/// One reader's position; removed from the registry on drop.
pub struct Head {
    id: u64,
    /// Offset of the next byte in the file.
    pub position: Arc<AtomicU64>,
    heads: Arc<HeadMap>,
}

impl Heads {
    pub fn enter(&self, info_hash: InfoHash, file: FileIndex, position: u64) -> Head {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let position = Arc::new(AtomicU64::new(position));
        self.heads.insert(id, (info_hash, file, position.clone()));
        Head {
            id,
            position,
            heads: self.heads.clone(),
        }
    }

    pub fn count(&self) -> usize {
        self.heads.len()
    }

    pub fn of(&self, info_hash: InfoHash) -> Vec<ReadHead> {
        let own = self.heads.iter().filter(|head| head.0 == info_hash);
        own.map(|head| ReadHead {
            file_index: head.1,
            position_bytes: head.2.load(Ordering::Relaxed),
        })
        .collect()
    }
}

impl Drop for Head {
    fn drop(&mut self) {
        self.heads.remove(&self.id);
    }
}

/// Time after the last read during which a torrent counts as being watched: players pause between requests while their
/// buffer is full.
pub const WATCHED_TIMEOUT: Duration = Duration::from_secs(10 * 60);
