//! Different torrents that are added in the same moment: each is answered with itself, gives its own bytes under its own
//! ETag, and is removed alone.

use crate::{
    bad_input::reqwest_form,
    support::{Client, Film, TestServer, Tracker},
};
use app::protocol::{InfoHash, Torrent};
use futures::future::join_all;
use http::StatusCode;
use reqwest::RequestBuilder;
use serde_json::json;
use std::{collections::HashSet, path::Path, time::Instant};

/// As many as a search page is clicked for in a moment, and more.
const AT_ONCE: [usize; 3] = [2, 3, 8];

/// Films of a few pieces, all called the same, as two uploads of one film are.
async fn films(count: usize) -> Vec<Film> {
    join_all((0..count).map(|n| Film::of("film.mp4", 40_000 + n, 16 << 10))).await
}

pub fn upload(client: &Client, film: &Film) -> RequestBuilder {
    let form = reqwest_form("torrent", film.torrent.clone());
    client
        .request(reqwest::Method::POST, "/api/torrents")
        .header("content-type", form.0)
        .body(form.1)
}

fn magnet(client: &Client, film: &Film, peer: std::net::SocketAddr) -> RequestBuilder {
    client.post_request("/api/torrents", &json!({ "magnet": film.magnet(peer) }))
}

/// Puts a film where the engine finds it when it is added.
fn lay_out(data_dir: &Path, film: &Film) {
    let folder = data_dir.join("torrents").join(film.info_hash.to_string());
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("film.mp4"), &film.files[0]).unwrap();
}

/// Sends all in the same moment; each has to be answered with the torrent that it asked for.
async fn add_all(requests: Vec<(InfoHash, RequestBuilder)>) {
    let answers = requests.into_iter().map(|(info_hash, request)| async move {
        let answer = request.send().await.unwrap();
        (info_hash, answer.status(), answer.text().await.unwrap())
    });
    for (info_hash, status, text) in join_all(answers).await {
        assert_eq!(status, StatusCode::CREATED, "{info_hash}: {text}");
        let torrent: Torrent = serde_json::from_str(&text).unwrap();
        assert_eq!(torrent.info_hash, info_hash, "another one was answered");
    }
}

