//! Numbers as a person reads them: sizes, speeds, lengths, ages. Pure.

use crate::protocol::Timestamp;

const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];

/// A size in the decimal units that shops and disks use: `1.4 GB`, `700 MB`, `0 B`.
pub fn size(bytes: u64) -> String {
    let (value, unit) = scaled(bytes);
    format!("{value} {unit}")
}

/// A speed: `1.4 MB/s`.
pub fn speed(bytes_per_second: u64) -> String {
    let (value, unit) = scaled(bytes_per_second);
    format!("{value} {unit}/s")
}

/// How much of something is there, in the unit of the whole: `1.4 of 2 MB`.
pub fn part_of(have_bytes: u64, all_bytes: u64) -> String {
    let mut divisor = 1.0;
    let mut unit = 0;
    while all_bytes as f64 / divisor >= 1000.0 && unit + 1 < UNITS.len() {
        divisor *= 1000.0;
        unit += 1;
    }
    let number = |bytes: u64| short(bytes as f64 / divisor);
    format!("{} of {} {}", number(have_bytes), number(all_bytes), UNITS[unit])
}

fn scaled(bytes: u64) -> (String, &'static str) {
    let mut value = bytes as f64;
    let mut unit = 0;
    // 999.5 would be written as 1000.
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 {
        (format!("{bytes}"), UNITS[0])
    } else {
        (short(value), UNITS[unit])
    }
}

/// One decimal below ten, none above, and never a trailing `.0`.
fn short(value: f64) -> String {
    if value >= 9.95 {
        return format!("{value:.0}");
    }
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A position in a film: `12:34`, `1:02:03`. Anything that is no length is `0:00`.
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

/// A stretch of time in words, for screen readers and remaining time: `1 h 2 min`, `3 min`, `12 s`.
pub fn stretch(seconds: f64) -> String {
    let whole = if seconds.is_finite() && seconds > 0.0 {
        seconds.ceil() as u64
    } else {
        0
    };
    match whole {
        0..=59 => format!("{whole} s"),
        60..=3599 => format!("{} min", whole / 60),
        _ if whole / 60 % 60 == 0 => format!("{} h", whole / 3600),
        _ => format!("{} h {} min", whole / 3600, whole / 60 % 60),
    }
}

/// How long ago something was: `just now`, `5 min`, `3 h`, `4 days`, `2 years`.
pub fn age(now: Timestamp, then: Timestamp) -> String {
    let minutes = now.seconds_since(then) / 60;
    let days = minutes / 60 / 24;
    match (minutes, days) {
        (0, _) => "just now".to_owned(),
        (1..=59, _) => format!("{minutes} min"),
        (_, 0) => format!("{} h", minutes / 60),
        (_, 1..=59) => plural(days, "day", "days"),
        (_, 60..=729) => plural(days / 30, "month", "months"),
        _ => plural(days / 365, "year", "years"),
    }
}

/// `1 peer`, `12 peers`, with thin groups of thousands: `12 345 peers`.
pub fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// A number with its thousands apart (U+202F, a space that does not break).
pub fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + 6);
    for (index, digit) in digits.chars().enumerate() {
        // Four digits are still read at a glance.
        if index > 0 && digits.len() > 4 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
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
    fn thousands_stand_apart_from_five_digits_on() {
        assert_eq!(number(1234), "1234");
        assert_eq!(number(12_345), "12\u{202f}345");
        assert_eq!(number(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(plural(1, "peer", "peers"), "1 peer");
    }
}
