//! Configuration from `MATINEE_*` environment variables, one part per subsystem. All problems are reported at once.

mod accounts;
mod cache;
mod database;
mod hosts;
mod indexers;
mod ingest;
mod log;
mod mail;
pub mod public_url;
mod rates;
mod reader;
mod rooms;
mod secret;
mod server;
mod torrent;

pub use accounts::AccountsConfig;
pub use cache::CacheConfig;
pub use database::{DatabaseConfig, Durability};
pub use hosts::{HostNames, is_loopback};
pub use indexers::{
    IndexerAddress, IndexerDefinition, IndexerKind, IndexersConfig, parse_indexers, parse_indexers_toml,
};
pub use ingest::IngestConfig;
pub use log::{LogConfig, LogFormat};
pub use mail::{MailConfig, SmtpConfig};
pub use rates::{Rate, RateLimits};
pub use rooms::RoomConfig;
pub use secret::Secret;
pub use server::ServerConfig;
pub use torrent::TorrentConfig;

use reader::Reader;

/// Configuration of the server.
#[derive(Debug, Clone)]
pub struct Config {
    /// HTTP server and data directory.
    pub server: ServerConfig,
    /// Database.
    pub database: DatabaseConfig,
    /// Cache.
    pub cache: CacheConfig,
    /// Policies on guests and new accounts.
    pub accounts: AccountsConfig,
    /// Rate limits per account or household.
    pub rate_limits: RateLimits,
    /// Indexers.
    pub indexers: IndexersConfig,
    /// Programs that add to the catalogue.
    pub ingest: IngestConfig,
    /// Mail.
    pub mail: MailConfig,
    /// Limits of every room.
    pub rooms: RoomConfig,
    /// Torrent engine.
    pub torrent: TorrentConfig,
    /// Log.
    pub log: LogConfig,
}

/// Problems found in the configuration.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has problems:\n{}", .0.iter().map(|p| format!("  - {p}")).collect::<Vec<_>>().join("\n"))]
pub struct ConfigProblems(pub Vec<String>);

impl Config {
    /// Reads the configuration from the process environment.
    pub fn from_env() -> Result<Self, ConfigProblems> {
        Self::parse(
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
    }

    /// Parses these variables. Names that do not begin with `MATINEE_` are ignored.
    pub fn parse(variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigProblems> {
        let mut reader = Reader::new(variables);
        let config = Self {
            server: ServerConfig::from_env(&mut reader),
            database: DatabaseConfig::from_env(&mut reader),
            cache: CacheConfig::from_env(&mut reader),
            accounts: AccountsConfig::from_env(&mut reader),
            rate_limits: RateLimits::from_env(&mut reader),
            indexers: IndexersConfig::from_env(&mut reader),
            ingest: IngestConfig::from_env(&mut reader),
            mail: MailConfig::from_env(&mut reader),
            rooms: RoomConfig::from_env(&mut reader),
            torrent: TorrentConfig::from_env(&mut reader),
            log: LogConfig::from_env(&mut reader),
        };
        reader.finish(config)
    }
}

#[cfg(test)]
mod tests;
