//! Accounts.

use crate::{
    http::{
        auth::Admin,
        problem::{Answer, Body, Path, Query},
        responses::{Conflict, Forbidden, NotFound, Reading, Taking, TooOften, Writing},
    },
    state::AppState,
};
use app::protocol::{AdminUser, ChangeUser, List};
use axum::{Json, extract::State};
use serde::Deserialize;
use uuid::Uuid;

/// Which accounts.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsersQuery {
    /// Only those whose name or address has this in it, at most 100 characters.
    #[param(max_length = 100, example = "ada")]
    query: Option<String>,
    /// The `next` of the page before.
    #[param(pattern = r"^[0-9]{1,18}\.[0-9a-f]{32}$")]
    cursor: Option<String>,
}

/// The accounts, newest first.
#[utoipa::path(get, path = "/api/admin/users", tag = "admin", params(UsersQuery), security(("admin" = [])),
    responses((status = 200, body = List<AdminUser>, description = "A page of them"), Reading, Forbidden, TooOften))]
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

/// Changes an account's role, or shuts or opens it. Shutting it ends its logins at once.
#[utoipa::path(patch, path = "/api/admin/users/{id}", tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    request_body(content = ChangeUser, example = json!({ "role": "admin" })),
    responses((status = 200, body = AdminUser, description = "The account as it is now"), Writing, Taking, TooOften, NotFound, Conflict))]
pub async fn change_user(
    State(state): State<AppState>,
    _admin: Admin,
    Path(id): Path<Uuid>,
    Body(change): Body<ChangeUser>,
) -> Answer<Json<AdminUser>> {
    Ok(Json(state.change_user(id, change).await?))
}
