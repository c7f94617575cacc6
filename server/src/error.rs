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
    /// A database that is away is not a mistake of ours: the visitor is told to come back.
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                tracing::error!(%error, "the database does not answer");
                Self::refuse(
                    Kind::Unavailable,
                    "The database does not answer. Try again in a moment.",
                )
            }
            error => Self::Internal(anyhow::Error::new(error).context("asking the database")),
        }
    }
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
