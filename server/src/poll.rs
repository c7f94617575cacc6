//! The scheduled look at what is new: every so often one node asks the indexers for their newest items and puts them
//! into the catalogue, so that the home page has something to show.

use crate::{
    clock,
    db::{Db, KnownTorrent},
    filter::Filter,
    search::Search,
    torrent::magnet::clean_name,
};
use app::protocol::{Hit, IndexerStatus, Timestamp};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The lease of the node that polls.
const LEASE: &str = "poll";

/// The first look after a start: a new instance should not stay empty for half an hour, and a restart should first
/// answer those who wait.
const FIRST: Duration = Duration::from_secs(20);

/// Items kept of one round, of all indexers: the newest.
pub const ITEMS: usize = 1_000;

/// Asks, filters and stores.
#[derive(Clone)]
pub struct Poll {
    /// Who is asked.
    pub search: Search,
    /// What is never stored.
    pub filter: Filter,
    /// Where it goes.
    pub db: Db,
}

/// What became of a round.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Indexers that answered.
    pub answered: usize,
    /// Indexers that failed.
    pub failed: usize,
    /// Torrents that were new.
    pub added: usize,
    /// Torrents that were known.
    pub updated: usize,
}

impl Poll {
    /// Polls until `stop`, about every `interval`.
    pub async fn run(self, interval: Duration, stop: CancellationToken) {
        let holder = Uuid::new_v4().simple().to_string();
        let mut wait = jittered(FIRST.min(interval));
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
            wait = jittered(interval);
            let round = async {
                match self.turn(&holder, interval).await {
                    Ok(Some(round)) => tracing::info!(?round, "asked the indexers for what is new"),
                    Ok(None) => tracing::debug!("another node asks the indexers for what is new"),
                    Err(error) => tracing::error!(error = format!("{error:#}"), "what is new could not be stored"),
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = round => {}
            }
        }
    }

    /// One round, if no other node has had one in the last three quarters of the interval.
    pub async fn turn(&self, holder: &str, interval: Duration) -> anyhow::Result<Option<Round>> {
        let now = clock::now();
        let millis = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX / 4);
        let until = Timestamp(now.0.saturating_add(millis / 4 * 3));
        if !self.db.take_lease(LEASE, holder, until, now).await? {
            return Ok(None);
        }
        self.round().await.map(Some)
    }

    /// One round.
    pub async fn round(&self) -> anyhow::Result<Round> {
        let mut round = Round::default();
        let mut hits = Vec::new();
        for outcome in self.search.newest().await {
            match outcome.report.status {
                IndexerStatus::Ok => round.answered += 1,
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

/// What the catalogue keeps of a hit; nothing of one whose info hash is not known.
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

/// The time, give or take a fifth, so that nodes and instances do not all ask at once.
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
