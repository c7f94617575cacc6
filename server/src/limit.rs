//! Rate limiting with the generic cell rate algorithm (ITU-T I.371), which stores one number per key: the theoretical
//! arrival time, at which everything granted so far has been paid for.
//!
//! State is in Redis if configured, so that a limit holds across nodes. While Redis is unreachable each node counts on
//! its own.

use crate::{
    cache::Cache,
    clock,
    config::{Rate, RateLimits},
};
use moka::sync::Cache as Moka;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Maximum number of keys tracked in-process. More than this takes more addresses than most clients have.
const KEYS: u64 = 200_000;

/// Attempts to create a room per room allowed, because attempts fail: an address is taken, a title is too long.
const ATTEMPTS_PER_ROOM: u32 = 12;

/// Multiple of one address's rate at which guesses at a single account are limited in all. A single attacker, limited
/// per address, leaves two thirds of it to the owner.
const GUESS_RATE_FACTOR: u32 = 3;

/// Rate-limited operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Signing up, signing in and password resets.
    Auth,
    /// Searches.
    Search,
    /// Adding torrents.
    Add,
    /// Creating rooms.
    Rooms,
    /// Attempting to create rooms.
    RoomTries,
    /// Requests under `/api/admin`.
    Admin,
    /// Joining rooms.
    Joins,
    /// Inviting people to rooms by mail.
    Invites,
    /// Password guesses at one account, from all addresses.
    Guesses,
}

impl Limit {
    /// Returns the policy name used in the `RateLimit` header fields.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Search => "search",
            Self::Add => "add",
            Self::Rooms => "rooms",
            Self::RoomTries => "room-tries",
            Self::Admin => "admin",
            Self::Joins => "joins",
            Self::Invites => "invites",
            Self::Guesses => "guesses",
        }
    }
}

/// Outcome of a rate limit check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Rate that was applied.
    pub rate: Rate,
    /// Requests that would be granted right now.
    pub remaining: u32,
    /// Time until the full quota is available, milliseconds.
    pub reset_ms: u64,
    /// Time until the next request is granted, milliseconds; `None` if this one was granted.
    pub refused_ms: Option<u64>,
}

/// Rate limiter. Cheap to clone.
#[derive(Clone)]
pub struct Limiter {
    rates: RateLimits,
    cache: Cache,
    local: Moka<String, Arc<Mutex<i64>>>,
}

impl Limiter {
    /// Creates a limiter with these rates.
    pub fn new(rates: RateLimits, cache: Cache) -> Self {
        let longest = [
            rates.auth,
            rates.search,
            rates.add,
            rates.rooms,
            rates.admin,
            rates.joins,
            rates.invites,
        ]
        .map(|rate| rate.per)
        .into_iter()
        .max()
        .unwrap_or_default();
        Self {
            rates,
            cache,
            local: Moka::builder()
                .max_capacity(KEYS)
                .time_to_idle(longest + Duration::from_secs(1))
                .build(),
        }
    }

    /// Takes one unit of the limit for this key.
    pub async fn take(&self, limit: Limit, key: &str) -> Left {
        let rate = match limit {
            Limit::Auth => self.rates.auth,
            Limit::Search => self.rates.search,
            Limit::Add => self.rates.add,
            Limit::Rooms => self.rates.rooms,
            Limit::RoomTries => Rate {
                count: self.rates.rooms.count.saturating_mul(ATTEMPTS_PER_ROOM),
                ..self.rates.rooms
            },
            Limit::Admin => self.rates.admin,
            Limit::Joins => self.rates.joins,
            Limit::Invites => self.rates.invites,
            Limit::Guesses => Rate {
                count: self.rates.auth.count.saturating_mul(GUESS_RATE_FACTOR),
                ..self.rates.auth
            },
        };
        let key = format!("rate:{}:{key}", limit.name());
        let (period, count) = (
            i64::try_from(rate.per.as_millis()).unwrap_or(i64::MAX),
            i64::from(rate.count),
        );
        let paid_in = match self.cache.run_script(&SCRIPT, &key, &[period, count]).await {
            Some(answer) => answer,
            None => {
                let kept = self.local.get_with(key, Arc::default);
                let mut paid_at = kept.lock().unwrap_or_else(PoisonError::into_inner);
                let now = clock::now().0 * MICROS;
                let (next, answer) = take(*paid_at, now, period * MICROS, count);
                *paid_at = next;
                answer
            }
        };
        left(rate, paid_in)
    }
}

