//! Fair shares of looking for peers: whoever makes links up takes nothing from others but what is over.

use crate::{
    support::{Client, Film, TestServer, wait_for},
    together::upload,
};
use app::{
    error::Kind,
    protocol::{Torrent, TorrentState, TorrentStats},
};
use http::StatusCode;
use serde_json::{Value, json};
use server::limits;
use std::time::Duration;

/// A server behind a proxy, which says whose request it is.
async fn behind_a_proxy() -> TestServer {
    TestServer::with(&[("MATINEE_TRUSTED_PROXIES", "127.0.0.1")]).await
}

/// Asks for a torrent that nobody has, and does not wait.
async fn make_up(client: &Client, household: &str, n: usize) -> String {
    let hash = format!("{:08x}{n:032x}", crc(household));
    // A port at which nobody listens, and nobody will.
    let magnet = format!("magnet:?xt=urn:btih:{hash}&x.pe=127.0.0.1:1");
    let asked = client
        .post_request("/api/torrents?wait=nothing", &json!({ "magnet": magnet }))
        .header("x-forwarded-for", household);
    let problem = Client::problem(asked).await;
    assert!(
        matches!(problem.kind, Kind::Timeout | Kind::Unavailable),
        "{household}, {n}: {problem}"
    );
    hash
}

fn crc(text: &str) -> u32 {
    text.bytes()
        .fold(7, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
}

async fn is_looked_for(client: &Client, hash: &str) -> bool {
    let answer = client.get(&format!("/api/torrents/{hash}/stats")).send().await.unwrap();
    if answer.status() == StatusCode::NOT_FOUND {
        return false;
    }
    let stats: TorrentStats = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    stats.state == TorrentState::Resolving
}

/// Adds a film that somebody has, in time.
async fn adds(what: &str, request: reqwest::RequestBuilder, film: &Film) {
    let answer = tokio::time::timeout(Duration::from_secs(20), request.send()).await;
    let answer = answer.unwrap_or_else(|_| panic!("{what} waits for others")).unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(status, StatusCode::CREATED, "{what}: {text}");
    let torrent: Torrent = serde_json::from_str(&text).unwrap();
    assert_eq!(torrent.info_hash, film.info_hash);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_guest_s_made_up_links_stop_nobody() {
    let server = behind_a_proxy().await;
    let client = server.client();
    let mut made_up = Vec::new();
    for n in 0..limits::METADATA_SEARCHES {
        made_up.push(make_up(&client, "203.0.113.1", n).await);
    }
    wait_for("the guest's share", Duration::from_secs(10), || async {
        (server.state.torrents.health().resolving <= limits::RESOLVING_PER_GUEST).then_some(())
    })
    .await;
    assert!(!is_looked_for(&client, &made_up[0]).await, "the oldest gave way");
    assert!(
        is_looked_for(&client, made_up.last().unwrap()).await,
        "the newest goes on"
    );

    let films = [
        Film::of("guest.mp4", 100_000, 64 << 10).await,
        Film::of("account.mp4", 100_000, 64 << 10).await,
        Film::of("file.mp4", 100_000, 64 << 10).await,
    ];
    let seeders = [films[0].seed(0), films[1].seed(0)];
    let magnet = |n: usize| json!({ "magnet": films[n].magnet(seeders[n].address) });
    let token = account(&client).await;
    let another = client
        .post_request("/api/torrents", &magnet(0))
        .header("x-forwarded-for", "203.0.113.2");
    let signed_in = client.post_request("/api/torrents", &magnet(1)).bearer_auth(token);
    tokio::join!(
        adds("another guest", another, &films[0]),
        adds("an account", signed_in, &films[1]),
        adds(
            "a file",
            upload(&client, &films[2]).header("x-forwarded-for", "203.0.113.1"),
            &films[2]
        ),
    );
    server.stop().await;
}

/// As many households as it takes to fill everything.
#[tokio::test(flavor = "multi_thread")]
async fn accounts_go_before_guests_and_files_before_searches() {
    let server = behind_a_proxy().await;
    let client = server.client();
    let households: Vec<String> = (0..limits::METADATA_SEARCHES)
        .map(|n| format!("198.51.100.{n}"))
        .collect();
    for household in &households {
        make_up(&client, household, 0).await;
    }
    assert_eq!(server.state.torrents.health().resolving, limits::METADATA_SEARCHES);
    let film = Film::of("account.mp4", 100_000, 64 << 10).await;
    let seeder = film.seed(0);
    let magnet = json!({ "magnet": film.magnet(seeder.address) });
    let late = client
        .post_request("/api/torrents", &magnet)
        .header("x-forwarded-for", "203.0.113.9");
    assert_eq!(
        Client::problem(late).await.kind,
        Kind::Unavailable,
        "everybody has one, and no more"
    );
    let file = Film::of("file.mp4", 100_000, 64 << 10).await;
    adds(
        "a file",
        upload(&client, &file).header("x-forwarded-for", "203.0.113.9"),
        &file,
    )
    .await;
    let token = account(&client).await;
    let signed_in = client.post_request("/api/torrents", &magnet).bearer_auth(token);
    adds("an account", signed_in, &film).await;
    server.stop().await;
}

/// A file of what is being looked for ends the search, and whoever waits for it has the film.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_ends_the_search_for_the_same_torrent() {
    let server = TestServer::start().await;
    let client = server.client();
    let film = Film::of("film.mp4", 100_000, 64 << 10).await;
    let magnet = json!({ "magnet": format!("magnet:?xt=urn:btih:{}&x.pe=127.0.0.1:1", film.info_hash) });
    let waiting = tokio::spawn(client.post_request("/api/torrents", &magnet).send());
    wait_for("the search", Duration::from_secs(10), || async {
        server.state.torrents.is_known(film.info_hash).then_some(())
    })
    .await;
    adds("a file", upload(&client, &film), &film).await;
    let answer = tokio::time::timeout(Duration::from_secs(5), waiting)
        .await
        .expect("it goes on looking");
    assert_eq!(answer.unwrap().unwrap().status(), StatusCode::CREATED);
    assert_eq!(server.state.torrents.health().resolving, 0);
    server.stop().await;
}

/// What is being looked for can be removed as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_is_removed_ends() {
    let server = TestServer::start().await;
    let client = server.client();
    let hash = make_up(&client, "203.0.113.1", 1).await;
    assert!(is_looked_for(&client, &hash).await);
    let removed = client
        .request(reqwest::Method::DELETE, &format!("/api/torrents/{hash}"))
        .bearer_auth(server.admin_token());
    assert!(removed.send().await.unwrap().status().is_success());
    wait_for("the end of the search", Duration::from_secs(5), || async {
        (server.state.torrents.health().resolving == 0).then_some(())
    })
    .await;
    server.stop().await;
}

/// Signs up, and gives the token of the account.
async fn account(client: &Client) -> String {
    let form = json!({ "email": "ada@example.org", "username": "ada", "password": "a long enough passphrase" });
    let signed_up: Value = client.post("/api/auth/sign-up", &form).await;
    signed_up["access_token"].as_str().unwrap().to_owned()
}
