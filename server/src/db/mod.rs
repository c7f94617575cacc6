//! The database: SQLite in the data directory, or PostgreSQL. Each query is written once and runs on both.

mod account;
mod admin;
mod catalogue;
mod chat;
mod filter;
mod ingest_key;
pub mod invite;
mod lease;
mod login;
mod room;
mod torrent;
mod watch;

pub use account::{NewUser, SignedUp, UserRow, name_key};
pub use admin::Changed;
pub use chat::{ChatRange, ChatWrite};
pub use invite::normalise_invite;
pub use login::{Device, LoginRow, Rotated};
pub use room::{RoomChanged, RoomDoor, RoomMade, RoomRow};
pub use torrent::KnownTorrent;
pub use watch::Lines;

use anyhow::Context;
use sqlx::{ConnectOptions, Connection, PgPool, SqlitePool, postgres::PgConnectOptions};
use std::{path::Path, time::Duration};

/// A pool of connections to either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    /// A file in the data directory.
    Sqlite(SqlitePool),
    /// A server, for production and for many nodes.
    Postgres(PgPool),
}

/// Runs one expression with `$pool` bound to the pool of the engine in use. It gives a `sqlx::Result`, and ends in time
/// whatever the server does: see [`bounded`].
macro_rules! on {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite($pool) => {
                $crate::db::bounded($pool.options().get_acquire_timeout(), async { $body }).await
            }
            $crate::db::Db::Postgres($pool) => {
                $crate::db::bounded($pool.options().get_acquire_timeout(), async { $body }).await
            }
        }
    };
}
pub(crate) use on;

/// One `timeout` for a connection, which the pool watches over, and one for the answer: a server that holds its
/// connections open and says nothing would otherwise be waited for as long as TCP does, a quarter of an hour.
async fn bounded<T>(timeout: Duration, asked: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(timeout * 2, asked)
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Connections to SQLite: one writes at a time, so more only wait.
const SQLITE_CONNECTIONS: u32 = 8;
/// Connections to PostgreSQL, of its default 100, so that several nodes fit.
const POSTGRES_CONNECTIONS: u32 = 16;

/// How connections are kept: `MATINEE_DATABASE_CONNECTIONS` and `MATINEE_DATABASE_TIMEOUT`.
#[derive(Debug, Clone, Copy)]
pub struct PoolOptions {
    /// Connections at most; `None` is the engine's default.
    pub connections: Option<u32>,
    /// How long a request waits for one, and for a server that does not answer, before it is answered 503.
    pub timeout: Duration,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            connections: None,
            timeout: Duration::from_secs(5),
        }
    }
}

impl Db {
    /// Opens the SQLite file, makes it if it is not there, and brings its schema up to date.
    pub async fn sqlite(path: &Path, pool_options: PoolOptions) -> anyhow::Result<Self> {
        use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(pool_options.timeout);
        let pool = SqlitePoolOptions::new()
            .max_connections(pool_options.connections.unwrap_or(SQLITE_CONNECTIONS))
            .acquire_timeout(pool_options.timeout)
            // SQLite rolls back by itself when its disk is full, which sqlx does not notice: it would take every later
            // transaction of that connection for a part of the one that is gone, and refuse it.
            .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
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
    pub async fn postgres(url: &str, pool_options: PoolOptions) -> anyhow::Result<Self> {
        let options: PgConnectOptions = url.parse().context("reading the address of PostgreSQL")?;
        // On a connection of its own: a migration may take longer than a request is allowed to.
        let connecting = tokio::time::timeout(pool_options.timeout, options.connect());
        let mut connection = connecting
            .await
            .context("connecting to PostgreSQL")?
            .context("connecting to PostgreSQL")?;
        sqlx::migrate!("../migrations/postgres")
            .run(&mut connection)
            .await
            .context("migrating the database")?;
        connection.close().await.context("migrating the database")?;
        Ok(Self::Postgres(postgres_pool(options, pool_options)))
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

    /// What keeps two from changing who is admin at the same moment, at the start of a transaction. SQLite's writers are
    /// alone anyway.
    fn lock_users(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SELECT 1",
            Self::Postgres(_) => "LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE",
        }
    }

    /// Finishes what is under way and closes the file or the connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// How long a connection may have been idle and still be handed out unasked: it was asked when it came back.
const FRESH: Duration = Duration::from_secs(1);

fn postgres_pool(options: PgConnectOptions, PoolOptions { connections, timeout }: PoolOptions) -> PgPool {
    // What nobody waits for any more is not worked on any longer.
    let statement_timeout = format!("SET statement_timeout = {}", timeout.as_millis());
    sqlx::postgres::PgPoolOptions::new()
        .max_connections(connections.unwrap_or(POSTGRES_CONNECTIONS))
        .acquire_timeout(timeout)
        .after_connect(move |connection, _| {
            let set = sqlx::AssertSqlSafe(statement_timeout.clone());
            Box::pin(async move { sqlx::query(set).execute(connection).await.map(|_| ()) })
        })
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > FRESH {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        // A connection whose query was given up is asked for the end of it here, which must not take for ever either:
        // until it answers or is closed, it is one of those that the pool may have.
        .after_release(move |connection, _| {
            Box::pin(async move {
                tokio::time::timeout(timeout, connection.ping())
                    .await
                    .unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
                Ok(true)
            })
        })
        .connect_lazy_with(options)
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

/// Where a list goes on after these rows: nowhere, if the page is not full.
fn next_page<T>(rows: &[T], limit: u32, place: impl Fn(&T) -> (i64, uuid::Uuid)) -> Option<Cursor> {
    let last = rows.last().filter(|_| rows.len() >= limit as usize)?;
    let (instant, id) = place(last);
    Some(Cursor { instant, id })
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
        // Numbers and ids are read in more ways than they are written, and than the API's document says.
        let as_written = parsed
            .filter(|cursor| (0..1_000_000_000_000_000_000).contains(&cursor.instant) && cursor.to_string() == text);
        as_written.ok_or_else(|| app::error::Error::invalid("cursor", "Use the `next` of the page before, as it is."))
    }
}
