//! Room limits: `MATINEE_ROOM_CAPACITY` and `MATINEE_ROOM_IDLE`.

use super::reader::Reader;
use std::{str::FromStr, time::Duration};

/// Valid capacities of a room, on any machine.
const CAPACITY: std::ops::RangeInclusive<u32> = 2..=10_000;

/// Limits of every room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomConfig {
    /// Maximum number of people in a room.
    pub capacity: u32,
    /// Idle timeout: a room without activity closes after this time.
    pub idle: Duration,
}

impl RoomConfig {
    pub(super) fn from_env(reader: &mut Reader) -> Self {
        let capacity = reader.get("MATINEE_ROOM_CAPACITY", "from 2 to 10000 people", Capacity::default());
        let idle = reader.get(
            "MATINEE_ROOM_IDLE",
            "like 30min or 4h, a minute to 30 days",
            Idle::default(),
        );
        Self {
            capacity: capacity.0,
            idle: idle.0,
        }
    }
}

/// Validated capacity.
#[derive(Debug, Clone, Copy)]
struct Capacity(u32);

impl Default for Capacity {
    fn default() -> Self {
        Self(100)
    }
}

impl FromStr for Capacity {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let people = text.parse().map_err(|_| ())?;
        CAPACITY.contains(&people).then_some(Self(people)).ok_or(())
    }
}

/// Validated duration, written like `90s`, `30min` or `4h`; from one minute to 30 days.
#[derive(Debug, Clone, Copy)]
struct Idle(Duration);

impl Default for Idle {
    fn default() -> Self {
        Self(Duration::from_secs(4 * 3_600))
    }
}

impl FromStr for Idle {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let seconds: u64 = match &text[digits.len()..] {
            "s" => 1,
            "min" => 60,
            "h" => 3_600,
            _ => return Err(()),
        };
        let number: u64 = digits.trim().parse().map_err(|_| ())?;
        let seconds = number.saturating_mul(seconds);
        let fits = (60..=30 * 86_400).contains(&seconds);
        fits.then_some(Self(Duration::from_secs(seconds))).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_and_a_room_people() {
        for (text, seconds) in [("4h", 14_400), ("30min", 1_800), ("90s", 90)] {
            assert_eq!(text.parse::<Idle>().unwrap().0.as_secs(), seconds, "{text}");
        }
        for wrong in ["", "4", "h", "59s", "31536000h", "-4h", "4 d", "99999999999999999999h"] {
            assert!(wrong.parse::<Idle>().is_err(), "{wrong}");
        }
        assert_eq!("2".parse::<Capacity>().unwrap().0, 2);
        for wrong in ["1", "0", "10001", "", "ten"] {
            assert!(wrong.parse::<Capacity>().is_err(), "{wrong}");
        }
    }
}
