//! `/api/users/me`: the account that is signed in.

use crate::{
    http::{
        auth::{self, SignedIn},
        cookie,
        problem::{Answer, Body, Path},
        responses::{BodyErrors, Conflict, NotFound, ReadErrors, TooOften, WriteErrors},
    },
    limits,
    state::AppState,
};
use app::protocol::{ChangeProfile, DeleteAccount, HistoryItem, List, Login, PreferenceValue, Profile};
use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// Returns all routes under `/api/users/me`.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get, change, delete))
        .routes(routes!(export))
        .routes(routes!(set_preference))
        .routes(routes!(logins, end_other_logins))
        .routes(routes!(end_login))
        .layer(DefaultBodyLimit::max(limits::SMALL_BODY_BYTES))
}

/// Returns the account with its preferences.
#[utoipa::path(get, path = "/api/users/me", operation_id = "get_account", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Profile, description = "The account, as it is now"), ReadErrors))]
pub async fn get(State(state): State<AppState>, SignedIn(account): SignedIn) -> Answer<Json<Profile>> {
    Ok(Json(state.accounts.profile(&account).await?))
}

/// Changes the account's name, address or password.
///
/// Address and password require the current password; a new password ends all other logins.
#[utoipa::path(patch, path = "/api/users/me", operation_id = "change_account", tag = "accounts", security(("bearer" = []), ("cookie" = [])), request_body = ChangeProfile,
    responses((status = 200, body = Profile, description = "The account, as it is now"), WriteErrors, BodyErrors, Conflict, TooOften))]
pub async fn change(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Body(change): Body<ChangeProfile>,
) -> Answer<Json<Profile>> {
    Ok(Json(state.accounts.change(&account, change).await?))
}

/// Deletes the account with its history, preferences and logins.
///
/// This cannot be undone.
#[utoipa::path(delete, path = "/api/users/me", operation_id = "delete_account", tag = "accounts", security(("bearer" = []), ("cookie" = [])), request_body = DeleteAccount,
    responses((status = 204, description = "It is gone"), WriteErrors, BodyErrors, Conflict, TooOften))]
pub async fn delete(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Body(delete): Body<DeleteAccount>,
) -> Answer<Response> {
    let rooms = state.lobby.rooms_hosted_by(&account).await?;
    state.accounts.delete(&account, delete).await?;
    state.lobby.account_deleted(&account, &rooms).await;
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookie::sign_out(response.headers_mut(), state.config.server.is_https());
    auth::new_guest(response.headers_mut(), state.config.server.is_https());
    Ok(response)
}

/// All data that is stored about an account, except for its password hash.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Export {
    /// The account with its preferences.
    profile: Profile,
    /// Active logins.
    logins: Vec<Login>,
    /// Watch history, latest first.
    history: Vec<HistoryItem>,
}

/// Exports all data that is stored about the account, as a file.
#[utoipa::path(get, path = "/api/users/me/export", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Export, description = "A file with everything"), ReadErrors))]
pub async fn export(State(state): State<AppState>, SignedIn(account): SignedIn) -> Answer<Response> {
    let export = Export {
        profile: state.accounts.profile(&account).await?,
        logins: state.accounts.logins(&account).await?,
        history: state.whole_history(&account).await?,
    };
    let mut response = Json(export).into_response();
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"matinee-account.json\""),
    );
    Ok(response)
}

/// Sets a preference of the account.
///
/// One of `language`, `theme`, `player_volume`, `player_muted`, `player_speed`, `subtitle_language`, `subtitle_size` or
/// `push_to_talk_key`. `language` is the tag (BCP 47) of a language that the pages have, such as `en` or `de`; without it
/// they are in the one that the browser asks for. `null` deletes a preference.
#[utoipa::path(put, path = "/api/users/me/preferences/{key}", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    params(("key" = String, Path, example = "theme")), request_body = PreferenceValue,
    responses((status = 204, description = "Kept"), WriteErrors, BodyErrors, NotFound))]
pub async fn set_preference(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Path(key): Path<String>,
    Body(value): Body<PreferenceValue>,
) -> Answer<StatusCode> {
    state.accounts.set_preference(&account, &key, value.value).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the account's logins, most recently used first.
#[utoipa::path(get, path = "/api/users/me/logins", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = List<Login>, description = "The devices"), ReadErrors))]
pub async fn logins(State(state): State<AppState>, SignedIn(account): SignedIn) -> Answer<Json<List<Login>>> {
    Ok(Json(List::whole(state.accounts.logins(&account).await?)))
}

/// Signs a device out immediately.
#[utoipa::path(delete, path = "/api/users/me/logins/{id}", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 204, description = "Signed out"), WriteErrors, NotFound))]
pub async fn end_login(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    state.accounts.end_login(&account, id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs all other devices out immediately.
#[utoipa::path(delete, path = "/api/users/me/logins", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    responses((status = 204, description = "Signed out everywhere else"), WriteErrors))]
pub async fn end_other_logins(State(state): State<AppState>, SignedIn(account): SignedIn) -> Answer<StatusCode> {
    state.accounts.end_other_logins(&account).await?;
    Ok(StatusCode::NO_CONTENT)
}
