//! The gate: every route, as everybody, wherever the instance is open or not; and the ways around it that were found.

use super::HASH;
use crate::{
    accounts::{PASSWORD, sign_up},
    bad_input::reqwest_form,
    support::{Browser, Film, Reply, TestServer},
};
use app::protocol::List;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
};

/// Method, route, and what comes of it for a guest, a user, an admin, the operator and an account that was disabled: where
/// the instance is open, and where it is for accounts. `+` let in, `1` 401, `3` 403, `>` led to the sign-in page. What is
/// let in may still not be there, or be asked for wrongly.
const TABLE: &str = "
GET    /                                        +++++ >+++>
GET    /latest                                  +++++ >+++>
GET    /search                                  +++++ >+++>
GET    /watch/{info_hash}                       +++++ >+++>
GET    /watch/{info_hash}/{file}                +++++ >+++>
GET    /account                                 +++++ >+++>
GET    /history                                 +++++ >+++>
GET    /rooms                                   +++++ >+++>
GET    /admin                                   +++++ >+++>
GET    /admin/{part}                            +++++ >+++>
GET    /sign-in                                 +++++ +++++
GET    /sign-up                                 +++++ +++++
GET    /forgot                                  +++++ +++++
GET    /reset                                   +++++ +++++
GET    /room/{code}                             +++++ +++++
POST   /api/auth/sign-up                        +++++ +++++
POST   /api/auth/sign-in                        +++++ +++++
POST   /api/auth/password/forgot                +++++ +++++
POST   /api/auth/password/reset                 +++++ +++++
GET    /api/session                             +++++ +++++
POST   /api/ingest                              11111 11111
POST   /api/auth/refresh                        1++11 1++11
POST   /api/auth/sign-out                       +++++ +++++
GET    /api/auth/me                             1++11 1++11
GET    /api/users/me                            1++11 1++11
PATCH  /api/users/me                            1++11 1++11
DELETE /api/users/me                            1++11 1++11
GET    /api/users/me/export                     1++11 1++11
PUT    /api/users/me/preferences/{key}          1++11 1++11
GET    /api/users/me/logins                     1++11 1++11
DELETE /api/users/me/logins                     1++11 1++11
DELETE /api/users/me/logins/{id}                1++11 1++11
GET    /api/search                              ++++1 1+++1
GET    /api/torrents/search                     ++++1 1+++1
GET    /api/search/events                       ++++1 1+++1
GET    /api/search/torrent/{token}              ++++1 1+++1
GET    /api/torrents/latest                     ++++1 1+++1
POST   /api/torrents                            ++++1 1+++1
GET    /api/torrents/{info_hash}                ++++1 1+++1
DELETE /api/torrents/{info_hash}                13++1 13++1
GET    /api/torrents/{info_hash}/stats          ++++1 1+++1
GET    /api/torrents/{info_hash}/stats/events   ++++1 1+++1
POST   /api/watch-history                       ++++1 1+++1
GET    /api/history                             ++++1 1+++1
DELETE /api/history                             ++++1 1+++1
DELETE /api/history/{id}                        ++++1 1+++1
GET    /api/popular                             ++++1 1+++1
GET    /api/stream                              ++++1 1+++1
GET    /api/stream/{info_hash}/{file_index}     ++++1 1+++1
GET    /api/download/{info_hash}/{file_index}   ++++1 1+++1
GET    /api/playlist/{info_hash}                ++++1 1+++1
GET    /api/rooms                               1++11 1++11
POST   /api/rooms                               1++11 1++11
GET    /api/rooms/{code}                        ++++1 ++++1
PATCH  /api/rooms/{code}                        1++11 1++11
DELETE /api/rooms/{code}                        1++11 1++11
POST   /api/rooms/{code}/join                   ++++1 ++++1
GET    /api/rooms/{code}/messages               ++++1 ++++1
DELETE /api/rooms/{code}/messages               1++11 1++11
POST   /api/rooms/{code}/invites                1++11 1++11
GET    /api/rooms/{code}/socket                 +++++ +++++
GET    /api/admin/users                         13++1 13++1
PATCH  /api/admin/users/{id}                    13++1 13++1
GET    /api/admin/invites                       13++1 13++1
POST   /api/admin/invites                       13++1 13++1
DELETE /api/admin/invites/{id}                  13++1 13++1
GET    /api/admin/filters                       13++1 13++1
POST   /api/admin/filters                       13++1 13++1
DELETE /api/admin/filters/{id}                  13++1 13++1
GET    /api/admin/ingest-keys                   13++1 13++1
POST   /api/admin/ingest-keys                   13++1 13++1
DELETE /api/admin/ingest-keys/{id}              13++1 13++1
GET    /api/admin/indexers                      13++1 13++1
POST   /api/admin/indexers/{name}/test          13++1 13++1
GET    /api/admin/torrents                      13++1 13++1
GET    /api/                                    +++++ +++++
GET    /api/{*rest}                             +++++ +++++
GET    /api/docs                                +++++ +++++
GET    /api/docs/                               +++++ +++++
GET    /api/docs/{*rest}                        +++++ +++++
GET    /api/openapi.json                        +++++ +++++
GET    /messages/{file}                         +++++ +++++
GET    /pkg                                     +++++ +++++
GET    /pkg/                                    +++++ +++++
GET    /pkg/{*rest}                             +++++ +++++
GET    /healthz                                 +++++ +++++
GET    /readyz                                  +++++ +++++
GET    /metrics                                 13++1 13++1
GET    /{*rest}                                 +++++ +++++
";

