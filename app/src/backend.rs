//! The interface between pages and services: every use case of a visitor. Implemented by `server`.
//!
//! Every use case takes its [`Caller`]: permissions, rate limits and shares are enforced there, alike for pages, REST
//! routes and sockets, and never derived from the path of a request.

use crate::error::{Error, Kind, Result};
use crate::protocol::*;
use async_trait::async_trait;
use std::sync::{Arc, Mutex, PoisonError};

/// The caller of a use case: identity, permissions, origin and the rate limits counted for this request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Account or guest.
    pub viewer: Viewer,
    /// Scope of the credentials.
    pub grant: Grant,
    /// Origin of the request.
    pub origin: Origin,
    /// True if the request comes from the machine itself, without a network or proxy in between.
    pub at_machine: bool,
    /// Network whose guests share rate limits: an IPv4 address or an IPv6 /64.
    pub household: Arc<str>,
    /// Rate limits counted for this request.
    pub counts: Counts,
}

impl Caller {
    /// Returns the key for rate limits and shares: the account, wherever it is used; for guests the household, because
    /// a guest without a cookie gets a new ID each time.
    pub fn share_key(&self) -> String {
        match &self.viewer {
            Viewer::Account(account) => ViewerKey::user(account.id).0,
            Viewer::Guest(_) => self.household.to_string(),
        }
    }
}

/// The scope of a request's credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Everything that the viewer may do.
    Viewer,
    /// Everything: authenticated by the token in the data directory.
    Operator,
    /// Reading streams, with the token of a playlist.
    Streams,
    /// Reading what a room plays, with the token of one of its guests.
    RoomStreams(Arc<str>),
}

/// The origin of a request, according to its headers (W3C Fetch Metadata, RFC 6454, RFC 9110 section 10.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A page of this instance, or an address that the user typed.
    Own,
    /// A program: sends no such headers, and renders no pages of other sites.
    Program,
    /// A browser that sends no such headers: an old one, or one instructed by a page not to.
    Unsaid,
    /// A link on another site that the user followed.
    Link,
    /// A request made by another site's page itself, e.g. for an image, a script or a form.
    Foreign,
}

/// The state of a rate limit after counting a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Name of the policy.
    pub limit: &'static str,
    /// Number of requests per window.
    pub quota: u32,
    /// Window, seconds.
    pub window_seconds: u64,
    /// Requests left at the moment.
    pub remaining: u32,
    /// Time until the full quota is available again, milliseconds.
    pub reset_ms: u64,
    /// Time until the next request is allowed, milliseconds; `None` if this one was allowed.
    pub refused_ms: Option<u64>,
}

/// The rate limits counted for one request, each at most once: a page that runs the same search twice counts as one
/// search. Clones share the same state.
#[derive(Debug, Clone, Default)]
pub struct Counts(Arc<Mutex<Vec<Counted>>>);

impl Counts {
    /// Returns the state of a limit, if it was counted.
    pub fn of(&self, limit: &str) -> Option<Counted> {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.iter().find(|counted| counted.limit == limit).cloned()
    }

    /// Records the state of a limit.
    pub fn note(&self, counted: Counted) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(counted);
    }

    /// Returns the limit to report in the response: one that refused the request, or else the last one counted, which
    /// is the most specific.
    pub fn told(&self) -> Option<Counted> {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = counted.iter().find(|counted| counted.refused_ms.is_some());
        refused.or(counted.last()).cloned()
    }
}

/// A viewer: a signed-in account or a guest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// Guest, identified by a random ID in a cookie.
    Guest(String),
    /// Signed-in account.
    Account(Arc<Account>),
}

/// The key of a viewer's rows in the database and of their identity in rooms: `user:` and the ID of an account, or
/// `guest:` and that of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ViewerKey(String);

impl ViewerKey {
    /// Returns the key of an account.
    pub fn user(id: UserId) -> Self {
        Self(format!("user:{id}"))
    }

