//! WebSocket (HTML Living Standard, WebSockets) that speaks the room's protocol; closes when dropped.

use crate::protocol::room::{ClientMessage, ServerMessage};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

/// Event of a socket.
pub enum SocketEvent {
    /// A message from the server.
    Message(Box<ServerMessage>),
    /// The connection was closed, with this close code (RFC 6455, section 7.4); 1006 if there was none.
    Closed(u16),
}

/// Socket that is open or being opened.
pub struct Socket {
    socket: WebSocket,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Opens a connection to this host; `path` may contain a query.
    pub fn open(path: &str, on_heard: impl Fn(SocketEvent) + Clone + 'static) -> Option<Self> {
        let location = web_sys::window()?.location();
        let scheme = if location.protocol().ok()? == "https:" {
            "wss"
        } else {
            "ws"
        };
        let socket = WebSocket::new(&format!("{scheme}://{}{path}", location.host().ok()?)).ok()?;
        let heard = on_heard.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let message = event
                .data()
                .as_string()
                .and_then(|text| serde_json::from_str(&text).ok());
            // A slightly newer server may send messages that this page does not know: they are ignored.
            if let Some(message) = message {
                heard(SocketEvent::Message(Box::new(message)));
            }
        });
        let on_close =
            Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| on_heard(SocketEvent::Closed(event.code())));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self {
            socket,
            _on_message: on_message,
            _on_close: on_close,
        })
    }

    /// Sends a message. Returns `false` if the socket is not open.
    pub fn send(&self, message: &ClientMessage) -> bool {
        self.socket.ready_state() == WebSocket::OPEN
            && serde_json::to_string(message).is_ok_and(|text| self.socket.send_with_str(&text).is_ok())
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
