//! The chat of rooms.

use super::{Db, begin, on, plain, signed, unsigned};
use crate::room::core::record::StoredMessage;
use app::protocol::{
    RoomId, UserId,
    room::{ChatMessage, MessageId, PersonId, ServerTime},
};
use sqlx::FromRow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Maximum number of reactions read for each message: as many as a room accepts.
const REACTIONS: usize = crate::room::core::bounds::REACTING_PEOPLE;

/// Maximum number of messages that one statement deletes: a few milliseconds, which delays no one else.
const DELETE_BATCH: i64 = 2_000;

/// A change of a room's chat.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatWrite {
    /// Adds a message, sent in this opening of the room.
    Say(u32, ChatMessage),
    /// Changes the text of a message.
    Edit(MessageId, String),
    /// Deletes the content of a message.
    Delete(MessageId),
    /// Adds a reaction.
    React(MessageId, PersonId, String, ServerTime),
    /// Removes a reaction.
    Unreact(MessageId, PersonId, String),
    /// Deletes all messages.
    Clear,
    /// Records that an account has been in the room.
    Joined(UserId, ServerTime),
}

/// Selects the messages to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatRange {
    /// Only those before this message.
    pub before: Option<MessageId>,
    /// Only those sent in this opening.
    pub opening: Option<u32>,
    /// At most this many, the latest of them.
    pub limit: u32,
}

#[derive(FromRow)]
struct MessageRow {
    id: i64,
    opening: i64,
    author: String,
    name: String,
    text: String,
    at: i64,
    reply_to: Option<i64>,
    moment: Option<String>,
    edited: bool,
    deleted: bool,
}

impl MessageRow {
    fn into_message(self) -> StoredMessage {
        StoredMessage {
            opening: u32::try_from(self.opening).unwrap_or_default(),
            message: ChatMessage {
                id: MessageId(unsigned(self.id)),
                author: PersonId(self.author),
                name: self.name,
                text: self.text,
                at: ServerTime(self.at),
                reply_to: self.reply_to.map(|id| MessageId(unsigned(id))),
                moment: self.moment.and_then(|moment| serde_json::from_str(&moment).ok()),
                edited: self.edited,
                deleted: self.deleted,
                reactions: Vec::new(),
            },
        }
    }
}

/// Runs the statement of a write. `$tx` is a connection of either engine.
macro_rules! write_one {
    ($tx:expr, $room:expr, $write:expr) => {
        match $write {
            // After a time-out the row may exist already: a number is used only once.
            ChatWrite::Say(opening, message) => sqlx::query(
                "INSERT INTO room_messages (room_id, id, opening, author, name, text, at, reply_to, moment)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (room_id, id) DO NOTHING",
            )
            .bind($room)
            .bind(signed(message.id.0))
            .bind(i64::from(*opening))
            .bind(&message.author.0)
            .bind(plain(&message.name))
            .bind(plain(&message.text))
            .bind(message.at.0)
            .bind(message.reply_to.map(|id| signed(id.0)))
            .bind(message.moment.and_then(|moment| serde_json::to_string(&moment).ok()))
            .execute($tx)
            .await
            .map(|_| ()),
            ChatWrite::Edit(id, text) => {
                sqlx::query("UPDATE room_messages SET text = $3, edited = TRUE WHERE room_id = $1 AND id = $2")
                    .bind($room)
                    .bind(signed(id.0))
                    .bind(plain(text))
                    .execute($tx)
                    .await
                    .map(|_| ())
            }
            ChatWrite::Delete(id) => {
                sqlx::query("DELETE FROM room_reactions WHERE room_id = $1 AND message_id = $2")
                    .bind($room)
                    .bind(signed(id.0))
                    .execute(&mut *$tx)
                    .await?;
                sqlx::query(
                    "UPDATE room_messages SET text = '', moment = NULL, deleted = TRUE WHERE room_id = $1 AND id = $2",
                )
                .bind($room)
                .bind(signed(id.0))
                .execute($tx)
                .await
                .map(|_| ())
            }
            // A message that could not be stored has no row and gets no reactions.
            ChatWrite::React(id, person, emoji, at) => sqlx::query(
                "INSERT INTO room_reactions (room_id, message_id, person, emoji, at)
                 SELECT room_id, id, $3, $4, $5 FROM room_messages WHERE room_id = $1 AND id = $2
                 ON CONFLICT (room_id, message_id, person, emoji) DO NOTHING",
            )
            .bind($room)
            .bind(signed(id.0))
            .bind(&person.0)
            .bind(plain(emoji))
            .bind(at.0)
            .execute($tx)
            .await
            .map(|_| ()),
            ChatWrite::Unreact(id, person, emoji) => sqlx::query(
                "DELETE FROM room_reactions WHERE room_id = $1 AND message_id = $2 AND person = $3 AND emoji = $4",
            )
            .bind($room)
            .bind(signed(id.0))
            .bind(&person.0)
            .bind(plain(emoji))
            .execute($tx)
            .await
            .map(|_| ()),
            // Handled outside of the transaction by `Db::write_chat`.
            ChatWrite::Clear => Ok(()),
            ChatWrite::Joined(user, at) => sqlx::query(
                "INSERT INTO room_people (room_id, user_id, joined_at) VALUES ($1, $2, $3)
                 ON CONFLICT (room_id, user_id) DO UPDATE SET joined_at = excluded.joined_at",
            )
            .bind($room)
            .bind(Uuid::from(*user))
            .bind(at.0)
            .execute($tx)
            .await
            .map(|_| ()),
        }
    };
}

