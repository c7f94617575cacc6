//! The server: services behind one HTTP router. `Server::new` makes them, `serve` answers until it is told to stop.

pub mod account;
pub mod admin;
pub mod backend;
pub mod cache;
pub mod catalogue;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod fetch;
pub mod filter;
pub mod http;
pub mod ingest;
pub mod limit;
pub mod limits;
pub mod mail;
pub mod poll;
pub mod room;
pub mod rooms;
pub mod search;
pub mod state;
pub mod torrent;

use account::{Accounts, token};
use anyhow::Context;
use cache::Cache;
use catalogue::Catalogue;
use config::{Config, Secret};
use db::{Db, PoolOptions};
use fetch::Fetcher;
use filter::Filter;
use limit::Limiter;
use mail::Mailer;
use rooms::{Lobby, Rooms};
use search::Search;
use state::{AppState, Services};
use std::{future::IntoFuture, net::SocketAddr, path::Path};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use torrent::Torrents;

/// All services, ready to answer.
pub struct Server {
    state: AppState,
}

impl Server {
    /// Opens the database, starts the engine, brings back what was there.
    pub async fn new(config: Config) -> anyhow::Result<Self> {
        tokio::fs::create_dir_all(&config.data_dir)
            .await
            .with_context(|| format!("making the data directory {}", config.data_dir.display()))?;
        let pool = PoolOptions {
            connections: config.database_connections,
            timeout: config.database_timeout,
        };
        let db = match &config.database_url {
            Some(url) => Db::postgres(url.expose(), pool).await?,
            None => Db::sqlite(&config.data_dir.join("matinee.db"), pool).await?,
        };
        let cache = match &config.redis_url {
            Some(url) => Cache::redis(url.expose())?,
            None => Cache::memory(),
        };
        let secret =
            token::secret(config.secret.as_ref(), &config.data_dir).context("reading the instance's secret")?;
        let mailer = Mailer::new(&config)?;
        let accounts = Accounts::new(&config, &secret, db.clone(), mailer.clone())?;
        let limiter = Limiter::new(config.rate_limits, cache.clone());
        let fetcher = Fetcher::new(config.torrent.allow_private_peers)?;
        let filter = Filter::load(db.clone()).await?;
        let search = Search::new(config.indexers.clone(), db.clone(), cache.clone(), filter.clone())?;
        let torrents = Torrents::start(
            config.torrent.clone(),
            &config.data_dir,
            db.clone(),
            cache.clone(),
            filter.clone(),
            fetcher.clone(),
        )
        .await?;
        let catalogue = Catalogue::new(db.clone(), filter.clone(), torrents.clone());
        let rooms = Rooms::new(config.rooms, &secret, db.clone(), catalogue.clone(), torrents.clone())?;
        let lobby = Lobby::new(&secret, cache.clone(), config.rooms.capacity)?;
        let admin_token = admin_token(&config.data_dir).context("reading the operator's token")?;
        let site = http::page::options(&config.site_root);
        let viewer_streams = Default::default();
        let state = AppState::new(Services {
            config,
            db,
            cache,
            accounts,
            limiter,
            fetcher,
            filter,
            search,
            torrents,
            catalogue,
            rooms,
            lobby,
            mailer,
            admin_token,
            site,
            viewer_streams,
        });
        Ok(Self { state })
    }

    /// The services, for tests.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Answers on this socket until `stop`; then lets open requests finish for a while and writes everything down.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        let router = http::router(self.state.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let sweeping = tokio::spawn(self.state.accounts.clone().sweep());
        let sweeping_rooms = tokio::spawn(self.state.rooms.clone().sweep());
        self.start_background(&stop);
        let serving = axum::serve(listener, router)
            .with_graceful_shutdown(stop.clone().cancelled_owned())
            .into_future();
        let answering = async {
            let patience = async {
                stop.cancelled().await;
                tokio::time::sleep(limits::SHUTDOWN).await;
            };
            let served = tokio::select! {
                served = serving => served,
                () = patience => {
                    tracing::info!("closed the connections that were still open");
                    Ok(())
                }
            };
            stop.cancel();
            served
        };
        let ending = async {
            stop.cancelled().await;
            // People in rooms are told to come back, and what they said is written down.
            self.state.rooms.stop().await;
            // Streams last for hours: the engine ends them, and no player is kept waiting for its server.
            self.state.torrents.stop().await;
        };
        // Both to their end: the last connection may close before everything is written down.
        let (served, ()) = tokio::join!(answering, ending);
        served.context("serving")?;
        sweeping.abort();
        sweeping_rooms.abort();
        self.state.db.close().await;
        Ok(())
    }

    /// What goes on beside the requests, until `stop`.
    fn start_background(&self, stop: &CancellationToken) {
        tokio::spawn(self.state.filter.clone().follow(stop.clone()));
        if let Some(interval) = self.state.config.poll_interval {
            let poll = poll::Poll {
                search: self.state.search.clone(),
                filter: self.state.filter.clone(),
                db: self.state.db.clone(),
            };
            tokio::spawn(poll.run(interval, stop.clone()));
        }
    }
}

/// Made once, readable by its owner only.
fn admin_token(data_dir: &Path) -> anyhow::Result<Secret> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let path = data_dir.join("admin-token");
    match std::fs::read_to_string(&path) {
        Ok(token) if token.trim().len() >= 32 => return Ok(Secret::new(token.trim())),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)?;
    file.write_all(token.as_bytes())?;
    Ok(Secret::new(token))
}
