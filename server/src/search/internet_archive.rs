//! The Internet Archive's public search. Its items have `.torrent` files, whose swarms it seeds itself.

use super::{clean, failure::Failure, links::Links, query::Query};
use crate::{
    fetch::{AllowedHost, Fetcher, Limits, Outcome},
    torrent::magnet::Magnet,
};
use app::protocol::{Category, Hit, InfoHash, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::time::Duration;
use url::Url;

/// Number of hits requested. The Archive sorts them by its own relevance; one page is enough.
const ROWS: &str = "50";

/// Maximum size of an answer, bytes. Fifty rows are 20 kB.
const ANSWER_BYTES: usize = 2 << 20;

/// Timeout of a single request; the indexer's timeout is shorter.
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// Maximum length of an identifier, characters (archive.org/developers, "Identifiers").
const IDENTIFIER_CHARS: usize = 100;

/// Trackers named in the Archive's `.torrent` files.
const TRACKERS: [&str; 2] = [
    "http://bt1.archive.org:6969/announce",
    "http://bt2.archive.org:6969/announce",
];

/// Maximum plausible size of an item, bytes: 1 PiB.
const MOST_BYTES: u64 = 1 << 50;

/// archive.org, or a mirror of its search.
pub struct InternetArchive {
    name: String,
    base: Url,
    fetcher: Fetcher,
    links: Links,
}

#[derive(Deserialize)]
struct Answered {
    response: Rows,
}

#[derive(Deserialize)]
struct Rows {
    docs: Vec<Map<String, Value>>,
}

impl InternetArchive {
    /// Creates an indexer for the archive at `base`.
    pub fn new(name: String, base: Url, fetcher: Fetcher, links: Links) -> Self {
        Self {
            name,
            base,
            fetcher,
            links,
        }
    }

    /// Returns the configured address.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Searches, and appends the hits to `found`.
    pub async fn search(&self, ask: &Query, found: &mut Vec<Hit>) -> Result<(), Failure> {
        let Some(query) = lucene(ask) else { return Ok(()) };
        let url = self.search_url(&query)?;
        let limits = Limits {
            bytes: ANSWER_BYTES,
            time: REQUEST_TIME,
        };
        let page = match self.fetcher.get(&url, &self.allowed(), limits).await? {
            Outcome::Magnet(_) => return Err(Failure::Nonsense("a redirect to a magnet link")),
            Outcome::Response(page) => page,
        };
        if let Some(failure) = Failure::of_status(&page) {
            return Err(failure);
        }
        let mut hits = read(&page.body)?
            .iter()
            .filter_map(|row| self.hit(row))
            .collect::<Vec<_>>();
        if !self.is_the_real_one() {
            self.hide_links(&mut hits).await;
        }
        found.append(&mut hits);
        Ok(())
    }

    fn is_the_real_one(&self) -> bool {
        self.base.host_str() == Some("archive.org")
    }

    /// Exempts a mirror from the private-network check: its address is the operator's choice. archive.org is never
    /// private.
    fn allowed(&self) -> AllowedHost {
        if self.is_the_real_one() {
            AllowedHost::none()
        } else {
            AllowedHost::of(&self.base)
        }
    }

    /// Replaces the links to a mirror with links to this server, because users may be unable to reach a private mirror.
    async fn hide_links(&self, hits: &mut [Hit]) {
        let links = hits
            .iter()
            .filter_map(|hit| Url::parse(hit.torrent_url.as_deref()?).ok())
            .collect();
        let addresses = self.links.keep(&self.name, links).await;
        for (hit, address) in hits.iter_mut().zip(addresses) {
            hit.torrent_url = Some(address);
        }
    }

    fn search_url(&self, query: &str) -> Result<Url, Failure> {
        let mut url = self.join("advancedsearch.php")?;
        url.query_pairs_mut().append_pair("q", query);
        for field in ["identifier", "title", "item_size", "publicdate", "btih", "mediatype"] {
            url.query_pairs_mut().append_pair("fl[]", field);
        }
        url.query_pairs_mut()
            .append_pair("rows", ROWS)
            .append_pair("page", "1")
            .append_pair("output", "json");
        Ok(url)
    }

    fn join(&self, path: &str) -> Result<Url, Failure> {
        let base = self.base.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}/{path}")).map_err(|error| Failure::Ours(error.to_string()))
    }

    fn hit(&self, row: &Map<String, Value>) -> Option<Hit> {
        let identifier = text(row.get("identifier")?).filter(|identifier| is_identifier(identifier))?;
        let title = text(row.get("title")?).and_then(|title| clean::title(&title))?;
        let info_hash: Option<InfoHash> = row.get("btih").and_then(text).and_then(|hash| hash.trim().parse().ok());
        let torrent = self
            .join(&format!("download/{identifier}/{identifier}_archive.torrent"))
            .ok()?;
        let trackers = TRACKERS.iter().filter_map(|tracker| Url::parse(tracker).ok()).collect();
        let magnet = |info_hash| {
            Magnet {
                info_hash,
                name: Some(title.clone()),
                trackers,
                peers: Vec::new(),
            }
            .to_link()
        };
        Some(Hit {
            info_hash,
            magnet: info_hash.map(magnet),
            torrent_url: Some(torrent.into()),
            size_bytes: row
                .get("item_size")
                .and_then(number)
                .filter(|size| *size <= MOST_BYTES)
                .unwrap_or(0),
            seeders: None,
            leechers: None,
            published_at: row
                .get("publicdate")
                .and_then(text)
                .and_then(|date| Timestamp::from_rfc3339(date.trim())),
            category: category(row.get("mediatype").and_then(text).as_deref()),
            poster_url: self.join(&format!("services/img/{identifier}")).ok().map(String::from),
            indexer: String::new(),
            indexers: Vec::new(),
            title,
        })
    }
}

