//! Room requests: those that pages make while they are rendered, and those made only in the browser.
//!
//! A room is named by its code or its vanity address, as in the page's address.

use super::encode;
use crate::error::Result;
use crate::protocol::{List, room::*};

/// `GET /api/rooms`: the rooms that the user created or has visited, latest first. Requires an account.
pub async fn rooms() -> Result<List<Room>> {
    #[cfg(feature = "ssr")]
    return on_server!(rooms());
    #[cfg(not(feature = "ssr"))]
    super::local(super::fetch::get("/api/rooms")).await
}

/// `GET /api/rooms/{code}`
pub async fn room(code: String) -> Result<Room> {
    #[cfg(feature = "ssr")]
    return on_server!(room(&code));
    #[cfg(not(feature = "ssr"))]
    super::local(async move { super::fetch::get(&path(&code)).await }).await
}

/// Returns path and query of the room's socket, `GET /api/rooms/{code}/socket`. The page prepends `ws:` or `wss:` and
/// its own host.
pub fn socket_path(code: &RoomCode, ticket: &str) -> String {
    format!(
        "{}/socket?ticket={}&version={PROTOCOL_VERSION}",
        path(code.as_str()),
        encode(ticket)
    )
}

fn path(code: &str) -> String {
    format!("/api/rooms/{}", encode(code))
}

/// Requests made only in the browser; see `api::browser`.
pub mod browser {
    use super::super::fetch::{self, Body};
    use super::*;

    /// `POST /api/rooms`
    pub async fn create_room(new: NewRoom) -> Result<Room> {
        fetch::post("/api/rooms", &new).await
    }

    /// `PATCH /api/rooms/{code}`
    pub async fn change_room(code: &str, change: RoomChange) -> Result<Room> {
        fetch::patch(&path(code), &change).await
    }

    /// `DELETE /api/rooms/{code}`: ends the room. Its host can read the chat for another 30 days.
    pub async fn end_room(code: &str) -> Result<()> {
        fetch::delete(&path(code)).await
    }

    /// `POST /api/rooms/{code}/join`: requests a ticket for the socket. Fails with 401 if an account is required, 403
    /// if the room password is missing or wrong (`errors` names `password`) or the user was removed or banned, 404 if
    /// there is no such room, and 409 if it is closed and the user is not its host. A full or locked room is reported
    /// on the socket.
    pub async fn join(code: &str, join: JoinRoom) -> Result<Joining> {
        fetch::post(&format!("{}/join", path(code)), &join).await
    }

    /// `GET /api/rooms/{code}/messages`: the page of messages before the given one, or the latest page.
    pub async fn messages(code: &str, before: Option<MessageId>) -> Result<ChatPage> {
        let before = before.map_or_else(String::new, |MessageId(id)| format!("?before={id}"));
        fetch::get(&format!("{}/messages{before}", path(code))).await
    }

    /// `DELETE /api/rooms/{code}/messages`: deletes the chat history. Requires the host.
    pub async fn clear_messages(code: &str) -> Result<()> {
        fetch::delete(&format!("{}/messages", path(code))).await
    }

    /// `POST /api/rooms/{code}/invites`: invites people by e-mail. Requires the host.
    pub async fn invite(code: &str, people: InvitePeople) -> Result<()> {
        fetch::command("POST", &format!("{}/invites", path(code)), Some(Body::json(&people)?)).await
    }
}
