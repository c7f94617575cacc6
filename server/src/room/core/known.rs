//! People who have been in a room since it was opened, and may come back when it is locked.

use super::bounds::KNOWN_PEOPLE;
use app::protocol::room::PersonId;
use std::collections::{BTreeSet, VecDeque};

/// A set of people, limited to the latest [`KNOWN_PEOPLE`].
#[derive(Debug, Default)]
pub struct RecentPeople {
    people: BTreeSet<PersonId>,
    order: VecDeque<PersonId>,
}

impl RecentPeople {
    /// Restores the set from storage after a crash.
    pub fn restored(people: Vec<PersonId>) -> Self {
        let mut known = Self::default();
        for person in people {
            known.add(person);
        }
        known
    }

    /// Adds a person, evicting the oldest one if there are too many.
    pub fn add(&mut self, person: PersonId) {
        if !self.people.insert(person.clone()) {
            return;
        }
        self.order.push_back(person);
        if self.order.len() > KNOWN_PEOPLE
            && let Some(oldest) = self.order.pop_front()
        {
            self.people.remove(&oldest);
        }
    }

    /// Removes a person who was sent out, so that a locked room no longer lets them in.
    pub fn forget(&mut self, person: &PersonId) {
        if self.people.remove(person) {
            self.order.retain(|other| other != person);
        }
    }

    /// Returns whether the person has been in the room.
    pub fn contains(&self, person: &PersonId) -> bool {
        self.people.contains(person)
    }

    /// Returns all people, in the order in which they were added.
    pub fn people(&self) -> Vec<PersonId> {
        self.order.iter().cloned().collect()
    }
}
