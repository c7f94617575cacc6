//! What strangers send: each gets a clear problem, and nothing is lost or leaked.

use crate::support::{Client, Film, TestServer};
use app::{
    error::Kind,
    protocol::{IngestReport, List, Torrent},
};
use http::StatusCode;
use serde_json::{Value, json};

const UNKNOWN: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

/// A place in a list, as a page's `next` gives it.
const PLACE: &str = "1790000000000.019a200e698d7179938e28743304f732";

async fn refused_torrent(client: &Client, body: &Value) -> (Kind, String) {
    let problem = Client::problem(client.post_request("/api/torrents", body)).await;
    (problem.kind, problem.detail.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_links_are_refused_in_words() {
    let server = TestServer::with(&[("MATINEE_TORRENT_ALLOW_PRIVATE_PEERS", "off")]).await;
    let client = server.client();
    for (body, said) in [
        (json!({ "magnet": "magnet:?dn=nothing" }), "names no torrent"),
        (json!({ "magnet": "magnet:?xt=urn:btih:zz" }), "damaged"),
        (
            json!({ "magnet": format!("magnet:?xt=urn:btmh:1220{}", "ab".repeat(32)) }),
            "v2 only",
        ),
        (json!({ "magnet": "http://example.com" }), "not a magnet link"),
        (json!({ "magnet": "x".repeat(100_000) }), "too long"),
        (
            json!({ "magnet": format!("magnet:?xt=urn:btih:{UNKNOWN}") }),
            "names no tracker",
        ),
        (
            json!({ "magnet": format!("magnet:?xt=urn:btih:{UNKNOWN}&tr=http://127.0.0.1:9/a&tr=http://169.254.169.254/a") }),
            "names no tracker",
        ),
        (
            json!({ "magnet": format!("magnet:?xt=urn:btih:{UNKNOWN}&tr=udp://nowhere.invalid:6969/announce") }),
            "names no tracker",
        ),
        (
            json!({ "magnet": format!("magnet:?xt=urn:btih:{UNKNOWN}&x.pe=127.0.0.1:9&x.pe=[::1]:9&x.pe=169.254.169.254:80") }),
            "names no tracker",
        ),
        (json!({ "url": "ftp://example.com/a.torrent" }), ""),
        (json!({ "url": "http://127.0.0.1:1/a.torrent" }), ""),
        (json!({ "url": "http://[::ffff:169.254.169.254]/latest" }), ""),
        (json!({ "url": "http://2130706433/" }), ""),
        (json!({ "url": "/api/search/torrent/unknown" }), ""),
        (json!({ "magnet": "a", "url": "b" }), ""),
        (json!({}), ""),
        (json!([]), ""),
        (json!({ "magnet": 5 }), ""),
    ] {
        let (kind, detail) = refused_torrent(&client, &body).await;
        assert!(
            matches!(kind, Kind::InvalidInput | Kind::NotFound | Kind::Forbidden),
            "{body}: {kind:?}"
        );
        assert!(detail.contains(said), "{body}: {detail}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_torrent_files_are_refused_and_touch_nothing() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", 100_000, 64 << 10).await;
    let traversal = String::from_utf8_lossy(&film.torrent).into_owned();
    let files: [(&str, Vec<u8>); 5] = [
        ("empty", vec![]),
        ("page", b"<!doctype html><title>Sign in</title>".to_vec()),
        ("truncated", film.torrent[..film.torrent.len() / 2].to_vec()),
        ("deep", [vec![b'l'; 500_000], vec![b'e'; 500_000]].concat()),
        ("traversal", traversal.replace("8:film.mp4", "9:../../../").into_bytes()),
    ];
    for (name, bytes) in files {
        let form = reqwest_form("torrent", bytes);
        let request = client
            .request(reqwest::Method::POST, "/api/torrents")
            .header("content-type", form.0)
            .body(form.1);
        assert_eq!(Client::problem(request).await.kind, Kind::InvalidInput, "{name}");
    }
    let form = reqwest_form("torrent", vec![b'd'; 11 << 20]);
    let huge = client
        .request(reqwest::Method::POST, "/api/torrents")
        .header("content-type", form.0)
        .body(form.1);
    assert_eq!(Client::problem(huge).await.kind, Kind::TooLarge);
    let form = reqwest_form("another", vec![1, 2, 3]);
    let unnamed = client
        .request(reqwest::Method::POST, "/api/torrents")
        .header("content-type", form.0)
        .body(form.1);
    assert!(Client::problem(unnamed).await.detail.to_string().contains("no field"));
    let left = std::fs::read_dir(server.dir.path().join("torrents")).unwrap().count();
    assert_eq!(left, 0, "a refused torrent leaves nothing on the disk");
    server.stop().await;
}

/// A form with one file, by hand: the client is built without its multipart feature.
pub fn reqwest_form(field: &str, bytes: Vec<u8>) -> (&'static str, Vec<u8>) {
    let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"x.torrent\"\r\n\r\n");
    (
        "multipart/form-data; boundary=edge",
        [head.into_bytes(), bytes, b"\r\n--edge--\r\n".to_vec()].concat(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torrent_file_is_added_once_however_often() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", 100_000, 64 << 10).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let form = reqwest_form("torrent", film.torrent.clone());
        let request = client
            .request(reqwest::Method::POST, "/api/torrents")
            .header("content-type", form.0)
            .body(form.1);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(
            response.headers()["location"],
            format!("/api/torrents/{}", film.info_hash)
        );
        ids.push(
            serde_json::from_str::<Torrent>(&response.text().await.unwrap())
                .unwrap()
                .id,
        );
    }
    assert!(ids.iter().all(|id| *id == ids[0]));
    let by_id: Torrent = client.json(&format!("/api/torrents/{}", ids[0])).await;
    assert_eq!(by_id.info_hash, film.info_hash);
    let latest: List<Torrent> = client.json("/api/torrents/latest").await;
    assert_eq!(latest.items.len(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_things_are_not_found() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", 100_000, 64 << 10).await;
    let form = reqwest_form("torrent", film.torrent.clone());
    client
        .request(reqwest::Method::POST, "/api/torrents")
        .header("content-type", form.0)
        .body(form.1)
        .send()
        .await
        .unwrap();
    for (path, status) in [
        (format!("/api/stream/{}/7", film.info_hash), 404),
        (format!("/api/stream/{}/4294967295", film.info_hash), 404),
        (format!("/api/stream/{}/-1", film.info_hash), 422),
        (format!("/api/stream/{}/99999999999999999999", film.info_hash), 422),
        (format!("/api/stream/{UNKNOWN}/0"), 404),
        ("/api/stream/nonsense/0".to_owned(), 422),
        ("/api/stream?magnet=nonsense".to_owned(), 422),
        ("/api/stream".to_owned(), 422),
        (format!("/api/torrents/{UNKNOWN}"), 404),
        (format!("/api/torrents/{UNKNOWN}/stats"), 404),
        (format!("/api/torrents/{UNKNOWN}/stats/events"), 404),
        ("/api/torrents/nonsense".to_owned(), 404),
        (format!("/api/playlist/{UNKNOWN}.m3u8"), 404),
        ("/api/playlist/nonsense".to_owned(), 404),
        ("/api/torrents/latest?cursor=nonsense".to_owned(), 422),
        ("/api/history?cursor=1.2".to_owned(), 422),
        (format!("/api/history?cursor=+{PLACE}"), 422),
        (
            "/api/history?cursor=-1.019a200e698d7179938e28743304f732".to_owned(),
            422,
        ),
        (
            "/api/history?cursor=1.019a200e-698d-7179-938e-28743304f732".to_owned(),
            422,
        ),
        ("/api/history?cursor=1.019A200E698D7179938E28743304F732".to_owned(), 422),
        // One torrent's lines are one page.
        (format!("/api/history?info_hash={UNKNOWN}&cursor=nonsense"), 422),
        (format!("/api/history?info_hash={UNKNOWN}&cursor={PLACE}"), 422),
        (format!("/api/history?info_hash={UNKNOWN}&query=a"), 422),
        ("/api/popular?window=century".to_owned(), 422),
        ("/api/search?query=".to_owned(), 422),
        (format!("/api/search?query={}", "x".repeat(10_000)), 422),
        ("/api/search?query=a%00b".to_owned(), 422),
        ("/api/search?query=a&sort=beauty".to_owned(), 422),
        (format!("/api/search?query={}", "x".repeat(40_000)), 413),
        ("/api/nothing".to_owned(), 404),
    ] {
        let problem = Client::problem(client.get(&path)).await;
        assert_eq!(problem.status, status, "{path}: {problem}");
        assert!(
            !problem.detail.to_string().contains("anyhow") && !problem.detail.to_string().contains("server/src"),
            "{problem}"
        );
    }
    let wrong_method = Client::problem(client.request(reqwest::Method::PUT, "/api/popular")).await;
    assert_eq!(wrong_method.status, 405);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_operator_removes_and_only_a_key_ingests() {
    let server = TestServer::start().await;
    let client = server.client();
    let path = format!("/api/torrents/{UNKNOWN}");
    let delete = || client.request(reqwest::Method::DELETE, &path);
    assert_eq!(Client::problem(delete()).await.status, 401);
    assert_eq!(Client::problem(delete().bearer_auth("guess")).await.status, 401);
    assert_eq!(
        Client::problem(delete().bearer_auth(server.admin_token())).await.status,
        404
    );
    assert_eq!(Client::problem(client.get("/metrics")).await.status, 401);
    let metrics = client
        .get("/metrics")
        .bearer_auth(server.admin_token())
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(metrics.contains("matinee_http_requests_total"), "{metrics}");

    let batch = json!({ "records": [
        { "info_hash": UNKNOWN, "name": "Big Buck Bunny", "size_bytes": 5, "category": 2000 },
        { "info_hash": "bad", "name": "x" },
        { "name": "no hash" },
    ] });
    let ingest = |key: Option<&str>| {
        let request = client.post_request("/api/ingest", &batch);
        key.map_or(request.try_clone().unwrap(), |key| request.header("x-api-key", key))
    };
    assert_eq!(Client::problem(ingest(None)).await.status, 401);
    assert_eq!(Client::problem(ingest(Some("a-key-for-the-test"))).await.status, 401);
    let response = ingest(Some("a-key-for-the-tests")).send().await.unwrap();
    let report: IngestReport = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!((report.accepted, report.updated), (1, 0));
    assert_eq!(
        report
            .rejected
            .iter()
            .map(|rejected| rejected.index)
            .collect::<Vec<_>>(),
        [1, 2]
    );
    let known: Torrent = client.json(&path).await;
    assert_eq!(known.name, "Big Buck Bunny");
    server.stop().await;
}
