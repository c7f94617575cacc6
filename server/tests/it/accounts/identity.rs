//! A page that was made for one account does nothing as another, whoever is signed in in its browser by now.

use super::{PASSWORD, history, sign_in, sign_up, watch};
use crate::{
    security::sites::{body, mutating_routes},
    support::{Browser, Reply, TestServer},
};
use app::{
    error::Kind,
    protocol::{List, Login, Profile},
};
use http::Method;
use serde_json::{Value, json};

/// Routes that say in themselves who is meant, by a password, a token or a key.
const FOR_ANYBODY: [&str; 6] = [
    "/api/ingest",
    "/api/auth/sign-up",
    "/api/auth/sign-in",
    "/api/auth/refresh",
    "/api/auth/password/forgot",
    "/api/auth/password/reset",
];

const HEADER: &str = "x-matinee-account";

fn another_account(reply: &Reply, sentence: &str) {
    let problem = reply.problem(409);
    assert_eq!(problem.kind, Kind::AnotherAccount);
    assert!(problem.detail.to_string().starts_with(sentence), "{}", problem.detail);
}

/// Everything that an account has, as JSON.
async fn everything(browser: &Browser) -> Value {
    let mut export: Value = browser.get("/api/users/me/export").await.ok().json();
    for login in export["logins"].as_array_mut().unwrap() {
        login["last_used_at"].take();
    }
    export["rooms"] = browser.get("/api/rooms").await.ok().json();
    export
}

/// Every route that writes, of the API's document too, where each has a body that it would take.
async fn every_write(browser: &Browser) -> Vec<(Method, String, Value)> {
    let document: Value = browser.get("/api/openapi.json").await.ok().json();
    let mut writes: Vec<_> = mutating_routes()
        .into_iter()
        .map(|(method, path, sent)| (method, path.to_owned(), sent))
        .collect();
    for (path, item) in document["paths"].as_object().unwrap() {
        let filled = path
            .replace("{id}", "019ab000-0000-7000-8000-000000000000")
            .replace("{key}", "theme")
            .replace("{code}", "kxd47mqz")
            .replace("{info_hash}", "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c")
            .replace("{name}", "x");
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let is_listed = writes.iter().any(|(m, p, _)| *m == method && *p == filled);
            if item.get(method.as_str().to_lowercase()).is_some() && !is_listed {
                assert!(!filled.contains('{'), "say what stands for the rest of {path}");
                writes.push((method, filled.clone(), json!({})));
            }
        }
    }
    writes.retain(|(_, path, _)| !FOR_ANYBODY.contains(&path.as_str()));
    assert!(writes.len() >= 25, "{}", writes.len());
    writes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_for_one_account_never_writes_as_another() {
    let server = TestServer::start().await;
    let (tabs, elsewhere) = (Browser::at(&server), Browser::at(&server));
    let ada = sign_up(&tabs, "ada").await.user.user.id.to_string();
    watch(&tabs, 30.0).await;
    // In another tab: out, and in as the other one.
    tabs.post("/api/auth/sign-out", json!({})).await.ok();
    let eve = sign_up(&tabs, "eve").await.user.user.id.to_string();
    watch(&tabs, 60.0).await;
    tabs.post("/api/rooms", json!({ "title": "Friday" })).await.ok();
    sign_in(&elsewhere, "ada", PASSWORD).await;
    let (hers, others) = (everything(&tabs).await, everything(&elsewhere).await);

    for (method, path, sent) in every_write(&tabs).await {
        for made_for in [&*ada, "guest", ""] {
            let reply = tabs
                .send(method.clone(), &path, body(sent.clone()), &[(HEADER, made_for)])
                .await;
            another_account(&reply, "You are now signed in as eve.");
        }
    }
    assert_eq!(everything(&tabs).await, hers);
    assert_eq!(everything(&elsewhere).await, others);
    let logins: List<Login> = tabs.get("/api/users/me/logins").await.ok().json();
    assert_eq!(logins.items.len(), 1, "nobody was signed out");

    // What the page was made for is done.
    let rename = json!({ "username": "evelyn" });
    let own = [(HEADER, &*eve)];
    let renamed = tabs.send(Method::PATCH, "/api/users/me", Some(rename), &own).await;
    assert_eq!(renamed.ok().json::<Profile>().user.username, "evelyn");
    tabs.send(Method::DELETE, "/api/history", None, &own).await.ok();
    assert!(history(&tabs).await.is_empty());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_account_has_left_does_nothing_as_a_guest() {
    let server = TestServer::start().await;
    let tabs = Browser::at(&server);
    let ada = sign_up(&tabs, "ada").await.user.user.id.to_string();
    let room: Value = tabs.post("/api/rooms", json!({ "title": "Friday" })).await.ok().json();
    let join = format!("/api/rooms/{}/join", room["code"].as_str().unwrap());
    tabs.post("/api/auth/sign-out", json!({})).await.ok();
    watch(&tabs, 30.0).await;
    for (method, path, sent) in every_write(&tabs).await {
        let reply = tabs.send(method, &path, body(sent), &[(HEADER, &ada)]).await;
        another_account(&reply, "You are signed out.");
    }
    let named = json!({ "display_name": "Ada" });
    let reply = tabs
        .send(Method::POST, &join, Some(named.clone()), &[(HEADER, &ada)])
        .await;
    another_account(&reply, "You are signed out.");
    assert_eq!(history(&tabs).await.len(), 1);
    // A page that was made for a guest goes on.
    watch(&tabs, 31.0).await;
    let reply = tabs
        .send(Method::DELETE, "/api/history", None, &[(HEADER, "guest")])
        .await;
    reply.ok();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_for_one_account_is_not_anothers() {
    let server = TestServer::start().await;
    let tabs = Browser::at(&server);
    let ada = sign_up(&tabs, "ada").await.user.user.id.to_string();
    tabs.post("/api/auth/sign-out", json!({})).await.ok();
    let eve = sign_up(&tabs, "eve").await;
    for path in ["/api/history", "/api/users/me", "/api/users/me/logins", "/api/rooms"] {
        let reply = tabs.send(Method::GET, path, None, &[(HEADER, &ada)]).await;
        another_account(&reply, "You are now signed in as eve.");
    }
    // A link has no header.
    let export = |id: &str| format!("/api/users/me/export?for_account={id}");
    another_account(&tabs.get(&export(&ada)).await, "You are now signed in as eve.");
    tabs.get(&export(&eve.user.user.id.to_string())).await.ok();
    // Who it is now can be asked by any page, and a program says it with its token.
    for path in ["/api/session", "/api/history"] {
        let token = format!("Bearer {}", eve.access_token);
        let headers: &[(&str, &str)] = match path {
            "/api/session" => &[(HEADER, &ada)],
            _ => &[(HEADER, &ada), ("authorization", &token)],
        };
        tabs.send(Method::GET, path, None, headers).await.ok();
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_says_in_itself_who_is_meant() {
    let server = TestServer::start().await;
    let tabs = Browser::at(&server);
    let ada = sign_up(&tabs, "ada").await.user.user.id.to_string();
    tabs.post("/api/auth/sign-out", json!({})).await.ok();
    sign_up(&tabs, "eve").await;
    for (method, path, sent) in mutating_routes() {
        if FOR_ANYBODY.contains(&path) {
            let tab = Browser::at(&server);
            *tab.cookies.lock().unwrap() = tabs.cookies.lock().unwrap().clone();
            let reply = tab.send(method, path, body(sent), &[(HEADER, &ada)]).await;
            assert!(!reply.text().contains("another-account"), "{path}: {}", reply.text());
        }
    }
    server.stop().await;
}
