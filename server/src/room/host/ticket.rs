//! Tickets for opening a room's socket: valid once and for a minute. Stored by their hash only, in Redis if configured,
//! so that they are valid on every node.

use crate::{
    account::token,
    cache::Cache,
    room::core::{Joiner, event::Network},
};
use app::protocol::{LoginId, RoomId, UserId, room::PersonId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use moka::sync::Cache as Moka;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Validity of a ticket.
const TICKET_TTL: Duration = Duration::from_secs(60);

/// Maximum number of tickets kept in the process. Joining is rate-limited; a client whose ticket was evicted asks for
/// another.
const LOCAL_CAPACITY: u64 = 50_000;

/// Length of a ticket in characters: 256 bits in base 64. Anything longer is not worth hashing.
const TICKET_CHARS: usize = 43;

/// The content of a ticket: who may join which room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The room's id.
    pub room: RoomId,
    /// The person's identity in it.
    pub person: PersonId,
    /// Their account; `None` for a guest.
    pub user: Option<UserId>,
    /// The login with which they authenticated.
    pub login: Option<LoginId>,
    /// Their name.
    pub name: String,
    /// Distinguishes the person's tabs.
    pub tab: Option<String>,
    /// A guest's network.
    #[serde(default)]
    pub network: Option<Network>,
}

impl From<Ticket> for Joiner {
    fn from(ticket: Ticket) -> Self {
        Self {
            person: ticket.person,
            user: ticket.user,
            name: ticket.name,
            tab: ticket.tab,
            network: ticket.network,
        }
    }
}

/// Unused tickets.
#[derive(Clone)]
pub struct Tickets {
    cache: Cache,
    local: Moka<String, Ticket>,
}

impl Tickets {
    /// Creates an empty store.
    pub fn new(cache: Cache) -> Self {
        Self {
            cache,
            local: Moka::builder()
                .max_capacity(LOCAL_CAPACITY)
                .time_to_live(TICKET_TTL)
                .build(),
        }
    }

    /// Issues a ticket.
    pub async fn issue(&self, ticket: &Ticket) -> anyhow::Result<String> {
        let shown = token::random()?;
        let key = key(&shown);
        if !self.cache.share(&key, ticket, TICKET_TTL).await {
            self.local.insert(key, ticket.clone());
        }
        Ok(shown)
    }

    /// Redeems a ticket. Returns its content, if it was valid.
    pub async fn take(&self, shown: &str) -> Option<Ticket> {
        if shown.len() != TICKET_CHARS {
            return None;
        }
        let key = key(shown);
        match self.local.remove(&key) {
            Some(ticket) => Some(ticket),
            None => self.cache.take_shared(&key).await,
        }
    }
}

fn key(shown: &str) -> String {
    format!("ticket:{}", URL_SAFE_NO_PAD.encode(token::hash(shown)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_ticket_is_good_once() {
        let tickets = Tickets::new(Cache::memory());
        let ticket = Ticket {
            room: RoomId([7; 16]),
            person: PersonId("0123456789abcdef".into()),
            user: None,
            login: None,
            name: "Ada".into(),
            tab: None,
            network: None,
        };
        let shown = tickets.issue(&ticket).await.unwrap();
        assert_eq!(shown.len(), TICKET_CHARS);
        assert_eq!(tickets.take(&shown.to_lowercase()).await, None);
        assert_eq!(tickets.take(&shown).await, Some(ticket));
        assert_eq!(tickets.take(&shown).await, None);
        for nonsense in ["", "x", &"x".repeat(TICKET_CHARS), &"x".repeat(100_000)] {
            assert_eq!(tickets.take(nonsense).await, None);
        }
    }
}
