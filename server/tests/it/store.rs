//! What the engine keeps between two runs, damaged: the server starts, and brings back what can be.

use crate::{
    support::{Film, TestServer},
    together::{play_all, upload},
};
use app::protocol::InfoHash;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A server's data with these films in it, whole and at rest.
async fn at_rest(films: &[Film]) -> tempfile::TempDir {
    let server = TestServer::start().await;
    let client = server.client();
    for film in films {
        let folder = server.dir.path().join("torrents").join(film.info_hash.to_string());
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("film.mp4"), &film.files[0]).unwrap();
        assert!(upload(&client, film).send().await.unwrap().status().is_success());
    }
    play_all(&client, &films.iter().collect::<Vec<_>>()).await;
    server.stop().await
}

async fn three() -> Vec<Film> {
    let mut films = Vec::new();
    for n in 0..3 {
        films.push(Film::of("film.mp4", 40_000 + n, 16 << 10).await);
    }
    films
}

fn list(data_dir: &Path) -> PathBuf {
    data_dir.join("session/session.json")
}

fn stored(data_dir: &Path, film: &Film, extension: &str) -> PathBuf {
    data_dir.join("session").join(format!("{}.{extension}", film.info_hash))
}

fn set_aside(data_dir: &Path) -> usize {
    let files = std::fs::read_dir(data_dir.join("session")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".damaged-")).count()
}

/// Starts it on this data: all films play, and still do after another start.
async fn all_come_back(dir: tempfile::TempDir, films: &[Film], aside: usize) {
    let mut dir = dir;
    for _ in 0..2 {
        let server = TestServer::start_in(dir, &[]).await;
        assert_eq!(server.state.torrents.health().torrents, films.len());
        assert_eq!(set_aside(server.dir.path()), aside);
        play_all(&server.client(), &films.iter().collect::<Vec<_>>()).await;
        dir = server.stop().await;
        let rows = rows(dir.path());
        let folders: std::collections::HashSet<&str> = rows
            .iter()
            .map(|row| row.1["output_folder"].as_str().unwrap())
            .collect();
        assert_eq!(folders.len(), films.len(), "each has a folder of its own: {rows:?}");
    }
}

fn rows(data_dir: &Path) -> Vec<(String, Value)> {
    let text = std::fs::read(list(data_dir)).unwrap();
    let list: Value = serde_json::from_slice(&text).unwrap();
    let rows = list["torrents"].as_object().unwrap();
    rows.iter().map(|(number, row)| (number.clone(), row.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_half_written_or_gone_is_made_anew() {
    let films = three().await;
    let mut dir = at_rest(&films).await;
    let whole = std::fs::read(list(dir.path())).unwrap();
    for (n, damaged) in [&whole[..whole.len() / 2], &[], &[0; 300], b"{\"torrents\":[]}"]
        .into_iter()
        .enumerate()
    {
        std::fs::write(list(dir.path()), damaged).unwrap();
        let server = TestServer::start_in(dir, &[]).await;
        assert_eq!(server.state.torrents.health().torrents, 3);
        assert_eq!(set_aside(server.dir.path()), n + 1);
        play_all(&server.client(), &films.iter().collect::<Vec<_>>()).await;
        dir = server.stop().await;
    }
    std::fs::remove_file(list(dir.path())).unwrap();
    all_come_back(dir, &films, 4).await;
}

/// As the engine left it when it gave two the same number.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_share_a_number_or_a_folder_stay_apart() {
    let films = three().await;
    let dir = at_rest(&films).await;
    let shared = rows(dir.path())[0].1["output_folder"].clone();
    let rows = rows(dir.path()).into_iter().map(|(_, mut row)| {
        row["output_folder"] = shared.clone();
        format!("\"0\":{row}")
    });
    let text = format!("{{\"torrents\":{{{}}}}}", rows.collect::<Vec<_>>().join(","));
    std::fs::write(list(dir.path()), text).unwrap();
    all_come_back(dir, &films, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torrent_file_that_is_gone_damaged_or_another_s_comes_from_the_database() {
    let films = three().await;
    let dir = at_rest(&films).await;
    let file = |n: usize| stored(dir.path(), &films[n], "torrent");
    std::fs::remove_file(file(0)).unwrap();
    let half = std::fs::read(file(1)).unwrap();
    std::fs::write(file(1), &half[..half.len() / 2]).unwrap();
    std::fs::write(file(2), &films[1].torrent).unwrap();
    for film in &films {
        std::fs::write(stored(dir.path(), film, "bitv"), b"").unwrap();
    }
    all_come_back(dir, &films, 0).await;
}

/// Without the database's copy one torrent is lost, and not the start: the engine would ask the swarm for it first.
#[tokio::test(flavor = "multi_thread")]
async fn a_torrent_of_which_nothing_is_known_is_left_out() {
    let films = three().await;
    let dir = at_rest(&films).await;
    std::fs::write(stored(dir.path(), &films[0], "torrent"), b"").unwrap();
    let server = TestServer::start_in(dir, &[]).await;
    server.state.db.delete_torrent(films[0].info_hash).await.unwrap();
    let dir = server.stop().await;
    std::fs::write(stored(dir.path(), &films[0], "torrent"), b"").unwrap();
    let server = tokio::time::timeout(std::time::Duration::from_secs(30), TestServer::start_in(dir, &[]));
    let server = server.await.expect("the start waits for the swarm");
    assert_eq!(server.state.torrents.health().torrents, 2);
    assert!(!server.state.torrents.is_known(films[0].info_hash));
    play_all(&server.client(), &[&films[1], &films[2]]).await;
    server.stop().await;
}

/// A removal is written into the database first, then done: a crash between the two must not bring it back, and one in the
/// middle of adding loses nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_interrupted_is_finished() {
    let films = three().await;
    let server = TestServer::start_in(at_rest(&films).await, &[]).await;
    server.state.db.forget_use(films[0].info_hash).await.unwrap();
    let dir = server.stop().await;
    // Two rows are gone: one of a torrent that was being removed, one of a torrent that was being added.
    let rows = rows(dir.path()).into_iter().filter(|(_, row)| {
        let hash: InfoHash = row["info_hash"].as_str().unwrap().parse().unwrap();
        hash == films[2].info_hash
    });
    let rows: serde_json::Map<String, Value> = rows.collect();
    std::fs::write(list(dir.path()), serde_json::json!({ "torrents": rows }).to_string()).unwrap();
    let server = TestServer::start_in(dir, &[]).await;
    assert_eq!(server.state.torrents.health().torrents, 2);
    play_all(&server.client(), &[&films[1], &films[2]]).await;
    let left = server.dir.path().join("torrents").join(films[0].info_hash.to_string());
    assert!(!left.exists() && !stored(server.dir.path(), &films[0], "torrent").exists());
    server.stop().await;
}
