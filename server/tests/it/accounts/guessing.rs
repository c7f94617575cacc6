//! Guesses at passwords are slow, and keep nobody out of what is theirs.

use super::{PASSWORD, sign_in, sign_up};
use crate::support::{Browser, Mailbox, Reply, TestServer};
use http::Method;
use serde_json::json;
use std::time::{Duration, Instant};

/// A server that believes where a request says it comes from.
async fn server(rates: &str) -> TestServer {
    TestServer::with(&[
        ("MATINEE_RATE_LIMITS", rates),
        ("MATINEE_TRUSTED_PROXIES", "127.0.0.0/8"),
    ])
    .await
}

async fn try_from(browser: &Browser, from: &str, login: &str, password: &str) -> Reply {
    let body = json!({ "login": login, "password": password });
    let from = [("x-forwarded-for", from)];
    browser.send(Method::POST, "/api/auth/sign-in", Some(body), &from).await
}

async fn guess(server: &TestServer, from: &str, login: &str) -> u16 {
    let stranger = Browser::at(server);
    try_from(&stranger, from, login, "wrong-wrong-wrong")
        .await
        .status
        .as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_s_guesses_do_not_keep_the_owner_out() {
    let server = server("auth=10/min").await;
    sign_up(&Browser::at(&server), "ada").await;
    let mut statuses = Vec::new();
    for _ in 0..14 {
        statuses.push(guess(&server, "198.51.100.7", "ada").await);
    }
    assert_eq!(statuses[..10], [401; 10], "each is answered");
    assert!(
        statuses[10..].contains(&429),
        "and then the stranger waits: {statuses:?}"
    );
    // The owner, on a machine of theirs that nobody here has seen.
    let began = Instant::now();
    let elsewhere = Browser::at(&server);
    try_from(&elsewhere, "203.0.113.5", "ada", PASSWORD).await.ok();
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_from_everywhere_are_slowed_down_but_not_the_owner_s_browser() {
    let server = server("auth=4/min").await;
    let own = Browser::at(&server);
    sign_up(&own, "ada").await;
    sign_up(&Browser::at(&server), "eve").await;
    own.post("/api/auth/sign-out", json!({})).await.ok();
    // Known and unknown names come to the same: three times the rate, whoever asks, then one by one.
    for login in ["ada", "nobody"] {
        let began = Instant::now();
        for n in 0..13 {
            let status = guess(&server, &format!("198.51.100.{n}"), login).await;
            assert_eq!(status, 401, "{login}");
        }
        // Twelve at once, and five seconds for one more.
        let took = began.elapsed();
        assert!(
            took > Duration::from_millis(4_900),
            "{login}: thirteen guesses within {took:?}"
        );
        // Many at once wait for the same turn: one gets it, the others are told to come back.
        let many = (0..12).map(|n| {
            let (server, from) = (&server, format!("203.0.113.{n}"));
            async move { guess(server, &from, login).await }
        });
        let many = futures::future::join_all(many).await;
        let let_in = many.iter().filter(|status| **status == 401).count();
        assert!((1..=3).contains(&let_in), "{login}: {many:?}");
        assert!(many.iter().all(|status| [401, 429].contains(status)), "{many:?}");
    }
    // The owner's browser has signed in before; at an address that others have used up.
    let began = Instant::now();
    try_from(&own, "198.51.100.12", "ada", PASSWORD).await.ok();
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_browser_is_known_to_its_own_accounts_and_counted_too() {
    let server = server("auth=3/min").await;
    let (own, eves) = (Browser::at(&server), Browser::at(&server));
    sign_up(&own, "ada").await;
    sign_up(&eves, "eve").await;
    let device = own.cookie("matinee_browser").unwrap();
    assert_eq!(device.matches('~').count(), 0, "one account");
    let attempt = async |browser: &Browser, login: &str| {
        try_from(browser, "198.51.100.9", login, "wrong-wrong-wrong")
            .await
            .status
            .as_u16()
    };
    // Somebody used this address up.
    let stranger = Browser::at(&server);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(attempt(&stranger, "ada").await);
    }
    assert_eq!(statuses, [401, 401, 401, 429]);
    // Eve's browser is nobody's to ada's account, and neither is a made-up one.
    assert_eq!(attempt(&eves, "ada").await, 429);
    stranger.set_cookie("matinee_browser", &device[..device.len() - 2]);
    assert_eq!(attempt(&stranger, "ada").await, 429);
    // Ada's own is let through, and counted as well.
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(attempt(&own, "ada").await);
    }
    assert_eq!(statuses, [401, 401, 401, 429]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_password_is_not_guessed_by_a_stolen_login() {
    let server = server("auth=3/min").await;
    let own = Browser::at(&server);
    sign_up(&own, "ada").await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let change = json!({ "email": "eve@example.org", "current_password": "wrong-wrong-wrong" });
        let reply = own.send(Method::PATCH, "/api/users/me", Some(change), &[]).await;
        statuses.push(reply.status.as_u16());
    }
    assert_eq!(statuses, [422, 422, 422, 429, 429]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_links_in_anothers_name_neither_floods_them_nor_takes_theirs() {
    let mail = Mailbox::start();
    let server = TestServer::with(&[
        ("MATINEE_SMTP_URL", &mail.url),
        ("MATINEE_MAIL_FROM", "Matinee <films@example.org>"),
        ("MATINEE_TRUSTED_PROXIES", "127.0.0.0/8"),
    ])
    .await;
    let browser = Browser::at(&server);
    sign_up(&browser, "ada").await;
    let ask = async |from: &str| {
        let body = json!({ "email": "ada@example.org" });
        let from = [("x-forwarded-for", from)];
        let reply = browser
            .send(Method::POST, "/api/auth/password/forgot", Some(body), &from)
            .await;
        assert_eq!(reply.status.as_u16(), 202);
    };
    ask("203.0.113.5").await;
    let own = mail.next_link().await;
    for n in 0..3 {
        ask(&format!("198.51.100.{n}")).await;
        mail.next_link().await;
    }
    // At once: some find the mail server's queue full, and what was not sent leaves room for what can be.
    for n in 3..12 {
        ask(&format!("198.51.100.{n}")).await;
    }
    mail.next_link().await;
    // The owner's link is still good, and ends the others.
    let token = own.split("token=").nth(1).unwrap();
    let reset = json!({ "token": token, "password": "tide-lantern-plum" });
    browser.post("/api/auth/password/reset", reset).await.ok();
    sign_in(&browser, "ada", "tide-lantern-plum").await;
    // Five links in all, the owner's and four: the next mail is one that is asked for after the reset.
    ask("203.0.113.5").await;
    let next = mail.next_link().await;
    let token = next.split("token=").nth(1).unwrap();
    let reset = json!({ "token": token, "password": "lantern-plum-tide" });
    browser.post("/api/auth/password/reset", reset).await.ok();
    server.stop().await;
}
