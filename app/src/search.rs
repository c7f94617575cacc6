//! Merging and ranking of results from several indexers. Pure, and independent of the order in which they respond.

use crate::protocol::{Category, Hit, SearchQuery, Sort, Timestamp};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Merges results for the same torrent (by info hash, else by address). The order in which indexers respond affects
/// only the order of the list, which [`rank`] then determines.
pub fn merge_hits(known: Vec<Hit>, found: Vec<Hit>) -> Vec<Hit> {
    let mut merged: Vec<Hit> = Vec::with_capacity(known.len() + found.len());
    let mut places: HashMap<String, usize> = HashMap::new();
    for mut hit in known.into_iter().chain(found) {
        if hit.indexers.is_empty() {
            hit.indexers.push(hit.indexer.clone());
        }
        match places.get(&identity(&hit)) {
            Some(place) => {
                let other = std::mem::replace(&mut merged[*place], hit.clone());
                merged[*place] = join(other, hit);
            }
            None => {
                places.insert(identity(&hit), merged.len());
                merged.push(hit);
            }
        }
    }
    merged
}

/// Returns the identity of a result: equal for the same torrent; also a stable key for lists.
pub fn identity(hit: &Hit) -> String {
    match (&hit.info_hash, &hit.torrent_url) {
        (Some(info_hash), _) => info_hash.to_string(),
        (None, Some(url)) => url.clone(),
        (None, None) => format!("{}\n{}", hit.indexer, hit.title),
    }
}

/// Merges two results. The one with more seeders takes precedence; ties are broken by name, so that the order of
/// responses does not matter.
fn join(a: Hit, b: Hit) -> Hit {
    let key = |hit: &Hit| (Reverse(hit.seeders), hit.indexer.clone(), hit.title.clone());
    let (mut lead, other) = if key(&a) <= key(&b) { (a, b) } else { (b, a) };
    lead.size_bytes = lead.size_bytes.max(other.size_bytes);
    lead.leechers = lead.leechers.max(other.leechers);
    // The longest link has the most trackers.
    lead.magnet = lead
        .magnet
        .into_iter()
        .chain(other.magnet)
        .max_by_key(|m| (m.len(), m.clone()));
    lead.torrent_url = lead.torrent_url.into_iter().chain(other.torrent_url).min();
    lead.poster_url = lead.poster_url.into_iter().chain(other.poster_url).min();
    lead.published_at = lead.published_at.into_iter().chain(other.published_at).min();
    lead.category = specific(lead.category, other.category);
    lead.indexers.extend(other.indexers);
    lead.indexers.sort();
    lead.indexers.dedup();
    lead
}

/// Returns the more specific category: indexers report "Other" if they do not know.
fn specific(a: Category, b: Category) -> Category {
    let place = |category| Category::ALL.iter().position(|c| *c == category);
    if place(a) <= place(b) { a } else { b }
}

/// Sorts results. Ties are broken by title and identity, so that the order is stable while results arrive.
pub fn rank(hits: &mut [Hit], query: &str, sort: Sort) {
    let words: Vec<String> = lower_words(query);
    let seeders = |hit: &Hit| Reverse(hit.seeders.unwrap_or(0));
    hits.sort_by_cached_key(|hit| {
        let first = match sort {
            Sort::Relevance => (Reverse(fit(&hit.title, &words)), seeders(hit)),
            Sort::Seeders => (Reverse(0), seeders(hit)),
            Sort::Size => (Reverse(hit.size_bytes), seeders(hit)),
            Sort::Age => (Reverse(millis(hit.published_at)), seeders(hit)),
        };
        (first, hit.title.to_lowercase(), identity(hit))
    });
}

/// Returns the publication time for sorting; results without one sort as the oldest.
fn millis(published_at: Option<Timestamp>) -> u64 {
    published_at.and_then(|at| u64::try_from(at.0).ok()).unwrap_or(0)
}

