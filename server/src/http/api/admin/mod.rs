//! `/api/admin`: what the person who runs the instance sees and changes. An admin's account, or the operator's token.

mod lists;
mod machine;
mod users;

pub use lists::*;
pub use machine::*;
pub use users::*;

use crate::state::AppState;
use app::error::Error;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

/// All routes of this part.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_users))
        .routes(routes!(change_user))
        .routes(routes!(list_invites, make_invite))
        .routes(routes!(delete_invite))
        .routes(routes!(list_filters, make_filter))
        .routes(routes!(delete_filter))
        .routes(routes!(list_ingest_keys, make_ingest_key))
        .routes(routes!(delete_ingest_key))
        .routes(routes!(list_indexers))
        .routes(routes!(test_indexer))
        .routes(routes!(disk_use))
}

/// Where a list goes on.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// The `next` of the page before.
    #[param(pattern = r"^[0-9]{1,18}\.[0-9a-f]{32}$")]
    cursor: Option<String>,
}

/// What every route here may answer instead.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "only describes answers in the OpenAPI document")]
pub enum Problems {
    /// Nobody is signed in, or the token is wrong.
    #[response(status = 401, content_type = "application/problem+json")]
    SignedOut(#[to_schema] Error),
    /// Signed in, but no admin; or a browser's request from another site.
    #[response(status = 403, content_type = "application/problem+json")]
    NotAdmin(#[to_schema] Error),
    /// The address is too long.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Error),
    /// Something in the request is wrong; `errors` names each field.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Error),
    /// The database does not answer.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Error),
}

/// What a route that takes a body may answer besides.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "only describes answers in the OpenAPI document")]
pub enum BodyProblems {
    /// Nobody is signed in, or the token is wrong.
    #[response(status = 401, content_type = "application/problem+json")]
    SignedOut(#[to_schema] Error),
    /// Signed in, but no admin; or a browser's request from another site.
    #[response(status = 403, content_type = "application/problem+json")]
    NotAdmin(#[to_schema] Error),
    /// The address or the body is too long.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Error),
    /// The body is not JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    NotJson(#[to_schema] Error),
    /// Something in the request is wrong; `errors` names each field.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Error),
    /// The database does not answer.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Error),
}
