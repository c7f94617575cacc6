//! PostgreSQL or Redis die, freeze and come back while people use the instance.

pub mod services;

use crate::support::{Client, TestServer, wait_for};
use app::{
    backend::ViewerKey,
    protocol::{HistoryItem, InfoHash, List, Timestamp, UserId, WatchProgress},
};
use serde_json::{Value, json};
use server::db::{Db, PoolOptions};
use services::{Postgres, Redis};
use sqlx::Connection;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;

const WRITERS: usize = 16;
const PASSWORD: &str = "plum-lantern-tide";

/// What the configuration says, seconds: a connection is waited for as long, and an answer.
const DATABASE_TIMEOUT: &str = "2";

/// Longer than any request may take: one that waits for a connection and its answer, on a busy machine.
const BOUND: Duration = Duration::from_secs(10);

/// How soon everything goes on when the service is back.
const RECOVERED: Duration = Duration::from_secs(8);

/// People who use the instance, and what they were told.
struct Load {
    stop: Arc<AtomicBool>,
    told: Arc<Told>,
    tasks: Vec<JoinHandle<()>>,
    writers: Vec<Arc<Writer>>,
}

#[derive(Default)]
struct Told {
    ok: AtomicU64,
    unavailable: AtomicU64,
    wrong: Mutex<Vec<String>>,
    slowest: Mutex<Duration>,
}

/// One who watches a film: each position is the number of the try.
struct Writer {
    client: Client,
    tried: AtomicU64,
    acknowledged: AtomicU64,
}

impl Told {
    /// One request, which must end in time with a success or with a clean 503. Returns whether it was a success.
    async fn ask(&self, request: reqwest::RequestBuilder) -> bool {
        let began = Instant::now();
        let answered = tokio::time::timeout(Duration::from_secs(30), request.send()).await;
        let took = began.elapsed();
        {
            let mut slowest = self.slowest.lock().unwrap();
            *slowest = (*slowest).max(took);
        }
        let wrong = match answered {
            Err(_) => "no answer".to_owned(),
            Ok(Err(error)) => format!("{error:?}"),
            Ok(Ok(response)) if response.status().is_success() => {
                self.ok.fetch_add(1, Ordering::Relaxed);
                return true;
            }
            Ok(Ok(response)) => {
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                let text = response.text().await.unwrap_or_default();
                let problem: Value = serde_json::from_str(&text).unwrap_or_default();
                let is_problem = headers
                    .get("content-type")
                    .is_some_and(|kind| kind == "application/problem+json");
                if status == 503
                    && headers.contains_key("retry-after")
                    && is_problem
                    && problem["type"] == "unavailable"
                {
                    self.unavailable.fetch_add(1, Ordering::Relaxed);
                    return false;
                }
                format!("{status} {headers:?} {text}")
            }
        };
        self.wrong.lock().unwrap().push(wrong);
        false
    }
}

impl Load {
    async fn start(server: &TestServer) -> Self {
        let (stop, told) = (Arc::new(AtomicBool::new(false)), Arc::new(Told::default()));
        let mut load = Self {
            stop,
            told,
            tasks: Vec::new(),
            writers: Vec::new(),
        };
        for _ in 0..WRITERS {
            let writer = Arc::new(Writer {
                client: server.client(),
                tried: AtomicU64::new(0),
                acknowledged: AtomicU64::new(0),
            });
            load.writers.push(writer.clone());
            let told = load.told.clone();
            load.repeat(Duration::from_millis(5), move || {
                let (writer, told) = (writer.clone(), told.clone());
                async move { writer.watch(&told).await }
            });
        }
        let client = server.client();
        let somebody = json!({ "email": "ada@example.org", "username": "ada", "password": PASSWORD });
        let _: Value = client.post("/api/auth/sign-up", &somebody).await;
        let requests: [Arc<dyn Fn() -> reqwest::RequestBuilder + Send + Sync>; 4] = [
            Arc::new({
                let (client, body) = (client.clone(), json!({ "login": "ada", "password": PASSWORD }));
                move || client.post_request("/api/auth/sign-in", &body)
            }),
            Arc::new({
                let (client, n) = (client.clone(), AtomicU64::new(0));
                move || client.get(&format!("/api/search?query=film{}", n.fetch_add(1, Ordering::Relaxed)))
            }),
            Arc::new({
                let client = client.clone();
                move || client.get("/api/history")
            }),
            Arc::new(move || client.get("/api/torrents/latest")),
        ];
        for request in requests {
            let told = load.told.clone();
            load.repeat(Duration::from_millis(50), move || {
                let (request, told) = (request(), told.clone());
                async move {
                    told.ask(request).await;
                }
            });
        }
        load
    }

