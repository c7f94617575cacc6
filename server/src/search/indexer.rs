//! A configured indexer of any kind. Each query is bounded in time and never fails the search as a whole.

use super::{
    failure::Failure,
    internet_archive::InternetArchive,
    links::Links,
    query::{MAX_HITS, Query},
    torznab::{Caps, Torznab},
};
use crate::{
    cache::Cache,
    config::{IndexerDefinition, IndexerKind},
    db::Db,
    fetch::Fetcher,
};
use app::protocol::{AdminIndexer, Category, Hit, IndexerReport, IndexerStatus, IndexerTest};
use app::search::merge_hits;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use url::Url;

/// Maximum number of hits shown in a test.
const SAMPLE: usize = 5;

/// Test query for indexers that cannot list new items. Every archive of free films has a match.
const TEST_WORDS: &str = "sintel";

/// Result of querying one indexer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    /// Report shown above the results.
    pub report: IndexerReport,
    /// Hits, with duplicates within the indexer merged.
    pub items: Vec<Hit>,
}

/// A configured indexer.
pub struct Indexer {
    name: String,
    source: Source,
}

enum Source {
    Torznab(Torznab),
    InternetArchive(InternetArchive),
    Catalogue(Db),
}

impl Indexer {
    /// Creates an indexer from its definition and the services it uses.
    pub fn new(definition: IndexerDefinition, fetcher: &Fetcher, cache: &Cache, db: &Db) -> Self {
        let (name, links) = (definition.name, Links::new(cache.clone()));
        let source = match definition.kind {
            IndexerKind::Torznab(address) => {
                let url = address.url().clone();
                Source::Torznab(Torznab::new(name.clone(), url, fetcher.clone(), cache.clone(), links))
            }
            IndexerKind::InternetArchive(address) => {
                let base = address.url().clone();
                Source::InternetArchive(InternetArchive::new(name.clone(), base, fetcher.clone(), links))
            }
            IndexerKind::Catalogue => Source::Catalogue(db.clone()),
        };
        Self { name, source }
    }

    /// Returns the configured name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether the indexer is queried even if the search is cached. True for the catalogue: the query is cheap,
    /// and additions should be found immediately.
    pub fn is_always_asked(&self) -> bool {
        matches!(self.source, Source::Catalogue(_))
    }

    /// Returns the configured address, whose host may be private.
    pub fn home(&self) -> Option<&Url> {
        match &self.source {
            Source::Torznab(torznab) => Some(torznab.url()),
            Source::InternetArchive(archive) => Some(archive.base()),
            Source::Catalogue(_) => None,
        }
    }

    /// Redacts a magnet link that one of the indexer's links led to. Returns `None` if nothing usable is left.
    pub fn without_secrets_in_magnet(&self, link: String) -> Option<String> {
        match &self.source {
            Source::Torznab(torznab) => torznab.without_secrets_in_magnet(link),
            Source::InternetArchive(_) | Source::Catalogue(_) => Some(link),
        }
    }

    /// Searches, for at most `patience`. Hits received before a failure are kept.
    pub async fn ask(&self, ask: &Query, patience: Duration) -> Outcome {
        let (started, mut found) = (Instant::now(), Vec::new());
        let answered = tokio::time::timeout(patience, self.search(ask, &mut found)).await;
        self.outcome(answered, found, ask.category, started, patience)
    }

    /// Returns whether the indexer can list new items.
    pub fn lists_newest(&self) -> bool {
        matches!(self.source, Source::Torznab(_))
    }

    /// Lists the newest items, for at most `patience`. Items received before a failure are kept.
    pub async fn newest(&self, patience: Duration) -> Outcome {
        let (started, mut found) = (Instant::now(), Vec::new());
        let answered = tokio::time::timeout(patience, self.list_newest(&mut found)).await;
        self.outcome(answered, found, None, started, patience)
    }

    async fn list_newest(&self, found: &mut Vec<Hit>) -> Result<(), Failure> {
        match &self.source {
            Source::Torznab(torznab) => torznab.newest(found).await,
            Source::InternetArchive(_) | Source::Catalogue(_) => Ok(()),
        }
    }

    /// Returns the description shown to the operator.
    pub fn shown(&self) -> AdminIndexer {
        let kind = match self.source {
            Source::Torznab(_) => "torznab",
            Source::InternetArchive(_) => "internet-archive",
            Source::Catalogue(_) => "catalogue",
        };
        AdminIndexer {
            name: self.name.clone(),
            kind: kind.to_owned(),
            address: self.home().map(|home| home.origin().ascii_serialization()),
        }
    }

