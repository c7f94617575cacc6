//! Other sites: none of them writes here.

use super::HASH;
use crate::{
    accounts::{PASSWORD, history, sign_up, somebody, watch},
    support::{Browser, TestServer},
};
use app::error::Kind;
use http::Method;
use serde_json::{Value, json};

/// Every route that changes something, with a body that it would take.
pub fn mutating_routes() -> Vec<(Method, &'static str, Value)> {
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

pub fn body(value: Value) -> Option<Value> {
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
