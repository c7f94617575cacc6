//! The state of an open room that can be read from outside without asking its task.

use crate::room::core::{RecentPeople, bounds};
use app::protocol::{InfoHash, RoomId, room::PersonId};
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError, atomic::AtomicU32},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Time for which the seat of a lost connection is kept.
const SEAT_TIMEOUT: Duration = Duration::from_millis(bounds::SEAT_TIMEOUT_MS as u64);

/// The state of an open room that can be read from outside.
#[derive(Debug)]
pub struct RoomStatus {
    /// The room's id.
    pub id: RoomId,
    /// Number of participants, lost connections included.
    pub participants: AtomicU32,
    /// Cancelled when the room is closed and its last state is written.
    pub gone: CancellationToken,
    opening: OnceLock<u32>,
    playing: Mutex<Option<InfoHash>>,
    people: Mutex<People>,
}

#[derive(Debug, Default)]
struct People {
    /// Number of sockets of each person present.
    present: HashMap<PersonId, u32>,
    /// Time at which the last socket of each person closed, for those who may still have a seat.
    gone_at: HashMap<PersonId, Instant>,
    /// The latest people who were welcomed and not removed since. Those who are present count in any case.
    members: RecentPeople,
    /// People who were removed and are kept out, as the room's core has it.
    removed: HashSet<PersonId>,
}

/// Locks a mutex, ignoring poisoning: no code panics while holding one of these, and if it did, the value would still
/// be consistent.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RoomStatus {
    /// Creates the state of a room that is being opened.
    pub fn new(id: RoomId) -> Self {
        Self {
            id,
            participants: AtomicU32::new(0),
            gone: CancellationToken::new(),
            opening: OnceLock::new(),
            playing: Mutex::default(),
            people: Mutex::default(),
        }
    }

    /// Returns the number of this opening; 0 while the room is being loaded.
    pub fn opening(&self) -> u32 {
        self.opening.get().copied().unwrap_or_default()
    }

    /// Sets the number of this opening, once.
    pub fn open(&self, opening: u32) {
        self.opening.get_or_init(|| opening);
    }

    /// Registers people who had a seat when the server stopped, as if their connections had been lost now.
    pub fn expect(&self, people: &[PersonId]) {
        let now = Instant::now();
        let seats = people.iter().map(|person| (person.clone(), now));
        lock(&self.people).gone_at.extend(seats);
    }

    /// Registers a socket that is about to be welcomed.
    pub fn come(&self, person: &PersonId) {
        let mut people = lock(&self.people);
        *people.present.entry(person.clone()).or_default() += 1;
        people.members.add(person.clone());
    }

    /// Removes a person with all of their sockets, and their access to what the room shows.
    pub fn send_out(&self, person: &PersonId) {
        let mut people = lock(&self.people);
        people.present.remove(person);
        people.gone_at.remove(person);
        people.members.forget(person);
    }

    /// Keeps out people who were removed before the server stopped.
    pub fn keep_all_out(&self, people: impl Iterator<Item = PersonId>) {
        lock(&self.people).removed.extend(people);
    }

    /// Keeps a person out until the room closes, or lets them in again.
    pub fn keep_out(&self, person: PersonId, out: bool) {
        let removed = &mut lock(&self.people).removed;
        if out {
            removed.insert(person);
        } else {
            removed.remove(&person);
        }
    }

    /// Returns whether the person was removed and is kept out.
    pub fn is_removed(&self, person: &PersonId) -> bool {
        lock(&self.people).removed.contains(person)
    }

    /// Unregisters a welcomed socket that closed.
    pub fn go(&self, person: &PersonId) {
        let mut people = lock(&self.people);
        // No longer there if the person was removed.
        let Some(sockets) = people.present.get_mut(person) else {
            return;
        };
        *sockets -= 1;
        if *sockets == 0 {
            people.present.remove(person);
            people.gone_at.retain(|_, at| at.elapsed() < SEAT_TIMEOUT);
            people.gone_at.insert(person.clone(), Instant::now());
        }
    }

    /// Returns whether the person is present, with an open socket.
    pub fn is_present(&self, person: &PersonId) -> bool {
        lock(&self.people).present.contains_key(person)
    }

    /// Returns whether the person is present, or was until a moment ago and was not removed. A client whose connection
    /// was lost need not prove again what is not asked of those inside.
    pub fn has(&self, person: &PersonId) -> bool {
        let people = lock(&self.people);
        let was_just_there = || people.gone_at.get(person).is_some_and(|at| at.elapsed() < SEAT_TIMEOUT);
        people.present.contains_key(person) || was_just_there()
    }

    /// Returns whether the room shows this torrent to the person: it is the current video, and they were let in.
    pub fn shows(&self, person: &PersonId, torrent: InfoHash) -> bool {
        let people = lock(&self.people);
        let is_let_in = people.present.contains_key(person) || people.members.contains(person);
        is_let_in && *lock(&self.playing) == Some(torrent)
    }

    /// Sets the torrent that is played.
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

    fn playing() -> RoomStatus {
        let live = RoomStatus::new(RoomId([0; 16]));
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
        // Their sockets close only after the removal.
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
