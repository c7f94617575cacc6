//! The cache: `MATINEE_REDIS_URL`.

use super::{Secret, reader::Reader};

/// Settings of the cache.
#[derive(Debug, Clone)]
pub struct CacheConfig {
    /// Redis URL; `None` uses an in-process cache.
    pub redis_url: Option<Secret>,
}

impl CacheConfig {
    pub(super) fn from_env(reader: &mut Reader) -> Self {
        Self {
            redis_url: reader.url("MATINEE_REDIS_URL", &["redis", "rediss"]).map(Secret::new),
        }
    }
}
