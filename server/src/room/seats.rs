//! Who is in a room.

use super::{
    bounds::AWAY_MS,
    event::{ConnectionId, Joiner},
    rate::Buckets,
    text::Look,
};
use app::protocol::room::*;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// One participant's place in a room.
#[derive(Debug)]
pub struct Seat {
    /// Its number.
    pub id: ParticipantId,
    /// Whose it is.
    pub person: PersonId,
    /// Their account.
    pub user: Option<Uuid>,
    /// What tells their tabs apart.
    pub tab: Option<String>,
    /// What they wanted to be called when they came in.
    pub asked_name: String,
    /// What they are called.
    pub name: String,
    /// What that looks like.
    pub look: Look,
    /// What they may do.
    pub rank: Rank,
    /// When they came.
    pub joined_at: ServerTime,
    /// Where they are connected.
    pub presence: Presence,
    /// How much they may still say.
    pub buckets: Buckets,
    /// How playback is for them, of the present video.
    pub standing: Option<Standing>,
    /// Whether that is still to be told.
    pub standing_is_new: bool,
    /// How long the way to their page and back takes, as it told last, milliseconds.
    pub ping_ms: u32,
    /// Whether they have been in step since they connected. Nobody waits for those who have not: they come in late.
    pub was_in_step: bool,
    /// The present video's length, as their page has told.
    pub duration_ms: Option<i64>,
    /// Whether they write.
    pub typing: bool,
    /// Which list of bans they have been told; 0 is none.
    pub bans_told: u64,
}

/// Whether a seat's participant is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// By this socket.
    Here(ConnectionId),
    /// Not since then.
    Away(ServerTime),
}

impl Seat {
    /// Its socket, if there is one.
    pub fn connection(&self) -> Option<ConnectionId> {
        match self.presence {
            Presence::Here(connection) => Some(connection),
            Presence::Away(_) => None,
        }
    }

    /// Whether its connection is lost.
    pub fn is_away(&self) -> bool {
        matches!(self.presence, Presence::Away(_))
    }

    /// As the others see them.
    pub fn participant(&self) -> Participant {
        Participant {
            id: self.id,
            person: self.person.clone(),
            name: self.name.clone(),
            rank: self.rank,
            joined_at: self.joined_at,
            away: self.is_away(),
        }
    }
}

/// All seats of a room, in the order in which they were taken.
#[derive(Debug, Default)]
pub struct Seats {
    by_id: BTreeMap<ParticipantId, Seat>,
    by_connection: HashMap<ConnectionId, ParticipantId>,
    away: usize,
    last: u32,
}

impl Seats {
    /// How many, those of lost connections included.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// How many are connected.
    pub fn present(&self) -> usize {
        self.by_id.len() - self.away
    }

