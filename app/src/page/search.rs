//! `/search?q=&category=&indexer=&sort=&page=`: results, as each indexer answers.
//!
//! Sent with the whole answer, so that it needs no JavaScript; once alive, another search is followed event by event.

mod route;

use crate::api;
use crate::client::add::adder;
use crate::client::events::{Events, Signal as StreamSignal};
use crate::client::keyboard::is_typing;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::component::indexer_strip::{Chip, IndexerStrip};
use crate::component::live_title::LiveTitle;
use crate::component::search_controls::{SearchControls, address, category_named, sort_named};
use crate::component::search_row::SearchRow;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::protocol::*;
use crate::search::{filter, merge_hits, rank};
use crate::text;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

pub use route::{preload, route};

/// The results page.
#[component]
pub fn Search() -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| {
        params.with(|params| SearchQuery {
            query: params.get("q").unwrap_or_default().trim().to_owned(),
            category: params.get_str("category").and_then(category_named),
            indexer: params.get("indexer").filter(|name| !name.is_empty()),
            sort: params.get_str("sort").map_or(Sort::Relevance, sort_named),
            page: params.get_str("page").and_then(|page| page.parse().ok()),
        })
    });
    let words = Signal::derive(move || query.with(|query| query.query.clone()));
    let first = Resource::new(
        || (),
        move |()| {
            let query = query.get_untracked();
            async move {
                let answer = match Input::of(&query.query) {
                    Input::Words(_) => api::whole_search(query.clone()).await,
                    _ => None,
                };
                (query, answer)
            }
        },
    );
    view! {
        <LiveTitle text=move || words.with(|words| if words.is_empty() { "Search".to_owned() } else { words.clone() }) />
        <Header query=words />
        <main id="main" class="search">
            <h1 class="sr-only">{move || words.with(|words| format!("Results for “{words}”"))}</h1>
            <Suspense fallback=SkeletonHits>
                {move || Suspend::new(async move {
                    let (asked, answer) = first.await;
                    view! { <Answer query asked answer /> }
                })}
            </Suspense>
        </main>
    }
    .into_any()
}

/// What makes another search. Filters by indexer and the order need none; a category does: an indexer gives so many hits
/// at most, and those of one category may all lie beyond.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Followed {
    words: String,
    category: Option<Category>,
}

