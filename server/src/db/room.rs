//! Rooms: their hosts, addresses, passwords and persistent state.

use super::{Db, on};
use crate::room::core::record::{RoomRecord, RoomState};
use app::protocol::{RoomId, Timestamp, UserId, room::ServerTime};
use sqlx::FromRow;
use uuid::Uuid;

/// Maximum number of ended rooms selected at once; they are deleted one by one.
const DELETE_BATCH: i64 = 100;

/// A room with the columns that its core does not use.
#[derive(Debug, Clone)]
pub struct RoomRow {
    /// The persistent state of the core.
    pub record: RoomRecord,
    /// Password hash in the PHC string format; `None` if anyone with the link may come in.
    pub password_hash: Option<String>,
    /// Version for optimistic locking. Grows with every change made outside of the open room, and with every opening.
    pub version: i64,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last write by the open room.
    pub last_active_at: Timestamp,
    /// Time at which the room ended for good.
    pub ended_at: Option<Timestamp>,
}

/// The outcome of creating a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateRoomOutcome {
    /// Created.
    Done,
    /// Another room has this code.
    CodeTaken,
    /// Another room has this vanity address.
    SlugTaken,
}

/// A change of a room from outside.
#[derive(Debug, Clone, Default)]
pub struct RoomDoor {
    /// New password hash; `None` leaves it, `Some(None)` removes it.
    pub password_hash: Option<Option<String>>,
    /// New vanity address; `None` leaves it, `Some(None)` removes it.
    pub slug: Option<Option<String>>,
    /// New state, if the room is not open. An open room has a newer one.
    pub state: Option<RoomState>,
}

/// The outcome of a change from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateRoomOutcome {
    /// Changed.
    Done,
    /// The row was changed concurrently, or the room was opened or ended.
    Meanwhile,
    /// Another room has this vanity address.
    SlugTaken,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    code: String,
    slug: Option<String>,
    host_user: Uuid,
    password_hash: Option<String>,
    opening: i64,
    beat: i64,
    is_open: bool,
    state: String,
    version: i64,
    created_at: i64,
    last_active_at: i64,
    ended_at: Option<i64>,
}

impl Row {
    fn into_room(self) -> sqlx::Result<RoomRow> {
        let decode = |error: Box<dyn std::error::Error + Send + Sync>| sqlx::Error::Decode(error);
        let state = serde_json::from_str(&self.state).map_err(|error| decode(error.into()))?;
        let code = self
            .code
            .parse()
            .map_err(|error: app::protocol::room::InvalidRoomCode| decode(error.into()))?;
        Ok(RoomRow {
            record: RoomRecord {
                id: self.id.into(),
                code,
                slug: self.slug,
                host_user: self.host_user.into(),
                opening: u32::try_from(self.opening).unwrap_or_default(),
                beat: ServerTime(self.beat),
                is_open: self.is_open,
                state,
            },
            password_hash: self.password_hash,
            version: self.version,
            created_at: Timestamp(self.created_at),
            last_active_at: Timestamp(self.last_active_at),
            ended_at: self.ended_at.map(Timestamp),
        })
    }
}

fn json(state: &RoomState) -> sqlx::Result<String> {
    serde_json::to_string(state).map_err(|error| sqlx::Error::Encode(error.into()))
}

fn is_taken(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.is_unique_violation())
}

