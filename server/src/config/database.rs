//! The database: `MATINEE_DATABASE_…`.

use super::{Secret, reader::Reader};
use std::time::Duration;

/// Settings of the database.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// PostgreSQL URL; `None` uses SQLite in the data directory.
    pub url: Option<Secret>,
    /// Maximum number of connections; `None` uses the engine's default.
    pub connections: Option<u32>,
    /// Maximum time that a request waits for a connection before it fails with 503.
    pub timeout: Duration,
    /// Durability of writes across a power failure.
    pub durability: Durability,
}

/// Point at which a write counts as done. A crash or kill of the server loses nothing either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Handed to the operating system, which writes it to disk within moments. A power failure may lose the latest
    /// writes but corrupts nothing. On PostgreSQL the server's own `synchronous_commit` applies.
    #[default]
    Normal,
    /// Written to disk.
    Full,
}

impl DatabaseConfig {
    pub(super) fn from_env(reader: &mut Reader) -> Self {
        Self {
            url: reader
                .url("MATINEE_DATABASE_URL", &["postgres", "postgresql"])
                .map(Secret::new),
            connections: reader.optional("MATINEE_DATABASE_CONNECTIONS", "a number of connections"),
            timeout: timeout(reader, "MATINEE_DATABASE_TIMEOUT"),
            durability: reader.one_of(
                "MATINEE_DATABASE_DURABILITY",
                &[("normal", Durability::Normal), ("full", Durability::Full)],
            ),
        }
    }
}

fn timeout(reader: &mut Reader, name: &'static str) -> Duration {
    let seconds: u64 = reader.get(name, "a number of seconds", 5);
    if !(1..=300).contains(&seconds) {
        reader.refuse(format!("{name} must be from 1 to 300 seconds, not {seconds}"));
    }
    Duration::from_secs(seconds)
}
