use super::*;
use crate::cache::Cache;
use proptest::prelude::*;

fn archive(base: &str) -> InternetArchive {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let (fetcher, links) = (Fetcher::new(false).unwrap(), Links::new(Cache::memory()));
    InternetArchive::new("internet-archive".into(), Url::parse(base).unwrap(), fetcher, links)
}

fn hits(rows: &str) -> Vec<Hit> {
    let archive = archive("https://archive.org");
    let body = format!(r#"{{"responseHeader":{{}},"response":{{"numFound":1,"start":0,"docs":{rows}}}}}"#);
    read(body.as_bytes())
        .unwrap()
        .iter()
        .filter_map(|row| archive.hit(row))
        .collect()
}

fn query(words: &str, category: Option<Category>) -> Option<String> {
    lucene(&Query {
        words: words.into(),
        category,
    })
}

#[test]
fn words_are_quoted_so_that_none_is_an_operator() {
    let title = |words| {
        query(words, None)
            .unwrap()
            .split(" AND mediatype")
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        title("night of the living dead"),
        r#"title:("night" AND "of" AND "the" AND "living" AND "dead")"#
    );
    assert_eq!(
        title(r#"a OR b) title:* "x\ - \" "#),
        r#"title:("a" AND "OR" AND "b)" AND "title:*" AND "\"x\\")"#
    );
    assert_eq!(query("!!! --", None), None);
}

#[test]
fn categories_it_does_not_have_are_not_asked_for() {
    assert!(
        query("a", Some(Category::Audio))
            .unwrap()
            .contains("mediatype:(audio OR etree)")
    );
    assert!(query("a", None).unwrap().contains("mediatype:(movies)"));
    assert_eq!(query("a", Some(Category::Tv)), None);
}

#[test]
fn fields_may_be_strings_numbers_or_lists() {
    let hits = hits(
        r#"[{"identifier":"night_1968","title":["Night","x"],"item_size":"5000","publicdate":"2009-03-11T01:02:03Z",
        "btih":"DD8255ECDC7CA55FB0BBF81323D87062DB1F6D1C","mediatype":"movies"},
        {"identifier":"b","title":7,"item_size":[1.5,2],"btih":[],"mediatype":null},
        {"identifier":"../etc","title":"x"},{"identifier":"c"},{"title":"d"},{"identifier":["e"],"title":{"x":1}},{}]"#,
    );
    assert_eq!(hits.len(), 2);
    let night = &hits[0];
    assert_eq!(
        (night.title.as_str(), night.size_bytes, night.category),
        ("Night", 5000, Category::Movies)
    );
    assert_eq!(
        night.torrent_url.as_deref(),
        Some("https://archive.org/download/night_1968/night_1968_archive.torrent")
    );
    assert!(night.magnet.as_ref().unwrap().contains("bt1.archive.org"));
    assert_eq!(night.published_at, Timestamp::from_rfc3339("2009-03-11T01:02:03Z"));
    assert_eq!(
        (hits[1].title.as_str(), hits[1].info_hash, hits[1].size_bytes),
        ("7", None, 0)
    );
}

#[test]
fn wrong_answers_are_told_apart() {
    assert_eq!(read(b" "), Err(Failure::Empty));
    assert_eq!(read(b"<html>"), Err(Failure::WebPage));
    assert!(matches!(read(b"{\"error\":\"x\"}"), Err(Failure::Nonsense(_))));
    assert!(matches!(read(b"{\"response\":{\"docs\":["), Err(Failure::Broken(_))));
    assert!(matches!(
        read("[".repeat(100_000).as_bytes()),
        Err(Failure::Nonsense(_) | Failure::Broken(_))
    ));
}

#[test]
fn a_mirror_keeps_its_path() {
    let url = archive("http://127.0.0.1:9/mirror/").search_url("x").unwrap();
    assert!(
        url.as_str()
            .starts_with("http://127.0.0.1:9/mirror/advancedsearch.php?q=x&fl%5B%5D=identifier")
    );
}

proptest! {
    #[test]
    fn no_words_leave_their_quotes(words in "\\PC{1,60}") {
        if let Some(query) = query(&words, None) {
            let plain = query.replace("\\\\", "").replace("\\\"", "");
            let outside: String = plain.split('"').step_by(2).collect();
            let expected_words = outside.matches(" AND ").count();
            let rest = outside.replace(" AND ", "");
            prop_assert_eq!(rest, "title:()mediatype:(movies)format:NOT access-restricted-item:true");
            prop_assert!(expected_words >= 3);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..500), rows in "\\PC{0,200}") {
        let _ = read(&body);
        let _ = read(format!("{{\"response\":{{\"docs\":{rows}}}}}").as_bytes());
    }
}
