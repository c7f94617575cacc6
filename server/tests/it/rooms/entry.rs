//! What a ticket and a token are good for, once things have changed since they were given.

use super::{
    account, on_both,
    recovery::{hash, know, request},
    room,
};
use crate::support::{Browser, RoomClient, TestServer, wait_for};
use app::protocol::room::*;
use serde_json::{Value, json};
use std::time::Duration;

on_both!(a_ticket_of_before_opens_no_closed_room,);

async fn ask(who: &Browser, code: &RoomCode) -> Joining {
    who.post(&format!("/api/rooms/{code}/join"), json!({}))
        .await
        .ok()
        .json()
}

async fn a_ticket_of_before_opens_no_closed_room(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let guest = Browser::at(&server);
    let (early, own) = (ask(&guest, &room.code).await, ask(&ada, &room.code).await);
    let row = server.state.lobby.named(room.code.as_str()).await.unwrap();
    let mut closed = row.record;
    closed.is_open = false;
    closed.opening = 1;
    server.state.db.save_room(&closed, row.last_active_at).await.unwrap();
    let entered = RoomClient::try_enter(&server.url, &room.code, &early.ticket).await;
    assert_eq!(entered.err(), Some(CloseCode::NoSuchRoom.number()));
    let shown: Room = guest.get(&format!("/api/rooms/{}", room.code)).await.ok().json();
    assert!(!shown.is_open, "nobody opened it");
    RoomClient::try_enter(&server.url, &room.code, &own.ticket)
        .await
        .unwrap();
    // Where its host is, others come in again.
    RoomClient::join(&guest, &room.code).await;
    server.stop().await;
}

/// A room of an instance for accounts that plays a film, with its host in it.
async fn playing(server: &TestServer, settings: Value) -> (RoomClient, RoomCode) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, settings).await;
    know(&server.state.db, 5, "Five").await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let addition = Addition {
        source: request(5),
        play_now: true,
    };
    host.send(ClientMessage::Queue(QueueRequest::Add(addition))).await;
    host.until("the film", |_, view| view.playback.video().is_some().then_some(()))
        .await;
    (host, room.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_nothing_for_whoever_was_never_let_in() {
    let server = TestServer::with(&[("MATINEE_ACCESS", "accounts")]).await;
    let (mut host, code) = playing(&server, json!({ "max_participants": 2 })).await;
    let shows = async |joining: &Joining| {
        let token = joining.stream_token.as_deref().unwrap();
        server.state.lobby.is_guest_watching(token, hash(5)).await
    };
    let (grace, late, stranger) = (Browser::at(&server), Browser::at(&server), Browser::at(&server));
    let early = ask(&grace, &code).await;
    assert!(!shows(&early).await, "before they are in");
    let mut inside = RoomClient::try_enter(&server.url, &code, &early.ticket).await.unwrap();
    assert!(shows(&early).await, "from the first message on");
    let full = ask(&late, &code).await;
    let entered = RoomClient::try_enter(&server.url, &code, &full.ticket).await;
    assert_eq!(entered.err(), Some(CloseCode::Full.number()));
    assert!(!shows(&full).await, "the room was full");
    let change = SettingsChange {
        locked: Some(true),
        capacity: Some(10),
        ..Default::default()
    };
    host.send(ClientMessage::Settings(change)).await;
    inside
        .until("the lock", |_, view| view.settings.locked.then_some(()))
        .await;
    let locked = ask(&stranger, &code).await;
    let entered = RoomClient::try_enter(&server.url, &code, &locked.ticket).await;
    assert_eq!(entered.err(), Some(CloseCode::NotAllowed.number()));
    assert!(!shows(&locked).await, "the room was locked");
    drop(inside);
    host.until("the connection to break", |_, view| {
        view.participants.iter().any(|one| one.away).then_some(())
    })
    .await;
    assert!(shows(&early).await, "their seat is kept");
    let again = ask(&grace, &code).await;
    assert!(shows(&again).await, "and they come back");
    RoomClient::try_enter(&server.url, &code, &again.ticket).await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closing_room_is_not_open() {
    use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
    let server = TestServer::start().await;
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let guest = Browser::at(&server);
    let mut host = RoomClient::join(&ada, &room.code).await;
    host.say("hello").await;
    let path = format!("/api/rooms/{}", room.code);
    let is_open = async || guest.get(&path).await.ok().json::<Room>().is_open;
    assert!(is_open().await);
    let file = server.dir.path().join("matinee.db");
    let mut other = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    // Its end cannot be written down yet.
    let writing = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    host.send(ClientMessage::Room(RoomRequest::End)).await;
    assert_eq!(host.end().await.0, Some(Farewell::Ended));
    assert!(!is_open().await, "it is over, written down or not");
    assert_eq!(guest.post(&format!("{path}/join"), json!({})).await.status, 409);
    writing.rollback().await.unwrap();
    wait_for("the end to be written down", Duration::from_secs(10), || async {
        (guest.get(&path).await.status == 404).then_some(())
    })
    .await;
    server.stop().await;
}
