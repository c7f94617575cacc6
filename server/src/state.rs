//! Application state shared by all requests.

use crate::{
    cache::Cache,
    catalogue::Catalogue,
    config::Config,
    db::Db,
    fetch::Fetcher,
    mail::Mailer,
    room::{host::Rooms, service::Lobby},
    search::Search,
    tasks::Tasks,
    torrent::Torrents,
};
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use std::{ops::Deref, sync::Arc};

/// Handle to the services. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Services>);

/// Services of the application.
pub struct Services {
    /// Configuration.
    pub config: Config,
    /// Database.
    pub db: Db,
    /// Cache.
    pub cache: Cache,
    /// Accounts and logins.
    pub accounts: crate::account::Accounts,
    /// Rate limiter.
    pub limiter: crate::limit::Limiter,
    /// Fetcher of user-supplied addresses.
    pub fetcher: Fetcher,
    /// Content filter.
    pub filter: crate::filter::Filter,
    /// Indexer search.
    pub search: Search,
    /// Torrent engine.
    pub torrents: Torrents,
    /// Torrent catalogue.
    pub catalogue: Catalogue,
    /// Rooms that are open on this node.
    pub rooms: Rooms,
    /// Admission to rooms.
    pub lobby: Lobby,
    /// Mailer.
    pub mailer: Mailer,
    /// Operator's token, created in the data directory at the first start.
    pub admin_token: crate::config::Secret,
    /// Set-up token for creating the first account; logged while there is none.
    pub setup_token: crate::config::Secret,
    /// Options of leptos, such as the directory of the built files.
    pub site: LeptosOptions,
    /// Open streams.
    pub streams: crate::http::streams::Streams,
    /// Connection admission control.
    pub door: Arc<crate::http::door::Door>,
    /// Monitor of the data directory.
    pub data_watch: crate::data_dir::Watch,
    /// Background tasks.
    pub tasks: Tasks,
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
