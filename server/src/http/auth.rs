//! Who makes a request: accounts by token, in a header or in a cookie; guests by cookie; the operator and programs by key.
//! A handler names what it needs in its parameters.

use super::{address, cookie, problem::Problem};
use crate::{
    account::{Granted, Shown, signed_out},
    backend::not_admin,
    config::Secret,
    db::Device,
    error::Error,
    state::AppState,
};
use app::{
    backend::{Account, Viewer},
    error::Kind,
    protocol::{Access, InfoHash, Role},
};
use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, Uri, header, request::Parts};
use std::{sync::Arc, time::Duration};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// A year: guests keep their history as long as they come back.
const GUEST_AGE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The operator's token was shown.
#[derive(Debug, Clone, Copy)]
struct Operator;

/// What the credentials of a request come to.
enum Shows {
    Account(Arc<Account>),
    /// The same, with new tokens for the browser.
    Fresh(Box<Granted>),
    Operator,
    /// A guest of a room that plays what is asked for.
    RoomGuest,
    Nothing,
    /// A browser's login that has ended.
    Ended,
}

/// Finds out who the viewer is, keeps a browser signed in and, for a new guest, sets the cookie that will tell next time.
pub async fn know_viewer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    // The body of a request cannot be looked at by two threads, so it stays out of what waits.
    let (mut parts, body) = request.into_parts();
    let shows = match credentials(&state, &parts).await {
        Ok(shows) => shows,
        Err(error) => return refuse(error),
    };
    let ended = matches!(shows, Shows::Ended);
    let shows_room = matches!(shows, Shows::RoomGuest);
    let is_https = state.config.is_https();
    if ended && is_for_accounts(&parts.uri) {
        let mut response = refuse(signed_out());
        cookie::sign_out(response.headers_mut(), is_https);
        return response;
    }
    let known = guest_id(&parts.headers);
    let guest = known.unwrap_or_else(Uuid::new_v4);
    let (viewer, granted) = match shows {
        Shows::Account(account) => (Viewer::Account(account), None),
        Shows::Fresh(granted) => (Viewer::Account(granted.account.clone()), Some(granted)),
        Shows::Operator => {
            parts.extensions.insert(Operator);
            (Viewer::Guest(guest.simple().to_string()), None)
        }
        Shows::RoomGuest | Shows::Nothing | Shows::Ended => (Viewer::Guest(guest.simple().to_string()), None),
    };
    let is_guest = viewer.account().is_none();
    if is_guest
        && parts.extensions.get::<Operator>().is_none()
        && !shows_room
        && let Some(refusal) = refuse_guest(&state, &parts.uri)
    {
        return refusal;
    }
    parts.extensions.insert(viewer);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let headers = response.headers_mut();
    // A handler that signs somebody in or out has the last word.
    if !cookie::is_set(headers, cookie::ACCESS) {
        match granted {
            Some(granted) => cookie::sign_in(headers, &granted, is_https),
            None if ended => cookie::sign_out(headers, is_https),
            None => {}
        }
    }
    if known.is_none() && is_guest && !cookie::is_set(headers, cookie::GUEST) {
        cookie::set(headers, cookie::GUEST, &guest.simple().to_string(), GUEST_AGE, is_https);
    }
    response
}

/// A guest that nobody has been: whoever signs in or out leaves their guest's traces behind.
pub fn new_guest(headers: &mut HeaderMap, is_https: bool) {
    cookie::set(
        headers,
        cookie::GUEST,
        &Uuid::new_v4().simple().to_string(),
        GUEST_AGE,
        is_https,
    );
}

async fn credentials(state: &AppState, parts: &Parts) -> Result<Shows, Error> {
    let headers = &parts.headers;
    if let Some(token) = bearer(headers) {
        if is_equal(token, &state.admin_token) {
            return Ok(Shows::Operator);
        }
        // Whoever shows a token means to be somebody: a wrong one is no guest.
        let account = state.accounts.authenticate(token).await?;
        return account.map(Shows::Account).ok_or_else(signed_out);
    }
    if let Some(token) = stream_token(parts) {
        if streamed(parts).is_some_and(|torrent| state.is_room_guest(token, torrent)) {
            return Ok(Shows::RoomGuest);
        }
        let account = state.accounts.authenticate_stream(token).await?;
        return account.map(Shows::Account).ok_or_else(signed_out);
    }
    let (access, refresh) = (
        cookie::get(headers, cookie::ACCESS),
        cookie::get(headers, cookie::REFRESH),
    );
    if let Some(access) = access
        && let Some(account) = state.accounts.authenticate(access).await?
    {
        return Ok(Shows::Account(account));
    }
    match refresh.filter(|token| !token.is_empty()) {
        // These take the cookie themselves.
        Some(_) if matches!(parts.uri.path(), "/api/auth/refresh" | "/api/auth/sign-out") => Ok(Shows::Nothing),
        // Media, events and beacons cannot ask for a new access token and try again, so it is done here.
        Some(refresh) => match state
            .accounts
            .refresh(refresh, Shown::Cookie, &device(state, parts))
            .await
        {
            Ok(granted) => Ok(Shows::Fresh(Box::new(granted))),
            Err(Error::Refused(refusal)) if refusal.kind == Kind::Unauthorized => Ok(Shows::Ended),
            Err(error) => Err(error),
        },
        None if access.is_some_and(|token| !token.is_empty()) => Ok(Shows::Ended),
        None => Ok(Shows::Nothing),
    }
}

