//! Pages as the server writes them, before any script has run.

use crate::support::{Browser, Film, TestServer};
use app::protocol::Torrent;
use futures::{StreamExt, future, stream};
use http::StatusCode;
use serde_json::json;
use tempfile::TempDir;

/// A title is read when the page around it may be gone already: with a title that touches what the page owned, one page in
/// twenty failed here.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn pages_asked_for_all_at_once_are_all_written() {
    let server = TestServer::start().await;
    let film = Film::of("Big Film.mp4", 300_000, 64 << 10).await;
    let seeder = film.seed(0);
    let _: Torrent = server
        .client()
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    let browser = Browser::at(&server);
    let paths = [
        format!("/watch/{}", film.info_hash),
        format!("/watch/{}/0", film.info_hash),
        "/".to_owned(),
        "/rooms".to_owned(),
        "/search?q=film".to_owned(),
    ];
    let answers: Vec<_> = stream::iter((0..400).map(|turn| {
        let (browser, path) = (&browser, &paths[turn % paths.len()]);
        async move { (path, browser.get(path).await) }
    }))
    .buffer_unordered(64)
    .collect()
    .await;
    for (path, answer) in answers {
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        let text = answer.text();
        assert!(text.contains("</html>"), "{path} is cut off: {text}");
        if path.starts_with("/watch/") {
            assert!(text.contains("<title>Big Film"), "{path}: {text}");
        }
    }
    server.stop().await;
}

/// Several servers in one process, as in these tests: a page that was begun while another server started was never written.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_are_written_while_other_servers_start() {
    let server = TestServer::start().await;
    let browser = Browser::at(&server);
    let (starting, begun) = tokio::sync::watch::channel(true);
    let others = async {
        for _ in 0..10 {
            TestServer::start().await.stop().await;
        }
        starting.send_replace(false);
    };
    let pages = stream::iter(0..).take_while(|_| future::ready(*begun.borrow()));
    let pages = pages.for_each_concurrent(8, |turn: usize| {
        let path = ["/", "/rooms", "/latest"][turn % 3];
        let answer = browser.get(path);
        async move { assert!(answer.await.text().contains("</html>"), "{path} is cut off") }
    });
    future::join(others, pages).await;
    server.stop().await;
}

/// What a development build changes keeps its name; kept for a year, the change would never be seen.
#[tokio::test]
async fn only_files_with_a_hash_in_their_name_are_kept_for_a_year() {
    for (hash_file, kept) in [
        (None, "no-cache"),
        // Left by an earlier build, whose files are gone.
        (Some("js: 123\nwasm: 456\ncss: 789\n"), "no-cache"),
        (
            Some("js: abc\nwasm: def\ncss: ghi\n"),
            "public, max-age=31536000, immutable",
        ),
    ] {
        let site = TempDir::new().unwrap();
        std::fs::create_dir(site.path().join("pkg")).unwrap();
        for name in ["matinee.css", "matinee.abc.js", "matinee.def.wasm"] {
            std::fs::write(site.path().join("pkg").join(name), "").unwrap();
        }
        if let Some(names) = hash_file {
            std::fs::write(site.path().join("hash.txt"), names).unwrap();
        }
        let server = TestServer::with(&[("MATINEE_SITE_ROOT", site.path().to_str().unwrap())]).await;
        let answer = Browser::at(&server).get("/pkg/matinee.css").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["cache-control"], kept);
        let missing = Browser::at(&server).get("/pkg/other.css").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        server.stop().await;
    }
}
