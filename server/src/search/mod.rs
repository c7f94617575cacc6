//! Searching: all indexers at once, each within its time; hits merged by info hash and ranked; whole searches cached.
//!
//! The category is sent to the indexers and is part of the cache's key: they give 200 hits at most, and filtering those
//! afterwards would hide what lies beyond. The indexer filter is local: all are asked, and only that one is waited for.

mod clean;
mod config;
mod failure;
mod flight;
mod indexer;
mod internet_archive;
mod links;
mod request;
mod torznab;

pub use crate::fetch::Fetched as Resolved;
pub use config::{Address, IndexerConfig, IndexerKind, parse_indexers, parse_indexers_toml};

use crate::{
    cache::Cache,
    db::Db,
    fetch::{AllowedHost, Fetcher},
    filter::Filter,
};
use app::search::merge_hits;
use app::{
    error::{Error, Kind, Result},
    protocol::{AdminIndexer, HITS_PER_PAGE, IndexerStatus, IndexerTest, SearchAnswer, SearchEvent, SearchQuery},
};
use flight::{Flights, Progress};
use futures::{FutureExt, Stream, StreamExt, future::BoxFuture, stream::FuturesUnordered};
pub use indexer::Outcome;
use indexer::{Ask, Indexer};
use links::Links;
use request::Request;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// How long an indexer may take. Jackett's slower trackers need five to eight seconds; nobody looks at a page longer.
pub const INDEXER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a search that every indexer answered is kept.
const FRESH: Duration = Duration::from_secs(60 * 60);

/// How long a search that an indexer failed in is kept: it may be back in a minute.
const FRESH_WITH_GAPS: Duration = Duration::from_secs(60);

/// How long an indexer may take for its newest items: nobody waits for them, and its tracker may be asked for the list.
const NEWEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Indexers that are asked for their newest items at once: there is no hurry.
const NEWEST_AT_ONCE: usize = 4;

/// Finds torrents. Cheap to clone.
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
    flights: Flights,
}

/// A search in the cache: what the indexers other than the catalogue said.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Who was asked; a search from before the configuration changed is not used.
    names: Vec<String>,
    outcomes: Vec<Outcome>,
}

impl Search {
    /// Over these indexers; what the filter blocks is never shown.
    pub fn new(indexers: Vec<IndexerConfig>, db: Db, cache: Cache, filter: Filter) -> anyhow::Result<Self> {
        Self::with_patience(indexers, db, cache, filter, INDEXER_TIMEOUT)
    }

    /// Like [`Search::new`], waiting this long for each indexer.
    pub fn with_patience(
        indexers: Vec<IndexerConfig>,
        db: Db,
        cache: Cache,
        filter: Filter,
        patience: Duration,
    ) -> anyhow::Result<Self> {
        let fetcher = Fetcher::new(false)?;
        let indexer = |config| Arc::new(Indexer::new(config, &fetcher, &cache, &db));
        let indexers = indexers.into_iter().map(indexer).collect();
        let (links, flights) = (Links::new(cache.clone()), Flights::default());
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

    /// Names of the indexers, in the configuration's order.
    pub fn names(&self) -> Vec<String> {
        self.shared
            .indexers
            .iter()
            .map(|indexer| indexer.name().to_owned())
            .collect()
    }

    /// One page of hits, once every indexer has answered, failed or run out of time.
    pub async fn answer(&self, query: SearchQuery) -> Result<SearchAnswer> {
        // Each indexer has a deadline of its own; this one only bounds a mistake.
        self.answer_within(query, 2 * INDEXER_TIMEOUT).await
    }

    /// The same, with what there is after this long: nobody looks at a blank page because one indexer is slow.
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
        // A copy, so that nobody who writes waits while this one merges.
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

    /// The same search as it goes: the indexers' names, then each one's hits as it answers, then the end.
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

    /// The newest items of every indexer that lists them, without what the filter blocks; a few indexers at a time, each
    /// within its time. One that failed is logged and gives what came before.
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
            .buffer_unordered(NEWEST_AT_ONCE)
            .collect()
            .await
    }

    /// The indexers as they are configured, in that order, without their keys.
    pub fn indexers(&self) -> Vec<AdminIndexer> {
        self.shared.indexers.iter().map(|indexer| indexer.shown()).collect()
    }

