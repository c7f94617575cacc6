//! Who has been in a room since it was opened, and may come back when it is locked.

use super::bounds::KNOWN_PEOPLE;
use app::protocol::room::PersonId;
use std::collections::{BTreeSet, VecDeque};

/// People, the latest [`KNOWN_PEOPLE`] of them.
#[derive(Debug, Default)]
pub struct Known {
    people: BTreeSet<PersonId>,
    order: VecDeque<PersonId>,
}

impl Known {
    /// As it was kept over a crash.
    pub fn restored(people: Vec<PersonId>) -> Self {
        let mut known = Self::default();
        for person in people {
            known.add(person);
        }
        known
    }

    /// Somebody is there.
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

    /// Somebody was sent out.
    pub fn forget(&mut self, person: &PersonId) {
        if self.people.remove(person) {
            self.order.retain(|other| other != person);
        }
    }

    /// Whether somebody has been there.
    pub fn contains(&self, person: &PersonId) -> bool {
        self.people.contains(person)
    }

    /// All of them, who came first being first.
    pub fn people(&self) -> Vec<PersonId> {
        self.order.iter().cloned().collect()
    }
}
