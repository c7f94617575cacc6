//! The REST API: one file a resource. Handlers extract, call, answer; the rules are in the services.

pub mod admin;
pub mod auth;
pub mod rooms;
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
    #[param(
        pattern = r"^[0-9]{1,18}\.[0-9a-f]{32}$",
        example = "1790000000000.019a200e698d7179938e28743304f732"
    )]
    pub cursor: Option<String>,
}
