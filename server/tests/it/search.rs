//! Searching through fake indexers over real HTTP.

#![allow(clippy::unwrap_used, reason = "whatever goes wrong here fails the test")]

mod fetch;
mod flow;

use crate::fake_torznab::{FakeTorznab, KEY, Mode, TORRENT_FILE, hash};
use app::{
    error::Kind,
    protocol::{Category, IndexerStatus, SearchAnswer, SearchQuery, Timestamp},
};
use server::{
    cache::Cache,
    config::parse_indexers,
    db::Db,
    filter::Filter,
    search::{Resolved, Search},
};
use std::time::Duration;

/// Longer than a loopback answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(5);

struct Fixture {
    search: Search,
    db: Db,
    _data: tempfile::TempDir,
}

async fn fixture(entries: &[String], patience: Duration) -> Fixture {
    // Fails when another test was first, which is just as well.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let data = tempfile::tempdir().unwrap();
    let db = Db::sqlite(&data.path().join("matinee.db"), Default::default())
        .await
        .unwrap();
    let indexers = parse_indexers(&entries.join(",")).unwrap();
    let filter = Filter::load(db.clone()).await.unwrap();
    let search = Search::with_patience(indexers, db.clone(), Cache::memory(), filter, patience).unwrap();
    Fixture {
        search,
        db,
        _data: data,
    }
}

/// One fake and a search that knows nothing else.
async fn one(mode: Mode) -> (FakeTorznab, Fixture) {
    let fake = FakeTorznab::start(mode).await;
    let fixture = fixture(&[fake.entry("fake")], PATIENCE).await;
    (fake, fixture)
}

fn words(query: &str) -> SearchQuery {
    SearchQuery {
        query: query.to_owned(),
        ..SearchQuery::default()
    }
}

fn titles(answer: &SearchAnswer) -> Vec<&str> {
    answer.items.iter().map(|hit| hit.title.as_str()).collect()
}

#[tokio::test]
async fn hits_are_found_ranked_and_carry_no_key() {
    let (fake, f) = one(Mode::Good).await;
    let answer = f.search.answer(words(" SINTEL ")).await.unwrap();
    assert_eq!(
        (answer.query.as_str(), answer.total, answer.cached),
        ("SINTEL", 3, false)
    );
    assert_eq!(titles(&answer)[0], "Sintel 2010 1080p");
    let best = &answer.items[0];
    assert_eq!(best.info_hash.unwrap().to_string(), hash(1));
    assert_eq!(
        (best.seeders, best.leechers, best.size_bytes),
        (Some(30), Some(12), 1000)
    );
    assert_eq!(best.published_at, Timestamp::from_rfc3339("2010-10-02T10:00:00Z"));
    assert_eq!((best.indexer.as_str(), best.category), ("fake", Category::Movies));
    assert_eq!(answer.indexers[0].status, IndexerStatus::Ok);
    assert_eq!(
        (answer.indexers[0].count, answer.indexers[0].detail.as_deref()),
        (3, None)
    );
    let json = serde_json::to_string(&answer).unwrap();
    assert!(!json.contains(KEY) && !json.contains("127.0.0.1"), "{json}");
    let asked = &fake.searches()[0];
    assert_eq!(
        (asked["t"].as_str(), asked["q"].as_str(), asked["extended"].as_str()),
        ("search", "sintel", "1")
    );
}

#[tokio::test]
async fn a_link_is_followed_by_the_server_to_a_file_or_a_magnet() {
    let (_fake, f) = one(Mode::Good).await;
    let answer = f.search.answer(words("sintel")).await.unwrap();
    for hit in &answer.items {
        let token = hit
            .torrent_url
            .as_ref()
            .unwrap()
            .strip_prefix("/api/search/torrent/")
            .unwrap();
        let expected = match hit.category {
            // The indexer's had its key in a tracker.
            Category::Audio => Resolved::Magnet(format!("magnet:?xt=urn:btih:{}", hash(3))),
            _ => Resolved::TorrentFile(TORRENT_FILE.into()),
        };
        assert_eq!(f.search.resolve(token).await.unwrap(), expected, "{}", hit.title);
    }
    for token in [
        "",
        "x",
        "-",
        "../1",
        "00000000000000000000000000000000-0",
        &"9".repeat(10_000),
    ] {
        assert_eq!(
            f.search.resolve(token).await.unwrap_err().kind,
            Kind::NotFound,
            "{token}"
        );
    }
}

