//! Byte ranges and preconditions (RFC 9110 sections 13 and 14). Pure: headers in, a decision out.

use std::ops::Range;

/// Decision on the response to a GET or HEAD request for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// 200 with the whole file.
    Whole,
    /// 206 with these bytes.
    Part(Range<u64>),
    /// 416: no byte of the requested range exists.
    Unsatisfiable,
    /// 304: the client has it already.
    NotModified,
    /// 412: the client requested another version.
    PreconditionFailed,
}

/// The request's header fields that determine the response, unparsed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Conditions<'a> {
    /// `Range`
    pub range: Option<&'a str>,
    /// `If-Range`
    pub if_range: Option<&'a str>,
    /// `If-Match`
    pub if_match: Option<&'a str>,
    /// `If-None-Match`
    pub if_none_match: Option<&'a str>,
}

/// Evaluates the conditions in the order of RFC 9110 section 13.2.2, for a file of this length and strong entity tag.
///
/// The file has no meaningful modification date, so dates in `If-Range` never match. A request for several ranges is
/// answered with the whole file, as section 14.2 allows: no player sends one, but an attacker would.
pub fn decide(conditions: Conditions<'_>, etag: &str, length: u64) -> Decision {
    if conditions
        .if_match
        .is_some_and(|tags| !any_tag(tags, |tag| tag == etag))
    {
        return Decision::PreconditionFailed;
    }
    // If-None-Match compares weakly (section 13.1.2).
    if conditions
        .if_none_match
        .is_some_and(|tags| any_tag(tags, |tag| tag.strip_prefix("W/").unwrap_or(tag) == etag))
    {
        return Decision::NotModified;
    }
    if conditions.if_range.is_some_and(|tag| tag.trim() != etag) {
        return Decision::Whole;
    }
    match conditions.range {
        Some(range) => parse(range, length),
        None => Decision::Whole,
    }
}

fn any_tag(tags: &str, matches: impl Fn(&str) -> bool) -> bool {
    tags.trim() == "*" || tags.split(',').any(|tag| matches(tag.trim()))
}

/// Parses `Range`. A malformed or unknown range is ignored (section 14.2), one outside the file is unsatisfiable
/// (section 14.1.1).
fn parse(header: &str, length: u64) -> Decision {
    let Some((unit, set)) = header.split_once('=') else {
        return Decision::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Decision::Whole;
    }
    let mut ranges = set.split(',').map(str::trim).filter(|range| !range.is_empty());
    let (Some(range), None) = (ranges.next(), ranges.next()) else {
        return Decision::Whole;
    };
    let Some((first, last)) = range.split_once('-') else {
        return Decision::Whole;
    };
    match (number(first), number(last)) {
        (Some(Some(first)), Some(Some(last))) if first > last => Decision::Whole,
        (Some(Some(first)), Some(last)) => {
            let end = last.unwrap_or(u64::MAX).saturating_add(1).min(length);
            if first < length {
                Decision::Part(first..end)
            } else {
                Decision::Unsatisfiable
            }
        }
        (Some(None), Some(Some(suffix))) => {
            if suffix > 0 && length > 0 {
                Decision::Part(length - suffix.min(length)..length)
            } else {
                Decision::Unsatisfiable
            }
        }
        _ => Decision::Whole,
    }
}

/// Parses a number: `None` is not a number, `Some(None)` is an empty text. A number too large for 64 bits becomes the
/// largest.
fn number(text: &str) -> Option<Option<u64>> {
    if text.is_empty() {
        return Some(None);
    }
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| Some(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ETAG: &str = "\"abc-0\"";

    fn range(header: &str, length: u64) -> Decision {
        decide(
            Conditions {
                range: Some(header),
                ..Default::default()
            },
            ETAG,
            length,
        )
    }

    #[test]
    fn ranges_as_the_rfc_has_them() {
        use Decision::{Part, Unsatisfiable, Whole};
        for (header, expected) in [
            ("bytes=0-499", Part(0..500)),
            ("bytes=500-999", Part(500..1000)),
            ("bytes=-500", Part(9500..10000)),
            ("bytes=9500-", Part(9500..10000)),
            ("bytes=0-0", Part(0..1)),
            ("bytes=-1", Part(9999..10000)),
            ("bytes=-20000", Part(0..10000)),
            ("bytes=0-99999999999999999999999", Part(0..10000)),
            ("Bytes = 1-2", Part(1..3)),
            ("bytes=1-2,", Part(1..3)),
            ("bytes=10000-", Unsatisfiable),
            ("bytes=99999999999999999999999-", Unsatisfiable),
            ("bytes=-0", Unsatisfiable),
            ("bytes=5-4", Whole),
            ("bytes=0-1,5-6", Whole),
            ("bytes=", Whole),
            ("bytes=-", Whole),
            ("bytes=a-b", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=--1", Whole),
            ("items=0-1", Whole),
            ("0-1", Whole),
        ] {
            assert_eq!(range(header, 10_000), expected, "{header}");
        }
        assert_eq!(range("bytes=0-", 0), Unsatisfiable);
        assert_eq!(range("bytes=-5", 0), Unsatisfiable);
    }

    #[test]
    fn preconditions_come_first() {
        let all = Conditions {
            range: Some("bytes=0-1"),
            ..Default::default()
        };
        let decide = |conditions| decide(conditions, ETAG, 100);
        assert_eq!(
            decide(Conditions {
                if_range: Some(ETAG),
                ..all
            }),
            Decision::Part(0..2)
        );
        assert_eq!(
            decide(Conditions {
                if_range: Some("W/\"abc-0\""),
                ..all
            }),
            Decision::Whole
        );
        assert_eq!(
            decide(Conditions {
                if_range: Some("Wed, 21 Oct 2015 07:28:00 GMT"),
                ..all
            }),
            Decision::Whole
        );
        assert_eq!(
            decide(Conditions {
                if_match: Some("\"other\""),
                ..all
            }),
            Decision::PreconditionFailed
        );
        assert_eq!(
            decide(Conditions {
                if_match: Some("\"other\", \"abc-0\""),
                ..all
            }),
            Decision::Part(0..2)
        );
        assert_eq!(
            decide(Conditions {
                if_none_match: Some("W/\"abc-0\""),
                ..all
            }),
            Decision::NotModified
        );
        assert_eq!(
            decide(Conditions {
                if_none_match: Some("*"),
                ..all
            }),
            Decision::NotModified
        );
    }

    proptest! {
        #[test]
        fn a_part_is_never_empty_and_never_outside(header in "(bytes)?=?[0-9a-z,= -]{0,40}", length: u64) {
            if let Decision::Part(part) = range(&header, length) {
                prop_assert!(part.start < part.end && part.end <= length);
            }
        }

        #[test]
        fn every_range_inside_is_answered_exactly(a in 0u64..1_000_000, b in 0u64..1_000_000) {
            let (first, last) = (a.min(b), a.max(b));
            prop_assert_eq!(range(&format!("bytes={first}-{last}"), 1_000_000), Decision::Part(first..last + 1));
        }
    }
}
