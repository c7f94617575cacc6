//! The registry of open rooms: a handle to each, behind a lock that is never held across an await.

use super::{
    context::{MAX_ATTEMPTS, RoomContext},
    live::{RoomStatus, lock},
    outbox::Outbox,
    task::{self, Command},
};
use crate::{
    catalogue::Catalogue,
    clock,
    config::RoomConfig,
    db::{ChatRange, Db},
    limits,
    room::core::{
        RoomRecord,
        event::{ConnectionId, Event, Joiner, Network},
    },
    tasks::Tasks,
    torrent::Torrents,
};
use app::{
    backend::ViewerKey,
    protocol::{
        InfoHash, RoomId, UserId,
        room::{ChatPage, CloseCode, PersonId},
    },
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Longest time to wait for a closing room before it is opened again.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(15);

/// Longest time that rooms and their sockets may take to shut down.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);

/// A handle to the registry. Cheap to clone.
#[derive(Clone)]
pub struct Rooms(Arc<Inner>);

struct Inner {
    around: RoomContext,
    /// Key from which the identities of people in rooms are derived.
    secret: Vec<u8>,
    open: Mutex<HashMap<RoomId, Open>>,
    next_connection: AtomicU64,
    tasks: TaskTracker,
    sockets: TaskTracker,
}

/// The outcome of a change of an open room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Made and written.
    Written,
    /// Made, but not confirmed as written.
    NotWritten,
    /// The room is closed or closing: change its row instead.
    Closed,
}

/// An open room: its mailbox and the state that can be read from outside.
#[derive(Clone)]
struct Open {
    mailbox: mpsc::Sender<Command>,
    live: Arc<RoomStatus>,
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

/// A socket's handle to the room that it has joined.
#[derive(Clone)]
pub struct ConnectionHandle {
    mailbox: mpsc::Sender<Command>,
    connection: ConnectionId,
}

impl ConnectionHandle {
    /// Sends a message to the room, waiting for space in its mailbox, which slows down a client that floods. Returns
    /// `false` if the room is closed.
    pub async fn tell(&self, message: app::protocol::room::ClientMessage) -> bool {
        let event = Event::Message {
            connection: self.connection,
            message,
        };
        self.mailbox.send(Command::Event(event)).await.is_ok()
    }

