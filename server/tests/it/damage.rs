//! Films that somebody or the disk changed behind the engine's back: what is served is the film or nothing, and what is
//! damaged is fetched again.

use crate::support::{Client, Film, TestServer, Tracker, wait_for};
use app::protocol::{Torrent, TorrentState, TorrentStats};
use serde_json::json;
use std::{
    fs::{File, OpenOptions},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    time::Duration,
};

const BYTES: usize = (4 << 20) + 7;

/// Damage done to a file.
type Damage = fn(&Path);

fn write_at(path: &Path, bytes: &[u8], offset: u64) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.write_all_at(bytes, offset).unwrap();
}

fn shorten(path: &Path) {
    OpenOptions::new()
        .write(true)
        .open(path)
        .unwrap()
        .set_len(2 << 20)
        .unwrap();
}

fn flip(path: &Path) {
    let (mut byte, offset) = ([0], 3_000_000);
    File::open(path).unwrap().read_exact_at(&mut byte, offset).unwrap();
    write_at(path, &[!byte[0]], offset);
}

/// As a disk does it: nothing says that anything has changed.
fn flip_unseen(path: &Path) {
    let before = std::fs::metadata(path).unwrap().modified().unwrap();
    flip(path);
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_modified(before).unwrap();
}

fn scatter_unseen(path: &Path) {
    let before = std::fs::metadata(path).unwrap().modified().unwrap();
    for offset in [5, 1_500_000, 1_500_001, 2_900_000] {
        write_at(path, &[1, 2, 3, 4, 5, 6], offset);
    }
    // Up to its end.
    write_at(path, &vec![0; 200_000], (BYTES - 200_000) as u64);
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_modified(before).unwrap();
}

fn remove(path: &Path) {
    std::fs::remove_file(path).unwrap();
}

fn grow(path: &Path) {
    write_at(path, &[7; 5_000], BYTES as u64 - 4_000);
}

async fn stats(client: &Client, film: &Film) -> TorrentStats {
    client.json(&format!("/api/torrents/{}/stats", film.info_hash)).await
}

async fn wait_until_finished(client: &Client, film: &Film) {
    wait_for("the download", Duration::from_secs(60), || async {
        (stats(client, film).await.state == TorrentState::Finished).then_some(())
    })
    .await;
}

/// A server that has all of the film, which is shared elsewhere too.
async fn with_all_of(film: &Film, tracker: &Tracker) -> TestServer {
    let server = TestServer::start().await;
    let client = server.client();
    let magnet = json!({ "magnet": film.tracked_magnet(tracker) });
    let _: Torrent = client.post("/api/torrents", &magnet).await;
    wait_until_finished(&client, film).await;
    server
}

fn file_of(data_dir: &Path, film: &Film) -> PathBuf {
    data_dir
        .join("torrents")
        .join(film.info_hash.to_string())
        .join("film.mp4")
}

async fn plays(client: &Client, film: &Film, what: &str) {
    let answer = client
        .get(&format!("/api/stream/{}/0", film.info_hash))
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{what}: {}", answer.status());
    let got = answer.bytes().await.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(got == film.files[0], "{what}: something else was served");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_at_rest_is_fetched_again() {
    let tracker = Tracker::start();
    let film = Film::announced(&tracker, BYTES, 64 << 10).await;
    let _seeder = film.seed(0);
    let mut dir = with_all_of(&film, &tracker).await.stop().await;
    let kinds: [(&str, Damage); 6] = [
        ("shortened", shorten),
        ("a byte", flip),
        ("a byte, unseen", flip_unseen),
        ("here and there, unseen", scatter_unseen),
        ("removed", remove),
        ("grown", grow),
    ];
    for (what, damage) in kinds {
        damage(&file_of(dir.path(), &film));
        let server = TestServer::start_in(dir, &[]).await;
        let client = server.client();
        let end = (BYTES - 1) as u64;
        let got = client
            .range(&format!("/api/stream/{}/0", film.info_hash), end - 100_000, end)
            .await;
        assert!(got == film.files[0][BYTES - 100_001..], "{what}: the end");
        plays(&client, &film, what).await;
        wait_until_finished(&client, &film).await;
        dir = server.stop().await;
        let mended = std::fs::read(file_of(dir.path(), &film)).unwrap();
        assert!(mended[..BYTES] == film.files[0], "{what}: it is still damaged");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_while_it_is_shown_is_fetched_again() {
    let tracker = Tracker::start();
    let film = Film::announced(&tracker, BYTES, 64 << 10).await;
    let _seeder = film.seed(0);
    let server = with_all_of(&film, &tracker).await;
    let client = server.client();
    plays(&client, &film, "whole").await;
    let kinds: [(&str, Damage); 4] = [
        ("a byte", flip),
        ("shortened", shorten),
        ("removed", remove),
        ("grown", grow),
    ];
    for (what, damage) in kinds {
        damage(&file_of(server.dir.path(), &film));
        // As a room does: many at once, each of whom finds it.
        let all = (0..4).map(|_| plays(&client, &film, what));
        futures::future::join_all(all).await;
        wait_until_finished(&client, &film).await;
    }
    server.stop().await;
}

/// A film that nobody shares any more plays as far as it is whole, and its damaged part is not served as something else.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_fetched_again_is_never_served_damaged() {
    let tracker = Tracker::start();
    let film = Film::announced(&tracker, BYTES, 64 << 10).await;
    let seeder = film.seed(0);
    let mut dir = with_all_of(&film, &tracker).await.stop().await;
    drop(seeder);
    let whole = std::fs::read(file_of(dir.path(), &film)).unwrap();
    let kinds: [(&str, Damage); 3] = [
        ("shortened", shorten),
        ("a byte", flip),
        ("a byte, unseen", flip_unseen),
    ];
    for (what, damage) in kinds {
        damage(&file_of(dir.path(), &film));
        let server = TestServer::start_in(dir, &[]).await;
        let path = format!("/api/stream/{}/0", film.info_hash);
        let client = server.client();
        let left = client.range(&path, 0, 1_999_999).await;
        assert!(left == film.files[0][..2_000_000], "{what}: what is left of it");
        let damaged = client
            .get(&path)
            .header("range", "bytes=2800000-3200000")
            .send()
            .await
            .unwrap();
        if damaged.status().is_success() {
            let body = tokio::time::timeout(Duration::from_secs(3), damaged.bytes()).await;
            assert!(!matches!(body, Ok(Ok(_))), "{what}: it was served");
        }
        dir = server.stop().await;
        std::fs::write(file_of(dir.path(), &film), &whole).unwrap();
    }
}
