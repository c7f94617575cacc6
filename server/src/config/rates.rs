//! `MATINEE_RATE_LIMITS`: rate limits.

use super::reader::Reader;
use std::{str::FromStr, time::Duration};

/// Rate: a quota per period. The whole quota may be used in one burst and is then refilled continuously.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests …
    pub count: u32,
    /// … per period.
    pub per: Duration,
}

impl Rate {
    const fn per_minute(count: u32) -> Self {
        Self {
            count,
            per: Duration::from_secs(60),
        }
    }
}

/// Rates of all limited operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Signing up, signing in and password resets; per address, and per account named.
    pub auth: Rate,
    /// Searches.
    pub search: Rate,
    /// Adding torrents.
    pub add: Rate,
    /// Creating rooms.
    pub rooms: Rate,
    /// Requests under `/api/admin`.
    pub admin: Rate,
    /// Joining rooms. Generous, because a household with an unstable connection joins again and again.
    pub joins: Rate,
    /// Inviting people to rooms by mail, up to twenty at a time.
    pub invites: Rate,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            auth: Rate::per_minute(10),
            search: Rate::per_minute(60),
            add: Rate::per_minute(20),
            rooms: Rate {
                count: 5,
                per: Duration::from_secs(3_600),
            },
            admin: Rate::per_minute(120),
            joins: Rate::per_minute(120),
            invites: Rate {
                count: 10,
                per: Duration::from_secs(3_600),
            },
        }
    }
}

impl RateLimits {
    pub(super) fn from_env(reader: &mut Reader) -> Self {
        reader.get(
            "MATINEE_RATE_LIMITS",
            "like auth=10/min,search=60/min,add=20/min,rooms=5/h,joins=120/min,invites=10/h",
            Self::default(),
        )
    }
}

impl FromStr for Rate {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (count, unit) = text.split_once('/').ok_or(())?;
        let seconds = match unit.trim() {
            "s" => 1,
            "min" => 60,
            "h" => 3_600,
            _ => return Err(()),
        };
        let count = count.trim().parse().map_err(|_| ())?;
        // Zero would lock everyone out; a million per second is effectively unlimited without overflowing.
        if !(1..=1_000_000).contains(&count) {
            return Err(());
        }
        Ok(Self {
            count,
            per: Duration::from_secs(seconds),
        })
    }
}

impl FromStr for RateLimits {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut limits = Self::default();
        for part in text.split(',') {
            let (name, rate) = part.split_once('=').ok_or(())?;
            let rate = rate.parse()?;
            match name.trim() {
                "auth" => limits.auth = rate,
                "search" => limits.search = rate,
                "add" => limits.add = rate,
                "rooms" => limits.rooms = rate,
                "admin" => limits.admin = rate,
                "joins" => limits.joins = rate,
                "invites" => limits.invites = rate,
                _ => return Err(()),
            }
        }
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_keeps_its_rate() {
        let limits: RateLimits = "search=5/s, rooms=1/h".parse().unwrap();
        assert_eq!(limits.search.per, Duration::from_secs(1));
        assert_eq!(limits.auth, RateLimits::default().auth);
        for wrong in [
            "",
            "search",
            "search=5",
            "search=0/s",
            "search=x/s",
            "search=5/day",
            "sarch=5/s",
        ] {
            assert_eq!(wrong.parse::<RateLimits>(), Err(()), "{wrong}");
        }
    }
}
