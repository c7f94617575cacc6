//! `GET /api/rooms/{code}/socket`: the room's WebSocket (RFC 6455). JSON text frames in and out; nothing here knows what
//! they mean.

use super::{
    address, csrf,
    problem::{Answer, Path, Query},
    responses::{Reading, TooOften},
};
use crate::{
    error::Error,
    limits,
    room::bounds::{MESSAGE_BYTES, PING_SECONDS},
    rooms::{
        Entrance, Ticket,
        outbox::{Out, OutboxReader, outbox},
    },
    state::AppState,
};
use app::{
    error::{Error as AppError, Kind},
    protocol::room::{ClientMessage, CloseCode, PROTOCOL_VERSION},
};
use axum::{
    extract::{
        State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    response::Response,
};
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use http::{Extensions, HeaderMap};
use serde::Deserialize;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

/// A socket of which nothing was heard for so long is dead: two pings without an answer, and a moment for the second's.
const SILENCE: Duration = Duration::from_secs(2 * PING_SECONDS + 2);

/// Bytes that are read and written at once; each socket has a buffer of either.
const BUFFER: usize = 4 << 10;

/// Bytes that may wait to be written inside of the WebSocket itself, above what a snapshot of a large room takes.
const WRITE_BUFFER: usize = 4 << 20;

/// Messages that are written before the socket is flushed.
const AT_ONCE: usize = 64;

/// What a socket shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SocketQuery {
    /// What `POST /api/rooms/{code}/join` gave.
    ticket: Option<String>,
    /// The version of the protocol that the page speaks.
    #[param(value_type = Option<u32>, example = 1)]
    version: Option<String>,
}

/// The room's socket: a WebSocket with JSON text frames, `ClientMessage` in and `ServerMessage` out, of which the first is
/// always `welcome`. What is wrong with the ticket or the version is said by a close code: 4401 the ticket is missing,
/// used or run out, or the login has ended; 4403 not allowed, kicked or an account that is gone; 4404 no such room, or closed
/// to you; 4408 too slow; 4409 full; 4410 in again from the same tab; 4426 another version; 4429 too many messages; 4503 the
/// server restarts.
#[utoipa::path(get, path = "/api/rooms/{code}/socket", operation_id = "room_socket", tag = "rooms",
    params(("code" = String, Path, example = "kxd47mqz"), SocketQuery),
    responses((status = 101, description = "A WebSocket"), (status = 403, description = "Asked for by another site's page", body = AppError, content_type = "application/problem+json"), Reading, TooOften))]
