//! What a broadcast costs at the least: axum, its WebSocket and a tokio broadcast channel for each room, and no logic at
//! all. What `room_load --mode bare` measures the rooms against; prints its port.

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

/// As many as our rooms keep for a slow reader.
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
    // The library's own 128 KiB a socket are for those who receive much.
    upgrade
        .read_buffer_size(4 << 10)
        .on_upgrade(|socket| repeat(socket, room))
}

/// Ends with the connection, or when it cannot follow.
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
