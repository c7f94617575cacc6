//! The one seam between pages and services: what a visitor can ask for. `server` implements it.

use crate::error::{Error, Kind, Result};
use crate::protocol::*;
use async_trait::async_trait;
use std::sync::Arc;

/// Whoever makes this request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// Known by a random id in a cookie.
    Guest(String),
    /// Signed in.
    Account(Arc<Account>),
}

/// An account that makes a request, and by which login.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account {
    /// UUID v7.
    pub id: String,
    /// The login's id, UUID v7.
    pub login: String,
    /// The name that others see.
    pub username: String,
    /// What they may do.
    pub role: Role,
}

impl Viewer {
    /// The key that this viewer's rows carry in the database.
    pub fn key(&self) -> String {
        match self {
            Self::Guest(id) => format!("guest:{id}"),
            Self::Account(account) => format!("user:{}", account.id),
        }
    }

    /// The account, if one is signed in.
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
    /// Who asks, and what they may do here.
    async fn session(&self, viewer: &Viewer) -> Result<Session>;
    /// Where the account is signed in, last used first.
    async fn logins(&self, viewer: &Viewer) -> Result<List<Login>>;
    /// Asks every indexer and waits for all of them, or for their time to run out.
    async fn search(&self, query: SearchQuery) -> Result<SearchAnswer>;
    /// What the indexers have answered after a moment: for a page that is about to be sent.
    async fn search_soon(&self, query: SearchQuery) -> Result<SearchAnswer>;
    /// A torrent that somebody is about to watch: as `torrent`, or begun from its magnet link if it is not known and its
    /// metadata comes in a moment.
    async fn open(&self, info_hash: InfoHash, magnet: Option<String>) -> Result<Torrent>;
    /// Names of the configured indexers, in their order.
    fn indexers(&self) -> Vec<String>;
    /// Newest torrents of the catalogue.
    async fn latest(&self, cursor: Option<String>) -> Result<List<Torrent>>;
    /// A torrent of the catalogue or the engine, with its files where they are known.
    async fn torrent(&self, info_hash: InfoHash) -> Result<Torrent>;
    /// What is watched most.
    async fn popular(&self, window: Window) -> Result<List<PopularItem>>;
    /// The viewer's history, latest first; only lines whose title or path has these words in it, if given.
    async fn history(
        &self,
        viewer: &Viewer,
        query: Option<String>,
        cursor: Option<String>,
    ) -> Result<List<HistoryItem>>;
    /// Where the viewer is in this torrent, for each file that they began.
    async fn progress(&self, viewer: &Viewer, info_hash: InfoHash) -> Result<Vec<HistoryItem>>;
    /// The rooms that the account made or has been in, latest first.
    async fn rooms(&self, viewer: &Viewer) -> Result<List<room::Room>>;
    /// A room, by its code or its vanity address.
    async fn room(&self, viewer: &Viewer, name: &str) -> Result<room::Room>;
}

/// The server's services, as pages find them in the context while they render on the server.
pub fn backend() -> Result<Arc<dyn Backend>> {
    leptos::prelude::use_context::<Arc<dyn Backend>>()
        .ok_or_else(|| Error::new(Kind::Internal, "This page was rendered without its services."))
}

/// The viewer of the page that is being rendered on the server.
pub fn viewer() -> Result<Viewer> {
    leptos::prelude::use_context::<Viewer>()
        .ok_or_else(|| Error::new(Kind::Internal, "This page was rendered without its viewer."))
}
