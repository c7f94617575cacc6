//! Leases: among several nodes, the holder of a lease does the work.

use super::{Db, on};
use app::protocol::Timestamp;

impl Db {
    /// Acquires or renews the lease `name` for `holder` until the given time, unless another holds it now. Returns
    /// whether `holder` has it.
    pub async fn take_lease(&self, name: &str, holder: &str, until: Timestamp, now: Timestamp) -> sqlx::Result<bool> {
        on!(self, pool => sqlx::query(
            "INSERT INTO leases (name, holder, until) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
             WHERE leases.until <= $4 OR leases.holder = excluded.holder")
            .bind(name).bind(holder).bind(until.0).bind(now.0)
            .execute(pool).await.map(|done| done.rows_affected() > 0))
    }
}
