//! Torznab client, for Jackett, Prowlarr and Bitmagnet. Queries what the indexer's capabilities allow, page by page.
//!
//! The indexer's configured host may be private; other hosts must be public. Its links and its key never leave the
//! server.

mod caps;
mod feed;
mod item;
mod xml;

use super::{
    clean,
    failure::Failure,
    links::Links,
    query::{MAX_HITS, Query},
};
use crate::{
    cache::Cache,
    clock,
    fetch::{AllowedHost, Fetcher, Limits, Outcome, Page},
    torrent::magnet::Magnet,
};
use app::protocol::{Category, Hit};
pub use caps::Caps;
use feed::Feed;
use item::ParsedHit;
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use url::Url;

/// Maximum number of pages per search. With 100 hits each two are enough; three serve indexers that return 50 or 70.
const PAGES: usize = 3;

/// Page size requested, the usual maximum of servers.
const PAGE_HITS: usize = 100;

/// Categories listed as new.
const NEWEST: [Category; 3] = [Category::Movies, Category::Tv, Category::Audio];

/// Maximum size of an answer, bytes. A hundred items with all attributes are 300 kB.
const ANSWER_BYTES: usize = 8 << 20;

/// Timeout of a single request; the indexer's timeout is shorter, see `INDEXER_TIMEOUT`.
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// Time to live of cached capabilities. They change when the operator reconfigures the indexer.
const CAPS_TTL: Duration = Duration::from_secs(60 * 60);

/// Minimum length of a URL query value that is treated as a secret, characters. Shorter ones are settings.
const SECRET_CHARS: usize = 6;

/// Torznab indexer.
pub struct Torznab {
    name: String,
    url: Url,
    secrets: Vec<String>,
    fetcher: Fetcher,
    cache: Cache,
    links: Links,
    resting_until: Mutex<Option<Instant>>,
}

impl Torznab {
    /// Creates a client for the indexer at `url`, which may contain the key.
    pub fn new(name: String, url: Url, fetcher: Fetcher, cache: Cache, links: Links) -> Self {
        let values = url.query_pairs().map(|(_, value)| value.into_owned());
        let secrets = values.filter(|value| value.chars().count() >= SECRET_CHARS).collect();
        Self {
            name,
            url,
            secrets,
            fetcher,
            cache,
            links,
            resting_until: Mutex::default(),
        }
    }

    /// Returns the configured address.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Searches, and appends the hits to `found` page by page, so that earlier pages are kept when a later one fails.
    pub async fn search(&self, ask: &Query, found: &mut Vec<Hit>) -> Result<(), Failure> {
        self.check_rest()?;
        let caps = self.caps().await?;
        let numbers = caps.numbers(ask.category).ok_or(Failure::NoSuchCategory)?;
        let function = caps.function(ask.category).ok_or(Failure::NoTextSearch)?;
        let limit = caps.max_limit.min(PAGE_HITS);
        let category = numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let (mut offset, mut known) = (0, HashSet::new());
        for _ in 0..PAGES {
            let (limit_text, offset_text) = (limit.to_string(), offset.to_string());
            let mut parameters = vec![
                ("t", function),
                ("q", &ask.words),
                ("extended", "1"),
                ("limit", &limit_text),
                ("offset", &offset_text),
            ];
            if !category.is_empty() {
                parameters.push(("cat", &category));
            }
            let feed = self.page(&parameters).await?;
            let (items, total) = (feed.items.len(), feed.total);
            let new = self.keep(&feed, &mut known, found).await;
            if let Some(flaw) = feed.flaw {
                return Err(flaw);
            }
            offset += items;
            // Some indexers ignore the offset and return the same page again.
            if items < limit || new == 0 || found.len() >= MAX_HITS || total.is_some_and(|total| offset >= total) {
                break;
            }
        }
        found.truncate(MAX_HITS);
        Ok(())
    }

