//! Services that rooms use, and loading of a room from the database.

use super::live::RoomStatus;
use crate::{
    catalogue::Catalogue,
    clock,
    config::RoomConfig,
    db::{ChatRange, Db},
    limits,
    room::core::{RoomRecord, bounds, event::Opening},
    tasks::Tasks,
    torrent::Torrents,
};
use app::protocol::{Timestamp, UserId, room::ServerTime};
use tokio_util::sync::CancellationToken;

/// Maximum number of attempts to open or change a room whose row is changed concurrently.
pub(in crate::room) const MAX_ATTEMPTS: usize = 8;

/// The services that rooms use, and their configuration.
#[derive(Clone)]
pub struct RoomContext {
    /// Database that rooms are stored in.
    pub db: Db,
    /// Catalogue, to look up torrents.
    pub catalogue: Catalogue,
    /// Torrents, to download what is played.
    pub torrents: Torrents,
    /// Background tasks, for what a room does not wait for.
    pub tasks: Tasks,
    /// Cancelled when the server shuts down.
    pub stop: CancellationToken,
    /// Configuration of rooms.
    pub config: RoomConfig,
}

/// The outcome of loading a room.
pub enum LoadOutcome {
    /// The room is open.
    Opened(Box<Opening>),
    /// The room is closed, and only this account may open it.
    Closed(UserId),
    /// No such room.
    Unknown,
}

impl RoomContext {
    fn idle_ms(&self) -> i64 {
        i64::try_from(self.config.idle.as_millis()).unwrap_or(i64::MAX)
    }

    /// Returns whether a room that is not open in this process was open when the server stopped, according to its row.
    pub fn was_open(&self, record: &RoomRecord, now: ServerTime) -> bool {
        record.is_open && now.since(record.beat) <= self.idle_ms()
    }

    /// Loads a room and marks it as open, if the account may open it. Only the host may open a closed room; this is
    /// checked here, because a ticket may be older than the room's closing.
    pub async fn load(&self, live: &RoomStatus, by: Option<UserId>) -> sqlx::Result<LoadOutcome> {
        for _ in 0..MAX_ATTEMPTS {
            let Some(row) = self.db.room(live.id).await? else {
                return Ok(LoadOutcome::Unknown);
            };
            let (mut record, now) = (row.record, clock::server_time());
            record.is_open = self.was_open(&record, now);
            if !record.is_open && by != Some(record.host_user) {
                return Ok(LoadOutcome::Closed(record.host_user));
            }
            // After a crash or a restart it is the same opening. The first one begins when someone first joins.
            record.is_open &= record.opening > 0;
            if !record.is_open {
                record.opening = record.opening.saturating_add(1);
            }
            if !self.db.open_room(live.id, row.version, record.opening, now).await? {
                continue;
            }
            record.state.settings.has_password = row.password_hash.is_some();
            // A message may have been written after the last write of the record.
            record.state.next_message = record.state.next_message.max(self.db.next_message(live.id).await?);
            let range = ChatRange {
                before: None,
                opening: None,
                limit: u32::try_from(bounds::CHAT_MESSAGES).unwrap_or(u32::MAX),
            };
            let (messages, messages_go_on) = self.db.chat(live.id, range).await?;
            if record.is_open {
                live.expect(&record.state.seated);
                let removed = record.state.removed.iter();
                live.keep_all_out(removed.map(|removed| removed.person.clone()));
            }
            live.open(record.opening);
            return Ok(LoadOutcome::Opened(Box::new(Opening {
                record,
                messages,
                messages_go_on,
                capacity_limit: self.config.capacity,
                idle_ms: self.idle_ms(),
                seed: seed(),
            })));
        }
        Err(sqlx::Error::PoolTimedOut)
    }

    /// Deletes rooms that were ended long ago, every hour ([`limits::ROOM_SWEEP_INTERVAL`]), for as long as the server runs.
    pub async fn sweep(self) {
        let mut ticks = tokio::time::interval(limits::ROOM_SWEEP_INTERVAL);
        loop {
            ticks.tick().await;
            let kept = i64::try_from(limits::ENDED_ROOM_RETENTION.as_millis()).unwrap_or(i64::MAX);
            let before = Timestamp(clock::now().0.saturating_sub(kept));
            if let Err(error) = self.db.forget_ended_rooms(before).await {
                tracing::warn!(%error, "ended rooms could not be removed");
            }
        }
    }
}

/// Returns a random seed for shuffling. Not security-sensitive: it only predicts which video comes next.
fn seed() -> u64 {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(_) => clock::server_time().0.unsigned_abs(),
    }
}
