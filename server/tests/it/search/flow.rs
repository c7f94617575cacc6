//! Who waits for whom: one flight for equal searches, the cache, events as they come.

use super::{PATIENCE, fixture, one, words};
use crate::fake_torznab::{FakeTorznab, Mode, hash};
use app::{
    error::Kind,
    protocol::{Category, IndexerStatus, SearchEvent, SearchQuery, Sort, Timestamp},
};
use futures::StreamExt;
use server::db::KnownTorrent;
use std::time::{Duration, Instant};

#[tokio::test]
async fn equal_searches_at_once_ask_once_and_later_ones_come_from_the_cache() {
    let (fake, f) = one(Mode::Slow(Duration::from_millis(300))).await;
    let queries = (0..20).map(|n| f.search.answer(words(if n % 2 == 0 { "sintel" } else { " Sintel" })));
    let answers = futures::future::join_all(queries).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().total == 3));
    let later = f
        .search
        .answer(SearchQuery {
            sort: Sort::Size,
            ..words("SINTEL")
        })
        .await
        .unwrap();
    assert_eq!((later.cached, later.total, fake.searches().len()), (true, 3, 1));
}

#[tokio::test]
async fn a_search_goes_on_for_the_cache_when_its_only_visitor_leaves() {
    let (fake, f) = one(Mode::Slow(Duration::from_millis(200))).await;
    let mut events = Box::pin(f.search.events(words("sintel")).unwrap());
    events.next().await.unwrap();
    drop(events);
    let answer = f.search.answer(words("sintel")).await.unwrap();
    assert_eq!((answer.total, fake.searches().len()), (3, 1));
}

#[tokio::test]
async fn a_failed_search_is_not_kept() {
    let (fake, f) = one(Mode::Html).await;
    assert_eq!(f.search.answer(words("sintel")).await.unwrap().total, 0);
    fake.set_mode(Mode::Good);
    let answer = f.search.answer(words("sintel")).await.unwrap();
    assert_eq!((answer.total, answer.cached), (3, false));
}

#[tokio::test]
async fn an_indexer_that_asks_for_rest_gets_it() {
    let (fake, f) = one(Mode::Busy).await;
    f.search.answer(words("sintel")).await.unwrap();
    fake.set_mode(Mode::Good);
    let answer = f.search.answer(words("another")).await.unwrap();
    assert_eq!(fake.searches().len(), 1);
    assert!(
        answer.indexers[0]
            .detail
            .as_ref()
            .unwrap()
            .starts_with("Fake asks to wait ")
    );
}

#[tokio::test]
async fn events_come_as_indexers_answer_and_a_slow_one_delays_nobody() {
    let (fast, slow) = (
        FakeTorznab::start(Mode::Good).await,
        FakeTorznab::start(Mode::Slow(PATIENCE * 9)).await,
    );
    let f = fixture(&[slow.entry("slow"), fast.entry("fast")], Duration::from_secs(2)).await;
    let started = Instant::now();
    let mut events = Box::pin(f.search.events(words("sintel")).unwrap());
    let names = vec!["slow".to_owned(), "fast".to_owned()];
    assert_eq!(events.next().await, Some(SearchEvent::Indexers { names }));
    let Some(SearchEvent::Hits { report, items }) = events.next().await else {
        panic!("no hits")
    };
    assert_eq!((report.name.as_str(), items.len()), ("fast", 3));
    assert!(
        started.elapsed() < Duration::from_millis(1_900),
        "{:?}",
        started.elapsed()
    );
    let Some(SearchEvent::Hits { report, items }) = events.next().await else {
        panic!("no time-out")
    };
    assert_eq!(
        (report.name.as_str(), report.status, items.len()),
        ("slow", IndexerStatus::Timeout, 0)
    );
    assert_eq!(events.next().await, Some(SearchEvent::Done { cached: false }));
    assert_eq!(events.next().await, None);
    // From the cache, for a minute: the same events.
    let again: Vec<_> = f.search.events(words("sintel")).unwrap().collect().await;
    assert_eq!(
        (again.len(), again.last()),
        (4, Some(&SearchEvent::Done { cached: true }))
    );
}

#[tokio::test]
async fn whoever_wants_one_indexer_waits_for_no_other() {
    let (fast, slow) = (
        FakeTorznab::start(Mode::Good).await,
        FakeTorznab::start(Mode::Slow(PATIENCE * 9)).await,
    );
    let f = fixture(&[slow.entry("slow"), fast.entry("fast")], PATIENCE * 5).await;
    let only = || SearchQuery {
        indexer: Some("fast".into()),
        ..words("sintel")
    };
    let answer = f.search.answer(only()).await.unwrap();
    assert_eq!((answer.total, answer.indexers.len()), (3, 1));
    let events: Vec<_> = f.search.events(only()).unwrap().collect().await;
    assert_eq!(events.len(), 3);
    let unknown = SearchQuery {
        indexer: Some("nobody".into()),
        ..words("sintel")
    };
    assert_eq!(f.search.answer(unknown).await.unwrap_err().kind, Kind::InvalidInput);
}

#[tokio::test]
async fn there_is_a_most_of_different_searches_at_once() {
    let (_fake, f) = one(Mode::Slow(PATIENCE * 9)).await;
    let running: Vec<_> = (0..32)
        .map(|n| f.search.events(words(&format!("film {n}"))).unwrap())
        .collect();
    let refused = f.search.answer(words("one too many")).await.unwrap_err();
    assert_eq!(refused.kind, Kind::TooManyRequests);
    assert!(f.search.events(words("film 3")).is_ok(), "joining costs nothing");
    drop(running);
}

#[tokio::test]
async fn the_catalogue_is_asked_even_when_the_rest_is_cached() {
    let fake = FakeTorznab::start(Mode::Good).await;
    let f = fixture(&[fake.entry("fake"), "catalogue".to_owned()], PATIENCE).await;
    assert_eq!(f.search.answer(words("sintel")).await.unwrap().total, 3);
    let known = KnownTorrent {
        info_hash: hash(9).parse().unwrap(),
        name: "Sintel in the catalogue".into(),
        size_bytes: 9,
        magnet: format!("magnet:?xt=urn:btih:{}", hash(9)),
        poster_url: None,
        category: Category::Movies,
        seeders: None,
        published_at: None,
        files: vec![],
    };
    f.db.upsert_torrent(&known, Timestamp(1_795_291_200_000)).await.unwrap();
    let answer = f.search.answer(words("sintel")).await.unwrap();
    assert_eq!((answer.total, answer.cached, fake.searches().len()), (4, true, 1));
}
