//! Error type of the services: either a refusal whose text is shown to the user, or an internal error that is logged
//! once and never sent.

use app::{error::Kind, i18n::Text, t};

/// Failure of a use case.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A refusal, shown to the user.
    #[error(transparent)]
    Refused(#[from] app::error::Error),
    /// An internal error, logged only.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

/// Result of a service.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Creates a refusal with an explanation.
    pub fn refuse(kind: Kind, detail: impl Into<Text>) -> Self {
        Self::Refused(app::error::Error::new(kind, detail))
    }

    /// Creates a 404 refusal with an explanation.
    pub fn not_found(detail: impl Into<Text>) -> Self {
        Self::refuse(Kind::NotFound, detail)
    }

    /// Wraps an internal error.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<sqlx::Error> for Error {
    /// Converts a database error. An unreachable or overloaded database is a 503 rather than an internal error, so that
    /// the client retries; a full disk is a refusal too.
    fn from(error: sqlx::Error) -> Self {
        if is_away(&error) {
            tracing::error!(%error, "the database does not answer");
            return Self::refuse(Kind::Unavailable, t::server_http::database_away());
        }
        if is_full(&error) {
            tracing::error!(%error, "the database's disk is full");
            return Self::refuse(Kind::StorageFull, t::server_http::disk_full());
        }
        Self::Internal(anyhow::Error::new(error).context("asking the database"))
    }
}

/// SQLite's primary result codes (sqlite.org/rescode.html): another connection held the write lock for the whole busy
/// timeout (5, 6); the disk is full (13).
const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_FULL: u32 = 13;

/// PostgreSQL's `disk_full` SQLSTATE.
const POSTGRES_FULL: &str = "53100";

/// Returns whether the error is transient, so that a retry may succeed.
pub fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(_) => {
            sqlite_code(error).is_some_and(|code| matches!(code, SQLITE_BUSY | SQLITE_LOCKED))
                || sql_state(error).is_some_and(|state| is_passing(&state))
        }
        _ => false,
    }
}

/// Returns whether the database's disk is full.
pub fn is_full(error: &sqlx::Error) -> bool {
    sqlite_code(error) == Some(SQLITE_FULL) || sql_state(error).is_some_and(|state| state == POSTGRES_FULL)
}

/// Returns whether a SQLSTATE is transient (PostgreSQL manual, appendix A): connection failures (08, 53300), shutdown
/// and start-up (57P01 to 57P05), timeouts, deadlocks and serialization failures (57014, 55P03, 40001, 40P01), a
/// standby that has not been promoted yet (25006), out of memory (53200).
fn is_passing(state: &str) -> bool {
    state.starts_with("08")
        || state.starts_with("57P0")
        || matches!(
            state,
            "53200" | "53300" | "57014" | "55P03" | "40001" | "40P01" | "25006"
        )
}

fn sql_state(error: &sqlx::Error) -> Option<String> {
    let code = error
        .as_database_error()?
        .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()?
        .code();
    Some(code.to_owned())
}

fn sqlite_code(error: &sqlx::Error) -> Option<u32> {
    let error = error.as_database_error()?;
    error.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
    // The low byte of the extended code is the primary code.
    error.code()?.parse::<u32>().ok().map(|code| code & 0xff)
}

impl From<Error> for app::error::Error {
    /// Converts to the public error. An internal error is logged here, once, and replaced by a generic sentence.
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal,
            Error::Internal(cause) => {
                tracing::error!(error = format!("{cause:#}"), "a request failed");
                Self::new(Kind::Internal, t::server_http::our_mistake())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        for state in ["08006", "57P01", "57P03", "57014", "53300", "40001"] {
            assert!(is_passing(state), "{state}");
        }
        for state in ["23505", "42601", "22003", "53100"] {
            assert!(!is_passing(state), "{state}");
        }
    }

    #[tokio::test]
    async fn a_busy_sqlite_is_unavailable() {
        use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
        let dir = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(dir.path().join("db"))
            .create_if_missing(true)
            .busy_timeout(std::time::Duration::from_millis(10));
        let (mut one, mut two) = (options.connect().await.unwrap(), options.connect().await.unwrap());
        let writing = one.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let busy = two.begin_with("BEGIN IMMEDIATE").await.unwrap_err();
        let Error::Refused(refusal) = Error::from(busy) else {
            panic!("a mistake of ours")
        };
        assert_eq!(refusal.kind, Kind::Unavailable);
        drop(writing);
    }
}
