//! How many streams somebody may have open at once: nobody uses up the instance's alone.

use super::{address, auth::viewer, limit::key_of, problem::Problem};
use crate::{error::Error, limits, state::AppState};
use app::{
    backend::{Account, Viewer},
    error::Kind,
};
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::sync::{Arc, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Whose streams are counted together: an account's, wherever it is; else those of all guests of a household, because a
/// guest who sends no cookie is another one each time.
pub struct StreamsOf {
    key: String,
    most: usize,
}

impl StreamsOf {
    /// An account's.
    pub fn account(account: &Account) -> Self {
        Self {
            key: key_of(account),
            most: limits::STREAMS_PER_VIEWER,
        }
    }

    /// A household's guests'.
    pub fn household(household: String) -> Self {
        Self {
            key: household,
            most: limits::STREAMS_PER_VIEWER * limits::VIEWERS_PER_HOUSEHOLD,
        }
    }

    /// One more; counts until it is dropped.
    pub fn open(&self, state: &AppState) -> Result<OwnedSemaphorePermit, Error> {
        let mut streams = state.viewer_streams.lock().unwrap_or_else(PoisonError::into_inner);
        // Those who left take no room: a semaphore that nobody else holds has all its permits.
        if streams.len() > 10_000 {
            streams.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
        }
        let semaphore = streams
            .entry(self.key.clone())
            .or_insert_with(|| Arc::new(Semaphore::new(self.most)));
        semaphore.clone().try_acquire_owned().map_err(|_| {
            Error::refuse(
                Kind::TooManyRequests,
                "You, or guests in your network, have too many streams open. Close some, then try again.",
            )
        })
    }
}

impl FromRequestParts<AppState> for StreamsOf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Ok(match viewer(parts)? {
            Viewer::Account(account) => Self::account(&account),
            Viewer::Guest(_) => {
                let address = address::of(state, &parts.headers, &parts.extensions);
                Self::household(address::household(address))
            }
        })
    }
}
