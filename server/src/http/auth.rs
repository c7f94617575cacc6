//! Who makes a request: guests by cookie, the operator by token, programs by key. A handler names what it needs in its
//! parameters.

use super::problem::Problem;
use crate::{backend::not_admin, config::Secret, error::Error, state::AppState};
use app::{backend::Viewer, error::Kind};
use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderValue, header, request::Parts};
use subtle::ConstantTimeEq;
use uuid::Uuid;

const COOKIE: &str = "matinee_guest";

/// A year: guests keep their history as long as they come back.
const COOKIE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// Finds out who the viewer is and, for a new guest, sets the cookie that will tell next time.
pub async fn know_viewer(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let known = guest_id(request.headers());
    let id = known.unwrap_or_else(Uuid::new_v4);
    request.extensions_mut().insert(Viewer::Guest(id.simple().to_string()));
    let mut response = next.run(request).await;
    if known.is_none() {
        let secure = if state.config.is_https() { "; Secure" } else { "" };
        let cookie = format!(
            "{COOKIE}={}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}",
            id.simple()
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn guest_id(headers: &HeaderMap) -> Option<Uuid> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, id) = pairs.find(|(name, _)| *name == COOKIE)?;
    Uuid::try_parse(id).ok().filter(|id| id.get_version_num() == 4)
}

/// Whoever watches, in a handler's parameters.
pub struct CurrentViewer(pub Viewer);

impl<S: Send + Sync> FromRequestParts<S> for CurrentViewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let viewer = parts.extensions.get::<Viewer>().cloned();
        viewer
            .map(Self)
            .ok_or_else(|| Error::internal(anyhow::anyhow!("a route without the viewer layer")).into())
    }
}

/// The operator, by `Authorization: Bearer` with the token of the data directory.
pub struct Admin;

impl FromRequestParts<AppState> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let header = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|value| value.strip_prefix("Bearer "))
            .unwrap_or_default();
        if is_equal(token, &state.admin_token) {
            Ok(Self)
        } else {
            Err(not_admin().into())
        }
    }
}

/// A program with a key for ingest.
pub struct IngestKey;

impl FromRequestParts<AppState> for IngestKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        if state.config.ingest_keys.is_empty() {
            return Err(Error::refuse(Kind::Forbidden, "Ingest is turned off on this instance.").into());
        }
        let shown = parts
            .headers
            .get("x-api-key")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        // Every key is compared, so that the time tells nothing about which one was close.
        let known = state
            .config
            .ingest_keys
            .iter()
            .fold(false, |known, key| is_equal(shown, key) | known);
        if known {
            Ok(Self)
        } else {
            Err(Error::refuse(Kind::Unauthorized, "The API key is missing or wrong.").into())
        }
    }
}

fn is_equal(shown: &str, secret: &Secret) -> bool {
    shown.as_bytes().ct_eq(secret.expose().as_bytes()).into()
}
