//! A Torznab server over real HTTP that behaves as it is told to: well, or in one of the ways that real ones fail.
//! It also answers the Internet Archive's search, and serves `.torrent` files and redirects.

#![allow(clippy::unwrap_used, reason = "whatever goes wrong here fails the test")]

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

/// The API key; it must never be seen outside the server and this fake.
pub const KEY: &str = "5ecre7key5ecre7key";

/// How the fake answers `t=search` and its kin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Three items.
    Good,
    /// Good, after a while.
    Slow(Duration),
    /// A sign-in page.
    Html,
    /// HTTP 200 and no bytes.
    Empty,
    /// `<error code=…>` with HTTP 200, as Jackett does.
    ErrorWith200,
    /// `<error error=…>`, as Bitmagnet does.
    ErrorOfBitmagnet,
    /// `<error code="100">` with HTTP 401.
    WrongKey,
    /// HTTP 429 with `Retry-After: 30`.
    Busy,
    /// HTTP 500.
    Broken,
    /// XML without end.
    Huge,
    /// Ends in the middle of the second item.
    Truncated,
    /// ISO-8859-1, said only in the XML declaration.
    Latin1,
    /// JSON, and says so.
    Json,
    /// An entity bomb.
    Bomb,
    /// This many items, in pages.
    Paging(usize),
    /// A full page, the same for each offset.
    SamePage,
    /// Redirects to a private address that is not its own.
    RedirectAway,
}

/// The fake; it stops with the test's runtime.
pub struct FakeTorznab {
    /// Where it listens.
    pub address: SocketAddr,
    state: Shared,
}

#[derive(Clone)]
struct Shared {
    mode: Arc<Mutex<Mode>>,
    asked: Arc<Mutex<Vec<HashMap<String, String>>>>,
    address: SocketAddr,
}

impl FakeTorznab {
    /// Starts one on a free port of the loopback.
    pub async fn start(mode: Mode) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Shared {
            mode: Arc::new(Mutex::new(mode)),
            asked: Arc::default(),
            address,
        };
        let router = Router::new()
            .route("/api", get(api))
            .route("/dl/{what}", get(download))
            .route("/advancedsearch.php", get(archive))
            .route("/download/{item}/{file}", get(|| async { torrent_file() }))
            .with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, state }
    }

    /// Its entry in `MATINEE_INDEXERS`.
    pub fn entry(&self, name: &str) -> String {
        format!("{name}=torznab+http://{}/api?apikey={KEY}", self.address)
    }

    /// Answers differently from now on.
    pub fn set_mode(&self, mode: Mode) {
        *self.state.mode.lock().unwrap() = mode;
    }

    /// The parameters of each search that it was asked, oldest first; caps are not counted.
    pub fn searches(&self) -> Vec<HashMap<String, String>> {
        let asked = self.state.asked.lock().unwrap();
        asked
            .iter()
            .filter(|parameters| parameters.get("t").is_none_or(|t| t != "caps"))
            .cloned()
            .collect()
    }

    /// How often it was asked for its caps.
    pub fn caps_requests(&self) -> usize {
        let asked = self.state.asked.lock().unwrap();
        asked
            .iter()
            .filter(|parameters| parameters.get("t").is_some_and(|t| t == "caps"))
            .count()
    }
}

const CAPS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><caps><server title="Fake"/><limits default="100" max="100"/>
<searching><search available="yes" supportedParams="q"/><movie-search available="yes" supportedParams="q"/></searching>
<categories><category id="2000" name="Movies"><subcat id="2040" name="HD"/></category><category id="3000" name="Audio"/>
</categories></caps>"#;

