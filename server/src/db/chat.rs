//! What was said in rooms.

use super::{Db, on};
use crate::room::record::StoredMessage;
use app::protocol::room::{ChatMessage, MessageId, PersonId, ServerTime};
use sqlx::FromRow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Reactions that are read at once: more than people and emoji of a page come to.
const REACTIONS: i64 = 20_000;

/// Messages that one statement removes: it takes milliseconds, and holds nobody up.
const PIECE: i64 = 2_000;

/// One change of a room's chat.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatWrite {
    /// Somebody said something, in this opening of the room.
    Say(u32, ChatMessage),
    /// Said it otherwise.
    Edit(MessageId, String),
    /// Took it back.
    Delete(MessageId),
    /// Answered with an emoji.
    React(MessageId, PersonId, String, ServerTime),
    /// Not any more.
    Unreact(MessageId, PersonId, String),
    /// All of it goes.
    Clear,
    /// An account has been in the room.
    Joined(Uuid, ServerTime),
}

/// Which messages are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatRange {
    /// Only those before this one.
    pub before: Option<MessageId>,
    /// Only those of this opening.
    pub opening: Option<u32>,
    /// At most so many, the latest of them.
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

fn unsigned(id: i64) -> u64 {
    u64::try_from(id).unwrap_or_default()
}

/// Numbers grow by one from 0: none comes near the end.
fn signed(MessageId(id): MessageId) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

/// PostgreSQL's texts hold no NUL.
pub(super) fn plain(text: &str) -> String {
    text.replace('\0', "")
}

/// One statement for each kind of write: `$tx` is the connection of either engine.
macro_rules! write_one {
    ($tx:expr, $room:expr, $write:expr) => {
        match $write {
            // Again after a time-out it may be there already: a number is used once.
            ChatWrite::Say(opening, message) => sqlx::query(
                "INSERT INTO room_messages (room_id, id, opening, author, name, text, at, reply_to, moment)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (room_id, id) DO NOTHING",
            )
            .bind($room)
            .bind(signed(message.id))
            .bind(i64::from(*opening))
            .bind(&message.author.0)
            .bind(plain(&message.name))
            .bind(plain(&message.text))
            .bind(message.at.0)
            .bind(message.reply_to.map(signed))
            .bind(message.moment.and_then(|moment| serde_json::to_string(&moment).ok()))
            .execute($tx)
            .await
            .map(|_| ()),
            ChatWrite::Edit(id, text) => {
                sqlx::query("UPDATE room_messages SET text = $3, edited = TRUE WHERE room_id = $1 AND id = $2")
                    .bind($room)
                    .bind(signed(*id))
                    .bind(plain(text))
                    .execute($tx)
                    .await
                    .map(|_| ())
            }
            ChatWrite::Delete(id) => {
                sqlx::query("DELETE FROM room_reactions WHERE room_id = $1 AND message_id = $2")
                    .bind($room)
                    .bind(signed(*id))
                    .execute(&mut *$tx)
                    .await?;
                sqlx::query(
                    "UPDATE room_messages SET text = '', moment = NULL, deleted = TRUE WHERE room_id = $1 AND id = $2",
                )
                .bind($room)
                .bind(signed(*id))
                .execute($tx)
                .await
                .map(|_| ())
            }
            // A message that could not be kept has no row, and gets no reaction either.
            ChatWrite::React(id, person, emoji, at) => sqlx::query(
                "INSERT INTO room_reactions (room_id, message_id, person, emoji, at)
                 SELECT room_id, id, $3, $4, $5 FROM room_messages WHERE room_id = $1 AND id = $2
                 ON CONFLICT (room_id, message_id, person, emoji) DO NOTHING",
            )
            .bind($room)
            .bind(signed(*id))
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
            .bind(signed(*id))
            .bind(&person.0)
            .bind(plain(emoji))
            .execute($tx)
            .await
            .map(|_| ()),
            // Not in a transaction: see `Db::write_chat`.
            ChatWrite::Clear => Ok(()),
            ChatWrite::Joined(user, at) => sqlx::query(
                "INSERT INTO room_people (room_id, user_id, joined_at) VALUES ($1, $2, $3)
                 ON CONFLICT (room_id, user_id) DO UPDATE SET joined_at = excluded.joined_at",
            )
            .bind($room)
            .bind(*user)
            .bind(at.0)
            .execute($tx)
            .await
            .map(|_| ()),
        }
    };
}

impl Db {
    /// Carries out changes of a room's chat in their order: all of them or none, but for what a [`ChatWrite::Clear`] among
    /// them takes away. Each may be carried out again.
    pub async fn write_chat(&self, room: Uuid, writes: &[ChatWrite]) -> sqlx::Result<()> {
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

    /// Removes all that was said in a room, the latest first: in pieces, because an evening of a thousand people is more
    /// than PostgreSQL lets one statement take, and longer than others wait to write to SQLite.
    pub async fn clear_chat(&self, room: Uuid) -> sqlx::Result<()> {
        loop {
            let removed = on!(self, pool => sqlx::query(
                "DELETE FROM room_messages WHERE room_id = $1 AND id IN
                 (SELECT id FROM room_messages WHERE room_id = $1 ORDER BY id DESC LIMIT $2)")
                .bind(room).bind(PIECE).execute(pool).await.map(|done| done.rows_affected()))?;
            if removed < PIECE.unsigned_abs() {
                return Ok(());
            }
        }
    }

    async fn write_part(&self, room: Uuid, writes: &[ChatWrite]) -> sqlx::Result<()> {
        on!(self, pool => {
            let mut tx = pool.begin_with(self.begin()).await?;
            for write in writes {
                write_one!(&mut *tx, room, write)?;
            }
            tx.commit().await
        })
    }

    /// Messages, oldest first, and whether there are older ones.
    pub async fn chat(&self, room: Uuid, range: ChatRange) -> sqlx::Result<(Vec<StoredMessage>, bool)> {
        let before = range.before.map_or(i64::MAX, signed);
        let mut rows: Vec<MessageRow> = on!(self, pool => sqlx::query_as(
            "SELECT id, opening, author, name, text, at, reply_to, moment, edited, deleted
             FROM room_messages WHERE room_id = $1 AND id < $2 AND opening >= $3 AND opening <= $4
             ORDER BY id DESC LIMIT $5")
            .bind(room)
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

    /// The number after the highest that was ever kept of a room's messages.
    pub async fn next_message(&self, room: Uuid) -> sqlx::Result<MessageId> {
        let (highest,): (Option<i64>,) = on!(self, pool => sqlx::query_as("SELECT MAX(id) FROM room_messages WHERE room_id = $1")
            .bind(room).fetch_one(pool).await)?;
        Ok(MessageId(highest.map_or(0, |id| unsigned(id) + 1)))
    }

    async fn add_reactions(&self, room: Uuid, messages: &mut [StoredMessage]) -> sqlx::Result<()> {
        let (Some(first), Some(last)) = (messages.first(), messages.last()) else {
            return Ok(());
        };
        let (first, last) = (signed(first.message.id), signed(last.message.id));
        let rows: Vec<(i64, String, String)> = on!(self, pool => sqlx::query_as(
            "SELECT message_id, person, emoji FROM room_reactions
             WHERE room_id = $1 AND message_id >= $2 AND message_id <= $3
             ORDER BY at, person LIMIT $4")
            .bind(room).bind(first).bind(last).bind(REACTIONS).fetch_all(pool).await)?;
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
