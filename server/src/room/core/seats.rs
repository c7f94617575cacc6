//! The seats of a room: who is in it, and on which connection.

use super::{
    bounds::SEAT_TIMEOUT_MS,
    event::{ConnectionId, Joiner, Network},
    rate::Buckets,
    text::NameSkeleton,
};
use app::protocol::{UserId, room::*};
use std::collections::{BTreeMap, HashMap};

/// A participant's seat.
#[derive(Debug)]
pub struct Seat {
    /// The participant's id.
    pub id: ParticipantId,
    /// The person's identity in this room.
    pub person: PersonId,
    /// Their account; `None` for a guest.
    pub user: Option<UserId>,
    /// Distinguishes the person's tabs.
    pub tab: Option<String>,
    /// The network that a guest last came from.
    pub network: Option<Network>,
    /// The name that they asked for when they joined.
    pub asked_name: String,
    /// Their name.
    pub name: String,
    /// The appearance of the name, for comparison with others.
    pub look: NameSkeleton,
    /// Their rank.
    pub rank: Rank,
    /// Time of joining.
    pub joined_at: ServerTime,
    /// Connection state.
    pub presence: Presence,
    /// Rate limits.
    pub buckets: Buckets,
    /// Latest playback report, for the current video.
    pub standing: Option<Standing>,
    /// True if [`Self::standing`] is still to be broadcast.
    pub standing_is_new: bool,
    /// Round-trip time to the page as it last reported it, milliseconds.
    pub ping_ms: u32,
    /// True if they have been in step since they connected. The room does not wait for those who have not: they are
    /// late joiners.
    pub was_in_step: bool,
    /// Duration of the current video as reported by their page.
    pub duration_ms: Option<i64>,
    /// True if they are typing.
    pub typing: bool,
    /// The version of the list of bans that was sent to them; 0 is none.
    pub bans_told: u64,
}

/// Connection state of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Connected by this socket.
    Here(ConnectionId),
    /// Disconnected since then.
    Away(ServerTime),
}

impl Seat {
    /// Returns the seat's socket, if it is connected.
    pub fn connection(&self) -> Option<ConnectionId> {
        match self.presence {
            Presence::Here(connection) => Some(connection),
            Presence::Away(_) => None,
        }
    }

    /// Returns whether the connection is lost.
    pub fn is_away(&self) -> bool {
        matches!(self.presence, Presence::Away(_))
    }

    /// Returns the public view of the seat.
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
    /// Returns the number of seats, those of lost connections included.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Returns whether there are no seats.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Returns the number of connected seats.
    pub fn present(&self) -> usize {
        self.by_id.len() - self.away
    }

    /// Iterates over the seats, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Seat> {
        self.by_id.values()
    }

    /// Iterates mutably over the seats, oldest first. Change presence only by [`Self::go_away`] and [`Self::come_back`].
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Seat> {
        self.by_id.values_mut()
    }

    /// Returns a seat.
    pub fn get(&self, id: ParticipantId) -> Option<&Seat> {
        self.by_id.get(&id)
    }

    /// Returns a seat for modification.
    pub fn get_mut(&mut self, id: ParticipantId) -> Option<&mut Seat> {
        self.by_id.get_mut(&id)
    }

    /// Returns the seat of a socket.
    pub fn at(&self, connection: ConnectionId) -> Option<&Seat> {
        self.by_connection.get(&connection).and_then(|id| self.by_id.get(id))
    }

    /// Returns the seat of a socket for modification.
    pub fn at_mut(&mut self, connection: ConnectionId) -> Option<&mut Seat> {
        self.by_connection
            .get(&connection)
            .and_then(|id| self.by_id.get_mut(id))
    }

    /// Returns all seats of a person.
    pub fn of<'a>(&'a self, person: &'a PersonId) -> impl Iterator<Item = &'a Seat> {
        self.by_id.values().filter(move |seat| &seat.person == person)
    }

    /// Returns the seat that a joining person had before: that of their tab, or a disconnected one if the tab is not known.
    pub fn of_tab(&self, joiner: &Joiner) -> Option<ParticipantId> {
        self.of(&joiner.person)
            .find(|seat| seat.tab == joiner.tab && (joiner.tab.is_some() || seat.is_away()))
            .map(|seat| seat.id)
    }

    /// Adds a seat.
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
            network: joiner.network,
            asked_name: joiner.name,
            look: NameSkeleton::of(&name),
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

    /// Removes a seat.
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

    /// Removes all seats.
    pub fn clear(&mut self) {
        self.by_id.clear();
        self.by_connection.clear();
        self.away = 0;
    }

    /// Marks the seat of a lost connection as away.
    pub fn go_away(&mut self, now: ServerTime, connection: ConnectionId) -> Option<&mut Seat> {
        let id = self.by_connection.remove(&connection)?;
        let seat = self.by_id.get_mut(&id)?;
        seat.presence = Presence::Away(now);
        self.away += 1;
        Some(seat)
    }

    /// Connects a seat to a new socket. Returns its previous state.
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

    /// Returns the seats that were away for longer than [`SEAT_TIMEOUT_MS`].
    pub fn lost(&self, now: ServerTime) -> Vec<ParticipantId> {
        let is_lost =
            |seat: &&Seat| matches!(seat.presence, Presence::Away(since) if now >= since.plus(SEAT_TIMEOUT_MS));
        self.iter().filter(is_lost).map(|seat| seat.id).collect()
    }

    /// Returns the instant at which the next seat is lost.
    pub fn next_lost(&self) -> Option<ServerTime> {
        if self.away == 0 {
            return None;
        }
        let lost_at = |seat: &Seat| match seat.presence {
            Presence::Away(since) => Some(since.plus(SEAT_TIMEOUT_MS)),
            Presence::Here(_) => None,
        };
        self.iter().filter_map(lost_at).min()
    }

    /// Returns the acting host: the host, if present, else the oldest moderator, else the oldest participant. Within a
    /// rank, those who are connected come first.
    pub fn acting_host(&self) -> Option<ParticipantId> {
        self.iter()
            .max_by_key(|seat| (seat.rank.max(Rank::Member), !seat.is_away(), std::cmp::Reverse(seat.id)))
            .map(|seat| seat.id)
    }

    /// Returns the wanted name, with a number appended if someone else in the room has it.
    pub fn free_name(&self, wish: &str, person: &PersonId) -> String {
        let look = NameSkeleton::of(wish);
        let mut others = self.iter().filter(|seat| &seat.person != person);
        if !others.any(|seat| seat.look.is_like(&look)) {
            return wish.to_owned();
        }
        self.another_name(wish)
    }

    /// Returns the name with the first appended number that no one in the room has.
    pub fn another_name(&self, wish: &str) -> String {
        let is_taken = |name: &str| {
            let look = NameSkeleton::of(name);
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

    /// Returns the slowest reported ping of the connected seats, milliseconds.
    pub fn slowest_ping_ms(&self) -> i64 {
        let present = self.iter().filter(|seat| !seat.is_away());
        present.map(|seat| i64::from(seat.ping_ms)).max().unwrap_or(0)
    }
}
