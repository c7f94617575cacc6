//! Connections: how many there may be, how long they may say nothing, and how soon a message leaves.

use crate::{
    accounts::sign_up,
    bad_input::reqwest_form,
    support::{Browser, Client, Film, Program, RoomClient, TestServer, wait_for},
};
use app::protocol::room::*;
use http::Method;
use rustix::{
    net::sockopt::set_tcp_quickack,
    process::{Pid, Resource, Rlimit, prlimit},
};
use serde_json::json;
use server::http::{
    door::{ConnectionTimeouts, Door},
    listen,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::{CancellationToken, DropGuard};

const HEAD: Duration = Duration::from_millis(600);
const IDLE: Duration = Duration::from_millis(1_200);
const STALLED: Duration = Duration::from_secs(2);

/// The same server behind another door. Shut when it is dropped.
struct Entrance {
    address: String,
    door: Arc<Door>,
    _shut: DropGuard,
}

impl Entrance {
    async fn of(server: &TestServer, share: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let patience = ConnectionTimeouts {
            head: HEAD,
            idle: IDLE,
            write: STALLED,
        };
        let door = Arc::new(Door::with(2_000, share, Vec::new(), patience));
        let (shut, router) = (CancellationToken::new(), server::http::router(server.state.clone()));
        tokio::spawn(listen::serve(
            listener,
            router,
            door.clone(),
            shut.clone(),
            shut.clone(),
        ));
        Self {
            address,
            door,
            _shut: shut.drop_guard(),
        }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A connection that has sent this much.
    async fn sent(&self, bytes: &str) -> TcpStream {
        let mut tcp = TcpStream::connect(&self.address).await.unwrap();
        tcp.write_all(bytes.as_bytes()).await.unwrap();
        tcp
    }
}

/// Reads to the end, which has to come in time.
async fn end(tcp: &mut TcpStream, within: Duration) -> Vec<u8> {
    let mut heard = Vec::new();
    let read = tokio::time::timeout(within, tcp.read_to_end(&mut heard)).await;
    // A connection that is reset is as closed as one that is closed.
    let _ = read.expect("it is still open");
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn half_sent_requests_end_and_keep_nobody_out_meanwhile() {
    let server = TestServer::start().await;
    let entrance = Entrance::of(&server, 1_000).await;
    let began = Instant::now();
    let mut slow = Vec::new();
    for (place, half) in ["", "G", "PRI * HTTP/2", "GET / HTTP/1.1\r\nhost: x\r\nx-a: b"]
        .iter()
        .cycle()
        .take(400)
        .enumerate()
    {
        slow.push(entrance.sent(half).await);
        if place % 100 == 99 {
            let asked = Instant::now();
            let answer = Client::of(&entrance.url()).get("/healthz").send().await.unwrap();
            assert_eq!(answer.status(), 200);
            assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
        }
    }
    // Some go on with a byte now and then, as slowloris does.
    let mut drop_by_drop = entrance.sent("GET / HTTP/1.1\r\nhost: x\r\n").await;
    while drop_by_drop.write_all(b"x").await.is_ok() {
        assert!(began.elapsed() < HEAD * 20, "a head may be sent for ever");
        tokio::time::sleep(HEAD / 10).await;
    }
    for mut tcp in slow {
        end(&mut tcp, HEAD * 10).await;
    }
    wait_for("nobody to be left", Duration::from_secs(5), || async {
        (entrance.door.count() == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_ends_and_the_next_request_on_it_has_to_be_whole() {
    let server = TestServer::start().await;
    let entrance = Entrance::of(&server, 100).await;
    let request = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut idle = entrance.sent(request).await;
    let began = Instant::now();
    let heard = end(&mut idle, IDLE * 5).await;
    assert!(heard.starts_with(b"HTTP/1.1 200"));
    assert!(began.elapsed() >= IDLE, "{:?}", began.elapsed());
    let mut half = entrance.sent(&format!("{request}GET /he")).await;
    end(&mut half, IDLE * 5).await;
    // Somebody who comes back in time is served for as long as they do.
    let mut kept = entrance.sent(request).await;
    for _ in 0..6 {
        tokio::time::sleep(IDLE / 2).await;
        kept.write_all(request.as_bytes()).await.unwrap();
    }
    let heard = String::from_utf8(end(&mut kept, IDLE * 5).await).unwrap();
    assert_eq!(heard.matches("HTTP/1.1 200").count(), 7, "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_events_and_a_socket_live_on() {
    let server = TestServer::start().await;
    let entrance = Entrance::of(&server, 100).await;
    let (host, room) = host_and_room(&entrance.url()).await;
    // Nobody shares it: a stream of it waits for its first byte.
    let film = Film::of("film.mp4", 100_000, 64 << 10).await;
    let form = reqwest_form("torrent", film.torrent.clone());
    let adding = host.try_send(Method::POST, "/api/torrents", Some(form), &[]);
    adding.await.unwrap().ok();
    let mut in_room = RoomClient::join(&host, &room.code).await;
    let asked = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", entrance.address);
    let mut stream = entrance
        .sent(&asked(&format!("/api/stream/{}/0", film.info_hash)))
        .await;
    let mut events = entrance
        .sent(&asked(&format!("/api/torrents/{}/stats/events", film.info_hash)))
        .await;
    for tcp in [&mut stream, &mut events] {
        let mut begin = [0; 12];
        tcp.read_exact(&mut begin).await.unwrap();
        assert_eq!(&begin, b"HTTP/1.1 200");
    }
    let (began, mut told) = (Instant::now(), 0);
    let mut part = [0; 4_000];
    while began.elapsed() < IDLE * 4 {
        let read = tokio::time::timeout(Duration::from_secs(10), events.read(&mut part)).await;
        let read = read.expect("no event").unwrap();
        assert!(read > 0, "the events ended");
        told += part[..read].windows(5).filter(|word| word == b"data:").count();
    }
    assert!(told >= 4, "{told}");
    // Of the stream nothing came but its head.
    let mut head = Vec::new();
    let rest = tokio::time::timeout(Duration::from_millis(100), stream.read_to_end(&mut head)).await;
    assert!(rest.is_err(), "{}", String::from_utf8_lossy(&head));
    in_room.say("still here").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_nothing_is_given_up() {
    let server = TestServer::start().await;
    let entrance = Entrance::of(&server, 100).await;
    // More than fits between the two.
    let requests = "GET /api/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(400);
    let mut deaf = entrance.sent("").await;
    let writing = tokio::time::timeout(STALLED / 2, deaf.write_all(requests.as_bytes())).await;
    // Whether all of it could be written is the kernel's matter.
    drop(writing);
    // Accepted by now, or in a moment: what was sent may fit into the kernel's buffers at once.
    wait_for("it to be let in", Duration::from_secs(10), || async {
        (entrance.door.count() == 1).then_some(())
    })
    .await;
    wait_for("it to be given up", STALLED * 10, || async {
        (entrance.door.count() == 0).then_some(())
    })
    .await;
}

/// As the system has it when everything is used up: accepting fails for a while, and goes on afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn no_descriptors_left_is_no_end() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]).await;
    let pid = Pid::from_raw(i32::try_from(program.id()).unwrap());
    let open = std::fs::read_dir(format!("/proc/{}/fd", program.id())).unwrap().count();
    let few = Rlimit {
        current: Some(open as u64 + 20),
        maximum: Some(open as u64 + 20),
    };
    prlimit(pid, Resource::Nofile, few).unwrap();
    let mut held = Vec::new();
    for _ in 0..60 {
        held.push(TcpStream::connect(program.address()).await.unwrap());
    }
    // The program's own client has kept a connection.
    let asked = Client::of(program.url()).get("/healthz").send();
    let waits = tokio::time::timeout(Duration::from_secs(1), asked).await;
    assert!(waits.is_err(), "there is one left");
    drop(held);
    wait_for("an answer", Duration::from_secs(20), || async {
        let answer = Client::of(program.url()).get("/healthz").send().await;
        answer.is_ok_and(|answer| answer.status() == 200).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_its_share_and_no_more() {
    let server = TestServer::start().await;
    let entrance = Entrance::of(&server, 10).await;
    let whole = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut open = Vec::new();
    for _ in 0..10 {
        let mut tcp = entrance.sent(whole).await;
        let mut begin = [0; 12];
        tcp.read_exact(&mut begin).await.unwrap();
        assert_eq!(&begin, b"HTTP/1.1 200");
        open.push(tcp);
    }
    let mut more = entrance.sent("").await;
    assert_eq!(end(&mut more, HEAD / 2).await, b"", "closed at once");
    drop(open.pop());
    wait_for("its place to be free", Duration::from_secs(5), || async {
        (entrance.door.count() < 10).then_some(())
    })
    .await;
    let mut again = entrance.sent(whole).await;
    let mut begin = [0; 12];
    again.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
}

async fn host_and_room(url: &str) -> (Browser, Room) {
    let host = Browser::at_url(url);
    sign_up(&host, "ada").await;
    let room = host.post("/api/rooms", json!({ "title": "Friday" })).await.ok().json();
    (host, room)
}

/// `Said` and, as soon as it is written down, `Stored`: two small messages to one participant who says nothing meanwhile.
/// Without TCP_NODELAY the second waits until the first is acknowledged, which systems put off for 40 ms where they expect
/// something to send along.
#[tokio::test(flavor = "multi_thread")]
async fn two_messages_in_quick_succession_both_leave_at_once() {
    let server = TestServer::start().await;
    let (host, room) = host_and_room(&server.url).await;
    let mut in_room = RoomClient::join(&host, &room.code).await;
    let mut between = Vec::new();
    for n in 0..15 {
        set_tcp_quickack(in_room.socket().get_ref(), false).unwrap();
        in_room.tell(&format!("message {n}")).await;
        let said = in_room
            .until("the message", |message, _| {
                matches!(message, ServerMessage::Chat(ChatUpdate::Sent { .. })).then(Instant::now)
            })
            .await;
        let stored = in_room
            .until("the message to be stored", |message, _| {
                matches!(message, ServerMessage::Chat(ChatUpdate::Stored { .. })).then(Instant::now)
            })
            .await;
        between.push(stored - said);
        // The rate of messages is bounded.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    between.sort_unstable();
    println!("between two messages: {between:?}");
    assert!(between[7] < Duration::from_millis(25), "{between:?}");
}
