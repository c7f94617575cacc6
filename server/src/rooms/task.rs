//! One task a room: it owns the room, takes in what happens and carries out what the core wants, in order. It awaits
//! nothing but its mailbox and its deadline.

use super::{
    live::Live,
    outbox::{Outbox, encode},
    registry::{Loaded, Surroundings},
    writer::Writer,
};
use crate::{
    clock,
    db::{ChatRange, ChatWrite},
    room::{ConnectionId, Effect, Event, Joiner, Room, RoomRecord, Save, bounds::MAILBOX},
};
use app::protocol::{InfoHash, room::*};
use metrics::counter;
use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tracing::{Instrument, info, warn};
use uuid::Uuid;

/// The room is written down at most this often, milliseconds: what a crash takes with it.
const RECORD_MS: i64 = 500;

/// How long a closing room's last words may take to be written.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Torrents that one room looks up at once; each may wait for a swarm.
const LOOK_UPS: usize = 8;

/// What the writer and the look-ups have to say, beside the mailbox: a flood does not keep it waiting.
const TOLD: usize = 256;

/// Events that are taken from the mailbox at once.
const AT_ONCE: usize = 64;

/// What is said to a room's task.
#[derive(Debug)]
pub enum Command {
    /// A socket with a good ticket.
    Connect {
        /// Which.
        connection: ConnectionId,
        /// Whose.
        joiner: Joiner,
        /// What it is told.
        outbox: Outbox,
    },
    /// Somebody outside reads what was said.
    Read {
        /// Which messages.
        range: ChatRange,
        /// Where the page goes, if the room holds it.
        reply: oneshot::Sender<Option<ChatPage>>,
    },
    /// Anything else.
    Event(Event),
}

/// A room's mailbox.
pub fn mailbox() -> (mpsc::Sender<Command>, mpsc::Receiver<Command>) {
    mpsc::channel(MAILBOX)
}

/// A socket in the room.
struct Seat {
    outbox: Outbox,
    person: PersonId,
    user: Option<Uuid>,
    /// Whether it was sent its `Welcome`, before which it hears nothing.
    is_welcome: bool,
}

struct Task {
    around: Surroundings,
    live: Arc<Live>,
    room: Room,
    mailbox: mpsc::Receiver<Command>,
    told: mpsc::Receiver<Event>,
    tell: mpsc::Sender<Event>,
    writer: Writer,
    looking_up: Arc<Semaphore>,
    seats: HashMap<ConnectionId, Seat>,
    /// What follows from what was just carried out.
    next: Vec<Event>,
    record_due: Option<ServerTime>,
    recorded_at: ServerTime,
    /// Which torrent the room looks at.
    playing: Option<InfoHash>,
    is_closed: bool,
    is_ended: bool,
}

