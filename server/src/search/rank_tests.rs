use super::*;
use app::protocol::{Category, InfoHash, Timestamp};
use proptest::prelude::*;

fn hit(title: &str, seeders: Option<u32>) -> Hit {
    Hit {
        info_hash: None,
        title: title.into(),
        size_bytes: 0,
        magnet: None,
        torrent_url: Some(format!("http://x/{title}/{seeders:?}")),
        seeders,
        leechers: None,
        published_at: None,
        category: Category::Movies,
        poster_url: None,
        indexer: "a".into(),
        indexers: vec!["a".into()],
    }
}

fn titles(words: &str, mut hits: Vec<Hit>) -> Vec<String> {
    sort(&mut hits, words, Sort::Relevance);
    hits.into_iter().map(|hit| hit.title).collect()
}

#[test]
fn more_words_then_order_then_exactness_then_seeders() {
    let expected = [
        "Big Buck Bunny",
        "Big.Buck.Bunny.2008.1080p",
        "Big Buck Bunny 720p",
        "big buck bunny making of",
        "The Big Buck Bunny Story",
        "Big Brown Buck and Bunny",
        "Bunny, Buck, Big",
        "Big Buck Bunnyhop",
        "Big Buck",
        "Something else",
    ];
    let seeders = [1, 900, 3, 4000, 5000, 6000, 7000, 8000, 9000, 10_000];
    let mut hits: Vec<_> = expected
        .iter()
        .zip(seeders)
        .map(|(title, seeders)| hit(title, Some(seeders)))
        .collect();
    hits.reverse();
    assert_eq!(titles("big buck bunny", hits), expected);
}

#[test]
fn accents_case_and_apostrophes_do_not_matter() {
    let hits = || vec![hit("Other", Some(9)), hit("Amélie", None), hit("OCEAN’S Eleven", None)];
    assert_eq!(titles("amelie", hits())[0], "Amélie");
    assert_eq!(titles("oceans eleven", hits())[0], "OCEAN’S Eleven");
    assert_eq!(titles("ocean's eleven", hits())[0], "OCEAN’S Eleven");
}

#[test]
fn what_is_not_known_comes_last_in_every_order() {
    let full = Hit {
        size_bytes: 5,
        published_at: Some(Timestamp(5)),
        ..hit("b", Some(0))
    };
    for order in [Sort::Seeders, Sort::Size, Sort::Age] {
        let mut hits = [hit("a", None), full.clone()];
        sort(&mut hits, "x", order);
        assert_eq!(hits[0].title, "b", "{order:?}");
    }
}

proptest! {
    #[test]
    fn the_order_before_does_not_matter(
        (hits, shuffled) in proptest::collection::vec(("[a-c ]{1,6}", proptest::option::of(0..4_u32), 0..3_u64), 0..12)
            .prop_map(|rows| rows.into_iter().enumerate().map(|(n, (title, seeders, size_bytes))| {
                let info_hash = Some(InfoHash([u8::try_from(n).unwrap(); 20]));
                Hit { info_hash, size_bytes, ..hit(&title, seeders) }
            }).collect::<Vec<_>>())
            .prop_flat_map(|hits| (Just(hits.clone()), Just(hits).prop_shuffle())),
        words in "[a-c]{1,2} [a-c]{1,2}",
    ) {
        for order in [Sort::Relevance, Sort::Seeders, Sort::Size, Sort::Age] {
            let (mut a, mut b) = (hits.clone(), shuffled.clone());
            sort(&mut a, &words, order);
            sort(&mut b, &words, order);
            prop_assert_eq!(a, b);
        }
    }

    #[test]
    fn no_title_makes_it_panic(title in ".*", words in ".*") {
        sort(&mut [hit(&title, None)], &words, Sort::Relevance);
    }
}
