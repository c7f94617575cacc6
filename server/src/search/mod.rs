//! Search across all indexers concurrently, each with a timeout. Hits are merged by info hash and ranked; results are
//! cached.
//!
//! The category is sent to the indexers and is part of the cache key: indexers return at most 200 hits, so filtering
//! afterwards would hide the rest. The indexer filter is local: all are queried, but only the selected one is waited
//! for.

mod clean;
mod failure;
mod flight;
mod indexer;
mod internet_archive;
mod links;
mod query;
mod request;
mod torznab;

pub use crate::fetch::Fetched as Resolved;

use crate::{
    cache::Cache,
    config::IndexerDefinition,
    db::Db,
    fetch::{AllowedHost, Fetcher},
    filter::Filter,
};
use app::search::merge_hits;
use app::{
    error::{Error, Kind, Result},
    protocol::{AdminIndexer, HITS_PER_PAGE, IndexerStatus, IndexerTest, SearchAnswer, SearchEvent, SearchQuery},
    t,
};
use flight::{InFlightSearches, Progress};
use futures::{FutureExt, Stream, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use indexer::Indexer;
pub use indexer::Outcome;
use links::Links;
use query::Query;
use request::Request;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// Timeout per indexer. Jackett's slower trackers need five to eight seconds, and users wait no longer than this.
pub const INDEXER_TIMEOUT: Duration = Duration::from_secs(10);

/// Time to live of a cached search that all indexers answered.
const CACHE_TTL: Duration = Duration::from_secs(60 * 60);

/// Time to live of a cached search in which an indexer failed, since it may recover within a minute.
const PARTIAL_CACHE_TTL: Duration = Duration::from_secs(60);

/// Timeout for listing new items. Longer, because no user waits and the indexer may have to query its tracker.
const NEWEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Maximum number of indexers queried concurrently for new items; this is not urgent.
const NEWEST_CONCURRENCY: usize = 4;

/// Torrent search. Cheap to clone.
#[derive(Clone)]
pub struct Search {
    shared: Arc<Shared>,
}

struct Shared {
    indexers: Vec<Arc<Indexer>>,
    patience: Duration,
    cache: Cache,
    links: Links,
    fetcher: Fetcher,
    filter: Filter,
    flights: InFlightSearches,
}

/// Cached search: the outcomes of all indexers except the catalogue.
#[derive(Serialize, Deserialize)]
struct CachedSearch {
    /// Indexers queried. A mismatch with the current configuration invalidates the entry.
    names: Vec<String>,
    outcomes: Vec<Outcome>,
}

impl Search {
    /// Creates a search over these indexers. Results exclude what the content filter blocks.
    pub fn new(indexers: Vec<IndexerDefinition>, db: Db, cache: Cache, filter: Filter) -> anyhow::Result<Self> {
        Self::with_patience(indexers, db, cache, filter, INDEXER_TIMEOUT)
    }

    /// Like [`Search::new`], with this timeout per indexer.
    pub fn with_patience(
        indexers: Vec<IndexerDefinition>,
        db: Db,
        cache: Cache,
        filter: Filter,
        patience: Duration,
    ) -> anyhow::Result<Self> {
        let fetcher = Fetcher::new(false)?;
        let indexer = |definition| Arc::new(Indexer::new(definition, &fetcher, &cache, &db));
        let indexers = indexers.into_iter().map(indexer).collect();
        let (links, flights) = (Links::new(cache.clone()), InFlightSearches::default());
        Ok(Self {
            shared: Arc::new(Shared {
                indexers,
                patience,
                cache,
                links,
                fetcher,
                filter,
                flights,
            }),
        })
    }

    /// Returns the names of the indexers, in configuration order.
    pub fn names(&self) -> Vec<String> {
        self.shared
            .indexers
            .iter()
            .map(|indexer| indexer.name().to_owned())
            .collect()
    }

    /// Returns a page of hits once every indexer has answered, failed or timed out.
    pub async fn answer(&self, query: SearchQuery) -> Result<SearchAnswer> {
        // The indexers' own timeouts apply first; this one is a safety net.
        self.answer_within(query, 2 * INDEXER_TIMEOUT).await
    }

    /// Like [`answer`](Self::answer), but returns partial results after `patience`, so that a slow indexer does not
    /// delay the page.
    pub async fn answer_within(&self, query: SearchQuery, patience: Duration) -> Result<SearchAnswer> {
        let request = Request::check(query, self.names())?;
        let mut progress = self.start(&request)?;
        let finished = |now: &Progress| now.done || request.is_answered_by(now);
        if let Ok(Err(_)) = tokio::time::timeout(patience, progress.wait_for(finished))
            .await
            .map(|seen| seen.map(drop))
        {
            return Err(broke_off());
        }
        // Cloned, so that the lock is not held while merging.
        let (outcomes, cached, complete) = {
            let now = progress.borrow();
            (now.outcomes.clone(), now.cached, finished(&now))
        };
        let outcomes: Vec<_> = outcomes
            .iter()
            .filter(|outcome| request.asks(&outcome.report.name))
            .collect();
        let mut indexers: Vec<_> = outcomes.iter().map(|outcome| outcome.report.clone()).collect();
        indexers.sort_by_key(|report| request.names.iter().position(|name| *name == report.name));
        let hits = request.in_order(merge_hits(
            Vec::new(),
            outcomes.iter().flat_map(|outcome| outcome.items.clone()).collect(),
        ));
        let total = hits.len();
        let items = hits.into_iter().skip(request.skipped()).take(HITS_PER_PAGE).collect();
        Ok(SearchAnswer {
            query: request.shown,
            items,
            total,
            indexers,
            cached,
            complete,
        })
    }

    /// Returns the search as a stream of events: the indexers' names, the hits of each indexer as it answers, then the
    /// end.
    pub fn events(&self, query: SearchQuery) -> Result<impl Stream<Item = SearchEvent> + Send + use<>> {
        let request = Request::check(query, self.names())?;
        let progress = self.start(&request)?;
        let names = request
            .names
            .iter()
            .filter(|name| request.asks(name))
            .cloned()
            .collect();
        let first = futures::stream::iter([SearchEvent::Indexers { names }]);
        let listener = Listener {
            progress,
            request,
            seen: 0,
        };
        let rest = futures::stream::unfold(Some(listener), |listener| async { Some(listener?.next().await) });
        Ok(first.chain(rest))
    }

    /// Returns the newest items of every indexer that can list them, excluding what the content filter blocks. Queries
    /// a few indexers at a time, each with a timeout; a failure is logged and keeps the items received before it.
    pub async fn newest(&self) -> Vec<Outcome> {
        let listing = self.shared.indexers.iter().filter(|indexer| indexer.lists_newest());
        let asked: Vec<BoxFuture<'static, Outcome>> = listing
            .cloned()
            .map(|indexer| {
                let shared = self.shared.clone();
                async move { shared.allowed(indexer.newest(NEWEST_TIMEOUT).await) }.boxed()
            })
            .collect();
        futures::stream::iter(asked)
            .buffer_unordered(NEWEST_CONCURRENCY)
            .collect()
            .await
    }

    /// Returns the configured indexers, in configuration order, without their keys.
    pub fn indexers(&self) -> Vec<AdminIndexer> {
        self.shared.indexers.iter().map(|indexer| indexer.shown()).collect()
    }

    /// Tests an indexer: its capabilities, and a sample of its answer. Returns `None` for an unknown name.
    pub async fn test(&self, name: &str) -> Option<IndexerTest> {
        let indexer = self.shared.indexers.iter().find(|indexer| indexer.name() == name)?;
        Some(indexer.test(self.shared.patience).await)
    }

    /// Resolves the token of a hit's `torrent_url` and fetches the link behind it.
    pub async fn resolve(&self, token: &str) -> Result<Resolved> {
        let gone = || Error::not_found(t::server_search::link_old());
        let (name, link) = self.shared.links.find(token).await.ok_or_else(gone)?;
        let indexer = self
            .shared
            .indexers
            .iter()
            .find(|indexer| indexer.name() == name)
            .ok_or_else(gone)?;
        let allow = indexer.home().map_or_else(AllowedHost::none, AllowedHost::of);
        let useless = || Error::new(Kind::BadGateway, t::server_search::link_wrong(&name));
        let fetched = self.shared.fetcher.fetch_torrent_from(link.as_str(), &allow).await;
        match fetched {
            Ok(Resolved::Magnet(link)) => indexer
                .without_secrets_in_magnet(link)
                .map(Resolved::Magnet)
                .ok_or_else(useless),
            // The address was not the user's input, so it is not reported as an invalid field.
            Err(error) if error.kind == Kind::InvalidInput => Err(useless()),
            fetched => fetched,
        }
    }

    fn start(&self, request: &Request) -> Result<watch::Receiver<Progress>> {
        let (shared, ask, key) = (self.shared.clone(), request.ask.clone(), request.key());
        self.shared
            .flights
            .join(&key.clone(), |progress| shared.run(ask, key, progress))
            .map_err(|flight::Full| Error::new(Kind::TooManyRequests, t::server_search::busy()))
    }
}

fn broke_off() -> Error {
    Error::new(Kind::Internal, t::server_search::broke_off())
}

/// Subscriber of a search, with the number of outcomes already seen.
struct Listener {
    progress: watch::Receiver<Progress>,
    request: Request,
    seen: usize,
}

impl Listener {
    /// Returns the next event, and the subscriber unless the event was the last.
    async fn next(mut self) -> (SearchEvent, Option<Self>) {
        let Ok((outcome, cached)) = self.wait().await else {
            // The search task has panicked; its remaining outcomes are lost.
            return (SearchEvent::Done { cached: false }, None);
        };
        let Some((index, outcome)) = outcome else {
            return (SearchEvent::Done { cached }, None);
        };
        self.seen = index + 1;
        let items = self.request.in_order(outcome.items.clone());
        (
            SearchEvent::Hits {
                report: outcome.report.clone(),
                items,
            },
            Some(self),
        )
    }

    /// Waits for the first unseen outcome. Returns `None` after the last one, and whether the search is cached.
    async fn wait(&mut self) -> Result<(Option<(usize, Arc<Outcome>)>, bool), watch::error::RecvError> {
        let (request, seen) = (&self.request, self.seen);
        let fresh = |now: &Progress| {
            let mut outcomes = now.outcomes.iter().enumerate().skip(seen);
            let fresh = outcomes.find(|(_, outcome)| request.asks(&outcome.report.name));
            fresh.map(|(index, outcome)| (index, outcome.clone()))
        };
        let waited = self
            .progress
            .wait_for(|now| now.done || request.is_answered_by(now) || fresh(now).is_some())
            .await?;
        Ok((fresh(&waited), waited.cached))
    }
}

impl Shared {
    /// Runs a search: from the cache, or by querying all indexers. The catalogue is queried in any case.
    async fn run(self: Arc<Self>, ask: Query, key: String, progress: watch::Sender<Progress>) {
        let remote: Vec<_> = self
            .indexers
            .iter()
            .filter(|i| !i.is_always_asked())
            .map(|i| i.name().to_owned())
            .collect();
        let kept = self
            .cache
            .get::<CachedSearch>(&key)
            .await
            .filter(|kept| kept.names == remote);
        let is_cached = kept.is_some();
        if let Some(kept) = kept {
            let outcomes = kept.outcomes.into_iter().map(|outcome| Arc::new(self.allowed(outcome)));
            progress.send_modify(|progress| {
                progress.cached = true;
                progress.outcomes.extend(outcomes);
            });
        }
        let outcomes = self.ask_all(&ask, !is_cached, &progress).await;
        if !is_cached {
            // Cached unfiltered, so that changes of the content filter apply immediately.
            self.keep(&key, remote, outcomes).await;
        }
        progress.send_modify(|progress| progress.done = true);
    }

    /// Removes hits that the content filter blocks.
    fn allowed(&self, mut outcome: Outcome) -> Outcome {
        let rules = self.filter.rules();
        outcome.items.retain(|hit| !rules.blocks(hit.info_hash, &hit.title, []));
        outcome.report.count = outcome.items.len();
        outcome
    }

    /// Queries the indexers and publishes each outcome, filtered, as it arrives. Returns all outcomes, unfiltered.
    async fn ask_all(&self, ask: &Query, also_remote: bool, progress: &watch::Sender<Progress>) -> Vec<Outcome> {
        let asked = self
            .indexers
            .iter()
            .filter(|indexer| also_remote || indexer.is_always_asked());
        let mut answers: FuturesUnordered<_> = asked
            .map(|indexer| async {
                let (task, ask, patience) = (indexer.clone(), ask.clone(), self.patience);
                // Spawned as a separate task, so that a panic affects one indexer only. Awaited here, hence not tracked.
                let answered = tokio::spawn(async move { task.ask(&ask, patience).await }).await;
                answered.unwrap_or_else(|error| indexer.could_not_ask(error.to_string()))
            })
            .collect();
        let mut outcomes = Vec::new();
        while let Some(outcome) = answers.next().await {
            let allowed = Arc::new(self.allowed(outcome.clone()));
            progress.send_modify(|progress| progress.outcomes.push(allowed));
            outcomes.push(outcome);
        }
        outcomes
    }

    async fn keep(&self, key: &str, names: Vec<String>, outcomes: Vec<Outcome>) {
        let outcomes: Vec<_> = outcomes
            .into_iter()
            .filter(|outcome| names.contains(&outcome.report.name))
            .collect();
        let answered = outcomes
            .iter()
            .filter(|outcome| matches!(outcome.report.status, IndexerStatus::Ok | IndexerStatus::Skipped))
            .count();
        if answered > 0 {
            let fresh = if answered == names.len() {
                CACHE_TTL
            } else {
                PARTIAL_CACHE_TTL
            };
            self.cache.set(key, &CachedSearch { names, outcomes }, fresh).await;
        }
    }
}

#[cfg(test)]
mod merge_tests;
