//! `/api/users/me`: what belongs to whoever is signed in.

use crate::{
    http::{
        auth::{self, SignedIn},
        cookie,
        problem::{Answer, Body, Path},
        responses::{Conflict, NotFound, Reading, Taking, Writing},
    },
    state::AppState,
};
use app::protocol::{ChangeProfile, DeleteAccount, HistoryItem, List, Login, PreferenceValue, Profile};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use uuid::Uuid;

/// The account with its preferences.
#[utoipa::path(get, path = "/api/users/me", operation_id = "get_account", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Profile, description = "The account, as it is now"), Reading))]
pub async fn get(State(state): State<AppState>, SignedIn(account): SignedIn) -> Answer<Json<Profile>> {
    Ok(Json(state.accounts.profile(&account).await?))
}

/// Changes name, address or password. Address and password need the current password; a new password ends all other
/// logins.
#[utoipa::path(patch, path = "/api/users/me", operation_id = "change_account", tag = "accounts", security(("bearer" = []), ("cookie" = [])), request_body = ChangeProfile,
    responses((status = 200, body = Profile, description = "The account, as it is now"), Writing, Taking, Conflict))]
pub async fn change(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Body(change): Body<ChangeProfile>,
) -> Answer<Json<Profile>> {
    Ok(Json(state.accounts.change(&account, change).await?))
}

/// Deletes the account with its history, preferences and logins. There is no way back.
#[utoipa::path(delete, path = "/api/users/me", operation_id = "delete_account", tag = "accounts", security(("bearer" = []), ("cookie" = [])), request_body = DeleteAccount,
    responses((status = 204, description = "It is gone"), Writing, Taking, Conflict))]
pub async fn delete(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Body(delete): Body<DeleteAccount>,
) -> Answer<Response> {
    let rooms = state.rooms_hosted_by(&account).await?;
    state.accounts.delete(&account, delete).await?;
    state.account_deleted(&account, &rooms).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookie::sign_out(response.headers_mut(), state.config.is_https());
    auth::new_guest(response.headers_mut(), state.config.is_https());
    Ok(response)
}

/// Everything that is kept of an account, but its password's hash.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Export {
    /// Who it is, with preferences.
    profile: Profile,
    /// Where it is signed in.
    logins: Vec<Login>,
    /// What was watched, latest first.
    history: Vec<HistoryItem>,
}

/// Everything that is kept of the account, as a file.
#[utoipa::path(get, path = "/api/users/me/export", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Export, description = "A file with everything"), Reading))]
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

/// Sets a preference that follows the account: `theme`, `player_volume`, `player_muted`, `player_speed`,
/// `subtitle_language`, `subtitle_size` or `push_to_talk_key`.
#[utoipa::path(put, path = "/api/users/me/preferences/{key}", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    params(("key" = String, Path, example = "theme")), request_body = PreferenceValue,
    responses((status = 204, description = "Kept"), Writing, Taking, NotFound))]
pub async fn set_preference(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Path(key): Path<String>,
    Body(value): Body<PreferenceValue>,
) -> Answer<StatusCode> {
    state.accounts.set_preference(&account, &key, value.value).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where the account is signed in, last used first.
#[utoipa::path(get, path = "/api/users/me/logins", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = List<Login>, description = "The devices"), Reading))]
pub async fn logins(State(state): State<AppState>, SignedIn(account): SignedIn) -> Answer<Json<List<Login>>> {
    Ok(Json(List::whole(state.accounts.logins(&account).await?)))
}

/// Signs one device out, at once.
#[utoipa::path(delete, path = "/api/users/me/logins/{id}", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 204, description = "Signed out"), Writing, NotFound))]
pub async fn end_login(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    state.accounts.end_login(&account, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs all other devices out, at once.
#[utoipa::path(delete, path = "/api/users/me/logins", tag = "accounts", security(("bearer" = []), ("cookie" = [])),
    responses((status = 204, description = "Signed out everywhere else"), Writing))]
pub async fn end_other_logins(State(state): State<AppState>, SignedIn(account): SignedIn) -> Answer<StatusCode> {
    state.accounts.end_other_logins(&account).await?;
    Ok(StatusCode::NO_CONTENT)
}