/// Microseconds per millisecond. The algorithm counts in microseconds: at a million requests a second a cell is one.
const MICROS: i64 = 1_000;

/// Advances the algorithm by one request. Returns the new theoretical arrival time and, in microseconds from now,
/// either that time (positive) if the request is granted, or the wait until it would be (negative).
fn take(paid_at: i64, now: i64, period: i64, count: i64) -> (i64, i64) {
    let cell = (period / count).max(1);
    let next = paid_at.max(now) + cell;
    let too_much = next - now - cell * count;
    if too_much > 0 {
        (paid_at, -too_much)
    } else {
        (next, next - now)
    }
}

/// The same algorithm in Redis, on Redis' clock, so that nodes with differing clocks agree.
static SCRIPT: std::sync::LazyLock<redis::Script> = std::sync::LazyLock::new(|| {
    redis::Script::new(
        "local time = redis.call('TIME')
         local now = time[1] * 1000000 + time[2]
         local cell = math.max(math.floor(ARGV[1] * 1000 / ARGV[2]), 1)
         local paid = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + cell
         local toomuch = paid - now - cell * ARGV[2]
         if toomuch > 0 then return -toomuch end
         redis.call('SET', KEYS[1], string.format('%.0f', paid), 'PX', math.ceil((paid - now) / 1000) + 1)
         return paid - now",
    )
});

fn left(rate: Rate, answer: i64) -> Left {
    let millis = |micros: i64| u64::try_from(micros).unwrap_or(0).div_ceil(MICROS as u64);
    let cell = (i64::try_from(rate.per.as_micros()).unwrap_or(i64::MAX) / i64::from(rate.count)).max(1);
    if answer < 0 {
        return Left {
            rate,
            remaining: 0,
            reset_ms: millis(cell * i64::from(rate.count) - answer),
            refused_ms: Some(millis(-answer)),
        };
    }
    let free = cell * i64::from(rate.count) - answer;
    Left {
        rate,
        remaining: u32::try_from(free / cell).unwrap_or(0),
        reset_ms: millis(answer),
        refused_ms: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: i64 = 60_000_000;

    #[test]
    fn all_may_come_at_once_and_then_one_by_one() {
        let mut paid = 0;
        for n in (0..10).rev() {
            let (next, answer) = take(paid, 1_000, MINUTE, 10);
            paid = next;
            assert_eq!(left(rate(10), answer).remaining, n);
        }
        let (same, refused) = take(paid, 1_000, MINUTE, 10);
        assert_eq!((same, refused), (paid, -MINUTE / 10));
        assert!(take(paid, 1_000 + MINUTE / 10, MINUTE, 10).1 > 0);
    }

    fn rate(count: u32) -> Rate {
        Rate {
            count,
            per: Duration::from_secs(60),
        }
    }

    proptest! {
        /// No window of one period grants more than twice the rate's count, which is a full burst plus one period's
        /// refill, whatever the arrival pattern.
        #[test]
        fn no_rhythm_gets_more_than_its_share(gaps in prop::collection::vec(0i64..20_000_000, 1..200), count in 1i64..50) {
            let (mut paid, mut now, mut granted) = (0, 1_000_000_000_000, Vec::new());
            for gap in gaps {
                now += gap;
                let (next, answer) = take(paid, now, MINUTE, count);
                paid = next;
                if answer > 0 {
                    granted.push(now);
                }
            }
            for from in &granted {
                let within = granted.iter().filter(|at| (*from..*from + MINUTE).contains(at)).count();
                prop_assert!(within as i64 <= 2 * count);
            }
        }
    }
}