    /// Lists the newest films, series and music: one page of a search without text. Other categories are excluded,
    /// because what the home page lists as new should be playable.
    pub async fn newest(&self, found: &mut Vec<Hit>) -> Result<(), Failure> {
        self.check_rest()?;
        let caps = self.caps().await?;
        let function = caps.function(None).unwrap_or("search");
        let numbers = NEWEST
            .iter()
            .filter_map(|category| caps.numbers(Some(*category)))
            .flatten();
        let category = numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(",");
        if category.is_empty() && !caps.categories.is_empty() {
            return Ok(());
        }
        let limit = caps.max_limit.min(PAGE_HITS).to_string();
        let mut parameters = vec![("t", function), ("extended", "1"), ("limit", &limit), ("offset", "0")];
        if !category.is_empty() {
            parameters.push(("cat", &category));
        }
        let feed = self.page(&parameters).await?;
        self.keep(&feed, &mut HashSet::new(), found).await;
        found.retain(|hit| NEWEST.contains(&hit.category));
        feed.flaw.map_or(Ok(()), Err)
    }

    /// Returns the capabilities, cached for an hour. Falls back to the default if they cannot be parsed.
    async fn caps(&self) -> Result<Caps, Failure> {
        let mut address = self.url.clone();
        address.set_query(None);
        let key = format!("caps:{}:{address}", self.name);
        if let Some(caps) = self.cache.get(&key).await {
            return Ok(caps);
        }
        match self.ask_caps().await? {
            (Ok(caps), None) => {
                self.cache.set(&key, &caps, CAPS_TTL).await;
                Ok(caps)
            }
            (Err(Failure::Key), _) | (_, Some(Failure::Key)) => Err(Failure::Key),
            (caps, status) => {
                let cause = self.without_secrets(&format!("{:?}", caps.err()));
                tracing::debug!(indexer.name = %self.name, cause, ?status, "an indexer's caps are of no use");
                Ok(Caps::default())
            }
        }
    }

    /// Fetches the capabilities, bypassing the cache and the fallback, for the operator's diagnosis.
    pub async fn caps_now(&self) -> Result<Caps, Failure> {
        self.check_rest()?;
        match self.ask_caps().await? {
            (Err(Failure::Refused(message)), _) => Err(Failure::Refused(self.without_secrets(&message))),
            (Err(Failure::Key), _) => Err(Failure::Key),
            (_, Some(status)) => Err(status),
            (caps, None) => caps,
        }
    }

    async fn ask_caps(&self) -> Result<(Result<Caps, Failure>, Option<Failure>), Failure> {
        let page = self.get(&[("t", "caps")]).await?;
        let status = Failure::of_status(&page);
        let parsed = blocking(move || Caps::parse(&xml::decode(&page.body, page.content_type.as_deref()))).await?;
        Ok((parsed, status))
    }

    async fn page(&self, parameters: &[(&str, &str)]) -> Result<Feed, Failure> {
        let page = self.get(parameters).await?;
        let status = Failure::of_status(&page);
        let mut feed = blocking(move || Feed::parse(&xml::decode(&page.body, page.content_type.as_deref()))).await?;
        // An error element is more specific than the status, and many indexers send it with status 200.
        match (feed.flaw.take(), status) {
            (Some(Failure::Refused(message)), _) => Err(Failure::Refused(self.without_secrets(&message))),
            (Some(Failure::Key), _) => Err(Failure::Key),
            (_, Some(status)) => Err(status),
            (flaw, None) => {
                feed.flaw = flaw;
                Ok(feed)
            }
        }
    }

