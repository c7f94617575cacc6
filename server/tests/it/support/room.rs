//! Somebody in a room: a socket, and the view that a page keeps by applying each message.

use super::Browser;
use app::{
    protocol::room::*,
    room::view::{Asks, RoomView},
};
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// A WebSocket of nobody in particular.
pub type Socket = WebSocketStream<TcpStream>;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Opens a socket at a path, with more headers; the HTTP status where it is refused.
pub async fn open_socket(url: &str, path: &str, headers: &[(&'static str, &str)]) -> Result<Socket, u16> {
    let host = url.trim_start_matches("http://");
    let tcp = TcpStream::connect(host).await.unwrap();
    tcp.set_nodelay(true).unwrap();
    let mut request = format!("ws://{host}{path}").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match client_async(request, tcp).await {
        Ok((socket, _)) => Ok(socket),
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// Somebody in a room.
pub struct RoomClient {
    socket: Socket,
    pub view: RoomView,
    /// What the last message asked of the page.
    pub asks: Asks,
    nonce: u32,
}

impl RoomClient {
    /// Asks for a ticket and opens the socket with it; the close code where that leads nowhere.
    pub async fn try_join(who: &Browser, code: &RoomCode, join: Value) -> Result<Self, u16> {
        let joining: Joining = who.post(&format!("/api/rooms/{code}/join"), join).await.ok().json();
        Self::try_enter(&who.url, code, &joining.ticket).await
    }

    /// Opens the socket with a ticket.
    pub async fn try_enter(url: &str, code: &RoomCode, ticket: &str) -> Result<Self, u16> {
        let path = app::api::rooms::socket_path(code, ticket);
        let mut socket = open_socket(url, &path, &[]).await.unwrap();
        match next_message(&mut socket).await? {
            ServerMessage::Welcome { snapshot } => Ok(Self {
                socket,
                view: RoomView::new(*snapshot),
                asks: Asks::Nothing,
                nonce: 0,
            }),
            other => panic!("the first message was {other:?}"),
        }
    }

    pub async fn join(who: &Browser, code: &RoomCode) -> Self {
        Self::try_join(who, code, json!({})).await.unwrap()
    }

    pub async fn join_as(who: &Browser, code: &RoomCode, name: &str) -> Self {
        Self::try_join(who, code, json!({ "display_name": name }))
            .await
            .unwrap()
    }

    pub async fn send(&mut self, message: ClientMessage) {
        let text = serde_json::to_string(&message).unwrap();
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The raw socket, for those who do not speak properly.
    pub fn socket(&mut self) -> &mut Socket {
        &mut self.socket
    }

    /// Both directions at once, without the view.
    pub fn split(self) -> (SplitSink<Socket, Message>, SplitStream<Socket>) {
        self.socket.split()
    }

    /// The next message, applied; the close code if it was the last.
    pub async fn next(&mut self) -> Result<ServerMessage, u16> {
        let message = next_message(&mut self.socket).await?;
        self.asks = self.view.apply(message.clone());
        Ok(message)
    }

    /// Reads on until a message is the one that is waited for.
    pub async fn until<T>(&mut self, what: &str, mut is: impl FnMut(&ServerMessage, &RoomView) -> Option<T>) -> T {
        loop {
            match self.next().await {
                Ok(message) => {
                    if let Some(found) = is(&message, &self.view) {
                        return found;
                    }
                }
                Err(code) => panic!("closed with {code} while waiting for {what}"),
            }
        }
    }

    /// Says something and waits until it is stored.
    pub async fn say(&mut self, text: &str) -> MessageId {
        let nonce = self.tell(text).await;
        let id = self
            .until("the message's arrival", |message, _| match message {
                ServerMessage::Chat(ChatUpdate::Sent {
                    message,
                    nonce: Some(n),
                }) if *n == nonce => Some(message.id),
                _ => None,
            })
            .await;
        self.until("the message to be stored", |message, _| match message {
            ServerMessage::Chat(ChatUpdate::Stored { id: stored }) if *stored == id => Some(()),
            ServerMessage::Chat(ChatUpdate::NotStored { id: lost }) if *lost == id => panic!("it was not stored"),
            _ => None,
        })
        .await;
        id
    }

    /// Says something, and does not wait.
    pub async fn tell(&mut self, text: &str) -> u32 {
        self.nonce += 1;
        self.send(ClientMessage::Chat(ChatRequest::Send {
            nonce: self.nonce,
            text: text.to_owned(),
            reply_to: None,
            about_now: false,
        }))
        .await;
        self.nonce
    }

    /// Waits until somebody says this.
    pub async fn hear(&mut self, text: &str) -> ChatMessage {
        self.until(text, |message, _| match message {
            ServerMessage::Chat(ChatUpdate::Sent { message, .. }) if message.text == text => Some(message.clone()),
            _ => None,
        })
        .await
    }

    /// The reason of a refusal.
    pub async fn refusal(&mut self) -> Refusal {
        self.until("a refusal", |message, _| match message {
            ServerMessage::Refused { reason, .. } => Some(*reason),
            _ => None,
        })
        .await
    }

    /// Reads to the end: the last goodbye and the close code.
    pub async fn end(mut self) -> (Option<Farewell>, u16) {
        let mut farewell = None;
        loop {
            match self.next().await {
                Ok(ServerMessage::Goodbye { why }) => farewell = Some(why),
                Ok(_) => {}
                Err(code) => return (farewell, code),
            }
        }
    }

    pub async fn leave(mut self) {
        self.send(ClientMessage::Room(RoomRequest::Leave)).await;
        assert_eq!(self.end().await.1, CloseCode::Done.number());
    }

    /// The participant of this name.
    pub fn find(&self, name: &str) -> Option<&Participant> {
        self.view
            .participants
            .iter()
            .find(|participant| participant.name == name)
    }
}

/// The next message; the close code where the socket ends, 1006 where it ends without one (RFC 6455 section 7.1.5).
pub async fn next_message(socket: &mut Socket) -> Result<ServerMessage, u16> {
    // Pings come all the time and are not what is waited for.
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let next = tokio::time::timeout_at(deadline, socket.next()).await;
        match next.expect("nothing came") {
            Some(Ok(Message::Text(text))) => {
                return Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")));
            }
            Some(Ok(Message::Close(Some(frame)))) => return Err(frame.code.into()),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(other)) => panic!("{other:?}"),
            Some(Err(_)) | None => return Err(1006),
        }
    }
}
