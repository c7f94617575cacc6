//! `/api/auth`: signing up, in and out, and new passwords; `/api/session`: who asks.

use crate::{
    account::{Granted, Shown, signed_out, token},
    http::{
        auth::{self, CurrentViewer, SignedIn},
        cookie, limit,
        problem::{Answer, Body, OptionalBody, Problem},
        responses::{Conflict, Reading, Taking, TooOften, Writing},
    },
    state::AppState,
};
use app::{
    backend::{Backend, Viewer},
    protocol::{ForgotPassword, Profile, RefreshToken, ResetPassword, Session, SignIn, SignUp, Tokens},
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header, request::Parts};

/// From where a request comes, in a handler's parameters.
pub struct From(crate::db::Device);

impl FromRequestParts<AppState> for From {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Ok(Self(auth::device(state, parts)))
    }
}

/// Makes an account and signs it in. The first account of an instance becomes admin. What a guest watched becomes theirs.
#[utoipa::path(post, path = "/api/auth/sign-up", tag = "accounts", security(()), request_body = SignUp,
    responses((status = 201, body = Tokens, description = "Signed in; a browser also gets cookies"),
        Writing, Taking, Conflict, TooOften))]
pub async fn sign_up(
    State(state): State<AppState>,
    CurrentViewer(viewer): CurrentViewer,
    From(device): From,
    Body(new): Body<SignUp>,
) -> Answer<Response> {
    let guest = match &viewer {
        Viewer::Guest(_) => Some(viewer.key()),
        Viewer::Account(_) => None,
    };
    let (granted, profile) = state.accounts.sign_up(new, guest.as_deref(), &device).await?;
    Ok(signed_in(&state, StatusCode::CREATED, granted, profile))
}

/// Signs in. The same answer, after the same time, for an unknown name and a wrong password.
#[utoipa::path(post, path = "/api/auth/sign-in", tag = "accounts", security(()), request_body = SignIn,
    responses((status = 200, body = Tokens, description = "Signed in; a browser also gets cookies"),
        Writing, Taking, TooOften))]
pub async fn sign_in(
    State(state): State<AppState>,
    From(device): From,
    Body(sign_in): Body<SignIn>,
) -> Answer<Response> {
    if let Some(refusal) = limit::auth_of_account(&state, &sign_in.login).await {
        return Ok(refusal);
    }
    let (granted, profile) = state.accounts.sign_in(sign_in, &device).await?;
    Ok(signed_in(&state, StatusCode::OK, granted, profile))
}

/// Exchanges a refresh token, from the body or a browser's cookie, for new tokens. Each is good once: the second use of
/// one from the body ends the login.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "accounts", security((), ("bearer" = []), ("cookie" = [])), request_body(content = Option<RefreshToken>),
    responses((status = 200, body = Tokens, description = "New tokens; a browser gets them as cookies too"), Writing, Taking))]
pub async fn refresh(
    State(state): State<AppState>,
    headers: http::HeaderMap,
    From(device): From,
    OptionalBody(body): OptionalBody<RefreshToken>,
) -> Answer<Response> {
    let in_cookie = cookie::get(&headers, cookie::REFRESH).filter(|token| !token.is_empty());
    let refreshed = match (&body.refresh_token, in_cookie) {
        (Some(token), _) => state.accounts.refresh(token, Shown::Body, &device).await,
        (None, Some(token)) => state.accounts.refresh(token, Shown::Cookie, &device).await,
        (None, None) => Err(signed_out()),
    };
    let granted = match refreshed {
        Ok(granted) => granted,
        Err(error) => {
            let mut response = Problem::from(error).into_response();
            if response.status() == StatusCode::UNAUTHORIZED && body.refresh_token.is_none() {
                cookie::sign_out(response.headers_mut(), state.config.is_https());
            }
            return Ok(response);
        }
    };
    let profile = state.accounts.profile(&granted.account).await?;
    Ok(tokens(&state, StatusCode::OK, granted, profile))
}

/// Ends the login of this access token, cookie or refresh token. Whoever is signed out already is signed out.
#[utoipa::path(post, path = "/api/auth/sign-out", tag = "accounts", security((), ("bearer" = []), ("cookie" = [])), request_body(content = Option<RefreshToken>),
    responses((status = 204, description = "Signed out"), Writing, Taking))]
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
    cookie::sign_out(response.headers_mut(), state.config.is_https());
    auth::new_guest(response.headers_mut(), state.config.is_https());
    Ok(response)
}

/// Sends a link to choose a new password, if there is such an account. Always the same answer.
#[utoipa::path(post, path = "/api/auth/password/forgot", tag = "accounts", security(()), request_body = ForgotPassword,
    responses((status = 202, description = "If there is such an account, a mail is on its way"), Writing, Taking, TooOften))]
pub async fn forgot(State(state): State<AppState>, Body(forgot): Body<ForgotPassword>) -> Answer<Response> {
    if let Some(refusal) = limit::auth_of_account(&state, &format!("forgot {}", forgot.email)).await {
        return Ok(refusal);
    }
    state.accounts.forgot_password(forgot)?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Sets a new password by a link from a mail, once, and ends every login of the account.
#[utoipa::path(post, path = "/api/auth/password/reset", tag = "accounts", security(()), request_body = ResetPassword,
    responses((status = 204, description = "The new password holds"), Writing, Taking, TooOften))]
pub async fn reset(State(state): State<AppState>, Body(reset): Body<ResetPassword>) -> Answer<Response> {
    state.accounts.reset_password(reset).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookie::sign_out(response.headers_mut(), state.config.is_https());
    Ok(response)
}

/// The account that asks.
#[utoipa::path(get, path = "/api/auth/me", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Profile, description = "Who asks"), Reading))]
pub async fn me(State(state): State<AppState>, SignedIn(account): SignedIn) -> Answer<Json<Profile>> {
    Ok(Json(state.accounts.profile(&account).await?))
}

/// Who asks, if anybody is signed in, and what this instance lets them do.
#[utoipa::path(get, path = "/api/session", tag = "accounts", security((), ("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Session, description = "Who asks, if anybody, and what they may do"), Reading))]
pub async fn session(State(state): State<AppState>, CurrentViewer(viewer): CurrentViewer) -> Answer<Json<Session>> {
    Ok(Json(state.session(&viewer).await?))
}

/// Somebody new at this browser: nothing of the guest before stays.
fn signed_in(state: &AppState, status: StatusCode, granted: Granted, profile: Profile) -> Response {
    let mut response = tokens(state, status, granted, profile);
    auth::new_guest(response.headers_mut(), state.config.is_https());
    response
}

fn tokens(state: &AppState, status: StatusCode, granted: Granted, user: Profile) -> Response {
    let body = Tokens {
        access_token: granted.access_token.clone(),
        token_type: "Bearer".into(),
        expires_in: u32::try_from(token::ACCESS.as_secs()).unwrap_or(u32::MAX),
        refresh_token: granted.refresh_token.clone().unwrap_or_default(),
        user,
    };
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    cookie::sign_in(headers, &granted, state.config.is_https());
    response
}
