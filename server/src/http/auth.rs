//! Authentication of callers: accounts by a token in a header or a cookie, guests by a cookie, the operator and
//! programs by a key. Handlers name what they need in their parameters; what a caller may do is decided by the use case
//! (`access.rs`).

use super::{address, cookie, csrf, limit, problem::Problem};
use crate::{
    access::Use,
    account::{IssuedTokens, signed_out},
    db::Device,
    error::Error,
    state::AppState,
};
use app::{
    backend::{Account, Caller, Counts, Grant, Viewer},
    error::Kind,
    t,
};
use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// Lifetime of the guest cookie: a year. Guests keep their history as long as they come back.
const GUEST_AGE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Group of routes that a request came to. It determines where credentials may be and how a login that has ended is
/// handled. Each router sets its own; it is never derived from the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// Pages: a login that has ended makes the caller a guest.
    Page,
    /// Sign-in and the current session: as for pages.
    Entrance,
    /// Refresh and sign-out: these handlers read the refresh cookie themselves.
    Refresh,
    /// Everything else under `/api`: a login that has ended is an error.
    Api,
    /// Files for players, which send no headers: the token may be in the URL.
    Bytes,
}

impl Surface {
    /// Returns whether a login that has ended is an error, instead of making the caller a guest.
    fn tells_the_end(self) -> bool {
        match self {
            Self::Page | Self::Entrance | Self::Refresh => false,
            Self::Api | Self::Bytes => true,
        }
    }
}

/// Result of authenticating a request.
enum Identity {
    Account(Arc<Account>),
    /// An account whose tokens were refreshed, with the new ones for the browser.
    Fresh(Box<IssuedTokens>),
    Operator,
    /// An account, by the token of its playlist.
    Player(Arc<Account>),
    /// A room's guest, by the token for what the room plays.
    RoomGuest(Arc<str>),
    Nobody,
    /// A browser's login that has ended.
    Ended,
}

