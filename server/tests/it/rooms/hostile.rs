//! People who do not play by the rules. The others in the room notice nothing: how long their words take meanwhile is
//! printed.

use super::{account, room};
use crate::support::{Browser, RoomClient, Socket, TestServer, next_message, open_socket, wait_for};
use app::{api::rooms::socket_path, protocol::room::*};
use futures::{SinkExt, StreamExt};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::Message;

/// Two who talk, and how long each word took from one to the other.
struct Talk {
    speaker: RoomClient,
    listener: RoomClient,
    took: Vec<Duration>,
}

impl Talk {
    async fn start(server: &TestServer) -> (Self, Room) {
        let ada = account(&server.url, "Ada").await;
        let room = room(&ada, json!({ "max_participants": 50 })).await;
        let talk = Self {
            speaker: RoomClient::join(&ada, &room.code).await,
            listener: RoomClient::join_as(&Browser::at(server), &room.code, "Grace").await,
            took: Vec::new(),
        };
        (talk, room)
    }

    /// Goes on at a person's rhythm, and listens all the time.
    async fn go_on(&mut self, words: usize) {
        for _ in 0..words {
            let text = format!("word {}", self.took.len());
            let began = Instant::now();
            self.speaker.tell(&text).await;
            self.listener.hear(&text).await;
            self.took.push(began.elapsed());
            let pause = tokio::time::Instant::now() + Duration::from_millis(350);
            let (speaker, listener) = (&mut self.speaker, &mut self.listener);
            // Cut short in the middle of waiting, never of a message.
            let _ = tokio::time::timeout_at(pause, async {
                loop {
                    tokio::select! {
                        message = speaker.next() => drop(message.unwrap()),
                        message = listener.next() => drop(message.unwrap()),
                    }
                }
            })
            .await;
        }
    }

    /// Prints the worst, and expects a person not to have noticed.
    fn tell(mut self, attack: &str) {
        self.took.sort();
        let (half, worst) = (self.took[self.took.len() / 2], self.took[self.took.len() - 1]);
        println!(
            "{attack}: others' words took {half:?}, at worst {worst:?}, {} words",
            self.took.len()
        );
        assert!(worst < Duration::from_secs(2), "{worst:?}");
    }
}

async fn ticket(who: &Browser, code: &RoomCode) -> String {
    let reply = who
        .post(&format!("/api/rooms/{code}/join"), json!({ "display_name": "Mallory" }))
        .await;
    reply.ok().json::<Joining>().ticket
}

async fn mallory(server: &TestServer, code: &RoomCode) -> RoomClient {
    RoomClient::join_as(&Browser::at(server), code, "Mallory").await
}

