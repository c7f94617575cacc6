//! Searching through fake indexers over real HTTP.

use crate::fake_torznab::{FakeTorznab, KEY, Mode, TORRENT_FILE, hash};
use app::{
    error::Kind,
    protocol::{Category, IndexerStatus, SearchAnswer, SearchEvent, SearchQuery, Sort, Timestamp},
};
use futures::StreamExt;
use server::{
    cache::Cache,
    db::{Db, KnownTorrent},
    fetch::Fetcher,
    search::{Resolved, Search, parse_indexers},
};
use std::time::{Duration, Instant};

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
    let db = Db::sqlite(&data.path().join("matinee.db")).await.unwrap();
    let indexers = parse_indexers(&entries.join(",")).unwrap();
    let search = Search::with_patience(indexers, db.clone(), Cache::memory(), patience).unwrap();
    Fixture { search, db, _data: data }
}

/// One fake and a search that knows nothing else.
async fn one(mode: Mode) -> (FakeTorznab, Fixture) {
    let fake = FakeTorznab::start(mode).await;
    let fixture = fixture(&[fake.entry("fake")], PATIENCE).await;
    (fake, fixture)
}

fn words(query: &str) -> SearchQuery {
    SearchQuery { query: query.to_owned(), ..SearchQuery::default() }
}

fn titles(answer: &SearchAnswer) -> Vec<&str> {
    answer.items.iter().map(|hit| hit.title.as_str()).collect()
}

#[tokio::test]
async fn hits_are_found_ranked_and_carry_no_key() {
    let (fake, f) = one(Mode::Good).await;
    let answer = f.search.answer(words(" SINTEL ")).await.unwrap();
    assert_eq!((answer.query.as_str(), answer.total, answer.cached), ("SINTEL", 3, false));
    assert_eq!(titles(&answer)[0], "Sintel 2010 1080p");
    let best = &answer.items[0];
    assert_eq!(best.info_hash.unwrap().to_string(), hash(1));
    assert_eq!((best.seeders, best.leechers, best.size_bytes), (Some(30), Some(12), 1000));
    assert_eq!(best.published_at, Timestamp::from_rfc3339("2010-10-02T10:00:00Z"));
    assert_eq!((best.indexer.as_str(), best.category), ("fake", Category::Movies));
    assert_eq!(answer.indexers[0].status, IndexerStatus::Ok);
    assert_eq!((answer.indexers[0].count, answer.indexers[0].detail.as_deref()), (3, None));
    let json = serde_json::to_string(&answer).unwrap();
    assert!(!json.contains(KEY) && !json.contains("127.0.0.1"), "{json}");
    let asked = &fake.searches()[0];
    assert_eq!((asked["t"].as_str(), asked["q"].as_str(), asked["extended"].as_str()), ("search", "sintel", "1"));
}

#[tokio::test]
async fn a_link_is_followed_by_the_server_to_a_file_or_a_magnet() {
    let (_fake, f) = one(Mode::Good).await;
    let answer = f.search.answer(words("sintel")).await.unwrap();
    for hit in &answer.items {
        let token = hit.torrent_url.as_ref().unwrap().strip_prefix("/api/search/torrent/").unwrap();
        let expected = match hit.category {
            Category::Audio => Resolved::Magnet(format!("magnet:?xt=urn:btih:{}", hash(3))),
            _ => Resolved::TorrentFile(TORRENT_FILE.into()),
        };
        assert_eq!(f.search.resolve(token).await.unwrap(), expected, "{}", hit.title);
    }
    for token in ["", "x", "-", "../1", "00000000000000000000000000000000-0", &"9".repeat(10_000)] {
        assert_eq!(f.search.resolve(token).await.unwrap_err().kind, Kind::NotFound, "{token}");
    }
}