/// What no route is: files of the site, and pages that do not exist.
const BESIDE: &str = "
GET    /favicon.svg                             +++++ +++++
GET    /nowhere                                 +++++ +++++
GET    /nowhere.css                             +++++ +++++
";

const WHO: [&str; 5] = ["a guest", "a user", "an admin", "the operator", "a disabled account"];

fn rows(table: &str) -> Vec<[&str; 4]> {
    table
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            words.try_into().unwrap()
        })
        .collect()
}

/// Every path of the router that the server answers with, as axum itself prints it: a route that somebody adds anywhere is
/// in here.
fn paths_of(router: &axum::Router) -> BTreeSet<String> {
    let text = format!("{router:?}");
    let mut paths = BTreeSet::new();
    for list in text.split("paths: {").skip(1) {
        // `RouteId(0): "/", RouteId(1): "/watch/{info_hash}"}`: parameters have braces of their own.
        let mut rest = list;
        while let Some((path, after)) = rest.split_once(": \"").and_then(|(_, path)| path.split_once('"')) {
            paths.insert(path.to_owned());
            rest = after;
            if rest.starts_with('}') {
                break;
            }
        }
    }
    paths
}

/// The same name for what matches the rest of a path, whoever wrote it.
fn plain(path: &str) -> String {
    match path.find("{*") {
        Some(at) => format!("{}{{*rest}}", &path[..at]),
        None => path.to_owned(),
    }
}

fn sample(path: &str) -> String {
    let path = path
        .replace("{info_hash}", HASH)
        .replace("{file_index}", "0")
        .replace("{file}", "0")
        .replace("{id}", "019ab000-0000-7000-8000-000000000000")
        .replace("{code}", "kxd47mqz")
        .replace("{token}", "00000000000000000000000000000000-0")
        .replace("{key}", "theme")
        .replace("{name}", "x")
        .replace("{part}", "users")
        .replace("{*rest}", "x");
    assert!(!path.contains('{'), "{path} has a parameter without a sample");
    match path.as_str() {
        "/search" => "/search?q=word".to_owned(),
        "/api/search" | "/api/torrents/search" | "/api/search/events" => format!("{path}?query=word"),
        "/api/stream" => format!("{path}?magnet={}", "no-magnet-at-all".repeat(3)),
        _ => path,
    }
}

fn body(method: &str, path: &str) -> Option<Value> {
    match (method, path) {
        ("POST", "/api/watch-history") => {
            Some(json!({ "info_hash": HASH, "file_index": 0, "position_seconds": 1.0, "duration_seconds": 2.0 }))
        }
        ("GET", _) => None,
        _ => Some(json!({})),
    }
}

fn verdict(reply: &Reply) -> char {
    match reply.status.as_u16() {
        401 => '1',
        403 => '3',
        302 | 303 | 307
            if reply.headers["location"]
                .to_str()
                .unwrap()
                .starts_with("/sign-in?next=") =>
        {
            '>'
        }
        500.. => '!',
        _ => '+',
    }
}