impl Followed {
    fn by(query: &SearchQuery) -> Self {
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
struct Found {
    hits: RwSignal<Vec<Hit>>,
    chips: RwSignal<Vec<Chip>>,
    running: RwSignal<bool>,
    problem: RwSignal<Option<Error>>,
    /// Hits on all pages of the server's answer; none once the hits are all here.
    total: RwSignal<Option<usize>>,
    /// The search that the server's answer is for; later ones are followed.
    answered: StoredValue<Option<SearchQuery>>,
    /// The words that the hits are for: of the search that was followed last, or came with the page.
    words: StoredValue<String>,
    /// The search whose events are here or on their way.
    followed: StoredValue<Option<Followed>>,
    stream: StoredValue<Option<SendWrapper<Events>>>,
}

impl Found {
    fn new(asked: SearchQuery, answer: Option<Result<SearchAnswer>>) -> Self {
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
            answered: StoredValue::new(is_whole.then_some(asked)),
            followed: StoredValue::new(None),
            stream: StoredValue::new(None),
        }
    }

    /// Asks again, one indexer at a time.
    fn ask(&self, query: &SearchQuery) {
        self.answered.set_value(None);
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
                if self.hits.with_untracked(Vec::is_empty) {
                    self.explain(asked.clone());
                } else {
                    self.give_up();
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

    /// A stream of events cannot say why it was refused; the plain route can, and may answer where the stream did not.
    fn explain(&self, asked: Followed) {
        let found = *self;
        found.running.set(true);
        leptos::task::spawn_local(async move {
            let answer = api::search(asked.query()).await;
            // Another search is followed by now, or none.
            if found.followed.try_get_value() != Some(Some(asked)) {
                return;
            }
            found.running.set(false);
            match answer {
                Ok(answer) => {
                    found.hits.set(answer.items);
                    found.chips.set(chips(answer.indexers));
                }
                Err(error) => found.problem.set(Some(error)),
            }
        });
    }

    /// Hits of the query's page, and how many there are on all pages.
    fn page(&self, query: &SearchQuery) -> (Vec<Hit>, usize) {
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

#[component]
fn Answer(query: Memo<SearchQuery>, asked: SearchQuery, answer: Option<Result<SearchAnswer>>) -> impl IntoView {
    let found = Found::new(asked, answer);
    Effect::new(move |_| {
        let query = query.get();
        let is_answered = found.answered.with_value(|answered| answered.as_ref() == Some(&query));
        let is_followed = found.followed.get_value() == Some(Followed::by(&query));
        if is_answered || is_followed || !matches!(Input::of(&query.query), Input::Words(_)) {
            return;
        }
        found.ask(&query);
    });
    Effect::new(move |_| {
        let keys = window_event_listener(leptos::ev::keydown, walk_rows);
        on_cleanup(move || keys.remove());
    });
    let adder = adder();
    let change = Callback::new(move |to: SearchQuery| adder.stay(&address(&to)));
    let indexers = Signal::derive(move || found.chips.get().into_iter().map(|chip| chip.name).collect::<Vec<_>>());
    let kind = Memo::new(move |_| Input::of(&query.with(|query| query.query.clone())));
    move || match kind.get() {
        Input::Words(_) => view! {
            <IndexerStrip chips=found.chips />
            <SearchControls query indexers on_change=change />
            <Hits query found />
        }
        .into_any(),
        other => view! { <NotWords input=other /> }.into_any(),
    }
}

#[component]
fn Hits(query: Memo<SearchQuery>, found: Found) -> impl IntoView {
    move || {
        if let Some(error) = found.problem.get() {
            return view! {
                <ErrorState title=error.title detail=error.detail>
                    <a class="button-primary" rel="external" href=address(&query.get())>"Search again"</a>
                </ErrorState>
            }
            .into_any();
        }
        let query = query.get();
        let (hits, total) = found.page(&query);
        let running = found.running.get();
        if hits.is_empty() && running {
            return view! { <SkeletonHits /> }.into_any();
        }
        if hits.is_empty() {
            return view! { <NothingFound query /> }.into_any();
        }
        let now = api::now();
        let most_seeders = hits.iter().filter_map(|hit| hit.seeders).max().unwrap_or(0);
        let words = query.query.clone();
        let rows = hits
            .into_iter()
            .map(|hit| view! { <SearchRow hit query=words.clone() now most_seeders /> })
            .collect_view();
        let summary = text::plural(total as u64, "torrent", "torrents");
        view! {
            <p class="search-summary" role="status">
                {if running { format!("{summary} so far") } else { summary }}
            </p>
            <ol class="hits">{rows}</ol>
            <Pages query total />
        }
        .into_any()
    }
}

#[component]
fn Pages(query: SearchQuery, total: usize) -> impl IntoView {
    let page = query.page.unwrap_or(1).max(1);
    let last = u32::try_from(total.div_ceil(HITS_PER_PAGE)).unwrap_or(u32::MAX);
    let to = |page: u32| {
        address(&SearchQuery {
            page: Some(page),
            ..query.clone()
        })
    };
    (last > 1).then(|| {
        view! {
            <nav class="pages" aria-label="Pages">
                {(page > 1).then(|| view! { <a class="button-quiet" href=to(page - 1)>"Previous"</a> })}
                <span>{format!("Page {page} of {last}")}</span>
                {(page < last).then(|| view! { <a class="button-quiet" href=to(page + 1)>"Next"</a> })}
            </nav>
        }
    })
}

#[component]
fn NothingFound(query: SearchQuery) -> impl IntoView {
    let is_filtered = query.category.is_some() || query.indexer.is_some() || query.page.is_some_and(|page| page > 1);
    let all = SearchQuery {
        query: query.query.clone(),
        sort: query.sort,
        ..SearchQuery::default()
    };
    let title = format!("Nothing found for “{}”", query.query);
    if is_filtered {
        view! {
            <ErrorState title detail="Nothing passes these filters.">
                <a class="button-primary" href=address(&all)>"Show everything"</a>
            </ErrorState>
        }
    } else {
        view! {
            <ErrorState title detail="Try fewer words, or the film's original title. A magnet link or a .torrent address works in the field too.">
                <a class="button-primary" href="/">"Go home"</a>
            </ErrorState>
        }
    }
}

/// A magnet link, a hash, an address, or nothing at all in the field.
#[component]
fn NotWords(input: Input) -> impl IntoView {
    let path = input.path();
    match input {
        Input::Nothing | Input::Words(_) => view! {
            <ErrorState title="What are you looking for?" detail="Type a film's title above, or paste a magnet link.">
                <a class="button-quiet" href="/">"Go home"</a>
            </ErrorState>
        },
        Input::Unusable(why) => view! {
            <ErrorState title="This link does not work" detail=why>
                <a class="button-quiet" href="/">"Go home"</a>
            </ErrorState>
        },
        Input::Magnet { .. } | Input::Hash(_) => view! {
            <ErrorState title="That is a torrent" detail="There is nothing to search for: it can be watched at once.">
                <a class="button-primary" href=path.unwrap_or_default()>"Watch this torrent"</a>
            </ErrorState>
        },
        Input::Url(url) => {
            let adder = adder();
            view! {
                <ErrorState title="That is an address" detail="If a .torrent file is there, it can be watched at once. This needs JavaScript.">
                    <button class="button-primary" type="button" on:click=move |_| adder.follow(Input::Url(url.clone()))>
                        "Watch this torrent"
                    </button>
                </ErrorState>
            }
        }
    }
}

/// Keeps the list's place while the first indexer answers.
#[component]
fn SkeletonHits() -> impl IntoView {
    view! {
        <ul class="hits" aria-hidden="true">
            {(0..8).map(|_| view! { <li class="hit"><div class="skeleton skeleton-hit"></div></li> }).collect_view()}
        </ul>
    }
    .into_any()
}

/// Up and down, or k and j, go from row to row; Enter is the focused link's own; w makes a room with its film.
fn walk_rows(event: KeyboardEvent) {
    if event.key() == "w" && !is_typing(&event) {
        let row = document()
            .active_element()
            .and_then(|element| element.closest(".hit").ok().flatten());
        let button = row.and_then(|row| row.query_selector(".hit-room").ok().flatten());
        if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            event.prevent_default();
            button.click();
        }
        return;
    }
    let step = match event.key().as_str() {
        "ArrowDown" | "j" => 1,
        "ArrowUp" | "k" => -1,
        _ => return,
    };
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let focused = document().active_element();
    let tag = focused.as_ref().map(|element| element.tag_name()).unwrap_or_default();
    // From the field, down goes to the first row; letters are typed.
    if tag == "SELECT" || (tag == "INPUT" && event.key() != "ArrowDown") {
        return;
    }
    let Ok(list) = document().query_selector_all(".hit-watch") else {
        return;
    };
    let rows: Vec<HtmlElement> = (0..list.length())
        .filter_map(|index| list.get(index)?.dyn_into().ok())
        .collect();
    let here = rows
        .iter()
        .position(|row| focused.as_ref().is_some_and(|element| row.is_same_node(Some(element))));
    let next = match here {
        Some(here) => here.saturating_add_signed(step),
        None => 0,
    };
    if let Some(row) = rows.get(next) {
        event.prevent_default();
        let _ = row.focus();
    }
}