#[tokio::test]
async fn each_way_of_failing_is_told_in_a_sentence_without_key_or_address() {
    let long = Duration::from_secs(60);
    for (mode, status, sentence) in [
        (Mode::Html, IndexerStatus::Error, "Fake answered with a web page instead of results; check its address."),
        (Mode::Empty, IndexerStatus::Error, "Fake answered with nothing; check its address."),
        (Mode::ErrorWith200, IndexerStatus::Error, "Fake answered with an error: “Tracker down …”."),
        (Mode::ErrorOfBitmagnet, IndexerStatus::Error, "Fake answered with an error: “Incorrect parameter”."),
        (Mode::WrongKey, IndexerStatus::Error, "Fake refuses the API key; check it."),
        (Mode::Busy, IndexerStatus::Error, "Fake asks to wait 30 s."),
        (Mode::Broken, IndexerStatus::Error, "Fake failed with HTTP 500."),
        (Mode::Huge, IndexerStatus::Error, "Fake sent far more than an answer can be."),
        (Mode::Json, IndexerStatus::Error, "Fake answered with something that are no results; check its address."),
        (Mode::Bomb, IndexerStatus::Error, "Fake answered with something that are no results; check its address."),
        (Mode::RedirectAway, IndexerStatus::Error, "Fake redirects into a private network, where nothing is fetched from."),
        (Mode::Slow(long), IndexerStatus::Timeout, "Fake did not answer within 1 s."),
    ] {
        let fake = FakeTorznab::start(mode).await;
        let patience = if matches!(mode, Mode::Slow(_)) { Duration::from_secs(1) } else { PATIENCE };
        let f = fixture(&[fake.entry("fake")], patience).await;
        let answer = f.search.answer(words("sintel")).await.unwrap();
        let report = &answer.indexers[0];
        assert_eq!((report.status, report.detail.as_deref()), (status, Some(sentence)), "{mode:?}");
        assert!(answer.items.is_empty() && !serde_json::to_string(&answer).unwrap().contains(KEY), "{mode:?}");
    }
}

#[tokio::test]
async fn an_indexer_that_is_not_there_is_named() {
    let f = fixture(&[format!("gone=torznab+http://127.0.0.1:9/api?apikey={KEY}")], PATIENCE).await;
    let answer = f.search.answer(words("sintel")).await.unwrap();
    let detail = answer.indexers[0].detail.as_deref();
    assert_eq!(detail, Some("Gone cannot be reached; check that it runs and its address."));
}

#[tokio::test]
async fn what_came_before_an_answer_broke_off_is_shown() {
    let (_fake, f) = one(Mode::Truncated).await;
    let answer = f.search.answer(words("sintel")).await.unwrap();
    assert_eq!(titles(&answer), ["Sintel 2010 1080p"]);
    assert_eq!((answer.indexers[0].status, answer.indexers[0].count), (IndexerStatus::Error, 1));
    assert!(answer.indexers[0].detail.as_ref().unwrap().ends_with("; what came before is shown."));
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
        assert_eq!(asked.iter().map(|p| p["offset"].as_str()).collect::<Vec<_>>(), offsets, "{mode:?}");
        assert_eq!((answer.total, answer.items.len(), fake.caps_requests()), (total, 50, 1), "{mode:?}");
    }
}

#[tokio::test]
async fn answers_have_pages_that_do_not_overlap() {
    let (_fake, f) = one(Mode::Paging(130)).await;
    let mut seen = std::collections::HashSet::new();
    for (page, expected) in [(1, 50), (2, 50), (3, 30), (4, 0), (1_000, 0)] {
        let answer = f.search.answer(SearchQuery { page: Some(page), ..words("film") }).await.unwrap();
        assert_eq!((answer.items.len(), answer.total), (expected, 130), "page {page}");
        assert!(answer.items.into_iter().all(|hit| seen.insert(hit.info_hash)), "page {page}");
    }
}

