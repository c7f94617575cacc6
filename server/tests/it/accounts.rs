//! Accounts as people and programs use them, on both databases.

mod guessing;
mod identity;
mod refreshing;
mod unicode;

use crate::support::{Browser, TestServer, fresh_postgres, service};
use app::protocol::{HistoryItem, List, Login, Profile, Role, Session, Tokens};
use http::{Method, StatusCode};
use serde_json::{Value, json};

pub const PASSWORD: &str = "plum-lantern-tide";
const HASH: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

pub fn somebody(name: &str) -> Value {
    json!({ "email": format!("{name}@example.org"), "username": name, "password": PASSWORD })
}

pub async fn sign_up(browser: &Browser, name: &str) -> Tokens {
    let mut new = somebody(name);
    new["setup_token"] = browser.setup_token.clone().into();
    let reply = browser.post("/api/auth/sign-up", new).await.ok();
    assert_eq!(reply.status, StatusCode::CREATED);
    reply.json()
}

pub async fn sign_in(browser: &Browser, name: &str, password: &str) -> Tokens {
    let body = json!({ "login": name, "password": password });
    browser.post("/api/auth/sign-in", body).await.ok().json()
}

pub async fn watch(browser: &Browser, seconds: f64) {
    let progress =
        json!({ "info_hash": HASH, "file_index": 0, "position_seconds": seconds, "duration_seconds": 600.0 });
    browser.post("/api/watch-history", progress).await.ok();
}

pub async fn history(browser: &Browser) -> Vec<HistoryItem> {
    browser.get("/api/history").await.ok().json::<List<HistoryItem>>().items
}

pub async fn on_postgres() -> TestServer {
    let (postgres, redis) = (fresh_postgres().await, service("MATINEE_TEST_REDIS"));
    TestServer::with(&[("MATINEE_DATABASE_URL", &postgres), ("MATINEE_REDIS_URL", &redis)]).await
}

async fn a_life(server: TestServer) {
    let first = Browser::at(&server);
    assert!(first.get("/api/session").await.json::<Session>().is_new);
    watch(&first, 120.0).await;
    let guest = first.cookie("matinee_guest").unwrap();
    let tokens = sign_up(&first, "Ada").await;
    assert_eq!(
        (tokens.user.user.role, tokens.user.user.username.as_str()),
        (Role::Admin, "Ada")
    );
    assert_ne!(
        first.cookie("matinee_guest").unwrap(),
        guest,
        "the guest of before is nobody's any more"
    );
    assert_eq!(
        history(&first).await[0].position_seconds,
        120.0,
        "signing up keeps what the guest watched"
    );

    // The same letters in another case are the same person; both fields are named at once.
    let taken = first.post("/api/auth/sign-up", somebody("ADA")).await.problem(409);
    let fields: Vec<_> = taken.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["email", "username"]);

    // A second device, by e-mail; it goes on where the first one was.
    let second = Browser::at(&server);
    let grace = sign_up(&Browser::at(&server), "grace").await;
    assert_eq!(grace.user.user.role, Role::User);
    sign_in(&second, "ada@EXAMPLE.org", PASSWORD).await;
    assert_eq!(history(&second).await[0].position_seconds, 120.0);
    second
        .send(
            Method::PUT,
            "/api/users/me/preferences/theme",
            Some(json!({ "value": "light" })),
            &[],
        )
        .await
        .ok();
    let profile: Profile = first.get("/api/auth/me").await.ok().json();
    assert_eq!(profile.preferences["theme"], "light");

    let logins: List<Login> = second.get("/api/users/me/logins").await.ok().json();
    assert_eq!(logins.items.len(), 2);
    let other = logins.items.iter().find(|login| !login.current).unwrap();
    second
        .send(Method::DELETE, &format!("/api/users/me/logins/{}", other.id), None, &[])
        .await
        .ok();
    first.get("/api/users/me").await.problem(401);
    assert_eq!(first.cookie("matinee_access"), None, "the browser is told to forget");
    assert!(first.get("/api/session").await.ok().json::<Session>().user.is_none());

    a_new_password(&server, &second).await;
    let export: Value = second.get("/api/users/me/export").await.ok().json();
    assert_eq!(export["history"][0]["position_seconds"], 120.0);
    assert!(!export.to_string().contains("argon2"));

    // The only admin may not leave while others are there.
    let delete = |browser: Browser, password: &'static str| async move {
        browser
            .send(
                Method::DELETE,
                "/api/users/me",
                Some(json!({ "password": password })),
                &[],
            )
            .await
    };
    delete(second.clone(), "wrong-wrong-wrong").await.problem(422);
    delete(second.clone(), "tide-lantern-plum").await.problem(409);
    let third = Browser::at(&server);
    sign_in(&third, "grace", PASSWORD).await;
    watch(&third, 5.0).await;
    delete(third.clone(), PASSWORD).await.ok();
    assert!(history(&third).await.is_empty());
    delete(second, "tide-lantern-plum").await.ok();
    server.stop().await;
}

