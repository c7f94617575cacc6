//! The REST API as a client uses it: on SQLite with the cache in the process, and on PostgreSQL with Redis.

use crate::support::{Client, Film, TestServer, fresh_postgres, service};
use app::protocol::{HistoryItem, List, PopularItem, SearchAnswer, Torrent};
use http::StatusCode;
use serde_json::{Value, json};

const HASH: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

async fn on_postgres_and_redis() -> TestServer {
    let (postgres, redis) = (fresh_postgres().await, service("MATINEE_TEST_REDIS"));
    TestServer::with(&[("MATINEE_DATABASE_URL", &postgres), ("MATINEE_REDIS_URL", &redis)]).await
}

async fn ingest(client: &Client, hash: &str, name: &str) {
    let batch = json!({ "records": [{ "info_hash": hash, "name": name, "size_bytes": 700_000_000, "category": 2000, "seeders": 9 }] });
    let done = client
        .post_request("/api/ingest", &batch)
        .header("x-api-key", "a-key-for-the-tests")
        .send()
        .await
        .unwrap();
    assert_eq!(done.status(), StatusCode::OK);
}

async fn a_visit(server: TestServer) {
    let client = server.client();
    let name = format!("Big Buck Bunny {}", uuid::Uuid::new_v4().simple());
    ingest(&client, HASH, &name).await;

    let answer: SearchAnswer = client
        .json(&format!("/api/search?query={}", name.replace(' ', "+")))
        .await;
    assert_eq!(answer.items.len(), 1, "{answer:?}");
    assert_eq!((answer.items[0].seeders, answer.cached), (Some(9), false));
    let again: SearchAnswer = client
        .json(&format!("/api/torrents/search?q={}", name.replace(' ', "%20")))
        .await;
    assert_eq!(again.items, answer.items);

    let latest: List<Torrent> = client.json("/api/torrents/latest").await;
    assert_eq!(latest.items[0].name, name);
    watch(&client).await;
    let history: List<HistoryItem> = client.json("/api/history").await;
    assert_eq!((history.items.len(), history.items[0].progress_percent), (1, 25.0));
    assert_eq!(history.items[0].title, name);
    let nothing: List<HistoryItem> = client.json("/api/history?query=%00").await;
    assert!(nothing.items.is_empty(), "no database's text has this letter");
    let others: List<HistoryItem> = server.client().json("/api/history").await;
    assert!(others.items.is_empty(), "a guest sees only what is his own");
    let popular: List<PopularItem> = client.json("/api/popular?window=day").await;
    assert_eq!(popular.items[0].viewers, 1);

    let line = format!("/api/history/{}", history.items[0].id);
    let delete = |client: &Client| client.request(reqwest::Method::DELETE, &line);
    assert_eq!(Client::problem(delete(&server.client())).await.status, 404);
    assert_eq!(delete(&client).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    watch(&client).await;
    let all = client
        .request(reqwest::Method::DELETE, "/api/history")
        .send()
        .await
        .unwrap();
    assert_eq!(all.status(), StatusCode::NO_CONTENT);
    assert!(client.json::<List<HistoryItem>>("/api/history").await.items.is_empty());
    server.stop().await;
}

async fn watch(client: &Client) {
    let body = json!({ "info_hash": HASH, "file_index": 0, "position_seconds": 150.0, "duration_seconds": 600.0 });
    let noted = client.post_request("/api/watch-history", &body).send().await.unwrap();
    assert_eq!(noted.status(), StatusCode::NO_CONTENT);
    let body = json!({ "info_hash": HASH, "file_index": 0, "position_seconds": -1.0, "duration_seconds": 1e300 });
    let problem = Client::problem(client.post_request("/api/watch-history", &body)).await;
    assert_eq!(problem.errors.len(), 2, "every wrong field is named: {problem:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_on_sqlite() {
    a_visit(TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_on_postgres_and_redis() {
    a_visit(on_postgres_and_redis().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_plays_on_postgres_and_redis() {
    let server = on_postgres_and_redis().await;
    let client = server.client();
    let film = Film::of("film.mp4", (1 << 20) + 7, 64 << 10).await;
    let seeder = film.seed(0);
    let torrent: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    assert_eq!(torrent.size_bytes, (1 << 20) + 7);
    let got = client
        .range(&format!("/api/stream/{}/0", film.info_hash), 500_000, 600_000)
        .await;
    assert!(got == film.files[0][500_000..=600_000]);
    let by_magnet = client
        .range(&format!("/api/stream?magnet={}", film.info_hash), 0, 99)
        .await;
    assert!(by_magnet == film.files[0][..100]);
    let list = client
        .get(&format!("/api/playlist/{}.m3u8", film.info_hash))
        .send()
        .await
        .unwrap();
    assert_eq!(list.headers()["content-type"], "audio/x-mpegurl");
    let address = format!("{}/api/stream/{}/0", server.url, film.info_hash);
    assert!(list.text().await.unwrap().contains(&address));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_known_by_a_cookie_that_scripts_cannot_read() {
    let server = TestServer::start().await;
    let http = reqwest::Client::new();
    let answer = http.get(format!("{}/api/history", server.url)).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    for part in ["matinee_guest=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let forged = http
        .get(format!("{}/api/history", server.url))
        .header("cookie", "matinee_guest=../../x")
        .send()
        .await
        .unwrap();
    assert!(
        forged.headers().contains_key("set-cookie"),
        "an id that we did not make is replaced"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_describes_every_route() {
    let server = TestServer::start().await;
    let client = server.client();
    let document: Value = client.json("/api/openapi.json").await;
    for path in [
        "/api/search",
        "/api/search/events",
        "/api/torrents/search",
        "/api/torrents",
        "/api/torrents/latest",
        "/api/torrents/{info_hash}",
        "/api/torrents/{info_hash}/stats",
        "/api/torrents/{info_hash}/stats/events",
        "/api/stream/{info_hash}/{file_index}",
        "/api/stream",
        "/api/download/{info_hash}/{file_index}",
        "/api/playlist/{info_hash}",
        "/api/ingest",
        "/api/watch-history",
        "/api/history",
        "/api/history/{id}",
        "/api/popular",
    ] {
        assert!(document["paths"][path].is_object(), "{path} is not in the document");
    }
    let docs = client.get("/api/docs/").send().await.unwrap();
    assert_eq!(docs.status(), StatusCode::OK);
    assert!(docs.text().await.unwrap().contains("swagger"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_what_is_wrong() {
    let server = TestServer::start().await;
    let client = server.client();
    assert_eq!(client.get("/healthz").send().await.unwrap().text().await.unwrap(), "ok");
    let ready: Value = client.json("/readyz").await;
    for part in ["database", "cache", "disk", "engine"] {
        assert_eq!(ready[part]["ok"], true, "{ready}");
    }
    server.state.db.close().await;
    let down = client.get("/readyz").send().await.unwrap();
    assert_eq!(down.status(), StatusCode::SERVICE_UNAVAILABLE);
    let problem = Client::problem(client.get("/api/torrents/latest")).await;
    assert_eq!(problem.status, 503);
    server.stop().await;
}