    async fn get(&self, parameters: &[(&str, &str)]) -> Result<Page, Failure> {
        let limits = Limits {
            bytes: ANSWER_BYTES,
            time: REQUEST_TIME,
        };
        let url = with_parameters(&self.url, parameters);
        let page = match self.fetcher.get(&url, &AllowedHost::of(&self.url), limits).await? {
            Outcome::Magnet(_) => return Err(Failure::Nonsense("a redirect to a magnet link")),
            Outcome::Response(page) => page,
        };
        match Failure::of_status(&page) {
            Some(Failure::Busy(rest)) => {
                *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + rest);
                Err(Failure::Busy(rest))
            }
            _ => Ok(page),
        }
    }

    /// Fails while a back-off requested by the indexer is in effect.
    fn check_rest(&self) -> Result<(), Failure> {
        let until = *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        match until.map(|until| until.saturating_duration_since(Instant::now())) {
            Some(rest) if !rest.is_zero() => Err(Failure::Busy(rest)),
            _ => Ok(()),
        }
    }

    /// Appends the feed's new hits to `found` and returns their number.
    async fn keep(&self, feed: &Feed, known: &mut HashSet<String>, found: &mut Vec<Hit>) -> usize {
        let now = clock::now();
        let checked = feed.items.iter().filter_map(|item| item::check(item, now));
        let mut fresh: Vec<ParsedHit> = checked.filter(|found| known.insert(identity(found))).collect();
        let (with_link, links): (Vec<_>, Vec<_>) = fresh
            .iter_mut()
            .filter_map(|found| Some((&mut found.hit, found.link.take()?)))
            .unzip();
        let addresses = self.links.keep(&self.name, links).await;
        for (hit, address) in with_link.into_iter().zip(addresses) {
            hit.torrent_url = Some(address);
        }
        let new = fresh.len();
        found.extend(fresh.into_iter().map(|found| self.without_secrets_in(found.hit)));
        new
    }

    fn is_told(&self, text: &str) -> bool {
        self.secrets.iter().any(|secret| text.contains(secret.as_str()))
    }

    fn without_secrets(&self, text: &str) -> String {
        self.secrets
            .iter()
            .fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "…"))
    }

    /// Redacts a magnet link that one of the indexer's links led to. Returns `None` if nothing usable is left.
    pub fn without_secrets_in_magnet(&self, link: String) -> Option<String> {
        // The key may be percent-encoded in the link.
        let is_told = |url: Url| url.query_pairs().any(|(_, value)| self.is_told(&value));
        if !self.is_told(&link) && !Url::parse(&link).is_ok_and(is_told) {
            return Some(link);
        }
        Some(bare(&link)).filter(|link| !link.is_empty())
    }

    /// Redacts a hit, because some indexers put their key into covers and trackers. A cover on the indexer's own host
    /// is dropped too: the user's browser could not load it.
    fn without_secrets_in(&self, hit: Hit) -> Hit {
        let own_host = |poster: &str| Url::parse(poster).is_ok_and(|poster| poster.host() == self.url.host());
        Hit {
            title: clean::title(&self.without_secrets(&hit.title)).unwrap_or_default(),
            magnet: hit
                .magnet
                .map(|magnet| if self.is_told(&magnet) { bare(&magnet) } else { magnet }),
            poster_url: hit
                .poster_url
                .filter(|poster| !self.is_told(poster) && !own_host(poster)),
            ..hit
        }
    }
}

/// Reduces a magnet link to its info hash.
fn bare(magnet: &str) -> String {
    let bare = |known: Magnet| {
        Magnet {
            name: None,
            trackers: Vec::new(),
            peers: Vec::new(),
            ..known
        }
        .to_link()
    };
    Magnet::parse(magnet).map(bare).unwrap_or_default()
}

/// Sets query parameters, replacing existing ones of the same name.
fn with_parameters(url: &Url, parameters: &[(&str, &str)]) -> Url {
    let is_ours = |key: &str| parameters.iter().any(|(name, _)| name.eq_ignore_ascii_case(key));
    let kept: Vec<_> = url
        .query_pairs()
        .into_owned()
        .filter(|(key, _)| !is_ours(key))
        .collect();
    let mut url = url.clone();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .extend_pairs(parameters);
    url
}

/// Returns the identity of an item within its indexer.
fn identity(found: &ParsedHit) -> String {
    match (found.hit.info_hash, &found.link) {
        (Some(hash), _) => hash.to_string(),
        (None, link) => link.as_ref().map(Url::to_string).unwrap_or_default(),
    }
}

/// Runs CPU-bound work on a blocking thread: parsing megabytes must not block the other tasks of this thread.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::Ours(error.to_string()))
}
