//! Directory of rooms: says where a room is, and leads to it there. The only way from outside into open rooms.
//!
//! Its methods are async although this node has all open rooms in its memory: with many nodes a room is at one of them,
//! and its answers come over the network. A lookup is made once per use case, so that its answers agree.

use super::{
    context::MAX_ATTEMPTS,
    outbox::Outbox,
    registry::{Open, Rooms},
    task::Command,
};
use crate::{
    clock,
    db::ChatRange,
    limits,
    room::core::{
        RoomRecord,
        event::{ConnectionId, Event, Joiner},
    },
};
use app::protocol::{
    InfoHash, RoomId,
    room::{ChatPage, ClientMessage, CloseCode, PersonId},
};
use std::{sync::atomic::Ordering, time::Duration};
use tokio::sync::{mpsc, oneshot};

/// Longest time to wait for a closing room before it is opened again.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(15);

/// Directory of rooms. A handle, cheap to clone.
#[derive(Clone)]
pub struct RoomDirectory(Rooms);

/// Place of a room, at the moment that it was asked for.
pub enum Place {
    /// On this node: open, being opened, or being closed.
    Here(RoomHandle),
    /// Open nowhere: its row in the database is all there is.
    Closed(ClosedRoom),
}

/// Handle to a room on this node.
pub struct RoomHandle {
    open: Open,
    rooms: Rooms,
}

/// A room that is open nowhere.
pub struct ClosedRoom {
    rooms: Rooms,
}

/// Outcome of a change of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Made and written.
    Written,
    /// Made, but not confirmed as written.
    NotWritten,
    /// The room is closed or closing: change its row instead.
    Closed,
}

impl RoomDirectory {
    /// Creates a directory of this node's rooms.
    pub fn new(rooms: Rooms) -> Self {
        Self(rooms)
    }

    /// Returns where a room is.
    pub async fn at(&self, room: RoomId) -> Place {
        let rooms = self.0.clone();
        match rooms.find(room) {
            Some(open) => Place::Here(RoomHandle { open, rooms }),
            None => Place::Closed(ClosedRoom { rooms }),
        }
    }

    /// Sends an event to every open room.
    pub async fn tell_all(&self, event: Event) {
        for open in self.0.all() {
            // A closed room has no participants.
            let _ = open.mailbox.send(Command::Event(event.clone())).await;
        }
    }

    /// Joins a room, opening it if it is closed and the joiner may.
    pub async fn enter(&self, room: RoomId, joiner: Joiner, outbox: Outbox) -> Result<ConnectionHandle, CloseCode> {
        let connection = self.0.next_connection();
        let by = joiner.user;
        let mut command = Command::Connect {
            connection,
            joiner,
            outbox,
        };
        for _ in 0..MAX_ATTEMPTS {
            let open = self.0.open(room, by)?;
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
            if !open.is_closed_in_time().await {
                break;
            }
        }
        Err(CloseCode::Restarting)
    }
}

impl Place {
    /// Returns the number of participants, if the room is open.
    pub async fn participants(&self) -> Option<u32> {
        match self {
            Self::Here(room) => Some(room.open.live.participants.load(Ordering::Relaxed)),
            Self::Closed(_) => None,
        }
    }

    /// Returns whether the person is in the room, with an open socket.
    pub async fn is_present(&self, person: &PersonId) -> bool {
        match self {
            Self::Here(room) => room.open.live.is_present(person),
            Self::Closed(_) => false,
        }
    }

    /// Returns whether the person has a seat in the room, even if their connection was lost a moment ago or the server
    /// has restarted since.
    pub async fn is_seated(&self, row: &RoomRecord, person: &PersonId) -> bool {
        match self {
            Self::Here(room) if room.is_loaded() => room.open.live.has(person),
            _ => self.was_open(row) && row.state.seated.contains(person),
        }
    }

    /// Returns whether the person was removed from the room, and is kept out until it closes or its host lets them in
    /// again.
    pub async fn is_removed(&self, row: &RoomRecord, person: &PersonId) -> bool {
        match self {
            Self::Here(room) if room.is_loaded() => room.open.live.is_removed(person),
            _ => self.was_open(row) && row.state.removed.iter().any(|removed| &removed.person == person),
        }
    }

    /// Returns whether the room shows this torrent to the person: it is open, this is its current video, and they were
    /// let in.
    pub async fn shows(&self, person: &PersonId, torrent: InfoHash) -> bool {
        match self {
            Self::Here(room) => room.open.live.shows(person, torrent),
            Self::Closed(_) => false,
        }
    }

    /// Returns whether others than its host can join a room with this row. Not while the room is closing, whatever the
    /// row still says; but if the server is stopping, the room will be back.
    pub async fn is_open_for_all(&self, row: &RoomRecord) -> bool {
        match self {
            Self::Here(room) if !room.open.mailbox.is_closed() => true,
            Self::Here(room) if !room.rooms.context().stop.is_cancelled() => false,
            _ => self.was_open(row),
        }
    }

    /// Sends an event to the room. Returns `false` if it is not open, or closes before the event fits in.
    pub async fn tell(&self, event: Event) -> bool {
        match self {
            Self::Here(room) => room.open.mailbox.send(Command::Event(event)).await.is_ok(),
            Self::Closed(_) => false,
        }
    }

    /// Sends a change to the room and waits until it is written.
    pub async fn change(&self, event: Event) -> Change {
        let Self::Here(room) = self else {
            return Change::Closed;
        };
        let (written, told) = oneshot::channel();
        let command = Command::Change { event, written };
        if room.open.mailbox.send(command).await.is_err() {
            return Change::Closed;
        }
        match tokio::time::timeout(limits::CHANGE_WRITE_TIMEOUT, told).await {
            Ok(Ok(true)) => Change::Written,
            Ok(Err(_)) => Change::Closed,
            Ok(Ok(false)) | Err(_) => Change::NotWritten,
        }
    }

    /// Waits until a closing room is closed and written. Returns immediately if it is not closing.
    pub async fn closed(&self) {
        let Self::Here(room) = self else { return };
        if room.open.mailbox.is_closed() && !room.open.is_closed_in_time().await {
            tracing::warn!(room = %room.open.live.id, "a room takes long to be written down");
        }
    }

    /// Returns a page of an open room's chat; `None` if it has to be read from the database.
    pub async fn messages(&self, range: ChatRange) -> Option<ChatPage> {
        let Self::Here(room) = self else { return None };
        let (reply, page) = oneshot::channel();
        room.open.mailbox.send(Command::Read { range, reply }).await.ok()?;
        page.await.ok()?
    }

    /// Returns whether the room was open when the server stopped. Asked while nobody is back yet, and while the first one
    /// is just joining and the room is still being loaded.
    fn was_open(&self, row: &RoomRecord) -> bool {
        let (Self::Here(RoomHandle { rooms, .. }) | Self::Closed(ClosedRoom { rooms })) = self;
        rooms.context().was_open(row, clock::server_time())
    }
}

impl RoomHandle {
    fn is_loaded(&self) -> bool {
        self.open.live.opening() > 0
    }
}

impl Open {
    /// Waits until the room is closed and written; `false` if that takes too long.
    async fn is_closed_in_time(&self) -> bool {
        tokio::time::timeout(CLOSE_TIMEOUT, self.live.gone.cancelled())
            .await
            .is_ok()
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
    pub async fn tell(&self, message: ClientMessage) -> bool {
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
