//! The database: SQLite in the data directory, or PostgreSQL. Each query is written once and runs on both.

mod catalogue;
mod torrent;
mod watch;

pub use torrent::KnownTorrent;

use anyhow::Context;
use sqlx::{PgPool, SqlitePool};
use std::{path::Path, time::Duration};

/// A pool of connections to either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    /// A file in the data directory.
    Sqlite(SqlitePool),
    /// A server, for production and for many nodes.
    Postgres(PgPool),
}

/// Runs one expression with `$pool` bound to the pool of the engine in use.
macro_rules! on {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite($pool) => $body,
            $crate::db::Db::Postgres($pool) => $body,
        }
    };
}
pub(crate) use on;

/// Connections to SQLite: one writes at a time, so more only wait.
const SQLITE_CONNECTIONS: u32 = 8;
/// Connections to PostgreSQL, of its default 100, so that several nodes fit.
const POSTGRES_CONNECTIONS: u32 = 16;
/// A request that gets no connection in this time is answered 503.
const ACQUIRE: Duration = Duration::from_secs(5);

impl Db {
    /// Opens the SQLite file, makes it if it is not there, and brings its schema up to date.
    pub async fn sqlite(path: &Path) -> anyhow::Result<Self> {
        use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new()
            .max_connections(SQLITE_CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            .connect_with(options)
            .await
            .with_context(|| format!("opening the database {}", path.display()))?;
        sqlx::migrate!("../migrations/sqlite")
            .run(&pool)
            .await
            .context("migrating the database")?;
        Ok(Self::Sqlite(pool))
    }

    /// Connects to PostgreSQL and brings the schema up to date.
    pub async fn postgres(url: &str) -> anyhow::Result<Self> {
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            .connect(url)
            .await
            .context("connecting to PostgreSQL")?;
        sqlx::migrate!("../migrations/postgres")
            .run(&pool)
            .await
            .context("migrating the database")?;
        Ok(Self::Postgres(pool))
    }

    /// Whether it answers right now, for `/readyz`.
    pub async fn check(&self) -> anyhow::Result<&'static str> {
        on!(self, pool => sqlx::query("SELECT 1").execute(pool).await.map(|_| ())).context("asking the database")?;
        Ok(match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        })
    }

    /// How a transaction that writes begins. SQLite has one writer: asking for the lock at the start waits for it, while
    /// asking in the middle fails at once when somebody else wrote meanwhile.
    fn begin(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::Postgres(_) => "BEGIN",
        }
    }

    /// Finishes what is under way and closes the file or the connections.
    pub async fn close(&self) {
        on!(self, pool => pool.close().await);
    }
}

/// A place in a list that is ordered by an instant and, where that is equal, an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Unix milliseconds of the last row of the page before.
    pub instant: i64,
    /// Its id.
    pub id: uuid::Uuid,
}

impl Cursor {
    /// Before everything: the newest rows.
    pub const START: Self = Self {
        instant: i64::MAX,
        id: uuid::Uuid::max(),
    };
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.instant, self.id.simple())
    }
}

impl std::str::FromStr for Cursor {
    type Err = app::error::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('.').and_then(|(instant, id)| {
            Some(Self {
                instant: instant.parse().ok()?,
                id: id.parse().ok()?,
            })
        });
        parsed.ok_or_else(|| app::error::Error::invalid("cursor", "Use the `next` of the page before, as it is."))
    }
}
