//! Formats sizes, rates, durations, ages and numbers for display, in the language of the page.

use crate::i18n::{current, format};
use crate::protocol::Timestamp;
use crate::t;

/// Number of units of a size: from bytes to terabytes.
const UNITS: usize = 5;

/// Formats a size in decimal units, as used for disks: `1.4 GB`, `700 MB`, `0 B`.
pub fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    let mut unit = 0;
    // 999.5 would be rounded to 1000.
    while value >= 999.5 && unit + 1 < UNITS {
        value /= 1000.0;
        unit += 1;
    }
    in_unit(unit, &short(value))
}

/// Formats a rate: `1.4 MB/s`.
pub fn speed(bytes_per_second: u64) -> String {
    t::size::per_second(&size(bytes_per_second))
}

/// Formats a part of a whole, in the unit of the whole: `1.4 of 2 MB`.
pub fn part_of(have_bytes: u64, all_bytes: u64) -> String {
    let mut divisor = 1.0;
    let mut unit = 0;
    while all_bytes as f64 / divisor >= 1000.0 && unit + 1 < UNITS {
        divisor *= 1000.0;
        unit += 1;
    }
    let number = |bytes: u64| short(bytes as f64 / divisor);
    t::size::part(t::size::Part {
        have: &number(have_bytes),
        whole: &in_unit(unit, &number(all_bytes)),
    })
}

fn in_unit(unit: usize, value: &str) -> String {
    match unit {
        0 => t::size::bytes(value),
        1 => t::size::kilobytes(value),
        2 => t::size::megabytes(value),
        3 => t::size::gigabytes(value),
        _ => t::size::terabytes(value),
    }
}

/// Formats a number with one decimal below ten and none above, without a trailing `.0`.
fn short(value: f64) -> String {
    if value >= 9.95 {
        return format!("{value:.0}");
    }
    let text = format!("{value:.1}");
    decimal(text.strip_suffix(".0").unwrap_or(&text))
}

/// Formats a number with one decimal: `1.2`.
pub fn tenths(value: f64) -> String {
    decimal(&format!("{value:.1}"))
}

/// Gives a number the decimal sign of the language.
pub fn decimal(digits: &str) -> String {
    digits.replace('.', current().facts().decimal)
}

/// Formats a playback position: `12:34`, `1:02:03`. Negative and non-finite values become `0:00`.
pub fn clock(seconds: f64) -> String {
    let whole = if seconds.is_finite() && seconds > 0.0 {
        seconds as u64
    } else {
        0
    };
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// Formats a duration, for screen readers and remaining time: `1 h 2 min`, `3 min`, `12 s`.
pub fn stretch(seconds: f64) -> String {
    let whole = if seconds.is_finite() && seconds > 0.0 {
        seconds.ceil() as u64
    } else {
        0
    };
    let (hours, minutes) = (whole / 3600, whole / 60 % 60);
    match whole {
        0..=59 => t::span::seconds(whole),
        60..=3599 => t::span::minutes(minutes),
        _ if minutes == 0 => t::span::hours(hours),
        _ => t::span::hours_minutes(t::span::HoursMinutes { hours, minutes }),
    }
}

/// Formats a measured time: `340 ms`, `1.2 s`.
pub fn elapsed(milliseconds: u64) -> String {
    if milliseconds < 1000 {
        t::span::milliseconds(milliseconds)
    } else {
        t::span::tenths(&tenths(milliseconds as f64 / 1000.0))
    }
}

/// Time since an event, in the largest unit that fits.
enum Age {
    Now,
    Minutes(u64),
    Hours(u64),
    Days(u64),
    Months(u64),
    Years(u64),
}

impl Age {
    fn of(now: Timestamp, then: Timestamp) -> Self {
        let minutes = now.seconds_since(then) / 60;
        let days = minutes / 60 / 24;
        match (minutes, days) {
            (0, _) => Self::Now,
            (1..=59, _) => Self::Minutes(minutes),
            (_, 0) => Self::Hours(minutes / 60),
            (_, 1..=59) => Self::Days(days),
            (_, 60..=729) => Self::Months(days / 30),
            _ => Self::Years(days / 365),
        }
    }
}

/// Formats the time since `then`: `just now`, `5 min`, `3 h`, `4 days`, `2 years`.
pub fn age(now: Timestamp, then: Timestamp) -> String {
    match Age::of(now, then) {
        Age::Now => t::age::just_now().to_owned(),
        Age::Minutes(minutes) => t::age::minutes(minutes),
        Age::Hours(hours) => t::age::hours(hours),
        Age::Days(days) => t::age::days(days),
        Age::Months(months) => t::age::months(months),
        Age::Years(years) => t::age::years(years),
    }
}

/// Formats when `then` was: `just now`, `5 min ago`, `4 days ago`.
pub fn ago(now: Timestamp, then: Timestamp) -> String {
    match Age::of(now, then) {
        Age::Now => t::ago::just_now().to_owned(),
        Age::Minutes(minutes) => t::ago::minutes(minutes),
        Age::Hours(hours) => t::ago::hours(hours),
        Age::Days(days) => t::ago::days(days),
        Age::Months(months) => t::ago::months(months),
        Age::Years(years) => t::ago::years(years),
    }
}

/// Formats the date of a timestamp, `2026-11-21`. `minutes_ahead` is the UTC offset at that time.
pub fn date(at: Timestamp, minutes_ahead: i64) -> String {
    let local = Timestamp(at.0.saturating_add(minutes_ahead * 60_000));
    let text = local.to_rfc3339().unwrap_or_default();
    let mut parts = text.get(..10).unwrap_or_default().split('-');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) => t::date::in_digits(t::date::InDigits { year, month, day }),
        _ => String::new(),
    }
}

