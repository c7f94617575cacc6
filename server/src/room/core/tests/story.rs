//! The vocabulary of the stories. A story keeps, for each socket, the view that its page would have, and checks all
//! invariants after every step.

use super::*;
use app::protocol::{InfoHash, RoomId, Source, SourceRequest, UserId};
use std::collections::BTreeMap;

/// The time at which stories begin.
pub const BEGIN: ServerTime = ServerTime(1_000_000);
/// Duration of every video, milliseconds.
pub const FILM_MS: i64 = 600_000;

/// A room and its people.
pub struct Story {
    pub room: Room,
    pub now: ServerTime,
    /// The view of each connected page.
    pub views: BTreeMap<ConnectionId, RoomView>,
    /// The latest socket of each person, by their alias.
    pub sockets: BTreeMap<String, ConnectionId>,
    /// Close codes of closed sockets.
    pub closed: BTreeMap<ConnectionId, CloseCode>,
    /// Effects of the last step.
    pub effects: Vec<Effect>,
    /// Messages that each socket received in the last step.
    pub heard: BTreeMap<ConnectionId, Vec<ServerMessage>>,
    /// All requested writes.
    pub saves: Vec<Save>,
    /// The outcome that the database reports for each message; `None` if it does not answer.
    pub stores: Option<bool>,
    /// True if another participant became the host, who can now read messages of earlier openings.
    pub was_handed_over: bool,
    /// The first message of this opening.
    pub opening_begins: MessageId,
    last_socket: u64,
}

/// Returns the opening of an empty room.
pub fn opening() -> Opening {
    Opening {
        record: RoomRecord {
            id: RoomId([0; 16]),
            code: "kxd47mqz".parse().unwrap(),
            slug: None,
            host_user: user("host"),
            opening: 1,
            beat: BEGIN,
            is_open: false,
            state: RoomState {
                settings: RoomSettings::new("Friday night"),
                host: person("host"),
                host_name: "host".into(),
                playback: Playback::idle(),
                queue: Vec::new(),
                next_item: ItemId(1),
                next_message: MessageId(1),
                moderators: Vec::new(),
                bans: Vec::new(),
                removed: Vec::new(),
                known: Vec::new(),
                seated: Vec::new(),
            },
        },
        messages: Vec::new(),
        messages_go_on: false,
        capacity_limit: 100,
        idle_ms: 4 * 3_600_000,
        seed: 7,
    }
}

pub fn person(name: &str) -> PersonId {
    PersonId(name.to_owned())
}

pub fn user(name: &str) -> UserId {
    let mut bytes = [0; 16];
    for (byte, letter) in bytes.iter_mut().zip(name.bytes()) {
        *byte = letter;
    }
    UserId(bytes)
}

pub fn film(number: u8) -> Found {
    Found {
        source: Source::Torrent {
            info_hash: InfoHash([number; 20]),
            file: 0,
        },
        title: format!("Film {number}"),
    }
}

/// A request for a film, by its torrent.
pub fn request(number: u8) -> SourceRequest {
    SourceRequest::Torrent {
        info_hash: InfoHash([number; 20]),
        file: None,
    }
}

pub fn standing(ping_ms: u32, stalled: bool) -> Standing {
    Standing {
        offset_ms: Some(0),
        ahead_ms: 5_000,
        stalled,
        ping_ms,
    }
}

pub fn say(text: &str) -> ClientMessage {
    ClientMessage::Chat(ChatRequest::Send {
        nonce: 1,
        text: text.into(),
        reply_to: None,
        about_now: false,
    })
}

impl Story {
    pub fn new() -> Self {
        Self::opened(opening())
    }

    pub fn with(change: impl FnOnce(&mut RoomSettings)) -> Self {
        let mut opening = opening();
        change(&mut opening.record.state.settings);
        Self::opened(opening)
    }

    pub fn opened(opening: Opening) -> Self {
        Self::opened_at(BEGIN, opening)
    }

