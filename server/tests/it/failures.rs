//! Torrents when something fails: the database, the disk, and a check of it that takes long.

use crate::{
    bad_input::reqwest_form,
    support::{Client, Film, TestServer, wait_for},
};
use app::{
    error::Kind,
    protocol::{Torrent, TorrentState, TorrentStats},
};
use http::StatusCode;
use serde_json::json;
use server::torrent::metainfo::Metainfo;
use std::{fs::File, time::Duration};

async fn stats(client: &Client, film: &Film) -> TorrentStats {
    client.json(&format!("/api/torrents/{}/stats", film.info_hash)).await
}

fn upload(client: &Client, torrent: Vec<u8>) -> reqwest::RequestBuilder {
    let form = reqwest_form("torrent", torrent);
    client
        .request(reqwest::Method::POST, "/api/torrents")
        .header("content-type", form.0)
        .body(form.1)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_down_does_not_stay_in_the_engine() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", 100_000, 64 << 10).await;
    let folder = server.dir.path().join("torrents").join(film.info_hash.to_string());
    let session = server.dir.path().join("session");
    let kept = session.join(format!("{}.torrent", film.info_hash));
    // So that what is looked for below is where it would be.
    let _: Torrent = {
        let answer = upload(&client, film.torrent.clone()).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    };
    assert!(folder.exists() && kept.exists());
    server.state.torrents.delete(film.info_hash).await.unwrap();
    assert!(!folder.exists() && !kept.exists());

    server.state.db.close().await;
    let refused = Client::problem(upload(&client, film.torrent.clone())).await;
    assert_eq!(refused.kind, Kind::Unavailable, "{refused}");
    assert!(!server.state.torrents.is_known(film.info_hash));
    assert!(!folder.exists(), "nobody knows of its files");
    assert!(!kept.exists(), "nobody knows that it is downloaded");
    server.stop().await;
}

/// A `.torrent` of a large film and a small one that nobody shares.
fn unshared(large: u64) -> Vec<u8> {
    let piece = 16 << 20;
    let hashes = usize::try_from((large + 1_000).div_ceil(piece) * 20).unwrap();
    let files = format!("d6:lengthi{large}e4:pathl9:large.mkveed6:lengthi1000e4:pathl9:small.mkvee");
    let info = format!("5:filesl{files}e4:name5:films12:piece lengthi{piece}e6:pieces{hashes}:");
    [format!("d4:infod{info}").into_bytes(), vec![1; hashes], b"ee".to_vec()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_nobody_chose_opens_while_the_disk_is_checked() {
    let server = TestServer::start().await;
    let client = server.client();
    let large = 2 << 30;
    let torrent = unshared(large);
    let info_hash = Metainfo::parse(&torrent).unwrap().info_hash;
    // Gaps take no room, and time to check.
    let folder = server.dir.path().join("torrents").join(info_hash.to_string());
    std::fs::create_dir_all(&folder).unwrap();
    File::create(folder.join("large.mkv")).unwrap().set_len(large).unwrap();
    let added = upload(&client, torrent).send().await.unwrap();
    assert_eq!(added.status(), StatusCode::CREATED);
    let path = format!("/api/stream/{info_hash}/1");
    wait_for("the check", Duration::from_secs(60), || async {
        let opened = client.request(reqwest::Method::HEAD, &path).send().await.unwrap();
        // A machine that is very busy checks for longer than somebody is made to wait.
        assert!(
            matches!(opened.status(), StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE),
            "{}",
            opened.status()
        );
        (opened.status() == StatusCode::OK).then_some(())
    })
    .await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torrent_that_failed_is_started_again() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", (1 << 20) + 7, 64 << 10).await;
    let seeder = film.seed(0);
    // Where the engine notes which pieces it has it finds something that it cannot read.
    let notes = server
        .dir
        .path()
        .join("session")
        .join(format!("{}.bitv", film.info_hash));
    std::fs::create_dir(&notes).unwrap();
    let _: Torrent = client
        .post("/api/torrents", &json!({ "magnet": film.magnet(seeder.address) }))
        .await;
    wait_for("the failure", Duration::from_secs(20), || async {
        (stats(&client, &film).await.state == TorrentState::Error).then_some(())
    })
    .await;
    let path = format!("/api/stream/{}/0", film.info_hash);
    let refused = Client::problem(client.get(&path)).await;
    assert_eq!(refused.kind, Kind::Unavailable, "{refused}");
    // The disk is well again, and nobody does anything.
    std::fs::remove_dir(&notes).unwrap();
    wait_for("the download", Duration::from_secs(90), || async {
        (stats(&client, &film).await.state == TorrentState::Finished).then_some(())
    })
    .await;
    let got = client.range(&path, 500_000, 600_000).await;
    assert!(got == film.files[0][500_000..=600_000]);
    server.stop().await;
}
