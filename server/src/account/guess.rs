//! Throttling of password guesses. Guesses are limited per household, so that an attacker locks out no one else; all
//! guesses at one account are slowed down together, whatever their source; and a browser that has signed in before has
//! a limit of its own, so that an attack does not delay the owner (OWASP's device cookies).

use crate::{
    email,
    limit::{Left, Limit, Limiter},
};
use app::protocol::UserId;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, time::Instant};
use uuid::Uuid;

/// Maximum delay of a guess while others guess at the same account; beyond it the guess is refused.
const MAX_DELAY: Duration = Duration::from_secs(8);

/// Maximum number of delayed guesses on this node. Each holds a connection and a few kilobytes.
const MAX_DELAYED: usize = 256;

/// Maximum length of the account name in a rate limit key, characters: that of the longest e-mail address.
const KEY_CHARS: usize = 254;

/// Limiter of password guesses. Cheap to clone.
#[derive(Clone)]
pub struct GuessLimiter {
    limiter: Limiter,
    held_back: Arc<Semaphore>,
}

/// Time until a refused guess may be retried, milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub u64);

impl GuessLimiter {
    /// Creates a limiter of guesses on top of this rate limiter.
    pub fn new(limiter: Limiter) -> Self {
        Self {
            limiter,
            held_back: Arc::new(Semaphore::new(MAX_DELAYED)),
        }
    }

    /// Counts a guess at the account with this name or address, whether it exists or not. `known` is the id of a
    /// browser that has signed in to the account before.
    pub async fn at(&self, login: &str, household: &str, known: Option<Uuid>) -> Result<(), Wait> {
        if let Some(browser) = known {
            return granted(self.limiter.take(Limit::Auth, &format!("browser:{browser}")).await);
        }
        granted(self.limiter.take(Limit::Auth, household).await)?;
        let name: String = email::key(login).chars().take(KEY_CHARS).collect();
        self.slowed_down(&format!("login:{name}")).await
    }

    /// Counts a guess by a signed-in user at their own password: the session may be stolen.
    pub async fn at_own(&self, user: UserId) -> Result<(), Wait> {
        granted(self.limiter.take(Limit::Auth, &format!("own:{user}")).await)
    }

    /// Waits for the account's rate limit. All waiting guesses have the same chance, so a flood of guesses delays the
    /// owner but does not lock them out.
    async fn slowed_down(&self, key: &str) -> Result<(), Wait> {
        let until = Instant::now() + MAX_DELAY;
        let mut place = None;
        loop {
            let Err(Wait(ms)) = granted(self.limiter.take(Limit::Guesses, key).await) else {
                return Ok(());
            };
            let next = Duration::from_millis(ms);
            if Instant::now() + next > until {
                return Err(Wait(ms));
            }
            if place.is_none() {
                place = Some(self.held_back.try_acquire().map_err(|_| Wait(ms))?);
            }
            tokio::time::sleep(next).await;
        }
    }
}

fn granted(left: Left) -> Result<(), Wait> {
    left.refused_ms.map_or(Ok(()), |ms| Err(Wait(ms)))
}