impl Db {
    /// Applies changes of a room's chat in order. Without a [`ChatWrite::Clear`] this is atomic; with one, each part
    /// between clears is. Applying a change again has no effect, so that the batch can be retried.
    pub async fn write_chat(&self, room: RoomId, writes: &[ChatWrite]) -> sqlx::Result<()> {
        for (place, part) in writes.split(|write| *write == ChatWrite::Clear).enumerate() {
            if place > 0 {
                self.clear_chat(room).await?;
            }
            if !part.is_empty() {
                self.write_part(room, part).await?;
            }
        }
        Ok(())
    }

    /// Deletes the chat of a room, latest messages first. Runs in pieces, because an evening of a thousand people is
    /// more than PostgreSQL lets one statement take, and takes longer than others wait to write to SQLite.
    pub async fn clear_chat(&self, room: RoomId) -> sqlx::Result<()> {
        loop {
            let removed = on!(self, pool => sqlx::query(
                "DELETE FROM room_messages WHERE room_id = $1 AND id IN
                 (SELECT id FROM room_messages WHERE room_id = $1 ORDER BY id DESC LIMIT $2)")
                .bind(Uuid::from(room)).bind(DELETE_BATCH).execute(pool).await.map(|done| done.rows_affected()))?;
            if removed < DELETE_BATCH.unsigned_abs() {
                return Ok(());
            }
        }
    }

    async fn write_part(&self, room: RoomId, writes: &[ChatWrite]) -> sqlx::Result<()> {
        let room = Uuid::from(room);
        on!(self, pool => {
            let mut tx = begin(pool, self.begin_statement()).await?;
            for write in writes {
                write_one!(&mut *tx, room, write)?;
            }
            tx.commit().await
        })
    }

    /// Returns messages, oldest first, and whether there are older ones.
    pub async fn chat(&self, room: RoomId, range: ChatRange) -> sqlx::Result<(Vec<StoredMessage>, bool)> {
        let before = range.before.map_or(i64::MAX, |id| signed(id.0));
        let mut rows: Vec<MessageRow> = on!(self, pool => sqlx::query_as(
            "SELECT id, opening, author, name, text, at, reply_to, moment, edited, deleted
             FROM room_messages WHERE room_id = $1 AND id < $2 AND opening >= $3 AND opening <= $4
             ORDER BY id DESC LIMIT $5")
            .bind(Uuid::from(room))
            .bind(before)
            .bind(range.opening.map_or(0, i64::from))
            .bind(range.opening.map_or(i64::MAX, i64::from))
            .bind(i64::from(range.limit) + 1)
            .fetch_all(pool)
            .await)?;
        let goes_on = rows.len() > range.limit as usize;
        rows.truncate(range.limit as usize);
        rows.reverse();
        let mut messages: Vec<StoredMessage> = rows.into_iter().map(MessageRow::into_message).collect();
        self.add_reactions(room, &mut messages).await?;
        Ok((messages, goes_on))
    }

    /// Returns the number after the highest one among the stored messages of a room.
    pub async fn next_message(&self, room: RoomId) -> sqlx::Result<MessageId> {
        let (highest,): (Option<i64>,) = on!(self, pool => sqlx::query_as("SELECT MAX(id) FROM room_messages WHERE room_id = $1")
            .bind(Uuid::from(room)).fetch_one(pool).await)?;
        Ok(MessageId(highest.map_or(0, |id| unsigned(id) + 1)))
    }

    async fn add_reactions(&self, room: RoomId, messages: &mut [StoredMessage]) -> sqlx::Result<()> {
        let (Some(first), Some(last)) = (messages.first(), messages.last()) else {
            return Ok(());
        };
        let (first, last) = (signed(first.message.id.0), signed(last.message.id.0));
        let most = i64::try_from(messages.len() * REACTIONS).unwrap_or(i64::MAX);
        let rows: Vec<(i64, String, String)> = on!(self, pool => sqlx::query_as(
            "SELECT message_id, person, emoji FROM room_reactions
             WHERE room_id = $1 AND message_id >= $2 AND message_id <= $3
             ORDER BY at, person LIMIT $4")
            .bind(Uuid::from(room)).bind(first).bind(last).bind(most).fetch_all(pool).await)?;
        let mut places: BTreeMap<MessageId, &mut ChatMessage> = messages
            .iter_mut()
            .map(|stored| (stored.message.id, &mut stored.message))
            .collect();
        for (id, person, emoji) in rows {
            if let Some(message) = places.get_mut(&MessageId(unsigned(id))) {
                message.react(&PersonId(person), &emoji, true);
            }
        }
        Ok(())
    }
}
