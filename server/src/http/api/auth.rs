//! `/api/auth`: sign-up, sign-in, sign-out and password reset; `/api/session`: the current session.

use crate::{
    account::{IssuedTokens, signed_out, token},
    http::{
        auth::{self, CurrentCaller, CurrentViewer, SignedIn},
        cookie, identity, language,
        limit::limited,
        problem::{Answer, Body, OptionalBody, Problem},
        responses::{BodyErrors, Conflict, ReadErrors, TooOften, WriteErrors},
    },
    limit::Limit,
    limits,
    state::AppState,
};
use app::{
    backend::Backend,
    protocol::{ForgotPassword, Profile, RefreshToken, ResetPassword, Session, SignIn, SignUp, Tokens},
};
use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequestParts, State},
    middleware,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header, request::Parts};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Returns the routes of a caller with an account.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(me))
        .layer(DefaultBodyLimit::max(limits::SMALL_BODY_BYTES))
}

/// Returns the routes by which a caller gets an account, for the surface [`Entrance`](auth::Surface::Entrance).
pub fn entrance(state: &AppState) -> OpenApiRouter<AppState> {
    // Counted by address, whoever the caller is. Sign-ins are counted separately (`account/guess.rs`).
    let counted = OpenApiRouter::new()
        .routes(routes!(sign_up))
        .routes(routes!(forgot))
        .routes(routes!(reset))
        .layer(DefaultBodyLimit::max(limits::SMALL_BODY_BYTES))
        .layer(limited(state.clone(), Limit::Auth));
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(session))
        .layer(DefaultBodyLimit::max(limits::SMALL_BODY_BYTES))
        .merge(counted)
}

/// Returns the routes that take a refresh token, for the surface [`Refresh`](auth::Surface::Refresh).
pub fn refreshing() -> OpenApiRouter<AppState> {
    // A refresh token identifies its account by itself.
    let leaving = OpenApiRouter::new()
        .routes(routes!(sign_out))
        .layer(middleware::from_fn(identity::refuse_another));
    OpenApiRouter::new()
        .routes(routes!(refresh))
        .merge(leaving)
        .layer(DefaultBodyLimit::max(limits::SMALL_BODY_BYTES))
}

/// Extractor for the device that a request comes from.
pub struct From(crate::db::Device);

impl FromRequestParts<AppState> for From {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Ok(Self(auth::device(state, parts)))
    }
}

/// Creates an account and signs it in.
///
/// The first account of an instance becomes its admin; creating it requires the set-up token if the instance can be
/// reached from other machines. The guest's watch history moves to the account.
#[utoipa::path(post, path = "/api/auth/sign-up", tag = "accounts", security(()), request_body = SignUp,
    responses((status = 201, body = Tokens, description = "Signed in; a browser also gets cookies"),
        WriteErrors, BodyErrors, Conflict, TooOften))]
pub async fn sign_up(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    headers: http::HeaderMap,
    From(device): From,
    Body(new): Body<SignUp>,
) -> Answer<Response> {
    let (granted, profile) = state.sign_up(&caller, new, &device).await?;
    state.lobby.note_sign_in(&caller.viewer, profile.user.id);
    let known = cookie::get(&headers, cookie::BROWSER);
    signed_in(&state, StatusCode::CREATED, known, granted, profile)
}

/// Signs in.
///
/// An unknown name and a wrong password get the same response after the same time.
#[utoipa::path(post, path = "/api/auth/sign-in", tag = "accounts", security(()), request_body = SignIn,
    responses((status = 200, body = Tokens, description = "Signed in; a browser also gets cookies"),
        WriteErrors, BodyErrors, TooOften))]
pub async fn sign_in(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    headers: http::HeaderMap,
    From(device): From,
    Body(sign_in): Body<SignIn>,
) -> Answer<Response> {
    let known = cookie::get(&headers, cookie::BROWSER);
    let (granted, profile) = state.accounts.sign_in(sign_in, &device, known).await?;
    state.lobby.note_sign_in(&caller.viewer, profile.user.id);
    signed_in(&state, StatusCode::OK, known, granted, profile)
}

/// Exchanges a refresh token, from the body or a browser's cookie, for new tokens.
///
/// The old token stays valid until the new one has been used, so a request whose response was lost can be repeated;
/// using it after that ends the login.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "accounts", security((), ("bearer" = []), ("cookie" = [])), request_body(content = Option<RefreshToken>),
    responses((status = 200, body = Tokens, description = "New tokens; a browser gets them as cookies too"), WriteErrors, BodyErrors))]
