//! Results of a search, accumulated as indexers respond.

use crate::api;
use crate::client::events::{Events, StreamEvent};
use crate::component::indexer_strip::Chip;
use crate::error::{Error, Result};
use crate::protocol::*;
use crate::search::{filter, merge_hits, rank};
use crate::t;
use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// Part of the query that requires a new request. Filtering by indexer and sorting happen in the page, but a category
/// is sent: each indexer limits its number of hits, and those of one category might all be beyond the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamRequest {
    words: String,
    category: Option<Category>,
}

impl StreamRequest {
    /// Extracts that part of a query.
    pub fn by(query: &SearchQuery) -> Self {
        Self {
            words: query.normalised(),
            category: query.category,
        }
    }

    fn query(&self) -> SearchQuery {
        SearchQuery {
            query: self.words.clone(),
            category: self.category,
            ..SearchQuery::default()
        }
    }
}

fn chips(reports: Vec<IndexerReport>) -> Vec<Chip> {
    let chip = |report: IndexerReport| Chip {
        name: report.name.clone(),
        report: Some(report),
    };
    reports.into_iter().map(chip).collect()
}

/// State of a search.
#[derive(Clone, Copy)]
pub struct Found {
    hits: RwSignal<Vec<Hit>>,
    /// Indexers and their status.
    pub chips: RwSignal<Vec<Chip>>,
    /// Set while indexers have yet to respond.
    pub running: RwSignal<bool>,
    /// Reason that there are no results.
    pub problem: RwSignal<Option<Error>>,
    /// Number of hits on all pages of the server's response; `None` if all hits are here.
    total: RwSignal<Option<usize>>,
    /// Query that the server's response answers; other queries are streamed.
    pub answered: StoredValue<Option<SearchQuery>>,
    /// Search terms of the hits: those of the latest stream, or of the page's first response.
    words: StoredValue<String>,
    /// Request whose events have been, or are being, received.
    pub followed: StoredValue<Option<StreamRequest>>,
    /// Current query of the page.
    pub now: StoredValue<SearchQuery>,
    /// Set once an indexer's response has arrived on this stream.
    came: StoredValue<bool>,
    stream: StoredValue<Option<SendWrapper<Events>>>,
}

impl Found {
    /// Creates the state from the response in the page.
    pub fn new(asked: SearchQuery, answer: Option<Result<SearchAnswer>>) -> Self {
        let (hits, chips, total, problem) = match answer.clone() {
            Some(Ok(answer)) => (
                answer.items,
                chips(answer.indexers),
                answer.complete.then_some(answer.total),
                None,
            ),
            Some(Err(error)) => (vec![], vec![], None, Some(error)),
            None => (vec![], vec![], None, None),
        };
        let is_whole = answer
            .as_ref()
            .is_some_and(|answer| answer.as_ref().map_or(true, |answer| answer.complete));
        Self {
            hits: RwSignal::new(hits),
            chips: RwSignal::new(chips),
            running: RwSignal::new(!is_whole),
            problem: RwSignal::new(problem),
            total: RwSignal::new(total),
            words: StoredValue::new(asked.normalised()),
            now: StoredValue::new(asked.clone()),
            answered: StoredValue::new(is_whole.then_some(asked)),
            followed: StoredValue::new(None),
            came: StoredValue::new(false),
            stream: StoredValue::new(None),
        }
    }

    /// Starts a new stream of results.
    pub fn ask(&self, query: &SearchQuery) {
        self.answered.set_value(None);
        self.came.set_value(false);
        let asked = StreamRequest::by(query);
        // Hits for the same terms stay: the stream sends them again, or more of another category, and merging removes
        // duplicates.
        if self.words.with_value(|words| *words != asked.words) {
            self.words.set_value(asked.words.clone());
            self.hits.set(vec![]);
            self.chips.set(vec![]);
        }
        self.followed.set_value(Some(asked.clone()));
        self.total.set(None);
        self.problem.set(None);
        self.running.set(true);
        let found = *self;
        let url = format!("/api/search/events?{}", api::search_params(&asked.query()));
        let events = Events::open(&url, &["indexers", "hits", "done"], move |signal| {
            found.heard(&asked, signal)
        });
        self.stream.set_value(events.map(SendWrapper::new));
    }

