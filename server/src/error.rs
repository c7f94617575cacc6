//! What services return: either a refusal that the visitor may read, or an internal cause that is logged once and
//! never sent.

use app::error::Kind;

/// A use case that did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Meant for the visitor.
    #[error(transparent)]
    Refused(#[from] app::error::Error),
    /// Meant for the log.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

/// The result of a service.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A refusal with its explanation.
    pub fn refuse(kind: Kind, detail: impl Into<String>) -> Self {
        Self::Refused(app::error::Error::new(kind, detail))
    }

    /// 404 with a sentence.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::refuse(Kind::NotFound, detail)
    }

    /// A mistake of ours.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<sqlx::Error> for Error {
    /// A database that is away or overloaded is not a mistake of ours: the visitor is told to come back.
    fn from(error: sqlx::Error) -> Self {
        if is_away(&error) {
            tracing::error!(%error, "the database does not answer");
            return Self::refuse(
                Kind::Unavailable,
                "The database does not answer. Try again in a moment.",
            );
        }
        if is_full(&error) {
            tracing::error!(%error, "the database's disk is full");
            return Self::refuse(
                Kind::StorageFull,
                "The disk of this instance is full. Whoever runs it must make room.",
            );
        }
        Self::Internal(anyhow::Error::new(error).context("asking the database"))
    }
}

/// SQLite's primary result codes (sqlite.org/rescode.html): another connection writes, and went on writing for the whole
/// busy timeout; the disk is full.
const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_FULL: u32 = 13;

/// PostgreSQL's `disk_full`.
const POSTGRES_FULL: &str = "53100";

/// Whether the same request may well succeed in a moment.
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

/// Whether the database's disk is full.
pub fn is_full(error: &sqlx::Error) -> bool {
    sqlite_code(error) == Some(SQLITE_FULL) || sql_state(error).is_some_and(|state| state == POSTGRES_FULL)
}

/// PostgreSQL's conditions that pass by themselves (appendix A of its manual): connections that break or are refused
/// (08, 53300), the server stopping or starting (57P01 to 57P05), statements that took too long or were in each other's
/// way (57014, 55P03, 40001, 40P01), a standby that has not taken over yet (25006), memory (53200).
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
    // The primary code is the low byte of the extended one.
    error.code()?.parse::<u32>().ok().map(|code| code & 0xff)
}

impl From<Error> for app::error::Error {
    /// The edge: what is internal is logged here, once, and replaced by a sentence that gives nothing away.
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal,
            Error::Internal(cause) => {
                tracing::error!(error = format!("{cause:#}"), "a request failed");
                Self::new(
                    Kind::Internal,
                    "The mistake is on our side and was written to the log. Try again.",
                )
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
