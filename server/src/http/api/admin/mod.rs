//! `/api/admin`: what the person who runs the instance sees and changes. An admin's account, or the operator's token.

mod lists;
mod machine;
mod users;

pub use lists::*;
pub use machine::*;
pub use users::*;

use crate::state::AppState;
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