struct Somebody {
    browser: Browser,
    /// Cookies that are put back before each request, as a browser that heard of nothing would send them.
    stale: Vec<(&'static str, String)>,
    bearer: Option<String>,
    name: Option<&'static str>,
}

impl Somebody {
    async fn ask(&self, method: &str, path: &str) -> Reply {
        for (name, value) in &self.stale {
            self.browser.set_cookie(name, value);
        }
        let bearer = self.bearer.as_ref().map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        let method_name: Method = method.parse().unwrap();
        let reply = self
            .browser
            .send(method_name, &sample(path), body(method, path), &headers)
            .await;
        // Whoever signed out comes back for the next row.
        if let (Some(name), "/api/auth/sign-out") = (self.name, path) {
            let who = json!({ "login": name, "password": PASSWORD });
            self.browser.post("/api/auth/sign-in", who).await.ok();
        }
        reply
    }
}

async fn everybody(server: &TestServer) -> [Somebody; 5] {
    let [guest, user, admin, operator, disabled] = [(); 5].map(|()| Browser::at(server));
    sign_up(&admin, "ada").await;
    sign_up(&user, "bob").await;
    let eve = sign_up(&disabled, "eve").await;
    let shut = json!({ "disabled": true });
    let id = eve.user.user.id;
    admin
        .send(Method::PATCH, &format!("/api/admin/users/{id}"), Some(shut), &[])
        .await
        .ok();
    let cookies = ["matinee_access", "matinee_refresh"];
    let stale = cookies.map(|name| (name, disabled.cookie(name).unwrap()));
    let somebody = |browser, name| Somebody {
        browser,
        stale: Vec::new(),
        bearer: None,
        name,
    };
    [
        somebody(guest, None),
        somebody(user, Some("bob")),
        somebody(admin, Some("ada")),
        Somebody {
            bearer: Some(server.admin_token()),
            ..somebody(operator, None)
        },
        Somebody {
            stale: stale.into(),
            ..somebody(disabled, None)
        },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_the_table_says() {
    for (column, access) in [(2, "open"), (3, "accounts")] {
        let server = TestServer::with(&[("MATINEE_ACCESS", access)]).await;
        every_route_is_in_the_table(&server).await;
        let everybody = everybody(&server).await;
        let walks = everybody.iter().enumerate().map(|(index, who)| async move {
            let mut wrong = Vec::new();
            for row in rows(TABLE).into_iter().chain(rows(BESIDE)) {
                let (method, path) = (row[0], row[1]);
                let expected = row[column].chars().nth(index).unwrap();
                let reply = who.ask(method, path).await;
                if verdict(&reply) != expected {
                    wrong.push(format!(
                        "{access}: {method} {path} as {}: {expected} expected, got {}: {}",
                        WHO[index],
                        reply.status,
                        reply.text().chars().take(200).collect::<String>()
                    ));
                }
            }
            wrong
        });
        let wrong: Vec<String> = futures::future::join_all(walks).await.concat();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        server.stop().await;
    }
}

/// The table is all of them: what axum routes, each with every method that the document names for it.
async fn every_route_is_in_the_table(server: &TestServer) {
    let routed: BTreeSet<String> = paths_of(&server::http::router(server.state.clone()))
        .iter()
        .map(|path| plain(path))
        .collect();
    assert!(routed.len() > 40, "axum prints its routes in another way: {routed:?}");
    for page in server::http::page::routes() {
        assert!(routed.contains(&page), "the page {page} is not routed");
    }
    let document: Value = Browser::at(server).get("/api/openapi.json").await.ok().json();
    let mut known = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let verbs = item.as_object().unwrap().keys().map(|verb| verb.to_uppercase());
        let verbs = verbs.filter(|verb| ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&verb.as_str()));
        known.extend(verbs.map(|verb| (verb, path.clone())));
    }
    let documented: BTreeSet<&String> = known.iter().map(|(_, path)| path).collect();
    let rest: Vec<_> = routed.iter().filter(|path| !documented.contains(path)).collect();
    let rest: Vec<_> = rest.into_iter().map(|path| ("GET".to_owned(), path.clone())).collect();
    known.extend(rest);
    let listed: BTreeSet<(String, String)> = rows(TABLE)
        .iter()
        .map(|row| (row[0].to_owned(), row[1].to_owned()))
        .collect();
    let missing: Vec<_> = known.difference(&listed).collect();
    assert!(missing.is_empty(), "routes that the table does not name: {missing:?}");
    let gone: Vec<_> = listed.difference(&known).collect();
    assert!(gone.is_empty(), "the table names what no route is: {gone:?}");
}

/// One request, its address exactly as it is written here.
fn as_is(server: &TestServer, path: &str, headers: &str) -> String {
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn upload(browser: &Browser, film: &Film) {
    let form = reqwest_form("torrent", film.torrent.clone());
    let cookie = format!(
        "matinee_access={}",
        browser.cookie("matinee_access").unwrap_or_default()
    );
    let added = reqwest::Client::new()
        .post(format!("{}/api/torrents", browser.url))
        .header("content-type", form.0)
        .header("cookie", cookie)
        .body(form.1)
        .send()
        .await
        .unwrap();
    assert_eq!(added.status(), StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_of_an_address_shows_a_guest_what_is_for_accounts() {
    let server = TestServer::with(&[("MATINEE_ACCESS", "accounts")]).await;
    let ada = Browser::at(&server);
    sign_up(&ada, "ada").await;
    let film = Film::of("Unseen Film.mp4", 100_000, 64 << 10).await;
    upload(&ada, &film).await;
    let hash = film.info_hash;
    assert!(
        ada.get("/").await.text().contains("Unseen Film"),
        "the latest are on the home page"
    );
    let link = format!("magnet:?xt=urn:btih:{HASH}");
    for path in [
        "/.".to_owned(),
        "/room/..".to_owned(),
        "/search/.?q=unseen".to_owned(),
        "/search/?q=unseen".to_owned(),
        "//search?q=unseen".to_owned(),
        "/room/%2e%2e/search?q=unseen".to_owned(),
        "/room/%2E./latest".to_owned(),
        "/room\\..\\latest".to_owned(),
        "/sign-in/../latest".to_owned(),
        "/latest/".to_owned(),
        "/latest.html/../latest".to_owned(),
        format!("/watch/{hash}/."),
        format!("/watch/{hash}/x.y"),
        format!("/watch/{hash}/0/"),
        format!("/watch/{HASH}/x.y?magnet={link}"),
        format!("/watch/{HASH}/.?magnet={link}"),
        format!("/api/stream/../torrents/{hash}"),
        format!("/api/auth/../torrents/{hash}"),
        format!("/api/rooms/../torrents/{hash}"),
    ] {
        let path_as_is = path.clone();
        let answer = tokio::task::block_in_place(|| as_is(&server, &path_as_is, ""));
        assert!(!answer.contains("Unseen Film"), "{path} shows it: {answer}");
        let status = answer.split(' ').nth(1).unwrap();
        assert!(
            ["303", "308", "400", "401", "404"].contains(&status),
            "{path}: {answer}"
        );
    }
    assert!(
        !server.state.torrents.is_known(HASH.parse().unwrap()),
        "a guest has started it"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_and_a_route_are_counted_alike() {
    let server = TestServer::with(&[("MATINEE_RATE_LIMITS", "search=6/h,add=3/h")]).await;
    let guest = Browser::at(&server);
    for turn in 0..3 {
        let page = guest.get(&format!("/search?q=word{turn}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.headers["ratelimit"].to_str().unwrap().starts_with("\"search\";r="));
        guest.get(&format!("/api/search?query=word{turn}")).await.ok();
    }
    let refused = guest.get("/search?q=seventh").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=600).contains(&wait), "{wait}");
    assert!(
        refused.text().contains(&format!("Try again in {wait} seconds.")),
        "{}",
        refused.text()
    );
    guest.get("/api/search?query=eighth").await.problem(429);
    guest.get("/api/search/events?query=eighth").await.problem(429);
    // Words only: a link in the field asks nobody.
    assert_eq!(guest.get("/search?q=").await.status, StatusCode::OK);

    let hash = |turn: u8| app::protocol::InfoHash([turn; 20]);
    let watch = |turn: u8| format!("/watch/{0}?magnet=magnet:?xt=urn:btih:{0}", hash(turn));
    for turn in 0..3 {
        assert_eq!(guest.get(&watch(turn)).await.status, StatusCode::OK);
    }
    let refused = guest.get(&watch(3)).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!server.state.torrents.is_known(hash(3)));
    let magnet = json!({ "magnet": format!("magnet:?xt=urn:btih:{}", hash(4)) });
    let refused = guest.post("/api/torrents?wait=nothing", magnet).await;
    let problem = refused.problem(429);
    let told = refused.headers["retry-after"].to_str().unwrap();
    assert_eq!(problem.retry_after.unwrap().to_string(), told);
    assert!(
        problem.detail.to_string().contains(&format!(" {told} seconds.")),
        "{}",
        problem.detail
    );
    guest
        .get(&format!("/api/stream?magnet=magnet:?xt=urn:btih:{}", hash(5)))
        .await
        .problem(429);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sites_page_starts_no_torrent() {
    let server = TestServer::start().await;
    let guest = Browser::at(&server);
    let film = Film::of("film.mp4", 300_000, 64 << 10).await;
    let seeder = film.seed(0);
    let magnet = app::api::encode(&film.magnet(seeder.address));
    let stream = format!("/api/stream?magnet={magnet}");
    let watch = format!("/watch/{}?magnet={magnet}", film.info_hash);
    let chrome = ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0");
    let cross = ("sec-fetch-site", "cross-site");
    let picture: &[(&str, &str)] = &[
        chrome,
        cross,
        ("sec-fetch-mode", "no-cors"),
        ("sec-fetch-dest", "image"),
    ];
    let frame: &[(&str, &str)] = &[
        chrome,
        cross,
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "iframe"),
    ];
    let link: &[(&str, &str)] = &[
        chrome,
        cross,
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ];
    let is_known = || server.state.torrents.is_known(film.info_hash);
    for headers in [picture, frame, link, &[chrome, ("sec-fetch-site", "same-site")]] {
        guest.send(Method::GET, &stream, None, headers).await.problem(403);
        let page = guest.send(Method::GET, &watch, None, headers).await;
        assert_eq!(
            page.status,
            StatusCode::OK,
            "the page itself asks, where somebody looks at it"
        );
        assert!(!is_known(), "{headers:?}");
    }
    // Plain HTTP has no Fetch Metadata.
    for headers in [
        "Origin: http://evil.example\r\n",
        "Referer: http://evil.example/page\r\nUser-Agent: Mozilla/5.0\r\n",
        "User-Agent: Mozilla/5.0 Chrome/140.0\r\nAccept: image/avif,*/*;q=0.8\r\n",
    ] {
        for path in [&stream, &watch] {
            let answer = tokio::task::block_in_place(|| as_is(&server, path, headers));
            assert!(!is_known(), "{headers}{path}: {answer}");
        }
    }
    // A link to a search is a search; a picture of one is none.
    let search = "/api/search?query=film";
    guest.send(Method::GET, search, None, link).await.ok();
    guest.send(Method::GET, search, None, picture).await.problem(403);
    // A player says nothing of all that.
    let headers = "User-Agent: VLC/3.0.21 LibVLC/3.0.21\r\nRange: bytes=0-9\r\n";
    let answer = tokio::task::block_in_place(|| as_is(&server, &stream, headers));
    assert!(answer.starts_with("HTTP/1.1 206"), "{answer}");
    let film_bytes = format!("/api/stream/{}/0", film.info_hash);
    assert_eq!(guest.get(&film_bytes).await.status, StatusCode::OK);
    guest.send(Method::GET, &film_bytes, None, picture).await.problem(403);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_playlist_is_kept_by_nobody() {
    let server = TestServer::with(&[("MATINEE_ACCESS", "accounts")]).await;
    let ada = Browser::at(&server);
    sign_up(&ada, "ada").await;
    let film = Film::of("film.mp4", 100_000, 64 << 10).await;
    upload(&ada, &film).await;
    let list = ada.get(&format!("/api/playlist/{}.m3u8", film.info_hash)).await.ok();
    assert_eq!(list.headers["cache-control"], "private, no-store");
    let text = list.text();
    let token = text.split("?token=").nth(1).unwrap().trim().to_owned();
    // It reads streams and nothing else, in whatever place of an address it stands.
    let nobody = Browser::at(&server);
    let film_bytes = format!("/api/stream/{}/0?token={token}", film.info_hash);
    // Nobody shares it: the head is all there is.
    let head = nobody.send(Method::HEAD, &film_bytes, None, &[]).await;
    assert_eq!(head.status, StatusCode::OK);
    let playlist = format!("/api/playlist/{}.m3u8?token={token}", film.info_hash);
    nobody.get(&playlist).await.problem(401);
    nobody.get(&format!("/api/history?token={token}")).await.problem(401);
    let _: List<Value> = ada.get("/api/history").await.ok().json();
    server.stop().await;
}
