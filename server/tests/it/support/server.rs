//! A whole server in this process, and a client for it.

use app::error::Error;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;
use server::{Server, config::Config, state::AppState};
use std::{path::Path, time::Duration};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// A server on a free port, with a data directory of its own.
pub struct TestServer {
    pub url: String,
    pub state: AppState,
    pub dir: TempDir,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

/// The configuration of a test server: SQLite, no DHT, peers on loopback.
fn config(data_dir: &Path, more: &[(&str, &str)]) -> Config {
    let data_dir = data_dir.to_string_lossy();
    let defaults = [
        ("MATINEE_LISTEN", "127.0.0.1:0"),
        ("MATINEE_DATA_DIR", &*data_dir),
        ("MATINEE_TORRENT_DHT", "off"),
        ("MATINEE_TORRENT_ALLOW_PRIVATE_PEERS", "on"),
        ("MATINEE_INDEXERS", "catalogue"),
        ("MATINEE_POLL_INTERVAL", "0"),
        // All tests come from one address.
        (
            "MATINEE_RATE_LIMITS",
            "auth=10000/s,search=10000/s,add=10000/s,admin=10000/s,rooms=10000/s,joins=10000/s,invites=10000/s",
        ),
        // A test that wants a round of it calls it.
        ("MATINEE_POLL_INTERVAL", "0"),
        ("MATINEE_INGEST_KEYS", "a-key-for-the-tests"),
    ];
    let pairs = defaults
        .iter()
        .chain(more)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::parse(pairs).unwrap()
}

impl TestServer {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::start_in(dir, settings).await
    }

    pub async fn start_in(dir: TempDir, settings: &[(&str, &str)]) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let server = Server::new(config(dir.path(), settings)).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, state) = (CancellationToken::new(), server.state().clone());
        let serving = tokio::spawn({
            let stop = stop.clone();
            async move { server.serve(listener, stop).await.unwrap() }
        });
        Self {
            url,
            state,
            dir,
            stop,
            serving,
        }
    }

    /// Stops it and gives back its data.
    pub async fn stop(self) -> TempDir {
        self.stop.cancel();
        self.serving.await.unwrap();
        self.dir
    }

    /// A new visitor.
    pub fn client(&self) -> Client {
        Client::of(&self.url)
    }

    /// The operator's token.
    pub fn admin_token(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("admin-token")).unwrap()
    }
}

/// A visitor with a cookie of its own.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    pub url: String,
    guest: String,
}

impl Client {
    pub fn of(url: &str) -> Self {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Self {
            http,
            url: url.to_owned(),
            guest: uuid::Uuid::new_v4().simple().to_string(),
        }
    }

    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .header("cookie", format!("matinee_guest={}", self.guest))
    }

    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.request(reqwest::Method::GET, path)
    }

    pub async fn json<T: DeserializeOwned>(&self, path: &str) -> T {
        answer(self.get(path)).await
    }

    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> T {
        answer(self.post_request(path, body)).await
    }

    pub fn post_request(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        self.request(reqwest::Method::POST, path)
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// The bytes of a range, both ends included.
    pub async fn range(&self, path: &str, first: u64, last: u64) -> Vec<u8> {
        let response = self
            .get(path)
            .header("range", format!("bytes={first}-{last}"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT, "{first}-{last}");
        response.bytes().await.unwrap().to_vec()
    }

    /// The problem that a request is refused with.
    pub async fn problem(request: reqwest::RequestBuilder) -> Error {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json",
            "{status}"
        );
        let text = response.text().await.unwrap();
        let problem: Error = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(problem.status, status);
        problem
    }
}

async fn answer<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> T {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