fn lower_words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Scores a title against a query: first by the share of the query's words in it, then by whether they are adjacent,
/// then by whether they are at its start.
fn fit(title: &str, words: &[String]) -> u64 {
    if words.is_empty() {
        return 0;
    }
    let title = lower_words(title);
    let found = words.iter().filter(|word| title.contains(word)).count() as u64;
    let together = title.windows(words.len()).any(|window| window == words);
    let at_start = title.starts_with(words);
    found * 8 / words.len() as u64 * 4 + u64::from(together) * 2 + u64::from(at_start)
}

/// Returns the results that match the query's category and indexer.
pub fn filter(hits: &[Hit], query: &SearchQuery) -> Vec<Hit> {
    let passes = |hit: &&Hit| {
        query.category.is_none_or(|category| hit.category == category)
            && query
                .indexer
                .as_ref()
                .is_none_or(|name| hit.indexer == *name || hit.indexers.contains(name))
    };
    hits.iter().filter(passes).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::InfoHash;

    fn hit(hash: u8, indexer: &str, title: &str, seeders: u32) -> Hit {
        Hit {
            info_hash: Some(InfoHash([hash; 20])),
            title: title.into(),
            size_bytes: u64::from(seeders) * 10,
            magnet: None,
            torrent_url: None,
            seeders: Some(seeders),
            leechers: None,
            published_at: None,
            category: Category::Other,
            poster_url: None,
            indexer: indexer.into(),
            indexers: vec![indexer.into()],
        }
    }

    #[test]
    fn the_same_torrent_of_two_indexers_becomes_one_hit_whoever_answers_first() {
        let a = vec![hit(1, "b", "Film", 5), hit(2, "b", "Other", 1)];
        let b = vec![Hit {
            category: Category::Movies,
            ..hit(1, "a", "Film (best)", 9)
        }];
        let mut one = merge_hits(a.clone(), b.clone());
        let mut two = merge_hits(b, a);
        rank(&mut one, "film", Sort::Relevance);
        rank(&mut two, "film", Sort::Relevance);
        assert_eq!(one, two);
        assert_eq!(one.len(), 2);
        assert_eq!(one[0].indexers, ["a", "b"]);
        assert_eq!((one[0].seeders, one[0].title.as_str()), (Some(9), "Film (best)"));
        assert_eq!(one[0].category, Category::Movies);
    }

    #[test]
    fn hits_without_a_hash_are_told_apart_by_address() {
        let at = |url: &str| Hit {
            info_hash: None,
            torrent_url: Some(url.into()),
            ..hit(0, "a", "Film", 1)
        };
        assert_eq!(merge_hits(vec![at("/1"), at("/2")], vec![at("/1")]).len(), 2);
    }

    #[test]
    fn a_title_with_all_words_beats_a_better_seeded_one_with_some() {
        let mut hits = vec![
            hit(1, "a", "Big Trouble", 900),
            hit(2, "a", "Big.Buck.Bunny", 3),
            hit(3, "a", "Buck the Big Bunny", 40),
        ];
        rank(&mut hits, "big buck bunny", Sort::Relevance);
        assert_eq!(
            hits.iter().map(|h| h.title.as_str()).collect::<Vec<_>>(),
            ["Big.Buck.Bunny", "Buck the Big Bunny", "Big Trouble"]
        );
        rank(&mut hits, "big buck bunny", Sort::Seeders);
        assert_eq!(hits[0].seeders, Some(900));
    }

    #[test]
    fn filters_look_at_every_indexer_of_a_merged_hit() {
        let hits = merge_hits(
            vec![hit(1, "a", "Film", 5)],
            vec![hit(1, "b", "Film", 9), hit(2, "b", "Film 2", 9)],
        );
        let only = |name: &str| SearchQuery {
            indexer: Some(name.into()),
            ..SearchQuery::default()
        };
        assert_eq!(filter(&hits, &only("a")).len(), 1);
        assert_eq!(filter(&hits, &only("b")).len(), 2);
    }
}
