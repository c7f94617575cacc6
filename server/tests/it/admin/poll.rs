//! Indexers: trying one, and the scheduled look at what they list as new.

use super::{Operator, expect, on_both, on_postgres};
use crate::{
    fake_torznab::{FakeTorznab, KEY, Mode, hash},
    support::{Client, TestServer, wait_for},
};
use app::protocol::{AdminIndexer, IndexerStatus, IndexerTest, List, Timestamp, Torrent};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::poll::{Poll, Round};
use std::time::Duration;

on_both!(a_lease_is_one_holder_s_until_it_runs_out);

const HALF_AN_HOUR: Duration = Duration::from_secs(1800);

async fn a_lease_is_one_holder_s_until_it_runs_out(server: &TestServer) {
    let db = &server.state.db;
    let take = async |holder: &str, until: i64, now: i64| {
        db.take_lease("work", holder, Timestamp(until), Timestamp(now))
            .await
            .unwrap()
    };
    assert!(take("a", 100, 0).await);
    assert!(!take("b", 150, 50).await, "it is a's");
    assert!(take("a", 200, 60).await, "who may prolong it");
    assert!(!take("b", 300, 199).await);
    assert!(take("b", 300, 200).await, "until it runs out");
    assert!(!take("a", 400, 250).await);
    let other = db
        .take_lease("other", "a", Timestamp(400), Timestamp(250))
        .await
        .unwrap();
    assert!(other, "each piece of work has its own");
    let holders: Vec<String> = (0..12).map(|n| n.to_string()).collect();
    let takes = holders.iter().map(|holder| take(holder, 2_000, 1_000));
    let won = futures::future::join_all(takes)
        .await
        .into_iter()
        .filter(|won| *won)
        .count();
    assert_eq!(won, 1, "of many at once, one");
}