#[tokio::test]
async fn each_way_of_failing_is_told_in_a_sentence_without_key_or_address() {
    let long = Duration::from_secs(60);
    for (mode, status, sentence) in [
        (
            Mode::Html,
            IndexerStatus::Error,
            "Fake answered with a web page instead of results; check its address.",
        ),
        (
            Mode::Empty,
            IndexerStatus::Error,
            "Fake answered with nothing; check its address.",
        ),
        (
            Mode::ErrorWith200,
            IndexerStatus::Error,
            "Fake answered with an error: “Tracker down …”.",
        ),
        (
            Mode::ErrorOfBitmagnet,
            IndexerStatus::Error,
            "Fake answered with an error: “Incorrect parameter”.",
        ),
        (
            Mode::WrongKey,
            IndexerStatus::Error,
            "Fake refuses the API key; check it.",
        ),
        (Mode::Busy, IndexerStatus::Error, "Fake asks to wait 30 s."),
        (Mode::Broken, IndexerStatus::Error, "Fake failed with HTTP 500."),
        (
            Mode::Huge,
            IndexerStatus::Error,
            "Fake sent far more than an answer can be.",
        ),
        (
            Mode::Json,
            IndexerStatus::Error,
            "Fake answered with something other than results; check its address.",
        ),
        (
            Mode::Bomb,
            IndexerStatus::Error,
            "Fake answered with something other than results; check its address.",
        ),
        (
            Mode::RedirectAway,
            IndexerStatus::Error,
            "Fake redirects into a private network, where nothing is fetched from.",
        ),
        (
            Mode::Slow(long),
            IndexerStatus::Timeout,
            "Fake did not answer within 1 s.",
        ),
    ] {
        let fake = FakeTorznab::start(mode).await;
        let patience = if matches!(mode, Mode::Slow(_)) {
            Duration::from_secs(1)
        } else {
            PATIENCE
        };
        let f = fixture(&[fake.entry("fake")], patience).await;
        let answer = f.search.answer(words("sintel")).await.unwrap();
        let report = &answer.indexers[0];
        assert_eq!(
            (report.status, report.detail.as_deref()),
            (status, Some(sentence)),
            "{mode:?}"
        );
        assert!(
            answer.items.is_empty() && !serde_json::to_string(&answer).unwrap().contains(KEY),
            "{mode:?}"
        );
    }
}

#[tokio::test]
async fn an_indexer_that_is_not_there_is_named() {
    let f = fixture(&[format!("gone=torznab+http://127.0.0.1:9/api?apikey={KEY}")], PATIENCE).await;
    let answer = f.search.answer(words("sintel")).await.unwrap();
    let detail = answer.indexers[0].detail.as_deref();
    assert_eq!(detail, Some("Gone did not answer; check that it runs and its address."));
}

#[tokio::test]
async fn what_came_before_an_answer_broke_off_is_shown() {
    let (_fake, f) = one(Mode::Truncated).await;
    let answer = f.search.answer(words("sintel")).await.unwrap();
    assert_eq!(titles(&answer), ["Sintel 2010 1080p"]);
    assert_eq!(
        (answer.indexers[0].status, answer.indexers[0].count),
        (IndexerStatus::Error, 1)
    );
    assert!(
        answer.indexers[0]
            .detail
            .as_ref()
            .unwrap()
            .ends_with("; what came before is shown.")
    );
}

#[tokio::test]
async fn other_encodings_are_read() {
    let (_fake, f) = one(Mode::Latin1).await;
    assert_eq!(titles(&f.search.answer(words("amelie")).await.unwrap()), ["Amélie"]);
}

