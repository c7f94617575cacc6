//! Magnets, quotas, a full disk: what the engine does around the bytes.

use crate::support::{Client, Film, TestServer, Tracker, wait_for};
use app::{
    error::Kind,
    protocol::{Torrent, TorrentState, TorrentStats},
};
use http::StatusCode;
use serde_json::json;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

async fn stats(client: &Client, film: &Film) -> TorrentStats {
    client.json(&format!("/api/torrents/{}/stats", film.info_hash)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_add_the_same_magnet_get_the_same_torrent() {
    let server = TestServer::start().await;
    let film = Film::of("film.mp4", (1 << 20) + 7, 64 << 10).await;
    let seeder = film.seed(0);
    let magnet = film.magnet(seeder.address);
    let adds = (0..20).map(|_| {
        let (client, magnet) = (server.client(), magnet.clone());
        async move {
            client
                .post::<Torrent>("/api/torrents", &json!({ "magnet": magnet }))
                .await
                .id
        }
    });
    let ids = futures::future::join_all(adds).await;
    assert!(ids.iter().all(|id| *id == ids[0] && !id.is_empty()));
    assert_eq!(server.state.torrents.health().torrents, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_film_s_page_adds_the_film() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", (1 << 20) + 7, 64 << 10).await;
    let seeder = film.seed(0);
    let carried =
        percent_encoding::utf8_percent_encode(&film.magnet(seeder.address), percent_encoding::NON_ALPHANUMERIC)
            .to_string();
    let hash = film.info_hash;
    let add = async |url: String| client.post::<Torrent>("/api/torrents", &json!({ "url": url })).await;
    let there = format!("https://films.example.net/watch/{hash}/0?magnet={carried}&t=90");
    assert_eq!(add(there).await.info_hash, hash);
    // Known by now: its hash is enough, however the address was copied.
    for url in [
        format!("/watch/{hash}"),
        format!("{}/watch/{hash}/0", server.url),
        format!("<http://nas.local:3000/watch/{hash}?t=4>."),
    ] {
        let added = add(url.clone()).await;
        assert!(added.info_hash == hash && !added.files.is_empty(), "{url}");
    }
    let room = json!({ "url": format!("{}/room/friday", server.url) });
    let problem = Client::problem(client.post_request("/api/torrents", &room)).await;
    assert!(
        problem.kind == Kind::InvalidInput && problem.detail.to_string().contains("a room"),
        "{problem}"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_magnet_nobody_shares_says_so_while_the_search_goes_on() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", 100_000, 64 << 10).await;
    // A peer's address where nobody listens yet.
    let address = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let began = Instant::now();
    let body = json!({ "magnet": film.magnet(address) });
    let problem = Client::problem(client.post_request("/api/torrents?wait=nothing", &body)).await;
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(problem.kind, Kind::Timeout, "{problem}");
    assert_eq!(stats(&client, &film).await.state, TorrentState::Resolving);
    let stream = Client::problem(client.get(&format!("/api/stream/{}/0", film.info_hash))).await;
    assert!(matches!(stream.status, 404 | 503), "{stream}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evicted_torrent_starts_again_from_its_stored_metadata() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", (2 << 20) + 7, 64 << 10).await;
    let seeder = film.seed(0);
    let _: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    server.state.torrents.delete(film.info_hash).await.unwrap();
    assert_eq!(
        Client::problem(client.get(&format!("/api/torrents/{}/stats", film.info_hash)))
            .await
            .status,
        404
    );
    // The metadata needs no peer any more, so this magnet names none that has it.
    let magnet = format!("magnet:?xt=urn:btih:{}&x.pe={}", film.info_hash, seeder.address);
    let again: Torrent = client.post("/api/torrents", &json!({ "magnet": magnet })).await;
    assert_eq!(again.files.len(), 1);
    let got = client
        .range(&format!("/api/stream/{}/0", film.info_hash), 1_000_000, 1_100_000)
        .await;
    assert!(got == film.files[0][1_000_000..=1_100_000]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_tell_a_file_again_only_when_it_has_changed() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", (2 << 20) + 7, 64 << 10).await;
    let seeder = film.seed(0);
    let _: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    wait_for("the download", Duration::from_secs(30), || async {
        (stats(&client, &film).await.state == TorrentState::Finished).then_some(())
    })
    .await;
    let path = format!("/api/torrents/{}/stats/events", film.info_hash);
    let mut answer = client.get(&path).send().await.unwrap();
    let mut text = String::new();
    while text.matches("\n\n").count() < 2 {
        text += std::str::from_utf8(&answer.chunk().await.unwrap().unwrap()).unwrap();
    }
    let files = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let files: Vec<usize> = files
        .map(|data| serde_json::from_str::<TorrentStats>(data).unwrap().files.len())
        .collect();
    assert_eq!(files[..2], [1, 0]);
    server.stop().await;
}

/// The engine dials through a proxy, or with uTP by itself: the page does not see the difference.
#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_is_dialled_is_a_tcp_peer_with_utp_and_without() {
    for utp in ["off", "on"] {
        let server = TestServer::with(&[("MATINEE_TORRENT_UTP", utp)]).await;
        let client = server.client();
        let film = Film::of("film.mp4", (8 << 20) + 7, 64 << 10).await;
        let seeder = film.seed(2 << 20);
        let _: Torrent = client
            .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
            .await;
        let peer = wait_for("a peer that sends", Duration::from_secs(30), || async {
            let peers = stats(&client, &film).await.peers;
            peers.into_iter().find(|peer| peer.downloaded_bytes > 0)
        })
        .await;
        assert_eq!(peer.connection, "tcp", "uTP is {utp}");
        server.stop().await;
    }
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Which extensions the engine says to a peer that it takes (BEP 10).
async fn extensions_told(client: &Client) -> String {
    const HANDSHAKE: usize = 68;
    let (peer, address) = listener().await;
    let film = Film::of("film.mp4", 100_000, 64 << 10).await;
    let adding = client.post_request("/api/torrents?wait=nothing", &json!({ "magnet": film.magnet(address) }));
    let (_, accepted) = tokio::join!(adding.send(), peer.accept());
    let mut engine = accepted.unwrap().0;
    let mut handshake = [0; HANDSHAKE];
    engine.read_exact(&mut handshake).await.unwrap();
    // The same, by somebody else.
    handshake[HANDSHAKE - 1] ^= 1;
    engine.write_all(&handshake).await.unwrap();
    let length = engine.read_u32().await.unwrap();
    let mut message = vec![0; length as usize];
    engine.read_exact(&mut message).await.unwrap();
    assert_eq!(message[..2], [20, 0]);
    String::from_utf8_lossy(&message).into_owned()
}

/// Without peer exchange a film comes from whom a link or a tracker names, and nobody can dial us.
#[tokio::test(flavor = "multi_thread")]
async fn peers_are_told_of_peers_only_where_they_may() {
    for pex in ["on", "off"] {
        let (_, address) = listener().await;
        let port = address.port();
        let settings = [
            ("MATINEE_TORRENT_PEX", pex),
            ("MATINEE_TORRENT_PORT", &port.to_string()),
        ];
        let server = TestServer::with(&settings).await;
        let client = server.client();
        let tracker = Tracker::start();
        let film = Film::announced(&tracker, (1 << 20) + 7, 64 << 10).await;
        let _seeder = film.seed(0);
        let _: Torrent = client
            .post("/api/torrents", &json!({ "magnet": film.tracked_magnet(&tracker) }))
            .await;
        let got = client
            .range(&format!("/api/stream/{}/0", film.info_hash), 0, 99_999)
            .await;
        assert!(got == film.files[0][..=99_999]);
        let listens = TcpStream::connect(("127.0.0.1", port)).await.is_ok();
        assert_eq!(listens, pex == "on");
        let takes = extensions_told(&client).await;
        assert!(takes.contains("ut_metadata"), "{takes}");
        assert_eq!(takes.contains("ut_pex"), pex == "on", "{takes}");
        server.stop().await;
    }
}

/// A peer that chokes forgets what it was asked for (BEP 3), and seeds with many guests choke each in turn.
#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_choked_goes_on_as_soon_as_it_unchokes() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", (16 << 20) + 7, 64 << 10).await;
    let seeder = film.seed(1 << 20);
    let _: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    let received = async || {
        let peers = stats(&client, &film).await.peers;
        peers.iter().map(|peer| peer.downloaded_bytes).sum::<u64>()
    };
    wait_for("a peer that sends", Duration::from_secs(30), async || {
        (received().await > 0).then_some(())
    })
    .await;
    for round in 1..=2 {
        seeder.choke(true);
        let before = wait_for("silence", Duration::from_secs(10), async || {
            let before = received().await;
            tokio::time::sleep(Duration::from_millis(1500)).await;
            (received().await == before).then_some(before)
        })
        .await;
        let unchoked = Instant::now();
        seeder.choke(false);
        wait_for("more of the film", Duration::from_secs(60), async || {
            (received().await > before).then_some(())
        })
        .await;
        // libtorrent looks around once a second.
        let waited = unchoked.elapsed();
        assert!(waited < Duration::from_secs(5), "round {round}: {waited:?}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_while_it_is_being_removed_keeps_its_files() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", (2 << 20) + 7, 64 << 10).await;
    let seeder = film.seed(0);
    let body = json!({ "magnet": film.magnet(seeder.address) });
    let folder = server.dir.path().join("torrents").join(film.info_hash.to_string());
    for round in 0..10 {
        let _: Torrent = client.post("/api/torrents", &body).await;
        wait_for("the download", Duration::from_secs(30), || async {
            (stats(&client, &film).await.state == TorrentState::Finished).then_some(())
        })
        .await;
        assert!(folder.join("film.mp4").exists(), "round {round}: its file is gone");
        let torrents = server.state.torrents.clone();
        let removal = tokio::spawn(async move { torrents.delete(film.info_hash).await });
        while server.state.torrents.is_known(film.info_hash) {
            tokio::task::yield_now().await;
        }
        let _: Torrent = client.post("/api/torrents", &body).await;
        removal.await.unwrap().unwrap();
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quota_evicts_what_was_watched_longest_ago() {
    let server = TestServer::with(&[("MATINEE_TORRENT_QUOTA", "3000000")]).await;
    let client = server.client();
    let (old, new) = (
        Film::of("old.mp4", (2 << 20) + 7, 64 << 10).await,
        Film::of("new.mp4", (2 << 20) + 7, 64 << 10).await,
    );
    let seeders = [old.seed(0), new.seed(0)];
    for (film, seeder) in [&old, &new].into_iter().zip(&seeders) {
        let _: Torrent = client
            .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
            .await;
        wait_for("the download", Duration::from_secs(30), || async {
            (stats(&client, film).await.state == TorrentState::Finished).then_some(())
        })
        .await;
    }
    let long_ago = app::protocol::Timestamp(1);
    server.state.db.touch_torrent(old.info_hash, long_ago).await.unwrap();
    wait_for("the eviction", Duration::from_secs(40), || async {
        (!server.state.torrents.is_known(old.info_hash)).then_some(())
    })
    .await;
    assert!(
        server.state.torrents.is_known(new.info_hash),
        "what was just watched stays"
    );
    // It is known no more as soon as its removal begins.
    let folder = server.dir.path().join("torrents").join(old.info_hash.to_string());
    wait_for("its folder to go", Duration::from_secs(20), || async {
        (!folder.exists()).then_some(())
    })
    .await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_downloads_with_a_sentence_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let tracker = Tracker::start();
    let film = Film::announced(&tracker, (4 << 20) + 7, 64 << 10).await;
    let seeder = film.seed(400 << 10);
    let server = TestServer::start_in(dir, &[]).await;
    let client = server.client();
    let _: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.tracked_magnet(&tracker) }))
        .await;
    wait_for("some of it", Duration::from_secs(20), || async {
        (stats(&client, &film).await.have_bytes > 200_000).then_some(())
    })
    .await;
    let dir = server.stop().await;

    // The same data on a disk whose floor of free space cannot be met.
    let floor = u64::MAX.to_string();
    let server = TestServer::start_in(dir, &[("MATINEE_TORRENT_FREE_SPACE", &floor)]).await;
    let client = server.client();
    let full = wait_for("the stop", Duration::from_secs(20), || async {
        Some(stats(&client, &film).await).filter(|stats| stats.state == TorrentState::DiskFull)
    })
    .await;
    assert!(full.detail.as_ref().unwrap().contains("Nothing is lost"));
    assert!(full.have_bytes > 200_000, "{full:?}");
    let got = client
        .range(&format!("/api/stream/{}/0", film.info_hash), 0, 9_999)
        .await;
    assert!(got == film.files[0][..10_000], "what is there can still be watched");
    let missing = client
        .get(&format!("/api/stream/{}/0", film.info_hash))
        .header("range", "bytes=4100000-4100001");
    let refused = Client::problem(missing).await;
    assert_eq!(refused.kind, Kind::Unavailable);
    assert!(
        refused.detail.to_string().contains("disk is nearly full"),
        "{refused:?}"
    );
    let other = Film::of("other.mp4", 100_000, 64 << 10).await;
    let body = json!({ "magnet": other.magnet(seeder.address) });
    assert_eq!(
        Client::problem(client.post_request("/api/torrents", &body)).await.kind,
        Kind::StorageFull
    );
    let ready = client.get("/readyz").send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
    assert!(ready.text().await.unwrap().contains("nearly full"));
    let dir = server.stop().await;

    let server = TestServer::start_in(dir, &[]).await;
    let client = server.client();
    let got = client
        .range(&format!("/api/stream/{}/0", film.info_hash), 4_000_000, 4_100_000)
        .await;
    assert!(got == film.files[0][4_000_000..=4_100_000]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sharer_who_comes_late_is_found() {
    let tracker = Tracker::start();
    let film = Film::announced(&tracker, (1 << 20) + 7, 64 << 10).await;
    let server = TestServer::start().await;
    let client = server.client();
    let adding = tokio::spawn({
        let (client, magnet) = (client.clone(), film.tracked_magnet(&tracker));
        async move {
            client
                .post::<Torrent>("/api/torrents", &json!({ "magnet": magnet }))
                .await
        }
    });
    wait_for("the search to begin", Duration::from_secs(5), || async {
        server.state.torrents.is_known(film.info_hash).then_some(())
    })
    .await;
    let seeder = film.seed(0);
    adding.await.unwrap();
    // Everybody leaves in the middle, and somebody comes back.
    drop(seeder);
    let other = Film::announced(&tracker, (2 << 20) + 7, 64 << 10).await;
    let seeder = other.seed(200 << 10);
    let _: Torrent = client
        .post("/api/torrents", &json!({ "magnet": other.tracked_magnet(&tracker) }))
        .await;
    drop(seeder);
    wait_for("loneliness", Duration::from_secs(30), || async {
        (stats(&client, &other).await.peer_counts.live == 0).then_some(())
    })
    .await;
    let reading = tokio::spawn({
        let (client, path) = (client.clone(), format!("/api/stream/{}/0", other.info_hash));
        async move { client.range(&path, 1_900_000, 2_000_000).await }
    });
    let _seeder = other.seed(0);
    let got = tokio::time::timeout(Duration::from_secs(60), reading)
        .await
        .expect("the reader was forgotten")
        .unwrap();
    assert!(got == other.files[0][1_900_000..=2_000_000]);
    server.stop().await;
}
