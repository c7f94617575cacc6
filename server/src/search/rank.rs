//! The order of hits. Pure: equal input in any order gives the same list.

use app::protocol::{Hit, Sort};
use std::cmp::Reverse;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Sorts hits for the words of the query.
pub fn sort(hits: &mut [Hit], words: &str, sort: Sort) {
    let words = tokens(words);
    // Ties end at something that differs between any two merged hits.
    let tie = |hit: &Hit| {
        (
            Reverse(hit.seeders),
            hit.title.clone(),
            hit.info_hash,
            hit.torrent_url.clone(),
        )
    };
    match sort {
        Sort::Relevance => hits.sort_by_cached_key(|hit| (Reverse(fit(&words, hit)), tie(hit))),
        Sort::Seeders => hits.sort_by_cached_key(tie),
        Sort::Size => hits.sort_by_cached_key(|hit| (Reverse(hit.size_bytes), tie(hit))),
        Sort::Age => hits.sort_by_cached_key(|hit| (Reverse(hit.published_at), tie(hit))),
    }
}

/// How well a hit fits; what is compared first comes first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// Two for each word of the query in the title, one for each that begins a word of it.
    words: usize,
    order: Order,
    exactness: Exactness,
    /// Powers of two: thirty seeders or forty is the same film. Unknown counts as one.
    seeders: u32,
}

/// How the words of the query stand in the title.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Scattered,
    Sequence,
    Phrase,
}

/// How much else the title says.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Exactness {
    Within,
    AtTheStart,
    /// The words are the film's name: a year or a quality follows.
    Name,
    Whole,
}

fn fit(words: &[String], hit: &Hit) -> Fit {
    let title = tokens(&hit.title);
    Fit {
        words: words.iter().map(|word| points(word, &title)).sum(),
        order: order(words, &title),
        exactness: exactness(words, &title),
        seeders: hit.seeders.map_or(1, |seeders| seeders.saturating_add(1).ilog2()),
    }
}

fn points(word: &str, title: &[String]) -> usize {
    if title.iter().any(|token| token == word) {
        2
    } else {
        usize::from(title.iter().any(|token| token.starts_with(word)))
    }
}

fn order(words: &[String], title: &[String]) -> Order {
    if words.is_empty() {
        return Order::Scattered;
    }
    if title.windows(words.len()).any(|window| window == words) {
        return Order::Phrase;
    }
    let mut rest = title.iter();
    if words.iter().all(|word| rest.any(|token| token == word)) {
        Order::Sequence
    } else {
        Order::Scattered
    }
}

fn exactness(words: &[String], title: &[String]) -> Exactness {
    match title.strip_prefix(words) {
        Some([]) => Exactness::Whole,
        Some([next, ..]) if ends_name(next) => Exactness::Name,
        Some(_) => Exactness::AtTheStart,
        None => Exactness::Within,
    }
}

/// Whether a token of a release's title stands after the film's name: a year, a quality, an episode.
fn ends_name(token: &str) -> bool {
    let quality = [
        "2160p", "1080p", "720p", "576p", "480p", "4k", "uhd", "bluray", "brrip", "bdrip", "web", "webrip", "dvdrip",
        "hdtv", "remux", "mp4", "mkv", "avi",
    ];
    let year = token.len() == 4 && token.parse().is_ok_and(|year: u16| (1890..2100).contains(&year));
    let episode = token
        .strip_prefix('s')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    year || episode || quality.contains(&token)
}

/// Words without case, accents and apostrophes, so that "oceans" finds "Ocean’s" and "amelie" finds "Amélie".
fn tokens(text: &str) -> Vec<String> {
    let plain: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '\u{2019}'))
        .flat_map(char::to_lowercase)
        .collect();
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
#[path = "rank_tests.rs"]
mod tests;