    /// Tests the indexer: fetches its capabilities, bypassing the cache, and a sample of its answer.
    pub async fn test(&self, patience: Duration) -> IndexerTest {
        let started = Instant::now();
        let (caps, outcome, asked) = match &self.source {
            Source::Torznab(torznab) => {
                let answered = tokio::time::timeout(patience, torznab.caps_now()).await;
                let caps = match answered.unwrap_or(Err(Failure::Timeout)) {
                    Ok(caps) => caps,
                    Err(failure) => {
                        let outcome = self.outcome(Ok(Err(failure)), Vec::new(), None, started, patience);
                        return self.tested(outcome, None, "what it can do", started);
                    }
                };
                (Some(caps), self.newest(patience).await, "its newest items")
            }
            Source::InternetArchive(_) | Source::Catalogue(_) => {
                let ask = Query {
                    words: TEST_WORDS.to_owned(),
                    category: None,
                };
                (None, self.ask(&ask, patience).await, TEST_WORDS)
            }
        };
        self.tested(outcome, caps, asked, started)
    }

    fn tested(&self, outcome: Outcome, caps: Option<Caps>, asked: &str, started: Instant) -> IndexerTest {
        let elapsed_ms = started.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
        IndexerTest {
            report: IndexerReport {
                elapsed_ms,
                ..outcome.report
            },
            caps: caps.as_ref().map(Caps::shown),
            asked: asked.to_owned(),
            sample: outcome.items.into_iter().take(SAMPLE).collect(),
        }
    }

    fn outcome(
        &self,
        answered: Result<Result<(), Failure>, tokio::time::error::Elapsed>,
        found: Vec<Hit>,
        category: Option<Category>,
        started: Instant,
        patience: Duration,
    ) -> Outcome {
        let failure = answered.unwrap_or(Err(Failure::Timeout)).err();
        if let Some(failure) = failure.as_ref().filter(|failure| **failure != Failure::NoSuchCategory) {
            tracing::warn!(indexer.name = %self.name, cause = ?failure, hits = found.len(), "an indexer failed");
        }
        let items = self.tidy(found, category);
        Outcome {
            report: self.report(failure.as_ref(), started.elapsed(), patience, items.len()),
            items,
        }
    }

    /// Returns the outcome of an internal error.
    pub fn could_not_ask(&self, cause: String) -> Outcome {
        tracing::error!(indexer.name = %self.name, cause, "asking an indexer panicked");
        let report = self.report(Some(&Failure::Ours(cause)), Duration::ZERO, Duration::ZERO, 0);
        Outcome {
            report,
            items: Vec::new(),
        }
    }

    async fn search(&self, ask: &Query, found: &mut Vec<Hit>) -> Result<(), Failure> {
        match &self.source {
            Source::Torznab(torznab) => torznab.search(ask, found).await,
            Source::InternetArchive(archive) => archive.search(ask, found).await,
            Source::Catalogue(db) => {
                let most = u32::try_from(MAX_HITS).unwrap_or(u32::MAX);
                let hits = db.search_catalogue(&ask.words, ask.category, most).await;
                *found = hits.map_err(|error| Failure::Ours(format!("{error:#}")))?;
                Ok(())
            }
        }
    }

    /// Labels the hits with the indexer's name and merges duplicates. Drops those of other categories, because some
    /// indexers ignore the category.
    fn tidy(&self, found: Vec<Hit>, category: Option<Category>) -> Vec<Hit> {
        let fitting = found
            .into_iter()
            .filter(|hit| category.is_none_or(|category| category == hit.category));
        let own = fitting.take(MAX_HITS).map(|hit| Hit {
            indexer: self.name.clone(),
            indexers: vec![self.name.clone()],
            ..hit
        });
        merge_hits(Vec::new(), own.collect())
    }

    fn report(&self, failure: Option<&Failure>, elapsed: Duration, patience: Duration, count: usize) -> IndexerReport {
        IndexerReport {
            name: self.name.clone(),
            status: failure.map_or(IndexerStatus::Ok, Failure::status),
            detail: failure.map(|failure| failure.sentence(&self.name, patience, count)),
            elapsed_ms: elapsed.as_millis().try_into().unwrap_or(u64::MAX),
            count,
        }
    }
}
