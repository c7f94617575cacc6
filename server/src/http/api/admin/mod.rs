//! `/api/admin`: administration of the instance, for an admin's account or the operator's token.

mod lists;
mod machine;
mod users;

pub use lists::*;
pub use machine::*;
pub use users::*;

use crate::{http::limit::limited, limit::Limit, limits, state::AppState};
use axum::extract::DefaultBodyLimit;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Returns all routes under `/api/admin`. Their requests are limited, so that a faulty script or a stolen login cannot
/// do much in a short time. The operator is counted by address; a request with a wrong token does not get here.
pub fn routes(state: &AppState) -> OpenApiRouter<AppState> {
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
        .layer(DefaultBodyLimit::max(limits::SMALL_BODY_BYTES))
        .layer(limited(state.clone(), Limit::Admin))
}

/// Pagination of a list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// The `next` cursor of the previous page.
    #[param(pattern = r"^[0-9]{1,18}\.[0-9a-f]{32}$")]
    cursor: Option<String>,
}
