//! `GET /api/rooms/{code}/socket`: the room's WebSocket (RFC 6455). JSON text frames in both directions, whose content
//! is handled elsewhere.

use super::{
    address, csrf,
    problem::{Answer, Path, Query},
    responses::{ReadErrors, TooOften},
};
use crate::{
    error::Error,
    limits,
    room::core::bounds::{MESSAGE_BYTES, PING_SECONDS},
    room::host::{
        ConnectionHandle, Ticket,
        outbox::{OutboxReader, Outgoing, outbox},
    },
    share::Full,
    state::AppState,
};
use app::{
    error::{Error as AppError, Kind},
    protocol::{
        LoginId, UserId,
        room::{ClientMessage, CloseCode, PROTOCOL_VERSION, RoomRequest},
    },
    t,
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
use utoipa_axum::{router::OpenApiRouter, routes};

/// Idle timeout of a socket: two pings without an answer, and a moment for the second one's.
const IDLE_TIMEOUT: Duration = Duration::from_secs(2 * PING_SECONDS + 2);

/// Size of a socket's read buffer and of its write buffer, bytes.
const BUFFER: usize = 4 << 10;

/// Maximum number of unsent bytes inside of the WebSocket itself, more than the snapshot of a large room takes.
const WRITE_BUFFER: usize = 4 << 20;

/// Maximum number of messages written before the socket is flushed.
const MESSAGES_PER_FLUSH: usize = 64;

/// Returns the route of the socket, whose callers are authenticated by their ticket.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(socket))
}

/// Credentials of a socket.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SocketQuery {
    /// Ticket from `POST /api/rooms/{code}/join`.
    ticket: Option<String>,
    /// Version of the protocol that the page speaks.
    #[param(value_type = Option<u32>, example = 2)]
    version: Option<String>,
}

/// Opens the room's WebSocket.
///
/// JSON text frames, `ClientMessage` in and `ServerMessage` out, of which the first is always `welcome`. Errors are
/// sent as close codes: 4401 the ticket is missing, used or expired, or the login has ended; 4403 not allowed, kicked,
/// or the account is gone; 4404 no such room, or closed to this caller; 4408 too slow; 4409 full; 4410 replaced by
/// another connection of the same tab; 4411 a new guest from the network of a guest who was kicked; 4426 other protocol
/// version; 4429 too many messages; 4503 the server is restarting.
#[utoipa::path(get, path = "/api/rooms/{code}/socket", operation_id = "room_socket", tag = "rooms",
    params(("code" = String, Path, example = "kxd47mqz"), SocketQuery),
    responses((status = 101, description = "A WebSocket"), (status = 403, description = "Asked for by another site's page", body = AppError, content_type = "application/problem+json"), ReadErrors, TooOften))]
