//! Pseudonyms of people and households in a room.

use crate::{config::Secret, room::core::event::Network};
use app::{
    backend::ViewerKey,
    protocol::{RoomId, room::PersonId},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::sync::Arc;

/// Pseudonyms: derive the identities that a room knows its people by, from the instance's secret. The same on every
/// visit and on every node, different in every room. A handle, cheap to clone.
#[derive(Clone)]
pub struct Pseudonyms(Arc<[u8]>);

impl Pseudonyms {
    /// Creates the pseudonyms of an instance with this secret.
    pub fn new(secret: &Secret) -> anyhow::Result<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())?;
        mac.update(b"matinee people in rooms");
        Ok(Self(mac.finalize().into_bytes().as_slice().into()))
    }

    /// Returns a viewer's identity in a room.
    pub fn person(&self, room: RoomId, viewer: &ViewerKey) -> PersonId {
        PersonId(self.of(room, viewer.as_str()))
    }

    /// Returns the pseudonym of a household's address in a room.
    pub fn network(&self, room: RoomId, household: &str) -> Network {
        Network(self.of(room, &format!("network:{household}")))
    }

    fn of(&self, room: RoomId, name: &str) -> String {
        let digest = match Hmac::<Sha256>::new_from_slice(&self.0) {
            Ok(mut mac) => {
                mac.update(&room.0);
                mac.update(name.as_bytes());
                mac.finalize().into_bytes()
            }
            // Unreachable: HMAC takes keys of any length.
            Err(_) => Default::default(),
        };
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::protocol::UserId;

    #[test]
    fn a_person_is_the_same_in_one_room_and_another_in_the_next() {
        let here = Pseudonyms::new(&Secret::new("a secret of this instance")).unwrap();
        let there = Pseudonyms::new(&Secret::new("a secret of another one")).unwrap();
        let (room, next) = (RoomId([1; 16]), RoomId([2; 16]));
        let ada = ViewerKey::user(UserId([7; 16]));
        let person = here.person(room, &ada);
        assert_eq!(person, here.clone().person(room, &ada));
        assert_ne!(person, here.person(next, &ada));
        assert_ne!(person, there.person(room, &ada));
        assert_ne!(person.0, here.network(room, ada.as_str()).0);
    }
}
