//! One hit for each torrent, however many indexers named it. Pure: any order of hits gives the same result.

use crate::torrent::magnet::Magnet;
use app::protocol::{Category, Hit, InfoHash};
use std::{cmp::Reverse, collections::BTreeMap};

/// What makes two hits the same torrent.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    Hash(InfoHash),
    Link(Option<String>),
}

/// Merges hits of one info hash, or of one link where no hash is known. Ordered by hash, then link.
pub fn merge(hits: impl IntoIterator<Item = Hit>) -> Vec<Hit> {
    let mut merged: BTreeMap<Identity, Hit> = BTreeMap::new();
    for hit in hits {
        let identity = match hit.info_hash {
            Some(hash) => Identity::Hash(hash),
            None => Identity::Link(hit.torrent_url.clone()),
        };
        match merged.remove(&identity) {
            None => merged.insert(identity, alone(hit)),
            Some(known) => merged.insert(identity, join(known, alone(hit))),
        };
    }
    merged.into_values().collect()
}

/// The hit with its own indexer among `indexers`, in the order that joined hits have.
fn alone(mut hit: Hit) -> Hit {
    hit.indexers.push(hit.indexer.clone());
    hit.indexers.sort_unstable();
    hit.indexers.dedup();
    hit
}

/// Each field is chosen by a rule of its own that does not care about order: most, earliest, best.
fn join(a: Hit, b: Hit) -> Hit {
    let mut indexers = [a.indexers, b.indexers].concat();
    indexers.sort_unstable();
    indexers.dedup();
    Hit {
        info_hash: a.info_hash,
        // The longer title says more about the release.
        title: a.title.max_by(b.title, |title| title.chars().count()),
        size_bytes: a.size_bytes.max(b.size_bytes),
        magnet: either(a.magnet, b.magnet, |a, b| a.max_by(b, trackers)),
        torrent_url: either(a.torrent_url, b.torrent_url, String::min),
        seeders: a.seeders.max(b.seeders),
        leechers: a.leechers.max(b.leechers),
        published_at: either(a.published_at, b.published_at, Ord::min),
        category: specific(a.category, b.category),
        poster_url: either(a.poster_url, b.poster_url, String::min),
        indexer: a.indexer.min(b.indexer),
        indexers,
    }
}

fn trackers(magnet: &str) -> usize {
    Magnet::parse(magnet).map_or(0, |magnet| magnet.trackers.len())
}

/// "Other" is what indexers say that do not know.
fn specific(a: Category, b: Category) -> Category {
    let rank = |category| Category::ALL.iter().position(|c| *c == category);
    if rank(a) <= rank(b) { a } else { b }
}

fn either<T>(a: Option<T>, b: Option<T>, choose: impl FnOnce(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(choose(a, b)),
        (a, b) => a.or(b),
    }
}

trait MaxBy {
    /// The one with the larger measure; of equals the one that sorts first.
    fn max_by(self, other: Self, measure: impl Fn(&str) -> usize) -> Self;
}

impl MaxBy for String {
    fn max_by(self, other: Self, measure: impl Fn(&str) -> usize) -> Self {
        let (mine, others) = (measure(&self), measure(&other));
        if (mine, Reverse(&self)) >= (others, Reverse(&other)) {
            self
        } else {
            other
        }
    }
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