    fn repeat<F: Future<Output = ()> + Send>(&mut self, pause: Duration, once: impl Fn() -> F + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                once().await;
                tokio::time::sleep(pause).await;
            }
        }));
    }

    /// Until every writer has been heard again.
    async fn goes_on(&self, what: &str) {
        let before: Vec<u64> = self
            .writers
            .iter()
            .map(|writer| writer.tried.load(Ordering::SeqCst))
            .collect();
        let began = Instant::now();
        wait_for(what, RECOVERED, || async {
            let heard = |(writer, before): (&Arc<Writer>, &u64)| writer.acknowledged.load(Ordering::SeqCst) > *before;
            self.writers.iter().zip(&before).all(heard).then_some(())
        })
        .await;
        eprintln!("{what}: everything goes on after {:?}", began.elapsed());
    }

    /// Ends it; nothing went wrong, and what was acknowledged is kept.
    async fn end(self) -> Arc<Told> {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.unwrap();
        }
        for writer in &self.writers {
            let (tried, acknowledged) = (
                writer.tried.load(Ordering::SeqCst),
                writer.acknowledged.load(Ordering::SeqCst),
            );
            let history: List<HistoryItem> = writer.client.json("/api/history").await;
            let kept = history.items.first().map_or(0.0, |line| line.position_seconds);
            assert!(
                acknowledged as f64 <= kept && kept <= tried as f64,
                "{acknowledged} was acknowledged, {kept} is kept, {tried} was tried"
            );
        }
        let told = self.told;
        let wrong = std::mem::take(&mut *told.wrong.lock().unwrap());
        assert!(
            wrong.is_empty(),
            "{} wrong answers: {:#?}",
            wrong.len(),
            &wrong[..wrong.len().min(5)]
        );
        let slowest = *told.slowest.lock().unwrap();
        assert!(slowest < BOUND, "a request took {slowest:?}");
        eprintln!(
            "{:?} ok, {:?} unavailable, slowest {slowest:?}",
            told.ok, told.unavailable
        );
        told
    }
}

