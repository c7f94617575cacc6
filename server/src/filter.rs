//! Content filter: words, regular expressions and info hashes that an admin has blocked from search, ingest and
//! additions.
//!
//! [`Rules`] is the pure matcher; [`Filter`] keeps the database's filters compiled. Changes on other nodes take effect
//! within [`RELOAD_INTERVAL`].

use crate::{db::Db, error::Result};
use app::{
    error::{Error, Kind},
    i18n::Text,
    protocol::{FilterKind, InfoHash},
    t,
};
use regex::{Regex, RegexBuilder};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Interval at which filters are re-read, to pick up changes from other nodes.
pub const RELOAD_INTERVAL: Duration = Duration::from_secs(30);

/// Maximum length of a pattern, characters.
pub const PATTERN_CHARS: usize = 500;

/// Returns the maximum number of filters of a kind. Words and hashes cost one look-up each, but every expression runs
/// on every title.
pub fn most(kind: FilterKind) -> u64 {
    match kind {
        FilterKind::Word | FilterKind::InfoHash => 10_000,
        FilterKind::Regex => 50,
    }
}

/// Size limit of a compiled expression, bytes. `\w{500}` needs more, and no sensible filter does.
const REGEX_BYTES: usize = 256 << 10;

/// Compiled filters. Pure.
#[derive(Debug, Default)]
pub struct Rules {
    /// Version, increased with each change, for callers that cache verdicts.
    version: u64,
    hashes: HashSet<InfoHash>,
    words: HashSet<String>,
    /// Phrases of several words, indexed by their first word.
    phrases: HashMap<String, Vec<Vec<String>>>,
    expressions: Vec<Regex>,
}

impl Rules {
    /// Compiles filters. Patterns are validated on creation; one that does not compile nevertheless is logged and
    /// skipped.
    pub fn compile(filters: impl IntoIterator<Item = (FilterKind, String)>) -> Self {
        let mut rules = Self::default();
        for (kind, pattern) in filters {
            if let Err(reason) = rules.add(kind, &pattern) {
                tracing::error!(kind = kind.as_str(), reason, "a filter cannot be used");
            }
        }
        rules
    }

    fn add(&mut self, kind: FilterKind, pattern: &str) -> Result<(), String> {
        match kind {
            FilterKind::InfoHash => {
                let hash = pattern.trim().parse().map_err(|error| format!("{error}"))?;
                self.hashes.insert(hash);
            }
            FilterKind::Regex => self
                .expressions
                .push(expression(pattern).map_err(|wrong| wrong.to_string())?),
            FilterKind::Word => {
                let mut words = words(pattern);
                match words.len() {
                    0 => return Err("there is no letter or digit in it".to_owned()),
                    1 => {
                        self.words.extend(words.pop());
                    }
                    _ => self.phrases.entry(words[0].clone()).or_default().push(words),
                }
            }
        }
        Ok(())
    }

    /// Returns the version of the rules.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Returns whether there are no rules.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty() && self.words.is_empty() && self.phrases.is_empty() && self.expressions.is_empty()
    }

    /// Returns whether an info hash is blocked.
    pub fn blocks_hash(&self, info_hash: InfoHash) -> bool {
        self.hashes.contains(&info_hash)
    }

    /// Returns whether a title or a file path is blocked.
    pub fn blocks_text(&self, text: &str) -> bool {
        if self.expressions.iter().any(|expression| expression.is_match(text)) {
            return true;
        }
        if self.words.is_empty() && self.phrases.is_empty() {
            return false;
        }
        let words = words(text);
        words.iter().enumerate().any(|(place, word)| {
            let here = || words.get(place..).unwrap_or_default();
            let phrases = self.phrases.get(word);
            self.words.contains(word) || phrases.is_some_and(|them| them.iter().any(|it| here().starts_with(it)))
        })
    }

    /// Returns whether a torrent is blocked by its info hash, its name or the path of any file.
    pub fn blocks<'t>(
        &self,
        info_hash: Option<InfoHash>,
        name: &str,
        paths: impl IntoIterator<Item = &'t str>,
    ) -> bool {
        !self.is_empty()
            && (info_hash.is_some_and(|hash| self.blocks_hash(hash))
                || self.blocks_text(name)
                || paths.into_iter().any(|path| self.blocks_text(path)))
    }
}

/// Returns the 403 error for a blocked torrent. Reveals neither the filter nor its pattern, which are the admin's business.
pub fn refusal() -> Error {
    Error::new(Kind::Forbidden, t::server_torrent::blocked())
}