    fn heard(&self, asked: &StreamRequest, signal: StreamEvent) {
        let event = match signal {
            StreamEvent::Message(json) => serde_json::from_str::<SearchEvent>(&json).ok(),
            StreamEvent::Broken { .. } => None,
        };
        match event {
            Some(SearchEvent::Indexers { names }) => self.chips.update(|chips| {
                let known = std::mem::take(chips);
                let chip = |name| {
                    known
                        .iter()
                        .find(|chip| chip.name == name)
                        .cloned()
                        .unwrap_or(Chip { name, report: None })
                };
                *chips = names.into_iter().map(chip).collect();
            }),
            Some(SearchEvent::Hits { report, items }) => {
                self.came.set_value(true);
                self.hits.update(|hits| *hits = merge_hits(std::mem::take(hits), items));
                self.chips
                    .update(|chips| match chips.iter_mut().find(|chip| chip.name == report.name) {
                        Some(chip) => chip.report = Some(report),
                        None => chips.push(Chip {
                            name: report.name.clone(),
                            report: Some(report),
                        }),
                    });
            }
            Some(SearchEvent::Done { .. }) => self.end(),
            None => {
                // `EventSource` would reconnect forever, and query every indexer each time: find out the reason
                // instead, once.
                self.end();
                if self.came.get_value() && !self.hits.with_untracked(Vec::is_empty) {
                    self.give_up();
                } else {
                    self.explain(asked.clone());
                }
            }
        }
    }

    fn end(&self) {
        self.running.set(false);
        self.stream.set_value(None);
    }

    /// Marks indexers that had not responded when the stream broke as failed.
    fn give_up(&self) {
        self.chips.update(|chips| {
            for chip in chips.iter_mut().filter(|chip| chip.report.is_none()) {
                chip.report = Some(IndexerReport {
                    name: chip.name.clone(),
                    status: IndexerStatus::Error,
                    detail: Some(t::indexers::broke_off().to_owned()),
                    elapsed_ms: 0,
                    count: 0,
                });
            }
        });
    }

    /// Finds out why a stream failed, which `EventSource` does not tell, by the plain API route. That may also succeed
    /// where the stream did not, but with a single page, so that another page needs another request.
    fn explain(&self, asked: StreamRequest) {
        let found = *self;
        let Some(query) = found.now.try_get_value() else { return };
        found.running.set(true);
        leptos::task::spawn_local(async move {
            let answer = api::search(query.clone()).await;
            // Another search has been started meanwhile, or none.
            if found.followed.try_get_value() != Some(Some(asked.clone())) {
                return;
            }
            if found.now.with_value(|now| *now != query) {
                return found.explain(asked);
            }
            found.running.set(false);
            match answer {
                Ok(answer) => {
                    found.hits.set(answer.items);
                    found.chips.set(chips(answer.indexers));
                    found.total.set(Some(answer.total));
                    found.answered.set_value(Some(query));
                    found.followed.set_value(None);
                }
                // Partial results for the same terms are better than none.
                Err(_) if !found.hits.with_untracked(Vec::is_empty) => found.give_up(),
                Err(error) => found.problem.set(Some(error)),
            }
        });
    }

    /// Returns the hits on the query's page, and the number of hits on all pages.
    pub fn page(&self, query: &SearchQuery) -> (Vec<Hit>, usize) {
        if let Some(total) = self.total.get() {
            return (self.hits.get(), total);
        }
        let mut hits = self.hits.with(|hits| filter(hits, query));
        rank(&mut hits, &query.query, query.sort);
        let total = hits.len();
        let before = (query.page.unwrap_or(1).max(1) as usize - 1).saturating_mul(HITS_PER_PAGE);
        (hits.into_iter().skip(before).take(HITS_PER_PAGE).collect(), total)
    }
}
