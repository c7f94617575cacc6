//! Rooms, as people and programs meet them: over REST and over the socket, on both databases.

mod chat;
mod door;
mod ending;
mod entry;
mod gone;
mod hostile;
mod recovery;
mod removed;
mod rest;

use crate::{
    accounts::sign_up,
    support::{Browser, TestServer, fresh_postgres, service},
};
use app::protocol::room::*;
use serde_json::{Value, json};
use server::db::ChatRange;

/// A server on PostgreSQL and Redis.
async fn on_postgres(settings: &[(&str, &str)]) -> TestServer {
    let (postgres, redis) = (fresh_postgres().await, service("MATINEE_TEST_REDIS"));
    let databases = [("MATINEE_DATABASE_URL", &*postgres), ("MATINEE_REDIS_URL", &*redis)];
    let all: Vec<(&str, &str)> = databases.into_iter().chain(settings.iter().copied()).collect();
    TestServer::with(&all).await
}

/// Somebody with an account.
async fn account(url: &str, name: &str) -> Browser {
    let browser = Browser::at_url(url);
    sign_up(&browser, name).await;
    browser
}

/// A room of this host's.
async fn room(host: &Browser, settings: Value) -> Room {
    let mut body = json!({ "title": "Friday night" });
    body.as_object_mut()
        .unwrap()
        .extend(settings.as_object().unwrap().clone());
    host.post("/api/rooms", body).await.ok().json()
}

/// What the database has of a room's chat.
async fn stored_chat(server: &TestServer, code: &RoomCode) -> Vec<ChatMessage> {
    let room = server.state.lobby.named(code.as_str()).await.unwrap().record.id;
    let range = ChatRange {
        before: None,
        opening: None,
        limit: 10_000,
    };
    let (messages, _) = server.state.db.chat(room, range).await.unwrap();
    messages.into_iter().map(|stored| stored.message).collect()
}

/// Runs a test on both engines.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::support::TestServer::start().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::rooms::on_postgres(&[]).await).await;
            })*
        }
    };
}
use on_both;
