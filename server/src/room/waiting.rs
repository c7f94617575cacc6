//! For whom the room waits, and how much patience it has left with whom.

use super::bounds::{LEAD_MS, WAIT_AGAIN_MS, WAIT_LEAST_MS, WAIT_MS};
use app::protocol::room::*;
use std::collections::BTreeMap;

/// Why the room waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Pages load another place or another video.
    Loading,
    /// Somebody's picture stands still.
    Stalled,
}

/// A wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Why.
    pub reason: Reason,
    /// Who is not ready, and since when they are waited for.
    pub missing: BTreeMap<ParticipantId, ServerTime>,
    /// When it ends at the latest.
    pub until: ServerTime,
    /// Whose picture leads, where the room does not wait for everyone.
    pub lead: Option<ParticipantId>,
    /// When the first page was ready.
    pub first_ready: Option<ServerTime>,
}

impl Wait {
    /// For these, from now on.
    pub fn new(
        now: ServerTime,
        reason: Reason,
        until: ServerTime,
        missing: impl Iterator<Item = ParticipantId>,
    ) -> Self {
        Self {
            reason,
            missing: missing.map(|id| (id, now)).collect(),
            until,
            lead: None,
            first_ready: None,
        }
    }

    /// For one whose picture leads.
    pub fn for_lead(now: ServerTime, lead: Option<ParticipantId>) -> Self {
        Self {
            lead,
            ..Self::new(now, Reason::Loading, now.plus(WAIT_MS), lead.into_iter())
        }
    }

    /// When it is over, whoever is ready.
    pub fn ends_at(&self) -> ServerTime {
        match (self.lead, self.first_ready) {
            (Some(_), Some(first)) => self.until.min(first.plus(LEAD_MS)),
            _ => self.until,
        }
    }
}

/// How long the room has stood still for whom. A person has [`WAIT_MS`] of it, and has it again once nobody has waited
/// for them for [`WAIT_AGAIN_MS`].
#[derive(Debug, Default)]
pub struct Patience {
    spent: BTreeMap<PersonId, Spent>,
}

#[derive(Debug, Clone, Copy)]
struct Spent {
    ms: i64,
    last: ServerTime,
}

/// People whose patience is remembered; those who used none for a while are forgotten first.
const REMEMBERED: usize = 1_024;

impl Patience {
    /// What is left for somebody, milliseconds; 0 if it is not worth a stop.
    pub fn left_ms(&self, now: ServerTime, person: &PersonId) -> i64 {
        let spent = self.spent.get(person).filter(|spent| !spent.is_forgotten(now));
        let left = WAIT_MS - spent.map_or(0, |spent| spent.ms);
        if left < WAIT_LEAST_MS { 0 } else { left }
    }

    /// The room stood still for somebody.
    pub fn spend(&mut self, now: ServerTime, person: &PersonId, ms: i64) {
        if self.spent.len() >= REMEMBERED {
            self.spent.retain(|_, spent| !spent.is_forgotten(now));
        }
        if self.spent.len() >= REMEMBERED {
            self.spent.pop_first();
        }
        let before = self.spent.get(person).filter(|spent| !spent.is_forgotten(now));
        let ms = before.map_or(0, |spent| spent.ms).saturating_add(ms);
        self.spent.insert(person.clone(), Spent { ms, last: now });
    }
}

impl Spent {
    fn is_forgotten(self, now: ServerTime) -> bool {
        now.since(self.last) >= WAIT_AGAIN_MS
    }
}
