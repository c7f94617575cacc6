//! Client of the REST routes around rooms.

use anyhow::{Context, bail};
use app::protocol::room::PROTOCOL_VERSION;
use reqwest::{Client, Method, header};
use serde_json::{Value, json};
use std::{cell::RefCell, time::Instant};

/// Age at which tokens are refreshed: access tokens expire after minutes, but a soak test runs longer.
const FRESH: std::time::Duration = std::time::Duration::from_secs(300);

/// Idle timeout of pooled connections; short, because an open connection would look like a leak.
const IDLE: std::time::Duration = std::time::Duration::from_secs(5);

/// REST client of one account or guest.
pub struct Rest {
    client: Client,
    address: String,
    tokens: RefCell<Tokens>,
    /// Serializes refreshes: presenting a rotated refresh token again would end the login.
    refreshing: tokio::sync::Mutex<()>,
}

/// Admission to a room.
pub struct Way {
    /// Path of the socket, including the ticket.
    pub path: String,
    /// Guest cookie, which identifies the same guest on the next join.
    pub cookie: String,
}

#[derive(Default)]
struct Tokens {
    access: String,
    refresh: String,
    fresh_until: Option<Instant>,
}

impl Rest {
    /// Creates an anonymous client, which can join rooms.
    pub fn guest(address: &str) -> anyhow::Result<Self> {
        Ok(Self {
            client: Client::builder()
                .pool_max_idle_per_host(64)
                .pool_idle_timeout(IDLE)
                .build()?,
            address: address.to_owned(),
            tokens: RefCell::default(),
            refreshing: tokio::sync::Mutex::default(),
        })
    }

    /// Creates a client with a new account.
    pub async fn sign_up(address: &str) -> anyhow::Result<Self> {
        let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
        let username = format!("load{}", since_1970.as_micros() % 1_000_000_000_000);
        let rest = Self::guest(address)?;
        let account =
            json!({"email": format!("{username}@example.org"), "username": username, "password": "plum-lantern-tide"});
        rest.sign("sign-up", account).await?;
        Ok(rest)
    }

    async fn sign(&self, route: &str, body: Value) -> anyhow::Result<()> {
        let (answer, _) = self
            .ask(
                Method::POST,
                &format!("/api/auth/{route}"),
                Some(body),
                Credentials::Nobody,
            )
            .await?;
        let token = |name: &str| {
            answer[name]
                .as_str()
                .map(ToOwned::to_owned)
                .with_context(|| format!("no {name}"))
        };
        *self.tokens.borrow_mut() = Tokens {
            access: token("access_token")?,
            refresh: token("refresh_token")?,
            fresh_until: Some(Instant::now() + FRESH),
        };
        Ok(())
    }

    /// Refreshes the tokens when they are old. Does not sign in again: hashing a password would distort the memory
    /// measured.
    pub async fn stay_signed_in(&self) -> anyhow::Result<()> {
        let _turn = self.refreshing.lock().await;
        let refresh = {
            let tokens = self.tokens.borrow();
            let is_old = tokens.fresh_until.is_some_and(|until| until < Instant::now());
            is_old.then(|| tokens.refresh.clone())
        };
        match refresh {
            Some(refresh) => self.sign("refresh", json!({"refresh_token": refresh})).await,
            None => Ok(()),
        }
    }

    /// Creates a room of this capacity and returns its code.
    pub async fn make_room(&self, capacity: usize, info_hash: Option<&str>) -> anyhow::Result<String> {
        let mut room = json!({"title": "Load", "max_participants": capacity.max(2)});
        if let Some(info_hash) = info_hash {
            room["info_hash"] = json!(info_hash);
        }
        let (room, _) = self
            .ask(Method::POST, "/api/rooms", Some(room), Credentials::Account)
            .await?;
        Ok(room["code"].as_str().context("no code")?.to_owned())
    }

    /// Returns a ticket for the account, the host of its rooms.
    pub async fn join_as_host(&self, code: &str) -> anyhow::Result<Way> {
        self.join(code, json!({}), Credentials::Account).await
    }

    /// Returns a ticket for a new guest, or for the guest with this cookie. The same `tab` returns to the same seat.
    pub async fn join_as_guest(&self, code: &str, name: &str, tab: &str, cookie: Option<&str>) -> anyhow::Result<Way> {
        let who = cookie.map_or(Credentials::Nobody, Credentials::Guest);
        self.join(code, json!({"display_name": name, "tab": tab}), who).await
    }

    async fn join(&self, code: &str, body: Value, who: Credentials<'_>) -> anyhow::Result<Way> {
        let (joining, set) = self
            .ask(Method::POST, &format!("/api/rooms/{code}/join"), Some(body), who)
            .await?;
        let ticket = joining["ticket"].as_str().context("no ticket")?;
        let path = format!("/api/rooms/{code}/socket?ticket={ticket}&version={PROTOCOL_VERSION}");
        let cookie = match who {
            Credentials::Guest(cookie) => cookie.to_owned(),
            Credentials::Account | Credentials::Nobody => set,
        };
        Ok(Way { path, cookie })
    }

    pub async fn end_room(&self, code: &str) -> anyhow::Result<()> {
        self.ask(
            Method::DELETE,
            &format!("/api/rooms/{code}"),
            None,
            Credentials::Account,
        )
        .await
        .map(|_| ())
    }

    /// Adds a torrent and returns its info hash.
    pub async fn add_torrent(&self, file: &[u8]) -> anyhow::Result<String> {
        const EDGE: &str = "room-load-edge";
        let mut body = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"torrent\"; filename=\"film.torrent\"\r\n\
             Content-Type: application/x-bittorrent\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
        let request = self
            .client
            .post(format!("http://{}/api/torrents", self.address))
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"))
            .bearer_auth(self.tokens.borrow().access.clone())
            .body(body);
        let (torrent, _) = answer(request, "POST /api/torrents").await?;
        Ok(torrent["info_hash"].as_str().context("no info hash")?.to_owned())
    }

    /// Returns the Prometheus metrics, with the operator's token.
    pub async fn metrics(&self, admin_token: &str) -> anyhow::Result<String> {
        let request = self
            .client
            .get(format!("http://{}/metrics", self.address))
            .bearer_auth(admin_token);
        Ok(request.send().await?.error_for_status()?.text().await?)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        who: Credentials<'_>,
    ) -> anyhow::Result<(Value, String)> {
        let what = format!("{method} {path}");
        let mut request = self.client.request(method, format!("http://{}{path}", self.address));
        match who {
            Credentials::Account => request = request.bearer_auth(self.tokens.borrow().access.clone()),
            Credentials::Guest(cookie) => request = request.header(header::COOKIE, cookie),
            Credentials::Nobody => {}
        }
        if let Some(body) = body {
            request = request
                .header(header::CONTENT_TYPE, "application/json")
                .body(body.to_string());
        }
        answer(request, &what).await
    }
}

#[derive(Clone, Copy)]
enum Credentials<'a> {
    Account,
    Guest(&'a str),
    Nobody,
}

/// Returns the JSON of a successful response and the first cookie that it sets.
async fn answer(request: reqwest::RequestBuilder, what: &str) -> anyhow::Result<(Value, String)> {
    let response = request.send().await.with_context(|| what.to_owned())?;
    let status = response.status();
    let cookie = response
        .headers()
        .get(header::SET_COOKIE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .to_owned();
    let text = response.text().await?;
    if !status.is_success() {
        bail!("{what} answered {status}: {text}");
    }
    if text.is_empty() {
        return Ok((Value::Null, cookie));
    }
    Ok((serde_json::from_str(&text)?, cookie))
}
