//! What is blocked is not found, not ingested, not added and not opened.

use super::{Operator, expect, ingest, on_both, upload};
use crate::{
    fake_torznab::{FakeTorznab, Mode, hash},
    support::{Client, Film, TestServer, wait_for},
};
use app::protocol::{IngestReport, List, SearchAnswer, Torrent, TorrentState, TorrentStats};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    a_word_blocks_search_ingest_adding_and_opening,
    a_hash_blocks_a_magnet_before_anybody_is_asked,
    a_blocked_file_name_is_seen_once_the_metadata_is_known,
    what_is_running_is_ended,
    the_same_filter_is_not_made_twice,
);

const HASH: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";
const SENTENCE: &str = "This torrent is not allowed here. Whoever runs this instance has blocked it.";

async fn block(operator: &Operator, kind: &str, pattern: &str) -> String {
    let made: Value = operator
        .make(
            "/api/admin/filters",
            &json!({ "kind": kind, "pattern": pattern, "note": "a test" }),
        )
        .await;
    format!("/api/admin/filters/{}", made["id"].as_str().unwrap())
}

async fn a_word_blocks_search_ingest_adding_and_opening(server: &TestServer) {
    let (operator, client) = (Operator::of(server), server.client());
    let records = json!([
        { "info_hash": HASH, "name": "Casino Night 2026" },
        { "info_hash": "aa".repeat(20), "name": "Quiet Night 2026" },
        { "info_hash": "bb".repeat(20), "name": "Night of ads", "files": [{ "path": "a/Visit our CASINO.txt", "size_bytes": 1 }] },
    ]);
    let report: IngestReport = expect(ingest(&client, "a-key-for-the-tests", records.clone()), StatusCode::OK).await;
    assert_eq!((report.accepted, report.rejected.len()), (3, 0));
    let found = async || -> Vec<String> {
        let answer: SearchAnswer = client.json("/api/search?query=night").await;
        assert_eq!(answer.total, answer.items.len());
        assert_eq!(answer.indexers[0].count, answer.items.len());
        answer.items.into_iter().map(|hit| hit.title).collect()
    };
    assert_eq!(found().await.len(), 3);

    let filter = block(&operator, "word", "  CASINO ").await;
    assert_eq!(found().await.len(), 2, "of a hit only the title is known");
    let latest: List<Torrent> = client.json("/api/torrents/latest").await;
    assert!(latest.items.iter().all(|torrent| torrent.name != "Casino Night 2026"));
    let report: IngestReport = expect(ingest(&client, "a-key-for-the-tests", records), StatusCode::OK).await;
    assert_eq!((report.accepted, report.updated), (0, 1));
    let reasons: Vec<(usize, &str)> = report
        .rejected
        .iter()
        .map(|one| (one.index, one.reason.as_str()))
        .collect();
    assert_eq!(
        reasons,
        [0, 2].map(|index| (index, "blocked: this instance does not take this torrent"))
    );
    for hash in [HASH, &"bb".repeat(20)] {
        let opened = Client::problem(client.get(&format!("/api/torrents/{hash}"))).await;
        assert_eq!((opened.status, opened.detail.to_string().as_str()), (403, SENTENCE));
        let streamed = Client::problem(client.get(&format!("/api/stream/{hash}/0"))).await;
        assert_eq!(streamed.status, 403);
    }
    let magnet = format!("magnet:?xt=urn:btih:{}&dn=The+Casino", "cc".repeat(20));
    let added = Client::problem(client.post_request("/api/torrents", &json!({ "magnet": magnet }))).await;
    assert_eq!((added.status, added.detail.to_string().as_str()), (403, SENTENCE));

    assert_eq!(operator.delete(&filter).await, StatusCode::NO_CONTENT);
    assert_eq!(found().await.len(), 3, "what is no longer blocked is there at once");
    assert_eq!(
        client
            .get(&format!("/api/torrents/{HASH}"))
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::OK
    );
}

async fn a_hash_blocks_a_magnet_before_anybody_is_asked(server: &TestServer) {
    let (operator, client) = (Operator::of(server), server.client());
    block(&operator, "info_hash", &HASH.to_uppercase()).await;
    // Nobody shares it: without the filter this would wait for a minute.
    for request in [
        client.post_request("/api/torrents", &json!({ "magnet": HASH })),
        client.post_request(
            "/api/torrents?wait=nothing",
            &json!({ "magnet": format!("magnet:?xt=urn:btih:{HASH}") }),
        ),
        client.get(&format!("/api/stream?magnet={HASH}")),
    ] {
        assert_eq!(Client::problem(request).await.status, 403);
    }
}

async fn a_blocked_file_name_is_seen_once_the_metadata_is_known(server: &TestServer) {
    let (operator, client) = (Operator::of(server), server.client());
    let film = Film::of_files("Film", &["film.mp4", "ads/casino.txt"], 40_001, 16 << 10).await;
    let seeder = film.seed(0);
    let upload = || upload(&client, &film);
    let filter = block(&operator, "regex", r"\bcasino\.txt$").await;
    // Its magnet says nothing: the names come from the peer.
    let magnet = json!({ "magnet": film.magnet(seeder.address) });
    let added = Client::problem(client.post_request("/api/torrents", &magnet)).await;
    assert_eq!((added.status, added.detail.to_string().as_str()), (403, SENTENCE));
    assert_eq!(Client::problem(upload()).await.status, 403);
    let disk: Value = operator.get("/api/admin/torrents").await;
    assert_eq!(disk["total"], 0, "nothing of it is on the disk");

    assert_eq!(operator.delete(&filter).await, StatusCode::NO_CONTENT);
    let _: Torrent = client.post("/api/torrents", &magnet).await;
    let stream = format!("/api/stream/{}/0", film.info_hash);
    assert!(client.range(&stream, 0, 99).await == film.files[0][..100]);
    block(&operator, "word", "ads").await;
    let streamed = Client::problem(client.get(&stream)).await;
    assert_eq!(streamed.status, 403, "what was there already is not opened again");
    assert_eq!(Client::problem(upload()).await.status, 403);
    assert_eq!(
        Client::problem(client.post_request("/api/torrents", &magnet))
            .await
            .status,
        403
    );
}