    /// Reports that the socket is closed.
    pub async fn leave(&self) {
        let event = Event::Disconnect {
            connection: self.connection,
        };
        // A closed room needs no report.
        let _ = self.mailbox.send(Command::Event(event)).await;
    }
}

impl Rooms {
    /// Creates an empty registry.
    pub fn new(
        config: RoomConfig,
        secret: &crate::config::Secret,
        db: Db,
        catalogue: Catalogue,
        torrents: Torrents,
        tasks: Tasks,
    ) -> anyhow::Result<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())?;
        mac.update(b"matinee people in rooms");
        Ok(Self(Arc::new(Inner {
            around: RoomContext {
                db,
                catalogue,
                torrents,
                tasks,
                stop: CancellationToken::new(),
                config,
            },
            secret: mac.finalize().into_bytes().to_vec(),
            open: Mutex::default(),
            next_connection: AtomicU64::new(1),
            tasks: TaskTracker::new(),
            sockets: TaskTracker::new(),
        })))
    }

    /// Returns a viewer's identity in a room: the same on every visit, different in every room.
    pub fn person(&self, room: RoomId, viewer: &ViewerKey) -> PersonId {
        PersonId(self.pseudonym(room, viewer.as_str()))
    }

    /// Returns the pseudonym of a household's address in a room: the same on every visit, different in every room.
    pub fn network(&self, room: RoomId, household: &str) -> Network {
        Network(self.pseudonym(room, &format!("network:{household}")))
    }

    fn pseudonym(&self, room: RoomId, of: &str) -> String {
        let digest = match Hmac::<Sha256>::new_from_slice(&self.0.secret) {
            Ok(mut mac) => {
                mac.update(&room.0);
                mac.update(of.as_bytes());
                mac.finalize().into_bytes()
            }
            // Unreachable: HMAC takes keys of any length.
            Err(_) => Default::default(),
        };
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns the number of participants, if the room is open.
    pub fn participants(&self, room: RoomId) -> Option<u32> {
        self.find(room)
            .map(|open| open.live.participants.load(Ordering::Relaxed))
    }

    /// Returns whether the person is in the room, with an open socket.
    pub fn is_present(&self, room: RoomId, person: &PersonId) -> bool {
        self.find(room).is_some_and(|open| open.live.is_present(person))
    }

    /// Returns whether the person has a seat in the room, even if their connection was lost a moment ago or the server
    /// has restarted since.
    pub fn is_seated(&self, row: &RoomRecord, person: &PersonId) -> bool {
        match self.find(row.id) {
            Some(open) if open.live.opening() > 0 => open.live.has(person),
            // No one is back yet, or the first is just joining: the room is still being loaded.
            _ => self.0.around.was_open(row, clock::server_time()) && row.state.seated.contains(person),
        }
    }

    /// Returns whether the person was removed from the room, and is kept out until it closes or its host lets them in again.
    pub fn is_removed(&self, row: &RoomRecord, person: &PersonId) -> bool {
        match self.find(row.id) {
            Some(open) if open.live.opening() > 0 => open.live.is_removed(person),
            // No one is back yet after a restart, or the room is still being loaded.
            _ => {
                let mut removed = row.state.removed.iter();
                self.0.around.was_open(row, clock::server_time()) && removed.any(|removed| &removed.person == person)
            }
        }
    }

    /// Returns whether an open room shows this torrent to the person: it is the current video, and they were let in.
    pub fn shows(&self, room: RoomId, person: &PersonId, torrent: InfoHash) -> bool {
        self.find(room).is_some_and(|open| open.live.shows(person, torrent))
    }

    /// Returns whether others than its host can join a room with this row. Not while the room is closing, whatever the
    /// row still says; but if the server is stopping, the room will be back.
    pub fn is_open_for_all(&self, row: &RoomRecord) -> bool {
        match self.find(row.id) {
            Some(open) if !open.mailbox.is_closed() => true,
            Some(_) if !self.0.around.stop.is_cancelled() => false,
            _ => self.0.around.was_open(row, clock::server_time()),
        }
    }

    /// Returns the number of open rooms and of people in them.
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

    /// Returns the configuration of rooms.
    pub fn config(&self) -> RoomConfig {
        self.0.around.config
    }

    /// Sends an event to a room. Returns `false` if it is not open, or closes before the event fits in.
    pub async fn tell(&self, room: RoomId, event: Event) -> bool {
        match self.find(room) {
            Some(open) => open.mailbox.send(Command::Event(event)).await.is_ok(),
            None => false,
        }
    }

    /// Sends a change to a room and waits until it is written.
    pub async fn change(&self, room: RoomId, event: Event) -> Change {
        let Some(open) = self.find(room) else {
            return Change::Closed;
        };
        let (written, told) = oneshot::channel();
        if open.mailbox.send(Command::Change { event, written }).await.is_err() {
            return Change::Closed;
        }
        match tokio::time::timeout(limits::CHANGE_WRITE_TIMEOUT, told).await {
            Ok(Ok(true)) => Change::Written,
            Ok(Err(_)) => Change::Closed,
            Ok(Ok(false)) | Err(_) => Change::NotWritten,
        }
    }

    /// Waits until a closing room is closed and written. Returns immediately if it is not closing.
    pub async fn closed(&self, room: RoomId) {
        if let Some(open) = self.find(room).filter(|open| open.mailbox.is_closed())
            && tokio::time::timeout(CLOSE_TIMEOUT, open.live.gone.cancelled())
                .await
                .is_err()
        {
            tracing::warn!(%room, "a room takes long to be written down");
        }
    }

    /// Returns a page of an open room's chat; `None` if it has to be read from the database.
    pub async fn messages(&self, room: RoomId, range: ChatRange) -> Option<ChatPage> {
        let open = self.find(room)?;
        let (reply, page) = oneshot::channel();
        open.mailbox.send(Command::Read { range, reply }).await.ok()?;
        page.await.ok()?
    }

    /// Sends an event to every open room.
    pub async fn tell_all(&self, event: Event) {
        let rooms: Vec<Open> = lock(&self.0.open).values().cloned().collect();
        for open in rooms {
            // A closed room has no participants.
            let _ = open.mailbox.send(Command::Event(event.clone())).await;
        }
    }

    /// Joins a room, opening it if it is closed and the joiner may.
    pub async fn enter(&self, room: RoomId, joiner: Joiner, outbox: Outbox) -> Result<ConnectionHandle, CloseCode> {
        let connection = ConnectionId(self.0.next_connection.fetch_add(1, Ordering::Relaxed));
        let by = joiner.user;
        let mut command = Command::Connect {
            connection,
            joiner,
            outbox,
        };
        for _ in 0..MAX_ATTEMPTS {
            let open = self.open(room, by)?;
            match open.mailbox.send(command).await {
                Ok(()) => {
                    return Ok(ConnectionHandle {
                        mailbox: open.mailbox,
                        connection,
                    });
                }
                Err(mpsc::error::SendError(back)) => command = back,
            }
            // It is closing, and can be opened again once it is written.
            if tokio::time::timeout(CLOSE_TIMEOUT, open.live.gone.cancelled())
                .await
                .is_err()
            {
                break;
            }
        }
        Err(CloseCode::Restarting)
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

    fn find(&self, room: RoomId) -> Option<Open> {
        lock(&self.0.open).get(&room).cloned()
    }

    /// Returns the open room. Otherwise spawns its task, which loads the row and opens the room if the account may.
    fn open(&self, room: RoomId, by: Option<UserId>) -> Result<Open, CloseCode> {
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
