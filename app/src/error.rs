//! The error type of every use case. Serialised as `application/problem+json` (RFC 9457).

use crate::i18n::{self, Language, Text};
use crate::t;
use serde::{Deserialize, Serialize};

/// A problem (RFC 9457): what went wrong, and what the user can do about it.
///
/// Never contains internal messages: the server logs the causes and sends only this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[error("{title}: {detail}")]
pub struct Error {
    /// Problem type, e.g. `invalid-input`. Stable: clients match on it.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Short summary, identical for all problems of this type in one language.
    pub title: String,
    /// HTTP status code.
    pub status: u16,
    /// Human-readable explanation of this occurrence, and what can be done about it.
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub detail: Text,
    /// All invalid fields. Present for `invalid-input`, and for other types if a field is the cause, e.g. `conflict` for a
    /// username that is taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Seconds after which the request may be retried, if known; the same as the `Retry-After` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Request ID, by which the operator finds the request in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// An invalid input field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Field name, as sent by the client.
    pub field: String,
    /// Human-readable reason.
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub reason: Text,
}

/// The type of a problem. Each has one HTTP status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 422: the input is invalid.
    InvalidInput,
    /// 401: not signed in, or the key is wrong.
    Unauthorized,
    /// 403: not allowed.
    Forbidden,
    /// 404: not found.
    NotFound,
    /// 405: method not allowed.
    MethodNotAllowed,
    /// 409: conflicts with the current state.
    Conflict,
    /// 409: another account is signed in by now than the one that the page was made for; reload the page.
    AnotherAccount,
    /// 400: malformed address or header.
    BadRequest,
    /// 413: the request is too large.
    TooLarge,
    /// 415: unsupported media type.
    UnsupportedMediaType,
    /// 416: range not satisfiable (RFC 9110 section 15.5.17).
    RangeNotSatisfiable,
    /// 421: this instance is not configured for the host name of the request (RFC 9110 section 15.5.20).
    Misdirected,
    /// 429: rate limit exceeded.
    TooManyRequests,
    /// 502: an upstream server sent an invalid response or none.
    BadGateway,
    /// 503: temporarily unavailable; retry in a moment.
    Unavailable,
    /// 504: timed out waiting for a result.
    Timeout,
    /// 507: the disk is full.
    StorageFull,
    /// 500: internal error.
    Internal,
    /// The server is unreachable. Created by the client, never sent by the server.
    Offline,
}

impl Kind {
    /// Returns the HTTP status code.
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidInput => 422,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict | Self::AnotherAccount => 409,
            Self::BadRequest => 400,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::RangeNotSatisfiable => 416,
            Self::Misdirected => 421,
            Self::TooManyRequests => 429,
            Self::BadGateway => 502,
            Self::Unavailable => 503,
            Self::Timeout => 504,
            Self::StorageFull => 507,
            Self::Internal => 500,
            Self::Offline => 0,
        }
    }

    fn title_in(self, language: Language) -> &'static str {
        i18n::within(language, || self.title())
    }

    fn title(self) -> &'static str {
        match self {
            Self::InvalidInput => t::error::title_invalid_input(),
            Self::Unauthorized => t::error::title_unauthorized(),
            Self::Forbidden => t::error::title_forbidden(),
            Self::NotFound => t::error::title_not_found(),
            Self::MethodNotAllowed => t::error::title_method_not_allowed(),
            Self::Conflict => t::error::title_conflict(),
            Self::AnotherAccount => t::error::title_another_account(),
            Self::BadRequest => t::error::title_bad_request(),
            Self::TooLarge => t::error::title_too_large(),
            Self::UnsupportedMediaType => t::error::title_unsupported_media_type(),
            Self::RangeNotSatisfiable => t::error::title_range_not_satisfiable(),
            Self::Misdirected => t::error::title_misdirected(),
            Self::TooManyRequests => t::error::title_too_many_requests(),
            Self::BadGateway => t::error::title_bad_gateway(),
            Self::Unavailable => t::error::title_unavailable(),
            Self::Timeout => t::error::title_timeout(),
            Self::StorageFull => t::error::title_storage_full(),
            Self::Internal => t::error::title_internal(),
            Self::Offline => t::error::title_offline(),
        }
    }
}

impl Error {
    /// Creates a problem with its own explanation.
    pub fn new(kind: Kind, detail: impl Into<Text>) -> Self {
        Self {
            kind,
            title: kind.title_in(Language::ENGLISH).to_owned(),
            status: kind.status(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            request_id: None,
        }
    }

    /// Returns the title in the language of the page that shows the problem.
    pub fn heading(&self) -> &'static str {
        self.kind.title()
    }

    /// Creates a problem for one invalid field.
    pub fn invalid(field: impl Into<String>, reason: impl Into<Text>) -> Self {
        Self::invalid_fields(vec![FieldError {
            field: field.into(),
            reason: reason.into(),
        }])
    }

    /// Creates a problem of another type that one field is the cause of.
    pub fn of_field(kind: Kind, field: &str, reason: impl Into<Text>) -> Self {
        let reason = reason.into();
        Self {
            errors: Self::invalid(field, reason.clone()).errors,
            ..Self::new(kind, reason)
        }
    }

    /// Creates a problem for several invalid fields; the explanation is the reason of the first.
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let detail = errors.first().map_or_else(
            || i18n::within(Language::ENGLISH, t::error::input).into(),
            |error| error.reason.clone(),
        );
        Self {
            errors,
            ..Self::new(Kind::InvalidInput, detail)
        }
    }

    /// Puts the problem into the words of a language.
    #[must_use]
    pub fn into_words(self, language: Language) -> Self {
        let errors = self.errors.into_iter().map(|error| FieldError {
            reason: error.reason.into_words(language),
            ..error
        });
        Self {
            title: self.kind.title_in(language).to_owned(),
            detail: self.detail.into_words(language),
            errors: errors.collect(),
            ..self
        }
    }

    /// Creates a 429 problem. The wait is given both in the explanation and in `retry_after`, so that the two cannot
    /// differ.
    #[cfg(not(target_family = "wasm"))]
    pub fn too_often(wait_ms: u64) -> Self {
        let seconds = wait_ms.div_ceil(1_000).max(1);
        Self {
            retry_after: Some(seconds),
            ..Self::new(Kind::TooManyRequests, t::server_http::too_often(seconds))
        }
    }

    /// Creates a 404 problem; `detail` says what is missing.
    pub fn not_found(detail: impl Into<Text>) -> Self {
        Self::new(Kind::NotFound, detail)
    }
}

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;