fn poll_of(server: &TestServer) -> Poll {
    Poll {
        search: server.state.search.clone(),
        filter: server.state.filter.clone(),
        db: server.state.db.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_stores_what_is_new_and_allowed() {
    let (good, paging, broken) = (
        FakeTorznab::start(Mode::Good).await,
        FakeTorznab::start(Mode::Paging(1_000)).await,
        FakeTorznab::start(Mode::Broken).await,
    );
    let indexers = [good.entry("good"), paging.entry("paging"), broken.entry("broken")].join(",");
    for server in [
        TestServer::with(&[("MATINEE_INDEXERS", &indexers)]).await,
        on_postgres(&[("MATINEE_INDEXERS", &indexers)]).await,
    ] {
        let operator = Operator::of(&server);
        let _: Value = operator
            .make(
                "/api/admin/filters",
                &json!({ "kind": "info_hash", "pattern": hash(2) }),
            )
            .await;
        let poll = poll_of(&server);
        let round = poll.turn("one", HALF_AN_HOUR).await.unwrap().unwrap();
        // Sintel is the first of the pages too; of the others that have no hash nothing can be kept.
        let expected = Round {
            answered: 2,
            failed: 1,
            added: 99,
            updated: 0,
        };
        assert_eq!(round, expected);
        assert_eq!(
            poll.turn("two", HALF_AN_HOUR).await.unwrap(),
            None,
            "one node is enough"
        );
        let again = poll.turn("one", HALF_AN_HOUR).await.unwrap().unwrap();
        assert_eq!((again.added, again.updated), (0, 99));
        let known: Torrent = operator.get(&format!("/api/torrents/{}", hash(1))).await;
        assert!(
            !known.magnet.is_empty() && known.poster_url.is_none(),
            "a cover on the indexer's own host is not kept"
        );
        assert_eq!(server.state.db.torrent(hash(2).parse().unwrap()).await.unwrap(), None);
        server.stop().await;
    }
    let asked = &paging.searches()[0];
    assert_eq!((asked["t"].as_str(), asked.get("q")), ("search", None));
    assert_eq!((asked["cat"].as_str(), asked["limit"].as_str()), ("2000,3000", "100"));
    assert_eq!(paging.searches().len(), 4, "one page a round");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_better_is_not_replaced() {
    let fake = FakeTorznab::start(Mode::Good).await;
    let server = TestServer::with(&[("MATINEE_INDEXERS", &fake.entry("fake"))]).await;
    let record = json!([{ "info_hash": hash(1), "name": "Sintel, from its metadata", "poster_url": "https://p.example/1",
        "files": [{ "path": "sintel.mkv", "size_bytes": 7 }] }]);
    let ingested = super::ingest(&server.client(), "a-key-for-the-tests", record);
    assert_eq!(ingested.send().await.unwrap().status(), StatusCode::OK);
    let round = poll_of(&server).round().await.unwrap();
    assert_eq!((round.added, round.updated), (0, 1));
    let known = server
        .state
        .db
        .torrent(hash(1).parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (known.name.as_str(), known.poster_url.as_deref()),
        ("Sintel, from its metadata", Some("https://p.example/1"))
    );
    assert_eq!((known.size_bytes, known.files.len()), (7, 1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_by_itself_and_stops_with_the_server() {
    let fake = FakeTorznab::start(Mode::Good).await;
    let settings = [
        ("MATINEE_INDEXERS", fake.entry("fake")),
        ("MATINEE_POLL_INTERVAL", "1".to_owned()),
    ];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = TestServer::with(&settings).await;
    let client = server.client();
    wait_for("the first round", Duration::from_secs(40), async || {
        let latest: List<Torrent> = client.json("/api/torrents/latest").await;
        (!latest.items.is_empty()).then_some(())
    })
    .await;
    let began = std::time::Instant::now();
    server.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indexer_is_tried_and_its_key_is_never_told() {
    let fake = FakeTorznab::start(Mode::Good).await;
    let indexers = format!("{},catalogue", fake.entry("fake"));
    let server = TestServer::with(&[("MATINEE_INDEXERS", &indexers)]).await;
    let operator = Operator::of(&server);
    let list: List<AdminIndexer> = operator.get("/api/admin/indexers").await;
    let shown: Vec<(&str, &str, Option<&str>)> = list
        .items
        .iter()
        .map(|one| (one.name.as_str(), one.kind.as_str(), one.address.as_deref()))
        .collect();
    let address = format!("http://{}", fake.address);
    assert_eq!(
        shown,
        [
            ("fake", "torznab", Some(address.as_str())),
            ("catalogue", "catalogue", None)
        ]
    );
    let test = async |name: &str| -> IndexerTest {
        let request = operator.request(reqwest::Method::POST, &format!("/api/admin/indexers/{name}/test"));
        expect(request, StatusCode::OK).await
    };
    let good = test("fake").await;
    assert_eq!(
        (good.report.status, good.report.count, good.sample.len()),
        (IndexerStatus::Ok, 3, 3)
    );
    let caps = good.caps.as_ref().unwrap();
    assert_eq!(
        (caps.max_limit, caps.search, caps.movie_search, caps.tv_search),
        (100, true, true, false)
    );
    assert_eq!(caps.categories, [2000, 3000]);
    let before = fake.caps_requests();
    test("fake").await;
    assert!(fake.caps_requests() > before, "what it can do is asked anew");
    assert!(!serde_json::to_string(&good).unwrap().contains(KEY));
    let catalogue = test("catalogue").await;
    assert_eq!((catalogue.report.status, catalogue.caps), (IndexerStatus::Ok, None));

    fake.set_mode(Mode::ErrorWith200);
    let bad = test("fake").await;
    assert_eq!(bad.report.status, IndexerStatus::Error);
    assert_eq!(
        bad.report.detail.as_deref(),
        Some("Fake answered with an error: “Tracker down …”.")
    );
    assert!(bad.caps.is_some() && bad.sample.is_empty());
    let unknown = operator.request(reqwest::Method::POST, "/api/admin/indexers/nobody/test");
    assert_eq!(Client::problem(unknown).await.status, 404);
    server.stop().await;

    // With another key not even its caps can be had.
    let wrong = fake.entry("fake").replace(KEY, "another-key");
    let server = TestServer::with(&[("MATINEE_INDEXERS", &wrong)]).await;
    let request = Operator::of(&server).request(reqwest::Method::POST, "/api/admin/indexers/fake/test");
    let refused: IndexerTest = expect(request, StatusCode::OK).await;
    assert_eq!(
        (refused.report.detail.as_deref(), refused.caps),
        (Some("Fake refuses the API key; check it."), None)
    );
    server.stop().await;
}
