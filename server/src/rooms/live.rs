//! What an open room lets be seen from outside, without asking its task.

use crate::room::{Known, bounds};
use app::protocol::{InfoHash, room::PersonId};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError, atomic::AtomicU32},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long a seat is kept for a connection that broke.
const SEAT_KEPT: Duration = Duration::from_millis(bounds::AWAY_MS as u64);

/// What an open room lets be seen from outside.
#[derive(Debug)]
pub struct Live {
    /// The room.
    pub id: Uuid,
    /// People in it, lost connections included.
    pub participants: AtomicU32,
    /// Cancelled when the room is closed and written down.
    pub gone: CancellationToken,
    opening: OnceLock<u32>,
    playing: Mutex<Option<InfoHash>>,
    people: Mutex<People>,
}

#[derive(Debug, Default)]
struct People {
    /// Sockets of each person in it.
    present: HashMap<PersonId, u32>,
    /// When the last socket of each was gone, of those who may still have a seat.
    gone_at: HashMap<PersonId, Instant>,
    /// Who was welcomed and not sent out since, the latest of them. Whoever is present counts in any case.
    members: Known,
}

/// Nobody panics while holding one of these; if somebody did, what is in it is still whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Live {
    /// Of a room that opens.
    pub fn new(id: Uuid) -> Self {
        Self {
            id,
            participants: AtomicU32::new(0),
            gone: CancellationToken::new(),
            opening: OnceLock::new(),
            playing: Mutex::default(),
            people: Mutex::default(),
        }
    }

    /// Which opening of the room this is.
    pub fn opening(&self) -> u32 {
        self.opening.get().copied().unwrap_or_default()
    }

    /// Notes which opening it is.
    pub fn open(&self, opening: u32) {
        self.opening.get_or_init(|| opening);
    }

    /// These had a seat when the server stopped: as if their connections had broken now.
    pub fn expect(&self, people: &[PersonId]) {
        let now = Instant::now();
        let seats = people.iter().map(|person| (person.clone(), now));
        lock(&self.people).gone_at.extend(seats);
    }

    /// Somebody's socket is about to be welcomed.
    pub fn come(&self, person: &PersonId) {
        let mut people = lock(&self.people);
        *people.present.entry(person.clone()).or_default() += 1;
        people.members.add(person.clone());
    }

    /// Somebody was sent out, with all of their sockets: what the room let them see, they see no longer.
    pub fn send_out(&self, person: &PersonId) {
        let mut people = lock(&self.people);
        people.present.remove(person);
        people.gone_at.remove(person);
        people.members.forget(person);
    }

    /// A welcomed socket is gone.
    pub fn go(&self, person: &PersonId) {
        let mut people = lock(&self.people);
        // Of somebody who was sent out nothing is kept.
        let Some(sockets) = people.present.get_mut(person) else {
            return;
        };
        *sockets -= 1;
        if *sockets == 0 {
            people.present.remove(person);
            people.gone_at.retain(|_, at| at.elapsed() < SEAT_KEPT);
            people.gone_at.insert(person.clone(), Instant::now());
        }
    }

    /// Whether somebody is in it, with a living socket.
    pub fn is_present(&self, person: &PersonId) -> bool {
        lock(&self.people).present.contains_key(person)
    }

    /// Whether somebody is in it, or was until a moment ago and not sent out: a connection that broke asks for nothing
    /// that was not asked of whoever is inside.
    pub fn has(&self, person: &PersonId) -> bool {
        let people = lock(&self.people);
        let was_just_there = || people.gone_at.get(person).is_some_and(|at| at.elapsed() < SEAT_KEPT);
        people.present.contains_key(person) || was_just_there()
    }

    /// Whether it shows this torrent to somebody: it looks at it, and they were let in.
    pub fn shows(&self, person: &PersonId, torrent: InfoHash) -> bool {
        let people = lock(&self.people);
        let is_let_in = people.present.contains_key(person) || people.members.contains(person);
        is_let_in && *lock(&self.playing) == Some(torrent)
    }

    /// Notes what is played.
    pub fn play(&self, torrent: Option<InfoHash>) {
        *lock(&self.playing) = torrent;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILM: InfoHash = InfoHash([5; 20]);

    fn person(number: usize) -> PersonId {
        PersonId(format!("person-{number}"))
    }

    fn playing() -> Live {
        let live = Live::new(Uuid::nil());
        live.play(Some(FILM));
        live
    }

    #[test]
    fn a_film_is_shown_to_whoever_was_let_in_until_they_are_sent_out() {
        let (live, ada) = (playing(), person(0));
        assert!(!live.shows(&ada, FILM), "they have only asked");
        live.come(&ada);
        assert!(live.shows(&ada, FILM) && !live.shows(&ada, InfoHash([6; 20])));
        live.go(&ada);
        assert!(live.shows(&ada, FILM) && live.has(&ada), "their connection broke");
        live.come(&ada);
        live.come(&ada);
        live.send_out(&ada);
        assert!(!live.shows(&ada, FILM) && !live.has(&ada) && !live.is_present(&ada));
        // Their sockets are closed after that.
        live.go(&ada);
        live.go(&ada);
        assert!(!live.shows(&ada, FILM) && !live.has(&ada));
        live.come(&ada);
        assert!(live.shows(&ada, FILM), "they were let in again");
    }

    #[test]
    fn those_who_were_let_in_are_bounded_and_whoever_is_there_counts() {
        let live = playing();
        live.come(&person(0));
        for number in 1..=2 * bounds::KNOWN_PEOPLE {
            live.come(&person(number));
            live.go(&person(number));
        }
        assert!(live.shows(&person(0), FILM), "nobody displaces whoever is there");
        assert!(!live.shows(&person(1), FILM));
        assert!(live.shows(&person(2 * bounds::KNOWN_PEOPLE), FILM));
    }
}
