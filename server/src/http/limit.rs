//! Rate limits as middleware: whoever asks too often is told when to come back, and everybody how much is left
//! (the IETF's RateLimit fields, draft-ietf-httpapi-ratelimit-headers).

use super::{address, problem::Problem};
use crate::{
    error::Error,
    limit::{Left, Limit},
    state::AppState,
};
use app::{
    backend::{Account, Viewer},
    error::Kind,
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// Signing up and in, passwords: by address, whoever it is. The account that is named is counted where it is read.
pub async fn auth(state: State<AppState>, request: Request, next: Next) -> Response {
    limited(state, Limit::Auth, request, next).await
}

/// Searches.
pub async fn search(state: State<AppState>, request: Request, next: Next) -> Response {
    limited(state, Limit::Search, request, next).await
}

/// Adding torrents. Only what adds: reading a route of the same address is free.
pub async fn add(state: State<AppState>, request: Request, next: Next) -> Response {
    limited(state, Limit::Add, request, next).await
}

/// What an admin does: a script gone wrong, or a stolen login, cannot do much in a moment. The operator is counted by
/// address. A wrong token does not get here.
pub async fn admin(state: State<AppState>, request: Request, next: Next) -> Response {
    limited(state, Limit::Admin, request, next).await
}

/// Trying to make rooms. Those that are made are counted by [`new_room`].
pub async fn room_tries(state: State<AppState>, request: Request, next: Next) -> Response {
    limited(state, Limit::RoomTries, request, next).await
}

/// Coming into rooms.
pub async fn joins(state: State<AppState>, request: Request, next: Next) -> Response {
    limited(state, Limit::Joins, request, next).await
}

/// Inviting into rooms by mail.
pub async fn invites(state: State<AppState>, request: Request, next: Next) -> Response {
    limited(state, Limit::Invites, request, next).await
}

async fn limited(State(state): State<AppState>, limit: Limit, request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    let key = key(&state, limit, request.headers(), request.extensions());
    let left = state.limiter.take(limit, &key).await;
    let mut response = match left.refused_ms {
        Some(wait) => refusal(wait),
        None => next.run(request).await,
    };
    // A handler that counts more closely has the last word.
    if !response.headers().contains_key(LEFT) {
        tell(response.headers_mut(), limit, &left);
    }
    response
}

/// An account where there is one, wherever it is; else the household.
fn key(state: &AppState, limit: Limit, headers: &HeaderMap, extensions: &Extensions) -> String {
    let account = extensions.get::<Viewer>().and_then(Viewer::account);
    match account {
        Some(account) if limit != Limit::Auth => key_of(account),
        _ => address::household(address::of(state, headers, extensions)),
    }
}

/// What counts for an account, wherever it is.
pub(super) fn key_of(account: &Account) -> String {
    format!("user:{}", account.id)
}

/// Counts an addition that a route of another kind comes to; the answer, if it was too much.
pub async fn addition(state: &AppState, parts: &Parts) -> Option<Response> {
    let key = key(state, Limit::Add, &parts.headers, &parts.extensions);
    refused(state.limiter.take(Limit::Add, &key).await, Limit::Add)
}

/// Counts a try at an account, whoever makes it: guessing from many addresses is guessing. The answer, if it was too much.
pub async fn auth_of_account(state: &AppState, login: &str) -> Option<Response> {
    let key = format!(
        "login:{}",
        crate::db::name_key(login).chars().take(254).collect::<String>()
    );
    refused(state.limiter.take(Limit::Auth, &key).await, Limit::Auth)
}

/// Counts a room that can be made. What is left, to be told with it, or the answer, if it was too much.
pub async fn new_room(state: &AppState, host: &Account) -> Result<Left, Box<Response>> {
    let left = state.limiter.take(Limit::Rooms, &key_of(host)).await;
    match refused(left, Limit::Rooms) {
        Some(refusal) => Err(Box::new(refusal)),
        None => Ok(left),
    }
}

fn refused(left: Left, limit: Limit) -> Option<Response> {
    let mut response = refusal(left.refused_ms?);
    tell(response.headers_mut(), limit, &left);
    Some(response)
}

fn refusal(wait_ms: u64) -> Response {
    let seconds = wait_ms.div_ceil(1_000).max(1);
    let unit = if seconds == 1 { "second" } else { "seconds" };
    let error = Error::refuse(
        Kind::TooManyRequests,
        format!("That was too often. Try again in {seconds} {unit}."),
    );
    let mut response = Problem::from(error).into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Tells how much is left.
pub fn tell(headers: &mut HeaderMap, limit: Limit, left: &Left) {
    let (name, rate) = (limit.name(), left.rate);
    let policy = format!("\"{name}\";q={};w={}", rate.count, rate.per.as_secs());
    let now = format!("\"{name}\";r={};t={}", left.remaining, left.reset_ms.div_ceil(1_000));
    for (field, text) in [(POLICY, policy), (LEFT, now)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(field, value);
        }
    }
}
