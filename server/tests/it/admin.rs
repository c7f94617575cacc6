//! What the person who runs the instance does, over the API, on both databases.

mod filters;
mod mail;
mod people;
mod poll;

use crate::{
    bad_input::reqwest_form,
    support::{Client, Film, TestServer, fresh_postgres},
};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Runs a test on a server over each engine.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let server = crate::support::TestServer::start().await;
                super::$name(&server).await;
                server.stop().await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let server = crate::admin::on_postgres(&[]).await;
                super::$name(&server).await;
                server.stop().await;
            })*
        }
    };
}
use on_both;

async fn on_postgres(settings: &[(&str, &str)]) -> TestServer {
    let postgres = fresh_postgres().await;
    let mut all = vec![("MATINEE_DATABASE_URL", postgres.as_str())];
    all.extend(settings);
    TestServer::with(&all).await
}

/// Whoever shows the operator's token.
struct Operator {
    client: Client,
    token: String,
}

impl Operator {
    fn of(server: &TestServer) -> Self {
        Self {
            client: server.client(),
            token: server.admin_token(),
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, path).bearer_auth(&self.token)
    }

    fn write(&self, method: Method, path: &str, body: &Value) -> RequestBuilder {
        self.request(method, path)
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.write(Method::POST, path, body)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        expect(self.request(Method::GET, path), StatusCode::OK).await
    }

    async fn make<T: DeserializeOwned>(&self, path: &str, body: &Value) -> T {
        expect(self.post(path, body), StatusCode::CREATED).await
    }

    async fn delete(&self, path: &str) -> StatusCode {
        self.request(Method::DELETE, path).send().await.unwrap().status()
    }
}

