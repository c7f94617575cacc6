//! Everything a request may need, made once.

use crate::{
    cache::Cache,
    catalogue::Catalogue,
    config::Config,
    db::Db,
    fetch::Fetcher,
    mail::Mailer,
    rooms::{Lobby, Rooms},
    search::Search,
    torrent::Torrents,
};
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex},
};
use tokio::sync::Semaphore;

/// A handle to the services. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Services>);

/// The services themselves.
pub struct Services {
    /// What the environment asked for.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The cache.
    pub cache: Cache,
    /// Accounts and logins.
    pub accounts: crate::account::Accounts,
    /// How often somebody may ask.
    pub limiter: crate::limit::Limiter,
    /// Guarded fetching of visitors' addresses.
    pub fetcher: Fetcher,
    /// What is blocked here.
    pub filter: crate::filter::Filter,
    /// The indexers.
    pub search: Search,
    /// The torrent engine.
    pub torrents: Torrents,
    /// What is known of torrents.
    pub catalogue: Catalogue,
    /// The rooms that are open here.
    pub rooms: Rooms,
    /// What is in front of their doors.
    pub lobby: Lobby,
    /// Mail.
    pub mailer: Mailer,
    /// Whoever shows it is the operator: written into the data directory at the first start.
    pub admin_token: crate::config::Secret,
    /// Where leptos finds the built files.
    pub site: LeptosOptions,
    /// Streams that each account and each household has open.
    pub viewer_streams: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl AppState {
    /// Wraps the services.
    pub fn new(services: Services) -> Self {
        Self(Arc::new(services))
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.site.clone()
    }
}

impl Deref for AppState {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}
