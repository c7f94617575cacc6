//! Query that is sent to the indexers.

use app::protocol::Category;

/// Maximum number of hits per indexer: four pages of results. Beyond that users refine their query.
pub const MAX_HITS: usize = 200;

/// Query sent to the indexers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Normalised search text.
    pub words: String,
    /// Category to restrict the search to.
    pub category: Option<Category>,
}
