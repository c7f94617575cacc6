//! Wire types shared by the web client, the server and the tests: plain data, no I/O, no clock.

pub mod account;
pub mod admin;
pub mod catalog;
pub mod id;
pub mod room;
pub mod search;
pub mod source;
pub mod stats;
pub mod time;
pub mod watch;

pub use account::*;
pub use admin::*;
pub use catalog::*;
pub use id::*;
pub use search::*;
pub use source::*;
pub use stats::*;
pub use time::*;
pub use watch::*;

use serde::{Deserialize, Serialize};

/// One page of a list. `next` is the cursor of the following page, null on the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct List<T> {
    /// Items on this page.
    pub items: Vec<T>,
    /// Opaque cursor of the next page; null on the last page.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// Returns a list that fits on one page.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}