/// Lists names: `Ada, Bob, Eve`.
pub fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first, rest @ ..] => t::list::more(t::list::More {
            first,
            rest: &list(rest),
        }),
    }
}

/// Formats a number with thousands separators (U+202F, narrow no-break space) from five digits on.
pub fn number(count: u64) -> String {
    format::number(count, current().facts())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_digits_that_matter() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1 kB"),
            (1_440_000_000, "1.4 GB"),
            (699_600_000, "700 MB"),
            (999_900_000, "1 GB"),
            (23_456_000_000, "23 GB"),
            (5_000_000_000_000_000, "5000 TB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(speed(1_430_000), "1.4 MB/s");
        assert_eq!(part_of(1_400_000, 2_000_000), "1.4 of 2 MB");
        assert_eq!(part_of(0, 2_000_000), "0 of 2 MB");
    }

    #[test]
    fn lengths_read_like_a_clock_and_nonsense_is_zero() {
        assert_eq!(clock(754.9), "12:34");
        assert_eq!(clock(3723.0), "1:02:03");
        assert_eq!(clock(f64::NAN), "0:00");
        assert_eq!(clock(-4.0), "0:00");
        assert_eq!(stretch(2.2), "3 s");
        assert_eq!(stretch(3720.0), "1 h 2 min");
        assert_eq!(stretch(7200.0), "2 h");
    }

    #[test]
    fn ages_are_told_in_the_largest_fitting_unit() {
        let then = Timestamp(0);
        let after = |seconds: i64| age(Timestamp(seconds * 1000), then);
        assert_eq!(after(-10), "just now");
        assert_eq!(after(59), "just now");
        assert_eq!(after(300), "5 min");
        assert_eq!(after(3 * 3600), "3 h");
        assert_eq!(after(24 * 3600), "1 day");
        assert_eq!(after(90 * 24 * 3600), "3 months");
        assert_eq!(after(800 * 24 * 3600), "2 years");
    }

    #[test]
    fn a_moment_in_the_past_is_told_as_such() {
        let when = |seconds: i64| ago(Timestamp(seconds * 1000), Timestamp(0));
        assert_eq!(when(59), "just now");
        assert_eq!(when(300), "5 min ago");
        assert_eq!(when(3 * 3600), "3 h ago");
        assert_eq!(when(24 * 3600), "1 day ago");
        assert_eq!(when(48 * 3600), "2 days ago");
        assert_eq!(when(31 * 24 * 3600), "31 days ago");
        assert_eq!(when(90 * 24 * 3600), "3 months ago");
        assert_eq!(when(800 * 24 * 3600), "2 years ago");
    }

    #[test]
    fn names_are_listed_in_their_order() {
        assert_eq!(list(&[]), "");
        assert_eq!(list(&["Ada"]), "Ada");
        assert_eq!(list(&["Ada", "Bob", "Eve"]), "Ada, Bob, Eve");
    }

    #[test]
    fn a_measured_time_is_exact_only_when_it_is_short() {
        assert_eq!(elapsed(340), "340 ms");
        assert_eq!(elapsed(1_240), "1.2 s");
        assert_eq!(elapsed(5_000), "5.0 s");
    }

    #[test]
    fn a_date_is_that_of_the_clock_on_the_wall() {
        let at = Timestamp::from_rfc3339("2026-07-14T22:30:00Z").unwrap();
        assert_eq!(date(at, 0), "2026-07-14");
        assert_eq!(date(at, 120), "2026-07-15");
        assert_eq!(date(Timestamp(-1), 60), "1970-01-01");
        assert_eq!(date(Timestamp(i64::MAX), 60), "");
    }

    #[test]
    fn thousands_stand_apart_from_five_digits_on() {
        assert_eq!(number(1234), "1234");
        assert_eq!(number(12_345), "12\u{202f}345");
        assert_eq!(number(1_234_567), "1\u{202f}234\u{202f}567");
    }
}