impl Db {
    /// Stores a new room.
    pub async fn add_room(
        &self,
        record: &RoomRecord,
        password_hash: Option<&str>,
        now: Timestamp,
    ) -> sqlx::Result<CreateRoomOutcome> {
        let state = json(&record.state)?;
        let added = on!(self, pool => sqlx::query(
            "INSERT INTO rooms (id, code, slug, host_user, password_hash, opening, beat, is_open, state, created_at, last_active_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
             ON CONFLICT (code) DO NOTHING")
            .bind(Uuid::from(record.id))
            .bind(record.code.as_str())
            .bind(&record.slug)
            .bind(Uuid::from(record.host_user))
            .bind(password_hash)
            .bind(i64::from(record.opening))
            .bind(record.beat.0)
            .bind(record.is_open)
            .bind(&state)
            .bind(now.0)
            .execute(pool)
            .await
            .map(|done| done.rows_affected()));
        match added {
            Ok(0) => Ok(CreateRoomOutcome::CodeTaken),
            Ok(_) => Ok(CreateRoomOutcome::Done),
            Err(error) if is_taken(&error) => Ok(CreateRoomOutcome::SlugTaken),
            Err(error) => Err(error),
        }
    }

    /// Returns the room with this code, else the one with this vanity address, unless it has ended.
    pub async fn room_named(&self, code: &str, slug: &str) -> sqlx::Result<Option<RoomRow>> {
        let row: Option<Row> = on!(self, pool => sqlx::query_as(
            "SELECT id, code, slug, host_user, password_hash, opening, beat, is_open, state, version, created_at, last_active_at, ended_at
             FROM rooms WHERE (code = $1 OR slug = $2) AND ended_at IS NULL
             ORDER BY CASE WHEN code = $1 THEN 0 ELSE 1 END LIMIT 1")
            .bind(code).bind(slug).fetch_optional(pool).await)?;
        row.map(Row::into_room).transpose()
    }

    /// Returns the room with this code, ended or not.
    pub async fn room_of_code(&self, code: &str) -> sqlx::Result<Option<RoomRow>> {
        let row: Option<Row> = on!(self, pool => sqlx::query_as(
            "SELECT id, code, slug, host_user, password_hash, opening, beat, is_open, state, version, created_at, last_active_at, ended_at
             FROM rooms WHERE code = $1")
            .bind(code).fetch_optional(pool).await)?;
        row.map(Row::into_room).transpose()
    }

    /// Returns a room, unless it has ended.
    pub async fn room(&self, id: RoomId) -> sqlx::Result<Option<RoomRow>> {
        let row: Option<Row> = on!(self, pool => sqlx::query_as(
            "SELECT id, code, slug, host_user, password_hash, opening, beat, is_open, state, version, created_at, last_active_at, ended_at
             FROM rooms WHERE id = $1 AND ended_at IS NULL")
            .bind(Uuid::from(id)).fetch_optional(pool).await)?;
        row.map(Row::into_room).transpose()
    }

    /// Returns the rooms that an account made or has been in, latest first.
    pub async fn rooms_of(&self, user: UserId, limit: u32) -> sqlx::Result<Vec<RoomRow>> {
        let rows: Vec<Row> = on!(self, pool => sqlx::query_as(
            "SELECT id, code, slug, host_user, password_hash, opening, beat, is_open, state, version, created_at, last_active_at, ended_at
             FROM rooms
             WHERE ended_at IS NULL
               AND (host_user = $1 OR id IN (SELECT room_id FROM room_people WHERE user_id = $1))
             ORDER BY last_active_at DESC, id DESC LIMIT $2")
            .bind(Uuid::from(user)).bind(i64::from(limit)).fetch_all(pool).await)?;
        rows.into_iter().map(Row::into_room).collect()
    }

    /// Returns the rooms of a host that have not ended.
    pub async fn rooms_hosted(&self, user: UserId) -> sqlx::Result<Vec<RoomId>> {
        let rows: Vec<(Uuid,)> = on!(self, pool => sqlx::query_as("SELECT id FROM rooms WHERE host_user = $1 AND ended_at IS NULL")
            .bind(Uuid::from(user)).fetch_all(pool).await)?;
        Ok(rows.into_iter().map(|(id,)| id.into()).collect())
    }

    /// Marks a room as open, if its row has not changed since it was read. Returns whether it was marked.
    pub async fn open_room(&self, id: RoomId, version: i64, opening: u32, now: ServerTime) -> sqlx::Result<bool> {
        on!(self, pool => sqlx::query(
            "UPDATE rooms SET opening = $3, beat = $4, is_open = TRUE, version = version + 1
             WHERE id = $1 AND version = $2 AND ended_at IS NULL")
            .bind(Uuid::from(id))
            .bind(version)
            .bind(i64::from(opening))
            .bind(now.0)
            .execute(pool)
            .await
            .map(|done| done.rows_affected() > 0))
    }

    /// Writes the record of an open room, which does not include its password and addresses. Returns whether the room
    /// still exists and has not ended.
    pub async fn save_room(&self, record: &RoomRecord, active_at: Timestamp) -> sqlx::Result<bool> {
        let state = json(&record.state)?;
        on!(self, pool => sqlx::query(
            "UPDATE rooms SET host_user = $2, opening = $3, beat = $4, is_open = $5, state = $6, last_active_at = $7
             WHERE id = $1 AND ended_at IS NULL")
            .bind(Uuid::from(record.id))
            .bind(Uuid::from(record.host_user))
            .bind(i64::from(record.opening))
            .bind(record.beat.0)
            .bind(record.is_open)
            .bind(&state)
            .bind(active_at.0)
            .execute(pool)
            .await
            .map(|done| done.rows_affected() > 0))
    }

    /// Changes a room from outside, if its row has not changed since it was read.
    pub async fn change_room(&self, id: RoomId, version: i64, door: &RoomDoor) -> sqlx::Result<UpdateRoomOutcome> {
        let state = door.state.as_ref().map(json).transpose()?;
        let changed = on!(self, pool => sqlx::query(
            "UPDATE rooms SET
                 password_hash = CASE WHEN $3 THEN $4 ELSE password_hash END,
                 slug = CASE WHEN $5 THEN $6 ELSE slug END,
                 state = COALESCE($7, state),
                 version = version + 1
             WHERE id = $1 AND version = $2 AND ended_at IS NULL")
            .bind(Uuid::from(id))
            .bind(version)
            .bind(door.password_hash.is_some())
            .bind(door.password_hash.clone().flatten())
            .bind(door.slug.is_some())
            .bind(door.slug.clone().flatten())
            .bind(state.clone())
            .execute(pool)
            .await
            .map(|done| done.rows_affected()));
        match changed {
            Ok(0) => Ok(UpdateRoomOutcome::Meanwhile),
            Ok(_) => Ok(UpdateRoomOutcome::Done),
            Err(error) if is_taken(&error) => Ok(UpdateRoomOutcome::SlugTaken),
            Err(error) => Err(error),
        }
    }

    /// Ends a room for good and frees its vanity address. Its host can still read the chat. Returns whether it was
    /// there and had not ended.
    pub async fn end_room(&self, id: RoomId, now: Timestamp) -> sqlx::Result<bool> {
        on!(self, pool => sqlx::query(
            "UPDATE rooms SET ended_at = $2, is_open = FALSE, slug = NULL, version = version + 1
             WHERE id = $1 AND ended_at IS NULL")
            .bind(Uuid::from(id)).bind(now.0).execute(pool).await.map(|done| done.rows_affected() > 0))
    }

    /// Deletes the rooms that ended before an instant, with their chat.
    pub async fn forget_ended_rooms(&self, before: Timestamp) -> sqlx::Result<u64> {
        let mut removed = 0;
        loop {
            let rooms: Vec<(Uuid,)> = on!(self, pool => sqlx::query_as("SELECT id FROM rooms WHERE ended_at < $1 LIMIT $2")
                .bind(before.0).bind(DELETE_BATCH).fetch_all(pool).await)?;
            if rooms.is_empty() {
                return Ok(removed);
            }
            for (room,) in rooms {
                self.clear_chat(room.into()).await?;
                removed += on!(self, pool => sqlx::query("DELETE FROM rooms WHERE id = $1 AND ended_at < $2")
                    .bind(room).bind(before.0).execute(pool).await.map(|done| done.rows_affected()))?;
            }
        }
    }
}
