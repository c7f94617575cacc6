//! Baseline for the cost of a broadcast: axum, its WebSocket and a tokio broadcast channel per room, without any logic.
//! `room_load --mode bare` measures against it. Prints its port.

use axum::{
    Router,
    extract::{
        Path, State,
        ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::any,
    serve::ListenerExt,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::broadcast::{self, Sender, error::RecvError};

/// Capacity of a room's channel, messages. A client that lags further is disconnected.
const OUTBOX: usize = 256;

type Rooms = Arc<Mutex<HashMap<String, Sender<Utf8Bytes>>>>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let rooms = Router::new()
        .route("/rooms/{code}", any(enter))
        .with_state(Rooms::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    let listener = listener.tap_io(|stream| {
        stream.set_nodelay(true).ok();
    });
    axum::serve(listener, rooms).await?;
    Ok(())
}

async fn enter(State(rooms): State<Rooms>, Path(code): Path<String>, upgrade: WebSocketUpgrade) -> Response {
    let room = {
        let mut rooms = rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms
            .entry(code)
            .or_insert_with(|| broadcast::channel(OUTBOX).0)
            .clone()
    };
    // The library's default of 128 KiB per socket is meant for clients that send much.
    upgrade
        .read_buffer_size(4 << 10)
        .on_upgrade(|socket| repeat(socket, room))
}

/// Relays messages until the connection ends or lags behind.
async fn repeat(mut socket: WebSocket, room: Sender<Utf8Bytes>) {
    let mut said = room.subscribe();
    loop {
        tokio::select! {
            heard = said.recv() => match heard {
                Ok(text) => if socket.send(Message::Text(text)).await.is_err() { return },
                Err(RecvError::Lagged(_) | RecvError::Closed) => return,
            },
            came = socket.recv() => match came {
                Some(Ok(Message::Text(text))) => { room.send(text).ok(); }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}
