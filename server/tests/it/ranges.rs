//! The stream route, byte for byte, while the file is downloaded and after.

use crate::support::{Client, Film, TestServer, wait_for};
use app::protocol::{Media, Torrent, TorrentState, TorrentStats};
use futures::{StreamExt, TryStreamExt, stream};
use http::StatusCode;
use serde_json::json;
use std::time::{Duration, Instant};

const MIB: usize = 1 << 20;

async fn stats(client: &Client, film: &Film) -> TorrentStats {
    client.json(&format!("/api/torrents/{}/stats", film.info_hash)).await
}

async fn wait_until_finished(client: &Client, film: &Film) {
    wait_for("the download", Duration::from_secs(60), || async {
        (stats(client, film).await.state == TorrentState::Finished).then_some(())
    })
    .await;
}

/// Random ranges of many sizes by fifty at once, each compared with the file.
async fn fifty_readers(client: &Client, film: &Film) {
    let path = format!("/api/stream/{}/0", film.info_hash);
    let content = &film.files[0];
    let ranges = (0..200u64).map(|n| {
        let first = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % content.len() as u64;
        let length = 1 + (n * n * 977) % 600_000;
        (first, (first + length - 1).min(content.len() as u64 - 1))
    });
    stream::iter(ranges)
        .map(|(first, last)| {
            let path = &path;
            async move {
                let got = client.range(path, first, last).await;
                assert!(got == content[first as usize..=last as usize], "{first}-{last} differs");
            }
        })
        .buffer_unordered(50)
        .collect::<Vec<()>>()
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_readers_get_the_file_s_bytes_while_it_comes_and_after() {
    let server = TestServer::start().await;
    let film = Film::of("film.mp4", 24 * MIB + 12_345, 256 << 10).await;
    let seeder = film.seed(6 << 20);
    let client = server.client();
    let torrent: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    assert_eq!(torrent.files[0].size_bytes, film.files[0].len() as u64);
    fifty_readers(&client, &film).await;
    wait_until_finished(&client, &film).await;
    fifty_readers(&client, &film).await;
    let whole = client
        .get(&format!("/api/download/{}/0", film.info_hash))
        .send()
        .await
        .unwrap();
    assert!(
        whole.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    assert!(whole.bytes().await.unwrap() == film.files[0]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_as_rfc_9110_says() {
    let server = TestServer::start().await;
    let film = Film::of("film.mp4", 300_000, 64 << 10).await;
    let seeder = film.seed(0);
    let client = server.client();
    let _: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    let path = format!("/api/stream/{}/0", film.info_hash);
    wait_until_finished(&client, &film).await;

    let head = client.request(reqwest::Method::HEAD, &path).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(head.headers()["content-length"], "300000");
    assert_eq!(head.headers()["accept-ranges"], "bytes");
    assert_eq!(head.headers()["content-type"], "video/mp4");
    let etag = head.headers()["etag"].to_str().unwrap().to_owned();

    let part = client.get(&path).header("range", "bytes=-1000").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-range"], "bytes 299000-299999/300000");
    assert!(part.bytes().await.unwrap() == film.files[0][299_000..]);

    let beyond = client.get(&path).header("range", "bytes=300000-").send().await.unwrap();
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.headers()["content-range"], "bytes */300000");
    assert_eq!(beyond.headers()["content-type"], "application/problem+json");

    for (header, value, status) in [
        ("if-none-match", etag.as_str(), StatusCode::NOT_MODIFIED),
        ("if-match", "\"another\"", StatusCode::PRECONDITION_FAILED),
        ("if-range", "\"another\"", StatusCode::OK),
        ("if-range", etag.as_str(), StatusCode::PARTIAL_CONTENT),
    ] {
        let response = client
            .get(&path)
            .header("range", "bytes=0-9")
            .header(header, value)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{header}: {value}");
    }
    let several = client.get(&path).header("range", "bytes=0-1,5-6").send().await.unwrap();
    assert_eq!(several.status(), StatusCode::OK);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_tab_lets_go_of_its_read_head_within_a_second() {
    let server = TestServer::start().await;
    let film = Film::of("film.mp4", 8 * MIB + 7, 256 << 10).await;
    let seeder = film.seed(200 << 10);
    let client = server.client();
    let _: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    let path = format!("/api/stream/{}/0", film.info_hash);
    // Far from what has come: this read waits for a piece when the tab is closed.
    let waiting = client
        .get(&path)
        .header("range", "bytes=7000000-")
        .send()
        .await
        .unwrap();
    wait_for("the read head", Duration::from_secs(5), || async {
        (stats(&client, &film).await.read_heads.len() == 1).then_some(())
    })
    .await;
    drop(waiting);
    let closed = Instant::now();
    wait_for("the read head to go", Duration::from_secs(1), || async {
        stats(&client, &film).await.read_heads.is_empty().then_some(())
    })
    .await;
    println!("read head released {:?} after the tab was closed", closed.elapsed());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_a_removed_torrent_ends_with_an_error() {
    let server = TestServer::start().await;
    let film = Film::of("film.mp4", 8 * MIB + 7, 256 << 10).await;
    let seeder = film.seed(200 << 10);
    let client = server.client();
    let _: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    let response = client
        .get(&format!("/api/stream/{}/0", film.info_hash))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let reading = tokio::spawn(
        response
            .bytes_stream()
            .try_fold(0, |sum, bytes| async move { Ok(sum + bytes.len()) }),
    );
    wait_for("the read head", Duration::from_secs(5), || async {
        (!stats(&client, &film).await.read_heads.is_empty()).then_some(())
    })
    .await;
    let removed = client
        .request(reqwest::Method::DELETE, &format!("/api/torrents/{}", film.info_hash))
        .bearer_auth(server.admin_token())
        .send()
        .await
        .unwrap();
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    let ended = tokio::time::timeout(Duration::from_secs(2), reading)
        .await
        .expect("the reader hangs")
        .unwrap();
    assert!(ended.is_err(), "a cut-off film must not look whole");
    assert!(
        !server
            .dir
            .path()
            .join("torrents")
            .join(film.info_hash.to_string())
            .exists()
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_streams_of_unfinished_data_stop_nobody() {
    let server = TestServer::start().await;
    let film = Film::of("film.mp4", 32 * MIB + 7, 256 << 10).await;
    let seeder = film.seed(4 << 20);
    let first = server.client();
    let _: Torrent = first
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    let path = format!("/api/stream/{}/0", film.info_hash);
    let content = &film.files[0];
    // Four viewers with fifty streams each, all in places that have not come yet.
    let clients: Vec<Client> = (0..4).map(|_| server.client()).collect();
    let reads = (0..200usize).map(|n| {
        let (client, path) = (clients[n % 4].clone(), path.clone());
        async move {
            let first = (31 * MIB).saturating_sub(n * 160_000);
            let got = client.range(&path, first as u64, first as u64 + 999).await;
            assert!(got == content[first..first + 1000], "{first}");
        }
    });
    tokio::time::timeout(Duration::from_secs(60), futures::future::join_all(reads))
        .await
        .expect("streams starve each other");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_film_that_is_watched_is_fetched() {
    let server = TestServer::start().await;
    let film = Film::of_files("series", &["e1.mkv", "e2.mkv", "e2.srt"], 3 * MIB + 7, 64 << 10).await;
    let seeder = film.seed(0);
    let client = server.client();
    let torrent: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    let main = torrent.main_file().unwrap().index;
    let other = torrent
        .files
        .iter()
        .find(|file| file.media == Media::Video && file.index != main)
        .unwrap()
        .index as usize;
    wait_until_finished(&client, &film).await;
    assert!(stats(&client, &film).await.files[other].have_bytes < MIB as u64);
    let got = client
        .range(&format!("/api/stream/{}/{other}", film.info_hash), 1_000_000, 1_999_999)
        .await;
    assert!(got == film.files[other][1_000_000..2_000_000]);
    wait_until_finished(&client, &film).await;
    assert_eq!(stats(&client, &film).await.files[other].have_bytes, 3 * MIB as u64 + 7);
    server.stop().await;
}