#[tokio::test]
async fn a_category_is_asked_for_as_the_caps_allow_and_filtered_here() {
    let (fake, f) = one(Mode::Good).await;
    let of = |category| SearchQuery { category: Some(category), ..words("sintel") };
    let films = f.search.answer(of(Category::Movies)).await.unwrap();
    assert_eq!((films.total, films.indexers[0].count), (2, 2));
    let music = f.search.answer(of(Category::Audio)).await.unwrap();
    assert_eq!(titles(&music), ["Sintel soundtrack"]);
    assert_eq!(f.search.answer(of(Category::Books)).await.unwrap().total, 0);
    let asked: Vec<_> = fake.searches().iter().map(|p| (p["t"].clone(), p["cat"].clone())).collect();
    let expected = [("movie", "2000"), ("search", "3000")].map(|(t, cat)| (t.to_owned(), cat.to_owned()));
    assert_eq!(asked, expected, "it has no books and is not asked for any");
}

#[tokio::test]
async fn equal_searches_at_once_ask_once_and_later_ones_come_from_the_cache() {
    let (fake, f) = one(Mode::Slow(Duration::from_millis(300))).await;
    let queries = (0..20).map(|n| f.search.answer(words(if n % 2 == 0 { "sintel" } else { " Sintel" })));
    let answers = futures::future::join_all(queries).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().total == 3));
    let later = f.search.answer(SearchQuery { sort: Sort::Size, ..words("SINTEL") }).await.unwrap();
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
    assert!(answer.indexers[0].detail.as_ref().unwrap().starts_with("Fake asks to wait "));
}

#[tokio::test]
async fn events_come_as_indexers_answer_and_a_slow_one_delays_nobody() {
    let (fast, slow) = (FakeTorznab::start(Mode::Good).await, FakeTorznab::start(Mode::Slow(PATIENCE * 9)).await);
    let f = fixture(&[slow.entry("slow"), fast.entry("fast")], Duration::from_secs(2)).await;
    let started = Instant::now();
    let mut events = Box::pin(f.search.events(words("sintel")).unwrap());
    let names = vec!["slow".to_owned(), "fast".to_owned()];
    assert_eq!(events.next().await, Some(SearchEvent::Indexers { names }));
    let Some(SearchEvent::Hits { report, items }) = events.next().await else { panic!("no hits") };
    assert_eq!((report.name.as_str(), items.len()), ("fast", 3));
    assert!(started.elapsed() < Duration::from_millis(1_900), "{:?}", started.elapsed());
    let Some(SearchEvent::Hits { report, items }) = events.next().await else { panic!("no time-out") };
    assert_eq!((report.name.as_str(), report.status, items.len()), ("slow", IndexerStatus::Timeout, 0));
    assert_eq!(events.next().await, Some(SearchEvent::Done { cached: false }));
    assert_eq!(events.next().await, None);
    // From the cache, for a minute: the same events.
    let again: Vec<_> = f.search.events(words("sintel")).unwrap().collect().await;
    assert_eq!((again.len(), again.last()), (4, Some(&SearchEvent::Done { cached: true })));
}

#[tokio::test]
async fn whoever_wants_one_indexer_waits_for_no_other() {
    let (fast, slow) = (FakeTorznab::start(Mode::Good).await, FakeTorznab::start(Mode::Slow(PATIENCE * 9)).await);
    let f = fixture(&[slow.entry("slow"), fast.entry("fast")], PATIENCE * 5).await;
    let only = || SearchQuery { indexer: Some("fast".into()), ..words("sintel") };
    let answer = f.search.answer(only()).await.unwrap();
    assert_eq!((answer.total, answer.indexers.len()), (3, 1));
    let events: Vec<_> = f.search.events(only()).unwrap().collect().await;
    assert_eq!(events.len(), 3);
    let unknown = SearchQuery { indexer: Some("nobody".into()), ..words("sintel") };
    assert_eq!(f.search.answer(unknown).await.unwrap_err().kind, Kind::InvalidInput);
}

#[tokio::test]
async fn two_indexers_with_the_same_torrent_give_one_hit() {
    let (a, b) = (FakeTorznab::start(Mode::Paging(60)).await, FakeTorznab::start(Mode::Paging(70)).await);
    let f = fixture(&[a.entry("a"), b.entry("b")], PATIENCE).await;
    let mut by_both = 0;
    for page in [1, 2] {
        let answer = f.search.answer(SearchQuery { page: Some(page), ..words("film") }).await.unwrap();
        assert_eq!(answer.total, 70);
        by_both += answer.items.iter().filter(|hit| hit.indexers == ["a", "b"]).count();
    }
    assert_eq!(by_both, 60);
}