pub async fn socket(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Query(query): Query<SocketQuery>,
    headers: HeaderMap,
    extensions: Extensions,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<Response> {
    if csrf::is_cross_site(&headers, state.config.server.public_url.as_deref()) {
        return Err(Error::refuse(Kind::Forbidden, t::server_http::socket_elsewhere()).into());
    }
    let upgrade = upgrade.map_err(|_| AppError::invalid("upgrade", t::server_http::socket_only()))?;
    let household = address::household(address::of(&state, &headers, &extensions));
    let shown = check(&state, &name, query).await;
    let account = shown.as_ref().ok().and_then(|ticket| ticket.user);
    let admitted = state.lobby.sockets.admit(account, household).map_err(|full| {
        let sentence = match full {
            Full::Share => t::server_http::sockets_yours(),
            Full::All => t::server_http::sockets_all(),
        };
        Error::refuse(Kind::TooManyRequests, sentence)
    })?;
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

/// Checks the version and the ticket. The socket is opened even on an error and closed with the code, because browsers
/// hide from their pages why a socket did not open.
async fn check(state: &AppState, name: &str, query: SocketQuery) -> Result<Ticket, CloseCode> {
    if query.version.and_then(|version| version.parse().ok()) != Some(PROTOCOL_VERSION) {
        return Err(CloseCode::Reload);
    }
    let shown = query.ticket.ok_or(CloseCode::SignIn)?;
    let ticket = state.lobby.tickets.take(&shown).await.ok_or(CloseCode::SignIn)?;
    match state.lobby.named(name).await {
        Ok(room) if room.record.id == ticket.room => {}
        Ok(_) => return Err(CloseCode::SignIn),
        Err(Error::Refused(error)) if error.kind == Kind::NotFound => return Err(CloseCode::NoSuchRoom),
        Err(_) => return Err(CloseCode::Restarting),
    }
    let (user, login) = match (ticket.user, ticket.login) {
        (None, _) => return Ok(ticket),
        (Some(user), Some(login)) => (user, login),
        // Issued by an older version.
        (Some(_), None) => return Err(CloseCode::SignIn),
    };
    match state.lobby.barred(user, login).await {
        Ok(None) => Ok(ticket),
        Ok(Some(code)) => Err(code),
        Err(_) => Err(CloseCode::Restarting),
    }
}

/// Waits until the account may no longer stay: at once if that changes on this node, after a while if it does on
/// another one. Never completes for guests.
async fn until_barred(state: &AppState, signed_in: Option<(UserId, LoginId)>) -> CloseCode {
    let Some((user, login)) = signed_in else {
        return std::future::pending().await;
    };
    let mut changes = state.accounts.changes();
    loop {
        // A database that is unavailable disconnects no one. Boxed: each socket would hold a query's memory for its
        // whole life.
        if let Ok(Some(code)) = Box::pin(state.lobby.barred(user, login)).await {
            return code;
        }
        let _ = timeout(limits::LOGIN_CHECK_INTERVAL, changes.of(user)).await;
    }
}

async fn run(state: AppState, socket: WebSocket, shown: Result<Ticket, CloseCode>) {
    let (mut sink, mut stream) = socket.split();
    let (outbox, mut queue) = outbox();
    let signed_in = shown.as_ref().ok().and_then(|ticket| ticket.user.zip(ticket.login));
    let entered = match shown {
        Ok(ticket) => state.lobby.enter(ticket, outbox).await,
        Err(code) => Err(code),
    };
    let code = match entered {
        Ok(entrance) => {
            let heard = LastReceived::now();
            // Concurrently: a reader that waits for the room's mailbox must not delay its own messages.
            let code = tokio::select! {
                code = read(&mut stream, &entrance, &heard) => code,
                code = write(&mut sink, &mut queue, &heard) => code,
                code = until_barred(&state, signed_in) => {
                    // Releases the seat instead of keeping it for a reconnect.
                    entrance.tell(ClientMessage::Room(RoomRequest::Leave)).await;
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

/// Time of the last message from the client.
struct LastReceived {
    began: Instant,
    after_ms: AtomicU64,
}

impl LastReceived {
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
        self.began + Duration::from_millis(self.after_ms.load(Ordering::Relaxed)) + IDLE_TIMEOUT
    }
}

/// Forwards messages to the room until the socket ends. Returns `None` if it ended without a close frame.
async fn read(
    stream: &mut SplitStream<WebSocket>,
    entrance: &ConnectionHandle,
    heard: &LastReceived,
) -> Option<CloseCode> {
    while let Some(message) = stream.next().await {
        heard.note();
        let text = match message {
            Ok(Message::Text(text)) => text,
            Ok(Message::Ping(_) | Message::Pong(_)) => continue,
            Ok(Message::Close(_)) => return Some(CloseCode::Done),
            // Too long, not UTF-8, not masked or binary: not our protocol.
            Ok(Message::Binary(_)) | Err(_) => return Some(CloseCode::Nonsense),
        };
        let Ok(message) = serde_json::from_str(&text) else {
            return Some(CloseCode::Nonsense);
        };
        if !entrance.tell(message).await {
            // The room is closed; its close code is in the outbox.
            std::future::pending::<()>().await;
        }
    }
    None
}

type Sink = SplitSink<WebSocket, Message>;

/// Sends the room's messages and pings, until the room closes the socket or the client times out.
async fn write(sink: &mut Sink, outbox: &mut OutboxReader, heard: &LastReceived) -> Option<CloseCode> {
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
                    // The room's task ended without a close code: it will be restarted.
                    None => return Some(CloseCode::Restarting),
                };
                tokio::select! {
                    () = outbox.cut.cancelled() => return Some(CloseCode::TooSlow),
                    sent = timeout(limits::SOCKET_WRITE_TIMEOUT, send_all(sink, first, &mut outbox.queue)) => sent,
                }
            }
            _ = pings.tick() => timeout(limits::SOCKET_WRITE_TIMEOUT, ping(sink)).await,
        };
        match sent {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(code))) => return Some(code),
            Ok(Err(_)) => return None,
            Err(_) => return Some(CloseCode::TooSlow),
        }
    }
}

/// Sends all queued messages with one flush. Returns the close code, if one is among them.
async fn send_all(
    sink: &mut Sink,
    first: Outgoing,
    queue: &mut tokio::sync::mpsc::Receiver<Outgoing>,
) -> Result<Option<CloseCode>, axum::Error> {
    let (mut next, mut fed) = (Some(first), 0);
    while let Some(out) = next {
        match out {
            Outgoing::Text(text) => sink.feed(Message::Text(text)).await?,
            Outgoing::Close(code) => {
                sink.flush().await?;
                return Ok(Some(code));
            }
        }
        fed += 1;
        next = if fed < MESSAGES_PER_FLUSH {
            queue.try_recv().ok()
        } else {
            None
        };
    }
    sink.flush().await?;
    Ok(None)
}

async fn ping(sink: &mut Sink) -> Result<Option<CloseCode>, axum::Error> {
    sink.send(Message::Ping(Default::default())).await?;
    Ok(None)
}

/// Sends the close code, and waits a moment for the client to receive it: closing the connection discards what is still
/// on its way.
async fn close(mut sink: Sink, mut stream: SplitStream<WebSocket>, code: CloseCode) {
    let frame = CloseFrame {
        code: code.number(),
        reason: Default::default(),
    };
    let said = timeout(limits::SOCKET_CLOSE_TIMEOUT, sink.send(Message::Close(Some(frame)))).await;
    if matches!(said, Ok(Ok(()))) {
        let answered = async { while let Some(Ok(_)) = stream.next().await {} };
        // Without an answer, the close frame was sent all the same.
        let _ = timeout(limits::SOCKET_CLOSE_TIMEOUT, answered).await;
    }
}
