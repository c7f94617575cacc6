//! What nobody may do, one claim a test or a row. `docs/security.md` lists them with their places.

use crate::{
    accounts::{PASSWORD, history, sign_in, sign_up, somebody, watch},
    support::{Browser, TestServer},
};
use app::{error::Kind, protocol::Tokens};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const HASH: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

/// Every route that changes something, with a body that it would take.
fn mutating_routes() -> Vec<(Method, &'static str, Value)> {
    vec![
        (Method::POST, "/api/auth/sign-up", somebody("mallory")),
        (
            Method::POST,
            "/api/auth/sign-in",
            json!({ "login": "ada", "password": PASSWORD }),
        ),
        (Method::POST, "/api/auth/refresh", json!({})),
        (Method::POST, "/api/auth/sign-out", json!({})),
        (
            Method::POST,
            "/api/auth/password/forgot",
            json!({ "email": "ada@example.org" }),
        ),
        (
            Method::POST,
            "/api/auth/password/reset",
            json!({ "token": "x", "password": "tide-lantern-plum" }),
        ),
        (Method::PATCH, "/api/users/me", json!({ "username": "eve" })),
        (Method::DELETE, "/api/users/me", json!({ "password": PASSWORD })),
        (
            Method::PUT,
            "/api/users/me/preferences/theme",
            json!({ "value": "dark" }),
        ),
        (Method::DELETE, "/api/users/me/logins", Value::Null),
        (
            Method::DELETE,
            "/api/users/me/logins/019ab000-0000-7000-8000-000000000000",
            Value::Null,
        ),
        (
            Method::POST,
            "/api/torrents",
            json!({ "magnet": format!("magnet:?xt=urn:btih:{HASH}") }),
        ),
        (
            Method::DELETE,
            "/api/torrents/dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c",
            Value::Null,
        ),
        (
            Method::POST,
            "/api/watch-history",
            json!({ "info_hash": HASH, "file_index": 0, "position_seconds": 1.0, "duration_seconds": 2.0 }),
        ),
        (Method::DELETE, "/api/history", Value::Null),
        (
            Method::DELETE,
            "/api/history/019ab000-0000-7000-8000-000000000000",
            Value::Null,
        ),
        (Method::POST, "/api/ingest", json!({ "records": [] })),
        (Method::POST, "/api/rooms", json!({ "title": "stolen" })),
        (Method::PATCH, "/api/rooms/kxd47mqz", json!({ "title": "stolen" })),
        (Method::DELETE, "/api/rooms/kxd47mqz", Value::Null),
        (Method::POST, "/api/rooms/kxd47mqz/join", json!({})),
        (Method::DELETE, "/api/rooms/kxd47mqz/messages", Value::Null),
        (
            Method::POST,
            "/api/rooms/kxd47mqz/invites",
            json!({ "emails": ["ada@example.org"] }),
        ),
    ]
}

