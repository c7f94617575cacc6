//! The task of a room. It owns the core, feeds it events and carries out its effects in order. It awaits nothing but
//! its mailbox, other events and its deadline.

use super::{
    context::{LoadOutcome, RoomContext},
    live::RoomStatus,
    outbox::{Outbox, encode},
    writer::{WriteNotifier, Writer},
};
use crate::{
    clock,
    db::{ChatRange, ChatWrite},
    room::core::{ConnectionId, Effect, Event, Joiner, Room, Save, bounds::MAILBOX},
    torrent::CallerKey,
};
use app::protocol::{InfoHash, UserId, room::*};
use metrics::counter;
use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tracing::{Instrument, info, warn};

/// Minimum interval between writes of the room's record, milliseconds; also the longest period that a crash can lose.
const RECORD_INTERVAL_MS: i64 = 500;

/// Longest time that a closing room may take to write what is pending.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(10);

/// Maximum number of concurrent torrent lookups of one room; each may wait for a swarm.
const MAX_LOOKUPS: usize = 8;

/// Capacity of the channel for results of the writer and the lookups. Separate from the mailbox, so that a flood does
/// not delay them.
const RESULTS_CAPACITY: usize = 256;

/// Maximum number of commands taken from the mailbox at once.
const COMMAND_BATCH: usize = 64;

/// A command to a room's task.
#[derive(Debug)]
pub enum Command {
    /// A socket with a valid ticket joins.
    Connect {
        /// The socket.
        connection: ConnectionId,
        /// Its owner.
        joiner: Joiner,
        /// Its send queue.
        outbox: Outbox,
    },
    /// Reads the chat from outside.
    Read {
        /// The messages to read.
        range: ChatRange,
        /// Receives the page, or `None` if the room does not hold it.
        reply: oneshot::Sender<Option<ChatPage>>,
    },
    /// A change from outside whose write has to be confirmed.
    Change {
        /// The change.
        event: Event,
        /// Receives the outcome of the write. Dropped if the room closes.
        written: WriteNotifier,
    },
    /// Any other event.
    Event(Event),
}

/// Creates a room's mailbox.
pub fn mailbox() -> (mpsc::Sender<Command>, mpsc::Receiver<Command>) {
    mpsc::channel(MAILBOX)
}

/// A connected socket.
struct Seat {
    outbox: Outbox,
    person: PersonId,
    user: Option<UserId>,
    /// True once it was sent its `Welcome`. Broadcasts skip it before.
    is_welcome: bool,
}

struct Task {
    around: RoomContext,
    live: Arc<RoomStatus>,
    room: Room,
    mailbox: mpsc::Receiver<Command>,
    told: mpsc::Receiver<Event>,
    tell: mpsc::Sender<Event>,
    writer: Writer,
    looking_up: Arc<Semaphore>,
    seats: HashMap<ConnectionId, Seat>,
    /// Events that follow from the effects just carried out.
    next: Vec<Event>,
    record_due: Option<ServerTime>,
    recorded_at: ServerTime,
    /// The torrent that the room plays.
    playing: Option<InfoHash>,
    is_closed: bool,
    is_ended: bool,
}

/// Opens a room for an account and runs it until it is closed. If it cannot be opened, the waiting sockets are closed
/// with the reason.
pub async fn run(around: RoomContext, live: Arc<RoomStatus>, by: Option<UserId>, mut mailbox: mpsc::Receiver<Command>) {
    let span = tracing::info_span!("room", id = %live.id);
    async {
        let opening = match around.load(&live, by).await {
            Ok(LoadOutcome::Opened(opening)) => opening,
            Ok(LoadOutcome::Unknown) => return turn_away(&mut mailbox, |_| CloseCode::NoSuchRoom),
            Ok(LoadOutcome::Closed(host)) => {
                return turn_away(&mut mailbox, |joiner| match joiner.user == Some(host) {
                    // Just too late to open it: the page tries again, and opens it then.
                    true => CloseCode::Restarting,
                    false => CloseCode::NoSuchRoom,
                });
            }
            Err(error) => {
                warn!(%error, "a room could not be opened");
                return turn_away(&mut mailbox, |_| CloseCode::Restarting);
            }
        };
        let (tell, told) = mpsc::channel(RESULTS_CAPACITY);
        let now = clock::server_time();
        let video = opening
            .record
            .state
            .playback
            .video()
            .and_then(|video| video.source.torrent());
        let mut task = Task {
            writer: Writer::start(live.id, around.db.clone(), tell.clone()),
            around,
            live,
            room: Room::open(now, *opening),
            mailbox,
            told,
            tell,
            looking_up: Arc::new(Semaphore::new(MAX_LOOKUPS)),
            seats: HashMap::new(),
            next: Vec::new(),
            record_due: None,
            recorded_at: ServerTime::default(),
            playing: None,
            is_closed: false,
            is_ended: false,
        };
        info!("opened");
        task.look_at(video);
        task.follow_events().await;
        task.close().await;
    }
    .instrument(span)
    .await;
}