/// Opens the room for an account and runs it until it is closed. Whoever knocked in vain is told so.
pub async fn run(around: Surroundings, live: Arc<Live>, by: Option<Uuid>, mut mailbox: mpsc::Receiver<Command>) {
    let span = tracing::info_span!("room", id = %live.id);
    async {
        let opening = match around.load(&live, by).await {
            Ok(Loaded::Opened(opening)) => opening,
            Ok(Loaded::Unknown) => return turn_away(&mut mailbox, |_| CloseCode::NoSuchRoom),
            Ok(Loaded::Closed(host)) => {
                return turn_away(&mut mailbox, |joiner| match joiner.user == Some(host) {
                    // Just a moment too late: the page tries again, and opens it.
                    true => CloseCode::Restarting,
                    false => CloseCode::NoSuchRoom,
                });
            }
            Err(error) => {
                warn!(%error, "a room could not be opened");
                return turn_away(&mut mailbox, |_| CloseCode::Restarting);
            }
        };
        let (tell, told) = mpsc::channel(TOLD);
        let now = clock::server_time();
        let video = opening
            .record
            .state
            .playback
            .video
            .as_ref()
            .map(|video| video.info_hash);
        let mut task = Task {
            writer: Writer::start(live.id, around.db.clone(), tell.clone()),
            around,
            live,
            room: Room::open(now, *opening),
            mailbox,
            told,
            tell,
            looking_up: Arc::new(Semaphore::new(LOOK_UPS)),
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

/// Closes whatever still comes in.
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
        let mut commands = Vec::with_capacity(AT_ONCE);
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
                _ = self.mailbox.recv_many(&mut commands, AT_ONCE) => {
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
            self.record_due = None;
            self.recorded_at = now;
            self.writer.record(self.room.record(now));
        }
    }

    fn follow(&mut self, command: Command) {
        if self.is_closed {
            return self.answer_too_late(command);
        }
        match command {
            Command::Event(event) => self.take_in(event),
            Command::Read { range, reply } => {
                let page = self
                    .room
                    .messages(range.opening.is_none(), range.before, range.limit as usize);
                // Whoever asked may be gone.
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

    /// One event, and whatever follows from it at once: sockets that were too slow, messages that could not be kept.
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
                // Whoever has been here finds the room again; not worth a word if it cannot be noted.
                self.writer.chat(ChatWrite::Joined(user, clock::server_time()));
            }
        }
        if seat.outbox.send(text).is_err() {
            self.cut(to);
        }
    }

    fn broadcast(&mut self, message: &ServerMessage, except: Option<ConnectionId>) {
        if let ServerMessage::Playback { playback, .. } = message {
            self.look_at(playback.video.as_ref().map(|video| video.info_hash));
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

    /// Somebody's network does not keep up: they go, and come back to a fresh picture.
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
                let earliest = self.recorded_at.plus(RECORD_MS).max(now);
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
        tokio::spawn(async move {
            let found = catalogue.find(&addition).await;
            drop(permit);
            // The room may be closed by now.
            let _ = tell.send(resolved(found)).await;
        });
    }

    /// What the room looks at is kept on the disk, and brought there if it is not.
    fn look_at(&mut self, torrent: Option<InfoHash>) {
        if torrent == self.playing {
            return;
        }
        self.playing = torrent;
        self.live.play(torrent);
        self.around.torrents.keep(self.live.id, torrent);
        let Some(info_hash) = torrent else { return };
        let catalogue = self.around.catalogue.clone();
        tokio::spawn(async move {
            if let Err(error) = catalogue.start(info_hash).await {
                warn!(torrent = %info_hash, %error, "a room's torrent could not be started");
            }
        });
    }

    /// Whatever came after the end.
    fn answer_too_late(&mut self, command: Command) {
        let code = if self.is_ended {
            CloseCode::NoSuchRoom
        } else {
            CloseCode::Restarting
        };
        match command {
            Command::Connect { outbox, .. } => outbox.close(code),
            // Behind what is still to be written.
            Command::Event(Event::ChatCleared) => self.save(clock::server_time(), Save::ClearChat),
            Command::Event(_) | Command::Read { .. } => {}
        }
    }

    async fn close(mut self) {
        self.mailbox.close();
        let mut record = self.room.record(clock::server_time());
        while let Ok(command) = self.mailbox.try_recv() {
            change_late(&mut record, &command);
            self.answer_too_late(command);
        }
        self.look_at(None);
        self.live.participants.store(0, Ordering::Relaxed);
        // Nobody listens any more: the writer must not wait for us.
        drop((self.told, self.tell));
        if self.is_ended {
            self.writer.end(record);
        } else {
            self.writer.record(record);
        }
        self.writer.finish(LAST_WORDS).await;
        info!("closed");
    }
}

/// A change that came over REST while the room closed counts nevertheless.
fn change_late(record: &mut RoomRecord, command: &Command) {
    if let Command::Event(Event::Configured {
        change,
        has_password,
        slug,
    }) = command
    {
        change.apply(&mut record.state.settings);
        record.state.settings.has_password = *has_password;
        record.slug.clone_from(slug);
    }
}
