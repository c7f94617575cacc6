//! People: nobody becomes, reaches or finds out about another.

use super::HASH;
use crate::{
    accounts::{PASSWORD, history, sign_in, sign_up, watch},
    support::{Browser, TestServer},
};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_fixes_anothers_guest_or_login() {
    let server = TestServer::start().await;
    let (mallory, ada) = (Browser::at(&server), Browser::at(&server));
    mallory.get("/api/session").await.ok();
    let planted = mallory.cookie("matinee_guest").unwrap();
    ada.set_cookie("matinee_guest", &planted);
    sign_up(&ada, "ada").await;
    watch(&ada, 77.0).await;
    assert!(history(&mallory).await.is_empty(), "what ada watches is hers alone");
    ada.post("/api/auth/sign-out", json!({})).await.ok();
    watch(&ada, 5.0).await;
    assert!(history(&mallory).await.is_empty(), "whoever signs out is a new guest");
    // A refresh token of mallory's in ada's browser does not survive ada's signing in.
    sign_up(&mallory, "mallory").await;
    ada.set_cookie("matinee_refresh", &mallory.cookie("matinee_refresh").unwrap());
    sign_in(&ada, "ada", PASSWORD).await;
    assert_ne!(ada.cookie("matinee_refresh"), mallory.cookie("matinee_refresh"));
    assert_eq!(history(&ada).await[0].position_seconds, 77.0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_what_is_anothers() {
    let server = TestServer::start().await;
    let (ada, eve) = (Browser::at(&server), Browser::at(&server));
    sign_up(&ada, "ada").await;
    sign_up(&eve, "eve").await;
    watch(&ada, 77.0).await;
    let line = history(&ada).await[0].id.clone();
    let login = ada.get("/api/users/me/logins").await.ok().json::<Value>()["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for path in [format!("/api/history/{line}"), format!("/api/users/me/logins/{login}")] {
        eve.send(Method::DELETE, &path, None, &[]).await.problem(404);
        Browser::at(&server)
            .send(Method::DELETE, &path, None, &[])
            .await
            .problem(if path.contains("users") { 401 } else { 404 });
    }
    eve.send(Method::DELETE, "/api/history", None, &[]).await.ok();
    assert_eq!(history(&ada).await.len(), 1);
    ada.get("/api/users/me").await.ok();
    // What is the admin's: eve is none, and a guest is nobody. Every route of the document is tried.
    let document: Value = ada.get("/api/openapi.json").await.ok().json();
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for verb in item.as_object().unwrap().keys() {
            let is_admins =
                path.starts_with("/api/admin/") || (path == "/api/torrents/{info_hash}" && verb == "delete");
            let Ok(method) = verb.to_uppercase().parse::<Method>() else {
                continue;
            };
            if !is_admins {
                continue;
            }
            let path = path
                .replace("{id}", &line)
                .replace("{info_hash}", HASH)
                .replace("{name}", "catalogue");
            eve.send(method.clone(), &path, Some(json!({})), &[]).await.problem(403);
            Browser::at(&server)
                .send(method, &path, Some(json!({})), &[])
                .await
                .problem(401);
            tried += 1;
        }
    }
    assert!(tried >= 1);
    eve.get("/metrics").await.problem(403);
    Browser::at(&server).get("/metrics").await.problem(401);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_an_account_cannot_be_told_from_answers() {
    let server = TestServer::start().await;
    let browser = Browser::at(&server);
    sign_up(&browser, "ada").await;
    let try_in = async |login: &str| {
        let began = Instant::now();
        let reply = Browser::at(&server)
            .post(
                "/api/auth/sign-in",
                json!({ "login": login, "password": "wrong-wrong-wrong" }),
            )
            .await;
        (reply.problem(401), began.elapsed())
    };
    let forget = async |email: &str| {
        let began = Instant::now();
        let reply = Browser::at(&server)
            .post("/api/auth/password/forgot", json!({ "email": email }))
            .await;
        assert_eq!((reply.status, reply.body.len()), (StatusCode::ACCEPTED, 0));
        began.elapsed()
    };
    let (mut known, mut unknown, mut has, mut has_not) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 0..15 {
        let (mut of_ada, time) = try_in("ada").await;
        known.push(time);
        let (mut of_nobody, time) = try_in(&format!("nobody{n}")).await;
        unknown.push(time);
        (of_ada.request_id, of_nobody.request_id) = (None, None);
        assert_eq!(of_ada, of_nobody);
        has.push(forget("ada@example.org").await);
        has_not.push(forget(&format!("nobody{n}@example.org")).await);
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    };
    let signing = median(&mut known) / median(&mut unknown);
    let (has, has_not) = (median(&mut has), median(&mut has_not));
    println!(
        "sign-in, known to unknown: {signing:.2}; forgotten password: {:.2} and {:.2} ms",
        has * 1e3,
        has_not * 1e3
    );
    assert!((0.67..1.5).contains(&signing), "{signing}");
    // Neither waits for the database or a mail; the rest is this machine's noise.
    assert!((0.5..2.0).contains(&(has / has_not)), "{has} {has_not}");
    server.stop().await;
}
