//! Responses of routes besides success, for the OpenAPI document: one enum for each kind of route, and single ones to
//! add. All errors are `application/problem+json`; cacheable `GET` responses carry an ETag.
//!
//! `scripts/api-test` calls every route and finds what is missing here.

#![allow(dead_code, reason = "these types only describe answers in the OpenAPI document")]

use app::error::Error;
use utoipa::IntoResponses;

/// Responses of a route that only reads.
#[derive(IntoResponses)]
pub enum ReadErrors {
    /// Unchanged since the version in `If-None-Match`.
    #[response(status = 304)]
    Unchanged,
    /// The token is invalid or has expired, or this instance is for accounts only.
    #[response(status = 401, content_type = "application/problem+json")]
    SignedOut(#[to_schema] Error),
    /// The page was rendered for another account, as its `X-Matinee-Account` says (`another-account`).
    #[response(status = 409, content_type = "application/problem+json")]
    AnotherAccount(#[to_schema] Error),
    /// The path has dot segments, backslashes or empty segments, or the request has no Host header, or more than one.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] Error),
    /// The URL or the body is too long.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLong(#[to_schema] Error),
    /// The request's host is not one of this instance's.
    #[response(status = 421, content_type = "application/problem+json")]
    Misdirected(#[to_schema] Error),
    /// The URL is longer than 64 KiB; refused by the HTTP library before the request is parsed.
    #[response(status = 414)]
    FarTooLong,
    /// The request is invalid; `errors` names each field.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Error),
    /// The database does not respond; retry after `Retry-After` seconds.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Error),
}

/// Responses of a route that changes something.
#[derive(IntoResponses)]
pub enum WriteErrors {
    /// The token is invalid or has expired, or this instance is for accounts only.
    #[response(status = 401, content_type = "application/problem+json")]
    SignedOut(#[to_schema] Error),
    /// Not allowed, or sent by another site's page.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Error),
    /// The page was rendered for another account, as its `X-Matinee-Account` says (`another-account`).
    #[response(status = 409, content_type = "application/problem+json")]
    AnotherAccount(#[to_schema] Error),
    /// The path has dot segments, backslashes or empty segments, or the request has no Host header, or more than one.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] Error),
    /// The URL or the body is too long.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLong(#[to_schema] Error),
    /// The request's host is not one of this instance's.
    #[response(status = 421, content_type = "application/problem+json")]
    Misdirected(#[to_schema] Error),
    /// The URL is longer than 64 KiB; refused by the HTTP library before the request is parsed.
    #[response(status = 414)]
    FarTooLong,
    /// The request is invalid; `errors` names each field.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Error),
    /// The database does not respond; retry after `Retry-After` seconds.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Error),
}

/// Additional response of a route that takes a body.
#[derive(IntoResponses)]
#[response(
    status = 415,
    description = "The body is of another type than this route takes",
    content_type = "application/problem+json"
)]
pub struct BodyErrors(#[to_schema] Error);

/// Additional response of a route that only reads, but has an effect on others.
#[derive(IntoResponses)]
#[response(
    status = 403,
    description = "Another site's page asked for it",
    content_type = "application/problem+json"
)]
pub struct CrossSite(#[to_schema] Error);

/// Additional response of a route that only reads, with restricted access.
#[derive(IntoResponses)]
#[response(
    status = 403,
    description = "Signed in, but without the right to see it",
    content_type = "application/problem+json"
)]
pub struct Forbidden(#[to_schema] Error);

/// The resource does not exist.
#[derive(IntoResponses)]
#[response(
    status = 404,
    description = "There is no such thing",
    content_type = "application/problem+json"
)]
pub struct NotFound(#[to_schema] Error);

/// The resource already exists or conflicts with another.
#[derive(IntoResponses)]
#[response(
    status = 409,
    description = "It is taken, or something stands in the way, as `errors` says; or the page that asks was made for another account",
    content_type = "application/problem+json"
)]
pub struct Conflict(#[to_schema] Error);

/// A rate limit is exceeded.
#[derive(IntoResponses)]
#[response(
    status = 429,
    description = "That was too often: come back after `Retry-After` seconds",
    content_type = "application/problem+json"
)]
pub struct TooOften(#[to_schema] Error);

/// Additional responses of a route that calls others: indexers, peers, a user's server.
#[derive(IntoResponses)]
pub enum UpstreamErrors {
    /// The remote server sent an invalid response or none.
    #[response(status = 502, content_type = "application/problem+json")]
    BadGateway(#[to_schema] Error),
    /// No peer or server responded in time.
    #[response(status = 504, content_type = "application/problem+json")]
    Timeout(#[to_schema] Error),
    /// The disk is full.
    #[response(status = 507, content_type = "application/problem+json")]
    StorageFull(#[to_schema] Error),
}

/// Responses of a route that sends a file.
#[derive(IntoResponses)]
pub enum FileResponses {
    /// The requested range.
    #[response(status = 206, content_type = "application/octet-stream")]
    Range(Vec<u8>),
    /// Unchanged since the version in `If-None-Match`.
    #[response(status = 304)]
    Unchanged,
    /// Not the version in `If-Match`.
    #[response(status = 412)]
    Changed,
    /// The range is outside of the file.
    #[response(status = 416, content_type = "application/problem+json")]
    OutOfRange(#[to_schema] Error),
    /// This account, or the guests of this network, have too many streams open.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Error),
    /// The remote server sent an invalid response or none.
    #[response(status = 502, content_type = "application/problem+json")]
    BadGateway(#[to_schema] Error),
    /// No peer or server responded in time.
    #[response(status = 504, content_type = "application/problem+json")]
    Timeout(#[to_schema] Error),
    /// The disk is full.
    #[response(status = 507, content_type = "application/problem+json")]
    StorageFull(#[to_schema] Error),
}

/// A server-sent event (HTML standard, section 9.2) of a search.
#[derive(utoipa::ToSchema)]
pub struct SearchSse {
    /// `indexers`, `hits` or `done`.
    event: String,
    /// A `SearchEvent`.
    #[schema(content_media_type = "application/json")]
    data: String,
}

/// A server-sent event (HTML standard, section 9.2) of a torrent.
#[derive(utoipa::ToSchema)]
pub struct StatsSse {
    /// A `TorrentStats`.
    #[schema(content_media_type = "application/json")]
    data: String,
}
