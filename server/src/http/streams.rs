//! Limits of open streams, so that no caller can use up the instance's, and guests leave some for accounts.

use crate::{
    error::Error,
    limits,
    share::{self, Full, Held, Pool},
    state::AppState,
};
use app::{
    backend::{Caller, Viewer},
    error::Kind,
    t,
};

/// Pools of open streams.
pub struct Streams {
    /// All streams.
    open: Pool,
    /// Streams of unfinished data, each of which may need one of the engine's.
    unfinished: Pool,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            open: Pool::accounts_first(limits::OPEN_STREAMS),
            unfinished: Pool::accounts_first(limits::INCOMPLETE_STREAMS),
        }
    }
}

/// Kind of data that a stream reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// On the disk, or not a torrent's at all.
    Here,
    /// Part of it still has to be downloaded.
    Unfinished,
}

/// An open stream; counted until it is dropped.
#[must_use]
pub struct OpenStream {
    _open: Held,
    _unfinished: Option<Held>,
}

/// Key by which streams are counted: the account, on any device; for guests the household, because a guest without
/// cookies is a new one each time.
pub struct StreamQuota {
    caller: share::Caller,
    share: usize,
}

impl StreamQuota {
    /// Returns the key of a caller.
    pub fn of(caller: &Caller) -> Self {
        match &caller.viewer {
            Viewer::Account(account) => Self {
                caller: share::Caller::Account(account.id),
                share: limits::STREAMS_PER_VIEWER,
            },
            Viewer::Guest(_) => Self::household(caller.household.to_string()),
        }
    }

    /// Returns the key of a household's guests.
    pub fn household(household: String) -> Self {
        Self {
            caller: share::Caller::Guests(household),
            share: limits::STREAMS_PER_VIEWER * limits::VIEWERS_PER_HOUSEHOLD,
        }
    }

    /// Opens a stream, unless a limit is reached.
    pub fn open(&self, state: &AppState, data: Data) -> Result<OpenStream, Error> {
        let streams = &state.streams;
        let take = |pool: &Pool| pool.take(self.caller.clone(), self.share).map_err(refusal);
        Ok(OpenStream {
            _open: take(&streams.open)?,
            _unfinished: match data {
                Data::Here => None,
                Data::Unfinished => Some(take(&streams.unfinished)?),
            },
        })
    }
}

fn refusal(full: Full) -> Error {
    match full {
        Full::Share => Error::refuse(Kind::TooManyRequests, t::server_http::streams_yours()),
        Full::All => Error::refuse(Kind::Unavailable, t::server_http::streams_all()),
    }
}
