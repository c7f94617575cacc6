//! Input: texts stay texts, and what is too large or wrong is refused by its name.

use crate::{
    accounts::{history, sign_up, somebody},
    support::{Browser, TestServer},
};
use http::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn what_means_something_elsewhere_means_nothing_here() {
    let server = TestServer::start().await;
    let ada = Browser::at(&server);
    sign_up(&ada, "ada").await;
    for text in [
        "'; DROP TABLE users; --",
        "\" OR \"\"=\"",
        "%",
        "_",
        "\\",
        "a'b\"c`d",
        "\u{202e}",
        "𝕏', 1) --",
    ] {
        let encoded = app::api::encode(text);
        for path in [
            format!("/api/search?query={encoded}"),
            format!("/api/history?query={encoded}"),
        ] {
            let reply = ada.get(&path).await;
            assert!(
                reply.status.is_success() || reply.status == StatusCode::UNPROCESSABLE_ENTITY,
                "{path}: {}",
                reply.status
            );
        }
        let reply = ada
            .post("/api/auth/sign-in", json!({ "login": text, "password": text }))
            .await;
        reply.problem(401);
        let mut new = somebody("eve");
        new["username"] = json!(text);
        ada.post("/api/auth/sign-up", new).await.problem(422);
    }
    // A line break in anything that becomes a header or a mail.
    for email in ["a@example.org\r\nBcc: b@example.org", "a@example.org\nX: y"] {
        ada.post("/api/auth/password/forgot", json!({ "email": email }))
            .await
            .problem(422);
    }
    let reply = ada.get("/sign-in?next=%0d%0aset-cookie:%20a=b").await;
    assert!(reply.headers.get("a").is_none() && !format!("{:?}", reply.headers).contains("a=b"));
    let reply = ada.get("/api/history?cursor=%0d%0a").await;
    reply.problem(422);
    assert_eq!(history(&ada).await.len(), 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_never_become_markup() {
    let server = TestServer::start().await;
    let ada = Browser::at(&server);
    sign_up(&ada, "ada").await;
    let payloads = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</title><script>alert(2)</script>",
        "{{7*7}}${7*7}",
    ];
    for (n, payload) in payloads.iter().enumerate() {
        let hash = format!("{n:040x}");
        let batch = json!({ "records": [{ "info_hash": hash, "name": payload, "size_bytes": 1, "poster_url": "https://example.org/\"onload=alert(1)",
            "files": [{ "path": format!("{payload}.mp4"), "size_bytes": 1 }] }] });
        let reply = ada
            .send(
                Method::POST,
                "/api/ingest",
                Some(batch),
                &[("x-api-key", "a-key-for-the-tests")],
            )
            .await;
        assert_eq!(reply.ok().json::<Value>()["rejected"], json!([]));
        let progress = json!({ "info_hash": hash, "file_index": 0, "position_seconds": 9.0, "duration_seconds": 90.0 });
        ada.post("/api/watch-history", progress).await.ok();
        let encoded = app::api::encode(payload);
        for path in [
            "/".to_owned(),
            format!("/search?q={encoded}"),
            format!("/watch/{hash}"),
            "/history".into(),
            format!("/sign-in?next={encoded}"),
        ] {
            let page = ada.get(&path).await;
            let html = page.text();
            for raw in ["<script>alert", "<img src=x", "onload=alert(1)>"] {
                let at = html
                    .find(raw)
                    .map(|at| html[at.saturating_sub(200)..].chars().take(400).collect::<String>());
                assert_eq!(at, None, "{path} has {raw}");
            }
            let policy = page.headers["content-security-policy"].to_str().unwrap();
            assert!(
                !policy.contains("unsafe-inline") && policy.contains("'nonce-"),
                "{policy}"
            );
            no_script_without_nonce(&html, policy, &path);
        }
    }
    server.stop().await;
}

/// Every script has this page's nonce, and there is no attribute that the policy would refuse.
fn no_script_without_nonce(html: &str, policy: &str, path: &str) {
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    for tag in html.split("<script").skip(1) {
        let attributes = tag.split('>').next().unwrap();
        assert!(
            attributes.contains(&format!("nonce=\"{nonce}\"")),
            "{path}: <script{attributes}>"
        );
    }
    for tag in html.split('<').skip(1) {
        let attributes = tag.split('>').next().unwrap();
        assert!(
            !attributes.contains(" style=\"") && !attributes.contains(" onclick=\""),
            "{path}: <{attributes}>"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_too_large_or_wrong_are_refused_by_name() {
    let server = TestServer::start().await;
    let ada = Browser::at(&server);
    for route in [
        "sign-up",
        "sign-in",
        "sign-out",
        "refresh",
        "password/forgot",
        "password/reset",
    ] {
        let body = json!({ "email": "x".repeat(20_000) });
        ada.post(&format!("/api/auth/{route}"), body).await.problem(413);
    }
    let wrong = ada
        .post("/api/auth/sign-up", json!({ "email": 5, "username": ["a"] }))
        .await
        .problem(422);
    let mut fields: Vec<_> = wrong.errors.iter().map(|error| error.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["email", "password", "username"], "{wrong:?}");
    assert!(wrong.request_id.is_some());
    ada.post("/api/auth/sign-in", json!([])).await.problem(422);
    let text = ada
        .send(
            Method::POST,
            "/api/auth/sign-in",
            None,
            &[("content-type", "text/plain")],
        )
        .await;
    text.problem(415);
    for headers in [&[("x-request-id", "somebody else's")][..], &[]] {
        let reply = ada.send(Method::GET, "/api/nothing", None, headers).await;
        assert_ne!(reply.headers["x-request-id"], "somebody else's");
        assert_eq!(
            reply.problem(404).request_id.unwrap(),
            reply.headers["x-request-id"].to_str().unwrap()
        );
    }
    server.stop().await;
}