    /// Tries one indexer: what it can do, and a sample of its answer. `None` if there is none of this name.
    pub async fn test(&self, name: &str) -> Option<IndexerTest> {
        let indexer = self.shared.indexers.iter().find(|indexer| indexer.name() == name)?;
        Some(indexer.test(self.shared.patience).await)
    }

    /// Follows the link behind a hit's `torrent_url` of this server.
    pub async fn resolve(&self, token: &str) -> Result<Resolved> {
        let gone = || Error::not_found("This link is too old. Search again.");
        let (name, link) = self.shared.links.find(token).await.ok_or_else(gone)?;
        let indexer = self
            .shared
            .indexers
            .iter()
            .find(|indexer| indexer.name() == name)
            .ok_or_else(gone)?;
        let allow = indexer.home().map_or_else(AllowedHost::none, AllowedHost::of);
        let useless = || {
            Error::new(
                Kind::BadGateway,
                format!("The link that {name} gave cannot be followed."),
            )
        };
        let fetched = self.shared.fetcher.fetch_torrent_from(link.as_str(), &allow).await;
        match fetched {
            Ok(Resolved::Magnet(link)) => indexer
                .without_secrets_in_magnet(link)
                .map(Resolved::Magnet)
                .ok_or_else(useless),
            // The visitor did not write the address, so that none of their fields is wrong.
            Err(error) if error.kind == Kind::InvalidInput => Err(useless()),
            fetched => fetched,
        }
    }

    fn start(&self, request: &Request) -> Result<watch::Receiver<Progress>> {
        let (shared, ask, key) = (self.shared.clone(), request.ask.clone(), request.key());
        self.shared
            .flights
            .join(&key.clone(), |progress| shared.run(ask, key, progress))
            .map_err(|flight::Full| {
                Error::new(
                    Kind::TooManyRequests,
                    "Too many searches are under way. Try again in a few seconds.",
                )
            })
    }
}

fn broke_off() -> Error {
    Error::new(Kind::Internal, "The search broke off. Try again.")
}

/// A search that a visitor listens to, and how many of its outcomes they have.
struct Listener {
    progress: watch::Receiver<Progress>,
    request: Request,
    seen: usize,
}

impl Listener {
    /// The next event, and the listener unless it was the last.
    async fn next(mut self) -> (SearchEvent, Option<Self>) {
        let Ok((outcome, cached)) = self.wait().await else {
            // The search's task is gone, and with it whatever it had not found yet.
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

    /// The first outcome that was not seen yet, or `None` when there will be no more; and whether it is cached.
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
    /// Answers from the cache, or asks everybody; the catalogue is asked in any case.
    async fn run(self: Arc<Self>, ask: Ask, key: String, progress: watch::Sender<Progress>) {
        let remote: Vec<_> = self
            .indexers
            .iter()
            .filter(|i| !i.is_always_asked())
            .map(|i| i.name().to_owned())
            .collect();
        let kept = self.cache.get::<Kept>(&key).await.filter(|kept| kept.names == remote);
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
            // As they came: a filter that is made or taken away counts from then on, and not when the cache is empty.
            self.keep(&key, remote, outcomes).await;
        }
        progress.send_modify(|progress| progress.done = true);
    }

    /// The outcome without what the filter blocks.
    fn allowed(&self, mut outcome: Outcome) -> Outcome {
        let rules = self.filter.rules();
        outcome.items.retain(|hit| !rules.blocks(hit.info_hash, &hit.title, []));
        outcome.report.count = outcome.items.len();
        outcome
    }

    /// Shows each outcome as it comes, and returns them all as they came.
    async fn ask_all(&self, ask: &Ask, also_remote: bool, progress: &watch::Sender<Progress>) -> Vec<Outcome> {
        let asked = self
            .indexers
            .iter()
            .filter(|indexer| also_remote || indexer.is_always_asked());
        let mut answers: FuturesUnordered<_> = asked
            .map(|indexer| async {
                let (task, ask, patience) = (indexer.clone(), ask.clone(), self.patience);
                // A task of its own: one that panics takes nobody along.
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
            .filter(|outcome| outcome.report.status == IndexerStatus::Ok)
            .count();
        if answered > 0 {
            let fresh = if answered == names.len() {
                FRESH
            } else {
                FRESH_WITH_GAPS
            };
            self.cache.set(key, &Kept { names, outcomes }, fresh).await;
        }
    }
}

#[cfg(test)]
mod merge_tests;
