//! A cache that never fails: in the process by default, Redis when there are several nodes. An outage is a miss.

use anyhow::Context;
use moka::future::Cache as Moka;
use redis::AsyncCommands;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tracing::warn;

/// Bytes that the in-process cache may hold. Search answers are about 50 kB each.
const MEMORY_BYTES: u64 = 64 << 20;

/// A cache is only worth it while it is quicker than the work it saves.
const REDIS_TIMEOUT: Duration = Duration::from_millis(500);

/// How long a Redis that did not answer is left alone.
const REDIS_REST: Duration = Duration::from_secs(2);

/// Everything in Redis begins with this, so that an instance can share a server.
const PREFIX: &str = "matinee:";

/// Where derived data is kept for a while. Cheap to clone.
#[derive(Clone)]
pub enum Cache {
    /// In this process.
    Memory(Moka<String, Arc<Entry>>),
    /// In Redis, shared by all nodes.
    Redis(Redis),
}

/// A Redis that may be away.
#[derive(Clone)]
pub struct Redis {
    manager: redis::aio::ConnectionManager,
    /// Until when it is not asked, because it did not answer: nobody waits for it twice in a row.
    away_until: Arc<Mutex<Option<Instant>>>,
}

impl Redis {
    /// Runs one command, in the time that a cache is worth.
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
            *self.away_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + REDIS_REST);
        }
        result
    }
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
        Ok(Self::Redis(Redis {
            manager,
            away_until: Arc::default(),
        }))
    }

    /// The value, if it is there and readable.
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
            Self::Redis(redis) => {
                let (key, seconds) = (format!("{PREFIX}{key}"), ttl.as_secs().max(1));
                // What is not kept is made again; `run` has said so.
                let _ = redis
                    .run(async |mut redis| redis.set_ex::<_, _, ()>(key, json, seconds).await)
                    .await;
            }
        }
    }

    /// Forgets the value.
    pub async fn remove(&self, key: &str) {
        match self {
            Self::Memory(moka) => moka.invalidate(key).await,
            Self::Redis(redis) => {
                let key = format!("{PREFIX}{key}");
                let _ = redis.run(async |mut redis| redis.del::<_, ()>(key).await).await;
            }
        }
    }

    /// Keeps a value where every node finds it; `false` without a Redis, or while it is away.
    pub async fn share<T: Serialize>(&self, key: &str, value: &T, ttl: Duration) -> bool {
        let Self::Redis(redis) = self else { return false };
        let Ok(json) = serde_json::to_string(value) else {
            return false;
        };
        let (key, seconds) = (format!("{PREFIX}{key}"), ttl.as_secs().max(1));
        let set = redis.run(async |mut redis| redis.set_ex::<_, _, ()>(key, json, seconds).await);
        set.await.is_ok()
    }

    /// Takes a shared value away, for whoever of all nodes is first.
    pub async fn take_shared<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let Self::Redis(redis) = self else { return None };
        let key = format!("{PREFIX}{key}");
        let taken = redis.run(async |mut redis| redis.get_del::<_, Option<String>>(key).await);
        serde_json::from_str(&taken.await.ok()??).ok()
    }

    /// Runs a script on one key; `None` without a Redis, or while it is away.
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

    /// Whether it answers right now, for `/readyz`.
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
