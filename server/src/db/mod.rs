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

pub use account::{ChangeUserOutcome, NewUser, SignUpOutcome, UserRow};
pub use admin::Changed;
pub use chat::{ChatRange, ChatWrite};
pub use invite::normalise_invite;
pub use login::{Device, LoginRow, RotateOutcome};
pub use room::{CreateRoomOutcome, RoomDoor, RoomRow, UpdateRoomOutcome};
pub use torrent::KnownTorrent;
pub use watch::HistoryFilter;

use crate::config::{DatabaseConfig, Durability};
use anyhow::Context;
use app::t;
use sqlx::{ConnectOptions, Connection, PgPool, SqlitePool, postgres::PgConnectOptions};
use std::{path::Path, time::Duration};

/// A pool of connections to either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    /// A file in the data directory.
    Sqlite(SqlitePool),
    /// A server, for production and for several nodes.
    Postgres(PgPool),
}

/// Evaluates an expression with `$pool` bound to the pool of the engine in use. Returns a `sqlx::Result`, within a time
/// limit even if the server does not answer: see [`bounded`].
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

/// Applies the time limit of a query: one `timeout` for getting a connection, which the pool enforces, and one for the
/// answer. A server that holds its connections open and says nothing would otherwise be waited for as long as TCP does,
/// a quarter of an hour.
async fn bounded<T>(timeout: Duration, asked: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(timeout * 2, asked)
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Default number of SQLite connections. Only one writes at a time, so more would only wait.
const SQLITE_CONNECTIONS: u32 = 8;
/// Default number of PostgreSQL connections: of the server's default 100, so that several nodes fit.
const POSTGRES_CONNECTIONS: u32 = 16;

/// Options of the connection pool: `MATINEE_DATABASE_CONNECTIONS`, `_TIMEOUT` and `_DURABILITY`.
#[derive(Debug, Clone, Copy)]
pub struct PoolOptions {
    /// Maximum number of connections; `None` is the engine's default.
    pub connections: Option<u32>,
    /// Longest time that a request waits for a connection, or for a server that does not answer, before it is answered 503.
    pub timeout: Duration,
    /// Durability: when a write counts as done.
    pub durability: Durability,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            connections: None,
            timeout: Duration::from_secs(5),
            durability: Durability::Normal,
        }
    }
}

impl Db {
    /// Opens the configured database: PostgreSQL, else SQLite in the data directory.
    pub async fn open(config: &DatabaseConfig, data_dir: &Path) -> anyhow::Result<Self> {
        let pool = PoolOptions {
            connections: config.connections,
            timeout: config.timeout,
            durability: config.durability,
        };
        match &config.url {
            Some(url) => Self::postgres(url.expose(), pool).await,
            None => Self::sqlite(&data_dir.join("matinee.db"), pool).await,
        }
    }

    /// Opens the SQLite file, creating it if needed, and migrates its schema.
    pub async fn sqlite(path: &Path, pool_options: PoolOptions) -> anyhow::Result<Self> {
        use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
        let synchronous = match pool_options.durability {
            Durability::Normal => SqliteSynchronous::Normal,
            Durability::Full => SqliteSynchronous::Full,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .busy_timeout(pool_options.timeout);
        let pool = SqlitePoolOptions::new()
            .max_connections(pool_options.connections.unwrap_or(SQLITE_CONNECTIONS))
            .acquire_timeout(pool_options.timeout)
            // SQLite rolls back by itself when its disk is full, which sqlx does not notice: it would treat every later
            // transaction of that connection as nested in the one that is gone, and SQLite would refuse it.
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

    /// Connects to PostgreSQL and migrates its schema.
    pub async fn postgres(url: &str, pool_options: PoolOptions) -> anyhow::Result<Self> {
        let options: PgConnectOptions = url.parse().context("reading the address of PostgreSQL")?;
        // Uses a connection of its own, because a migration may take longer than a request is allowed to.
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

    /// Checks that the database answers, for `/readyz`. Returns the name of the engine.
    pub async fn check(&self) -> anyhow::Result<&'static str> {
        on!(self, pool => sqlx::query("SELECT 1").execute(pool).await.map(|_| ())).context("asking the database")?;
        Ok(match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        })
    }

    /// Returns the statement that begins a write transaction. SQLite has a single writer: requesting the lock at the
    /// start waits for it, while requesting it later fails at once if another connection wrote meanwhile.
    fn begin_statement(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::Postgres(_) => "BEGIN",
        }
    }