/// Authenticates the caller, refreshes a browser's tokens, and sets the cookie of a new guest. Adds the rate limits
/// that the use case counted to the response.
pub async fn know_caller(
    State((state, surface)): State<(AppState, Surface)>,
    request: Request,
    next: Next,
) -> Response {
    // The body is not `Sync`, so it must not be borrowed across an await.
    let (mut parts, body) = request.into_parts();
    let identity = match identify(&state, surface, &parts).await {
        Ok(identity) => identity,
        Err(error) => return refuse(error),
    };
    let ended = matches!(identity, Identity::Ended);
    let is_https = state.config.server.is_https();
    if ended && surface.tells_the_end() {
        let mut response = refuse(signed_out());
        cookie::sign_out(response.headers_mut(), is_https);
        return response;
    }
    let known = guest_id(&parts.headers);
    let guest = known.unwrap_or_else(Uuid::new_v4);
    let as_guest = || Viewer::Guest(guest.simple().to_string());
    let mut granted = None;
    let (viewer, grant) = match identity {
        Identity::Account(account) => (Viewer::Account(account), Grant::Viewer),
        Identity::Fresh(fresh) => {
            let account = fresh.account.clone();
            granted = Some(fresh);
            (Viewer::Account(account), Grant::Viewer)
        }
        Identity::Operator => (as_guest(), Grant::Operator),
        Identity::Player(account) => (Viewer::Account(account), Grant::Streams),
        Identity::RoomGuest(token) => (as_guest(), Grant::RoomStreams(token)),
        Identity::Nobody | Identity::Ended => (as_guest(), Grant::Viewer),
    };
    let is_guest = viewer.account().is_none();
    let caller = Caller {
        viewer,
        grant,
        origin: csrf::origin(&parts.headers, state.config.server.public_url.as_deref()),
        at_machine: address::is_of_this_machine(&state, &parts.headers, &parts.extensions),
        household: address::household(address::of(&state, &parts.headers, &parts.extensions)).into(),
        counts: Counts::default(),
    };
    let counts = caller.counts.clone();
    parts.extensions.insert(caller.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    // A problem is said in the caller's language.
    response.extensions_mut().insert(caller);
    tell_limits(&mut response, &counts, surface);
    let headers = response.headers_mut();
    // A handler that signs the caller in or out takes precedence.
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

/// Adds the rate limit fields. A page shows a refusal in its own words, so its status and `Retry-After` are set here.
fn tell_limits(response: &mut Response, counts: &Counts, surface: Surface) {
    let Some(counted) = counts.told() else { return };
    limit::tell(response.headers_mut(), &counted);
    if let (Surface::Page, Some(wait_ms)) = (surface, counted.refused_ms)
        && response.status() == StatusCode::OK
    {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        let seconds = app::error::Error::too_often(wait_ms).retry_after.unwrap_or_default();
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// Sets a new guest cookie, so that a caller who signs in or out leaves nothing of the previous guest behind.
pub fn new_guest(headers: &mut HeaderMap, is_https: bool) {
    cookie::set(
        headers,
        cookie::GUEST,
        &Uuid::new_v4().simple().to_string(),
        GUEST_AGE,
        is_https,
    );
}

async fn identify(state: &AppState, surface: Surface, parts: &Parts) -> Result<Identity, Error> {
    let headers = &parts.headers;
    if let Some(token) = bearer(headers) {
        if state.admin_token.is(token) {
            return Ok(Identity::Operator);
        }
        // A wrong bearer token is an error; its caller does not become a guest.
        let account = state.accounts.authenticate(token).await?;
        return account.map(Identity::Account).ok_or_else(signed_out);
    }
    if surface == Surface::Bytes
        && let Some(token) = token_of_address(parts)
    {
        if state.lobby.is_guest_token(token) {
            return Ok(Identity::RoomGuest(token.into()));
        }
        let account = state.accounts.authenticate_stream(token).await?;
        return account.map(Identity::Player).ok_or_else(signed_out);
    }
    let (access, refresh) = (
        cookie::get(headers, cookie::ACCESS),
        cookie::get(headers, cookie::REFRESH),
    );
    if let Some(access) = access
        && let Some(account) = state.accounts.authenticate(access).await?
    {
        return Ok(Identity::Account(account));
    }
    match refresh.filter(|token| !token.is_empty()) {
        Some(_) if surface == Surface::Refresh => Ok(Identity::Nobody),
        // Media, events and beacons cannot refresh the access token and retry, so it is done here.
        Some(refresh) => match state.accounts.refresh(refresh, &device(state, parts)).await {
            Ok(granted) => Ok(Identity::Fresh(Box::new(granted))),
            Err(Error::Refused(refusal)) if refusal.kind == Kind::Unauthorized => Ok(Identity::Ended),
            Err(error) => Err(error),
        },
        None if access.is_some_and(|token| !token.is_empty()) => Ok(Identity::Ended),
        None => Ok(Identity::Nobody),
    }
}

/// Returns the device and the address that a request comes from.
pub fn device(state: &AppState, parts: &Parts) -> Device {
    let agent = parts.headers.get(header::USER_AGENT);
    let address = address::of(state, &parts.headers, &parts.extensions);
    Device {
        agent: clean_agent(agent),
        address: address.to_string(),
        household: address::household(address),
    }
}

fn clean_agent(agent: Option<&HeaderValue>) -> String {
    let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    agent.chars().take(crate::account::device::AGENT_BYTES).collect()
}

/// Returns the token in the URL: players that open a playlist send no headers.
fn token_of_address(parts: &Parts) -> Option<&str> {
    let pairs = parts.uri.query()?.split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| *name == "token")
        .map(|(_, token)| token)
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

/// Extractor for the caller.
pub struct CurrentCaller(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for CurrentCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        caller(parts).map(Self)
    }
}

/// Extractor for the caller's account or guest.
pub struct CurrentViewer(pub Viewer);

impl<S: Send + Sync> FromRequestParts<S> for CurrentViewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(caller(parts)?.viewer))
    }
}

/// Returns the caller of this request.
pub(super) fn caller(parts: &Parts) -> Result<Caller, Problem> {
    let caller = parts.extensions.get::<Caller>().cloned();
    caller.ok_or_else(|| Error::internal(anyhow::anyhow!("a route without the layer that knows callers")).into())
}

/// Extractor for an account. Refuses guests and tokens that are only for playing.
pub struct SignedIn(pub Arc<Account>);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = caller(parts)?;
        state.allow(&caller, Use::Account)?;
        match caller.viewer {
            Viewer::Account(account) => Ok(Self(account)),
            Viewer::Guest(_) => Err(signed_out().into()),
        }
    }
}

/// Extractor that requires an admin's account, or the operator with the token from the data directory.
pub struct Admin;

impl FromRequestParts<AppState> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        state.allow(&caller(parts)?, Use::Administer)?;
        Ok(Self)
    }
}

/// Extractor that requires an ingest key.
pub struct IngestKey;

impl FromRequestParts<AppState> for IngestKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let shown = parts
            .headers
            .get("x-api-key")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        // Every key is compared, so that the time does not reveal which one was close.
        let configured = state
            .config
            .ingest
            .keys
            .iter()
            .fold(false, |known, key| key.is(shown) | known);
        if configured || state.ingest_key_is_known(shown).await? {
            Ok(Self)
        } else {
            Err(Error::refuse(Kind::Unauthorized, t::server_http::api_key()).into())
        }
    }
}
