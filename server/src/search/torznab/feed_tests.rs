use super::super::{caps::Caps, item, xml};
use super::*;
use app::protocol::Timestamp;
use proptest::prelude::*;

const PROWLARR: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:torznab="http://torznab.com/schemas/2015/feed">
  <channel>
    <atom:link rel="self" type="application/rss+xml" />
    <title>Prowlarr</title>
    <newznab:response offset="0" total="2" />
    <item>
      <title>Tom &amp; Jerry &#233; &lt;1080p&gt; & more</title>
      <guid isPermaLink="true">https://tracker.example/1</guid>
      <prowlarrindexer id="1" type="public">x</prowlarrindexer>
      <link>http://prowlarr:9696/1/download?apikey=SECRET&amp;link=abc</link>
      <pubDate>Sat, 21 Nov 2026 20:15:00 +0000</pubDate>
      <size>1073741824</size>
      <category>2000</category><category>2040</category>
      <enclosure url="magnet:?xt=urn:btih:DD8255ECDC7CA55FB0BBF81323D87062DB1F6D1C" length="5" type="application/x-bittorrent" />
      <torznab:attr name="seeders" value="12" /><newznab:attr name="Peers" value=" 20 " />
      <extra><title>not this one</title></extra>
    </item>
    <item><title><![CDATA[Second & last]]></title><media:title>nor this</media:title></item>
  </channel>
</rss>"#;

#[test]
fn items_are_read_with_both_namespaces_entities_and_cdata() {
    let feed = Feed::parse(PROWLARR);
    assert_eq!((feed.flaw, feed.total, feed.items.len()), (None, Some(2), 2));
    let first = &feed.items[0];
    assert_eq!(first.title, "Tom & Jerry é <1080p> & more");
    assert_eq!(first.link, "http://prowlarr:9696/1/download?apikey=SECRET&link=abc");
    assert_eq!((first.size.as_str(), first.categories.len()), ("1073741824", 2));
    assert_eq!(
        (first.attr("seeders"), first.attr("peers"), first.attr("files")),
        (Some("12"), Some("20"), None)
    );
    assert!(first.enclosure.url.starts_with("magnet:?"));
    assert_eq!(feed.items[1].title, "Second & last");
}

#[test]
fn what_came_before_a_flaw_counts() {
    let cut = PROWLARR.split("<item><title><![CDATA[").next().unwrap();
    for end in [
        "",
        "<item><title>half",
        "<item><ti",
        "</wrong>",
        "<item attr='",
        "<item><title>half &",
    ] {
        let feed = Feed::parse(&format!("{cut}{end}"));
        assert_eq!(feed.items.len(), 1, "{end}");
        assert!(matches!(feed.flaw, Some(Failure::Broken(_))), "{end}: {:?}", feed.flaw);
    }
}

