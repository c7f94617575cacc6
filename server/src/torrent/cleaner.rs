//! Keeps the disk from filling up: enforces a quota by evicting whole torrents, and stops downloads when free space
//! falls below a threshold. Also ends the readers of failed torrents and restarts those when there is space.

use super::{Torrents, disk::free_bytes, entry::Entry, read, resume, stats};
use crate::clock;
use app::protocol::{InfoHash, Timestamp};
use librqbit::TorrentStatsState;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};
use tracing::{info, warn};

/// Interval between checks of the free space and of the torrents' states.
const TICK: Duration = Duration::from_secs(1);

/// Ticks between quota checks.
const QUOTA_TICKS: u32 = 15;

/// Ticks between saves of the downloaded pieces: a killed server downloads at most this much again.
const SAVE_TICKS: u32 = 2;

/// Free space above the threshold at which downloads resume, bytes; the gap keeps them from stopping and starting all
/// the time.
const RESUME_MARGIN: u64 = 256 << 20;

pub(super) async fn run(torrents: Torrents) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut tick = 0u32;
    loop {
        tokio::select! {
            () = torrents.0.stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        end_readers_of_failed(&torrents);
        stop_what_is_blocked(&torrents).await;
        ask_again_for_peers(&torrents).await;
        if tick.is_multiple_of(SAVE_TICKS) {
            write_down_pieces(&torrents).await;
        }
        if let Err(error) = watch_space(&torrents).await {
            warn!(error = format!("{error:#}"), "the free space could not be looked at");
        }
        if tick.is_multiple_of(QUOTA_TICKS)
            && let Err(error) = keep_quota(&torrents).await
        {
            warn!(error = format!("{error:#}"), "the quota could not be kept");
        }
        tick = tick.wrapping_add(1);
    }
}

/// Ends the readers of failed torrents, because the engine never wakes a read that waits for a piece of one.
fn end_readers_of_failed(torrents: &Torrents) {
    for entry in torrents.0.entries.iter() {
        if matches!(entry.handle.stats().state, TorrentStatsState::Error) {
            entry.end_readers();
        }
    }
}

/// Stops downloading and sharing torrents that an admin has blocked, and ends their readers. Their data stays, because
/// a filter may be a mistake; the quota evicts it in time.
async fn stop_what_is_blocked(torrents: &Torrents) {
    let is_blocked = |entry: &Arc<Entry>| entry.is_blocked(&torrents.0.filter);
    let entries: Vec<Arc<Entry>> = torrents.0.entries.iter().map(|entry| entry.clone()).collect();
    for entry in entries.into_iter().filter(is_blocked) {
        entry.end_readers();
        if matches!(entry.handle.stats().state, TorrentStatsState::Live) {
            info!(torrent = %entry.info_hash, "stopped, because a filter blocks it");
            stop(torrents, &entry).await;
        }
    }
}

async fn stop(torrents: &Torrents, entry: &Entry) {
    match torrents.0.pause(entry).await {
        Ok(false) => {}
        Ok(true) => {
            entry.stopped.store(true, Ordering::Relaxed);
            entry.end_readers();
        }
        Err(error) => {
            warn!(torrent = %entry.info_hash, error = format!("{error:#}"), "a torrent could not be stopped")
        }
    }
}

async fn write_down_pieces(torrents: &Torrents) {
    let entries: Vec<Arc<Entry>> = torrents.0.entries.iter().map(|entry| entry.clone()).collect();
    for entry in entries {
        resume::save(&torrents.0, &entry).await;
    }
}

/// Announces again for downloads that have no peers. The engine announces only at the tracker's own interval, half an
/// hour; pausing and resuming a torrent announces at once, and streams that wait for a piece keep waiting.
async fn ask_again_for_peers(torrents: &Torrents) {
    let entries: Vec<Arc<Entry>> = torrents.0.entries.iter().map(|entry| entry.clone()).collect();
    for entry in entries {
        if !entry.is_lonely_for_too_long() {
            continue;
        }
        if let Err(error) = torrents.0.restart(&entry).await {
            warn!(torrent = %entry.info_hash, error = format!("{error:#}"), "peers could not be asked for again");
        }
    }
}

async fn watch_space(torrents: &Torrents) -> anyhow::Result<()> {
    let folder = torrents.0.folder.clone();
    let free = tokio::task::spawn_blocking(move || free_bytes(&folder)).await??;
    let floor = torrents.0.config.free_space_bytes;
    let was_full = torrents.0.disk_full.load(Ordering::Relaxed);
    if !was_full && free < floor {
        warn!(
            free_bytes = free,
            floor_bytes = floor,
            "the disk is nearly full: downloads stop"
        );
        torrents.0.disk_full.store(true, Ordering::Relaxed);
    } else if was_full && free >= floor.saturating_add(RESUME_MARGIN) {
        info!(free_bytes = free, "there is room again: downloads go on");
        torrents.0.disk_full.store(false, Ordering::Relaxed);
    }
    let full = torrents.0.disk_full.load(Ordering::Relaxed);
    let entries: Vec<Arc<Entry>> = torrents.0.entries.iter().map(|entry| entry.clone()).collect();
    for entry in entries {
        if full {
            stop_for_space(torrents, &entry).await
        } else {
            go_on(torrents, &entry).await
        }
    }
    Ok(())
}

async fn stop_for_space(torrents: &Torrents, entry: &Entry) {
    let stats = entry.handle.stats();
    if matches!(stats.state, TorrentStatsState::Live) && !stats.finished {
        stop(torrents, entry).await;
    }
}

