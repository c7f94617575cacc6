//! The rooms that are open here: a handle each, under one lock that nobody holds while waiting.

use super::{
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
        bounds,
        event::{ConnectionId, Event, Joiner, Opening},
    },
    torrent::Torrents,
};
use app::protocol::{
    InfoHash, Timestamp,
    room::{CloseCode, PersonId},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

/// How long a room that is just closing is waited for, before it is opened again.
const CLOSING: Duration = Duration::from_secs(15);

/// How long a seat is kept for a connection that broke.
const SEAT_KEPT: Duration = Duration::from_millis(bounds::AWAY_MS as u64);

/// How often a room's row is read again, and a change tried again, because somebody opened or changed it meanwhile.
pub(super) const TRIES: usize = 8;

/// How many of those who were sent out are remembered: whoever is banned, and as many who may come back.
const SENT_OUT: usize = 2 * bounds::BANS;

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

/// What an open room lets be seen from outside.
#[derive(Debug)]
pub struct Live {
    /// The room.
    pub id: Uuid,
    /// People in it, lost connections included.
    pub participants: AtomicU32,
    opening: OnceLock<u32>,
    playing: Mutex<Option<InfoHash>>,
    /// Sockets of each person in it.
    present: Mutex<HashMap<PersonId, u32>>,
    /// When the last socket of each was gone, of those who may still have a seat.
    gone_at: Mutex<HashMap<PersonId, Instant>>,
    /// Who was sent out and did not come back, the latest [`SENT_OUT`] of them, each once.
    sent_out: Mutex<VecDeque<PersonId>>,
    /// Cancelled when the room is closed and written down.
    gone: CancellationToken,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Live {
    fn new(id: Uuid) -> Self {
        Self {
            id,
            participants: AtomicU32::new(0),
            opening: OnceLock::new(),
            playing: Mutex::default(),
            present: Mutex::default(),
            gone_at: Mutex::default(),
            sent_out: Mutex::default(),
            gone: CancellationToken::new(),
        }
    }

    /// Which opening of the room this is.
    pub fn opening(&self) -> u32 {
        self.opening.get().copied().unwrap_or_default()
    }

    /// Somebody's socket was welcomed.
    pub fn come(&self, person: &PersonId) {
        *lock(&self.present).entry(person.clone()).or_default() += 1;
        lock(&self.sent_out).retain(|out| out != person);
    }

    /// Somebody was sent out: what the room let them watch, they watch no longer.
    pub fn send_out(&self, person: &PersonId) {
        let mut out = lock(&self.sent_out);
        out.retain(|other| other != person);
        if out.len() >= SENT_OUT {
            out.pop_front();
        }
        out.push_back(person.clone());
    }

    /// A welcomed socket is gone.
    pub fn go(&self, person: &PersonId) {
        let mut present = lock(&self.present);
        if let Some(sockets) = present.get_mut(person) {
            *sockets -= 1;
            if *sockets == 0 {
                present.remove(person);
                let mut gone_at = lock(&self.gone_at);
                gone_at.retain(|_, at| at.elapsed() < SEAT_KEPT);
                gone_at.insert(person.clone(), Instant::now());
            }
        }
    }

    /// Whether somebody is in it, or was until a moment ago and not sent out: a connection that broke asks for nothing
    /// that was not asked of whoever is inside.
    fn has(&self, person: &PersonId) -> bool {
        let was_just_there = || {
            let gone_at = lock(&self.gone_at).get(person).copied();
            gone_at.is_some_and(|at| at.elapsed() < SEAT_KEPT)
        };
        lock(&self.present).contains_key(person) || was_just_there() && !lock(&self.sent_out).contains(person)
    }

    /// Notes what is played.
    pub fn play(&self, torrent: Option<InfoHash>) {
        *lock(&self.playing) = torrent;
    }
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
        self.find(room)
            .is_some_and(|open| lock(&open.live.present).contains_key(person))
    }

    /// Whether somebody has a seat in a room, though their connection may have broken a moment ago.
    pub fn is_seated(&self, room: Uuid, person: &PersonId) -> bool {
        self.find(room).is_some_and(|open| open.live.has(person))
    }

    /// Whether an open room shows this torrent to somebody: it looks at it, and did not send them out.
    pub fn shows(&self, room: Uuid, person: &PersonId, torrent: InfoHash) -> bool {
        self.find(room).is_some_and(|open| {
            *lock(&open.live.playing) == Some(torrent) && !lock(&open.live.sent_out).contains(person)
        })
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

    /// Brings somebody in; opens the room if it is not.
    pub async fn enter(&self, room: Uuid, joiner: Joiner, outbox: Outbox) -> Result<Entrance, CloseCode> {
        let connection = ConnectionId(self.0.next_connection.fetch_add(1, Ordering::Relaxed));
        let mut command = Command::Connect {
            connection,
            joiner,
            outbox,
        };
        for _ in 0..TRIES {
            let open = self.open(room)?;
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

    /// The open room; its task loads the row by itself.
    fn open(&self, room: Uuid) -> Result<Open, CloseCode> {
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
            task::run(around, live, end).await;
            drop(closing);
        });
        Ok(open)
    }
}

impl Surroundings {
    /// Reads a room and notes that it opens. `None`: there is no such room.
    pub async fn load(&self, live: &Live) -> sqlx::Result<Option<Opening>> {
        let idle_ms = i64::try_from(self.config.idle.as_millis()).unwrap_or(i64::MAX);
        for _ in 0..TRIES {
            let Some(row) = self.db.room(live.id).await? else {
                return Ok(None);
            };
            let (mut record, now) = (row.record, clock::server_time());
            // After a crash or a restart it is still the same opening; the first is when somebody first comes in.
            record.is_open &= record.opening > 0 && now.since(record.beat) <= idle_ms;
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
            live.opening.get_or_init(|| record.opening);
            for ban in &record.state.bans {
                live.send_out(&ban.person);
            }
            return Ok(Some(Opening {
                record,
                messages,
                messages_go_on,
                capacity_limit: self.config.capacity,
                idle_ms,
                seed: seed(),
            }));
        }
        Err(sqlx::Error::PoolTimedOut)
    }

    /// Notes that a room has been ended.
    pub async fn end(&self, room: Uuid) {
        if let Err(error) = self.db.end_room(room, clock::now()).await {
            tracing::error!(%error, "a room's end could not be written down");
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sent_out_again_and_again_displaces_nobody() {
        let live = Live::new(Uuid::nil());
        let person = |number: usize| PersonId(format!("person-{number}"));
        live.send_out(&person(0));
        for _ in 0..SENT_OUT {
            live.send_out(&person(1));
        }
        assert!(lock(&live.sent_out).contains(&person(0)));
        live.come(&person(0));
        assert!(!lock(&live.sent_out).contains(&person(0)));
        for number in 0..2 * SENT_OUT {
            live.send_out(&person(number));
        }
        assert_eq!(lock(&live.sent_out).len(), SENT_OUT);
    }
}