#[test]
fn each_wrong_answer_is_told_apart() {
    let flaw = |text: &str| Feed::parse(text).flaw;
    assert_eq!(flaw(" \n"), Some(Failure::Empty));
    assert_eq!(
        flaw("<!DOCTYPE html><html><body>Sign in</body></html>"),
        Some(Failure::WebPage)
    );
    assert_eq!(flaw("<!-- proxy --><HTML><body>Sign in"), Some(Failure::WebPage));
    assert_eq!(
        flaw(r#"<error code="100" description="Invalid API Key" />"#),
        Some(Failure::Key)
    );
    let bitmagnet = r#"<?xml version="1.0"?><error error="201" description="Incorrect parameter"></error>"#;
    assert_eq!(flaw(bitmagnet), Some(Failure::Refused("Incorrect parameter".into())));
    for other in [
        "{\"results\":[]}",
        "<caps/>",
        "<?xml version=\"1.0\"?><feed/>",
        "PK\u{3}\u{4}",
        "d8:announce0:e",
    ] {
        assert!(matches!(flaw(other), Some(Failure::Nonsense(_))), "{other}");
    }
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;">]><rss>&lol1;</rss>"#;
    assert_eq!(flaw(bomb), Some(Failure::Nonsense("a document type definition")));
    let deep = format!("<rss>{}", "<a>".repeat(1_000_000));
    assert!(matches!(flaw(&deep), Some(Failure::Nonsense(_))));
}

#[test]
fn no_answer_is_larger_in_memory_than_it_may_be() {
    let item = "<item><title>a</title></item>".repeat(ITEMS * 2);
    let feed = Feed::parse(&format!("<rss><channel>{item}</channel></rss>"));
    assert_eq!((feed.items.len(), feed.flaw), (ITEMS, None));
    let attrs = "<torznab:attr name='tag' value='x'/>".repeat(10_000);
    let title = "é".repeat(100_000);
    let feed = Feed::parse(&format!(
        "<rss><channel><item><title>{title}</title>{attrs}</item></channel></rss>"
    ));
    assert_eq!(feed.items[0].attrs.len(), ATTRS);
    assert!(feed.items[0].title.len() <= 16 << 10);
    let many = (0..100_000).map(|n| format!(" a{n}=''")).collect::<String>();
    assert_eq!(
        Feed::parse(&format!(
            "<rss><channel><item{many}><enclosure{many}/></item></channel></rss>"
        ))
        .items
        .len(),
        1
    );
}

#[test]
fn the_encoding_is_taken_from_mark_header_or_declaration() {
    let latin1 = b"<?xml version='1.0' encoding='ISO-8859-1'?><rss><channel><item><title>Am\xe9lie</title></item></channel></rss>";
    let title = |body: &[u8], header| Feed::parse(&xml::decode(body, header)).items[0].title.clone();
    assert_eq!(title(latin1, None), "Amélie");
    assert_eq!(title(latin1, Some("application/xml")), "Amélie");
    let bare = b"<rss><channel><item><title>Am\xe9lie</title></item></channel></rss>";
    assert_eq!(title(bare, Some("text/xml; charset=\"iso-8859-1\"")), "Amélie");
    assert_eq!(title(bare, None), "Am\u{fffd}lie");
    let text =
        "<?xml version='1.0' encoding='utf-16'?><rss><channel><item><title>Amélie</title></item></channel></rss>";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(title(&utf16, None), "Amélie");
    assert_eq!(
        title(&[&[0xff, 0xfe], &utf16[..]].concat(), Some("text/xml; charset=utf-8")),
        "Amélie"
    );
    assert_eq!(title(&[b"\xef\xbb\xbf", text.as_bytes()].concat(), None), "Amélie");
}

/// Runs an indexer's bytes through every parser.
fn swallow(body: &[u8], content_type: Option<&str>) -> usize {
    let text = xml::decode(body, content_type);
    let _ = Caps::parse(&text);
    let feed = Feed::parse(&text);
    let now = Timestamp(1_795_291_200_000);
    feed.items.iter().filter_map(|item| item::check(item, now)).count()
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..2_000), header in "\\PC{0,40}") {
        swallow(&body, Some(&header));
        swallow(&[b"<rss><channel><item>", &body[..]].concat(), None);
    }

    #[test]
    fn arbitrary_markup_is_survived(parts in proptest::collection::vec(
        prop_oneof![
            Just("<rss>".to_owned()), Just("<channel>".into()), Just("<item>".into()), Just("</item>".into()),
            Just("<title>".into()), Just("</title>".into()), Just("<![CDATA[".into()), Just("]]>".into()),
            Just("<!--".into()), Just("-->".into()), Just("&amp;".into()), Just("&#x110000;".into()), Just("&#0;".into()),
            Just("&lol;".into()), Just("<?xml encoding='utf-7'?>".into()), Just("<torznab:attr name='seeders' value='".into()),
            Just("'/>".into()), Just("<enclosure url=\"".into()), Just("\">".into()), "\\PC{0,10}",
        ], 0..60)) {
        swallow(parts.concat().as_bytes(), None);
    }

    #[test]
    fn damaged_answers_are_survived(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<u8>()), 1..20),
    ) {
        let mut body = PROWLARR.as_bytes().to_vec();
        for (place, edit, byte) in edits {
            let at = place.index(body.len().max(1)).min(body.len().saturating_sub(1));
            match edit {
                0 => body[at] = byte,
                1 => body.insert(at, byte),
                _ => body.truncate(at.max(1)),
            }
        }
        prop_assert!(swallow(&body, None) <= 2);
    }
}
