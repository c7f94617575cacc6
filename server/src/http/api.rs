//! The REST API: one file per resource. Handlers extract, call and respond; the rules are in the services.

pub mod admin;
pub mod auth;
pub mod rooms;
pub mod search;
pub mod torrents;
pub mod users;
pub mod watching;

use serde::Deserialize;

/// Pagination of a list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// The `next` cursor of the previous page.
    #[param(
        pattern = r"^[0-9]{1,18}\.[0-9a-f]{32}$",
        example = "1790000000000.019a200e698d7179938e28743304f732"
    )]
    pub cursor: Option<String>,
}