async fn a_new_password(server: &TestServer, browser: &Browser) {
    let elsewhere = Browser::at(server);
    sign_in(&elsewhere, "ada", PASSWORD).await;
    let change = |body: Value| browser.send(Method::PATCH, "/api/users/me", Some(body), &[]);
    assert_eq!(
        change(json!({ "password": "tide-lantern-plum" }))
            .await
            .problem(422)
            .errors[0]
            .field,
        "current_password"
    );
    let weak = change(json!({ "password": "password123", "email": "nobody", "current_password": PASSWORD }))
        .await
        .problem(422);
    assert_eq!(weak.errors.len(), 2, "every wrong field at once");
    change(json!({ "password": "tide-lantern-plum", "current_password": PASSWORD }))
        .await
        .ok();
    elsewhere.get("/api/users/me").await.problem(401);
    browser.get("/api/users/me").await.ok();
    elsewhere
        .post("/api/auth/sign-in", json!({ "login": "ada", "password": PASSWORD }))
        .await
        .problem(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_life_on_sqlite() {
    a_life(TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_life_on_postgres_and_redis() {
    a_life(on_postgres().await).await;
}

async fn of_many_who_are_first_one_is_admin(server: TestServer) {
    let tries = (0..8).map(|n| {
        let browser = Browser::at(&server);
        async move { sign_up(&browser, &format!("first{n}")).await.user.user.role }
    });
    let roles = futures::future::join_all(tries).await;
    assert_eq!(
        roles.iter().filter(|role| **role == Role::Admin).count(),
        1,
        "{roles:?}"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_are_first_one_is_admin_on_sqlite() {
    of_many_who_are_first_one_is_admin(TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_are_first_one_is_admin_on_postgres() {
    of_many_who_are_first_one_is_admin(on_postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_for_accounts_lets_nobody_else_watch() {
    let server = TestServer::with(&[("MATINEE_ACCESS", "accounts"), ("MATINEE_SIGN_UP", "closed")]).await;
    let (guest, ada) = (Browser::at(&server), Browser::at(&server));
    for path in [
        "/api/search?query=x",
        "/api/torrents/latest",
        "/api/history",
        "/api/popular",
    ] {
        guest.get(path).await.problem(401);
    }
    for path in [format!("/api/stream/{HASH}/0"), format!("/api/playlist/{HASH}.m3u8")] {
        guest.get(&path).await.problem(401);
    }
    guest.get("/api/session").await.ok();
    sign_up(&ada, "ada").await;
    guest.post("/api/auth/sign-up", somebody("eve")).await.problem(403);
    ada.get("/api/history").await.ok();
    ada.get(&format!("/api/stream/{HASH}/0")).await.problem(404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_told_and_hold_across_nodes() {
    let (postgres, redis) = (fresh_postgres().await, service("MATINEE_TEST_REDIS"));
    // A network of our own in Redis, which other tests share: counts are kept by address.
    let settings = [
        ("MATINEE_DATABASE_URL", &*postgres),
        ("MATINEE_REDIS_URL", &*redis),
        ("MATINEE_RATE_LIMITS", "auth=1/min,search=5/min"),
        ("MATINEE_TRUSTED_PROXIES", "127.0.0.0/8"),
    ];
    let (one, two) = (TestServer::with(&settings).await, TestServer::with(&settings).await);
    let address = format!("2001:db8:{:x}::1", std::process::id() & 0xffff);
    let search = async |server: &TestServer, from: &str| {
        Browser::at(server)
            .send(
                Method::GET,
                "/api/search?query=nothing",
                None,
                &[("x-forwarded-for", from)],
            )
            .await
    };
    for left in (1..5).rev() {
        let reply = search(if left % 2 == 0 { &one } else { &two }, &address).await.ok();
        assert_eq!(reply.headers["ratelimit-policy"], "\"search\";q=5;w=60");
        let told = reply.headers["ratelimit"].to_str().unwrap();
        assert!(told.starts_with(&format!("\"search\";r={left};t=")), "{told}");
    }
    search(&one, &address).await.ok();
    let refused = search(&two, &address).await;
    refused.problem(429);
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait}");
    search(&two, &address.replace("2001:db8", "2001:db9")).await.ok();
    // An account is guarded wherever the tries come from: three times the rate, and at this one the next turn is too far away.
    let mut statuses = Vec::new();
    for n in 0..5 {
        let body = json!({ "login": format!("victim{}", std::process::id()), "password": "wrong-wrong-wrong" });
        let from = format!("198.51.100.{n}");
        let reply = Browser::at(if n % 2 == 0 { &one } else { &two })
            .send(
                Method::POST,
                "/api/auth/sign-in",
                Some(body),
                &[("x-forwarded-for", &from)],
            )
            .await;
        statuses.push(reply.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 429, 429]);
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_by_mail_sets_a_password_once() {
    let mail = crate::support::Mailbox::start();
    let server = TestServer::with(&[
        ("MATINEE_SMTP_URL", &mail.url),
        ("MATINEE_MAIL_FROM", "Matinee <films@example.org>"),
    ])
    .await;
    let browser = Browser::at(&server);
    sign_up(&browser, "ada").await;
    for email in ["nobody@example.org", "ada@example.org"] {
        let reply = browser
            .post("/api/auth/password/forgot", json!({ "email": email }))
            .await;
        assert_eq!(reply.status, StatusCode::ACCEPTED);
    }
    let link = mail.next_link().await;
    let token = link.split("token=").nth(1).unwrap().to_owned();
    let reset = |password: &str| {
        browser.post(
            "/api/auth/password/reset",
            json!({ "token": token, "password": password }),
        )
    };
    assert_eq!(reset("password123").await.problem(422).errors[0].field, "password");
    reset("tide-lantern-plum").await.ok();
    assert_eq!(reset("tide-lantern-plum").await.problem(422).errors[0].field, "token");
    let elsewhere = Browser::at(&server);
    sign_in(&elsewhere, "ada", "tide-lantern-plum").await;
    server.stop().await;
}