async fn go_on(torrents: &Torrents, entry: &Entry) {
    if entry.is_blocked(&torrents.0.filter) {
        return;
    }
    let stats = entry.handle.stats();
    let due = {
        let mut retries = entry.retries.lock().unwrap_or_else(PoisonError::into_inner);
        retries.due(stats.state, Instant::now())
    };
    if let Some(tries) = due {
        return start_again(torrents, entry, tries, stats.error.as_deref()).await;
    }
    if !entry.stopped.load(Ordering::Relaxed) {
        return;
    }
    let started = match stats.state {
        // A resume during the check after a restart would be lost when the check is done. A failed torrent waits for
        // its next retry.
        TorrentStatsState::Initializing { .. } | TorrentStatsState::Error => return,
        TorrentStatsState::Live => Ok(true),
        TorrentStatsState::Paused => torrents.0.unpause(entry).await,
    };
    match started {
        Ok(false) => {}
        Ok(true) => entry.stopped.store(false, Ordering::Relaxed),
        Err(error) => warn!(torrent = %entry.info_hash, error = format!("{error:#}"), "a download could not go on"),
    }
}

/// Retries a failed torrent: a disk that was full or broken for a moment should not need a restart of the program.
async fn start_again(torrents: &Torrents, entry: &Entry, tries: u32, cause: Option<&str>) {
    match torrents.0.unpause(entry).await {
        Ok(false) => {}
        Ok(true) => {
            entry.stopped.store(false, Ordering::Relaxed);
            warn!(torrent = %entry.info_hash, tries, cause, "a torrent that failed was started again");
        }
        Err(error) => {
            let error = format!("{error:#}");
            warn!(torrent = %entry.info_hash, tries, cause, error, "a torrent that failed could not be started again")
        }
    }
}

async fn keep_quota(torrents: &Torrents) -> anyhow::Result<()> {
    note_what_is_watched(torrents).await?;
    let sizes: HashMap<InfoHash, u64> = torrents
        .0
        .entries
        .iter()
        .map(|entry| {
            let bytes = stats::verified_bytes(entry.value(), &entry.handle.stats());
            (entry.info_hash, bytes)
        })
        .collect();
    let last_watched = torrents.0.db.torrent_use().await?;
    let now = clock::now();
    for info_hash in to_evict(&sizes, &last_watched, torrents.0.quota_bytes, now) {
        info!(torrent = %info_hash, "removed, because the quota is used up and it was watched longest ago");
        if let Err(error) = torrents.delete(info_hash).await {
            warn!(torrent = %info_hash, error = %error, "a torrent could not be removed");
        }
    }
    Ok(())
}

async fn note_what_is_watched(torrents: &Torrents) -> anyhow::Result<()> {
    let kept = torrents.kept();
    let watched: HashSet<InfoHash> = torrents
        .0
        .entries
        .iter()
        .map(|entry| entry.info_hash)
        .filter(|hash| kept.contains(hash) || !torrents.0.heads.of(*hash).is_empty())
        .collect();
    for info_hash in watched {
        torrents.0.db.touch_torrent(info_hash, clock::now()).await?;
    }
    Ok(())
}

/// Returns the torrents to evict, least recently watched first, until the rest fits the quota. Never one that is being
/// watched.
fn to_evict(
    sizes: &HashMap<InfoHash, u64>,
    last_watched: &HashMap<InfoHash, Timestamp>,
    quota_bytes: u64,
    now: Timestamp,
) -> Vec<InfoHash> {
    let mut used: u64 = sizes.values().sum();
    let watched_at = |hash: &InfoHash| last_watched.get(hash).copied().unwrap_or_default();
    let mut idle: Vec<InfoHash> = sizes
        .keys()
        .copied()
        .filter(|hash| now.seconds_since(watched_at(hash)) > read::WATCHED_TIMEOUT.as_secs())
        .collect();
    idle.sort_by_key(|hash| (watched_at(hash), *hash));
    let mut evicted = Vec::new();
    for hash in idle {
        if used <= quota_bytes {
            break;
        }
        used -= sizes[&hash];
        evicted.push(hash);
    }
    evicted
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(100_000_000);

    fn hash(n: u8) -> InfoHash {
        InfoHash([n; 20])
    }

    fn hours_ago(hours: i64) -> Timestamp {
        Timestamp(NOW.0 - hours * 3_600_000)
    }

    #[test]
    fn what_was_watched_longest_ago_goes_first_and_only_as_much_as_needed() {
        let sizes = HashMap::from([(hash(1), 40), (hash(2), 40), (hash(3), 40)]);
        let last = HashMap::from([
            (hash(1), hours_ago(1)),
            (hash(2), hours_ago(20)),
            (hash(3), hours_ago(5)),
        ]);
        assert_eq!(to_evict(&sizes, &last, 200, NOW), []);
        assert_eq!(to_evict(&sizes, &last, 100, NOW), [hash(2)]);
        assert_eq!(to_evict(&sizes, &last, 50, NOW), [hash(2), hash(3)]);
    }

    #[test]
    fn what_is_being_watched_stays_even_over_the_quota() {
        let sizes = HashMap::from([(hash(1), 400), (hash(2), 40)]);
        let last = HashMap::from([(hash(1), Timestamp(NOW.0 - 1_000)), (hash(2), hours_ago(2))]);
        assert_eq!(to_evict(&sizes, &last, 10, NOW), [hash(2)]);
    }
}
