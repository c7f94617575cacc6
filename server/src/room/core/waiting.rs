//! Waits for participants who are not ready, and the remaining patience with each person.

use super::bounds::{LEAD_WAIT_MS, MIN_WAIT_MS, WAIT_AGAIN_MS, WAIT_MS};
use app::protocol::room::*;
use std::collections::BTreeMap;

/// The reason for a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Pages load another position or another video.
    Loading,
    /// A participant's picture has stalled.
    Stalled,
}

/// A wait for participants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The reason.
    pub reason: Reason,
    /// Participants who are not ready, and since when the room waits for them.
    pub missing: BTreeMap<ParticipantId, ServerTime>,
    /// Deadline.
    pub until: ServerTime,
    /// The participant whose picture leads, if the room does not wait for everyone.
    pub lead: Option<ParticipantId>,
    /// Time at which the first page was ready.
    pub first_ready: Option<ServerTime>,
}

impl Wait {
    /// Creates a wait for these participants, from now on.
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

    /// Creates a wait for the participant whose picture leads.
    pub fn for_lead(now: ServerTime, lead: Option<ParticipantId>) -> Self {
        Self {
            lead,
            ..Self::new(now, Reason::Loading, now.plus(WAIT_MS), lead.into_iter())
        }
    }

    /// Returns the instant at which the wait ends even if participants are still missing.
    pub fn ends_at(&self) -> ServerTime {
        match (self.lead, self.first_ready) {
            (Some(_), Some(first)) => self.until.min(first.plus(LEAD_WAIT_MS)),
            _ => self.until,
        }
    }
}

/// The time that the room has spent waiting for each person. A person may use up [`WAIT_MS`], which is renewed once the
/// room has not waited for them for [`WAIT_AGAIN_MS`].
#[derive(Debug, Default)]
pub struct WaitBudget {
    spent: BTreeMap<PersonId, WaitTime>,
}

#[derive(Debug, Clone, Copy)]
struct WaitTime {
    ms: i64,
    last: ServerTime,
}

/// Maximum number of people remembered. Those whose patience is renewed are forgotten first, then any other.
const MAX_PEOPLE: usize = 1_024;

impl WaitBudget {
    /// Returns the remaining patience with a person, milliseconds; 0 if it is too short to be worth a stop.
    pub fn left_ms(&self, now: ServerTime, person: &PersonId) -> i64 {
        let spent = self.spent.get(person).filter(|spent| !spent.is_forgotten(now));
        let left = WAIT_MS - spent.map_or(0, |spent| spent.ms);
        if left < MIN_WAIT_MS { 0 } else { left }
    }

    /// Counts time that the room waited for a person.
    pub fn spend(&mut self, now: ServerTime, person: &PersonId, ms: i64) {
        if self.spent.len() >= MAX_PEOPLE {
            self.spent.retain(|_, spent| !spent.is_forgotten(now));
        }
        if self.spent.len() >= MAX_PEOPLE {
            self.spent.pop_first();
        }
        let before = self.spent.get(person).filter(|spent| !spent.is_forgotten(now));
        let ms = before.map_or(0, |spent| spent.ms).saturating_add(ms);
        self.spent.insert(person.clone(), WaitTime { ms, last: now });
    }
}

impl WaitTime {
    fn is_forgotten(self, now: ServerTime) -> bool {
        now.since(self.last) >= WAIT_AGAIN_MS
    }
}
