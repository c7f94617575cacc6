//! The rooms that are open here: a handle each, under one lock that nobody holds while waiting.

use super::{
    live::{Live, lock},
    outbox::Outbox,
    task::{self, Command},
};
use crate::{
    catalogue::Catalogue,
    clock,
    config::RoomConfig,
    db::{ChatRange, Db},
    limits,
    room::{
        RoomRecord, bounds,
        event::{ConnectionId, Event, Joiner, Opening},
    },
    torrent::Torrents,
};
use app::protocol::{
    InfoHash, Timestamp,
    room::{ChatPage, CloseCode, PersonId, ServerTime},
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
use uuid::Uuid;

/// How long a room that is just closing is waited for, before it is opened again.
const CLOSING: Duration = Duration::from_secs(15);

/// How often a room's row is read again, and a change tried again, because somebody opened or changed it meanwhile.
pub(super) const TRIES: usize = 8;

/// How long rooms and their sockets may take to stop.
const STOPPING: Duration = Duration::from_secs(8);

/// What rooms know of the world around them.
#[derive(Clone)]
pub struct Surroundings {
    /// Where rooms are kept.
    pub db: Db,
    /// What torrents there are.
    pub catalogue: Catalogue,
    /// What brings them.
    pub torrents: Torrents,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
    config: RoomConfig,
}

/// A handle to the rooms. Cheap to clone.
#[derive(Clone)]
pub struct Rooms(Arc<Inner>);

struct Inner {
    around: Surroundings,
    /// What people are known by in rooms is derived from it.
    secret: Vec<u8>,
    open: Mutex<HashMap<Uuid, Open>>,
    next_connection: AtomicU64,
    tasks: TaskTracker,
    sockets: TaskTracker,
}

/// An open room's mailbox, and what it lets be seen.
#[derive(Clone)]
struct Open {
    mailbox: mpsc::Sender<Command>,
    live: Arc<Live>,
}

/// Takes the room out of the list, however its task ends.
struct Closing {
    rooms: Rooms,
    live: Arc<Live>,
}

impl Drop for Closing {
    fn drop(&mut self) {
        lock(&self.rooms.0.open).remove(&self.live.id);
        self.rooms.0.around.torrents.keep(self.live.id, None);
        self.live.gone.cancel();
    }
}

/// Somebody's way into a room, for their socket.
#[derive(Clone)]
pub struct Entrance {
    mailbox: mpsc::Sender<Command>,
    connection: ConnectionId,
}

impl Entrance {
    /// Hands in an event, when there is room for it: a flood slows down whoever sends it. `false`: the room is closed.
    pub async fn tell(&self, message: app::protocol::room::ClientMessage) -> bool {
        let event = Event::Message {
            connection: self.connection,
            message,
        };
        self.mailbox.send(Command::Event(event)).await.is_ok()
    }

    /// The socket is gone.
    pub async fn leave(&self) {
        let event = Event::Disconnect {
            connection: self.connection,
        };
        // A closed room does not mind.
        let _ = self.mailbox.send(Command::Event(event)).await;
    }
}

impl Rooms {
    /// None is open yet.
    pub fn new(
        config: RoomConfig,
        secret: &crate::config::Secret,
        db: Db,
        catalogue: Catalogue,
        torrents: Torrents,
    ) -> anyhow::Result<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())?;
        mac.update(b"matinee people in rooms");
        Ok(Self(Arc::new(Inner {
            around: Surroundings {
                db,
                catalogue,
                torrents,
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

    /// Who a viewer is in a room: the same on every visit, another in every room.
    pub fn person(&self, room: Uuid, viewer_key: &str) -> PersonId {
        let digest = match Hmac::<Sha256>::new_from_slice(&self.0.secret) {
            Ok(mut mac) => {
                mac.update(room.as_bytes());
                mac.update(viewer_key.as_bytes());
                mac.finalize().into_bytes()
            }
            // HMAC takes keys of any length.
            Err(_) => Default::default(),
        };
        PersonId(digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }

    /// People in a room, if it is open.
    pub fn participants(&self, room: Uuid) -> Option<u32> {
        self.find(room)
            .map(|open| open.live.participants.load(Ordering::Relaxed))
    }

    /// Whether somebody is in a room right now, with a living socket.
    pub fn is_present(&self, room: Uuid, person: &PersonId) -> bool {
        self.find(room).is_some_and(|open| open.live.is_present(person))
    }

    /// Whether somebody has a seat in a room, though their connection may have broken a moment ago, or the server may have
    /// stopped since.
    pub fn is_seated(&self, row: &RoomRecord, person: &PersonId) -> bool {
        match self.find(row.id) {
            Some(open) if open.live.opening() > 0 => open.live.has(person),
            // Nobody is back yet, or the first one only this moment: the room is still being read.
            _ => self.0.around.was_open(row, clock::server_time()) && row.state.seated.contains(person),
        }
    }

    /// Whether an open room shows this torrent to somebody: it looks at it, and let them in.
    pub fn shows(&self, room: Uuid, person: &PersonId, torrent: InfoHash) -> bool {
        self.find(room).is_some_and(|open| open.live.shows(person, torrent))
    }

    /// Whether a room is open for others than its host, whose row says this. A room that is closing is not, whatever its
    /// row still says; where the server stops it comes back.
    pub fn is_open_for_all(&self, row: &RoomRecord) -> bool {
        match self.find(row.id) {
            Some(open) if !open.mailbox.is_closed() => true,
            Some(_) if !self.0.around.stop.is_cancelled() => false,
            _ => self.0.around.was_open(row, clock::server_time()),
        }
    }

    /// Rooms that are open, and people in them.
    pub fn count(&self) -> (usize, u64) {
        let open = lock(&self.0.open);
        let people = open
            .values()
            .map(|open| u64::from(open.live.participants.load(Ordering::Relaxed)))
            .sum();
        (open.len(), people)
    }

    /// Sockets, so that the server can wait for their last words.
    pub fn sockets(&self) -> &TaskTracker {
        &self.0.sockets
    }

    /// How rooms are bounded.
    pub fn config(&self) -> RoomConfig {
        self.0.around.config
    }

    /// Hands an event to a room, if it is open and stays so for as long as that takes.
    pub async fn tell(&self, room: Uuid, event: Event) -> bool {
        match self.find(room) {
            Some(open) => open.mailbox.send(Command::Event(event)).await.is_ok(),
            None => false,
        }
    }

    /// Waits until a room is closed and written down, if it is just closing.
    pub async fn closed(&self, room: Uuid) {
        if let Some(open) = self.find(room).filter(|open| open.mailbox.is_closed())
            && tokio::time::timeout(CLOSING, open.live.gone.cancelled()).await.is_err()
        {
            tracing::warn!(%room, "a room takes long to be written down");
        }
    }

    /// A page of what was said in an open room; `None` where it is the database's to tell.
    pub async fn messages(&self, room: Uuid, range: ChatRange) -> Option<ChatPage> {
        let open = self.find(room)?;
        let (reply, page) = oneshot::channel();
        open.mailbox.send(Command::Read { range, reply }).await.ok()?;
        page.await.ok()?
    }

    /// Hands an event to every open room.
    pub async fn tell_all(&self, event: Event) {
        let rooms: Vec<Open> = lock(&self.0.open).values().cloned().collect();
        for open in rooms {
            // A room that is closed has nobody in it.
            let _ = open.mailbox.send(Command::Event(event.clone())).await;
        }
    }

    /// Brings somebody in; opens the room if it is not, and they may.
    pub async fn enter(&self, room: Uuid, joiner: Joiner, outbox: Outbox) -> Result<Entrance, CloseCode> {
        let connection = ConnectionId(self.0.next_connection.fetch_add(1, Ordering::Relaxed));
        let by = joiner.user;
        let mut command = Command::Connect {
            connection,
            joiner,
            outbox,
        };
        for _ in 0..TRIES {
            let open = self.open(room, by)?;
            match open.mailbox.send(command).await {
                Ok(()) => {
                    return Ok(Entrance {
                        mailbox: open.mailbox,
                        connection,
                    });
                }
                Err(mpsc::error::SendError(back)) => command = back,
            }
            // It is just closing: it can be opened again when it is written down.
            if tokio::time::timeout(CLOSING, open.live.gone.cancelled()).await.is_err() {
                break;
            }
        }
        Err(CloseCode::Restarting)
    }

    /// Tells everybody that the server stops, and waits until all is said and written down.
    pub async fn stop(&self) {
        self.0.around.stop.cancel();
        self.0.tasks.close();
        self.0.sockets.close();
        let all = async {
            self.0.tasks.wait().await;
            self.0.sockets.wait().await;
        };
        if tokio::time::timeout(STOPPING, all).await.is_err() {
            tracing::warn!("not all rooms stopped in time");
        }
    }

    fn find(&self, room: Uuid) -> Option<Open> {
        lock(&self.0.open).get(&room).cloned()
    }

    /// The open room; its task loads the row by itself, and opens it if this account may.
    fn open(&self, room: Uuid, by: Option<Uuid>) -> Result<Open, CloseCode> {
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
            live: Arc::new(Live::new(room)),
        };
        rooms.insert(room, open.clone());
        let closing = Closing {
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

/// What came of opening a room.
pub enum Loaded {
    /// It is open.
    Opened(Box<Opening>),
    /// It is closed, and only this account opens it.
    Closed(Uuid),
    /// There is no such room.
    Unknown,
}

impl Surroundings {
    fn idle_ms(&self) -> i64 {
        i64::try_from(self.config.idle.as_millis()).unwrap_or(i64::MAX)
    }

    /// Whether a room that is not open here was until the server stopped, as far as its row knows.
    fn was_open(&self, record: &RoomRecord, now: ServerTime) -> bool {
        record.is_open && now.since(record.beat) <= self.idle_ms()
    }

    /// Reads a room and notes that it opens, where the account may open it. Only its host opens a closed room: looked at
    /// here, because a ticket may be older than the room's end.
    pub async fn load(&self, live: &Live, by: Option<Uuid>) -> sqlx::Result<Loaded> {
        for _ in 0..TRIES {
            let Some(row) = self.db.room(live.id).await? else {
                return Ok(Loaded::Unknown);
            };
            let (mut record, now) = (row.record, clock::server_time());
            record.is_open = self.was_open(&record, now);
            if !record.is_open && by != Some(record.host_user) {
                return Ok(Loaded::Closed(record.host_user));
            }
            // After a crash or a restart it is still the same opening; the first is when somebody first comes in.
            record.is_open &= record.opening > 0;
            if !record.is_open {
                record.opening = record.opening.saturating_add(1);
            }
            if !self.db.open_room(live.id, row.version, record.opening, now).await? {
                continue;
            }
            record.state.settings.has_password = row.password_hash.is_some();
            // A message may have been written down and the room's record not any more.
            record.state.next_message = record.state.next_message.max(self.db.next_message(live.id).await?);
            let range = ChatRange {
                before: None,
                opening: None,
                limit: u32::try_from(bounds::CHAT_MESSAGES).unwrap_or(u32::MAX),
            };
            let (messages, messages_go_on) = self.db.chat(live.id, range).await?;
            if record.is_open {
                live.expect(&record.state.seated);
            }
            live.open(record.opening);
            return Ok(Loaded::Opened(Box::new(Opening {
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

    /// Removes rooms that were ended long ago, every hour, for as long as the server runs.
    pub async fn sweep(self) {
        let mut ticks = tokio::time::interval(limits::ROOM_SWEEP);
        loop {
            ticks.tick().await;
            let kept = i64::try_from(limits::ENDED_ROOM_KEPT.as_millis()).unwrap_or(i64::MAX);
            let before = Timestamp(clock::now().0.saturating_sub(kept));
            if let Err(error) = self.db.forget_ended_rooms(before).await {
                tracing::warn!(%error, "ended rooms could not be removed");
            }
        }
    }
}

impl Rooms {
    /// Removes what is long over, for as long as the server runs.
    pub async fn sweep(self) {
        self.0.around.clone().sweep().await;
    }
}

/// For shuffling only: whoever guesses it knows which film comes next.
fn seed() -> u64 {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(_) => clock::server_time().0.unsigned_abs(),
    }
}