#[tokio::test]
async fn there_is_a_most_of_different_searches_at_once() {
    let (_fake, f) = one(Mode::Slow(PATIENCE * 9)).await;
    let running: Vec<_> = (0..32).map(|n| f.search.events(words(&format!("film {n}"))).unwrap()).collect();
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

#[tokio::test]
async fn a_mirror_of_the_internet_archive_is_searched_and_its_links_followed() {
    let fake = FakeTorznab::start(Mode::Good).await;
    let f = fixture(&[format!("mirror=internet-archive+http://{}", fake.address)], PATIENCE).await;
    let answer = f.search.answer(words("sintel")).await.unwrap();
    assert_eq!((titles(&answer), answer.items[0].size_bytes), (vec!["Sintel"], 5));
    let token = answer.items[0].torrent_url.as_ref().unwrap().strip_prefix("/api/search/torrent/").unwrap();
    assert_eq!(f.search.resolve(token).await.unwrap(), Resolved::TorrentFile(TORRENT_FILE.into()));
}

#[tokio::test]
async fn wrong_queries_are_refused_before_anybody_is_asked() {
    let (fake, f) = one(Mode::Good).await;
    for query in ["", "  ", "a\0b", "***", &"x".repeat(10_000)] {
        assert_eq!(f.search.answer(words(query)).await.unwrap_err().kind, Kind::InvalidInput);
        assert!(f.search.events(words(query)).is_err());
    }
    assert!(fake.searches().is_empty());
}

#[tokio::test]
async fn a_visitors_address_is_fetched_from_public_hosts_only_and_checked() {
    let fake = FakeTorznab::start(Mode::Good).await;
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let (guarded, open) = (Fetcher::new(false).unwrap(), Fetcher::new(true).unwrap());
    let url = |what: &str| format!("http://{}/dl/{what}", fake.address);
    let refused = guarded.fetch_torrent(&url("file")).await.unwrap_err();
    assert_eq!((refused.kind, refused.errors[0].field.as_str()), (Kind::InvalidInput, "url"));
    assert_eq!(open.fetch_torrent(&url("moved")).await, Ok(Resolved::TorrentFile(TORRENT_FILE.into())));
    let magnet = format!("magnet:?xt=urn:btih:{}", hash(3));
    assert_eq!(open.fetch_torrent(&url("magnet")).await, Ok(Resolved::Magnet(magnet)));
    for (what, kind, reason) in [
        ("page", Kind::BadGateway, "web page"),
        ("nothing-here", Kind::BadGateway, "HTTP 404"),
        ("loop", Kind::BadGateway, "redirects too often"),
        ("to-file-url", Kind::InvalidInput, "Only http and https"),
        ("endless", Kind::TooLarge, "larger than 10 MiB"),
    ] {
        let error = open.fetch_torrent(&url(what)).await.unwrap_err();
        assert_eq!(error.kind, kind, "{what}");
        assert!(error.detail.contains(reason), "{what}: {error}");
    }
}

#[tokio::test]
async fn a_trusted_host_cannot_lead_to_another_private_one() {
    use server::fetch::AllowedHost;
    let fake = FakeTorznab::start(Mode::Good).await;
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let guarded = Fetcher::new(false).unwrap();
    let url = |what: &str| format!("http://{}/dl/{what}", fake.address);
    let allow = AllowedHost::of(&url("").parse().unwrap());
    assert!(guarded.fetch_torrent_from(&url("moved"), &allow).await.is_ok());
    for what in ["away", "metadata-service", "by-name"] {
        let error = guarded.fetch_torrent_from(&url(what), &allow).await.unwrap_err();
        assert!(error.detail.contains("private network"), "{what}: {error}");
    }
}
