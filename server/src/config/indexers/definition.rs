//! Definitions of indexers, in the text of `MATINEE_INDEXERS` or in a TOML file. All problems are reported at once,
//! without API keys.

use serde::Deserialize;
use std::{collections::HashSet, fmt, str::FromStr};
use url::Url;

/// Maximum number of indexers. Each search queries all of them.
const INDEXERS: usize = 50;

/// Maximum length of a name, characters. It is part of every row of the results.
const NAME_CHARS: usize = 40;

const KINDS: &str = "torznab, internet-archive and catalogue";

/// Definition of an indexer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexerDefinition {
    /// Name shown to users: 1 to 40 of a to z, 0 to 9 and hyphen.
    pub name: String,
    /// Kind and address.
    pub kind: IndexerKind,
}

/// Kind of an indexer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexerKind {
    /// Torznab, as spoken by Jackett, Prowlarr and Bitmagnet.
    Torznab(IndexerAddress),
    /// archive.org, or a mirror of its search.
    InternetArchive(IndexerAddress),
    /// This instance's own catalogue.
    Catalogue,
}

/// IndexerAddress of an indexer. It may contain an API key, so `Debug` shows only scheme, host and port.
#[derive(Clone, PartialEq, Eq)]
pub struct IndexerAddress(Url);

impl IndexerAddress {
    /// Returns the full address, including the key.
    pub fn url(&self) -> &Url {
        &self.0
    }

    fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("its address cannot be read: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("its address must begin with http:// or https://".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("its address must not contain a user name or password".to_owned());
        }
        if url.port() == Some(0) {
            return Err("its address has port 0".to_owned());
        }
        Ok(Self(url))
    }
}

impl fmt::Debug for IndexerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

/// Default address of the Internet Archive.
const INTERNET_ARCHIVE: &str = "https://archive.org";

/// Parses definitions separated by commas. An empty text means no indexers.
pub fn parse_indexers(text: &str) -> Result<Vec<IndexerDefinition>, Vec<String>> {
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    collect(entries.map(str::parse))
}

impl FromStr for IndexerDefinition {
    type Err = Vec<String>;

    /// Parses `kind`, `name=kind` or `name=kind+address`. A comma inside an address is written `%2C`.
    fn from_str(entry: &str) -> Result<Self, Vec<String>> {
        let (before_address, address) = entry
            .split_once('+')
            .map_or((entry, None), |(a, b)| (a, Some(b.trim())));
        let (name, kind) = before_address
            .split_once('=')
            .map_or((None, before_address), |(n, k)| (Some(n.trim()), k));
        Raw {
            name,
            kind: kind.trim(),
            address: address.map(str::to_owned),
            key: None,
        }
        .check()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    indexer: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Option<String>,
    kind: String,
    url: Option<String>,
    api_key: Option<String>,
}

/// Parses a TOML file: `[[indexer]]` tables with `kind`, and `name`, `url` and `api_key` as needed.
pub fn parse_indexers_toml(text: &str) -> Result<Vec<IndexerDefinition>, Vec<String>> {
    let file: File = toml::from_str(text).map_err(|error| {
        // The error's `Display` quotes the line, which may contain a key.
        let line = error.span().map_or(1, |span| {
            text.get(..span.start).map_or(1, |before| before.split('\n').count())
        });
        vec![format!("line {line}: {}", without_value(error.message()))]
    })?;
    collect(file.indexer.iter().map(|entry| {
        let (address, key) = (entry.url.clone(), entry.api_key.as_deref());
        Raw {
            name: entry.name.as_deref(),
            kind: &entry.kind,
            address,
            key,
        }
        .check()
    }))
}

/// Strips the offending value from an error message: "invalid type: integer `1234`, expected a string" would reveal a
/// key that was written without quotes.
fn without_value(message: &str) -> &str {
    let first_line = message.lines().next().unwrap_or_default();
    match first_line.rsplit_once(", ") {
        Some((start, expected)) if start.starts_with("invalid ") => expected,
        _ => first_line,
    }
}

fn collect(
    checked: impl Iterator<Item = Result<IndexerDefinition, Vec<String>>>,
) -> Result<Vec<IndexerDefinition>, Vec<String>> {
    let (mut indexers, mut problems, mut names) = (Vec::new(), Vec::new(), HashSet::new());
    for (index, indexer) in checked.enumerate() {
        let mut refuse = |problem: String| problems.push(format!("indexer {}: {problem}", index + 1));
        match indexer {
            Ok(indexer) if !names.insert(indexer.name.clone()) => {
                refuse(format!("another one is named {} already", indexer.name));
            }
            Ok(indexer) => indexers.push(indexer),
            Err(reasons) => reasons.into_iter().for_each(refuse),
        }
    }
    if names.len() > INDEXERS {
        problems.push(format!(
            "there are {} indexers; at most {INDEXERS} can be asked",
            names.len()
        ));
    }
    if problems.is_empty() {
        Ok(indexers)
    } else {
        Err(problems)
    }
}

/// Unvalidated entry.
struct Raw<'t> {
    name: Option<&'t str>,
    kind: &'t str,
    address: Option<String>,
    key: Option<&'t str>,
}

impl Raw<'_> {
    fn check(self) -> Result<IndexerDefinition, Vec<String>> {
        let name = self.name();
        let kind = self.kind();
        match (name, kind) {
            (Ok(name), Ok(kind)) => Ok(IndexerDefinition { name, kind }),
            (name, kind) => Err(name.err().into_iter().chain(kind.err()).collect()),
        }
    }

    fn name(&self) -> Result<String, String> {
        let name = match (self.name, self.kind) {
            (Some(name), _) => name,
            (None, "torznab") => return Err("give it a name, as in my-prowlarr=torznab+https://…".to_owned()),
            (None, kind) => kind,
        };
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (1..=NAME_CHARS).contains(&name.len()) && name.chars().all(fits) {
            return Ok(name.to_owned());
        }
        Err(format!(
            "its name must be 1 to {NAME_CHARS} of a to z, 0 to 9 and hyphen"
        ))
    }

    fn kind(&self) -> Result<IndexerKind, String> {
        let address = self.address.as_deref().map(IndexerAddress::parse).transpose()?;
        match (self.kind, address) {
            ("torznab", Some(address)) => Ok(IndexerKind::Torznab(self.with_key(address))),
            ("torznab", None) => {
                Err("its address is missing, as in name=torznab+https://host/path?apikey=…".to_owned())
            }
            ("internet-archive", Some(address)) => Ok(IndexerKind::InternetArchive(address)),
            ("internet-archive", None) => Ok(IndexerKind::InternetArchive(IndexerAddress::parse(INTERNET_ARCHIVE)?)),
            ("catalogue", None) => Ok(IndexerKind::Catalogue),
            ("catalogue", Some(_)) => Err("the catalogue has no address".to_owned()),
            // The value is not repeated, because it may contain a key.
            _ => Err(format!("its kind is not known; there are {KINDS}")),
        }
    }

    fn with_key(&self, IndexerAddress(mut url): IndexerAddress) -> IndexerAddress {
        if let Some(key) = self.key {
            url.query_pairs_mut().append_pair("apikey", key);
        }
        IndexerAddress(url)
    }
}

#[cfg(test)]
#[path = "definition_tests.rs"]
mod tests;
