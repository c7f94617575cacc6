//! Fetch errors, for the log and for the user.

use super::resolver::PrivateAddress;
use app::error::{Error, Kind};
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
        let invalid = |reason: &str| Self::invalid("url", reason);
        let gateway = |reason: &str| Self::new(Kind::BadGateway, reason);
        match error {
            FetchError::NotAnAddress => invalid("This is not an address that can be fetched."),
            FetchError::Scheme => invalid("Only http and https addresses are fetched."),
            FetchError::UserInfo => invalid("An address with a name or password in it is not fetched."),
            FetchError::Private => invalid("This address leads into a private network, where nothing is fetched from."),
            FetchError::TooManyRedirects => gateway("That address redirects too often."),
            FetchError::BadRedirect => gateway("That address redirects to nowhere."),
            FetchError::TooLarge(bytes) => {
                let size = format!("What that address sends is larger than {} MiB.", bytes >> 20);
                Self::new(Kind::TooLarge, size)
            }
            FetchError::Timeout(time) => {
                let seconds = time.as_secs();
                Self::new(
                    Kind::Timeout,
                    format!("That address did not send everything within {seconds} s."),
                )
            }
            FetchError::Unreachable(_) => gateway("That address cannot be reached."),
            FetchError::Broken(_) => gateway("The connection to that address broke off."),
        }
    }
}