#[tokio::test]
async fn pages_are_asked_for_until_two_hundred_or_the_end() {
    for (mode, offsets, total) in [
        (Mode::Paging(1_000), &["0", "100"][..], 200),
        (Mode::Paging(130), &["0", "100"], 130),
        (Mode::Paging(99), &["0"], 99),
        (Mode::SamePage, &["0", "100"], 100),
    ] {
        let (fake, f) = one(mode).await;
        let answer = f.search.answer(words("film")).await.unwrap();
        let asked = fake.searches();
        assert_eq!(
            asked.iter().map(|p| p["offset"].as_str()).collect::<Vec<_>>(),
            offsets,
            "{mode:?}"
        );
        assert_eq!(
            (answer.total, answer.items.len(), fake.caps_requests()),
            (total, 50, 1),
            "{mode:?}"
        );
    }
}

#[tokio::test]
async fn answers_have_pages_that_do_not_overlap() {
    let (_fake, f) = one(Mode::Paging(130)).await;
    let mut seen = std::collections::HashSet::new();
    for (page, expected) in [(1, 50), (2, 50), (3, 30), (4, 0), (1_000, 0)] {
        let answer = f
            .search
            .answer(SearchQuery {
                page: Some(page),
                ..words("film")
            })
            .await
            .unwrap();
        assert_eq!((answer.items.len(), answer.total), (expected, 130), "page {page}");
        assert!(
            answer.items.into_iter().all(|hit| seen.insert(hit.info_hash)),
            "page {page}"
        );
    }
}

#[tokio::test]
async fn a_category_is_asked_for_as_the_caps_allow_and_filtered_here() {
    let (fake, f) = one(Mode::Good).await;
    let of = |category| SearchQuery {
        category: Some(category),
        ..words("sintel")
    };
    let films = f.search.answer(of(Category::Movies)).await.unwrap();
    assert_eq!((films.total, films.indexers[0].count), (2, 2));
    let music = f.search.answer(of(Category::Audio)).await.unwrap();
    assert_eq!(titles(&music), ["Sintel soundtrack"]);
    assert_eq!(f.search.answer(of(Category::Books)).await.unwrap().total, 0);
    let asked: Vec<_> = fake
        .searches()
        .iter()
        .map(|p| (p["t"].clone(), p["cat"].clone()))
        .collect();
    let expected = [("movie", "2000"), ("search", "3000")].map(|(t, cat)| (t.to_owned(), cat.to_owned()));
    assert_eq!(asked, expected, "it has no books and is not asked for any");
}

#[tokio::test]
async fn two_indexers_with_the_same_torrent_give_one_hit() {
    let (a, b) = (
        FakeTorznab::start(Mode::Paging(60)).await,
        FakeTorznab::start(Mode::Paging(70)).await,
    );
    let f = fixture(&[a.entry("a"), b.entry("b")], PATIENCE).await;
    let mut by_both = 0;
    for page in [1, 2] {
        let answer = f
            .search
            .answer(SearchQuery {
                page: Some(page),
                ..words("film")
            })
            .await
            .unwrap();
        assert_eq!(answer.total, 70);
        by_both += answer.items.iter().filter(|hit| hit.indexers == ["a", "b"]).count();
    }
    assert_eq!(by_both, 60);
}

#[tokio::test]
async fn a_mirror_of_the_internet_archive_is_searched_and_its_links_followed() {
    let fake = FakeTorznab::start(Mode::Good).await;
    let f = fixture(&[format!("mirror=internet-archive+http://{}", fake.address)], PATIENCE).await;
    let answer = f.search.answer(words("sintel")).await.unwrap();
    assert_eq!((titles(&answer), answer.items[0].size_bytes), (vec!["Sintel"], 5));
    let token = answer.items[0]
        .torrent_url
        .as_ref()
        .unwrap()
        .strip_prefix("/api/search/torrent/")
        .unwrap();
    assert_eq!(
        f.search.resolve(token).await.unwrap(),
        Resolved::TorrentFile(TORRENT_FILE.into())
    );
}

#[tokio::test]
async fn wrong_queries_are_refused_before_anybody_is_asked() {
    let (fake, f) = one(Mode::Good).await;
    for query in ["", "  ", "a\0b", "***", &"x".repeat(10_000)] {
        assert_eq!(
            f.search.answer(words(query)).await.unwrap_err().kind,
            Kind::InvalidInput
        );
        assert!(f.search.events(words(query)).is_err());
    }
    assert!(fake.searches().is_empty());
}
