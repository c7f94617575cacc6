//! The REST API: one file a resource. Handlers extract, call, answer; the rules are in the services.

pub mod admin;
pub mod auth;
pub mod search;
pub mod torrents;
pub mod users;
pub mod watching;

use serde::Deserialize;

/// Where a list goes on.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// The `next` of the page before.
    pub cursor: Option<String>,
}