    /// Returns the statement that keeps concurrent transactions from changing who is admin; runs at their start. SQLite
    /// needs none: its write transactions are exclusive anyway.
    fn lock_users(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SELECT 1",
            Self::Postgres(_) => "LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE",
        }
    }

    /// Finishes pending queries and closes the file or the connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Begins a transaction, in a task of its own.
///
/// A caller may be dropped at any time: its client hangs up, or the database does not answer in time. sqlx 0.9 undoes a
/// `BEGIN` that was sent but not awaited to its end on SQLite only. On PostgreSQL such a connection returns to the pool
/// inside the transaction, and what later callers write on it is acknowledged and never committed. The task always sees
/// the `BEGIN` through; a transaction that no one takes any more is rolled back.
async fn begin<DB: sqlx::Database>(
    pool: &sqlx::Pool<DB>,
    statement: &'static str,
) -> sqlx::Result<sqlx::Transaction<'static, DB>> {
    let pool = pool.clone();
    // Not tracked: closing the pool waits for its connection.
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

/// Idle time up to which a connection is reused without a ping: it was pinged when it was returned to the pool.
const PING_IDLE: Duration = Duration::from_secs(1);

fn postgres_pool(options: PgConnectOptions, pool_options: PoolOptions) -> PgPool {
    let PoolOptions {
        connections,
        timeout,
        durability,
    } = pool_options;
    // Cancels a query on the server once its client has given up.
    let mut settings = format!("SET statement_timeout = {}", timeout.as_millis());
    if durability == Durability::Full {
        settings.push_str("; SET synchronous_commit = on");
    }
    sqlx::postgres::PgPoolOptions::new()
        .max_connections(connections.unwrap_or(POSTGRES_CONNECTIONS))
        .acquire_timeout(timeout)
        .after_connect(move |connection, _| {
            let set = sqlx::AssertSqlSafe(settings.clone());
            Box::pin(async move { sqlx::raw_sql(set).execute(connection).await.map(|_| ()) })
        })
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > PING_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        // Reads the rest of the answer to an abandoned query, within the timeout: until the connection answers or is
        // closed, it occupies one of the pool's slots.
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

/// A position in a list that is ordered by time and, among equal times, by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Time of the last row of the previous page, Unix milliseconds.
    pub instant: i64,
    /// Id of that row.
    pub id: uuid::Uuid,
}

impl Cursor {
    /// The start of the list: the newest rows.
    pub const START: Self = Self {
        instant: i64::MAX,
        id: uuid::Uuid::max(),
    };
}

/// Returns the cursor of the next page; `None` if this page is not full.
fn next_page<T>(rows: &[T], limit: u32, place: impl Fn(&T) -> (i64, uuid::Uuid)) -> Option<Cursor> {
    let last = rows.last().filter(|_| rows.len() >= limit as usize)?;
    let (instant, id) = place(last);
    Some(Cursor { instant, id })
}

/// Converts a count, size or number from the database; the schema allows no negative ones.
fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// Converts a count, size or number for the database. On input each has a bound far below `i64::MAX`.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Removes NUL characters, which PostgreSQL's text type does not allow.
fn plain(text: &str) -> String {
    text.replace('\0', "")
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
        // Accepts only the canonical form, as documented in the API: numbers and ids parse in more forms than they are
        // printed.
        let as_written = parsed
            .filter(|cursor| (0..1_000_000_000_000_000_000).contains(&cursor.instant) && cursor.to_string() == text);
        as_written.ok_or_else(|| app::error::Error::invalid("cursor", t::server_http::no_next()))
    }
}
