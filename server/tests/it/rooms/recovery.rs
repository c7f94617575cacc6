//! What outlives a crash and a restart, and who sees it afterwards.

use super::{account, on_both, room, stored_chat};
use crate::outage::services::Postgres;
use crate::support::{Browser, Program, RoomClient, TestServer, wait_for};
use app::protocol::{Category, InfoHash, SourceRequest, Timestamp, room::*};
use rustix::process::Signal;
use serde_json::json;
use server::db::{Db, KnownTorrent};
use std::{
    path::Path,
    time::{Duration, Instant},
};

on_both!(chat_of_before_is_the_host_s, a_room_starts_and_keeps_its_torrent,);

const RATES: (&str, &str) = ("MATINEE_RATE_LIMITS", "joins=10000/s,auth=10000/s,rooms=10000/s");

pub fn hash(n: u8) -> InfoHash {
    InfoHash([n; 20])
}

/// A request for its main file.
pub fn request(n: u8) -> SourceRequest {
    SourceRequest::Torrent {
        info_hash: hash(n),
        file: None,
    }
}

/// A film that the catalogue knows with its files; nobody shares it.
pub async fn know(db: &Db, n: u8, name: &str) {
    let torrent = KnownTorrent {
        info_hash: hash(n),
        name: name.into(),
        size_bytes: 1_000,
        // A tracker that nobody runs.
        magnet: format!(
            "magnet:?xt=urn:btih:{}&tr=http%3A%2F%2F127.0.0.1%3A9%2Fannounce",
            hash(n)
        ),
        poster_url: None,
        category: Category::Movies,
        seeders: None,
        published_at: None,
        files: vec![("film.mkv".into(), 900), ("film.srt".into(), 9)],
    };
    db.upsert_torrent(&torrent, Timestamp(1_000)).await.unwrap();
}

async fn know_in(data_dir: &Path, films: &[(u8, &str)]) {
    let db = Db::sqlite(&data_dir.join("matinee.db"), Default::default())
        .await
        .unwrap();
    for (n, name) in films {
        know(&db, *n, name).await;
    }
    db.close().await;
}

async fn add(client: &mut RoomClient, n: u8, play_now: bool) {
    let addition = Addition {
        source: request(n),
        play_now,
    };
    client.send(ClientMessage::Queue(QueueRequest::Add(addition))).await;
}

/// Comes in again as pages do: until the server is back.
async fn rejoin(who: &Browser, code: &RoomCode, join: serde_json::Value) -> RoomClient {
    let body = join.to_string();
    wait_for("the server to be back", Duration::from_secs(30), || async {
        // A server that is away refuses the connection.
        let path = format!("{}/api/rooms/{code}/join", who.url);
        let cookies = who.cookies.lock().unwrap().clone();
        let cookies: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = reqwest::Client::new()
            .post(path)
            .header("content-type", "application/json")
            .header("cookie", cookies.join("; "))
            .body(body.clone());
        let text = request.send().await.ok()?.text().await.ok()?;
        let joining: Joining = serde_json::from_str(&text).ok()?;
        RoomClient::try_enter(&who.url, code, &joining.ticket).await.ok()
    })
    .await
}