async fn api(State(state): State<Shared>, Query(parameters): Query<HashMap<String, String>>) -> Response {
    state.asked.lock().unwrap().push(parameters.clone());
    if parameters.get("apikey").map(String::as_str) != Some(KEY) {
        return xml(r#"<error code="100" description="Invalid API Key"/>"#.to_owned());
    }
    if parameters.get("t").is_some_and(|t| t == "caps") {
        return xml(CAPS.to_owned());
    }
    let mode = *state.mode.lock().unwrap();
    if let Mode::Slow(delay) = mode {
        tokio::time::sleep(delay).await;
    }
    let offset = parameters.get("offset").and_then(|text| text.parse().ok()).unwrap_or(0);
    let limit = parameters
        .get("limit")
        .and_then(|text| text.parse().ok())
        .unwrap_or(100);
    match mode {
        Mode::Good | Mode::Slow(_) => xml(good(&state, offset)),
        Mode::Html => (
            [(header::CONTENT_TYPE, "text/html")],
            "<!doctype html><html>Sign in</html>",
        )
            .into_response(),
        Mode::Empty => xml(String::new()),
        Mode::ErrorWith200 => xml(format!(
            r#"<error code="900" description="Tracker http://t.example/?k={KEY} down {KEY}"/>"#
        )),
        Mode::ErrorOfBitmagnet => xml(r#"<error error="201" description="Incorrect parameter"></error>"#.to_owned()),
        Mode::WrongKey => (
            StatusCode::UNAUTHORIZED,
            r#"<error code="100" description="Invalid API Key"/>"#,
        )
            .into_response(),
        Mode::Busy => (
            StatusCode::TOO_MANY_REQUESTS,
            [(header::RETRY_AFTER, "30")],
            "slow down",
        )
            .into_response(),
        Mode::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "oops").into_response(),
        Mode::Huge => endless(),
        Mode::Truncated => xml(good(&state, offset).split("<guid>second").next().unwrap().to_owned()),
        Mode::Latin1 => latin1(),
        Mode::Json => ([(header::CONTENT_TYPE, "application/json")], r#"{"results":[]}"#).into_response(),
        Mode::Bomb => xml(
            r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><rss>&c;</rss>"#.to_owned(),
        ),
        Mode::Paging(total) => xml(numbered(offset, limit, total)),
        Mode::SamePage => xml(numbered(0, limit, 1_000)),
        // The discard port: nobody answers there, and nobody should be asked.
        Mode::RedirectAway => Redirect::temporary("http://127.0.0.1:9/api").into_response(),
    }
}

fn xml(body: String) -> Response {
    ([(header::CONTENT_TYPE, "application/rss+xml; charset=utf-8")], body).into_response()
}

fn feed(items: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:torznab="http://torznab.com/schemas/2015/feed">
        <channel><title>Fake</title>{items}</channel></rss>"#
    )
}

/// A film with a hash, another with a link to a file only, and music with a link that redirects to a magnet with the key in
/// it.
fn good(state: &Shared, offset: usize) -> String {
    if offset > 0 {
        return feed("");
    }
    let link = |what: &str| format!("<link>http://{}/dl/{what}?apikey={KEY}</link>", state.address);
    feed(&format!(
        r#"<item><title>Sintel 2010 1080p</title><guid>first</guid>{}<pubDate>Sat, 02 Oct 2010 10:00:00 +0000</pubDate>
        <size>1000</size><category>2040</category><torznab:attr name="infohash" value="{}"/>
        <torznab:attr name="seeders" value="30"/><torznab:attr name="peers" value="42"/>
        <torznab:attr name="coverurl" value="http://{}/cover?apikey={KEY}"/></item>
        <item><title>Sintel making of</title><guid>second</guid>{}<category>2000</category></item>
        <item><title>Sintel soundtrack</title><guid>third</guid>{}<category>3000</category></item>"#,
        link("file"),
        hash(1),
        state.address,
        link("file"),
        link("telling-magnet"),
    ))
}

/// The info hash of the nth fake torrent.
pub fn hash(n: usize) -> String {
    format!("{n:040x}")
}

fn numbered(offset: usize, limit: usize, total: usize) -> String {
    let item = |n: usize| {
        format!(
            r#"<item><title>Film {n}</title><category>2000</category><torznab:attr name="infohash" value="{}"/></item>"#,
            hash(n + 1)
        )
    };
    feed(&(offset..total.min(offset + limit)).map(item).collect::<String>())
}

fn latin1() -> Response {
    let text = format!(
        r#"<?xml version="1.0" encoding="ISO-8859-1"?><rss><channel><item><title>Amélie</title>
        <torznab:attr name="infohash" value="{}"/></item></channel></rss>"#,
        hash(7)
    );
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
    ([(header::CONTENT_TYPE, "application/rss+xml")], bytes).into_response()
}

fn endless() -> Response {
    let item = Bytes::from("<item><title>Film</title></item>".repeat(2_000));
    let start = futures::stream::iter([Ok(Bytes::from_static(b"<rss><channel>"))]);
    let rest = futures::stream::repeat_with(move || Ok::<_, std::io::Error>(item.clone()));
    Body::from_stream(futures::StreamExt::chain(start, rest)).into_response()
}

async fn download(State(state): State<Shared>, Path(what): Path<String>) -> Response {
    match what.as_str() {
        "file" => torrent_file(),
        "magnet" => (
            StatusCode::FOUND,
            [(header::LOCATION, format!("magnet:?xt=urn:btih:{}", hash(3)))],
        )
            .into_response(),
        "telling-magnet" => {
            let tracker = format!("&tr=http%3A%2F%2Ft.example%2Fannounce%3Fapikey%3D{KEY}");
            let magnet = format!("magnet:?xt=urn:btih:{}&dn=Sintel{tracker}", hash(3));
            (StatusCode::FOUND, [(header::LOCATION, magnet)]).into_response()
        }
        "moved" => Redirect::temporary("/dl/file").into_response(),
        "loop" => Redirect::temporary("/dl/loop").into_response(),
        "away" => Redirect::temporary("http://127.0.0.1:9/dl/file").into_response(),
        "metadata-service" => Redirect::temporary("http://169.254.169.254/latest/meta-data").into_response(),
        "by-name" => Redirect::temporary(&format!("http://localhost:{}/dl/file", state.address.port())).into_response(),
        "to-file-url" => Redirect::temporary("file:///etc/passwd").into_response(),
        "page" => "<html>not a torrent</html>".into_response(),
        "endless" => endless(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Begins like a `.torrent`; nobody here parses it.
pub const TORRENT_FILE: &[u8] = b"d8:announce3:udpe";

fn torrent_file() -> Response {
    ([(header::CONTENT_TYPE, "application/x-bittorrent")], TORRENT_FILE).into_response()
}

async fn archive(Query(parameters): Query<HashMap<String, String>>) -> Response {
    let found = parameters.get("q").is_some_and(|q| q.starts_with("title:(\"sintel\")"));
    let docs = if found {
        r#"[{"identifier":"Sintel","title":"Sintel","item_size":5,"mediatype":"movies","publicdate":"2010-11-08T00:00:00Z"}]"#
    } else {
        "[]"
    };
    (
        [(header::CONTENT_TYPE, "application/json")],
        format!(r#"{{"response":{{"docs":{docs}}}}}"#),
    )
        .into_response()
}
