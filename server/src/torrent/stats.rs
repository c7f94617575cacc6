//! Snapshots of a torrent's state, for the debug panel and for the message while a film starts.

use super::{Inner, entry::Entry};
use crate::limits;
use app::protocol::{DiskTorrent, FileProgress, InfoHash, Peer, PeerCounts, TorrentState, TorrentStats};
use base64::{Engine, engine::general_purpose::STANDARD};
use librqbit::{TorrentStats as EngineStats, TorrentStatsState};
use std::{
    net::SocketAddr,
    sync::{PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

/// Minimum interval over which peers' speeds are measured.
const SPEED_WINDOW: Duration = Duration::from_millis(900);

/// Returns the stats of a torrent whose metadata is being resolved.
pub fn resolving(info_hash: InfoHash, since: Instant) -> TorrentStats {
    TorrentStats {
        info_hash,
        state: TorrentState::Resolving,
        detail: None,
        age_seconds: since.elapsed().as_secs_f64(),
        size_bytes: 0,
        have_bytes: 0,
        checked_bytes: None,
        download_bps: 0,
        upload_bps: 0,
        peer_counts: PeerCounts::default(),
        peers: Vec::new(),
        piece_bytes: 0,
        piece_count: 0,
        pieces: String::new(),
        files: Vec::new(),
        read_heads: Vec::new(),
    }
}

pub(super) fn of(inner: &Inner, entry: &Entry) -> TorrentStats {
    let stats = entry.handle.stats();
    let live = stats.live.as_ref();
    let (state, detail) = state(inner, entry, &stats);
    let counts = live.map(|live| &live.snapshot.peer_stats);
    TorrentStats {
        info_hash: entry.info_hash,
        state,
        detail,
        age_seconds: entry.added.elapsed().as_secs_f64(),
        size_bytes: entry.size_bytes,
        have_bytes: verified_bytes(entry, &stats),
        checked_bytes: checked_bytes(&stats),
        download_bps: live.map_or(0, |live| bytes_a_second(live.download_speed.mbps)),
        upload_bps: live.map_or(0, |live| bytes_a_second(live.upload_speed.mbps)),
        peer_counts: counts.map_or_else(PeerCounts::default, |counts| PeerCounts {
            seen: counts.seen,
            connecting: counts.connecting,
            live: counts.live,
        }),
        peers: peers(entry),
        piece_bytes: entry.piece_bytes,
        piece_count: entry.piece_count,
        pieces: pieces(inner, entry),
        files: files(entry, &stats),
        read_heads: inner.heads.of(entry.info_hash),
    }
}

/// Returns the torrent's row in the list of torrents on the disk; the time it was last watched comes from the database.
pub(super) fn on_disk(inner: &Inner, entry: &Entry) -> DiskTorrent {
    let stats = entry.handle.stats();
    DiskTorrent {
        info_hash: entry.info_hash,
        name: entry.name.clone(),
        size_bytes: entry.size_bytes,
        have_bytes: verified_bytes(entry, &stats),
        state: state(inner, entry, &stats).0,
        last_watched_at: None,
        watched_now: !inner.heads.of(entry.info_hash).is_empty(),
    }
}

/// Returns the verified bytes that a torrent has on the disk.
pub(super) fn verified_bytes(entry: &Entry, stats: &EngineStats) -> u64 {
    let saved = *entry.saved_pieces.lock().unwrap_or_else(PoisonError::into_inner) as u64;
    verified(stats, (saved * u64::from(entry.piece_bytes)).min(entry.size_bytes))
}

/// Returns the verified bytes. The engine's own count differs while it checks the disk (it is then the bytes checked,
/// all of them for a film that was added a moment ago), and is zero once a torrent has failed, although its pieces are
/// still there.
fn verified(stats: &EngineStats, written_down: u64) -> u64 {
    match stats.state {
        TorrentStatsState::Initializing { .. } => 0,
        TorrentStatsState::Error => written_down,
        TorrentStatsState::Live | TorrentStatsState::Paused => stats.progress_bytes,
    }
}

fn checked_bytes(stats: &EngineStats) -> Option<u64> {
    matches!(stats.state, TorrentStatsState::Initializing { .. }).then_some(stats.progress_bytes)
}

/// Converts from MiB per second, the engine's unit.
fn bytes_a_second(mib: f64) -> u64 {
    (mib * 1024.0 * 1024.0).max(0.0) as u64
}

fn state(inner: &Inner, entry: &Entry, stats: &EngineStats) -> (TorrentState, Option<String>) {
    let full = inner.disk_full.load(Ordering::Relaxed) && entry.stopped.load(Ordering::Relaxed);
    match stats.state {
        // Until the check is done it is not known what is on the disk, so it cannot be said that nothing is lost.
        TorrentStatsState::Initializing { .. } => (TorrentState::Checking, None),
        _ if full => (
            TorrentState::DiskFull,
            Some(
                "The disk is nearly full, so downloads have stopped. Nothing is lost; they go on when there is room."
                    .into(),
            ),
        ),
        TorrentStatsState::Live if stats.finished => (TorrentState::Finished, None),
        TorrentStatsState::Live => (TorrentState::Downloading, None),
        TorrentStatsState::Paused => (TorrentState::Paused, None),
        TorrentStatsState::Error => {
            tracing::debug!(torrent = %entry.info_hash, error = stats.error.as_deref(), "stopped by an error");
            (
                TorrentState::Error,
                Some("The download stopped because the disk could not be written or read.".into()),
            )
        }
    }
}

fn files(entry: &Entry, stats: &EngineStats) -> Vec<FileProgress> {
    let progress = |index: usize| stats.file_progress.get(index).copied().unwrap_or(0);
    let files = entry.files.iter().enumerate().map(|(index, file)| FileProgress {
        index: file.file.index,
        have_bytes: progress(index),
        size_bytes: file.file.size_bytes,
        offset_bytes: file.offset_bytes,
    });
    files.collect()
}

fn pieces(inner: &Inner, entry: &Entry) -> String {
    // Empty while the disk is checked.
    inner
        .pieces(entry)
        .map_or_else(String::new, |pieces| STANDARD.encode(pieces.bits))
}

fn peers(entry: &Entry) -> Vec<Peer> {
    let Some(live) = entry.handle.live() else {
        return Vec::new();
    };
    let snapshot = live.per_peer_stats_snapshot(Default::default());
    let bytes = snapshot
        .peers
        .iter()
        .map(|(address, peer)| (address.clone(), peer.counters.fetched_bytes));
    let mut speeds = entry.peer_speeds.lock().unwrap_or_else(PoisonError::into_inner);
    let elapsed = speeds.at.map(|at| at.elapsed());
    if elapsed.is_none_or(|elapsed| elapsed >= SPEED_WINDOW) {
        let seconds = elapsed.map_or(1.0, |elapsed| elapsed.as_secs_f64());
        let bytes: std::collections::HashMap<String, u64> = bytes.collect();
        let known = speeds.at.is_some();
        speeds.bps = bytes
            .iter()
            .map(|(address, now)| {
                let before = speeds
                    .bytes
                    .get(address)
                    .copied()
                    .unwrap_or(if known { 0 } else { *now });
                (address.clone(), (now.saturating_sub(before) as f64 / seconds) as u64)
            })
            .collect();
        speeds.bytes = bytes;
        speeds.at = Some(Instant::now());
    }
    let mut peers: Vec<Peer> = snapshot
        .peers
        .into_iter()
        .map(|(address, peer)| Peer {
            download_bps: speeds.bps.get(&address).copied().unwrap_or(0),
            address: masked(&address),
            client: peer
                .client_name
                .map(|name| name.chars().filter(|c| !c.is_control()).take(60).collect()),
            // Connections through our own proxy are TCP as well.
            connection: match peer.conn_kind.map(|kind| kind.to_string()).as_deref() {
                Some("uTP") => "utp",
                _ => "tcp",
            }
            .to_owned(),
            downloaded_bytes: peer.counters.fetched_bytes,
            uploaded_bytes: peer.counters.uploaded_bytes,
        })
        .collect();
    peers.sort_by(|a, b| {
        (b.download_bps, b.downloaded_bytes, &a.address).cmp(&(a.download_bps, a.downloaded_bytes, &b.address))
    });
    peers.truncate(limits::PEERS_SHOWN);
    peers
}

/// Masks the last part of an address, for the peer's privacy.
fn masked(address: &str) -> String {
    match address.parse::<SocketAddr>().map(|address| address.ip()) {
        Ok(std::net::IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.·")
        }
        Ok(std::net::IpAddr::V6(ip)) => {
            let [a, b, c, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:·")
        }
        Err(_) => "·".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_looked_at_is_not_what_is_there() {
        let of = |state| EngineStats {
            state,
            file_progress: Vec::new(),
            error: None,
            progress_bytes: 1000,
            uploaded_bytes: 0,
            total_bytes: 1000,
            finished: false,
            live: None,
        };
        let checking = of(TorrentStatsState::Initializing { paused: false });
        assert_eq!((verified(&checking, 300), checked_bytes(&checking)), (0, Some(1000)));
        let live = of(TorrentStatsState::Live);
        assert_eq!((verified(&live, 300), checked_bytes(&live)), (1000, None));
        assert_eq!(verified(&of(TorrentStatsState::Error), 300), 300);
    }

    #[test]
    fn a_peer_s_address_is_not_given_away() {
        assert_eq!(super::masked("203.0.113.77:6881"), "203.0.113.·");
        assert_eq!(super::masked("[2001:db8:1:2::9]:6881"), "2001:db8:1:·");
        assert_eq!(super::masked("nonsense"), "·");
    }
}