/// A film and two more in the queue, ten minutes in.
async fn play_from_ten_minutes(host: &mut RoomClient, guest: &mut RoomClient) {
    add(host, 1, true).await;
    add(host, 2, false).await;
    add(host, 3, false).await;
    host.until("the queue", |_, view| {
        (view.queue.len() == 2 && view.playback.video().is_some()).then_some(())
    })
    .await;
    let epoch = host.view.playback.epoch;
    for client in [&mut *host, &mut *guest] {
        let duration_ms = Some(5_400_000);
        client
            .send(ClientMessage::Playback(PlaybackRequest::Ready { epoch, duration_ms }))
            .await;
    }
    host.send(ClientMessage::Playback(PlaybackRequest::Seek {
        epoch,
        position_ms: 600_000,
    }))
    .await;
    let mut epoch = host
        .until("the seek", |_, view| {
            (view.playback.anchor.position_ms == 600_000).then_some(view.playback.epoch)
        })
        .await;
    if host.view.playback.state == PlaybackState::Paused {
        host.send(ClientMessage::Playback(PlaybackRequest::Play { epoch }))
            .await;
        epoch = Epoch(epoch.0 + 1);
    }
    for client in [&mut *host, &mut *guest] {
        let duration_ms = Some(5_400_000);
        client
            .send(ClientMessage::Playback(PlaybackRequest::Ready { epoch, duration_ms }))
            .await;
    }
    host.until("the film to play", |_, view| {
        (view.playback.state == PlaybackState::Playing).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_nothing_and_playback_goes_on() {
    let data = tempfile::tempdir().unwrap();
    know_in(data.path(), &[(1, "One"), (2, "Two"), (3, "Three")]).await;
    let mut program = Program::start(data.path(), &[RATES]).await;
    let (ada, grace) = (account(program.url(), "Ada").await, Browser::at_url(program.url()));
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::try_join(&ada, &room.code, json!({ "tab": "a" }))
        .await
        .unwrap();
    let mut guest = RoomClient::try_join(&grace, &room.code, json!({ "tab": "g", "display_name": "Grace" }))
        .await
        .unwrap();
    play_from_ten_minutes(&mut host, &mut guest).await;
    host.send(ClientMessage::Settings(SettingsChange {
        title: Some("Still here".into()),
        ..Default::default()
    }))
    .await;
    host.until("the title", |_, view| {
        (view.settings.title == "Still here").then_some(())
    })
    .await;
    guest.say("before the crash").await;
    host.hear("before the crash").await;
    // What is not chat is written down twice a second.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let (before, address) = (host.view.clone(), program.address());
    program.signal(Signal::KILL);
    let program = Program::start(data.path(), &[RATES, ("MATINEE_LISTEN", &address)]).await;

    let guest = rejoin(&grace, &room.code, json!({ "tab": "g", "display_name": "Grace" })).await;
    let mut host = rejoin(&ada, &room.code, json!({ "tab": "a" })).await;
    for view in [&guest.view, &host.view] {
        assert_eq!(view.playback.screen, before.playback.screen);
        assert_eq!(
            (view.playback.anchor, view.playback.state),
            (before.playback.anchor, PlaybackState::Playing),
            "it plays on as if nothing had been"
        );
        assert_eq!((&view.queue, &view.settings), (&before.queue, &before.settings));
        let said: Vec<&str> = view.chat.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(said, ["before the crash"]);
    }
    assert_eq!(
        guest.view.chat[0].author,
        guest.view.me().unwrap().person,
        "people are who they were"
    );
    let id = host.say("after it").await;
    assert!(id > host.view.chat[0].id);
    drop(program);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_tells_everybody_to_come_back() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), &[RATES]).await;
    let ada = account(program.url(), "Ada").await;
    let room = room(&ada, json!({ "password": "swordfish" })).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    host.say("one moment").await;
    host.tell("not acknowledged").await;
    host.hear("not acknowledged").await;
    let address = program.address();
    let ending = tokio::spawn(host.end());
    tokio::task::spawn_blocking(move || {
        program.signal(Signal::TERM);
    })
    .await
    .unwrap();
    assert_eq!(
        ending.await.unwrap(),
        (Some(Farewell::Restarting), CloseCode::Restarting.number())
    );
    let _program = Program::start(data.path(), &[RATES, ("MATINEE_LISTEN", &address)]).await;
    let guest = Browser::at_url(&ada.url);
    let join = json!({ "password": "swordfish", "display_name": "Grace" });
    let client = rejoin(&guest, &room.code, join).await;
    let said: Vec<&str> = client.view.chat.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(
        said,
        ["one moment", "not acknowledged"],
        "the same opening goes on, for everybody"
    );
}

/// Whoever was inside when the password came is not asked for it because the server was away.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_asks_nobody_who_was_inside_for_the_password() {
    for signal in [Signal::TERM, Signal::KILL] {
        let data = tempfile::tempdir().unwrap();
        let mut program = Program::start(data.path(), &[RATES]).await;
        let ada = account(program.url(), "Ada").await;
        let (grace, linus, stranger) = (
            Browser::at_url(&ada.url),
            Browser::at_url(&ada.url),
            Browser::at_url(&ada.url),
        );
        let room = room(&ada, json!({})).await;
        let host = RoomClient::join(&ada, &room.code).await;
        let guests = [
            RoomClient::join_as(&grace, &room.code, "Grace").await,
            RoomClient::join_as(&linus, &room.code, "Linus").await,
        ];
        let (path, password) = (format!("/api/rooms/{}", room.code), json!({ "password": "swordfish" }));
        ada.send(http::Method::PATCH, &path, Some(password), &[]).await.ok();
        // A room is written down twice a second.
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        let address = program.address();
        tokio::task::spawn_blocking(move || program.signal(signal))
            .await
            .unwrap();
        drop((host, guests));
        let _program = Program::start(data.path(), &[RATES, ("MATINEE_LISTEN", &address)]).await;
        rejoin(&grace, &room.code, json!({ "display_name": "Grace" })).await;
        // The room is open again, and its row tells nothing of him any more.
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        rejoin(&linus, &room.code, json!({ "display_name": "Linus" })).await;
        let way = format!("{path}/join");
        let refused = stranger
            .post(&way, json!({ "display_name": "Mallory" }))
            .await
            .problem(403);
        assert_eq!(refused.errors[0].field, "password");
    }
}