/// Translates the query to the Archive's Lucene syntax. Returns `None` if it has nothing of the category.
fn lucene(ask: &Query) -> Option<String> {
    let kinds = match ask.category {
        // Without this restriction concerts and scanned books outnumber films.
        None | Some(Category::Movies) => "movies",
        Some(Category::Audio) => "audio OR etree",
        Some(Category::Books) => "texts",
        Some(Category::Other) => "software OR image OR data",
        // The Archive files television under movies.
        Some(Category::Tv) => return None,
    };
    // Only these two characters are special inside quotes, which keep words from acting as operators.
    let quoted = |word: &str| format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""));
    let says_something = |word: &&str| word.chars().any(char::is_alphanumeric);
    let words: Vec<_> = ask
        .words
        .split_whitespace()
        .filter(says_something)
        .map(quoted)
        .collect();
    let title = words.join(" AND ");
    let wanted = "format:\"Archive BitTorrent\" AND NOT access-restricted-item:true";
    (!words.is_empty()).then(|| format!("title:({title}) AND mediatype:({kinds}) AND {wanted}"))
}

fn read(body: &[u8]) -> Result<Vec<Map<String, Value>>, Failure> {
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(Failure::Empty),
        Some(b'<') => return Err(Failure::WebPage),
        Some(_) => {}
    }
    match serde_json::from_slice::<Answered>(body) {
        Ok(answered) => Ok(answered.response.docs),
        Err(error) if error.is_data() => Err(Failure::Nonsense("another kind of JSON")),
        Err(error) => Err(Failure::Broken(error.to_string())),
    }
}

/// Converts a field to text. Depending on the uploader it is a string, a number, or a list of these.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values.iter().find(|value| !value.is_array()).and_then(text),
        _ => None,
    }
}

fn number(value: &Value) -> Option<u64> {
    text(value)?.trim().parse().ok()
}

fn is_identifier(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.len() <= IDENTIFIER_CHARS && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(fits)
}

fn category(mediatype: Option<&str>) -> Category {
    match mediatype {
        Some("movies") => Category::Movies,
        Some("audio" | "etree") => Category::Audio,
        Some("texts") => Category::Books,
        _ => Category::Other,
    }
}

#[cfg(test)]
#[path = "internet_archive_tests.rs"]
mod tests;
