//! What costs others something: guests who cannot be told apart do not have more of it than others.

use crate::{
    accounts::sign_up,
    bad_input::reqwest_form,
    support::{Browser, Client, Film, TestServer, wait_for},
};
use app::error::Kind;
use http::StatusCode;
use server::{http::streams::StreamsOf, limits};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn guests_without_a_cookie_share_their_household_s_streams() {
    let server = TestServer::start().await;
    // Nobody shares it: its streams stay open.
    let film = Film::of("film.mp4", 100_000, 64 << 10).await;
    let form = reqwest_form("torrent", film.torrent.clone());
    let added = server
        .client()
        .request(reqwest::Method::POST, "/api/torrents")
        .header("content-type", form.0)
        .body(form.1)
        .send()
        .await
        .unwrap();
    assert_eq!(added.status(), StatusCode::CREATED);
    let path = format!("/api/stream/{}/0", film.info_hash);
    let nobody = reqwest::Client::new();
    let open = || nobody.get(format!("{}{path}", server.url));

    let household = StreamsOf::household("127.0.0.1".to_owned());
    let most = limits::STREAMS_PER_VIEWER * limits::VIEWERS_PER_HOUSEHOLD;
    let others: Vec<_> = (1..most).map(|_| household.open(&server.state).unwrap()).collect();
    let last = open().send().await.unwrap();
    assert_eq!(last.status(), StatusCode::OK);
    assert_eq!(Client::problem(open()).await.kind, Kind::TooManyRequests);
    let with_cookie = Client::problem(server.client().get(&path)).await;
    assert_eq!(with_cookie.kind, Kind::TooManyRequests, "a guest of another name");
    // Whoever has an account is counted by it.
    let ada = Browser::at(&server);
    sign_up(&ada, "ada").await;
    let cookie = format!("matinee_access={}", ada.cookie("matinee_access").unwrap());
    let own = open().header("cookie", cookie).send().await.unwrap();
    assert_eq!(own.status(), StatusCode::OK);
    drop((own, last, others));
    wait_for("room", Duration::from_secs(10), || async {
        (open().send().await.unwrap().status() == StatusCode::OK).then_some(())
    })
    .await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_of_indexers_are_followed_as_seldom_as_torrents_are_added() {
    let server = TestServer::with(&[("MATINEE_RATE_LIMITS", "add=1/min")]).await;
    let guest = Browser::at(&server);
    let path = "/api/search/torrent/00000000000000000000000000000000-0";
    guest.get(path).await.problem(404);
    guest.get(path).await.problem(429);
    server.stop().await;
}