    /// Returns the key of a guest, by the ID in their cookie.
    pub fn guest(id: &str) -> Self {
        Self(format!("guest:{id}"))
    }

    /// Returns the key as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The account that makes a request, and its login.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account {
    /// Account ID, UUID v7.
    pub id: UserId,
    /// Login ID, UUID v7.
    pub login: LoginId,
    /// Name shown to other users.
    pub username: String,
    /// Role on this instance.
    pub role: Role,
}

impl Viewer {
    /// Returns the key of this viewer.
    pub fn key(&self) -> ViewerKey {
        match self {
            Self::Guest(id) => ViewerKey::guest(id),
            Self::Account(account) => ViewerKey::user(account.id),
        }
    }

    /// Returns the account, if one is signed in.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Guest(_) => None,
            Self::Account(account) => Some(account),
        }
    }
}

/// The use cases behind both the REST API and the pages.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    /// Returns the session: the caller's account and the policies of this instance.
    async fn session(&self, caller: &Caller) -> Result<Session>;
    /// Lists the account's logins, most recently used first.
    async fn logins(&self, caller: &Caller) -> Result<List<Login>>;
    /// Counts a search before it starts, for a page whose status code is sent before its results. The search of the
    /// same request is not counted again.
    async fn admit_search(&self, caller: &Caller) -> Result<()>;
    /// Queries all indexers and waits until each has responded or timed out.
    async fn search(&self, caller: &Caller, query: SearchQuery) -> Result<SearchAnswer>;
    /// Queries all indexers and returns the results after a short wait, for a page that is about to be sent.
    async fn search_soon(&self, caller: &Caller, query: SearchQuery) -> Result<SearchAnswer>;
    /// Opens a torrent for watching: as `torrent`, but starts an unknown one from its magnet link if its metadata
    /// arrives in time. Starts nothing if the page was reached from another site.
    async fn open(&self, caller: &Caller, info_hash: InfoHash, magnet: Option<String>) -> Result<Torrent>;
    /// Lists the newest torrents of the catalogue.
    async fn latest(&self, caller: &Caller, cursor: Option<String>) -> Result<List<Torrent>>;
    /// Returns a torrent of the catalogue or the engine, with its files if they are known.
    async fn torrent(&self, caller: &Caller, info_hash: InfoHash) -> Result<Torrent>;
    /// Lists the most watched torrents.
    async fn popular(&self, caller: &Caller, window: Window) -> Result<List<PopularItem>>;
    /// Lists the viewer's history, latest first; with `query`, only entries whose title or path contains its words.
    async fn history(
        &self,
        caller: &Caller,
        query: Option<String>,
        cursor: Option<String>,
    ) -> Result<List<HistoryItem>>;
    /// Returns the viewer's progress in a torrent, for each file that they started.
    async fn progress(&self, caller: &Caller, info_hash: InfoHash) -> Result<Vec<HistoryItem>>;
    /// Lists the rooms that the account created or has visited, latest first.
    async fn rooms(&self, caller: &Caller) -> Result<List<room::Room>>;
    /// Returns a room by its code or vanity address.
    async fn room(&self, caller: &Caller, name: &str) -> Result<room::Room>;
}

/// Returns the server's services from the context of the page that is being rendered.
pub fn backend() -> Result<Arc<dyn Backend>> {
    leptos::prelude::use_context::<Arc<dyn Backend>>()
        .ok_or_else(|| Error::new(Kind::Internal, "This page was rendered without its services."))
}

/// Returns the caller of the page that is being rendered.
pub fn caller() -> Result<Caller> {
    leptos::prelude::use_context::<Caller>()
        .ok_or_else(|| Error::new(Kind::Internal, "This page was rendered without its caller."))
}

/// A callback that sets the status of the page that is being rendered to 404.
#[derive(Clone)]
pub struct NotFound(Arc<dyn Fn() + Send + Sync>);

impl NotFound {
    /// Creates the callback.
    pub fn new(tell: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Reports that the subject of the page does not exist.
    pub fn tell(&self) {
        (self.0)();
    }
}
