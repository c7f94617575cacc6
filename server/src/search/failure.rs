//! Indexer failures and their user-facing messages.

use super::clean;
use crate::fetch::{FetchError, Page};
use app::protocol::IndexerStatus;
use std::time::Duration;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

/// Upper bound on the back-off that an indexer may request; more is assumed to be a mistake.
const MAX_BACKOFF: Duration = Duration::from_secs(60 * 60);

/// Back-off after a 429 without `Retry-After`.
const DEFAULT_BACKOFF: Duration = Duration::from_secs(30);

/// Reason why an indexer gave no complete answer. Contains neither its address nor its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Timed out.
    Timeout,
    /// Connecting failed; the cause is for the log.
    Unreachable(String),
    /// The connection broke off, or the XML or JSON is malformed; the cause is for the log.
    Broken(String),
    /// Redirects to a private address other than its own.
    Private,
    /// Too many redirects, or an invalid target.
    Redirects,
    /// Answered with HTML.
    WebPage,
    /// Answered with an empty body.
    Empty,
    /// The answer exceeds the size limit.
    TooLarge,
    /// Answered in an unexpected format; the description is for the log.
    Nonsense(&'static str),
    /// Answered with an HTTP error status.
    Status(u16),
    /// Rate-limited: requests a back-off of this long.
    Busy(Duration),
    /// Rejected the API key.
    Key,
    /// Reported an error; its message, sanitized.
    Refused(String),
    /// Does not support text search.
    NoTextSearch,
    /// Was not queried, because it has nothing in the category.
    NoSuchCategory,
    /// Internal error of this server.
    Ours(String),
}

impl Failure {
    /// Returns the status for the report.
    pub fn status(&self) -> IndexerStatus {
        match self {
            Self::Timeout => IndexerStatus::Timeout,
            Self::NoSuchCategory => IndexerStatus::Skipped,
            _ => IndexerStatus::Error,
        }
    }

    /// Formats the failure as a sentence about the indexer `name`, which had a timeout of `patience` and returned
    /// `kept` hits before it failed.
    pub fn sentence(&self, name: &str, patience: Duration, kept: usize) -> String {
        let what = match self {
            Self::Timeout => format!("did not answer within {} s", at_least_one_second(patience)),
            Self::Unreachable(_) => "did not answer; check that it runs and its address".to_owned(),
            Self::Broken(_) => "sent an answer that breaks off or cannot be read".to_owned(),
            Self::Private => "redirects into a private network, where nothing is fetched from".to_owned(),
            Self::Redirects => "redirects without end or to nowhere; check its address".to_owned(),
            Self::WebPage => "answered with a web page instead of results; check its address".to_owned(),
            Self::Empty => "answered with nothing; check its address".to_owned(),
            Self::TooLarge => "sent far more than an answer can be".to_owned(),
            Self::Nonsense(_) => "answered with something other than results; check its address".to_owned(),
            Self::Status(404) => "knows nothing at this address; check it".to_owned(),
            Self::Status(status) => format!("failed with HTTP {status}"),
            Self::Busy(rest) => format!("asks to wait {} s", at_least_one_second(*rest)),
            Self::Key => "refuses the API key; check it".to_owned(),
            Self::Refused(message) if message.is_empty() => "answered with an error".to_owned(),
            Self::Refused(message) => format!("answered with an error: “{message}”"),
            Self::NoTextSearch => "offers no search by words".to_owned(),
            Self::NoSuchCategory => "lists nothing of this kind, so it was not asked".to_owned(),
            Self::Ours(_) => "could not be asked because of a mistake in this server".to_owned(),
        };
        let so_far = if kept > 0 { "; what came before is shown" } else { "" };
        format!("{} {what}{so_far}.", capitalised(name))
    }

    /// Returns the failure that an HTTP status alone indicates, if any.
    pub fn of_status(page: &Page) -> Option<Self> {
        match page.status.as_u16() {
            200..=299 => None,
            401 | 403 => Some(Self::Key),
            status @ (429 | 503) => match page.retry_after.as_deref().and_then(rest) {
                Some(rest) => Some(Self::Busy(rest)),
                None if status == 429 => Some(Self::Busy(DEFAULT_BACKOFF)),
                None => Some(Self::Status(status)),
            },
            status => Some(Self::Status(status)),
        }
    }

    /// Converts the code and description of a Torznab `error` element.
    pub fn of_error_element(code: &str, description: &str) -> Self {
        match code {
            // "Incorrect user credentials", "account suspended", "no permission", "registration denied".
            "100" | "101" | "102" | "103" => Self::Key,
            _ => Self::Refused(clean::message(description).trim_end_matches('.').to_owned()),
        }
    }
}

/// Parses `Retry-After`: seconds or a date (RFC 9110 section 10.2.3).
fn rest(text: &str) -> Option<Duration> {
    let text = text.trim();
    let seconds = match text.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let until = OffsetDateTime::parse(text, &Rfc2822).ok()?;
            u64::try_from((until - OffsetDateTime::now_utc()).whole_seconds()).unwrap_or(0)
        }
    };
    Some(Duration::from_secs(seconds).min(MAX_BACKOFF))
}

fn at_least_one_second(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX)
}

/// Capitalises a name, which is lower-case in the configuration, to begin a sentence.
fn capitalised(name: &str) -> String {
    if name == "internet-archive" {
        return "Internet Archive".to_owned();
    }
    let mut letters = name.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Timeout(_) => Self::Timeout,
            FetchError::Unreachable(cause) => Self::Unreachable(cause),
            FetchError::Broken(cause) => Self::Broken(cause),
            FetchError::Private => Self::Private,
            FetchError::TooLarge(_) => Self::TooLarge,
            FetchError::TooManyRedirects
            | FetchError::BadRedirect
            | FetchError::NotAnAddress
            | FetchError::Scheme
            | FetchError::UserInfo => Self::Redirects,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn each_failure_is_one_plain_sentence() {
        let sentence = |failure: Failure, kept| failure.sentence("prowlarr", PATIENCE, kept);
        assert_eq!(
            sentence(Failure::WebPage, 0),
            "Prowlarr answered with a web page instead of results; check its address."
        );
        assert_eq!(
            sentence(Failure::Timeout, 50),
            "Prowlarr did not answer within 10 s; what came before is shown."
        );
        assert_eq!(
            sentence(Failure::Busy(Duration::from_millis(29_001)), 0),
            "Prowlarr asks to wait 30 s."
        );
        assert_eq!(
            sentence(Failure::of_error_element("900", "Tracker\u{202e} down."), 0),
            "Prowlarr answered with an error: “Tracker down”."
        );
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_date_and_bounded() {
        assert_eq!(rest("30"), Some(Duration::from_secs(30)));
        assert_eq!(rest("999999999"), Some(MAX_BACKOFF));
        assert_eq!(rest("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert_eq!(rest("soon"), None);
    }
}