pub async fn socket(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Query(query): Query<SocketQuery>,
    headers: HeaderMap,
    extensions: Extensions,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<Response> {
    if csrf::is_cross_site(&headers, state.config.public_url.as_deref()) {
        return Err(Error::refuse(Kind::Forbidden, "This socket was asked for by another site's page.").into());
    }
    let upgrade = upgrade.map_err(|_| AppError::invalid("upgrade", "This address is a WebSocket's."))?;
    let household = address::household(address::of(&state, &headers, &extensions));
    let admitted = state.lobby.sockets.admit(household).ok_or_else(|| {
        Error::refuse(
            Kind::TooManyRequests,
            "Too many sockets are open from your network. Close some tabs, then try again.",
        )
    })?;
    let shown = check(&state, &name, query).await;
    let upgrade = upgrade
        .max_message_size(MESSAGE_BYTES)
        .max_frame_size(MESSAGE_BYTES)
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(WRITE_BUFFER)
        .on_failed_upgrade(|error| tracing::debug!(%error, "a socket's handshake broke off"));
    let sockets = state.rooms.sockets().clone();
    Ok(upgrade.on_upgrade(move |socket| {
        sockets.track_future(async move {
            run(state, socket, shown).await;
            drop(admitted);
        })
    }))
}

/// Browsers hide from their pages why a socket did not open: it is opened, and then closed with the reason.
async fn check(state: &AppState, name: &str, query: SocketQuery) -> Result<Ticket, CloseCode> {
    if query.version.and_then(|version| version.parse().ok()) != Some(PROTOCOL_VERSION) {
        return Err(CloseCode::Reload);
    }
    let shown = query.ticket.ok_or(CloseCode::SignIn)?;
    let ticket = state.lobby.tickets.take(&shown).await.ok_or(CloseCode::SignIn)?;
    match state.room_named(name).await {
        Ok(room) if room.record.id == ticket.room => {}
        Ok(_) => return Err(CloseCode::SignIn),
        Err(Error::Refused(error)) if error.kind == Kind::NotFound => return Err(CloseCode::NoSuchRoom),
        Err(_) => return Err(CloseCode::Restarting),
    }
    let (user, login) = match (ticket.user, ticket.login) {
        (None, _) => return Ok(ticket),
        (Some(user), Some(login)) => (user, login),
        // Of an older version.
        (Some(_), None) => return Err(CloseCode::SignIn),
    };
    match state.barred(user, login).await {
        Ok(None) => Ok(ticket),
        Ok(Some(code)) => Err(code),
        Err(_) => Err(CloseCode::Restarting),
    }
}

/// Waits until whoever is signed in may not stay: at once where that is done here, after a while where it is another
/// node. Guests may.
async fn until_barred(state: &AppState, signed_in: Option<(Uuid, Uuid)>) -> CloseCode {
    let Some((user, login)) = signed_in else {
        return std::future::pending().await;
    };
    let mut changes = state.accounts.changes();
    loop {
        // A database that is away sends nobody out. Boxed: each socket would hold a query's memory for as long as it lives.
        if let Ok(Some(code)) = Box::pin(state.barred(user, login)).await {
            return code;
        }
        let _ = timeout(limits::LOGIN_CHECK, changes.of(user)).await;
    }
}

async fn run(state: AppState, socket: WebSocket, shown: Result<Ticket, CloseCode>) {
    let (mut sink, mut stream) = socket.split();
    let (outbox, mut queue) = outbox();
    let signed_in = shown.as_ref().ok().and_then(|ticket| ticket.user.zip(ticket.login));
    let entered = match shown {
        Ok(ticket) => state.rooms.enter(ticket.room, ticket.into(), outbox).await,
        Err(code) => Err(code),
    };
    let code = match entered {
        Ok(entrance) => {
            let heard = Heard::now();
            // Both at once: a reader that waits for the room's mailbox must not keep its own answers waiting.
            let code = tokio::select! {
                code = read(&mut stream, &entrance, &heard) => code,
                code = write(&mut sink, &mut queue, &heard) => code,
                code = until_barred(&state, signed_in) => {
                    // The seat is not kept for them.
                    entrance.tell(ClientMessage::Leave).await;
                    Some(code)
                }
            };
            entrance.leave().await;
            code
        }
        Err(code) => Some(code),
    };
    if let Some(code) = code {
        close(sink, stream, code).await;
    }
}

/// When something last came from the other side.
struct Heard {
    began: Instant,
    after_ms: AtomicU64,
}

impl Heard {
    fn now() -> Self {
        Self {
            began: Instant::now(),
            after_ms: AtomicU64::new(0),
        }
    }

    fn note(&self) {
        let after = self.began.elapsed().as_millis();
        self.after_ms
            .store(u64::try_from(after).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn silent_until(&self) -> Instant {
        self.began + Duration::from_millis(self.after_ms.load(Ordering::Relaxed)) + SILENCE
    }
}

/// Passes messages on until the socket ends. `None`: it is gone without a word.
async fn read(stream: &mut SplitStream<WebSocket>, entrance: &Entrance, heard: &Heard) -> Option<CloseCode> {
    while let Some(message) = stream.next().await {
        heard.note();
        let text = match message {
            Ok(Message::Text(text)) => text,
            Ok(Message::Ping(_) | Message::Pong(_)) => continue,
            Ok(Message::Close(_)) => return Some(CloseCode::Done),
            // Too long, not UTF-8, not masked, binary: whoever sends that does not speak our protocol.
            Ok(Message::Binary(_)) | Err(_) => return Some(CloseCode::Nonsense),
        };
        let Ok(message) = serde_json::from_str(&text) else {
            return Some(CloseCode::Nonsense);
        };
        if !entrance.tell(message).await {
            // The room is closed; the last word is in the outbox.
            std::future::pending::<()>().await;
        }
    }
    None
}

type Sink = SplitSink<WebSocket, Message>;

/// Sends what the room has to say, and pings, until the last word or until the other side is given up.
async fn write(sink: &mut Sink, outbox: &mut OutboxReader, heard: &Heard) -> Option<CloseCode> {
    let mut pings = tokio::time::interval(Duration::from_secs(PING_SECONDS));
    pings.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    pings.reset();
    loop {
        let sent = tokio::select! {
            biased;
            () = outbox.cut.cancelled() => return Some(CloseCode::TooSlow),
            () = tokio::time::sleep_until(heard.silent_until()) => {
                if heard.silent_until() > Instant::now() {
                    continue;
                }
                return Some(CloseCode::TooSlow);
            }
            out = outbox.queue.recv() => {
                let first = match out {
                    Some(out) => out,
                    // The room is gone without a word: it comes back.
                    None => return Some(CloseCode::Restarting),
                };
                tokio::select! {
                    () = outbox.cut.cancelled() => return Some(CloseCode::TooSlow),
                    sent = timeout(limits::SOCKET_WRITE, send_all(sink, first, &mut outbox.queue)) => sent,
                }
            }
            _ = pings.tick() => timeout(limits::SOCKET_WRITE, ping(sink)).await,
        };
        match sent {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(code))) => return Some(code),
            Ok(Err(_)) => return None,
            Err(_) => return Some(CloseCode::TooSlow),
        }
    }
}

/// Everything that waits, with one flush; the last word, if it is among it.
async fn send_all(
    sink: &mut Sink,
    first: Out,
    queue: &mut tokio::sync::mpsc::Receiver<Out>,
) -> Result<Option<CloseCode>, axum::Error> {
    let (mut next, mut fed) = (Some(first), 0);
    while let Some(out) = next {
        match out {
            Out::Text(text) => sink.feed(Message::Text(text)).await?,
            Out::Close(code) => {
                sink.flush().await?;
                return Ok(Some(code));
            }
        }
        fed += 1;
        next = if fed < AT_ONCE { queue.try_recv().ok() } else { None };
    }
    sink.flush().await?;
    Ok(None)
}

async fn ping(sink: &mut Sink) -> Result<Option<CloseCode>, axum::Error> {
    sink.send(Message::Ping(Default::default())).await?;
    Ok(None)
}

/// Says why, and waits a moment for the other side to have heard it: a connection that is cut takes with it what is on
/// its way.
async fn close(mut sink: Sink, mut stream: SplitStream<WebSocket>, code: CloseCode) {
    let frame = CloseFrame {
        code: code.number(),
        reason: Default::default(),
    };
    let said = timeout(limits::SOCKET_CLOSE, sink.send(Message::Close(Some(frame)))).await;
    if matches!(said, Ok(Ok(()))) {
        let answered = async { while let Some(Ok(_)) = stream.next().await {} };
        // Whoever does not answer has been told.
        let _ = timeout(limits::SOCKET_CLOSE, answered).await;
    }
}
