//! One source of results of whichever kind: asked once, within its time, whatever it does.

use super::{
    config::{IndexerConfig, IndexerKind},
    failure::Failure,
    internet_archive::InternetArchive,
    links::Links,
    torznab::Torznab,
};
use crate::{cache::Cache, db::Db, fetch::Fetcher};
use app::protocol::{Category, Hit, IndexerReport, IndexerStatus};
use app::search::merge_hits;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use url::Url;

/// Hits kept of one indexer. Four pages of results; whoever reads on asks for something more exact.
pub const HITS: usize = 200;

/// What is asked of every indexer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The query, normalised.
    pub words: String,
    /// Only this category.
    pub category: Option<Category>,
}

/// How an indexer fared and what it found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    /// For the strip above the results.
    pub report: IndexerReport,
    /// Its hits, merged among themselves.
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
    /// From its configuration and the services that indexers use.
    pub fn new(config: IndexerConfig, fetcher: &Fetcher, cache: &Cache, db: &Db) -> Self {
        let (name, links) = (config.name, Links::new(cache.clone()));
        let source = match config.kind {
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

    /// Its name in the configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is asked anew although the search is cached: the catalogue costs nobody anything, and what was added
    /// to it a moment ago should be found.
    pub fn is_always_asked(&self) -> bool {
        matches!(self.source, Source::Catalogue(_))
    }

    /// Its configured address, whose host may be private.
    pub fn home(&self) -> Option<&Url> {
        match &self.source {
            Source::Torznab(torznab) => Some(torznab.url()),
            Source::InternetArchive(archive) => Some(archive.base()),
            Source::Catalogue(_) => None,
        }
    }

    /// Asks it, for at most `patience`. What it gave before it failed counts.
    pub async fn ask(&self, ask: &Ask, patience: Duration) -> Outcome {
        let (started, mut found) = (Instant::now(), Vec::new());
        let answered = tokio::time::timeout(patience, self.search(ask, &mut found)).await;
        let failure = answered.unwrap_or(Err(Failure::Timeout)).err();
        if let Some(failure) = &failure {
            tracing::warn!(indexer.name = %self.name, cause = ?failure, hits = found.len(), "an indexer failed");
        }
        let items = self.tidy(found, ask.category);
        Outcome {
            report: self.report(failure.as_ref(), started.elapsed(), patience, items.len()),
            items,
        }
    }

    /// The outcome when asking it went wrong on our side.
    pub fn could_not_ask(&self, cause: String) -> Outcome {
        tracing::error!(indexer.name = %self.name, cause, "asking an indexer panicked");
        let report = self.report(Some(&Failure::Ours(cause)), Duration::ZERO, Duration::ZERO, 0);
        Outcome {
            report,
            items: Vec::new(),
        }
    }

    async fn search(&self, ask: &Ask, found: &mut Vec<Hit>) -> Result<(), Failure> {
        match &self.source {
            Source::Torznab(torznab) => torznab.search(ask, found).await,
            Source::InternetArchive(archive) => archive.search(ask, found).await,
            Source::Catalogue(db) => {
                let most = u32::try_from(HITS).unwrap_or(u32::MAX);
                let hits = db.search_catalogue(&ask.words, ask.category, most).await;
                *found = hits.map_err(|error| Failure::Ours(format!("{error:#}")))?;
                Ok(())
            }
        }
    }

    /// Indexers that know no category give everything; the rest is dropped here.
    fn tidy(&self, found: Vec<Hit>, category: Option<Category>) -> Vec<Hit> {
        let fitting = found
            .into_iter()
            .filter(|hit| category.is_none_or(|category| category == hit.category));
        let own = fitting.take(HITS).map(|hit| Hit {
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
