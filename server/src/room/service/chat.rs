//! Reading and deleting the chat of a room, open or not.

use super::{
    lobby::{Lobby, is_host, no_such_room},
    making::not_written,
};
use crate::{
    db::ChatRange,
    error::{Error, Result},
    room::{core::Event, host::Change},
};
use app::{
    backend::{Account, Viewer},
    error::Kind,
    protocol::room::*,
    t,
};

impl Lobby {
    /// Returns a page of the chat: for those in the room the messages since it opened, for its host everything, even
    /// when the room has ended.
    pub async fn messages(
        &self,
        viewer: &Viewer,
        name: &str,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<ChatPage> {
        // An ended room no longer has a vanity address.
        let by_code = match name.parse::<RoomCode>() {
            Ok(code) => self.db.room_of_code(code.as_str()).await?,
            Err(_) => None,
        };
        let row = match by_code {
            Some(row) => row,
            None => self.named(name).await?,
        };
        let is_host = is_host(&row, viewer);
        if row.ended_at.is_some() && !is_host {
            return Err(no_such_room());
        }
        let room = row.record.id;
        if !is_host && !self.is_present(room, viewer).await {
            return Err(Error::refuse(Kind::Forbidden, t::server_room::inside_only()));
        }
        let range = ChatRange {
            before,
            opening: (!is_host).then_some(row.record.opening),
            limit,
        };
        if let Some(page) = self.rooms.at(room).await.messages(range).await {
            return Ok(page);
        }
        let (messages, goes_on) = self.db.chat(room, range).await?;
        Ok(ChatPage {
            messages: messages.into_iter().map(|stored| stored.message).collect(),
            goes_on,
        })
    }

    /// Returns whether the viewer is in the room, by their own identity or by that of a guest that they were before.
    async fn is_present(&self, room: app::protocol::RoomId, viewer: &Viewer) -> bool {
        let place = self.rooms.at(room).await;
        for key in self.keys.of(viewer) {
            if place.is_present(&self.pseudonyms.person(room, &key)).await {
                return true;
            }
        }
        false
    }

    /// Deletes the chat of a room. An open room also discards its pending writes.
    pub async fn clear_chat(&self, host: &Account, name: &str) -> Result<()> {
        let room = self.hosted(host, name).await?.record.id;
        self.db.clear_chat(room).await?;
        let place = self.rooms.at(room).await;
        match place.change(Event::ChatCleared).await {
            Change::Written => Ok(()),
            Change::NotWritten => Err(not_written()),
            Change::Closed => {
                place.closed().await;
                self.db.clear_chat(room).await?;
                // It may have been opened again in the meantime.
                match self.rooms.at(room).await.change(Event::ChatCleared).await {
                    Change::Written | Change::Closed => Ok(()),
                    Change::NotWritten => Err(not_written()),
                }
            }
        }
    }
}
