//! The cache, in the process and in Redis: the same behaviour.

use crate::support::service;
use server::cache::Cache;
use std::time::Duration;

const TTL: Duration = Duration::from_secs(60);

async fn keeps_replaces_forgets(cache: Cache) {
    let key = format!("test:{}", uuid::Uuid::new_v4());
    assert_eq!(cache.get::<String>(&key).await, None);
    cache.set(&key, &"one", TTL).await;
    assert_eq!(cache.get::<String>(&key).await.as_deref(), Some("one"));
    cache.set(&key, &"two", TTL).await;
    assert_eq!(cache.get::<String>(&key).await.as_deref(), Some("two"));
    assert_eq!(cache.get::<u32>(&key).await, None, "a value of another shape is a miss");
    cache.remove(&key).await;
    assert_eq!(cache.get::<String>(&key).await, None);
    let bytes: Vec<u8> = (0..=255).collect();
    cache.set(&key, &bytes, TTL).await;
    assert_eq!(cache.get::<Vec<u8>>(&key).await, Some(bytes));
    cache.check().await.unwrap();
}

async fn forgets_in_time(cache: Cache) {
    let key = format!("test:{}", uuid::Uuid::new_v4());
    cache.set(&key, &1, Duration::from_secs(1)).await;
    assert_eq!(cache.get::<u32>(&key).await, Some(1));
    crate::support::wait_for("the value to expire", Duration::from_secs(5), || async {
        cache.get::<u32>(&key).await.is_none().then_some(())
    })
    .await;
}

#[tokio::test]
async fn in_process() {
    keeps_replaces_forgets(Cache::memory()).await;
    forgets_in_time(Cache::memory()).await;
}

#[tokio::test]
async fn in_redis() {
    let url = service("MATINEE_TEST_REDIS");
    keeps_replaces_forgets(Cache::redis(&url).unwrap()).await;
    forgets_in_time(Cache::redis(&url).unwrap()).await;
}

#[tokio::test]
async fn a_redis_that_is_away_is_a_miss_and_soon() {
    // A port that nothing listens on: bound and dropped.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let cache = Cache::redis(&format!("redis://127.0.0.1:{port}")).unwrap();
    let began = std::time::Instant::now();
    cache.set("key", &1, TTL).await;
    assert_eq!(cache.get::<u32>("key").await, None);
    assert!(cache.check().await.is_err());
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}