    pub fn opened_at(now: ServerTime, opening: Opening) -> Self {
        let number = opening.record.opening;
        let latest = opening.messages.iter().find(|stored| stored.opening == number);
        let after = opening.messages.last().map_or(0, |stored| stored.message.id.0 + 1);
        let opening_begins = latest.map_or(MessageId(after), |stored| stored.message.id);
        Self {
            room: Room::open(now, opening),
            now,
            views: BTreeMap::new(),
            sockets: BTreeMap::new(),
            closed: BTreeMap::new(),
            effects: Vec::new(),
            heard: BTreeMap::new(),
            saves: Vec::new(),
            stores: Some(true),
            was_handed_over: false,
            opening_begins,
            last_socket: 0,
        }
    }

    /// Connects a guest, or the host if the name is "host".
    pub fn joins(&mut self, name: &str) -> &mut Self {
        let joiner = Joiner {
            person: person(name),
            user: (name == "host").then(|| user(name)),
            name: name.into(),
            tab: Some("tab".into()),
            network: None,
        };
        self.joins_as(name, joiner)
    }

    /// Connects a person with an account.
    pub fn member(&mut self, name: &str) -> &mut Self {
        let joiner = Joiner {
            person: person(name),
            user: Some(user(name)),
            name: name.into(),
            tab: Some("tab".into()),
            network: None,
        };
        self.joins_as(name, joiner)
    }

    /// Connects a person, who is called `alias` in the story.
    pub fn joins_as(&mut self, alias: &str, joiner: Joiner) -> &mut Self {
        self.last_socket += 1;
        let connection = ConnectionId(self.last_socket);
        self.sockets.insert(alias.into(), connection);
        self.happens(Event::Connect { connection, joiner })
    }

    /// Connects several guests, in this order.
    pub fn all_join(&mut self, names: &[&str]) -> &mut Self {
        for name in names {
            self.joins(name);
        }
        self
    }

    /// Loses a connection.
    pub fn vanishes(&mut self, name: &str) -> &mut Self {
        let connection = self.socket(name);
        self.views.remove(&connection);
        self.happens(Event::Disconnect { connection })
    }

    /// Leaves the room.
    pub fn leaves(&mut self, name: &str) -> &mut Self {
        self.does(name, ClientMessage::Room(RoomRequest::Leave))
    }

    /// Sends a message.
    pub fn does(&mut self, name: &str, message: ClientMessage) -> &mut Self {
        let connection = self.socket(name);
        self.happens(Event::Message { connection, message })
    }

    /// Plays a video immediately.
    pub fn loads(&mut self, name: &str, number: u8) -> &mut Self {
        self.adds(name, number, true)
    }

    /// Adds a video to the queue.
    pub fn queues(&mut self, name: &str, number: u8) -> &mut Self {
        self.adds(name, number, false)
    }