async fn chat_of_before_is_the_host_s(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    host.say("yesterday").await;
    host.leave().await;
    // The room would close a minute after the last one left. A new server finds it as it would be then.
    let database = server
        .state
        .config
        .database
        .url
        .as_ref()
        .map(|url| url.expose().to_owned());
    server.state.rooms.stop().await;
    let row = server.state.lobby.named(room.code.as_str()).await.unwrap();
    let mut closed = row.record;
    closed.is_open = false;
    server.state.db.save_room(&closed, row.last_active_at).await.unwrap();
    let dir = server.stop().await;
    let settings: Vec<(&str, &str)> = database
        .iter()
        .map(|url| ("MATINEE_DATABASE_URL", url.as_str()))
        .collect();
    let server = TestServer::start_in(dir, &settings).await;
    let again = Browser::at(&server);
    crate::accounts::sign_in(&again, "Ada", crate::accounts::PASSWORD).await;
    let mut host = RoomClient::join(&again, &room.code).await;
    assert_eq!(host.view.chat.len(), 1);
    let grace = Browser::at(&server);
    let guest = RoomClient::join_as(&grace, &room.code, "Grace").await;
    assert_eq!(
        guest.view.chat,
        [],
        "who comes later does not read what was said before the room was opened"
    );
    host.say("today").await;
    let path = format!("/api/rooms/{}/messages", room.code);
    let texts = async |who: &Browser| -> Vec<String> {
        let page: ChatPage = who.get(&path).await.ok().json();
        page.messages.into_iter().map(|message| message.text).collect()
    };
    assert_eq!(texts(&again).await, ["yesterday", "today"]);
    assert_eq!(texts(&grace).await, ["today"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_keeps_nobody_from_talking() {
    let postgres = Postgres::start();
    let url = postgres.url();
    let settings = [
        ("MATINEE_DATABASE_URL", url.as_str()),
        ("MATINEE_DATABASE_TIMEOUT", "2"),
    ];
    let server = TestServer::with(&settings).await;
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let mut guest = RoomClient::join_as(&Browser::at(&server), &room.code, "Grace").await;
    host.say("before").await;
    let mut worst = Duration::ZERO;
    for outage in ["frozen", "killed"] {
        match outage {
            "frozen" => postgres.freeze(),
            _ => postgres.kill().await,
        }
        for n in 0..5 {
            let (text, began) = (format!("{outage} {n}"), Instant::now());
            host.tell(&text).await;
            guest.hear(&text).await;
            worst = worst.max(began.elapsed());
        }
        // Longer than the database is waited for.
        tokio::time::sleep(Duration::from_secs(5)).await;
        match outage {
            "frozen" => postgres.thaw(),
            _ => postgres.start_again(),
        }
        let mut stored = 0;
        while stored < 5 {
            host.until("it to be stored", |message, _| match message {
                ServerMessage::Chat(ChatUpdate::Stored { .. }) => Some(()),
                ServerMessage::Chat(ChatUpdate::NotStored { .. }) => panic!("it was not stored"),
                _ => None,
            })
            .await;
            stored += 1;
        }
    }
    println!("words took {worst:?} at worst while the database was away");
    assert!(worst < Duration::from_secs(1), "{worst:?}");
    assert_eq!(stored_chat(&server, &room.code).await.len(), 11, "each once");
    server.stop().await;
}

async fn a_room_starts_and_keeps_its_torrent(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    know(&server.state.db, 9, "Nine").await;
    let body = json!({ "title": "x", "info_hash": hash(9), "position_seconds": 218.5 });
    let room: Room = ada.post("/api/rooms", body).await.ok().json();
    assert_eq!(room.playing.as_deref(), Some("Nine"));
    assert!(!server.state.torrents.is_known(hash(9)));
    let mut host = RoomClient::join(&ada, &room.code).await;
    let playback = &host.view.playback;
    assert_eq!(playback.video().unwrap().source.torrent(), Some(hash(9)));
    assert_eq!(
        (playback.state, playback.anchor.position_ms),
        (PlaybackState::Paused, 218_500)
    );
    wait_for("the engine to look for it", Duration::from_secs(5), || async {
        server.state.torrents.is_known(hash(9)).then_some(())
    })
    .await;
    add(&mut host, 7, false).await;
    assert_eq!(host.refusal().await, Refusal::UnknownTorrent);
    let addition = Addition {
        source: SourceRequest::Torrent {
            info_hash: hash(9),
            file: Some(1),
        },
        play_now: false,
    };
    host.send(ClientMessage::Queue(QueueRequest::Add(addition))).await;
    assert_eq!(
        host.refusal().await,
        Refusal::Unplayable,
        "a subtitle is nothing to watch"
    );
    server.stop().await;
}
