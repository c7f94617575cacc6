//! Conversion of a feed item to a hit: validates every field, drops implausible numbers, and rebuilds the magnet link.

use super::feed::Item;
use crate::{search::clean, torrent::magnet::Magnet};
use app::protocol::{Category, Hit, InfoHash, Timestamp};
use time::{Date, Month, OffsetDateTime, Time, format_description::well_known::Rfc2822};
use url::Url;

/// Maximum plausible number of peers. Larger numbers come from faulty or lying indexers.
const MOST_PEERS: u32 = 10_000_000;

/// Maximum plausible size of a torrent, bytes: 1 PiB.
const MOST_BYTES: u64 = 1 << 50;

/// Earliest plausible date: BitTorrent's release (July 2001). Indexers that do not know the date send the year 1 or
/// 1970.
const FIRST_TORRENT: Timestamp = Timestamp(993_945_600_000);

/// Tolerated lead of an indexer's clock, milliseconds: enough for a wrong time zone.
const CLOCK_AHEAD_MS: i64 = 24 * 60 * 60 * 1000;

/// Maximum length of a URL, bytes.
const URL_BYTES: usize = 4_000;

/// Hit with the indexer's own link to its `.torrent`, which may contain the key and must not leave the server.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedHit {
    /// Hit, without `torrent_url` and `indexer`.
    pub hit: Hit,
    /// http or https link.
    pub link: Option<Url>,
}

/// Validates an item. Returns `None` without a title, or without a way to get the torrent.
pub fn check(item: &Item, now: Timestamp) -> Option<ParsedHit> {
    let title = clean::title(&item.title)?;
    let magnet = magnet(item);
    let info_hash = item.attr("infohash").and_then(|hash| hash.trim().parse().ok());
    // On a mismatch the stated info hash wins, because peers verify it, and the magnet link is discarded.
    let magnet = magnet.filter(|magnet| info_hash.is_none_or(|hash| hash == magnet.info_hash));
    let info_hash: Option<InfoHash> = info_hash.or(magnet.as_ref().map(|magnet| magnet.info_hash));
    let magnet = info_hash.map(|info_hash| {
        let trackers = magnet.map(|magnet| magnet.trackers).unwrap_or_default();
        Magnet {
            info_hash,
            name: Some(title.clone()),
            trackers,
            peers: Vec::new(),
        }
        .to_link()
    });
    let link = link(item);
    if info_hash.is_none() && link.is_none() {
        return None;
    }
    let seeders = peers(item.attr("seeders"));
    let hit = Hit {
        info_hash,
        title,
        size_bytes: size(item),
        magnet,
        torrent_url: None,
        seeders,
        leechers: leechers(item, seeders),
        published_at: published(&item.published, now),
        category: category(item),
        poster_url: ["coverurl", "poster"]
            .into_iter()
            .find_map(|name| http_url(item.attr(name)?))
            .map(String::from),
        indexer: String::new(),
        indexers: Vec::new(),
    };
    Some(ParsedHit { hit, link })
}

fn magnet(item: &Item) -> Option<Magnet> {
    let places = [
        item.attr("magneturl").unwrap_or_default(),
        &item.enclosure.url,
        &item.link,
        &item.guid,
    ];
    // Bare hashes, which `Magnet::parse` accepts from users, are excluded: a 40-digit guid may be anything.
    places
        .into_iter()
        .filter(|text| text.trim_start().starts_with("magnet:"))
        .find_map(|text| Magnet::parse(text).ok())
}

fn link(item: &Item) -> Option<Url> {
    [&item.enclosure.url, &item.link]
        .into_iter()
        .find_map(|text| http_url(text))
}

fn http_url(text: &str) -> Option<Url> {
    if text.len() > URL_BYTES {
        return None;
    }
    Url::parse(text.trim())
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.username().is_empty())
}

/// Returns the size: Jackett's `size` element, the `size` attribute, or the enclosure's length, which some indexers set
/// to 0.
fn size(item: &Item) -> u64 {
    let places = [
        item.size.as_str(),
        item.attr("size").unwrap_or_default(),
        &item.enclosure.length,
    ];
    let mut sizes = places.into_iter().filter_map(|text| text.trim().parse().ok());
    sizes.find(|size| (1..=MOST_BYTES).contains(size)).unwrap_or(0)
}

fn peers(text: Option<&str>) -> Option<u32> {
    text?.trim().parse().ok().filter(|count| *count <= MOST_PEERS)
}

/// Returns the number of leechers. `peers` includes seeders; some indexers send `leechers` instead.
fn leechers(item: &Item, seeders: Option<u32>) -> Option<u32> {
    let all = peers(item.attr("peers")).zip(seeders);
    all.map(|(all, seeders)| all.saturating_sub(seeders))
        .or_else(|| peers(item.attr("leechers")))
}

/// Returns the first standard category. Indexers define categories of their own from 100000.
fn category(item: &Item) -> Category {
    let attrs = item
        .attrs
        .iter()
        .filter(|(name, _)| name == "category")
        .map(|(_, value)| value);
    let numbers = item
        .categories
        .iter()
        .chain(attrs)
        .filter_map(|text| text.trim().parse().ok());
    let mut categories = numbers.map(Category::from_torznab);
    categories
        .find(|category| *category != Category::Other)
        .unwrap_or(Category::Other)
}

/// Parses a date: RFC 822 as found in practice (without a weekday, with one-digit days or hours, with `UTC` or no
/// zone), or RFC 3339. Returns `None` for an implausible date.
pub fn published(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    let without_weekday = text.split_once(',').map_or(text, |(_, rest)| rest.trim());
    let instant = OffsetDateTime::parse(without_weekday, &Rfc2822)
        .ok()
        .or_else(|| loosely(without_weekday))
        .and_then(|instant| i64::try_from(instant.unix_timestamp_nanos() / 1_000_000).ok())
        .map(Timestamp)
        .or_else(|| Timestamp::from_rfc3339(text))?;
    (FIRST_TORRENT..=Timestamp(now.0.saturating_add(CLOCK_AHEAD_MS)))
        .contains(&instant)
        .then_some(instant)
}

/// Parses dates like `21 Nov 2026 8:15:00 UTC`. Unknown zones are treated as UTC, which is wrong by hours at most.
fn loosely(text: &str) -> Option<OffsetDateTime> {
    let mut parts = text.split_ascii_whitespace();
    let day = parts.next()?.parse().ok()?;
    let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let name = parts.next()?.get(..3)?.to_ascii_lowercase();
    let month = months.iter().position(|month| *month == name)?;
    let month = Month::try_from(u8::try_from(month + 1).ok()?).ok()?;
    let date = Date::from_calendar_date(parts.next()?.parse().ok()?, month, day).ok()?;
    let mut clock = parts
        .next()
        .unwrap_or("0:0:0")
        .split(':')
        .map(|part| part.parse::<u8>().ok());
    let (hour, minute) = (clock.next()??, clock.next()??);
    let second = clock.next().flatten().unwrap_or(0);
    Some(date.with_time(Time::from_hms(hour, minute, second).ok()?).assume_utc())
}

#[cfg(test)]
#[path = "item_tests.rs"]
mod tests;