async fn expect<T: DeserializeOwned>(request: RequestBuilder, status: StatusCode) -> T {
    let response = request.send().await.unwrap();
    let (got, text) = (response.status(), response.text().await.unwrap());
    assert_eq!(got, status, "{text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn ingest(client: &Client, key: &str, records: Value) -> RequestBuilder {
    client
        .post_request("/api/ingest", &json!({ "records": records }))
        .header("x-api-key", key)
}

fn upload(client: &Client, film: &Film) -> RequestBuilder {
    let (content_type, body) = reqwest_form("torrent", film.torrent.clone());
    client
        .request(Method::POST, "/api/torrents")
        .header("content-type", content_type)
        .body(body)
}

on_both!(
    keys_are_shown_once_and_refused_when_they_are_gone,
    only_an_admin_gets_in,
    what_is_asked_for_wrongly_is_named,
    the_disk_is_listed_and_cleared,
    lists_go_on_where_they_stopped,
);

async fn keys_are_shown_once_and_refused_when_they_are_gone(server: &TestServer) {
    let (operator, client) = (Operator::of(server), server.client());
    let record = || json!([{ "info_hash": "aa".repeat(20), "name": "A film" }]);
    let made: Value = operator
        .make("/api/admin/ingest-keys", &json!({ "name": " scraper " }))
        .await;
    let key = made["key"].as_str().unwrap();
    assert!(
        key.starts_with("mtn_") && key.len() == 36 && key[4..].chars().all(|c| c.is_ascii_alphanumeric()),
        "{key}"
    );
    assert_eq!(
        (made["name"].as_str(), made["start"].as_str()),
        (Some("scraper"), Some(&key[..8]))
    );
    let list: Value = operator.get("/api/admin/ingest-keys").await;
    assert!(
        !list.to_string().contains(key) && list["items"][0]["last_used_at"].is_null(),
        "{list}"
    );

    let used = ingest(&client, key, record()).send().await.unwrap();
    assert_eq!(used.status(), StatusCode::OK);
    let list: Value = operator.get("/api/admin/ingest-keys").await;
    let first_use = list["items"][0]["last_used_at"].as_str().unwrap().to_owned();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    ingest(&client, key, record()).send().await.unwrap();
    let list: Value = operator.get("/api/admin/ingest-keys").await;
    assert_eq!(
        list["items"][0]["last_used_at"].as_str(),
        Some(first_use.as_str()),
        "written once a minute"
    );

    let other_case = key.to_uppercase();
    for wrong in [
        "",
        "mtn_",
        "nonsense",
        &key[..35],
        &format!("{key}x"),
        &other_case,
        &"x".repeat(5_000),
    ] {
        let problem = Client::problem(ingest(&client, wrong, record())).await;
        assert_eq!(problem.status, 401, "{wrong:?}");
    }
    let missing = client.post_request("/api/ingest", &json!({ "records": [] }));
    assert_eq!(Client::problem(missing).await.status, 401);

    let id = made["id"].as_str().unwrap();
    let path = format!("/api/admin/ingest-keys/{id}");
    assert_eq!(operator.delete(&path).await, StatusCode::NO_CONTENT);
    assert_eq!(
        Client::problem(ingest(&client, key, record())).await.status,
        401,
        "revoked at once"
    );
    assert_eq!(operator.delete(&path).await, StatusCode::NOT_FOUND);
    let configured = ingest(&client, "a-key-for-the-tests", record()).send().await.unwrap();
    assert_eq!(configured.status(), StatusCode::OK, "the configuration's keys stay");
}

async fn only_an_admin_gets_in(server: &TestServer) {
    let client = server.client();
    let id = uuid::Uuid::now_v7();
    let body = json!({});
    for (method, path) in [
        (Method::GET, "/api/admin/users".to_owned()),
        (Method::PATCH, format!("/api/admin/users/{id}")),
        (Method::GET, "/api/admin/invites".to_owned()),
        (Method::POST, "/api/admin/invites".to_owned()),
        (Method::DELETE, format!("/api/admin/invites/{id}")),
        (Method::GET, "/api/admin/filters".to_owned()),
        (Method::POST, "/api/admin/filters".to_owned()),
        (Method::DELETE, format!("/api/admin/filters/{id}")),
        (Method::GET, "/api/admin/ingest-keys".to_owned()),
        (Method::POST, "/api/admin/ingest-keys".to_owned()),
        (Method::DELETE, format!("/api/admin/ingest-keys/{id}")),
        (Method::GET, "/api/admin/indexers".to_owned()),
        (Method::POST, "/api/admin/indexers/catalogue/test".to_owned()),
        (Method::GET, "/api/admin/torrents".to_owned()),
    ] {
        let request = || {
            client
                .request(method.clone(), &path)
                .header("content-type", "application/json")
                .body(body.to_string())
        };
        assert_eq!(Client::problem(request()).await.status, 401, "a guest: {method} {path}");
        let wrong = request().bearer_auth("0".repeat(64));
        assert_eq!(
            Client::problem(wrong).await.status,
            401,
            "a wrong token: {method} {path}"
        );
    }
}

async fn what_is_asked_for_wrongly_is_named(server: &TestServer) {
    let operator = Operator::of(server);
    let long = "x".repeat(201);
    for (path, body, fields) in [
        (
            "invites",
            json!({ "uses": 0, "days": 0, "note": long }),
            vec!["note", "uses", "days"],
        ),
        ("invites", json!({ "uses": 1001 }), vec!["uses"]),
        ("invites", json!({ "note": "a\nb" }), vec!["note"]),
        (
            "filters",
            json!({ "kind": "regex", "pattern": "(", "note": long }),
            vec!["note", "pattern"],
        ),
        (
            "filters",
            json!({ "kind": "info_hash", "pattern": "casino" }),
            vec!["pattern"],
        ),
        ("ingest-keys", json!({ "name": "  " }), vec!["name"]),
        ("ingest-keys", json!({ "name": "a\u{0}b" }), vec!["name"]),
    ] {
        let problem = Client::problem(operator.post(&format!("/api/admin/{path}"), &body)).await;
        let named: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!((problem.status, named), (422, fields), "{path} {body}");
    }
    for path in [
        "users?cursor=x",
        "invites?cursor=1.2",
        "filters?cursor=",
        "ingest-keys?cursor=%00",
    ] {
        let problem = Client::problem(operator.request(Method::GET, &format!("/api/admin/{path}"))).await;
        assert_eq!(problem.status, 422, "{path}");
    }
    let long_search = format!("/api/admin/users?query={}", "x".repeat(101));
    assert_eq!(
        Client::problem(operator.request(Method::GET, &long_search))
            .await
            .status,
        422
    );
    for text in ["%25", "_", "'%3B--", "%00", "%5C", "!"] {
        let list: Value = operator.get(&format!("/api/admin/users?query={text}")).await;
        assert_eq!(list["items"], json!([]), "{text}");
    }
    let id = uuid::Uuid::now_v7();
    let unknown = operator.write(
        Method::PATCH,
        &format!("/api/admin/users/{id}"),
        &json!({ "disabled": true }),
    );
    assert_eq!(Client::problem(unknown).await.status, 404);
    assert_eq!(
        operator.delete("/api/admin/filters/not-an-id").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

async fn the_disk_is_listed_and_cleared(server: &TestServer) {
    let operator = Operator::of(server);
    let film = Film::of("Disk film.mp4", 300_001, 16 << 10).await;
    assert_eq!(
        upload(&operator.client, &film).send().await.unwrap().status(),
        StatusCode::CREATED
    );
    let disk: app::protocol::DiskUse = operator.get("/api/admin/torrents").await;
    assert_eq!(
        (disk.total, disk.items.len(), disk.items[0].info_hash),
        (1, 1, film.info_hash)
    );
    assert!(disk.quota_bytes > 0 && disk.free_bytes > 0 && !disk.is_full);
    assert!(
        !disk.items[0].watched_now && disk.items[0].last_watched_at.is_some(),
        "adding counts as watching"
    );
    assert_eq!(
        operator.delete(&format!("/api/torrents/{}", film.info_hash)).await,
        StatusCode::NO_CONTENT
    );
    let disk: app::protocol::DiskUse = operator.get("/api/admin/torrents").await;
    assert_eq!((disk.total, disk.used_bytes), (0, 0));
}

async fn lists_go_on_where_they_stopped(server: &TestServer) {
    let operator = Operator::of(server);
    for n in 0..51 {
        let body = json!({ "kind": "word", "pattern": format!("word{n}") });
        let _: Value = operator.make("/api/admin/filters", &body).await;
    }
    let first: Value = operator.get("/api/admin/filters").await;
    let next = first["next"].as_str().unwrap();
    let rest: Value = operator.get(&format!("/api/admin/filters?cursor={next}")).await;
    assert_eq!(
        (
            first["items"].as_array().unwrap().len(),
            rest["items"].as_array().unwrap().len()
        ),
        (50, 1)
    );
    assert_eq!(
        (&first["items"][0]["pattern"], &rest["items"][0]["pattern"]),
        (&json!("word50"), &json!("word0"))
    );
    assert!(rest["next"].is_null());
}
