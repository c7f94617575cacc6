//! Fetching of user-supplied addresses: http and https only, never from a private network, with a size and a time limit
//! (SSRF protection).
//!
//! The address check happens at connect time: the guarded client resolves the name itself and connects to exactly the
//! addresses that passed, which rules out DNS rebinding. Redirects are followed manually and each target is checked
//! like the first address. Refusals are [`FetchError`]s; the user sees them as `app::error::Error`.

mod address;
mod problem;
mod resolver;
#[cfg(test)]
mod tests;

pub use address::is_public;
pub use problem::FetchError;

use crate::limits::{MAGNET_BYTES, TORRENT_FILE_BYTES};
use anyhow::Context;
use app::error::{Error, Kind, Result};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, Response, StatusCode};
use std::{net::IpAddr, time::Duration};
use url::{Host, Url};

/// Maximum number of redirects. Indexers use one or two.
const REDIRECTS: usize = 5;

/// Time limit for a user-supplied `.torrent` address, redirects included.
const TORRENT_FILE_TIME: Duration = Duration::from_secs(20);

/// Connect timeout. Short enough to leave time for the host's next address.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// HTTP client for untrusted and operator-configured addresses. Cheap to clone; connections are pooled.
#[derive(Clone)]
pub struct Fetcher {
    guarded: Client,
    trusted: Client,
    allow_private: bool,
}

/// Host and port exempt from the private-network check, because the operator configured it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost(Option<(String, u16)>);

impl AllowedHost {
    /// No exemption: for user-supplied addresses.
    pub fn none() -> Self {
        Self(None)
    }

    /// Exempts the host and port of a configured address.
    pub fn of(url: &Url) -> Self {
        Self(authority(url))
    }

    fn contains(&self, url: &Url) -> bool {
        self.0.is_some() && self.0 == authority(url)
    }
}

fn authority(url: &Url) -> Option<(String, u16)> {
    Some((url.host_str()?.to_ascii_lowercase(), url.port_or_known_default()?))
}

/// Limits of one fetch, redirects included.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest body, bytes after decompression.
    pub bytes: usize,
    /// Maximum time in all, name resolution and connecting included.
    pub time: Duration,
}

/// Result of a fetch.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A redirect to a magnet link.
    Magnet(String),
    /// A response that is not a redirect, whatever its status.
    Response(Page),
}

/// A response with its whole body.
#[derive(Debug, Clone)]
pub struct Page {
    /// HTTP status.
    pub status: StatusCode,
    /// `Content-Type`, if it is valid text.
    pub content_type: Option<String>,
    /// `Retry-After`, if it is valid text (RFC 9110 section 10.2.3).
    pub retry_after: Option<String>,
    /// Decompressed body.
    pub body: Bytes,
}

/// Content of a torrent's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// A magnet link.
    Magnet(String),
    /// Bytes that begin like a `.torrent` file (BEP 3), not parsed yet.
    TorrentFile(Bytes),
}

impl Fetcher {
    /// Creates a fetcher. `allow_private` disables the private-network check, for test instances whose peers are on
    /// loopback.
    pub fn new(allow_private: bool) -> anyhow::Result<Self> {
        Ok(Self {
            guarded: builder()
                .dns_resolver(resolver::PublicOnly)
                .build()
                .context("preparing the guarded HTTP client")?,
            trusted: builder().build().context("preparing the HTTP client")?,
            allow_private,
        })
    }

    /// Fetches a user-supplied `.torrent` address: at most 10 MiB in 20 s, from public addresses only.
    pub async fn fetch_torrent(&self, url: &str) -> Result<Fetched> {
        self.fetch_torrent_from(url, &AllowedHost::none()).await
    }

    /// Like [`fetch_torrent`](Self::fetch_torrent), for a link from an indexer, whose own host may be private.
    pub async fn fetch_torrent_from(&self, url: &str, allow: &AllowedHost) -> Result<Fetched> {
        let limits = Limits {
            bytes: TORRENT_FILE_BYTES,
            time: TORRENT_FILE_TIME,
        };
        let answer = match parse(url) {
            Ok(url) => self.get(&url, allow, limits).await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(Outcome::Magnet(magnet)) => Ok(Fetched::Magnet(magnet)),
            Ok(Outcome::Response(page)) => torrent_file(&page),
            Err(error) => {
                tracing::info!(cause = ?error, "a .torrent address was not fetched");
                Err(error.into())
            }
        }
    }

    /// Fetches `url` and follows redirects. Every target except `allow` must have a public address.
    pub async fn get(&self, url: &Url, allow: &AllowedHost, limits: Limits) -> Result<Outcome, FetchError> {
        let followed = tokio::time::timeout(limits.time, self.follow(url.clone(), allow, limits.bytes));
        followed.await.unwrap_or(Err(FetchError::Timeout(limits.time)))
    }