/// From where and by what this request comes.
pub fn device(state: &AppState, parts: &Parts) -> Device {
    let agent = parts.headers.get(header::USER_AGENT);
    Device {
        agent: clean_agent(agent),
        address: address::of(state, &parts.headers, &parts.extensions).to_string(),
    }
}

fn clean_agent(agent: Option<&HeaderValue>) -> String {
    let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    agent.chars().take(crate::account::device::AGENT_BYTES).collect()
}

/// Where a program's token is in the address: players that a playlist is given to send no headers.
fn stream_token(parts: &Parts) -> Option<&str> {
    let path = parts.uri.path();
    let is_stream = path.starts_with("/api/stream/") || path.starts_with("/api/download/");
    if !is_stream || !matches!(parts.method, Method::GET | Method::HEAD) {
        return None;
    }
    let pairs = parts.uri.query()?.split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| *name == "token")
        .map(|(_, token)| token)
}

/// The torrent that a stream's address names.
fn streamed(parts: &Parts) -> Option<InfoHash> {
    parts.uri.path().split('/').nth(3)?.parse().ok()
}

/// Whether a login that has ended is said so, rather than taken for a guest.
fn is_for_accounts(uri: &Uri) -> bool {
    let path = uri.path();
    path.starts_with("/api/") && !is_open_to_all(path)
}

/// What works without being anybody: signing in itself, and what a page needs to say so.
fn is_open_to_all(path: &str) -> bool {
    path.starts_with("/api/auth/") || matches!(path, "/api/session" | "/api/ingest")
}

/// A single room's own routes: the room itself says whether guests may come in.
fn is_of_a_room(path: &str) -> bool {
    path.strip_prefix("/api/rooms/").is_some_and(|name| !name.is_empty())
}

/// Where the instance is for accounts only, a guest is shown to the door: pages by a redirect, programs by a problem.
fn refuse_guest(state: &AppState, uri: &Uri) -> Option<Response> {
    if state.config.access == Access::Open {
        return None;
    }
    if uri.path().starts_with("/api/") {
        let closed = || {
            Error::refuse(
                Kind::Unauthorized,
                "This instance is for people with an account. Sign in first.",
            )
        };
        let is_open = is_open_to_all(uri.path()) || is_of_a_room(uri.path());
        return (!is_open).then(|| refuse(closed()));
    }
    let is_file = uri.path().rsplit('/').next().is_some_and(|name| name.contains('.'));
    let is_room = uri.path().starts_with("/room/");
    if is_file || is_room || matches!(uri.path(), "/sign-in" | "/sign-up" | "/forgot" | "/reset") {
        return None;
    }
    let next = app::api::encode(uri.path_and_query().map_or("/", |path| path.as_str()));
    Some(axum::response::Redirect::to(&format!("/sign-in?next={next}")).into_response())
}

fn refuse(error: Error) -> Response {
    Problem::from(error).into_response()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn guest_id(headers: &HeaderMap) -> Option<Uuid> {
    let id = cookie::get(headers, cookie::GUEST)?;
    Uuid::try_parse(id).ok().filter(|id| id.get_version_num() == 4)
}

/// Whoever watches, in a handler's parameters.
pub struct CurrentViewer(pub Viewer);

impl<S: Send + Sync> FromRequestParts<S> for CurrentViewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        viewer(parts).map(Self)
    }
}

/// Whoever makes this request.
pub(super) fn viewer(parts: &Parts) -> Result<Viewer, Problem> {
    let viewer = parts.extensions.get::<Viewer>().cloned();
    viewer.ok_or_else(|| Error::internal(anyhow::anyhow!("a route without the viewer layer")).into())
}

/// Whoever is signed in.
pub struct SignedIn(pub Arc<Account>);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match viewer(parts)? {
            Viewer::Account(account) => Ok(Self(account)),
            Viewer::Guest(_) => Err(Error::refuse(Kind::Unauthorized, "Sign in first.").into()),
        }
    }
}

/// An account that runs the instance, or the operator with the token of the data directory.
pub struct Admin;

impl FromRequestParts<AppState> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        if parts.extensions.get::<Operator>().is_some() {
            return Ok(Self);
        }
        match viewer(parts)? {
            Viewer::Account(account) if account.role == Role::Admin => Ok(Self),
            Viewer::Account(_) => {
                Err(Error::refuse(Kind::Forbidden, "Only an admin of this instance may do this.").into())
            }
            Viewer::Guest(_) => Err(not_admin().into()),
        }
    }
}

/// A program with a key for ingest.
pub struct IngestKey;

impl FromRequestParts<AppState> for IngestKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let shown = parts
            .headers
            .get("x-api-key")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        // Every key is compared, so that the time tells nothing about which one was close.
        let configured = state
            .config
            .ingest_keys
            .iter()
            .fold(false, |known, key| is_equal(shown, key) | known);
        if configured || state.ingest_key_is_known(shown).await? {
            Ok(Self)
        } else {
            Err(Error::refuse(Kind::Unauthorized, "The API key is missing, wrong or revoked.").into())
        }
    }
}

fn is_equal(shown: &str, secret: &Secret) -> bool {
    shown.as_bytes().ct_eq(secret.expose().as_bytes()).into()
}
