//! Tests that merging, which page and server share, is independent of the order in which indexers answer.

use app::{
    protocol::{Category, Hit, InfoHash, Sort, Timestamp},
    search::{merge_hits, rank},
};
use proptest::prelude::*;

/// Merges hits and ranks them as displayed.
fn merge(hits: impl IntoIterator<Item = Hit>) -> Vec<Hit> {
    let mut merged = merge_hits(Vec::new(), hits.into_iter().collect());
    rank(&mut merged, "a b", Sort::Relevance);
    merged
}

fn hit(indexer: &str, hash: Option<u8>) -> Hit {
    Hit {
        info_hash: hash.map(|byte| InfoHash([byte; 20])),
        title: "Sintel".into(),
        size_bytes: 0,
        magnet: None,
        torrent_url: None,
        seeders: None,
        leechers: None,
        published_at: None,
        category: Category::Other,
        poster_url: None,
        indexer: indexer.into(),
        indexers: vec![indexer.into()],
    }
}

#[test]
fn hits_without_a_hash_stay_apart_unless_they_have_one_link() {
    let link = |name: &str, url: &str| Hit {
        torrent_url: Some(url.into()),
        ..hit(name, None)
    };
    let merged = merge([
        link("a", "http://x/1"),
        link("b", "http://x/2"),
        link("c", "http://x/1"),
        hit("d", Some(1)),
    ]);
    assert_eq!(merged.len(), 3);
}

fn any_hit() -> impl Strategy<Value = Hit> {
    let whom = (
        0..3_u8,
        proptest::option::of(0..3_u8),
        proptest::option::of(0..3_u8),
        "[a-c]{1,3}",
    );
    let numbers = (
        0..3_u64,
        proptest::option::of(0..4_u32),
        proptest::option::of(0..4_u32),
        proptest::option::of(0..4_i64),
    );
    (whom, numbers, 0..5_usize, proptest::option::of(0..3_usize)).prop_map(|(whom, numbers, category, trackers)| {
        let (indexer, hash, link, title) = whom;
        let (size_bytes, seeders, leechers, published) = numbers;
        let bare = |hash: u8| format!("magnet:?xt=urn:btih:{}", InfoHash([hash; 20]));
        Hit {
            title,
            size_bytes,
            seeders,
            leechers,
            published_at: published.map(Timestamp),
            category: Category::ALL[category],
            torrent_url: link.map(|n| format!("http://x/{n}")),
            magnet: hash
                .zip(trackers)
                .map(|(hash, n)| bare(hash) + &"&tr=udp://a:1".repeat(n)),
            poster_url: link.map(|n| format!("http://p/{n}")),
            ..hit(&format!("i{indexer}"), hash)
        }
    })
}

proptest! {
    #[test]
    fn the_order_of_answers_does_not_matter(
        (hits, shuffled) in proptest::collection::vec(any_hit(), 0..12)
            .prop_flat_map(|hits| (Just(hits.clone()), Just(hits).prop_shuffle())),
    ) {
        prop_assert_eq!(merge(hits), merge(shuffled));
    }

    #[test]
    fn merging_again_changes_nothing(hits in proptest::collection::vec(any_hit(), 0..12)) {
        let once = merge(hits);
        prop_assert_eq!(merge(once.clone()), once);
    }

    #[test]
    fn merging_piece_by_piece_is_merging_at_once(hits in proptest::collection::vec(any_hit(), 0..12), cut in 0..12_usize) {
        let (first, second) = hits.split_at(cut.min(hits.len()));
        let in_pieces = [merge(first.to_vec()), merge(second.to_vec())].concat();
        prop_assert_eq!(merge(in_pieces), merge(hits));
    }

    #[test]
    fn no_indexer_and_no_hash_is_lost(hits in proptest::collection::vec(any_hit(), 0..12)) {
        for hit in &hits {
            let kept = merge(hits.clone()).into_iter().any(|m| {
                m.info_hash == hit.info_hash && m.indexers.contains(&hit.indexer) && m.seeders >= hit.seeders
            });
            prop_assert!(kept);
        }
    }
}
