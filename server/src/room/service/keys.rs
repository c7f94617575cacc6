//! Memories of the lobby, for some hours and in this process: room passwords that were correct, and the guests that
//! accounts were before they signed in.

use app::{
    backend::{Viewer, ViewerKey},
    protocol::UserId,
};
use moka::sync::Cache as Moka;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Time for which a correct password is remembered, so that rejoining costs no hash.
const CACHE_TTL: Duration = Duration::from_secs(12 * 60 * 60);

/// Capacity of each of two caches: digests of correct passwords, and guest identities of accounts.
const CACHE_CAPACITY: u64 = 10_000;

/// Maximum number of guest identities remembered for one account; the latest are kept.
const PAST_GUESTS: usize = 8;

/// Memories of the lobby.
pub struct Keys {
    /// Digests of correct passwords, each with the hash that it was verified against.
    passwords: Moka<Vec<u8>, ()>,
    /// Guests that signed in to an account, by the account.
    guests_before: Moka<ViewerKey, Vec<ViewerKey>>,
}

/// Digest of a password together with a room's hash.
pub struct PasswordDigest(Vec<u8>);

impl Default for Keys {
    fn default() -> Self {
        Self {
            passwords: Moka::builder()
                .max_capacity(CACHE_CAPACITY)
                .time_to_live(CACHE_TTL)
                .build(),
            guests_before: Moka::builder()
                .max_capacity(CACHE_CAPACITY)
                .time_to_live(CACHE_TTL)
                .build(),
        }
    }
}

impl PasswordDigest {
    /// Returns the digest of a password that was entered where this hash is asked for.
    pub fn new(hash: &str, password: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(hash)
            .chain_update([0])
            .chain_update(password);
        Self(digest.finalize().to_vec())
    }
}

impl Keys {
    /// Records that a guest signed in or signed up.
    pub fn note_sign_in(&self, guest: &Viewer, account: UserId) {
        if guest.account().is_some() {
            return;
        }
        let add = |before: Option<moka::Entry<ViewerKey, Vec<ViewerKey>>>| {
            let mut keys = before.map_or_else(Vec::new, moka::Entry::into_value);
            keys.insert(0, guest.key());
            keys.truncate(PAST_GUESTS);
            keys
        };
        self.guests_before.entry(ViewerKey::user(account)).and_upsert_with(add);
    }

    /// Returns the viewer's key and the keys of the guests that they were before they signed in.
    pub fn of(&self, viewer: &Viewer) -> Vec<ViewerKey> {
        let key = viewer.key();
        let mut keys = self.guests_before.get(&key).unwrap_or_default();
        keys.insert(0, key);
        keys
    }

    /// Returns whether a password was correct before.
    pub fn knows(&self, password: &PasswordDigest) -> bool {
        self.passwords.contains_key(&password.0)
    }

    /// Remembers a correct password.
    pub fn remember(&self, password: PasswordDigest) {
        self.passwords.insert(password.0, ());
    }
}
