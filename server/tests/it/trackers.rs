//! HTTP trackers that strangers name: one that wants to hurt, and one that is met again after a restart.

use crate::support::{Client, Film, Program, TestServer, Tracker, wait_for};
use app::protocol::{Torrent, TorrentState, TorrentStats};
use axum::{Router, body::Body, response::Response, routing::get};
use bytes::Bytes;
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// More than fits into the sockets between a tracker and who asks it: Linux gives each at most 4 and 6 MiB.
const SOCKETS: usize = 16 << 20;

/// A tracker on loopback whose answers never end.
#[derive(Clone, Default)]
struct Endless {
    asked: Arc<AtomicUsize>,
    hung_up: Arc<AtomicUsize>,
    sent: Arc<AtomicUsize>,
}

impl Endless {
    /// Starts it, and tells its address.
    async fn start(&self) -> String {
        let endless = self.clone();
        let router = Router::new().route("/announce", get(move || async move { endless.answer() }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/announce", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url
    }

    fn answer(&self) -> Response {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let (chunk, open) = (Bytes::from(vec![b'0'; 64 << 10]), Open(self.clone()));
        let chunks = futures::stream::repeat_with(move || {
            open.count(chunk.len());
            Ok::<_, std::io::Error>(chunk.clone())
        });
        Response::new(Body::from_stream(chunks))
    }
}

/// An answer that is being sent.
struct Open(Endless);

impl Open {
    fn count(&self, bytes: usize) {
        self.0.sent.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.hung_up.fetch_add(1, Ordering::Relaxed);
    }
}

async fn stats(client: &Client, film: &Film) -> TorrentStats {
    client.json(&format!("/api/torrents/{}/stats", film.info_hash)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tracker_that_answers_without_end_is_given_up() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", (4 << 20) + 7, 64 << 10).await;
    // So slow that the engine still wants more peers when it may ask again.
    let seeder = film.seed(64 << 10);
    let tracker = Endless::default();
    let url = app::api::encode(&tracker.start().await);
    let magnet = format!("{}&tr={url}", film.magnet(seeder.address));
    let torrent: Torrent = client.post("/api/torrents", &json!({ "magnet": magnet })).await;
    assert!(
        torrent.magnet.contains(&url),
        "what is shown has the tracker's own address: {}",
        torrent.magnet
    );
    // Whoever looked for the metadata may have gone by itself; who asked after that would listen for ever.
    let asked = wait_for("it to be asked and given up", Duration::from_secs(60), || async {
        let hung_up = tracker.hung_up.load(Ordering::Relaxed);
        Some(tracker.asked.load(Ordering::Relaxed)).filter(|asked| *asked >= 2 && *asked == hung_up)
    })
    .await;
    let got = client
        .range(&format!("/api/stream/{}/0", film.info_hash), 0, 9_999)
        .await;
    assert!(got == film.files[0][..10_000]);
    let sent = tracker.sent.load(Ordering::Relaxed);
    assert!(
        sent < (asked + 1) * SOCKETS,
        "{sent} bytes were taken in {asked} answers"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tracker_is_asked_after_a_restart_and_keeps_its_name() {
    let tracker = Tracker::start();
    let film = Film::announced(&tracker, (4 << 20) + 7, 64 << 10).await;
    let seeder = film.seed(400 << 10);
    let server = TestServer::start().await;
    let client = server.client();
    let _: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.tracked_magnet(&tracker) }))
        .await;
    wait_for("some of it", Duration::from_secs(20), || async {
        (stats(&client, &film).await.have_bytes > 200_000).then_some(())
    })
    .await;
    let dir = server.stop().await;

    // Who shares it is known to the tracker only, and has moved meanwhile.
    drop(seeder);
    let _seeder = film.seed(0);
    let server = TestServer::start_in(dir, &[]).await;
    let client = server.client();
    wait_for("the download", Duration::from_secs(60), || async {
        (stats(&client, &film).await.state == TorrentState::Finished).then_some(())
    })
    .await;
    let known = server.state.torrents.known(film.info_hash).unwrap();
    let url = app::api::encode(&tracker.url);
    assert!(known.magnet.contains(&url), "{}", known.magnet);
    server.stop().await;
}

/// The environment's proxy may be for the way out of a company; it does not reach this machine's loopback.
#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_in_the_environment_is_not_asked_for_trackers() {
    let data = tempfile::tempdir().unwrap();
    let tracker = Tracker::start();
    let film = Film::announced(&tracker, (1 << 20) + 7, 64 << 10).await;
    let _seeder = film.seed(0);
    let nobody = "http://127.0.0.1:1";
    let settings = [
        ("HTTP_PROXY", nobody),
        ("http_proxy", nobody),
        ("ALL_PROXY", nobody),
        ("NO_PROXY", ""),
        ("no_proxy", ""),
    ];
    let program = Program::start(data.path(), &settings).await;
    let body = json!({ "magnet": film.tracked_magnet(&tracker) });
    let torrent: Torrent = program.client.post("/api/torrents", &body).await;
    assert_eq!(torrent.info_hash, film.info_hash);
}
