//! Compares the account that a page was rendered for with the one whose cookie its request carries: tabs share their
//! cookies, and data that one of them shows for one account must not be read or written as another.

use super::problem::Problem;
use crate::error::Error;
use app::{
    api::identity::{GUEST, HEADER, QUERY},
    backend::{Caller, Viewer},
    error::Kind,
    t,
};
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::header;

/// Refuses a request whose page was rendered for another account than the caller's. A program that sends a token has
/// identified itself, and a request that names no account is accepted with the identity of its cookie.
pub async fn refuse_another(request: Request, next: Next) -> Response {
    let shows_token = request.headers().contains_key(header::AUTHORIZATION);
    let viewer = request.extensions().get::<Caller>().map(|caller| &caller.viewer);
    let viewer = viewer.filter(|_| !shows_token);
    if let (Some(viewer), Some(meant)) = (viewer, meant(&request))
        && !is_meant(viewer, meant)
    {
        return Problem::from(another(viewer)).into_response();
    }
    next.run(request).await
}

/// Returns the account ID that a page says it was rendered for, or `guest`. In the query for links, which cannot have a
/// header.
fn meant(request: &Request) -> Option<&str> {
    if let Some(header) = request.headers().get(HEADER) {
        return Some(header.to_str().unwrap_or_default());
    }
    let mut pairs = request
        .uri()
        .query()?
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == QUERY).map(|(_, id)| id)
}

fn is_meant(viewer: &Viewer, meant: &str) -> bool {
    match viewer.account() {
        Some(account) => account.id.to_string() == meant,
        None => meant == GUEST,
    }
}

fn another(viewer: &Viewer) -> Error {
    let now = match viewer.account() {
        Some(account) => t::server_http::another_account(&account.username),
        None => t::server_http::no_account(),
    };
    Error::refuse(Kind::AnotherAccount, now)
}
