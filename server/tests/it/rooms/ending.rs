//! The end of a room, where the database does not take it at once.

use super::{account, room};
use crate::support::{RoomClient, TestServer, wait_for};
use app::protocol::room::*;
use serde_json::json;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::time::Duration;

/// The server's database, as another program has it.
async fn same_database(server: &TestServer) -> SqliteConnection {
    let file = server.dir.path().join("matinee.db");
    SqliteConnectOptions::new().filename(file).connect().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_ends_while_the_database_is_away_is_over_when_it_is_back() {
    let server = TestServer::with(&[("MATINEE_DATABASE_TIMEOUT", "1")]).await;
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    host.say("goodbye").await;
    let mut other = same_database(&server).await;
    let writing = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    host.send(ClientMessage::Room(RoomRequest::End)).await;
    assert_eq!(host.end().await.0, Some(Farewell::Ended));
    // Longer than one try takes.
    tokio::time::sleep(Duration::from_secs(3)).await;
    writing.rollback().await.unwrap();
    wait_for("the room to be over", Duration::from_secs(6), || async {
        (ada.get(&format!("/api/rooms/{}", room.code)).await.status == 404).then_some(())
    })
    .await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_whose_end_cannot_be_written_is_closed_at_least() {
    let server = TestServer::start().await;
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    host.say("goodbye").await;
    let mut other = same_database(&server).await;
    let trigger = "CREATE TRIGGER nothing_ends BEFORE UPDATE OF ended_at ON rooms
                   BEGIN SELECT RAISE(ABORT, 'not today'); END";
    sqlx::query(trigger).execute(&mut other).await.unwrap();
    host.send(ClientMessage::Room(RoomRequest::End)).await;
    assert_eq!(host.end().await.0, Some(Farewell::Ended));
    wait_for("the room to be closed", Duration::from_secs(6), || async {
        let row = server.state.lobby.named(room.code.as_str()).await.unwrap();
        (!row.record.is_open).then_some(())
    })
    .await;
    server.stop().await;
}
