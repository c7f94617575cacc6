//! Shared pools: a bound in all, a bound per caller so that no caller exhausts the pool, and a part reserved for
//! accounts.

use app::protocol::UserId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Counting pool of a limited resource. Cheap to clone.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    all: usize,
    guests: usize,
    taken: Mutex<Usage>,
}

#[derive(Default)]
struct Usage {
    all: usize,
    guests: usize,
    by: HashMap<Caller, usize>,
}

/// Caller that takes from a pool.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    /// An account, from any address.
    Account(UserId),
    /// The guests of a household, who cannot be told apart.
    Guests(String),
    /// An address whose user is not known yet.
    Address(String),
}

impl Caller {
    fn is_guest(&self) -> bool {
        match self {
            Self::Guests(_) => true,
            Self::Account(_) | Self::Address(_) => false,
        }
    }
}

/// Reason for which a pool is exhausted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The caller has reached its own bound.
    Share,
    /// The whole pool, or the part open to guests, is in use.
    All,
}

/// Slot of a pool, released on drop.
#[must_use]
pub struct Held {
    pool: Pool,
    caller: Caller,
}

impl Pool {
    /// Creates a pool of `all` slots, of which guests may hold up to `guests`.
    pub fn new(all: usize, guests: usize) -> Self {
        Self(Arc::new(Inner {
            all,
            guests: guests.min(all),
            taken: Mutex::default(),
        }))
    }

    /// Creates a pool of `all` slots, a quarter of them reserved for accounts.
    pub fn accounts_first(all: usize) -> Self {
        Self::new(all, all - all / 4)
    }

    /// Takes a slot, if the caller holds fewer than `share`.
    pub fn take(&self, caller: Caller, share: usize) -> Result<Held, Full> {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.by.get(&caller).copied().unwrap_or_default();
        if own >= share {
            return Err(Full::Share);
        }
        if taken.all >= self.0.all || (caller.is_guest() && taken.guests >= self.0.guests) {
            return Err(Full::All);
        }
        taken.all += 1;
        taken.guests += usize::from(caller.is_guest());
        taken.by.insert(caller.clone(), own + 1);
        Ok(Held {
            pool: self.clone(),
            caller,
        })
    }

    /// Returns the number of slots in use.
    pub fn count(&self) -> usize {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut taken = self.pool.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        taken.guests -= usize::from(self.caller.is_guest());
        if let Some(own) = taken.by.get_mut(&self.caller) {
            *own -= 1;
            if *own == 0 {
                taken.by.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(household: &str) -> Caller {
        Caller::Guests(household.to_owned())
    }

    #[test]
    fn nobody_has_more_than_a_share_and_gives_it_back() {
        let pool = Pool::new(100, 100);
        let held: Vec<Held> = (0..8).filter_map(|_| pool.take(guest("a"), 5).ok()).collect();
        assert_eq!(held.len(), 5);
        assert_eq!(pool.take(guest("a"), 5).err(), Some(Full::Share));
        assert!(pool.take(guest("b"), 5).is_ok());
        drop(held);
        assert_eq!((pool.count(), pool.0.taken.lock().unwrap().by.len()), (0, 0));
        assert!(pool.take(guest("a"), 5).is_ok());
    }

    #[test]
    fn guests_cannot_take_what_is_for_accounts() {
        let pool = Pool::accounts_first(8);
        let guests: Vec<Held> = (0..8)
            .filter_map(|n| pool.take(guest(&n.to_string()), 1).ok())
            .collect();
        assert_eq!(guests.len(), 6);
        assert_eq!(pool.take(guest("one more"), 1).err(), Some(Full::All));
        let accounts: Vec<Held> = (0..8)
            .filter_map(|n| pool.take(Caller::Account(UserId([n; 16])), 1).ok())
            .collect();
        assert_eq!(accounts.len(), 2, "no more than there are");
        drop(accounts);
        assert_eq!(pool.take(guest("one more"), 1).err(), Some(Full::All));
        drop(guests);
        assert!(pool.take(guest("one more"), 1).is_ok());
    }
}
