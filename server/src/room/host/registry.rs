//! Registry of the rooms that are open on this node: a handle to each, behind a lock that is never held across an await.
//! Whoever needs a room asks the directory ([`super::directory`]).

use super::{
    context::RoomContext,
    live::{RoomStatus, lock},
    task::{self, Command},
};
use crate::{
    catalogue::Catalogue, config::RoomConfig, db::Db, limits, room::core::event::ConnectionId, tasks::Tasks,
    torrent::Torrents,
};
use app::protocol::{RoomId, UserId, room::CloseCode};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Longest time that rooms and their sockets may take to shut down.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);

/// Registry of this node's open rooms. A handle, cheap to clone.
#[derive(Clone)]
pub struct Rooms(Arc<Inner>);

struct Inner {
    around: RoomContext,
    open: Mutex<HashMap<RoomId, Open>>,
    next_connection: AtomicU64,
    tasks: TaskTracker,
    sockets: TaskTracker,
}

/// An open room: its mailbox and the state that can be read from outside.
#[derive(Clone)]
pub(super) struct Open {
    pub mailbox: mpsc::Sender<Command>,
    pub live: Arc<RoomStatus>,
}

/// Removes the room from the registry when its task ends, even by a panic.
struct RegistryGuard {
    rooms: Rooms,
    live: Arc<RoomStatus>,
}

impl Drop for RegistryGuard {
    fn drop(&mut self) {
        lock(&self.rooms.0.open).remove(&self.live.id);
        self.rooms.0.around.torrents.keep(self.live.id, None);
        self.live.gone.cancel();
    }
}

impl Rooms {
    /// Creates an empty registry.
    pub fn new(config: RoomConfig, db: Db, catalogue: Catalogue, torrents: Torrents, tasks: Tasks) -> Self {
        Self(Arc::new(Inner {
            around: RoomContext {
                db,
                catalogue,
                torrents,
                tasks,
                stop: CancellationToken::new(),
                config,
            },
            open: Mutex::default(),
            next_connection: AtomicU64::new(1),
            tasks: TaskTracker::new(),
            sockets: TaskTracker::new(),
        }))
    }

    /// Returns the number of rooms that are open on this node, and of people in them.
    pub fn count(&self) -> (usize, u64) {
        let open = lock(&self.0.open);
        let people = open
            .values()
            .map(|open| u64::from(open.live.participants.load(Ordering::Relaxed)))
            .sum();
        (open.len(), people)
    }

    /// Returns the tracker of socket tasks, so that a shutdown can wait for their last messages.
    pub fn sockets(&self) -> &TaskTracker {
        &self.0.sockets
    }

    /// Closes all rooms for a restart and waits until everything is sent and written.
    pub async fn stop(&self) {
        self.0.around.stop.cancel();
        self.0.tasks.close();
        self.0.sockets.close();
        let all = async {
            self.0.tasks.wait().await;
            self.0.sockets.wait().await;
        };
        if tokio::time::timeout(SHUTDOWN_TIMEOUT, all).await.is_err() {
            tracing::warn!("not all rooms stopped in time");
        }
    }

    /// Returns the room, if it is open, being opened or being closed on this node.
    pub(super) fn find(&self, room: RoomId) -> Option<Open> {
        lock(&self.0.open).get(&room).cloned()
    }

    /// Returns all of this node's open rooms.
    pub(super) fn all(&self) -> Vec<Open> {
        lock(&self.0.open).values().cloned().collect()
    }

    /// Returns a number for a new connection, unique on this node.
    pub(super) fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.0.next_connection.fetch_add(1, Ordering::Relaxed))
    }

    /// Returns the services that rooms use.
    pub(super) fn context(&self) -> &RoomContext {
        &self.0.around
    }

    /// Returns the open room. Otherwise spawns its task, which loads the row and opens the room if the account may.
    pub(super) fn open(&self, room: RoomId, by: Option<UserId>) -> Result<Open, CloseCode> {
        if self.0.around.stop.is_cancelled() {
            return Err(CloseCode::Restarting);
        }
        let mut rooms = lock(&self.0.open);
        if let Some(open) = rooms.get(&room) {
            return Ok(open.clone());
        }
        if rooms.len() >= limits::OPEN_ROOMS {
            tracing::warn!("no more rooms can be open at once");
            return Err(CloseCode::Restarting);
        }
        let (mailbox, end) = task::mailbox();
        let open = Open {
            mailbox,
            live: Arc::new(RoomStatus::new(room)),
        };
        rooms.insert(room, open.clone());
        let closing = RegistryGuard {
            rooms: self.clone(),
            live: open.live.clone(),
        };
        let around = self.0.around.clone();
        self.0.tasks.spawn(async move {
            let live = closing.live.clone();
            task::run(around, live, by, end).await;
            drop(closing);
        });
        Ok(open)
    }
}

impl Rooms {
    /// Deletes rooms that were ended long ago, for as long as the server runs.
    pub async fn sweep(self) {
        self.0.around.clone().sweep().await;
    }
}
