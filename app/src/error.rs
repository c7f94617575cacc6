//! The one error a visitor can receive. On the wire it is `application/problem+json` (RFC 9457).

use serde::{Deserialize, Serialize};

/// What went wrong, in words for the person who asked, and what to do next.
///
/// Never carries an internal message: the server logs its causes and sends this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[error("{title}: {detail}")]
pub struct Error {
    /// Stable name of the kind of problem, e.g. `invalid-input`; clients match on this.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Short summary, the same for every problem of this kind.
    pub title: String,
    /// HTTP status code.
    pub status: u16,
    /// What happened here and what can be done about it.
    pub detail: String,
    /// Which fields were wrong, all at once. Empty unless `type` is `invalid-input`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Number of the request, by which the operator finds it in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// One wrong field of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name as the client sent it.
    pub field: String,
    /// Why it was refused, in plain words.
    pub reason: String,
}

/// The kinds of problem, one HTTP status each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 422: the request was understood and its content is wrong.
    InvalidInput,
    /// 401: nobody is signed in, or the key is wrong.
    Unauthorized,
    /// 403: signed in, and still not allowed.
    Forbidden,
    /// 404
    NotFound,
    /// 405
    MethodNotAllowed,
    /// 409
    Conflict,
    /// 413
    TooLarge,
    /// 415
    UnsupportedMediaType,
    /// 416: RFC 9110 section 15.5.17.
    RangeNotSatisfiable,
    /// 429
    TooManyRequests,
    /// 502: a server that we asked answered nonsense or not at all.
    BadGateway,
    /// 503: try again in a moment.
    Unavailable,
    /// 504: what was waited for did not come in time.
    Timeout,
    /// 507: the disk is full.
    StorageFull,
    /// 500
    Internal,
    /// The page could not reach the server; never sent by it.
    Offline,
}

impl Kind {
    /// HTTP status code of this kind.
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidInput => 422,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::RangeNotSatisfiable => 416,
            Self::TooManyRequests => 429,
            Self::BadGateway => 502,
            Self::Unavailable => 503,
            Self::Timeout => 504,
            Self::StorageFull => 507,
            Self::Internal => 500,
            Self::Offline => 0,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::InvalidInput => "Something in the request is not right",
            Self::Unauthorized => "Sign in first",
            Self::Forbidden => "Not allowed",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed",
            Self::Conflict => "Already taken",
            Self::TooLarge => "Too large",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::RangeNotSatisfiable => "Range not satisfiable",
            Self::TooManyRequests => "Too many requests",
            Self::BadGateway => "Another server failed",
            Self::Unavailable => "Unavailable for the moment",
            Self::Timeout => "It took too long",
            Self::StorageFull => "The disk is full",
            Self::Internal => "The server made a mistake",
            Self::Offline => "The server cannot be reached",
        }
    }
}

impl Error {
    /// A problem of this kind with its own explanation.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: detail.into(),
            errors: Vec::new(),
            request_id: None,
        }
    }

    /// One wrong field.
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::invalid_fields(vec![FieldError {
            field: field.into(),
            reason: reason.into(),
        }])
    }

    /// Several wrong fields at once; the detail is the first one's sentence.
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let detail = errors
            .first()
            .map(|e| e.reason.clone())
            .unwrap_or_else(|| "The input is not valid.".to_owned());
        Self {
            errors,
            ..Self::new(Kind::InvalidInput, detail)
        }
    }

    /// 404 with a sentence that says what is missing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, detail)
    }
}

/// The result of every use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;