    fn adds(&mut self, name: &str, number: u8, play_now: bool) -> &mut Self {
        let found = film(number);
        let addition = Addition {
            source: request(number),
            play_now,
        };
        self.does(name, ClientMessage::Queue(QueueRequest::Add(addition)));
        let is_asked = self
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Resolve { .. }));
        if !is_asked {
            return self;
        }
        let connection = self.socket(name);
        self.happens(Event::Resolved {
            connection,
            found: Ok(found),
            play_now,
        })
    }

    /// Reports that a page can play from the current position.
    pub fn ready(&mut self, name: &str) -> &mut Self {
        let message = ClientMessage::Playback(PlaybackRequest::Ready {
            epoch: self.epoch(),
            duration_ms: Some(FILM_MS),
        });
        self.does(name, message)
    }

    /// Loads a video, reports everyone ready, and waits until it has started.
    pub fn watching(&mut self, name: &str) -> &mut Self {
        self.loads(name, 1);
        self.all_ready();
        self.after(*START_MS.start());
        assert_eq!(self.playback().state, PlaybackState::Playing);
        self
    }

    /// Reports that everyone present is ready.
    pub fn all_ready(&mut self) -> &mut Self {
        let connections: Vec<_> = self.views.keys().copied().collect();
        for connection in connections {
            let message = ClientMessage::Playback(PlaybackRequest::Ready {
                epoch: self.epoch(),
                duration_ms: Some(FILM_MS),
            });
            self.happens(Event::Message { connection, message });
        }
        self
    }

    pub fn plays(&mut self, name: &str) -> &mut Self {
        let epoch = self.epoch();
        self.does(name, ClientMessage::Playback(PlaybackRequest::Play { epoch }))
    }

    pub fn pauses(&mut self, name: &str) -> &mut Self {
        let (epoch, position_ms) = (self.epoch(), self.position());
        self.does(
            name,
            ClientMessage::Playback(PlaybackRequest::Pause { epoch, position_ms }),
        )
    }

    pub fn seeks(&mut self, name: &str, position_ms: i64) -> &mut Self {
        let epoch = self.epoch();
        self.does(
            name,
            ClientMessage::Playback(PlaybackRequest::Seek { epoch, position_ms }),
        )
    }

    pub fn stalls(&mut self, name: &str) -> &mut Self {
        let standing = standing(50, true);
        self.does(name, ClientMessage::Playback(PlaybackRequest::Report { standing }))
    }

    pub fn flows(&mut self, name: &str) -> &mut Self {
        let standing = standing(50, false);
        self.does(name, ClientMessage::Playback(PlaybackRequest::Report { standing }))
    }

    pub fn sets(&mut self, name: &str, change: SettingsChange) -> &mut Self {
        self.does(name, ClientMessage::Settings(change))
    }

    /// Advances the time, firing every timer when it is due.
    pub fn after(&mut self, ms: i64) -> &mut Self {
        let until = self.now.plus(ms);
        while let Some(deadline) = self.room.next_deadline().filter(|deadline| *deadline <= until) {
            self.now = self.now.max(deadline);
            self.step(|room, now| room.handle_timeout(now));
        }
        self.now = until;
        self
    }

    /// Advances the time without firing the timers that are due.
    pub fn oversleeps(&mut self, ms: i64) -> &mut Self {
        self.now = self.now.plus(ms);
        self
    }

    /// Handles an event.
    pub fn happens(&mut self, event: Event) -> &mut Self {
        if matches!(
            &event,
            Event::Message {
                message: ClientMessage::People(PeopleRequest::HandOver { .. }),
                ..
            }
        ) {
            self.was_handed_over = true;
        }
        self.step(|room, now| room.handle(now, event))
    }

    pub fn step(&mut self, act: impl FnOnce(&mut Room, ServerTime) -> Vec<Effect>) -> &mut Self {
        let before = self.room.record(self.now).state.playback;
        let was_empty = self.room.participants() == 0;
        self.effects = act(&mut self.room, self.now);
        self.heard.clear();
        let mut kept = Vec::new();
        for effect in self.effects.clone() {
            self.carry_out(effect, &mut kept);
        }
        let is_empty = self.room.participants() == 0;
        law::check(self, &before, was_empty || is_empty);
        for id in kept {
            if let Some(stored) = self.stores {
                let answer = self.room.handle(self.now, Event::MessageStored { id, stored });
                for effect in answer {
                    self.effects.push(effect.clone());
                    self.carry_out(effect, &mut Vec::new());
                }
            }
        }
        self
    }

    fn carry_out(&mut self, effect: Effect, kept: &mut Vec<MessageId>) {
        match effect {
            Effect::Send { to, message } => self.hear(to, message),
            Effect::Broadcast { message, except } => {
                let all: Vec<_> = self.views.keys().copied().filter(|to| Some(*to) != except).collect();
                for to in all {
                    self.hear(to, message.clone());
                }
            }
            Effect::Close { connection, code } => {
                self.views.remove(&connection);
                assert!(self.closed.insert(connection, code).is_none(), "closed twice");
            }
            Effect::Save(save) => {
                if let Save::Message(message) = &save {
                    kept.push(message.id);
                }
                self.saves.push(save);
            }
            Effect::Resolve { .. } | Effect::SentOut { .. } | Effect::KeepOut { .. } | Effect::Closed { .. } => {}
        }
    }

    fn hear(&mut self, to: ConnectionId, message: ServerMessage) {
        assert!(!self.closed.contains_key(&to), "sent to a closed socket: {message:?}");
        self.heard.entry(to).or_default().push(message.clone());
        match message {
            ServerMessage::Welcome { snapshot } => {
                let view = RoomView::new(*snapshot);
                assert!(self.views.insert(to, view).is_none(), "a second welcome");
            }
            message => {
                let view = self.views.get_mut(&to).expect("sent to somebody without a welcome");
                view.apply(message);
            }
        }
    }

    pub fn socket(&self, name: &str) -> ConnectionId {
        self.sockets[name]
    }

    /// Returns the view of a person's page.
    pub fn view(&self, name: &str) -> &RoomView {
        &self.views[&self.socket(name)]
    }

    /// Returns a person's participant id.
    pub fn seat(&self, name: &str) -> ParticipantId {
        self.view(name).you
    }

    /// Returns the messages that a person received in the last step.
    pub fn hears(&self, name: &str) -> &[ServerMessage] {
        self.heard.get(&self.socket(name)).map_or(&[], Vec::as_slice)
    }

    pub fn playback(&self) -> Playback {
        self.room.record(self.now).state.playback
    }

    pub fn epoch(&self) -> Epoch {
        self.playback().epoch
    }

    pub fn position(&self) -> i64 {
        self.playback().position_at(self.now)
    }

    pub fn settings(&self) -> RoomSettings {
        self.room.record(self.now).state.settings
    }

    /// Asserts that the last step sent exactly this refusal to a person.
    #[track_caller]
    pub fn refused(&mut self, name: &str, reason: Refusal) -> &mut Self {
        let refusals: Vec<_> = self.hears(name).iter().filter_map(refusal).collect();
        assert_eq!(refusals, [reason]);
        self
    }

    /// Asserts that the last step sent no refusal to anyone.
    #[track_caller]
    pub fn accepted(&mut self) -> &mut Self {
        let refusals: Vec<_> = self.heard.values().flatten().filter_map(refusal).collect();
        assert_eq!(refusals, []);
        self
    }

    /// Asserts that a person holds the remote.
    #[track_caller]
    pub fn holder_is(&mut self, name: &str) -> &mut Self {
        let seat = self.seat(name);
        assert_eq!(self.views.values().next().unwrap().remote.holder, Some(seat));
        self
    }

    /// Asserts that a person acts for the host.
    #[track_caller]
    pub fn acting_is(&mut self, name: &str) -> &mut Self {
        let seat = self.seat(name);
        assert_eq!(self.views.values().next().unwrap().acting_host, Some(seat));
        self
    }

    /// Asserts the room's playback state.
    #[track_caller]
    pub fn is(&mut self, state: PlaybackState) -> &mut Self {
        assert_eq!(self.playback().state, state);
        self
    }

    #[track_caller]
    pub fn waits(&mut self) -> &mut Self {
        let state = self.playback().state;
        assert!(matches!(state, PlaybackState::Waiting { .. }), "{state:?}");
        self
    }

    /// Asserts the room's position, milliseconds.
    #[track_caller]
    pub fn at(&mut self, position_ms: i64) -> &mut Self {
        assert_eq!(self.position(), position_ms);
        self
    }

    /// Asserts the code with which a person's socket was closed.
    #[track_caller]
    pub fn closed_with(&mut self, name: &str, code: CloseCode) -> &mut Self {
        assert_eq!(self.closed.get(&self.socket(name)), Some(&code));
        self
    }

    /// Asserts for whom the room waits.
    #[track_caller]
    pub fn waits_for(&mut self, names: &[&str]) -> &mut Self {
        let seats: Vec<_> = names.iter().map(|name| self.seat(name)).collect();
        assert_eq!(self.views.values().next().unwrap().waiting_for, seats);
        self
    }
}

fn refusal(message: &ServerMessage) -> Option<Refusal> {
    match message {
        ServerMessage::Refused { reason, .. } => Some(*reason),
        _ => None,
    }
}