impl Writer {
    async fn watch(&self, told: &Told) {
        let position = self.tried.fetch_add(1, Ordering::SeqCst) + 1;
        let progress = json!({
            "info_hash": "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c", "file_index": 0,
            "position_seconds": position, "duration_seconds": 1_000_000,
        });
        if told
            .ask(self.client.post_request("/api/watch-history", &progress))
            .await
        {
            self.acknowledged.store(position, Ordering::SeqCst);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_dies_and_freezes_and_nothing_acknowledged_is_lost() {
    let postgres = Postgres::start();
    let server = TestServer::with(&[
        ("MATINEE_DATABASE_URL", &postgres.url()),
        ("MATINEE_DATABASE_TIMEOUT", DATABASE_TIMEOUT),
        ("MATINEE_RATE_LIMITS", "auth=1000000/s,search=1000000/s"),
    ])
    .await;
    let load = Load::start(&server).await;
    load.goes_on("before").await;

    postgres.kill().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(
        load.told.unavailable.load(Ordering::Relaxed) > 0,
        "without its database it says so"
    );
    let ready = server.client().get("/readyz").send().await.unwrap();
    assert_eq!(ready.status().as_u16(), 503);
    let before = load.told.unavailable.load(Ordering::Relaxed);
    postgres.start_again();
    load.goes_on("killed").await;
    tokio::time::sleep(Duration::from_secs(1)).await;

    let during = load.told.unavailable.load(Ordering::Relaxed);
    postgres.freeze();
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(
        load.told.unavailable.load(Ordering::Relaxed) > during.max(before),
        "a frozen one is no better"
    );
    postgres.thaw();
    load.goes_on("frozen").await;
    load.end().await;
    server.stop().await;
}

/// A transaction whose beginning was given up must not swallow what is written on its connection later.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_was_given_up_while_it_began_keeps_nothing_back() {
    let postgres = Postgres::start();
    let one_connection = PoolOptions {
        connections: Some(1),
        timeout: Duration::from_secs(1),
        ..PoolOptions::default()
    };
    let db = Db::postgres(&postgres.url(), one_connection).await.unwrap();
    let nobody = UserId([0; 16]);
    db.check().await.unwrap();
    let Db::Postgres(pool) = &db else { unreachable!() };
    wait_for("its only connection to be free", RECOVERED, || async {
        (pool.num_idle() == 1).then_some(())
    })
    .await;
    postgres.freeze();
    let until = Timestamp(i64::MAX);
    let given_up = db.store_reset(nobody, b"hash", Timestamp(1), until).await;
    assert!(matches!(given_up, Err(sqlx::Error::PoolTimedOut)), "{given_up:?}");
    postgres.thaw();
    let progress = WatchProgress {
        info_hash: InfoHash([5; 20]),
        file_index: 0,
        position_seconds: 7.0,
        duration_seconds: 9.0,
    };
    wait_for("a write to be acknowledged", RECOVERED, || async {
        db.save_progress(&ViewerKey::guest("ada"), &progress, Timestamp(2))
            .await
            .ok()
    })
    .await;
    // What others see is what is committed.
    let mut other = sqlx::PgConnection::connect(&postgres.url()).await.unwrap();
    let (lines,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM watch_history")
        .fetch_one(&mut other)
        .await
        .unwrap();
    assert_eq!(lines, 1, "acknowledged, and not committed");
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_dies_and_freezes_and_everything_goes_on() {
    let mut redis = Redis::start().await;
    let limits = [
        ("MATINEE_REDIS_URL", &*redis.url()),
        ("MATINEE_RATE_LIMITS", "auth=1000000/s,search=1000000/s,add=3/h"),
    ];
    let server = TestServer::with(&limits).await;
    let load = Load::start(&server).await;
    load.goes_on("before").await;
    let adding = async |client: &Client| {
        let request = client.post_request("/api/torrents", &json!({ "magnet": "nonsense" }));
        request.send().await.unwrap().status().as_u16()
    };

    redis.kill();
    load.goes_on("killed").await;
    // Each node counts for itself.
    let client = server.client();
    assert_eq!(
        [adding(&client).await, adding(&client).await, adding(&client).await],
        [422; 3]
    );
    assert_eq!(adding(&client).await, 429);
    let ready: Value = client.json("/readyz").await;
    assert_eq!(ready["cache"]["detail"], "does not answer");

    redis.start_again().await;
    wait_for("Redis to be used again", RECOVERED, || async {
        let ready: Value = client.json("/readyz").await;
        (ready["cache"]["detail"] == "redis").then_some(())
    })
    .await;
    redis.freeze();
    tokio::time::sleep(Duration::from_secs(3)).await;
    load.goes_on("frozen").await;
    redis.thaw();
    wait_for("Redis to be used after the frost", RECOVERED, || async {
        let ready: Value = client.json("/readyz").await;
        (ready["cache"]["detail"] == "redis").then_some(())
    })
    .await;
    let told = load.end().await;
    assert_eq!(
        told.unavailable.load(Ordering::Relaxed),
        0,
        "a cache that is away is a miss"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_that_somebody_else_writes_to_is_unavailable_for_a_while() {
    use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
    let server = TestServer::with(&[("MATINEE_DATABASE_TIMEOUT", "1")]).await;
    let load = Load::start(&server).await;
    load.goes_on("before").await;
    let files = std::fs::read_dir(server.dir.path())
        .unwrap()
        .flatten()
        .map(|entry| entry.path());
    let file = files
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "db"))
        .unwrap();
    let mut other = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    let writing = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(load.told.unavailable.load(Ordering::Relaxed) > 0);
    writing.rollback().await.unwrap();
    load.goes_on("locked").await;
    load.end().await;
    server.stop().await;
}