async fn what_is_running_is_ended(server: &TestServer) {
    let (operator, client) = (Operator::of(server), server.client());
    // More than what waits between the server and a reader; the second one is fetched slowly.
    let there = Film::of("Casino one.mp4", (40 << 20) + 7, 256 << 10).await;
    let coming = Film::of("Casino two.mp4", (4 << 20) + 7, 64 << 10).await;
    let (fast, slow) = (there.seed(0), coming.seed(200 << 10));
    let state = async |film: &Film| {
        let stats: TorrentStats = client.json(&format!("/api/torrents/{}/stats", film.info_hash)).await;
        stats.state
    };
    for (film, seeder) in [(&there, &fast), (&coming, &slow)] {
        let magnet = json!({ "magnet": film.magnet(seeder.address) });
        let _: Torrent = client.post("/api/torrents", &magnet).await;
    }
    wait_for("the first film", Duration::from_secs(60), async || {
        (state(&there).await == TorrentState::Finished).then_some(())
    })
    .await;
    let open = async |film: &Film| {
        let path = format!("/api/stream/{}/0", film.info_hash);
        let mut response = client.get(&path).send().await.unwrap();
        assert!(response.chunk().await.unwrap().is_some());
        response
    };
    let (on_disk, awaited) = (open(&there).await, open(&coming).await);
    let filter = block(&operator, "word", "casino").await;
    for (stream, what) in [(on_disk, "read from the disk"), (awaited, "waiting for pieces")] {
        let rest = tokio::time::timeout(Duration::from_secs(15), stream.bytes()).await;
        assert!(rest.expect("the stream goes on").is_err(), "{what}");
    }
    for film in [&there, &coming] {
        wait_for("the stop", Duration::from_secs(10), async || {
            (state(film).await == TorrentState::Paused).then_some(())
        })
        .await;
    }
    // A filter that was a mistake has cost nothing.
    assert_eq!(operator.delete(&filter).await, StatusCode::NO_CONTENT);
    for film in [&there, &coming] {
        let last = film.files[0].len() as u64 - 1;
        let path = format!("/api/stream/{}/0", film.info_hash);
        assert!(client.range(&path, last - 99_999, last).await == film.files[0][film.files[0].len() - 100_000..]);
    }
}

async fn the_same_filter_is_not_made_twice(server: &TestServer) {
    let operator = Operator::of(server);
    block(&operator, "word", "Big  Casino").await;
    let again = operator.post(
        "/api/admin/filters",
        &json!({ "kind": "word", "pattern": "big-CASINO" }),
    );
    assert_eq!(Client::problem(again).await.status, 409);
    for n in 1..=50 {
        block(&operator, "regex", &format!("casino{n}x")).await;
    }
    let one_more = operator.post("/api/admin/filters", &json!({ "kind": "regex", "pattern": "more" }));
    assert_eq!(Client::problem(one_more).await.status, 409, "expressions are bounded");
}

#[tokio::test(flavor = "multi_thread")]
async fn cached_answers_lose_what_is_blocked_and_get_it_back() {
    let fake = FakeTorznab::start(Mode::Good).await;
    let server = TestServer::with(&[("MATINEE_INDEXERS", &fake.entry("fake"))]).await;
    let (operator, client) = (Operator::of(&server), server.client());
    let found = async || -> (usize, bool) {
        let answer: SearchAnswer = client.json("/api/search?query=sintel").await;
        (answer.items.len(), answer.cached)
    };
    assert_eq!(found().await, (3, false));
    let by_word = block(&operator, "word", "soundtrack").await;
    assert_eq!(found().await, (2, true));
    let by_hash = block(&operator, "info_hash", &hash(1)).await;
    assert_eq!(found().await, (1, true));
    let events = client
        .get("/api/search/events?query=sintel")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        events.contains("making of") && !events.contains("soundtrack") && !events.contains(&hash(1)),
        "{events}"
    );
    for filter in [by_word, by_hash] {
        assert_eq!(operator.delete(&filter).await, StatusCode::NO_CONTENT);
    }
    assert_eq!(found().await, (3, true), "the cache was not made poorer");
    assert_eq!(fake.searches().len(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_follows() {
    let postgres = crate::support::fresh_postgres().await;
    let settings = [("MATINEE_DATABASE_URL", postgres.as_str())];
    let (one, two) = (TestServer::with(&settings).await, TestServer::with(&settings).await);
    block(&Operator::of(&one), "word", "casino").await;
    assert!(one.state.filter.rules().blocks_text("Casino"));
    assert!(
        !two.state.filter.rules().blocks_text("Casino"),
        "not before it has looked"
    );
    two.state.filter.reload().await.unwrap();
    assert!(two.state.filter.rules().blocks_text("Casino"));
    one.stop().await;
    two.stop().await;
}
