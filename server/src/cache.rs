//! Best-effort cache: in-process by default, in Redis for several nodes. An outage is a cache miss, never an error.

use crate::config::CacheConfig;
use anyhow::Context;
use moka::future::Cache as Moka;
use redis::AsyncCommands;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tracing::warn;

/// Capacity of the in-process cache, bytes. Search answers are about 50 kB each.
const MEMORY_BYTES: u64 = 64 << 20;

/// Timeout of a Redis command. A cache only pays off while it is faster than the work it saves.
const REDIS_TIMEOUT: Duration = Duration::from_millis(500);

/// Cool-down after a failed Redis command, during which Redis is not used.
const REDIS_COOLDOWN: Duration = Duration::from_secs(2);

/// Key prefix in Redis, so that an instance can share a server.
const PREFIX: &str = "matinee:";

/// Cache of derived data with a time to live. Cheap to clone.
#[derive(Clone)]
pub enum Cache {
    /// In this process.
    Memory(Moka<String, Arc<Entry>>),
    /// In Redis, shared by all nodes.
    Redis(Redis),
}

/// Redis connection that tolerates outages.
#[derive(Clone)]
pub struct Redis {
    manager: redis::aio::ConnectionManager,
    /// End of the cool-down after a failure. Commands fail immediately until then, so that callers do not wait for one
    /// timeout after another.
    away_until: Arc<Mutex<Option<Instant>>>,
}

impl Redis {
    /// Runs one command with a timeout, unless a cool-down is in effect.
    async fn run<T>(
        &self,
        command: impl AsyncFnOnce(redis::aio::ConnectionManager) -> redis::RedisResult<T>,
    ) -> anyhow::Result<T> {
        if self
            .away_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some_and(|until| Instant::now() < until)
        {
            anyhow::bail!("Redis did not answer a moment ago");
        }
        let ran = tokio::time::timeout(REDIS_TIMEOUT, command(self.manager.clone())).await;
        let result = match ran {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(anyhow::Error::new(error)),
            Err(_) => Err(anyhow::anyhow!("Redis did not answer in time")),
        };
        if let Err(error) = &result {
            warn!(error = format!("{error:#}"), "the cache did not answer");
            *self.away_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + REDIS_COOLDOWN);
        }
        result
    }
}

/// Entry of the in-process cache.
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
    /// Creates the configured cache: in Redis, else in-process.
    pub fn open(config: &CacheConfig) -> anyhow::Result<Self> {
        match &config.redis_url {
            Some(url) => Self::redis(url.expose()),
            None => Ok(Self::memory()),
        }
    }

    /// Creates an in-process cache.
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

    /// Creates a cache in Redis. Fails only if the address is invalid: connections are made lazily, so Redis may be
    /// down now.
    pub fn redis(url: &str) -> anyhow::Result<Self> {
        let client = redis::Client::open(url).context("reading the address of Redis")?;
        let config = redis::aio::ConnectionManagerConfig::new()
            .set_connection_timeout(Some(REDIS_TIMEOUT))
            .set_response_timeout(Some(REDIS_TIMEOUT));
        let manager = redis::aio::ConnectionManager::new_lazy_with_config(client, config).context("preparing Redis")?;
        Ok(Self::Redis(Redis {
            manager,
            away_until: Arc::default(),
        }))
    }

    /// Returns the value, if it is present and can be decoded.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let json = match self {
            Self::Memory(moka) => moka.get(key).await?.json.clone(),
            Self::Redis(redis) => {
                let key = format!("{PREFIX}{key}");
                redis
                    .run(async |mut redis| redis.get::<_, Option<String>>(key).await)
                    .await
                    .ok()??
            }
        };
        // A value written by another version of this program that does not decode is a miss.
        serde_json::from_str(&json).ok()
    }

    /// Stores the value for at most `ttl`.
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
            Self::Redis(redis) => {
                let (key, seconds) = (format!("{PREFIX}{key}"), ttl.as_secs().max(1));
                // Best effort: the value is derived again on the next miss, and `run` has logged the failure.
                let _ = redis
                    .run(async |mut redis| redis.set_ex::<_, _, ()>(key, json, seconds).await)
                    .await;
            }
        }
    }

    /// Removes the value.
    pub async fn remove(&self, key: &str) {
        match self {
            Self::Memory(moka) => moka.invalidate(key).await,
            Self::Redis(redis) => {
                let key = format!("{PREFIX}{key}");
                let _ = redis.run(async |mut redis| redis.del::<_, ()>(key).await).await;
            }
        }
    }

    /// Stores a value for all nodes. Returns `false` without Redis or while it is unreachable.
    pub async fn share<T: Serialize>(&self, key: &str, value: &T, ttl: Duration) -> bool {
        let Self::Redis(redis) = self else { return false };
        let Ok(json) = serde_json::to_string(value) else {
            return false;
        };
        let (key, seconds) = (format!("{PREFIX}{key}"), ttl.as_secs().max(1));
        let set = redis.run(async |mut redis| redis.set_ex::<_, _, ()>(key, json, seconds).await);
        set.await.is_ok()
    }

    /// Removes and returns a shared value, atomically: of all nodes, only the first caller gets it.
    pub async fn take_shared<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let Self::Redis(redis) = self else { return None };
        let key = format!("{PREFIX}{key}");
        let taken = redis.run(async |mut redis| redis.get_del::<_, Option<String>>(key).await);
        serde_json::from_str(&taken.await.ok()??).ok()
    }

    /// Runs a script on one key. Returns `None` without Redis or while it is unreachable.
    pub async fn run_script(&self, script: &redis::Script, key: &str, arguments: &[i64]) -> Option<i64> {
        let Self::Redis(redis) = self else { return None };
        let key = format!("{PREFIX}{key}");
        let run = redis.run(async |mut redis| {
            let mut invocation = script.key(key);
            for argument in arguments {
                invocation.arg(*argument);
            }
            invocation.invoke_async::<i64>(&mut redis).await
        });
        run.await.ok()
    }

    /// Checks that the cache responds, for `/readyz`, and returns the kind of cache.
    pub async fn check(&self) -> anyhow::Result<&'static str> {
        match self {
            Self::Memory(_) => Ok("in process"),
            Self::Redis(redis) => {
                let pong = redis
                    .run(async |mut redis| redis::cmd("PING").query_async::<String>(&mut redis).await)
                    .await;
                pong.context("asking Redis")?;
                Ok("redis")
            }
        }
    }
}
