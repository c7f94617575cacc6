//! Indexer polling: at an interval, one node fetches the newest items of all indexers into the catalogue, so that the
//! home page has content.

use crate::{
    clock,
    db::{Db, KnownTorrent},
    filter::Filter,
    search::Search,
    torrent::magnet::clean_name,
};
use app::protocol::{Hit, IndexerStatus, Timestamp};
use std::time::Duration;
use uuid::Uuid;

/// Name of the polling lease.
const LEASE: &str = "poll";

/// Delay of the first poll after a start. A new instance should not stay empty for half an hour, but a restart should
/// serve waiting users first.
const INITIAL_DELAY: Duration = Duration::from_secs(20);

/// Maximum number of items stored per round, across all indexers; the newest are kept.
pub const ITEMS: usize = 1_000;

/// Poller.
#[derive(Clone)]
pub struct Poll {
    /// Indexers to query.
    pub search: Search,
    /// Filter applied before storing.
    pub filter: Filter,
    /// Destination.
    pub db: Db,
}

/// Outcome of one round.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Indexers that answered or were skipped.
    pub answered: usize,
    /// Indexers that failed.
    pub failed: usize,
    /// New torrents.
    pub added: usize,
    /// Torrents that were already known.
    pub updated: usize,
}

impl Poll {
    /// Polls about every `interval`, for as long as the server runs.
    pub async fn run(self, interval: Duration) {
        let holder = Uuid::new_v4().simple().to_string();
        let mut wait = jittered(INITIAL_DELAY.min(interval));
        loop {
            tokio::time::sleep(wait).await;
            wait = jittered(interval);
            match self.turn(&holder, interval).await {
                Ok(Some(round)) => tracing::info!(?round, "asked the indexers for what is new"),
                Ok(None) => tracing::debug!("another node asks the indexers for what is new"),
                Err(error) => tracing::error!(error = format!("{error:#}"), "what is new could not be stored"),
            }
        }
    }

    /// Runs one round, unless another node has run one within the last three quarters of the interval.
    pub async fn turn(&self, holder: &str, interval: Duration) -> anyhow::Result<Option<Round>> {
        let now = clock::now();
        let millis = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX / 4);
        let until = Timestamp(now.0.saturating_add(millis / 4 * 3));
        if !self.db.take_lease(LEASE, holder, until, now).await? {
            return Ok(None);
        }
        self.round().await.map(Some)
    }

    /// Runs one round unconditionally.
    pub async fn round(&self) -> anyhow::Result<Round> {
        let mut round = Round::default();
        let mut hits = Vec::new();
        for outcome in self.search.newest().await {
            match outcome.report.status {
                IndexerStatus::Ok | IndexerStatus::Skipped => round.answered += 1,
                IndexerStatus::Timeout | IndexerStatus::Error => round.failed += 1,
            }
            hits.extend(outcome.items);
        }
        let mut hits = app::search::merge_hits(Vec::new(), hits);
        hits.sort_by_key(|hit| std::cmp::Reverse(hit.published_at));
        let rules = self.filter.rules();
        for torrent in hits.into_iter().filter_map(known).take(ITEMS) {
            if rules.blocks(Some(torrent.info_hash), &torrent.name, []) {
                continue;
            }
            if self.db.add_found(&torrent, clock::now()).await? {
                round.added += 1;
            } else {
                round.updated += 1;
            }
        }
        Ok(round)
    }
}

/// Converts a hit to a catalogue record. `None` without an info hash, a magnet link or a usable title.
fn known(hit: Hit) -> Option<KnownTorrent> {
    Some(KnownTorrent {
        info_hash: hit.info_hash?,
        name: clean_name(&hit.title)?,
        size_bytes: hit.size_bytes.min(crate::limits::TORRENT_BYTES),
        magnet: hit.magnet?,
        poster_url: hit.poster_url,
        category: hit.category,
        seeders: hit.seeders,
        published_at: hit.published_at,
        files: Vec::new(),
    })
}

/// Returns the duration with up to 20 % of jitter, so that nodes and instances do not poll in step.
fn jittered(time: Duration) -> Duration {
    let random = Uuid::new_v4().as_u128() as u32;
    time.mul_f64(0.8 + 0.4 * f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_a_fifth_at_most_and_differs() {
        let hour = Duration::from_secs(3600);
        let times: Vec<Duration> = (0..200).map(|_| jittered(hour)).collect();
        assert!(times.iter().all(|time| (hour * 4 / 5..=hour * 6 / 5).contains(time)));
        assert!(times.iter().max() > times.iter().min());
    }
}
