//! Fetch errors, for the log and for the user.

use super::resolver::PrivateAddress;
use app::{
    error::{Error, Kind},
    i18n::Text,
    t,
};
use std::error::Error as StdError;
use std::time::Duration;

/// Reason why a fetch failed. Contains no address, which may carry a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchError {
    /// Not a URL, or one that cannot be connected to.
    NotAnAddress,
    /// Neither http nor https.
    Scheme,
    /// The URL contains a user name or password.
    UserInfo,
    /// The host is in a private network.
    Private,
    /// Too many redirects.
    TooManyRedirects,
    /// A redirect without a valid target.
    BadRedirect,
    /// The body exceeds this many bytes.
    TooLarge(usize),
    /// Not completed within this time.
    Timeout(Duration),
    /// Connecting failed; the cause is for the log.
    Unreachable(String),
    /// The connection or the response broke off; the cause is for the log.
    Broken(String),
}

impl FetchError {
    /// Converts the error of a request that got no response.
    pub(super) fn from_request(error: reqwest::Error) -> Self {
        if causes(&error).any(|cause| cause.is::<PrivateAddress>()) {
            return Self::Private;
        }
        if error.is_connect() || error.is_timeout() {
            return Self::Unreachable(describe(error));
        }
        Self::Broken(describe(error))
    }

    /// Converts the error of a body that ended early.
    pub(super) fn from_body(error: reqwest::Error) -> Self {
        Self::Broken(describe(error))
    }
}

fn causes<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// Formats the chain of causes on one line, without the address.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    causes(&error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl From<FetchError> for Error {
    fn from(error: FetchError) -> Self {
        let invalid = |reason: Text| Self::invalid("url", reason);
        let gateway = |reason: Text| Self::new(Kind::BadGateway, reason);
        match error {
            FetchError::NotAnAddress => invalid(t::server_fetch::no_address()),
            FetchError::Scheme => invalid(t::server_fetch::scheme()),
            FetchError::UserInfo => invalid(t::server_fetch::with_name()),
            FetchError::Private => invalid(t::server_fetch::private()),
            FetchError::TooManyRedirects => gateway(t::server_fetch::redirects()),
            FetchError::BadRedirect => gateway(t::server_fetch::redirects_nowhere()),
            FetchError::TooLarge(bytes) => Self::new(Kind::TooLarge, t::server_fetch::too_large((bytes >> 20) as u64)),
            FetchError::Timeout(time) => Self::new(Kind::Timeout, t::server_fetch::too_slow(time.as_secs())),
            FetchError::Unreachable(_) => gateway(t::server_fetch::unreachable()),
            FetchError::Broken(_) => gateway(t::server_fetch::broke_off()),
        }
    }
}
