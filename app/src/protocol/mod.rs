//! What crosses the wire: plain data, used by the page, the server and the tests. No IO, no clock.

pub mod account;
pub mod admin;
pub mod catalog;
pub mod id;
pub mod room;
pub mod search;
pub mod stats;
pub mod time;
pub mod watch;

pub use account::*;
pub use admin::*;
pub use catalog::*;
pub use id::*;
pub use search::*;
pub use stats::*;
pub use time::*;
pub use watch::*;

use serde::{Deserialize, Serialize};

/// A page of a list. `next` is the cursor of the following page, absent on the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct List<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Opaque cursor of the next page, or null.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// A list that fits on one page.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}