async fn closed_with(socket: &mut Socket) -> u16 {
    loop {
        if let Err(code) = next_message(socket).await {
            return code;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_ends_its_sender_and_nobody_else_notices() {
    let server = TestServer::start().await;
    let (mut talk, room) = Talk::start(&server).await;
    let code = room.code.clone();
    let url = server.url.clone();
    let flood = tokio::spawn(async move {
        let mut ends = Vec::new();
        for _ in 0..20 {
            let who = Browser::at_url(&url);
            let mut client = RoomClient::join_as(&who, &code, "Mallory").await;
            let text = serde_json::to_string(&ClientMessage::Chat(ChatRequest::Typing { typing: true })).unwrap();
            let socket = client.socket();
            for _ in 0..50_000 {
                if socket.send(Message::text(text.clone())).await.is_err() {
                    break;
                }
            }
            ends.push(closed_with(socket).await);
        }
        ends
    });
    talk.go_on(10).await;
    let ends = flood.await.unwrap();
    // Whoever still sends when it is cut off may lose the reason with the connection.
    assert!(
        ends.iter().all(|end| [CloseCode::Flood.number(), 1006].contains(end)),
        "{ends:?}"
    );
    talk.tell("20 floods of 50,000 messages");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_closes_its_own_socket_only() {
    let server = TestServer::start().await;
    let (mut talk, room) = Talk::start(&server).await;
    let too_long = json!({ "chat": { "send": { "nonce": 1, "text": "x".repeat(1 << 20) } } }).to_string();
    for nonsense in [
        Message::text(too_long),
        Message::binary(vec![0; 100]),
        Message::binary(vec![0; 1 << 20]),
        Message::text("{"),
        Message::text("[]"),
        Message::text("\u{0}"),
        Message::text(r#"{"type":"become_host"}"#),
        Message::text(r#"{"chat":{"send":{}}}"#),
        Message::text(r#"{"ping":{"sent_at":1e999}}"#),
        Message::text("[".repeat(10_000)),
    ] {
        let shown = nonsense.to_string().chars().take(30).collect::<String>();
        let mut client = mallory(&server, &room.code).await;
        // It may be cut off in the middle of a megabyte.
        let _ = client.socket().send(nonsense).await;
        let end = closed_with(client.socket()).await;
        assert!([CloseCode::Nonsense.number(), 1006].contains(&end), "{shown}: {end}");
    }
    talk.go_on(3).await;
    talk.tell("nonsense");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_numbers_reach_nothing() {
    let server = TestServer::start().await;
    let (mut talk, room) = Talk::start(&server).await;
    talk.go_on(1).await;
    let said = talk.listener.view.chat[0].clone();
    let mut client = mallory(&server, &room.code).await;
    let host = client.find("Ada").unwrap().id;
    let you = client.view.you;
    let text = "forged".to_owned();
    for (message, refusal) in [
        (
            ClientMessage::Chat(ChatRequest::Edit {
                id: said.id,
                text: text.clone(),
            }),
            Refusal::NeedsAuthor,
        ),
        (
            ClientMessage::Chat(ChatRequest::Edit {
                id: MessageId(u64::MAX),
                text,
            }),
            Refusal::Gone,
        ),
        (
            ClientMessage::Chat(ChatRequest::Delete { id: said.id }),
            Refusal::NeedsModerator,
        ),
        (
            ClientMessage::People(PeopleRequest::Kick {
                participant: host,
                ban: true,
            }),
            Refusal::NeedsHost,
        ),
        (
            ClientMessage::Remote(RemoteRequest::Pass { to: you }),
            Refusal::NeedsRemote,
        ),
        (
            ClientMessage::People(PeopleRequest::HandOver { to: you }),
            Refusal::NeedsHost,
        ),
        (ClientMessage::Room(RoomRequest::End), Refusal::NeedsHost),
        (ClientMessage::Chat(ChatRequest::Clear), Refusal::NeedsHost),
        (
            ClientMessage::Playback(PlaybackRequest::Seek {
                epoch: Epoch(u64::MAX),
                position_ms: i64::MAX,
            }),
            Refusal::NeedsRemote,
        ),
        (
            ClientMessage::Playback(PlaybackRequest::SetRate {
                epoch: Epoch(0),
                rate: -1.0,
            }),
            Refusal::NeedsRemote,
        ),
    ] {
        client.send(message.clone()).await;
        assert_eq!(client.refusal().await, refusal, "{message:?}");
    }
    talk.go_on(2).await;
    assert!(talk.listener.view.chat.contains(&said));
    talk.tell("forged numbers");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_before_the_welcome_gain_nothing() {
    let server = TestServer::start().await;
    let (mut talk, room) = Talk::start(&server).await;
    let guest = Browser::at(&server);
    let path = socket_path(&room.code, &ticket(&guest, &room.code).await);
    let mut socket = open_socket(&server.url, &path, &[]).await.unwrap();
    let end = serde_json::to_string(&ClientMessage::Room(RoomRequest::End)).unwrap();
    socket.send(Message::text(end.clone())).await.unwrap();
    // The first word is the welcome, whatever was said before it; then comes the refusal.
    assert!(matches!(
        next_message(&mut socket).await,
        Ok(ServerMessage::Welcome { .. })
    ));
    loop {
        if let ServerMessage::Refused { reason, .. } = next_message(&mut socket).await.unwrap() {
            assert_eq!(reason, Refusal::NeedsHost);
            break;
        }
    }
    // Without a ticket nothing that is said counts.
    let mut socket = open_socket(&server.url, &socket_path(&room.code, "none"), &[])
        .await
        .unwrap();
    let _ = socket.send(Message::text(end)).await;
    assert_eq!(closed_with(&mut socket).await, CloseCode::SignIn.number());
    talk.go_on(2).await;
    talk.tell("messages before the welcome");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_connects_without_a_ticket_cost_nobody_anything() {
    let server = TestServer::start().await;
    let (mut talk, room) = Talk::start(&server).await;
    let (url, code) = (server.url.clone(), room.code.clone());
    let connects = tokio::spawn(async move {
        let attackers = (0..8).map(|_| {
            let (url, path) = (url.clone(), socket_path(&code, "none"));
            tokio::spawn(async move {
                for _ in 0..500 {
                    if let Ok(mut socket) = open_socket(&url, &path, &[]).await {
                        assert_eq!(closed_with(&mut socket).await, CloseCode::SignIn.number());
                        let _ = socket.close(None).await;
                    }
                }
            })
        });
        futures::future::join_all(attackers.collect::<Vec<_>>()).await
    });
    while !connects.is_finished() {
        talk.go_on(1).await;
    }
    assert!(connects.await.unwrap().iter().all(Result::is_ok));
    wait_for("their sockets to be gone", Duration::from_secs(10), || async {
        (server.state.lobby.sockets.count() == 2).then_some(())
    })
    .await;
    talk.tell("4,000 connects without a ticket");
    server.stop().await;
}

/// A handshake by hand, of which the test holds both ends of every byte.
async fn raw_handshake(server: &TestServer, code: &RoomCode) -> TcpStream {
    let path = socket_path(code, &ticket(&Browser::at(server), code).await);
    let host = server.url.trim_start_matches("http://");
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    // The kernel keeps little for it, so that the server soon has to keep the rest.
    socket.set_recv_buffer_size(4 << 10).unwrap();
    let mut tcp = socket.connect(host.parse().unwrap()).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    tcp.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 101");
    tcp
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_read_or_answer_is_cut_off_within_twenty_seconds() {
    let server = TestServer::start().await;
    let (mut talk, room) = Talk::start(&server).await;
    let began = Instant::now();
    // Open, and silent for ever: neither pings are answered nor anything is read.
    let silent: Vec<TcpStream> = futures::future::join_all((0..10).map(|_| raw_handshake(&server, &room.code))).await;
    talk.listener
        .until("them all", |_, view| (view.participants.len() == 12).then_some(()))
        .await;
    let away = |view: &app::room::view::RoomView| view.participants.iter().filter(|p| p.away).count();
    while away(&talk.listener.view) < 10 {
        talk.go_on(1).await;
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "{} are away",
            away(&talk.listener.view)
        );
    }
    println!("cut off after {:?}", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(21));
    drop(silent);
    talk.tell("10 half-open sockets");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_read_is_cut_off_with_a_full_queue() {
    let server = TestServer::start().await;
    let (mut talk, room) = Talk::start(&server).await;
    let mut slow = raw_handshake(&server, &room.code).await;
    talk.listener
        .until("them", |_, view| (view.participants.len() == 3).then_some(()))
        .await;
    // Thirty people who each say as much as they may, and read it too.
    let mut crowd = Vec::new();
    for n in 0..30 {
        crowd.push(RoomClient::join_as(&Browser::at(&server), &room.code, &format!("Talker {n}")).await);
    }
    let crowd = tokio::spawn(futures::future::join_all(crowd.into_iter().map(shout)));
    let began = Instant::now();
    // Pings are answered, so that it is the queue that ends it: a masked pong now and then.
    let mut is_cut = false;
    while began.elapsed() < Duration::from_secs(60) && !is_cut {
        is_cut = slow.write_all(&[0x8a, 0x80, 0, 0, 0, 0]).await.is_err();
        talk.go_on(1).await;
        is_cut |= talk
            .listener
            .view
            .participants
            .iter()
            .any(|p| p.name == "Mallory" && p.away);
        is_cut |= talk.listener.find("Mallory").is_none();
    }
    assert!(is_cut, "it was not cut off");
    println!("cut off after {:?}", began.elapsed());
    let metrics = Browser::at(&server);
    let token = format!("Bearer {}", server.admin_token());
    let text = metrics
        .send(http::Method::GET, "/metrics", None, &[("authorization", &token)])
        .await;
    assert!(text.text().contains("matinee_room_slow_total"), "{}", text.text());
    crowd.await.unwrap();
    talk.tell("one who does not read, among thirty who shout");
    server.stop().await;
}

/// Says long things as fast as is allowed, for a while, and reads on.
async fn shout(client: RoomClient) {
    let until = Instant::now() + Duration::from_secs(25);
    let text = "x".repeat(1_900);
    let (mut sink, mut stream) = client.split();
    let reading = async { while let Some(Ok(_)) = stream.next().await {} };
    let shouting = async {
        while Instant::now() < until {
            let say = json!({ "chat": { "send": { "nonce": 1, "text": text } } }).to_string();
            if sink.send(Message::text(say)).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    };
    tokio::select! { () = reading => {}, () = shouting => {} }
}