/// Closes the mailbox and all sockets waiting in it.
fn turn_away(mailbox: &mut mpsc::Receiver<Command>, code: impl Fn(&Joiner) -> CloseCode) {
    mailbox.close();
    while let Ok(command) = mailbox.try_recv() {
        if let Command::Connect { outbox, joiner, .. } = command {
            outbox.close(code(&joiner));
        }
    }
}

impl Task {
    async fn follow_events(&mut self) {
        let stop = self.around.stop.clone();
        let mut commands = Vec::with_capacity(COMMAND_BATCH);
        while !self.is_closed {
            let due = self.next_deadline();
            let sleep = async {
                match due {
                    Some(due) => tokio::time::sleep_until(clock::instant_of(due).into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => {
                    self.take_in(Event::Stopping);
                    return;
                }
                () = sleep => self.do_what_is_due(),
                Some(event) = self.told.recv() => self.take_in(event),
                _ = self.mailbox.recv_many(&mut commands, COMMAND_BATCH) => {
                    for command in commands.drain(..) {
                        self.follow(command);
                    }
                }
            }
        }
    }

    fn next_deadline(&self) -> Option<ServerTime> {
        match (self.room.next_deadline(), self.record_due) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    fn do_what_is_due(&mut self) {
        let now = clock::server_time();
        if self.room.next_deadline().is_some_and(|due| due <= now) {
            let effects = self.room.handle_timeout(now);
            self.carry_out(now, effects);
        }
        if self.record_due.is_some_and(|due| due <= now) {
            self.write_record(now);
        }
    }

    fn write_record(&mut self, now: ServerTime) {
        self.record_due = None;
        self.recorded_at = now;
        self.writer.record(self.room.record(now));
    }

    fn follow(&mut self, command: Command) {
        if self.is_closed {
            return self.answer_too_late(command);
        }
        match command {
            Command::Event(event) => self.take_in(event),
            Command::Change { event, written } => {
                self.take_in(event);
                self.write_record(clock::server_time());
                self.writer.tell(written);
            }
            Command::Read { range, reply } => {
                let page = self
                    .room
                    .messages(range.opening.is_none(), range.before, range.limit as usize);
                // The caller may be gone.
                let _ = reply.send(page);
            }
            Command::Connect {
                connection,
                joiner,
                outbox,
            } => {
                let seat = Seat {
                    outbox,
                    person: joiner.person.clone(),
                    user: joiner.user,
                    is_welcome: false,
                };
                self.seats.insert(connection, seat);
                self.take_in(Event::Connect { connection, joiner });
            }
        }
    }

    /// Handles an event and the events that follow from it: sockets that were too slow, messages that could not be stored.
    fn take_in(&mut self, event: Event) {
        let now = clock::server_time();
        match &event {
            Event::Message { .. } => counter!("matinee_room_messages_in_total").increment(1),
            Event::Disconnect { connection } => {
                self.leave(*connection);
            }
            _ => {}
        }
        let effects = self.room.handle(now, event);
        self.carry_out(now, effects);
        self.live
            .participants
            .store(self.room.participants() as u32, Ordering::Relaxed);
    }

    fn carry_out(&mut self, now: ServerTime, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send { to, message } => self.send(to, &message),
                Effect::Broadcast { message, except } => self.broadcast(&message, except),
                Effect::Close { connection, code } => {
                    if let Some(seat) = self.leave(connection) {
                        seat.outbox.close(code);
                    }
                }
                Effect::SentOut { person } => self.live.send_out(&person),
                Effect::KeepOut { person, out } => self.live.keep_out(person, out),
                Effect::Save(save) => self.save(now, save),
                Effect::Resolve { connection, addition } => self.look_up(connection, addition),
                Effect::Closed { ended } => {
                    self.is_closed = true;
                    self.is_ended = ended;
                }
            }
        }
        while let Some(event) = self.next.pop() {
            let effects = self.room.handle(now, event);
            self.carry_out(now, effects);
        }
    }

    fn send(&mut self, to: ConnectionId, message: &ServerMessage) {
        let Some(seat) = self.seats.get_mut(&to) else { return };
        let Some(text) = encode(message) else { return };
        counter!("matinee_room_messages_out_total").increment(1);
        if matches!(message, ServerMessage::Welcome { .. }) && !seat.is_welcome {
            seat.is_welcome = true;
            self.live.come(&seat.person);
            if let Some(user) = seat.user {
                // Lists the room among the account's rooms. Best effort.
                self.writer.chat(ChatWrite::Joined(user, clock::server_time()));
            }
        }
        if seat.outbox.send(text).is_err() {
            self.cut(to);
        }
    }

    fn broadcast(&mut self, message: &ServerMessage, except: Option<ConnectionId>) {
        if let ServerMessage::Playback(PlaybackUpdate::Changed { playback, .. }) = message {
            self.look_at(playback.video().and_then(|video| video.source.torrent()));
        }
        let Some(text) = encode(message) else { return };
        let (mut sent, mut slow) = (0, Vec::new());
        for (connection, seat) in &self.seats {
            if Some(*connection) == except || !seat.is_welcome {
                continue;
            }
            sent += 1;
            if seat.outbox.send(text.clone()).is_err() {
                slow.push(*connection);
            }
        }
        counter!("matinee_room_messages_out_total").increment(sent);
        for connection in slow {
            self.cut(connection);
        }
    }

    /// Disconnects a socket that does not keep up. Its page comes back to a fresh snapshot.
    fn cut(&mut self, connection: ConnectionId) {
        if self.leave(connection).is_some() {
            counter!("matinee_room_slow_total").increment(1);
            self.next.push(Event::Disconnect { connection });
        }
    }

    fn leave(&mut self, connection: ConnectionId) -> Option<Seat> {
        let seat = self.seats.remove(&connection)?;
        if seat.is_welcome {
            self.live.go(&seat.person);
        }
        Some(seat)
    }

    fn save(&mut self, now: ServerTime, save: Save) {
        let write = match save {
            Save::Record => {
                let earliest = self.recorded_at.plus(RECORD_INTERVAL_MS).max(now);
                self.record_due.get_or_insert(earliest);
                return;
            }
            Save::Message(message) => ChatWrite::Say(self.live.opening(), message),
            Save::Edit { id, text } => ChatWrite::Edit(id, text),
            Save::Delete { id } => ChatWrite::Delete(id),
            Save::React {
                id,
                person,
                emoji,
                on: true,
            } => ChatWrite::React(id, person, emoji, now),
            Save::React { id, person, emoji, .. } => ChatWrite::Unreact(id, person, emoji),
            Save::ClearChat => ChatWrite::Clear,
        };
        let said = match &write {
            ChatWrite::Say(_, message) => Some(message.id),
            _ => None,
        };
        if !self.writer.chat(write) {
            match said {
                Some(id) => self.next.push(Event::MessageStored { id, stored: false }),
                None => warn!("a change of the chat could not be kept: the database is away for too long"),
            }
        }
    }

    fn look_up(&mut self, connection: ConnectionId, addition: Addition) {
        let play_now = addition.play_now;
        let resolved = move |found| Event::Resolved {
            connection,
            found,
            play_now,
        };
        let Ok(permit) = self.looking_up.clone().try_acquire_owned() else {
            return self.next.push(resolved(Err(Refusal::TooFast)));
        };
        let (catalogue, tell) = (self.around.catalogue.clone(), self.tell.clone());
        // No room is left to tell once the server stops.
        self.around.tasks.spawn_until_stop("look-up", async move {
            let found = catalogue.find(&addition).await;
            drop(permit);
            // The room may be closed by now.
            let _ = tell.send(resolved(found)).await;
        });
    }

    /// Sets the torrent that the room plays, which is kept on disk, and downloaded if need be.
    fn look_at(&mut self, torrent: Option<InfoHash>) {
        if torrent == self.playing {
            return;
        }
        self.playing = torrent;
        self.live.play(torrent);
        self.around.torrents.keep(self.live.id, torrent);
        let Some(info_hash) = torrent else { return };
        let catalogue = self.around.catalogue.clone();
        self.around.tasks.spawn_until_stop("torrent start", async move {
            if let Err(error) = catalogue.start(info_hash, CallerKey::house()).await {
                warn!(torrent = %info_hash, %error, "a room's torrent could not be started");
            }
        });
    }

    /// Answers a command that arrives after the room has closed.
    fn answer_too_late(&mut self, command: Command) {
        let code = if self.is_ended {
            CloseCode::NoSuchRoom
        } else {
            CloseCode::Restarting
        };
        match command {
            Command::Connect { outbox, .. } => outbox.close(code),
            // After the writes that are still pending.
            Command::Change {
                event: Event::ChatCleared,
                ..
            } => self.save(clock::server_time(), Save::ClearChat),
            // The caller tries again, with the row.
            Command::Change { .. } | Command::Event(_) | Command::Read { .. } => {}
        }
    }

    async fn close(mut self) {
        self.mailbox.close();
        let record = self.room.record(clock::server_time());
        while let Ok(command) = self.mailbox.try_recv() {
            self.answer_too_late(command);
        }
        self.look_at(None);
        self.live.participants.store(0, Ordering::Relaxed);
        // Nothing receives from these any more; the writer must not wait for them.
        drop((self.told, self.tell));
        if self.is_ended {
            self.writer.end(record);
        } else {
            self.writer.record(record);
        }
        self.writer.finish(FLUSH_TIMEOUT).await;
        info!("closed");
    }
}
