//! What routes may answer besides what was asked for, for the OpenAPI document: one family for each kind of route, and
//! single ones to add. All are `application/problem+json`; `GET` answers that can be kept carry an ETag.
//!
//! `scripts/api-test` asks every route and finds what is missing here.

#![allow(dead_code, reason = "these types only describe answers in the OpenAPI document")]

use app::error::Error;
use utoipa::IntoResponses;

/// Of a route that only reads.
#[derive(IntoResponses)]
pub enum Reading {
    /// It is still what `If-None-Match` names.
    #[response(status = 304)]
    Unchanged,
    /// The token is wrong or has run out, or this instance is for accounts only.
    #[response(status = 401, content_type = "application/problem+json")]
    SignedOut(#[to_schema] Error),
    /// The address is too long, or the body.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLong(#[to_schema] Error),
    /// The address is longer than 64 KiB, which the HTTP library refuses before anything is looked at.
    #[response(status = 414)]
    FarTooLong,
    /// Something in the request is wrong; `errors` names each field.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Error),
    /// The database does not answer: come back after `Retry-After` seconds.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Error),
}

/// Of a route that changes something.
#[derive(IntoResponses)]
pub enum Writing {
    /// The token is wrong or has run out, or this instance is for accounts only.
    #[response(status = 401, content_type = "application/problem+json")]
    SignedOut(#[to_schema] Error),
    /// Not allowed, or asked for by another site's page.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Error),
    /// The address is too long, or the body.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLong(#[to_schema] Error),
    /// The address is longer than 64 KiB, which the HTTP library refuses before anything is looked at.
    #[response(status = 414)]
    FarTooLong,
    /// Something in the request is wrong; `errors` names each field.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Error),
    /// The database does not answer: come back after `Retry-After` seconds.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Error),
}

/// Of a route that takes a body, besides.
#[derive(IntoResponses)]
#[response(
    status = 415,
    description = "The body is of another type than this route takes",
    content_type = "application/problem+json"
)]
pub struct Taking(#[to_schema] Error);

/// Of a route that only reads, and not for everybody.
#[derive(IntoResponses)]
#[response(
    status = 403,
    description = "Signed in, but without the right to see it",
    content_type = "application/problem+json"
)]
pub struct Forbidden(#[to_schema] Error);

/// There is no such thing.
#[derive(IntoResponses)]
#[response(
    status = 404,
    description = "There is no such thing",
    content_type = "application/problem+json"
)]
pub struct NotFound(#[to_schema] Error);

/// Somebody was there before, or something stands in the way.
#[derive(IntoResponses)]
#[response(
    status = 409,
    description = "It is taken, or something stands in the way; `errors` says what",
    content_type = "application/problem+json"
)]
pub struct Conflict(#[to_schema] Error);

/// A rate limit.
#[derive(IntoResponses)]
#[response(
    status = 429,
    description = "That was too often: come back after `Retry-After` seconds",
    content_type = "application/problem+json"
)]
pub struct TooOften(#[to_schema] Error);

/// Of a route that asks others: indexers, peers, a stranger's server.
#[derive(IntoResponses)]
pub enum Asking {
    /// Whoever was asked answered nonsense or not at all.
    #[response(status = 502, content_type = "application/problem+json")]
    BadGateway(#[to_schema] Error),
    /// Nobody had it in time.
    #[response(status = 504, content_type = "application/problem+json")]
    Timeout(#[to_schema] Error),
    /// The disk is full.
    #[response(status = 507, content_type = "application/problem+json")]
    StorageFull(#[to_schema] Error),
}

/// Of a route that sends a file.
#[derive(IntoResponses)]
pub enum Sending {
    /// The range that was asked for.
    #[response(status = 206, content_type = "application/octet-stream")]
    Range(Vec<u8>),
    /// It is still what `If-None-Match` names.
    #[response(status = 304)]
    Unchanged,
    /// Another version than `If-Match` names.
    #[response(status = 412)]
    Changed,
    /// The range lies outside of the file.
    #[response(status = 416, content_type = "application/problem+json")]
    OutOfRange(#[to_schema] Error),
    /// This account has too many streams open, or the guests of this network have.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Error),
    /// Whoever was asked answered nonsense or not at all.
    #[response(status = 502, content_type = "application/problem+json")]
    BadGateway(#[to_schema] Error),
    /// Nobody had it in time.
    #[response(status = 504, content_type = "application/problem+json")]
    Timeout(#[to_schema] Error),
    /// The disk is full.
    #[response(status = 507, content_type = "application/problem+json")]
    StorageFull(#[to_schema] Error),
}

/// One server-sent event (HTML standard, section 9.2) of a search.
#[derive(utoipa::ToSchema)]
pub struct SearchSent {
    /// `indexers`, `hits` or `done`.
    event: String,
    /// A `SearchEvent`.
    #[schema(content_media_type = "application/json")]
    data: String,
}

/// One server-sent event (HTML standard, section 9.2) of a torrent.
#[derive(utoipa::ToSchema)]
pub struct StatsSent {
    /// A `TorrentStats`.
    #[schema(content_media_type = "application/json")]
    data: String,
}
