//! What a search has found so far, as its indexers answer.

use crate::api;
use crate::client::events::{Events, Signal as StreamSignal};
use crate::component::indexer_strip::Chip;
use crate::error::{Error, Result};
use crate::protocol::*;
use crate::search::{filter, merge_hits, rank};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// What makes another search. Filters by indexer and the order need none; a category does: an indexer gives so many hits
/// at most, and those of one category may all lie beyond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    words: String,
    category: Option<Category>,
}

impl Followed {
    /// What this search makes.
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

/// Everything that is known about a search so far.
#[derive(Clone, Copy)]
pub struct Found {
    hits: RwSignal<Vec<Hit>>,
    /// The indexers, and how each fares.
    pub chips: RwSignal<Vec<Chip>>,
    /// Whether some have not answered yet.
    pub running: RwSignal<bool>,
    /// Why there is nothing.
    pub problem: RwSignal<Option<Error>>,
    /// Hits on all pages of the server's answer; none once the hits are all here.
    total: RwSignal<Option<usize>>,
    /// The search that the server's answer is for; later ones are followed.
    pub answered: StoredValue<Option<SearchQuery>>,
    /// The words that the hits are for: of the search that was followed last, or came with the page.
    words: StoredValue<String>,
    /// The search whose events are here or on their way.
    pub followed: StoredValue<Option<Followed>>,
    /// The search that the page is for.
    pub now: StoredValue<SearchQuery>,
    /// Whether any indexer's answer has come by these events.
    came: StoredValue<bool>,
    stream: StoredValue<Option<SendWrapper<Events>>>,
}

impl Found {
    /// What the page came with.
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

    /// Asks again, one indexer at a time.
    pub fn ask(&self, query: &SearchQuery) {
        self.answered.set_value(None);
        self.came.set_value(false);
        let asked = Followed::by(query);
        // What is there of the same words stays where it is: the events bring it again, or more of another category, and
        // it merges with itself.
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

    fn heard(&self, asked: &Followed, signal: StreamSignal) {
        let event = match signal {
            StreamSignal::Message(json) => serde_json::from_str::<SearchEvent>(&json).ok(),
            StreamSignal::Broken { .. } => None,
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
                // The browser would ask again for ever, and every indexer with it: find out why instead, once.
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

    /// Those who had not answered when the events broke off will not do so any more.
    fn give_up(&self) {
        self.chips.update(|chips| {
            for chip in chips.iter_mut().filter(|chip| chip.report.is_none()) {
                chip.report = Some(IndexerReport {
                    name: chip.name.clone(),
                    status: IndexerStatus::Error,
                    detail: Some("the connection broke off".to_owned()),
                    elapsed_ms: 0,
                    count: 0,
                });
            }
        });
    }

    /// A stream of events cannot say why it was refused; the plain route can, and may answer where the stream did not: with
    /// one page, so that it is asked again for another one.
    fn explain(&self, asked: Followed) {
        let found = *self;
        let Some(query) = found.now.try_get_value() else { return };
        found.running.set(true);
        leptos::task::spawn_local(async move {
            let answer = api::search(query.clone()).await;
            // Another search is followed by now, or none.
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
                // What there is of the same words is better than nothing.
                Err(_) if !found.hits.with_untracked(Vec::is_empty) => found.give_up(),
                Err(error) => found.problem.set(Some(error)),
            }
        });
    }

    /// Hits of the query's page, and how many there are on all pages.
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
