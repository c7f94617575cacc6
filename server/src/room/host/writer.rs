//! The writer of a room, a task beside it, so that the room never waits for the database. While the database is away it
//! retries, for as long as the queue has space. Callers that need to know are notified when a write is done.

use crate::{
    clock,
    db::{ChatWrite, Db},
    error,
    room::core::{Event, RoomRecord},
};
use app::protocol::RoomId;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};
use tracing::{debug, error, warn};

/// Capacity of the queue of chat changes: at ten messages a second, more than a minute and a half.
const QUEUE: usize = 1_024;

/// Maximum number of changes in one transaction.
const BATCH: usize = 128;

/// Shortest and longest back-off between retries.
const MIN_BACKOFF: Duration = Duration::from_millis(100);
const MAX_BACKOFF: Duration = Duration::from_secs(2);

/// Receives `true` once everything queued before is written, `false` if some of it could not be. Dropped if the outcome
/// is unknown.
pub type WriteNotifier = oneshot::Sender<bool>;

/// An entry of the queue.
enum Entry {
    Write(ChatWrite),
    Tell(WriteNotifier),
}

/// A handle to the writer.
pub struct Writer {
    chat: mpsc::Sender<Entry>,
    last: watch::Sender<Option<Arc<LatestRecord>>>,
    task: JoinHandle<()>,
}

/// The latest record of the room.
struct LatestRecord {
    record: RoomRecord,
    /// True if its host ended the room for good.
    ended: bool,
}

struct Task {
    room: RoomId,
    db: Db,
    chat: mpsc::Receiver<Entry>,
    last: watch::Receiver<Option<Arc<LatestRecord>>>,
    /// Outcomes of messages. Nothing receives them any more once the room is closed.
    told: mpsc::Sender<Event>,
    /// True if the latest record was written.
    is_written: bool,
}

impl Writer {
    /// Spawns the writer. The outcome of each message is sent as [`Event::MessageStored`].
    pub fn start(room: RoomId, db: Db, told: mpsc::Sender<Event>) -> Self {
        let (chat, chat_end) = mpsc::channel(QUEUE);
        let (last, last_end) = watch::channel(None);
        let task = Task {
            room,
            db,
            chat: chat_end,
            last: last_end,
            told,
            is_written: true,
        };
        Self {
            chat,
            last,
            // Not tracked: the room waits for it in `finish`.
            task: tokio::spawn(task.run()),
        }
    }

    /// Queues a change of the chat. Returns `false` if the queue is full.
    pub fn chat(&self, write: ChatWrite) -> bool {
        self.chat.try_send(Entry::Write(write)).is_ok()
    }

    /// Notifies when everything queued before and the room's latest record are written.
    pub fn tell(&self, written: WriteNotifier) {
        if let Err(error) = self.chat.try_send(Entry::Tell(written))
            && let Entry::Tell(written) = error.into_inner()
        {
            // The caller may be gone.
            let _ = written.send(false);
        }
    }

    /// Writes the room's record. Replaces a record that is not written yet.
    pub fn record(&self, record: RoomRecord) {
        let ended = false;
        self.last.send_replace(Some(Arc::new(LatestRecord { record, ended })));
    }

    /// Writes that the room was ended for good; if that fails, at least its record as a closed room.
    pub fn end(&self, record: RoomRecord) {
        let ended = true;
        self.last.send_replace(Some(Arc::new(LatestRecord { record, ended })));
    }

    /// Writes what is pending, for `patience` at most.
    pub async fn finish(self, patience: Duration) {
        drop((self.chat, self.last));
        let stop = self.task.abort_handle();
        if tokio::time::timeout(patience, self.task).await.is_err() {
            error!("a room could not be written down in time: what came last is lost");
            stop.abort();
        }
    }
}

