//! Language of a page: the one that the account prefers, else the best one of the request's `Accept-Language` (RFC 9110
//! section 12.5.4), else English.

use crate::{account::preference, config::ServerConfig, state::AppState};
use app::{
    backend::{Backend, Caller},
    i18n::Language,
    protocol::Session,
};
use http::{HeaderMap, HeaderValue, header};
use std::cmp::Reverse;

/// Maximum number of language ranges that are read; browsers send about five.
const MAX_RANGES: usize = 24;

/// Maximum length of a language range, bytes; RFC 5646 (section 4.4.1) asks for 35 at least.
const MAX_RANGE_BYTES: usize = 35;

/// Returns the language in which a page is rendered.
pub fn of(config: &ServerConfig, session: Option<&Session>, headers: &HeaderMap) -> Language {
    let offered: Vec<Language> = Language::all()
        .filter(|language| config.pseudo_languages || !language.facts().is_pseudo)
        .collect();
    let user = session.and_then(|session| session.user.as_ref());
    user.and_then(|user| preference::language(&user.preferences))
        .filter(|language| offered.contains(language))
        .unwrap_or_else(|| accepted(headers, &offered))
}

/// Returns the language for a caller, whose preferences are read from the database.
pub async fn of_caller(state: &AppState, caller: &Caller, headers: &HeaderMap) -> Language {
    let session = match caller.viewer.account() {
        Some(_) => state.session(caller).await.ok(),
        None => None,
    };
    of(&state.config.server, session.as_ref(), headers)
}

/// Tells caches and browsers in which language the page is, and that the request decided it.
pub fn tell(headers: &mut HeaderMap, language: Language) {
    // Others of our layers vary responses too.
    headers.append(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.facts().code),
    );
}

/// Returns the best language for these headers: of all ranges that match one, the one with the highest quality, and the
/// first of equals.
fn accepted(headers: &HeaderMap, offered: &[Language]) -> Language {
    let fields = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    let fields = fields.filter_map(|field| field.to_str().ok());
    let parts = fields.flat_map(|field| field.split(',')).take(MAX_RANGES);
    let mut ranges: Vec<Range<'_>> = parts.filter_map(Range::parse).collect();
    ranges.sort_by_key(|range| Reverse(range.quality));
    let is_refused = |language: &Language| ranges.iter().any(|range| range.quality == 0 && range.is(*language));
    let left: Vec<Language> = offered
        .iter()
        .copied()
        .filter(|language| !is_refused(language))
        .collect();
    let mut wanted = ranges.iter().filter(|range| range.quality > 0);
    wanted.find_map(|range| range.best_of(&left)).unwrap_or_default()
}

/// Language range with its quality (RFC 4647 section 2.1).
struct Range<'a> {
    tag: &'a str,
    /// Quality, thousandths; 0 refuses the language.
    quality: u16,
}

impl<'a> Range<'a> {
    /// Parses `de-AT;q=0.8`; `None` for anything else.
    fn parse(text: &'a str) -> Option<Self> {
        let (tag, weight) = match text.split_once(';') {
            Some((tag, weight)) => (tag, Some(weight)),
            None => (text, None),
        };
        let tag = tag.trim();
        let is_tag = tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if tag.is_empty() || tag.len() > MAX_RANGE_BYTES || !(is_tag || tag == "*") {
            return None;
        }
        let quality = weight.map_or(Some(1000), quality)?;
        Some(Self { tag, quality })
    }

    fn is(&self, language: Language) -> bool {
        language.facts().code.eq_ignore_ascii_case(self.tag)
    }

    /// Returns the language for this range: itself, else one that it is the beginning of, else the one of its own
    /// beginning (RFC 4647 section 3.4), `de` for `de-AT`. A pseudo-language has to be named in full.
    fn best_of(&self, offered: &[Language]) -> Option<Language> {
        let named = offered.iter().copied().find(|language| self.is(*language));
        let mut real = offered.iter().copied().filter(|language| !language.facts().is_pseudo);
        if self.tag == "*" {
            return real.next();
        }
        named
            .or_else(|| real.find(|language| begins_with(language.facts().code, self.tag)))
            .or_else(|| {
                let (tag, _) = self.tag.rsplit_once('-')?;
                Self { tag, ..*self }.best_of(offered)
            })
    }
}

