//! How many sockets there are: of the whole server, and of each household.

use crate::limits;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Counts sockets. Cheap to clone.
#[derive(Clone)]
pub struct Sockets(Arc<Inner>);

struct Inner {
    per_household: usize,
    open: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    total: usize,
    of: HashMap<String, usize>,
}

/// One socket; counts until it is dropped, from before its handshake.
pub struct Admitted {
    sockets: Sockets,
    household: String,
}

impl Sockets {
    /// None yet, where rooms are for so many at most.
    pub fn new(room_capacity: u32) -> Self {
        let per_household = room_capacity.saturating_mul(limits::ROOMS_PER_HOUSEHOLD);
        Self(Arc::new(Inner {
            per_household: usize::try_from(per_household).unwrap_or(usize::MAX),
            open: Mutex::default(),
        }))
    }

    /// One more; `None` if that were too many.
    pub fn admit(&self, household: String) -> Option<Admitted> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let own = open.of.get(&household).copied().unwrap_or_default();
        if open.total >= limits::SOCKETS || own >= self.0.per_household {
            return None;
        }
        open.total += 1;
        open.of.insert(household.clone(), own + 1);
        Some(Admitted {
            sockets: self.clone(),
            household,
        })
    }

    /// All of them.
    pub fn count(&self) -> usize {
        let open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.total
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = self.sockets.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.total -= 1;
        if let Some(own) = open.of.get_mut(&self.household) {
            *own -= 1;
            if *own == 0 {
                open.of.remove(&self.household);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_has_its_share_and_gives_it_back() {
        let sockets = Sockets::new(2);
        let held: Vec<Admitted> = (0..8).filter_map(|_| sockets.admit("a".into())).collect();
        assert_eq!(held.len(), 8);
        assert!(sockets.admit("a".into()).is_none());
        assert!(sockets.admit("b".into()).is_some());
        drop(held);
        assert_eq!(sockets.count(), 0);
        assert!(sockets.admit("a".into()).is_some());
    }
}