impl Task {
    async fn run(mut self) {
        loop {
            let mut batch = Vec::new();
            tokio::select! {
                count = self.chat.recv_many(&mut batch, BATCH) => {
                    if count == 0 {
                        break;
                    }
                    self.follow(batch).await;
                }
                Ok(()) = self.last.changed() => self.write_last().await,
            }
        }
        // The last value can still be read after its sender was dropped.
        if self.last.has_changed().unwrap_or(true) {
            self.write_last().await;
        }
    }

    async fn follow(&mut self, orders: Vec<Entry>) {
        let mut writes = Vec::new();
        for order in orders {
            match order {
                Entry::Write(write) => writes.push(write),
                Entry::Tell(written) => {
                    let chat = self.write_chat(std::mem::take(&mut writes)).await;
                    // Unless it was already written just now.
                    if self.last.has_changed().unwrap_or(true) {
                        self.write_last().await;
                    }
                    // The caller may be gone.
                    let _ = written.send(chat && self.is_written);
                }
            }
        }
        self.write_chat(writes).await;
    }

    /// Writes a batch. Returns whether all of it was stored.
    async fn write_chat(&mut self, batch: Vec<ChatWrite>) -> bool {
        if batch.is_empty() {
            return true;
        }
        match self.try_until_it_answers(&batch).await {
            Ok(()) => {
                self.tell(&batch, true).await;
                true
            }
            // One write that fails must not take the others with it.
            Err(_) if batch.len() > 1 => {
                let mut all = true;
                for write in batch {
                    let one = std::slice::from_ref(&write);
                    let stored = self.try_until_it_answers(one).await.is_ok();
                    self.tell(one, stored).await;
                    all &= stored;
                }
                all
            }
            Err(_) => {
                self.tell(&batch, false).await;
                false
            }
        }
    }

    async fn try_until_it_answers(&self, batch: &[ChatWrite]) -> sqlx::Result<()> {
        let mut rest = MIN_BACKOFF;
        loop {
            match self.db.write_chat(self.room, batch).await {
                Ok(()) => return Ok(()),
                // Also retries while the disk is full: a user who deleted a message believes that it is gone.
                Err(error) if error::is_away(&error) || error::is_full(&error) => {
                    warn!(room = %self.room, %error, "chat waits for the database")
                }
                Err(error) => {
                    error!(room = %self.room, %error, "chat could not be written");
                    return Err(error);
                }
            }
            tokio::time::sleep(rest).await;
            rest = (rest * 2).min(MAX_BACKOFF);
        }
    }

    async fn tell(&self, batch: &[ChatWrite], stored: bool) {
        for write in batch {
            if let ChatWrite::Say(_, message) = write {
                let event = Event::MessageStored { id: message.id, stored };
                // A closed room no longer receives.
                let _ = self.told.send(event).await;
            }
        }
    }

    async fn write_last(&mut self) {
        self.is_written = self.try_to_write_last().await;
    }

    async fn try_to_write_last(&mut self) -> bool {
        let mut rest = MIN_BACKOFF;
        loop {
            let Some(last) = self.last.borrow_and_update().clone() else {
                return true;
            };
            match self.keep(&last).await {
                Ok(true) => return true,
                Ok(false) => {
                    debug!(room = %self.room, "an ended room is not written down");
                    return false;
                }
                Err(error) if error::is_away(&error) || error::is_full(&error) => {
                    warn!(room = %self.room, %error, "a room waits for the database")
                }
                Err(error) => {
                    error!(room = %self.room, %error, "a room could not be written down");
                    return false;
                }
            }
            tokio::time::sleep(rest).await;
            rest = (rest * 2).min(MAX_BACKOFF);
        }
    }

    /// Makes one attempt. Returns whether the room existed and was not ended already.
    async fn keep(&self, last: &LatestRecord) -> sqlx::Result<bool> {
        if last.ended {
            match self.db.end_room(self.room, clock::now()).await {
                Err(error) if !error::is_away(&error) && !error::is_full(&error) => {
                    error!(room = %self.room, %error, "a room's end could not be written down");
                }
                done => return done,
            }
        }
        self.db.save_room(&last.record, clock::now()).await
    }
}
