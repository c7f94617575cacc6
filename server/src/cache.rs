//! A cache that never fails: in the process by default, Redis when there are several nodes. An outage is a miss.

use anyhow::Context;
use moka::future::Cache as Moka;
use redis::AsyncCommands;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tracing::warn;

/// Bytes that the in-process cache may hold. Search answers are about 50 kB each.
const MEMORY_BYTES: u64 = 64 << 20;

/// A cache is only worth it while it is quicker than the work it saves.
const REDIS_TIMEOUT: Duration = Duration::from_millis(500);

/// Everything in Redis begins with this, so that an instance can share a server.
const PREFIX: &str = "matinee:";

/// Where derived data is kept for a while. Cheap to clone.
#[derive(Clone)]
pub enum Cache {
    /// In this process.
    Memory(Moka<String, Arc<Entry>>),
    /// In Redis, shared by all nodes.
    Redis(redis::aio::ConnectionManager),
}

/// One value of the in-process cache.
pub struct Entry {
    json: String,
    expires: Instant,
}

struct PerEntry;

impl moka::Expiry<String, Arc<Entry>> for PerEntry {
    fn expire_after_create(&self, _: &String, entry: &Arc<Entry>, now: Instant) -> Option<Duration> {
        Some(entry.expires.saturating_duration_since(now))
    }

    fn expire_after_update(
        &self,
        _: &String,
        entry: &Arc<Entry>,
        now: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.expires.saturating_duration_since(now))
    }
}

impl Cache {
    /// A cache in this process.
    pub fn memory() -> Self {
        Self::Memory(
            Moka::builder()
                .weigher(|key: &String, entry: &Arc<Entry>| {
                    u32::try_from(key.len() + entry.json.len()).unwrap_or(u32::MAX)
                })
                .max_capacity(MEMORY_BYTES)
                .expire_after(PerEntry)
                .build(),
        )
    }

    /// A cache in Redis. Fails only when the address is wrong; a Redis that is down now is used when it is up.
    pub fn redis(url: &str) -> anyhow::Result<Self> {
        let client = redis::Client::open(url).context("reading the address of Redis")?;
        let config = redis::aio::ConnectionManagerConfig::new()
            .set_connection_timeout(Some(REDIS_TIMEOUT))
            .set_response_timeout(Some(REDIS_TIMEOUT));
        let manager = redis::aio::ConnectionManager::new_lazy_with_config(client, config).context("preparing Redis")?;
        Ok(Self::Redis(manager))
    }

    /// The value, if it is there and readable.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let json = match self {
            Self::Memory(moka) => moka.get(key).await?.json.clone(),
            Self::Redis(manager) => {
                let read: redis::RedisResult<Option<String>> = manager.clone().get(format!("{PREFIX}{key}")).await;
                read.inspect_err(|error| warn!(%error, "the cache did not answer"))
                    .ok()??
            }
        };
        // A value of an older version of this program is a miss too.
        serde_json::from_str(&json).ok()
    }

    /// Keeps the value for this long, at most.
    pub async fn set<T: Serialize>(&self, key: &str, value: &T, ttl: Duration) {
        let json = match serde_json::to_string(value) {
            Ok(json) => json,
            Err(error) => return warn!(%error, "a value could not be written for the cache"),
        };
        match self {
            Self::Memory(moka) => {
                let expires = Instant::now() + ttl;
                moka.insert(key.to_owned(), Arc::new(Entry { json, expires })).await;
            }
            Self::Redis(manager) => {
                let written: redis::RedisResult<()> = manager
                    .clone()
                    .set_ex(format!("{PREFIX}{key}"), json, ttl.as_secs().max(1))
                    .await;
                if let Err(error) = written {
                    warn!(%error, "the cache did not take a value");
                }
            }
        }
    }

    /// Forgets the value.
    pub async fn remove(&self, key: &str) {
        match self {
            Self::Memory(moka) => moka.invalidate(key).await,
            Self::Redis(manager) => {
                let removed: redis::RedisResult<()> = manager.clone().del(format!("{PREFIX}{key}")).await;
                if let Err(error) = removed {
                    warn!(%error, "the cache did not forget a value");
                }
            }
        }
    }

    /// Whether it answers right now, for `/readyz`.
    pub async fn check(&self) -> anyhow::Result<&'static str> {
        match self {
            Self::Memory(_) => Ok("in process"),
            Self::Redis(manager) => {
                let pong: redis::RedisResult<String> = redis::cmd("PING").query_async(&mut manager.clone()).await;
                pong.context("asking Redis")?;
                Ok("redis")
            }
        }
    }
}
