//! Writes a room down, beside it: the room never waits for the database. While the database is away it tries again for
//! as long as its queue has room.

use crate::{
    clock,
    db::{ChatWrite, Db},
    error,
    room::{Event, RoomRecord},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};
use tracing::{debug, error, warn};
use uuid::Uuid;

/// Changes of the chat that wait for the database: at ten messages a second, more than a minute and a half.
const QUEUE: usize = 1_024;

/// Changes that one transaction carries out.
const BATCH: usize = 128;

/// How long to wait before the first and before every later try.
const FIRST_REST: Duration = Duration::from_millis(100);
const LONGEST_REST: Duration = Duration::from_secs(2);

/// A handle to it.
pub struct Writer {
    chat: mpsc::Sender<ChatWrite>,
    last: watch::Sender<Option<Arc<Last>>>,
    task: JoinHandle<()>,
}

/// What the room last said of itself.
struct Last {
    record: RoomRecord,
    /// Whether its host ended it: it is over for good.
    ended: bool,
}

struct Task {
    room: Uuid,
    db: Db,
    chat: mpsc::Receiver<ChatWrite>,
    last: watch::Receiver<Option<Arc<Last>>>,
    /// What became of messages; nobody reads it any more once the room is closed.
    told: mpsc::Sender<Event>,
}

impl Writer {
    /// Begins. What became of each message is told as [`Event::MessageStored`].
    pub fn start(room: Uuid, db: Db, told: mpsc::Sender<Event>) -> Self {
        let (chat, chat_end) = mpsc::channel(QUEUE);
        let (last, last_end) = watch::channel(None);
        let task = Task {
            room,
            db,
            chat: chat_end,
            last: last_end,
            told,
        };
        Self {
            chat,
            last,
            task: tokio::spawn(task.run()),
        }
    }

    /// Writes a change of the chat when its turn comes. `false`: there is no room for more.
    pub fn chat(&self, write: ChatWrite) -> bool {
        self.chat.try_send(write).is_ok()
    }

    /// Writes the room itself; only its latest record counts.
    pub fn record(&self, record: RoomRecord) {
        let ended = false;
        self.last.send_replace(Some(Arc::new(Last { record, ended })));
    }

    /// Writes that the room is over for good; if that cannot be written, at least what is kept of a closed room.
    pub fn end(&self, record: RoomRecord) {
        let ended = true;
        self.last.send_replace(Some(Arc::new(Last { record, ended })));
    }

    /// Writes what is left, for this long at most.
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
                    self.write_chat(batch).await;
                }
                Ok(()) = self.last.changed() => self.write_last().await,
            }
        }
        // Dropping the other end does not take back what it said last.
        if self.last.has_changed().unwrap_or(true) {
            self.write_last().await;
        }
    }

    async fn write_chat(&mut self, batch: Vec<ChatWrite>) {
        match self.try_until_it_answers(&batch).await {
            Ok(()) => self.tell(&batch, true).await,
            // One that cannot be written must not take the others with it.
            Err(_) if batch.len() > 1 => {
                for write in batch {
                    let one = std::slice::from_ref(&write);
                    let stored = self.try_until_it_answers(one).await.is_ok();
                    self.tell(one, stored).await;
                }
            }
            Err(_) => self.tell(&batch, false).await,
        }
    }

    async fn try_until_it_answers(&self, batch: &[ChatWrite]) -> sqlx::Result<()> {
        let mut rest = FIRST_REST;
        loop {
            match self.db.write_chat(self.room, batch).await {
                Ok(()) => return Ok(()),
                // Whoever took words back believes that they are gone: while the disk is full it waits too.
                Err(error) if error::is_away(&error) || error::is_full(&error) => {
                    warn!(room = %self.room, %error, "chat waits for the database")
                }
                Err(error) => {
                    error!(room = %self.room, %error, "chat could not be written");
                    return Err(error);
                }
            }
            tokio::time::sleep(rest).await;
            rest = (rest * 2).min(LONGEST_REST);
        }
    }

    async fn tell(&self, batch: &[ChatWrite], stored: bool) {
        for write in batch {
            if let ChatWrite::Say(_, message) = write {
                let event = Event::MessageStored { id: message.id, stored };
                // A closed room does not want to know.
                let _ = self.told.send(event).await;
            }
        }
    }

    async fn write_last(&mut self) {
        let mut rest = FIRST_REST;
        loop {
            let Some(last) = self.last.borrow_and_update().clone() else {
                return;
            };
            match self.keep(&last).await {
                Ok(true) => return,
                Ok(false) => return debug!(room = %self.room, "an ended room is not written down"),
                Err(error) if error::is_away(&error) || error::is_full(&error) => {
                    warn!(room = %self.room, %error, "a room waits for the database")
                }
                Err(error) => return error!(room = %self.room, %error, "a room could not be written down"),
            }
            tokio::time::sleep(rest).await;
            rest = (rest * 2).min(LONGEST_REST);
        }
    }

    /// One try. Returns whether the room was there, and not over already.
    async fn keep(&self, last: &Last) -> sqlx::Result<bool> {
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
