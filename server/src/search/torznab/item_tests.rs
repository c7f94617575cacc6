use super::super::feed::Enclosure;
use super::*;
use proptest::prelude::*;

const HASH: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";
/// 2026-11-21T20:15:00Z
const NOW: Timestamp = Timestamp(1_795_292_100_000);

fn item(attrs: &[(&str, &str)]) -> Item {
    let attrs = attrs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Item {
        title: "Sintel".into(),
        attrs,
        ..Item::default()
    }
}

fn hit(attrs: &[(&str, &str)]) -> Hit {
    check(&item(&[&[("infohash", HASH)], attrs].concat()), NOW).unwrap().hit
}

#[test]
fn a_hash_alone_makes_a_magnet() {
    assert_eq!(hit(&[]).magnet, Some(format!("magnet:?xt=urn:btih:{HASH}&dn=Sintel")));
}

#[test]
fn a_magnet_of_another_torrent_is_dropped_and_its_trackers_with_it() {
    let link = |hash: &str| format!("magnet:?xt=urn:btih:{hash}&tr=udp%3A%2F%2Ft.example%3A1");
    let tracked = hit(&[("magneturl", &link(&HASH.to_uppercase()))]);
    assert!(tracked.magnet.unwrap().ends_with("&tr=udp%3A%2F%2Ft.example%3A1"));
    let other = hit(&[("magneturl", &link(&HASH.replace("dd", "ee")))]);
    assert_eq!(other.magnet, Some(format!("magnet:?xt=urn:btih:{HASH}&dn=Sintel")));
}

#[test]
fn a_magnet_is_found_wherever_indexers_put_it() {
    let magnet = format!("magnet:?xt=urn:btih:{HASH}");
    let in_enclosure = Item {
        enclosure: Enclosure {
            url: magnet.clone(),
            length: "0".into(),
        },
        ..item(&[])
    };
    for item in [
        Item {
            link: magnet.clone(),
            ..item(&[])
        },
        Item {
            guid: magnet.clone(),
            ..item(&[])
        },
        in_enclosure,
    ] {
        let found = check(&item, NOW).unwrap();
        assert_eq!((found.hit.info_hash, found.link), (HASH.parse().ok(), None));
    }
    assert_eq!(
        check(
            &Item {
                guid: HASH.into(),
                ..item(&[])
            },
            NOW
        ),
        None,
        "any forty digits may be a guid"
    );
}

#[test]
fn nothing_to_get_it_with_or_no_title_is_no_hit() {
    assert_eq!(check(&item(&[]), NOW), None);
    assert_eq!(
        check(&item(&[("infohash", "123"), ("magneturl", "magnet:?dn=x")]), NOW),
        None
    );
    assert_eq!(
        check(
            &Item {
                link: "javascript:alert(1)".into(),
                ..item(&[])
            },
            NOW
        ),
        None
    );
    assert_eq!(
        check(
            &Item {
                title: "\u{202e}".into(),
                ..item(&[("infohash", HASH)])
            },
            NOW
        ),
        None
    );
    assert!(
        check(
            &Item {
                link: "https://x.example/1.torrent".into(),
                ..item(&[])
            },
            NOW
        )
        .is_some()
    );
}

#[test]
fn peers_count_seeders_too_and_absurd_numbers_count_nothing() {
    let counts = |attrs: &[(&str, &str)]| (hit(attrs).seeders, hit(attrs).leechers);
    assert_eq!(counts(&[("seeders", "12"), ("peers", "20")]), (Some(12), Some(8)));
    assert_eq!(counts(&[("seeders", "12"), ("peers", "2")]), (Some(12), Some(0)));
    assert_eq!(counts(&[("seeders", "3"), ("leechers", "4")]), (Some(3), Some(4)));
    assert_eq!(counts(&[("seeders", "-1"), ("peers", "4294967295")]), (None, None));
    assert_eq!(
        counts(&[("seeders", "99999999999999999999"), ("leechers", "many")]),
        (None, None)
    );
}

#[test]
fn the_size_is_the_first_that_makes_sense() {
    let size = |size: &str, attr: &str, length: &str| {
        let enclosure = Enclosure {
            url: "https://x.example/a".into(),
            length: length.into(),
        };
        check(
            &Item {
                size: size.into(),
                enclosure,
                ..item(&[("size", attr)])
            },
            NOW,
        )
        .unwrap()
        .hit
        .size_bytes
    };
    assert_eq!(size("5", "6", "7"), 5);
    assert_eq!(size("0", "-6", "7"), 7);
    assert_eq!(size("99999999999999999", "1.5 GB", ""), 0);
}

#[test]
fn the_category_is_the_first_that_means_something() {
    let category = |numbers: &[&str]| {
        let categories = numbers.iter().map(|n| (*n).to_owned()).collect();
        check(
            &Item {
                categories,
                ..item(&[("infohash", HASH), ("category", "5070")])
            },
            NOW,
        )
        .unwrap()
        .hit
        .category
    };
    assert_eq!(category(&["100002", "2040"]), Category::Movies);
    assert_eq!(category(&["100002", "Movies > HD"]), Category::Tv);
}

#[test]
fn dates_are_read_as_they_are_found_in_the_wild() {
    let expected = Timestamp::from_rfc3339("2026-11-21T08:05:09Z");
    for text in [
        "Sat, 21 Nov 2026 08:05:09 +0000",
        "Sat, 21 Nov 2026 08:05:09 GMT",
        "Sat, 21 Nov 2026 03:05:09 EST",
        "Sat, 21 Nov 2026 10:05:09 +0200",
        "Tue, 21 Nov 2026 08:05:09 +0000",
        "21 Nov 2026 08:05:09 Z",
        " 21 Nov 26 08:05:09 +0000 ",
        "Saturday, 21 November 2026 8:05:09 UTC",
        "21 Nov 2026 08:05:09",
        "2026-11-21T08:05:09Z",
        "2026-11-21T09:05:09+01:00",
    ] {
        assert_eq!(published(text, NOW), expected, "{text}");
    }
    for text in [
        "",
        "yesterday",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "21 Nov 2030 08:05:09 GMT",
        "31 Feb 2026 08:05:09 GMT",
        "21 Nov 2026 25:05:09 GMT",
        "21 Növ 2026",
    ] {
        assert_eq!(published(text, NOW), None, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(title in ".*", text in ".*", name in "infohash|magneturl|seeders|peers|size|category|coverurl") {
        let item = Item {
            guid: text.clone(),
            link: text.clone(),
            published: text.clone(),
            size: text.clone(),
            categories: vec![text.clone()],
            enclosure: Enclosure { url: text.clone(), length: text.clone() },
            title,
            attrs: vec![("infohash".into(), HASH.into()), (name, text)],
        };
        let found = check(&item, NOW);
        if let Some(found) = found {
            prop_assert!(found.hit.title.chars().count() <= 500 && found.hit.info_hash.is_some());
        }
    }
}
