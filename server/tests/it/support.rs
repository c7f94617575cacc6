//! What every test needs: databases, a server, films and those who share them.

mod browser;
mod film;
mod mailbox;
mod program;
mod room;
mod server;
mod tracker;

pub use browser::{Browser, Reply};
pub use film::Film;
pub use mailbox::Mailbox;
pub use program::Program;
pub use room::{RoomClient, Socket, next_message, open_socket};
pub use server::{Client, TestServer};
pub use tracker::Tracker;

use std::{
    future::Future,
    time::{Duration, Instant},
};

/// Waits until `check` gives something, looking every 20 ms; panics with `what` when the time is up.
pub async fn wait_for<T, F: Future<Output = Option<T>>>(
    what: &str,
    limit: Duration,
    mut check: impl FnMut() -> F,
) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = check().await {
            return found;
        }
        assert!(began.elapsed() < limit, "waited {limit:?} for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The address of a service that `scripts/test` started.
pub fn service(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with `make test`"))
}

/// An empty PostgreSQL database of this test's own.
pub async fn fresh_postgres() -> String {
    use sqlx::{AssertSqlSafe, Connection};
    let admin = service("MATINEE_TEST_POSTGRES");
    let name = format!("t{}", uuid::Uuid::new_v4().simple());
    let mut connection = sqlx::PgConnection::connect(&admin).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .unwrap();
    let mut url = url::Url::parse(&admin).unwrap();
    url.set_path(&name);
    url.into()
}