    async fn follow(&self, mut url: Url, allow: &AllowedHost, most_bytes: usize) -> Result<Outcome, FetchError> {
        for _ in 0..=REDIRECTS {
            let client = self.client_for(&url, allow)?;
            let request = client.get(url.clone()).header(ACCEPT, "*/*");
            let response = request.send().await.map_err(FetchError::from_request)?;
            url = match redirect(&url, &response)? {
                Redirect::No => return read(response, most_bytes).await.map(Outcome::Response),
                Redirect::Magnet(magnet) => return Ok(Outcome::Magnet(magnet)),
                Redirect::To(next) => next,
            }
        }
        Err(FetchError::TooManyRedirects)
    }

    /// Returns whether connections to this address are permitted.
    pub fn may_reach(&self, ip: IpAddr) -> bool {
        self.allow_private || is_public(ip)
    }

    /// Returns the HTTP client to use for `url`, or the reason for refusing it.
    fn client_for(&self, url: &Url, allow: &AllowedHost) -> Result<&Client, FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::UserInfo);
        }
        if url.port() == Some(0) {
            return Err(FetchError::NotAnAddress);
        }
        if self.allow_private || allow.contains(url) {
            return Ok(&self.trusted);
        }
        // A literal address is never resolved, so the guarded client's resolver would not check it.
        let literal = match url.host() {
            None => return Err(FetchError::NotAnAddress),
            Some(Host::Domain(_)) => return Ok(&self.guarded),
            Some(Host::Ipv4(v4)) => v4.into(),
            Some(Host::Ipv6(v6)) => v6.into(),
        };
        if is_public(literal) {
            Ok(&self.guarded)
        } else {
            Err(FetchError::Private)
        }
    }
}

fn builder() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("Matinee/", env!("CARGO_PKG_VERSION")))
        // A proxy from the environment would resolve names itself and so bypass the check.
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT_TIME)
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(4)
}

fn parse(url: &str) -> Result<Url, FetchError> {
    if url.len() > MAGNET_BYTES {
        return Err(FetchError::NotAnAddress);
    }
    Url::parse(url.trim()).map_err(|_| FetchError::NotAnAddress)
}

enum Redirect {
    No,
    To(Url),
    Magnet(String),
}

fn redirect(from: &Url, response: &Response) -> Result<Redirect, FetchError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(Redirect::No);
    }
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let location = location.map(str::trim).ok_or(FetchError::BadRedirect)?;
    if location.len() > MAGNET_BYTES {
        return Err(FetchError::BadRedirect);
    }
    if is_magnet(location) {
        return Ok(Redirect::Magnet(location.to_owned()));
    }
    from.join(location)
        .map(Redirect::To)
        .map_err(|_| FetchError::BadRedirect)
}

fn is_magnet(text: &str) -> bool {
    text.get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case("magnet:?"))
}

/// Reads the body, and stops as soon as it exceeds the limit: a server can send without end, compressed or not.
async fn read(response: Response, most_bytes: usize) -> Result<Page, FetchError> {
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).is_ok_and(|announced| announced > most_bytes) {
        return Err(FetchError::TooLarge(most_bytes));
    }
    let header = |name| {
        response
            .headers()
            .get(name)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned)
    };
    let (status, content_type, retry_after) = (response.status(), header(CONTENT_TYPE), header(RETRY_AFTER));
    let mut body = BytesMut::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(FetchError::from_body)?;
        if body.len() + chunk.len() > most_bytes {
            return Err(FetchError::TooLarge(most_bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Page {
        status,
        content_type,
        retry_after,
        body: body.freeze(),
    })
}

/// Interprets the body as a `.torrent` file, which is a bencoded dictionary and so begins with `d`, or as a magnet
/// link. Other content is described in the error to help the user.
fn torrent_file(page: &Page) -> Result<Fetched> {
    let refuse = |detail: String| Err(Error::new(Kind::BadGateway, detail));
    if !page.status.is_success() {
        return refuse(format!("That address answered with HTTP {}.", page.status.as_u16()));
    }
    if page.body.first() == Some(&b'd') {
        return Ok(Fetched::TorrentFile(page.body.clone()));
    }
    let text = std::str::from_utf8(&page.body).unwrap_or_default().trim();
    if is_magnet(text) && text.len() <= MAGNET_BYTES {
        return Ok(Fetched::Magnet(text.to_owned()));
    }
    match page.body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => refuse("That address answered with nothing.".to_owned()),
        Some(b'<') => refuse("That address answered with a web page, not with a .torrent file.".to_owned()),
        Some(_) => refuse("That address does not yield a .torrent file.".to_owned()),
    }
}
