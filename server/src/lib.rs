//! The Matinee server: services behind one HTTP router. [`Server::new`] builds them, [`Server::serve`] runs until it is
//! stopped.

pub mod access;
pub mod account;
pub mod admin;
pub mod backend;
pub mod cache;
pub mod catalogue;
pub mod clock;
pub mod config;
pub mod data_dir;
pub mod db;
pub mod email;
pub mod error;
pub mod fetch;
pub mod filter;
pub mod http;
pub mod ingest;
pub mod limit;
pub mod limits;
pub mod mail;
pub mod poll;
pub mod reach;
pub mod room;
pub mod search;
pub mod share;
pub mod state;
pub mod tasks;
#[cfg(test)]
mod test_log;
pub mod torrent;

use account::{Accounts, token};
use anyhow::Context;
use cache::Cache;
use catalogue::Catalogue;
use config::Config;
use data_dir::DataDir;
use db::Db;
use fetch::Fetcher;
use filter::Filter;
use http::door::Door;
use limit::Limiter;
use mail::Mailer;
use room::{
    host::{RoomDirectory, Rooms},
    service::{Lobby, LobbyServices},
};
use search::Search;
use state::{AppState, Services};
use std::sync::Arc;
use tasks::Tasks;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use torrent::Torrents;

/// Initialized services, ready to serve.
pub struct Server {
    state: AppState,
    /// Lock on the data directory, held until everything is written.
    data_dir: DataDir,
}

impl Server {
    /// Opens the database, starts the torrent engine and restores the previous state.
    pub async fn new(config: Config) -> anyhow::Result<Self> {
        let data_path = &config.server.data_dir;
        let data_dir = DataDir::open(data_path)?;
        let data_watch = data_dir::Watch::over(data_path)?;
        let db = Db::open(&config.database, data_path).await?;
        db.renew_keys()
            .await
            .context("bringing the keys of e-mail addresses up to date")?;
        let tasks = Tasks::default();
        let cache = Cache::open(&config.cache)?;
        let secret =
            token::secret(config.server.secret.as_ref(), data_path).context("reading the instance's secret")?;
        let mailer = Mailer::new(&config.mail, config.server.listens_on_loopback())?;
        let limiter = Limiter::new(config.rate_limits, cache.clone());
        let accounts = Accounts::new(
            config.accounts,
            reach::base_url(&config.server, None),
            &secret,
            db.clone(),
            mailer.clone(),
            limiter.clone(),
            tasks.clone(),
        )?;
        let fetcher = Fetcher::new(config.torrent.allow_private_peers)?;
        let filter = Filter::load(db.clone()).await?;
        let search = Search::new(config.indexers.list.clone(), db.clone(), cache.clone(), filter.clone())?;
        let torrents = Torrents::start(
            config.torrent.clone(),
            data_path,
            db.clone(),
            cache.clone(),
            filter.clone(),
            fetcher.clone(),
        )
        .await?;
        let catalogue = Catalogue::new(db.clone(), filter.clone(), torrents.clone());
        let rooms = Rooms::new(
            config.rooms,
            db.clone(),
            catalogue.clone(),
            torrents.clone(),
            tasks.clone(),
        );
        let lobby = LobbyServices {
            db: db.clone(),
            cache: cache.clone(),
            rooms: RoomDirectory::new(rooms.clone()),
            accounts: accounts.clone(),
            limiter: limiter.clone(),
            catalogue: catalogue.clone(),
            mailer: mailer.clone(),
            tasks: tasks.clone(),
        };
        let lobby = Lobby::new(&config, &secret, lobby)?;
        let admin_token =
            account::token::kept_secret(&data_path.join("admin-token")).context("reading the operator's token")?;
        let setup_token = access::setup_token(&secret)?;
        let site = http::page::options(&config.server.site_root);
        let streams = Default::default();
        let door = Arc::new(Door::new(&config.server.trusted_proxies, config.rooms.capacity));
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
            setup_token,
            site,
            streams,
            door,
            data_watch,
            tasks,
        });
        Ok(Self { state, data_dir })
    }

    /// Returns the services, for tests.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Returns the link for creating the first account, with the set-up token. `None` if an account exists, or if the
    /// instance is local to this machine, where no token is needed.
    pub async fn first_steps(&self) -> anyhow::Result<Option<String>> {
        let config = &self.state.config.server;
        if config.is_for_this_machine() || !self.state.db.has_no_users().await? {
            return Ok(None);
        }
        let (base, token) = (reach::base_url(config, None), self.state.setup_token.expose());
        Ok(Some(format!("{base}/sign-up?setup={token}")))
    }

    /// Serves on this listener until `stop`, then gives open requests a grace period and writes everything to disk.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        self.start_background();
        let cut = CancellationToken::new();
        let router = http::router(self.state.clone());
        let serving = http::listen::serve(listener, router, self.state.door.clone(), stop.clone(), cut.clone());
        let answering = async {
            let patience = async {
                stop.cancelled().await;
                tokio::time::sleep(limits::SHUTDOWN_GRACE).await;
                tracing::info!("closed the connections that were still open");
                cut.cancel();
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = serving => {}
                () = patience => {}
            }
        };
        let ending = async {
            stop.cancelled().await;
            self.state.tasks.stop();
            // Tells rooms' clients to reconnect, and flushes the rooms' pending writes.
            self.state.rooms.stop().await;
            // Ends streams, which can last for hours, so that players do not hold up the shutdown.
            self.state.torrents.stop().await;
        };
        // Both must complete: the last connection may close before everything is written.
        tokio::join!(answering, ending);
        // Before the database is closed, which they use, and after the last request, which may have spawned one.
        self.state.tasks.finish(limits::TASKS_GRACE).await;
        self.state.db.close().await;
        drop(self.data_dir);
        Ok(())
    }

    /// Starts the tasks that repeat until the server stops.
    fn start_background(&self) {
        let (state, tasks) = (&self.state, &self.state.tasks);
        tasks.spawn_until_stop("login sweep", state.accounts.clone().sweep());
        tasks.spawn_until_stop("room sweep", state.rooms.clone().sweep());
        tasks.spawn_until_stop("filter reload", state.filter.clone().follow());
        if let Some(interval) = state.config.indexers.poll_interval {
            let poll = poll::Poll {
                search: state.search.clone(),
                filter: state.filter.clone(),
                db: state.db.clone(),
            };
            tasks.spawn_until_stop("poll", poll.run(interval));
        }
    }
}
