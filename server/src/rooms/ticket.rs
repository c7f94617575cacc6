//! What lets somebody open a room's socket: good once and for a minute. In Redis where there is one, so that it holds
//! across nodes; kept by its hash only.

use crate::{account::token, cache::Cache, room::Joiner};
use app::protocol::room::PersonId;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use moka::sync::Cache as Moka;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// How long a ticket is good for.
const LASTS: Duration = Duration::from_secs(60);

/// Tickets that are kept in the process. Joining is limited by rate; whoever is pushed out asks for another.
const KEPT: u64 = 50_000;

/// Characters of a ticket: 256 bits in base 64. Nothing longer is worth a hash.
const CHARS: usize = 43;

/// Who comes in, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The room.
    pub room: Uuid,
    /// Who they are in it.
    pub person: PersonId,
    /// Their account.
    pub user: Option<Uuid>,
    /// By which login they are signed in to it.
    pub login: Option<Uuid>,
    /// What they are called.
    pub name: String,
    /// What tells their tabs apart.
    pub tab: Option<String>,
}

impl From<Ticket> for Joiner {
    fn from(ticket: Ticket) -> Self {
        Self {
            person: ticket.person,
            user: ticket.user,
            name: ticket.name,
            tab: ticket.tab,
        }
    }
}

/// Tickets that nobody has used yet.
#[derive(Clone)]
pub struct Tickets {
    cache: Cache,
    local: Moka<String, Ticket>,
}

impl Tickets {
    /// None yet.
    pub fn new(cache: Cache) -> Self {
        Self {
            cache,
            local: Moka::builder().max_capacity(KEPT).time_to_live(LASTS).build(),
        }
    }

    /// A new one.
    pub async fn issue(&self, ticket: &Ticket) -> anyhow::Result<String> {
        let shown = token::random()?;
        let key = key(&shown);
        if !self.cache.share(&key, ticket, LASTS).await {
            self.local.insert(key, ticket.clone());
        }
        Ok(shown)
    }

    /// Uses one up: who shows it, if it was good.
    pub async fn take(&self, shown: &str) -> Option<Ticket> {
        if shown.len() != CHARS {
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
            room: Uuid::from_u128(7),
            person: PersonId("0123456789abcdef".into()),
            user: None,
            login: None,
            name: "Ada".into(),
            tab: None,
        };
        let shown = tickets.issue(&ticket).await.unwrap();
        assert_eq!(shown.len(), CHARS);
        assert_eq!(tickets.take(&shown.to_lowercase()).await, None);
        assert_eq!(tickets.take(&shown).await, Some(ticket));
        assert_eq!(tickets.take(&shown).await, None);
        for nonsense in ["", "x", &"x".repeat(CHARS), &"x".repeat(100_000)] {
            assert_eq!(tickets.take(nonsense).await, None);
        }
    }
}