pub async fn refresh(
    State(state): State<AppState>,
    headers: http::HeaderMap,
    From(device): From,
    OptionalBody(body): OptionalBody<RefreshToken>,
) -> Answer<Response> {
    let in_cookie = cookie::get(&headers, cookie::REFRESH).filter(|token| !token.is_empty());
    let refreshed = match body.refresh_token.as_deref().or(in_cookie) {
        Some(token) => state.accounts.refresh(token, &device).await,
        None => Err(signed_out()),
    };
    let granted = match refreshed {
        Ok(granted) => granted,
        Err(error) => {
            let mut response = Problem::from(error).into_response();
            if response.status() == StatusCode::UNAUTHORIZED && body.refresh_token.is_none() {
                cookie::sign_out(response.headers_mut(), state.config.server.is_https());
            }
            return Ok(response);
        }
    };
    let profile = state.accounts.profile(&granted.account).await?;
    Ok(tokens(&state, StatusCode::OK, granted, profile))
}

/// Ends the login of this access token, cookie or refresh token.
///
/// Succeeds even if it has ended already.
#[utoipa::path(post, path = "/api/auth/sign-out", tag = "accounts", security((), ("bearer" = []), ("cookie" = [])), request_body(content = Option<RefreshToken>),
    responses((status = 204, description = "Signed out"), WriteErrors, BodyErrors))]
pub async fn sign_out(
    State(state): State<AppState>,
    CurrentViewer(viewer): CurrentViewer,
    headers: http::HeaderMap,
    OptionalBody(body): OptionalBody<RefreshToken>,
) -> Answer<Response> {
    let in_cookie = cookie::get(&headers, cookie::REFRESH).map(str::to_owned);
    if let Some(token) = body.refresh_token.or(in_cookie) {
        state.accounts.sign_out_by_token(&token).await?;
    }
    if let Some(account) = viewer.account() {
        state.accounts.sign_out(account).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookie::sign_out(response.headers_mut(), state.config.server.is_https());
    auth::new_guest(response.headers_mut(), state.config.server.is_https());
    Ok(response)
}

/// Sends a password reset link, if there is such an account.
///
/// The response is always the same.
#[utoipa::path(post, path = "/api/auth/password/forgot", tag = "accounts", security(()), request_body = ForgotPassword,
    responses((status = 202, description = "If there is such an account, a mail is on its way"), WriteErrors, BodyErrors, TooOften))]
pub async fn forgot(
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(forgot): Body<ForgotPassword>,
) -> Answer<Response> {
    let asked_in = language::of(&state.config.server, None, &headers);
    state.accounts.forgot_password(forgot, asked_in)?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Sets a new password with the token of a reset link.
///
/// A link works once; all of the account's logins end.
#[utoipa::path(post, path = "/api/auth/password/reset", tag = "accounts", security(()), request_body = ResetPassword,
    responses((status = 204, description = "The new password holds"), WriteErrors, BodyErrors, TooOften))]
pub async fn reset(State(state): State<AppState>, Body(reset): Body<ResetPassword>) -> Answer<Response> {
    state.accounts.reset_password(reset).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookie::sign_out(response.headers_mut(), state.config.server.is_https());
    Ok(response)
}

/// Returns the account that is signed in.
#[utoipa::path(get, path = "/api/auth/me", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Profile, description = "Who asks"), ReadErrors))]
pub async fn me(State(state): State<AppState>, SignedIn(account): SignedIn) -> Answer<Json<Profile>> {
    Ok(Json(state.accounts.profile(&account).await?))
}

/// Returns the account that is signed in, if any, and what this instance lets the caller do.
#[utoipa::path(get, path = "/api/session", tag = "accounts", security((), ("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Session, description = "Who asks, if anybody, and what they may do"), ReadErrors))]
pub async fn session(State(state): State<AppState>, CurrentCaller(caller): CurrentCaller) -> Answer<Json<Session>> {
    Ok(Json(state.session(&caller).await?))
}

/// Responds to a sign-in or sign-up, and replaces the guest cookie so that nothing of the previous guest remains.
/// `known` is the cookie of the accounts that signed in with this browser before.
fn signed_in(
    state: &AppState,
    status: StatusCode,
    known: Option<&str>,
    granted: IssuedTokens,
    profile: Profile,
) -> Answer<Response> {
    let known = state.accounts.remember_browser(known, &granted.account)?;
    let mut response = tokens(state, status, granted, profile);
    cookie::remember_browser(response.headers_mut(), &known, state.config.server.is_https());
    auth::new_guest(response.headers_mut(), state.config.server.is_https());
    Ok(response)
}

fn tokens(state: &AppState, status: StatusCode, granted: IssuedTokens, user: Profile) -> Response {
    let body = Tokens {
        access_token: granted.access_token.clone(),
        token_type: "Bearer".into(),
        expires_in: u32::try_from(token::ACCESS.as_secs()).unwrap_or(u32::MAX),
        refresh_token: granted.refresh_token.clone(),
        user,
    };
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    cookie::sign_in(headers, &granted, state.config.server.is_https());
    response
}