/// Each plays itself.
pub async fn play_all(client: &Client, films: &[&Film]) {
    join_all(films.iter().map(async |film| {
        let path = format!("/api/stream/{}/0", film.info_hash);
        let answer = client.get(&path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{}", film.info_hash);
        assert_eq!(answer.headers()["etag"], format!("\"{}-0\"", film.info_hash));
        assert!(
            answer.bytes().await.unwrap() == film.files[0],
            "{} plays another film",
            film.info_hash
        );
    }))
    .await;
}

/// Removes one after the other; those that are left go on playing.
async fn remove_one_by_one(server: &TestServer, films: &[Film]) {
    let (client, mut left) = (server.client(), films.iter().collect::<Vec<_>>());
    while let Some(film) = left.pop() {
        server.state.torrents.delete(film.info_hash).await.unwrap();
        let path = format!("/api/torrents/{}/stats", film.info_hash);
        assert_eq!(Client::problem(client.get(&path)).await.status, 404);
        play_all(&client, &left).await;
    }
    for folder in ["torrents", "session"] {
        let left = std::fs::read_dir(server.dir.path().join(folder)).unwrap();
        let left = left.filter(|file| file.as_ref().is_ok_and(|file| file.file_name() != "session.json"));
        assert_eq!(left.count(), 0, "{folder} has something that nobody counts");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn different_uploads_at_once_stay_apart() {
    for count in AT_ONCE {
        let (server, films) = (TestServer::start().await, films(count).await);
        let client = server.client();
        films.iter().for_each(|film| lay_out(server.dir.path(), film));
        let requests = films.iter().map(|film| (film.info_hash, upload(&client, film)));
        add_all(requests.collect()).await;
        play_all(&client, &films.iter().collect::<Vec<_>>()).await;
        remove_one_by_one(&server, &films).await;
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn different_magnets_at_once_stay_apart() {
    for count in AT_ONCE {
        let (server, films) = (TestServer::start().await, films(count).await);
        let client = server.client();
        let seeders: Vec<_> = films.iter().map(|film| film.seed(0)).collect();
        let requests = films.iter().zip(&seeders);
        let requests = requests.map(|(film, seeder)| (film.info_hash, magnet(&client, film, seeder.address)));
        add_all(requests.collect()).await;
        play_all(&client, &films.iter().collect::<Vec<_>>()).await;
        remove_one_by_one(&server, &films).await;
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn different_torrents_stay_apart_after_a_restart() {
    for count in AT_ONCE {
        let (server, films) = (TestServer::start().await, films(count).await);
        let client = server.client();
        films.iter().for_each(|film| lay_out(server.dir.path(), film));
        let requests = films.iter().map(|film| (film.info_hash, upload(&client, film)));
        add_all(requests.collect()).await;
        let dir = server.stop().await;
        let server = TestServer::start_in(dir, &[]).await;
        assert_eq!(server.state.torrents.health().torrents, count);
        play_all(&server.client(), &films.iter().collect::<Vec<_>>()).await;
        // A number that the engine gives to the next must not be another's.
        let more = self::films(2).await;
        more.iter().for_each(|film| lay_out(server.dir.path(), film));
        let client = server.client();
        let requests = more.iter().map(|film| (film.info_hash, upload(&client, film)));
        add_all(requests.collect()).await;
        play_all(&client, &films.iter().chain(&more).collect::<Vec<_>>()).await;
        remove_one_by_one(&server, &films.into_iter().chain(more).collect::<Vec<_>>()).await;
        server.stop().await;
    }
}

/// The same torrent as a file and as a link, while it is removed: whoever asks for it is answered, and what is answered as
/// there can be removed.
#[tokio::test(flavor = "multi_thread")]
async fn adding_and_removing_the_same_at_once_leaves_all_of_it_or_nothing() {
    let server = TestServer::start().await;
    let client = server.client();
    let tracker = Tracker::start();
    let film = Film::announced(&tracker, 40_000, 16 << 10).await;
    let _seeder = film.seed(0);
    let link = json!({ "magnet": film.tracked_magnet(&tracker) });
    for round in 0..20 {
        let (file, link, _) = tokio::join!(
            upload(&client, &film).send(),
            client.post_request("/api/torrents", &link).send(),
            server.state.torrents.delete(film.info_hash)
        );
        for answer in [file, link] {
            assert_eq!(answer.unwrap().status(), StatusCode::CREATED, "round {round}");
        }
        // It may have been removed after it was added.
        if server.state.torrents.is_here(film.info_hash) {
            play_all(&client, &[&film]).await;
            server.state.torrents.delete(film.info_hash).await.unwrap();
        }
        assert_eq!(server.state.torrents.health().torrents, 0);
        let folder = server.dir.path().join("torrents").join(film.info_hash.to_string());
        assert!(!folder.exists(), "round {round}: it was removed");
        add_all(vec![(film.info_hash, upload(&client, &film))]).await;
        assert!(folder.exists(), "round {round}: it was added");
        play_all(&client, &[&film]).await;
    }
    server.stop().await;
}

/// `MATINEE_TEST_ROUNDS=1000 cargo test -p server --test it -- --nocapture a_long_run`: how many rounds of different torrents
/// at once, two to eight of them, stay apart.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_run_of_different_torrents_at_once_has_no_mix_up() {
    let rounds = std::env::var("MATINEE_TEST_ROUNDS").map_or(50, |rounds| rounds.parse().unwrap());
    let (server, films) = (TestServer::start().await, films(8).await);
    let client = server.client();
    let (began, mut added) = (Instant::now(), 0);
    for round in 0..rounds {
        let first = round % films.len();
        let count = 2 + round % (films.len() - 1);
        let chosen: Vec<&Film> = (0..count).map(|n| &films[(first + n) % films.len()]).collect();
        chosen.iter().for_each(|film| lay_out(server.dir.path(), film));
        let requests = chosen.iter().map(|film| (film.info_hash, upload(&client, film)));
        add_all(requests.collect()).await;
        play_all(&client, &chosen).await;
        let (gone, left) = chosen.split_first().unwrap();
        server.state.torrents.delete(gone.info_hash).await.unwrap();
        play_all(&client, left).await;
        let removals = left.iter().map(|film| server.state.torrents.delete(film.info_hash));
        assert!(join_all(removals).await.iter().all(Result::is_ok), "round {round}");
        added += count;
    }
    let different: HashSet<InfoHash> = films.iter().map(|film| film.info_hash).collect();
    assert_eq!(
        (different.len(), server.state.torrents.health().torrents),
        (films.len(), 0)
    );
    println!("{rounds} rounds, {added} torrents, no mix-up: {:?}", began.elapsed());
    server.stop().await;
}
