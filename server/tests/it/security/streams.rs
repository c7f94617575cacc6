//! What costs others something: guests who cannot be told apart do not have more of it than others.

use crate::{
    accounts::sign_up,
    bad_input::reqwest_form,
    support::{Browser, Client, Film, TestServer, wait_for},
};
use app::error::Kind;
use http::{Method, StatusCode};
use server::{
    http::streams::{Data, StreamQuota},
    limits,
};
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

    let household = StreamQuota::household("127.0.0.1".to_owned());
    let most = limits::STREAMS_PER_VIEWER * limits::VIEWERS_PER_HOUSEHOLD;
    let others: Vec<_> = (1..most)
        .map(|_| household.open(&server.state, Data::Unfinished).unwrap())
        .collect();
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
async fn guests_of_many_households_leave_streams_to_accounts() {
    let server = TestServer::start().await;
    let film = Film::of("film.mp4", 100_000, 64 << 10).await;
    let form = reqwest_form("torrent", film.torrent.clone());
    let ada = Browser::at(&server);
    sign_up(&ada, "ada").await;
    let adding = ada.try_send(Method::POST, "/api/torrents", Some(form), &[]);
    assert_eq!(adding.await.unwrap().status, StatusCode::CREATED);
    let mut guests = Vec::new();
    for n in 0..20 {
        let household = StreamQuota::household(format!("203.0.113.{n}"));
        guests.extend((0..500).map_while(|_| household.open(&server.state, Data::Unfinished).ok()));
    }
    assert_eq!(
        guests.len(),
        limits::INCOMPLETE_STREAMS - limits::INCOMPLETE_STREAMS / 4
    );
    let path = format!("/api/stream/{}/0", film.info_hash);
    let refused = Client::problem(server.client().get(&path)).await;
    assert_eq!(refused.kind, Kind::Unavailable, "{refused:?}");
    let cookie = format!("matinee_access={}", ada.cookie("matinee_access").unwrap());
    let nobody = reqwest::Client::new();
    let own = nobody.get(format!("{}{path}", server.url)).header("cookie", cookie);
    assert_eq!(own.send().await.unwrap().status(), StatusCode::OK);
    drop(guests);
    assert_eq!(
        server.client().get(&path).send().await.unwrap().status(),
        StatusCode::OK
    );
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