    /// All, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Seat> {
        self.by_id.values()
    }

    /// All, oldest first, to be changed. Presence and tab are changed by [`Self::go_away`] and [`Self::come_back`] only.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Seat> {
        self.by_id.values_mut()
    }

    /// One.
    pub fn get(&self, id: ParticipantId) -> Option<&Seat> {
        self.by_id.get(&id)
    }

    /// One, to be changed.
    pub fn get_mut(&mut self, id: ParticipantId) -> Option<&mut Seat> {
        self.by_id.get_mut(&id)
    }

    /// Whose socket that is.
    pub fn at(&self, connection: ConnectionId) -> Option<&Seat> {
        self.by_connection.get(&connection).and_then(|id| self.by_id.get(id))
    }

    /// The same, to be changed.
    pub fn at_mut(&mut self, connection: ConnectionId) -> Option<&mut Seat> {
        self.by_connection
            .get(&connection)
            .and_then(|id| self.by_id.get_mut(id))
    }

    /// All seats of a person.
    pub fn of<'a>(&'a self, person: &'a PersonId) -> impl Iterator<Item = &'a Seat> {
        self.by_id.values().filter(move |seat| &seat.person == person)
    }

    /// The seat that somebody who comes in had before: that of their tab, or one that is away where tabs are not told.
    pub fn of_tab(&self, joiner: &Joiner) -> Option<ParticipantId> {
        self.of(&joiner.person)
            .find(|seat| seat.tab == joiner.tab && (joiner.tab.is_some() || seat.is_away()))
            .map(|seat| seat.id)
    }

    /// Gives somebody a seat.
    pub fn add(
        &mut self,
        now: ServerTime,
        connection: ConnectionId,
        joiner: Joiner,
        name: String,
        rank: Rank,
    ) -> &Seat {
        self.last += 1;
        let id = ParticipantId(self.last);
        let seat = Seat {
            id,
            person: joiner.person,
            user: joiner.user,
            tab: joiner.tab,
            asked_name: joiner.name,
            look: Look::of(&name),
            name,
            rank,
            joined_at: now,
            presence: Presence::Here(connection),
            buckets: Buckets::default(),
            standing: None,
            standing_is_new: false,
            ping_ms: 0,
            was_in_step: false,
            duration_ms: None,
            typing: false,
            bans_told: 0,
        };
        self.by_connection.insert(connection, id);
        self.by_id.entry(id).or_insert(seat)
    }

    /// Takes a seat away.
    pub fn remove(&mut self, id: ParticipantId) -> Option<Seat> {
        let seat = self.by_id.remove(&id)?;
        match seat.presence {
            Presence::Here(connection) => {
                self.by_connection.remove(&connection);
            }
            Presence::Away(_) => self.away -= 1,
        }
        Some(seat)
    }

    /// Takes all away.
    pub fn clear(&mut self) {
        self.by_id.clear();
        self.by_connection.clear();
        self.away = 0;
    }

    /// A connection is lost.
    pub fn go_away(&mut self, now: ServerTime, connection: ConnectionId) -> Option<&mut Seat> {
        let id = self.by_connection.remove(&connection)?;
        let seat = self.by_id.get_mut(&id)?;
        seat.presence = Presence::Away(now);
        self.away += 1;
        Some(seat)
    }

    /// Somebody is connected again. Tells how the seat was before.
    pub fn come_back(&mut self, id: ParticipantId, connection: ConnectionId) -> Option<Presence> {
        let seat = self.by_id.get_mut(&id)?;
        let before = std::mem::replace(&mut seat.presence, Presence::Here(connection));
        seat.was_in_step = false;
        match before {
            Presence::Here(old) => {
                self.by_connection.remove(&old);
            }
            Presence::Away(_) => self.away -= 1,
        }
        self.by_connection.insert(connection, id);
        Some(before)
    }

    /// Seats that nobody came back to.
    pub fn lost(&self, now: ServerTime) -> Vec<ParticipantId> {
        let is_lost = |seat: &&Seat| matches!(seat.presence, Presence::Away(since) if now >= since.plus(AWAY_MS));
        self.iter().filter(is_lost).map(|seat| seat.id).collect()
    }

    /// When the next seat is lost.
    pub fn next_lost(&self) -> Option<ServerTime> {
        if self.away == 0 {
            return None;
        }
        let lost_at = |seat: &Seat| match seat.presence {
            Presence::Away(since) => Some(since.plus(AWAY_MS)),
            Presence::Here(_) => None,
        };
        self.iter().filter_map(lost_at).min()
    }

    /// Whoever acts for the host: the host, when there, else the oldest moderator, else the oldest of all. Those who
    /// are away only where nobody of their rank is there.
    pub fn acting_host(&self) -> Option<ParticipantId> {
        self.iter()
            .max_by_key(|seat| (seat.rank.max(Rank::Member), !seat.is_away(), std::cmp::Reverse(seat.id)))
            .map(|seat| seat.id)
    }

    /// A name that nobody else in the room goes by: the wished one, or with a number after it.
    pub fn free_name(&self, wish: &str, person: &PersonId) -> String {
        let look = Look::of(wish);
        let mut others = self.iter().filter(|seat| &seat.person != person);
        if !others.any(|seat| seat.look.is_like(&look)) {
            return wish.to_owned();
        }
        self.another_name(wish)
    }

    /// A name with a number after it that nobody in the room goes by.
    pub fn another_name(&self, wish: &str) -> String {
        let is_taken = |name: &str| {
            let look = Look::of(name);
            self.iter().any(|seat| seat.look.is_like(&look))
        };
        let numbered = |number: usize| {
            let end = format!(" {number}");
            let most = NAME_CHARS - end.len();
            let start: String = wish.chars().take(most).collect();
            format!("{}{end}", start.trim_end())
        };
        (2..=self.len() + 2)
            .map(numbered)
            .find(|name| !is_taken(name))
            .unwrap_or_else(|| wish.to_owned())
    }

    /// The slowest ping that anybody present has told, milliseconds.
    pub fn slowest_ping_ms(&self) -> i64 {
        let present = self.iter().filter(|seat| !seat.is_away());
        present.map(|seat| i64::from(seat.ping_ms)).max().unwrap_or(0)
    }
}
