//! How often somebody may ask for something: the generic cell rate algorithm (ITU-T I.371), which keeps one number a key,
//! the moment at which everything asked for so far would have been paid for.
//!
//! In Redis where there is one, so that a limit holds across nodes; while Redis is away each node counts for itself.

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

/// Keys that are remembered in the process. Whoever makes more of them than this has more addresses than most.
const KEYS: u64 = 200_000;

/// Tries to make a room for each that may be made: an address that is taken, a title that is too long.
const TRIES_PER_ROOM: u32 = 12;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Signing up and in, passwords.
    Auth,
    /// Searches.
    Search,
    /// Adding torrents.
    Add,
    /// Making rooms.
    Rooms,
    /// Trying to.
    RoomTries,
    /// What is under `/api/admin`.
    Admin,
    /// Coming into rooms.
    Joins,
    /// Inviting into rooms by mail.
    Invites,
}

impl Limit {
    /// The policy's name in the `RateLimit` fields.
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
        }
    }
}

/// What is left after asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// The rate that was applied.
    pub rate: Rate,
    /// How many more may be asked for right now.
    pub remaining: u32,
    /// Until all of them may be, milliseconds.
    pub reset_ms: u64,
    /// Until the next one may be, milliseconds; `None`: this one was.
    pub refused_ms: Option<u64>,
}

/// Counts. Cheap to clone.
#[derive(Clone)]
pub struct Limiter {
    rates: RateLimits,
    cache: Cache,
    local: Moka<String, Arc<Mutex<i64>>>,
}

impl Limiter {
    /// Counts by these rates.
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

    /// Asks for one more, by whoever has this key.
    pub async fn take(&self, limit: Limit, key: &str) -> Left {
        let rate = match limit {
            Limit::Auth => self.rates.auth,
            Limit::Search => self.rates.search,
            Limit::Add => self.rates.add,
            Limit::Rooms => self.rates.rooms,
            Limit::RoomTries => Rate {
                count: self.rates.rooms.count.saturating_mul(TRIES_PER_ROOM),
                ..self.rates.rooms
            },
            Limit::Admin => self.rates.admin,
            Limit::Joins => self.rates.joins,
            Limit::Invites => self.rates.invites,
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

/// The core counts in microseconds: a cell of a million a second is one.
const MICROS: i64 = 1_000;

/// One step: the moment at which all is paid, and the answer: until then, positive if this one was granted, or the time
/// until it would be, negative. Microseconds.
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

/// The same in Redis, by Redis' clock, so that nodes whose clocks differ agree.
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
        /// Whatever the rhythm, no stretch of a period grants more than twice the rate's count, which is what a full burst
        /// and a period's refill add up to.
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
