//! Rooms: what pages ask for while they are rendered, and what only a page that is alive does.
//!
//! A room is named by its code or by its vanity address, as it stands in the page's address.

use super::encode;
use crate::error::Result;
use crate::protocol::{List, room::*};

/// `GET /api/rooms`: the rooms that the viewer made or has been in, latest first. Needs an account.
pub async fn rooms() -> Result<List<Room>> {
    #[cfg(feature = "ssr")]
    return crate::backend::backend()?.rooms(&crate::backend::viewer()?).await;
    #[cfg(not(feature = "ssr"))]
    super::local(super::fetch::get("/api/rooms")).await
}

/// `GET /api/rooms/{code}`
pub async fn room(code: String) -> Result<Room> {
    #[cfg(feature = "ssr")]
    return crate::backend::backend()?.room(&crate::backend::viewer()?, &code).await;
    #[cfg(not(feature = "ssr"))]
    super::local(async move { super::fetch::get(&path(&code)).await }).await
}

/// Where the room's socket is, path and query: `GET /api/rooms/{code}/socket`. The page puts `ws:` or `wss:` and its own
/// host in front.
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

/// What only a visitor's page asks for; see `api::browser`.
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

    /// `DELETE /api/rooms/{code}`: ends it. What was said in it stays for its host, 30 days.
    pub async fn end_room(code: &str) -> Result<()> {
        fetch::delete(&path(code)).await
    }

    /// `POST /api/rooms/{code}/join`: a ticket for the socket. 401 where an account is needed, 403 where the room's
    /// password is missing or wrong (`errors` names `password`) or the viewer is banned; 404 if there is no such room;
    /// 409 if it is closed and the viewer is not its host. A full or locked room says so on the socket.
    pub async fn join(code: &str, join: JoinRoom) -> Result<Joining> {
        fetch::post(&format!("{}/join", path(code)), &join).await
    }

    /// `GET /api/rooms/{code}/messages`: the page of messages before this one; the latest without it.
    pub async fn messages(code: &str, before: Option<MessageId>) -> Result<ChatPage> {
        let before = before.map_or_else(String::new, |MessageId(id)| format!("?before={id}"));
        fetch::get(&format!("{}/messages{before}", path(code))).await
    }

    /// `DELETE /api/rooms/{code}/messages`: forgets all that was said. The host's.
    pub async fn clear_messages(code: &str) -> Result<()> {
        fetch::delete(&format!("{}/messages", path(code))).await
    }

    /// `POST /api/rooms/{code}/invites`: tells people of the room by mail. The host's.
    pub async fn invite(code: &str, people: InvitePeople) -> Result<()> {
        fetch::command("POST", &format!("{}/invites", path(code)), Some(Body::json(&people)?)).await
    }
}
