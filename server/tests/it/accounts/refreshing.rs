//! Staying signed in: an answer can be lost, tabs and nodes ask at the same moment, and a token can be stolen.

use super::{PASSWORD, on_postgres, sign_in, sign_up};
use crate::support::{Browser, Reply, TestServer, fresh_postgres, service};
use app::protocol::Tokens;
use serde_json::json;

async fn refresh(server: &TestServer, token: &str) -> Reply {
    let body = json!({ "refresh_token": token });
    Browser::at(server).post("/api/auth/refresh", body).await
}

async fn exchange(server: &TestServer, token: &str) -> String {
    refresh(server, token).await.ok().json::<Tokens>().refresh_token
}

async fn a_lost_answer_can_be_asked_for_again(server: TestServer) {
    let browser = Browser::at(&server);
    let first = sign_up(&browser, "ada").await.refresh_token;
    // Lost on its way, three times.
    for _ in 0..3 {
        exchange(&server, &first).await;
    }
    let second = exchange(&server, &first).await;
    let third = exchange(&server, &second).await;
    browser.get("/api/users/me").await.ok();
    // Its successor was used: whoever shows the first one now has it from somebody. All tokens of the login end.
    refresh(&server, &first).await.problem(401);
    refresh(&server, &third).await.problem(401);
    browser.get("/api/users/me").await.problem(401);

    // The same for a browser, whose cookie is exchanged by whatever it asks for.
    sign_in(&browser, "ada", PASSWORD).await;
    let cookie = browser.cookie("matinee_refresh").unwrap();
    let lost = Browser::at(&server);
    lost.set_cookie("matinee_refresh", &cookie);
    lost.get("/api/users/me").await.ok();
    browser.cookies.lock().unwrap().remove("matinee_access");
    browser.get("/api/users/me").await.ok();
    assert_ne!(browser.cookie("matinee_refresh"), Some(cookie));
    server.stop().await;
}

async fn of_two_who_share_a_token_neither_keeps_it(server: TestServer) {
    let browser = Browser::at(&server);
    let first = sign_up(&browser, "ada").await.refresh_token;
    // A thief and the owner exchange the same token, and each goes on with what they got.
    let (thief, owner) = (exchange(&server, &first).await, exchange(&server, &first).await);
    let next = exchange(&server, &thief).await;
    refresh(&server, &owner).await.problem(401);
    refresh(&server, &next).await.problem(401);
    browser.get("/api/users/me").await.problem(401);
    server.stop().await;
}

async fn tabs_that_wake_up_together_stay_signed_in(one: TestServer, two: TestServer) {
    let browser = Browser::at(&one);
    sign_up(&browser, "ada").await;
    for round in 0..3 {
        // Every tab shows the same cookie; the browser keeps what is answered last.
        let cookie = browser.cookie("matinee_refresh").unwrap();
        let tabs = (0..8).map(|n| {
            let tab = Browser::at(if n % 2 == 0 { &one } else { &two });
            tab.set_cookie("matinee_refresh", &cookie);
            async move {
                tab.get("/api/users/me").await.ok();
                tab.cookie("matinee_refresh").unwrap()
            }
        });
        let mut kept = futures::future::join_all(tabs).await;
        browser.set_cookie("matinee_refresh", &kept.swap_remove(round * 3));
    }
    server_has_one_login(&browser).await;
    one.stop().await;
    two.stop().await;
}

async fn server_has_one_login(browser: &Browser) {
    browser.cookies.lock().unwrap().remove("matinee_access");
    let logins: serde_json::Value = browser.get("/api/users/me/logins").await.ok().json();
    assert_eq!(logins["items"].as_array().unwrap().len(), 1);
}

/// Of a token's successors one is the first, whoever asks where.
async fn two_successors_used_at_once_end_the_login(one: TestServer, two: TestServer) {
    for round in 0..5 {
        let browser = Browser::at(&one);
        let first = sign_up(&browser, &format!("ada{round}")).await.refresh_token;
        let (a, b) = (exchange(&one, &first).await, exchange(&one, &first).await);
        let (a, b) = tokio::join!(refresh(&one, &a), refresh(&two, &b));
        let statuses = [a.status.as_u16(), b.status.as_u16()];
        assert!(statuses.contains(&401), "both went on: {statuses:?}");
        let next = [a, b].into_iter().find(|reply| reply.status.is_success());
        if let Some(next) = next {
            refresh(&one, &next.json::<Tokens>().refresh_token).await.problem(401);
        }
    }
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_can_be_asked_for_again_on_sqlite() {
    a_lost_answer_can_be_asked_for_again(TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_can_be_asked_for_again_on_postgres() {
    a_lost_answer_can_be_asked_for_again(on_postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_share_a_token_neither_keeps_it_on_sqlite() {
    of_two_who_share_a_token_neither_keeps_it(TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_share_a_token_neither_keeps_it_on_postgres() {
    of_two_who_share_a_token_neither_keeps_it(on_postgres().await).await;
}

async fn two_nodes() -> (TestServer, TestServer) {
    let (postgres, redis) = (fresh_postgres().await, service("MATINEE_TEST_REDIS"));
    let settings = [
        ("MATINEE_DATABASE_URL", &*postgres),
        ("MATINEE_REDIS_URL", &*redis),
        ("MATINEE_SECRET", "a secret that both of the nodes know"),
    ];
    (TestServer::with(&settings).await, TestServer::with(&settings).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_that_wake_up_together_stay_signed_in_across_nodes() {
    let (one, two) = two_nodes().await;
    tabs_that_wake_up_together_stay_signed_in(one, two).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_successors_used_at_once_end_the_login_across_nodes() {
    let (one, two) = two_nodes().await;
    two_successors_used_at_once_end_the_login(one, two).await;
}
