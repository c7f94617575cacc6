//! Accounts.

use crate::{
    http::{
        auth::Admin,
        problem::{Answer, Body, Path, Query},
        responses::{BodyErrors, Conflict, Forbidden, NotFound, ReadErrors, TooOften, WriteErrors},
    },
    state::AppState,
};
use app::protocol::{AdminUser, ChangeUser, List};
use axum::{Json, extract::State};
use serde::Deserialize;
use uuid::Uuid;

/// Filter and pagination of the accounts.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsersQuery {
    /// Only accounts with this text in their name or address, at most 100 characters.
    #[param(max_length = 100, example = "ada")]
    query: Option<String>,
    /// The `next` cursor of the previous page.
    #[param(pattern = r"^[0-9]{1,18}\.[0-9a-f]{32}$")]
    cursor: Option<String>,
}

/// Lists the accounts, newest first.
#[utoipa::path(get, path = "/api/admin/users", tag = "admin", params(UsersQuery), security(("admin" = [])),
    responses((status = 200, body = List<AdminUser>, description = "A page of them"), ReadErrors, Forbidden, TooOften))]
pub async fn list_users(
    State(state): State<AppState>,
    _admin: Admin,
    Query(query): Query<UsersQuery>,
) -> Answer<Json<List<AdminUser>>> {
    let users = state
        .admin_users(query.query.as_deref(), query.cursor.as_deref())
        .await?;
    Ok(Json(users))
}

/// Changes an account's role, or disables or enables it.
///
/// Disabling an account ends its logins at once.
#[utoipa::path(patch, path = "/api/admin/users/{id}", tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    request_body(content = ChangeUser, example = json!({ "role": "admin" })),
    responses((status = 200, body = AdminUser, description = "The account as it is now"), WriteErrors, BodyErrors, TooOften, NotFound, Conflict))]
pub async fn change_user(
    State(state): State<AppState>,
    _admin: Admin,
    Path(id): Path<Uuid>,
    Body(change): Body<ChangeUser>,
) -> Answer<Json<AdminUser>> {
    Ok(Json(state.change_user(id.into(), change).await?))
}
