//! Limits on the number of sockets: of the whole server, of each account, and of the guests of each household.

use crate::{
    limits,
    share::{Caller, Full, Held, Pool},
};
use app::protocol::UserId;

/// Counts sockets, each from before its handshake.
pub struct Sockets {
    pool: Pool,
    per_household: usize,
}

impl Sockets {
    /// Creates the counter for rooms of this capacity.
    pub fn new(room_capacity: u32) -> Self {
        let per_household = room_capacity.saturating_mul(limits::ROOMS_PER_HOUSEHOLD);
        Self {
            pool: Pool::accounts_first(limits::SOCKETS),
            per_household: usize::try_from(per_household).unwrap_or(usize::MAX),
        }
    }

    /// Counts a socket of an account, or of a guest of this household. Fails if there are too many.
    pub fn admit(&self, account: Option<UserId>, household: String) -> Result<Held, Full> {
        match account {
            Some(account) => self.pool.take(Caller::Account(account), limits::SOCKETS_PER_ACCOUNT),
            None => self.pool.take(Caller::Guests(household), self.per_household),
        }
    }

    /// Returns the number of sockets.
    pub fn count(&self) -> usize {
        self.pool.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_of_guests_and_an_account_have_their_shares() {
        let (sockets, ada) = (Sockets::new(2), UserId([1; 16]));
        let guests: Vec<Held> = (0..20).filter_map(|_| sockets.admit(None, "a".into()).ok()).collect();
        assert_eq!(guests.len(), 8);
        let own: Vec<Held> = (0..100)
            .filter_map(|_| sockets.admit(Some(ada), "a".into()).ok())
            .collect();
        assert_eq!(
            own.len(),
            limits::SOCKETS_PER_ACCOUNT,
            "whatever guests of the same household have"
        );
        assert!(sockets.admit(None, "b".into()).is_ok());
        drop((guests, own));
        assert_eq!(sockets.count(), 0);
        assert!(sockets.admit(None, "a".into()).is_ok());
    }
}