/// Parses `q=0.8` (RFC 9110 section 12.4.2) as thousandths.
fn quality(weight: &str) -> Option<u16> {
    let (name, value) = weight.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, decimals) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let is_number = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths: u16 = format!("{decimals:0<3}").parse().ok().filter(|_| is_number)?;
    match (whole, thousandths) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

/// Returns whether a tag begins with all subtags of a range.
fn begins_with(tag: &str, range: &str) -> bool {
    let start = tag.get(..range.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(range)) && tag[range.len()..].starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the tag of the language for the header's fields.
    fn chosen(fields: &[&[u8]], with_pseudo: bool) -> &'static str {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(header::ACCEPT_LANGUAGE, HeaderValue::from_bytes(field).unwrap());
        }
        let settings = with_pseudo.then(|| ("MATINEE_PSEUDO_LANGUAGES".to_owned(), "on".to_owned()));
        let config = crate::config::Config::parse(settings).unwrap().server;
        of(&config, None, &headers).facts().code
    }

    #[test]
    fn the_best_language_that_there_is_is_chosen() {
        for (field, code) in [
            ("", "en"),
            ("de", "de"),
            ("DE-de", "de"),
            ("de-AT", "de"),
            ("de-Latn-AT-1996", "de"),
            ("de-AT,de;q=0.9,en;q=0.8", "de"),
            ("en-GB,en;q=0.9,de;q=0.8", "en"),
            ("en;q=0.8,de", "de"),
            ("en;q=0.1, de;q=0.123", "de"),
            ("tlh, de;q=0.5, en;q=0.4", "de"),
            ("tlh", "en"),
            ("den, deu", "en"),
            ("*", "en"),
            ("*, de;q=0.5", "en"),
            ("en;q=0, *", "de"),
            ("de;q=0, *;q=0.5", "en"),
            ("de;q=0, de-AT", "en"),
            ("de;q=1.000", "de"),
            ("de ; q = 0.7 , en;q=0.6", "de"),
            ("de;Q=0.7", "de"),
        ] {
            assert_eq!(chosen(&[field.as_bytes()], false), code, "{field:?}");
        }
        assert_eq!(chosen(&[], false), "en");
        assert_eq!(chosen(&[b"tlh", b"de;q=0.3"], false), "de");
    }

    #[test]
    fn junk_is_passed_over() {
        for field in [
            "de;q=2",
            "de;q=1.001",
            "de;q=-1",
            "de;q=0.1234",
            "de;q=",
            "de;q",
            "de;level=1",
            "d e",
            "de_DE",
            ";q=1",
            ",,,",
            "<script>",
            "**",
            "-",
            "--de",
        ] {
            assert_eq!(chosen(&[field.as_bytes()], false), "en", "{field:?}");
            let with_german = format!("{field}, de;q=0.2");
            assert_eq!(chosen(&[with_german.as_bytes()], false), "de", "{with_german:?}");
        }
        assert_eq!(chosen(&[b"d\xc3\xa9", b"de"], false), "de");
        let long = "d".repeat(36);
        assert_eq!(chosen(&[long.as_bytes(), b"de"], false), "de");
        let many = "tlh,".repeat(MAX_RANGES) + "de";
        assert_eq!(chosen(&[many.as_bytes()], false), "en", "nobody reads on for ever");
    }

    #[test]
    fn a_pseudo_language_is_for_tests_and_named_in_full() {
        for (field, with_pseudo, code) in [
            ("en-XA", true, "en-XA"),
            ("en-xa", true, "en-XA"),
            ("ar-XB", true, "ar-XB"),
            ("en-XA", false, "en"),
            ("ar-XB", false, "en"),
            ("ar", true, "en"),
            ("en", true, "en"),
            ("en;q=0, de;q=0, *", true, "en"),
        ] {
            assert_eq!(chosen(&[field.as_bytes()], with_pseudo), code, "{field:?}");
        }
    }
}