/// Validates a pattern and returns its canonical form, which makes duplicates detectable.
pub fn check(kind: FilterKind, pattern: &str) -> Result<String, Text> {
    let pattern = pattern.trim();
    if pattern.is_empty() {
        return Err(t::server_admin::filter_empty());
    }
    if pattern.chars().count() > PATTERN_CHARS {
        return Err(t::server_admin::filter_long(PATTERN_CHARS as u64));
    }
    if pattern.chars().any(char::is_control) {
        return Err(t::server_admin::filter_control());
    }
    match kind {
        FilterKind::InfoHash => pattern
            .parse::<InfoHash>()
            .map(|hash| hash.to_string())
            .map_err(|_| t::server_admin::filter_hash()),
        FilterKind::Word => Some(words(pattern).join(" "))
            .filter(|words| !words.is_empty())
            .ok_or_else(t::server_admin::filter_letters),
        FilterKind::Regex => {
            let expression = expression(pattern).map_err(|wrong| match wrong {
                WrongExpression::TooLarge => t::server_admin::filter_too_large(),
                WrongExpression::Invalid(reason) => t::server_admin::filter_expression(&reason),
            })?;
            if expression.is_match("") {
                return Err(t::server_admin::filter_everything());
            }
            Ok(pattern.to_owned())
        }
    }
}

/// Reason why an expression cannot be used.
#[derive(Debug, thiserror::Error)]
enum WrongExpression {
    #[error("it is too large")]
    TooLarge,
    /// The library's reason, in English.
    #[error("{0}")]
    Invalid(String),
}

fn expression(pattern: &str) -> Result<Regex, WrongExpression> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(REGEX_BYTES)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => WrongExpression::TooLarge,
            // The last line is the message; the lines before it mark the position in the pattern.
            error => {
                let text = error.to_string();
                let last = text.lines().last().unwrap_or_default().trim();
                WrongExpression::Invalid(last.trim_start_matches("error: ").trim_end_matches('.').to_owned())
            }
        })
}

/// Splits a text into words: runs of letters and digits, lower-cased, without diacritics.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars() {
        match (c.is_alphanumeric(), is_mark(c)) {
            // A combining mark, as in decomposed text, does not end the word.
            (_, true) => {}
            (true, _) => {
                if let Some(word) = words.last_mut() {
                    word.extend(c.to_lowercase().filter(|c| !is_mark(*c)).map(without_accent));
                }
            }
            (false, _) => {
                if words.last().is_some_and(|word| !word.is_empty()) {
                    words.push(String::new());
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns whether a character is a combining mark or invisible between letters.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Strips diacritics from Latin letters, since titles are spelled with and without them, and maps full-width forms to
/// ASCII.
fn without_accent(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' | 'ấ' | 'ầ' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ế' | 'ề' | 'ệ' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ố' | 'ồ' | 'ộ' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ａ'..='ｚ' | '０'..='９' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Compiled filters of the database. Cheap to clone.
#[derive(Clone)]
pub struct Filter {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    rules: RwLock<Arc<Rules>>,
    /// Filters that the current rules were compiled from.
    known: tokio::sync::Mutex<Vec<(FilterKind, String)>>,
    versions: AtomicU64,
}

impl Filter {
    /// Loads the filters from the database.
    pub async fn load(db: Db) -> anyhow::Result<Self> {
        let filter = Self {
            shared: Arc::new(Shared {
                db,
                rules: RwLock::default(),
                known: tokio::sync::Mutex::default(),
                versions: AtomicU64::new(0),
            }),
        };
        filter.reload().await?;
        Ok(filter)
    }

    /// Returns the current rules.
    pub fn rules(&self) -> Arc<Rules> {
        self.shared.rules.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Re-reads the filters, and compiles them if they have changed.
    pub async fn reload(&self) -> sqlx::Result<()> {
        // Held across the query, so that an older result never replaces a newer one.
        let mut known = self.shared.known.lock().await;
        let filters = self.shared.db.all_filters().await?;
        if *known == filters {
            return Ok(());
        }
        let rules = Rules {
            version: self.shared.versions.fetch_add(1, Ordering::Relaxed) + 1,
            ..Rules::compile(filters.clone())
        };
        *self.shared.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
        *known = filters;
        Ok(())
    }

    /// Periodically picks up changes from other nodes, for as long as the server runs.
    pub async fn follow(self) {
        loop {
            tokio::time::sleep(RELOAD_INTERVAL).await;
            if let Err(error) = self.reload().await {
                tracing::warn!(%error, "the filters could not be read again; those of before stay");
            }
        }
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