fn body(value: Value) -> Option<Value> {
    (!value.is_null()).then_some(value)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_site_writes_here() {
    let server = TestServer::start().await;
    let ada = Browser::at(&server);
    sign_up(&ada, "ada").await;
    watch(&ada, 30.0).await;
    let strangers: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", ""), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "cross-site"), ("origin", "null")],
    ];
    for (method, path, sent) in mutating_routes() {
        for headers in strangers {
            let reply = ada.send(method.clone(), path, body(sent.clone()), headers).await;
            assert_eq!(reply.problem(403).kind, Kind::Forbidden, "{method} {path} {headers:?}");
        }
    }
    assert_eq!(history(&ada).await.len(), 1, "nothing has changed");
    // The list above is all of them: whatever the document says writes is in it, or under /api/admin.
    let document: Value = ada.get("/api/openapi.json").await.ok().json();
    let listed: Vec<(String, String)> = mutating_routes()
        .into_iter()
        .map(|(method, path, _)| (method.as_str().to_lowercase(), path.to_owned()))
        .collect();
    for (path, item) in document["paths"].as_object().unwrap() {
        let writes = item
            .as_object()
            .unwrap()
            .keys()
            .filter(|verb| ["post", "put", "patch", "delete"].contains(&verb.as_str()));
        for verb in writes.filter(|_| !path.starts_with("/api/admin/")) {
            let start = path.split('{').next().unwrap();
            assert!(
                listed.iter().any(|(m, p)| m == verb && p.starts_with(start)),
                "{verb} {path} is not tried"
            );
        }
    }
    let admin = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(path, _)| path.starts_with("/api/admin/"));
    for (path, item) in admin {
        for verb in ["post", "put", "patch", "delete"]
            .iter()
            .filter(|verb| item.get(**verb).is_some())
        {
            let path = path
                .replace("{id}", "019ab000-0000-7000-8000-000000000000")
                .replace("{name}", "x");
            let method: Method = verb.to_uppercase().parse().unwrap();
            ada.send(method, &path, Some(json!({})), strangers[0])
                .await
                .problem(403);
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_ours_is_nobody() {
    let server = TestServer::start().await;
    let ada = Browser::at(&server);
    let tokens = sign_up(&ada, "ada").await;
    let [header, claims, signature]: [&str; 3] = tokens.access_token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let decoded: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert!(decoded.get("role").is_none(), "what somebody may do is not in a token");
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let later = {
        let mut claims = decoded.clone();
        claims["exp"] = json!(decoded["exp"].as_i64().unwrap() + 9_999_999);
        part(claims)
    };
    let none = part(json!({ "alg": "none", "typ": "JWT" }));
    let other_key = server::account::token::Signer::new(
        &server::config::Secret::new("a key that somebody else has chosen"),
        server::account::token::Purpose::Access,
    )
    .unwrap()
    .sign(
        server::account::token::Bearer {
            user: decoded["sub"].as_str().unwrap().parse().unwrap(),
            login: decoded["sid"].as_str().unwrap().parse().unwrap(),
        },
        server::clock::now(),
    )
    .unwrap();
    let stream = server.state.accounts.stream_token(&account_of(&decoded)).unwrap();
    for (claim, token) in [
        ("a later end", format!("{header}.{later}.{signature}")),
        ("alg none", format!("{none}.{claims}.")),
        ("alg none with a signature", format!("{none}.{claims}.{signature}")),
        ("another key", other_key),
        ("a playlist's token", stream.clone()),
        ("no signature", format!("{header}.{claims}.")),
        ("nonsense", "x".repeat(5_000)),
    ] {
        let program = Browser::at(&server);
        let shown = format!("Bearer {token}");
        let reply = program
            .send(Method::GET, "/api/users/me", None, &[("authorization", &shown)])
            .await;
        assert_eq!(reply.problem(401).kind, Kind::Unauthorized, "{claim}");
        program.set_cookie("matinee_access", &token);
        program.get("/api/users/me").await.problem(401);
    }
    // A playlist's token reads streams and nothing else.
    let program = Browser::at(&server);
    program
        .get(&format!("/api/stream/{HASH}/0?token={stream}"))
        .await
        .problem(404);
    program.get(&format!("/api/history?token={stream}")).await.ok();
    program.get(&format!("/api/users/me?token={stream}")).await.problem(401);
    // It ends with its login.
    ada.post("/api/auth/sign-out", json!({})).await.ok();
    program
        .get(&format!("/api/stream/{HASH}/0?token={stream}"))
        .await
        .problem(401);
    let shown = format!("Bearer {}", tokens.access_token);
    program
        .send(Method::GET, "/api/users/me", None, &[("authorization", &shown)])
        .await
        .problem(401);
    server.stop().await;
}

fn account_of(claims: &Value) -> app::backend::Account {
    app::backend::Account {
        id: claims["sub"].as_str().unwrap().into(),
        login: claims["sid"].as_str().unwrap().into(),
        username: "ada".into(),
        role: app::protocol::Role::Admin,
    }
}

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
    ada.post("/api/auth/sign-up", json!({ "email": "x".repeat(20_000) }))
        .await
        .problem(413);
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

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_what_may_be_done_with_it() {
    let server = TestServer::with(&[("MATINEE_PUBLIC_URL", "https://films.example.org")]).await;
    let ada = Browser::at(&server);
    for path in [
        "/",
        "/sign-in",
        "/nowhere",
        "/api/session",
        "/api/nothing",
        "/healthz",
        "/api/docs/",
        "/api/openapi.json",
    ] {
        let reply = ada.get(path).await;
        let has = |name: &str| {
            reply
                .headers
                .get(name)
                .unwrap_or_else(|| panic!("{path} has no {name}"))
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(has("x-content-type-options"), "nosniff");
        assert!(
            has("content-security-policy").contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!has("content-security-policy").contains("unsafe-inline"), "{path}");
        assert!(has("strict-transport-security").starts_with("max-age="));
        assert!(has("permissions-policy").contains("geolocation=()"));
    }
    let cookie = Browser::at(&server).get("/api/session").await;
    assert!(cookie.headers["set-cookie"].to_str().unwrap().contains("; Secure"));
    // What has not changed is not sent again.
    let first = ada.get("/api/popular").await.ok();
    let tag = first.headers["etag"].to_str().unwrap();
    assert_eq!(first.headers["cache-control"], "private, no-cache");
    let again = ada
        .send(Method::GET, "/api/popular", None, &[("if-none-match", tag)])
        .await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_asks_where_no_cookie_is_gets_tokens_that_work() {
    let server = TestServer::start().await;
    let program = Browser::at(&server);
    let tokens: Tokens = sign_up(&program, "ada").await;
    let bare = Browser::at(&server);
    let shown = format!("bearer {}", tokens.access_token);
    bare.send(Method::GET, "/api/auth/me", None, &[("authorization", &shown)])
        .await
        .ok();
    assert_eq!(tokens.expires_in, 900);
    server.stop().await;
}
