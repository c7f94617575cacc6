//! Validation of names, titles, messages and emoji.

use crate::room::core::text;

#[test]
fn names_keep_letters_of_all_scripts() {
    for name in [
        "Ada",
        "Łukasz",
        "李小龙",
        "محمد",
        "Анна",
        "O'Neil-Smith",
        "ไทย",
        "👩‍👩‍👧",
        "e\u{301}",
    ] {
        assert_eq!(text::name(name).as_deref(), Some(name));
    }
}

#[test]
fn names_lose_what_could_deceive() {
    for c in [
        "\u{0}", "\n", "\t", "\u{7f}", "\u{85}", "\u{200b}", "\u{200e}", "\u{200f}", "\u{202a}", "\u{202e}",
        "\u{2066}", "\u{2069}", "\u{61c}", "\u{feff}", "\u{2028}", "\u{2060}",
    ] {
        assert_eq!(text::name(&format!("A{c}da")).as_deref(), Some("Ada"), "{c:?}");
        assert_eq!(text::name(c), None, "{c:?}");
    }
}

/// Returns every character that is default-ignorable, a direction control, white space or a control by its Unicode
/// properties, and two that are blank nevertheless.
fn unseen() -> impl Iterator<Item = char> {
    use icu_properties::{
        CodePointSetData,
        props::{BidiControl, DefaultIgnorableCodePoint, WhiteSpace},
    };
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let directs = CodePointSetData::new::<BidiControl>();
    let space = CodePointSetData::new::<WhiteSpace>();
    ('\0'..=char::MAX)
        .filter(move |c| ignorable.contains(*c) || directs.contains(*c) || space.contains(*c) || c.is_control())
        .chain(['\u{2800}', '\u{fffa}'])
}

#[test]
fn nobody_is_called_by_what_shows_nothing_and_nothing_says_nothing() {
    let mut count = 0;
    for c in unseen() {
        count += 1;
        assert_eq!(text::name(&c.to_string()), None, "{c:?}");
        assert_eq!(text::title(&format!("{c} {c}")), None, "{c:?}");
        assert_eq!(text::said(&format!("\n{c}{c}")), None, "{c:?}");
    }
    assert!(count > 4_000, "{count}");
    assert_eq!(text::name("\u{301}\u{301}"), None, "marks need a letter");
}

#[test]
fn what_shows_nothing_makes_no_other_name() {
    for c in unseen() {
        for name in [format!("ho{c}st"), format!("{c}host"), format!("host{c}")] {
            let kept = text::name(&name).unwrap();
            let is_like = text::NameSkeleton::of(&kept).is_like(&text::NameSkeleton::of("host"));
            assert!(is_like || kept == "ho st", "{name:?} {kept:?}");
        }
    }
}

#[test]
fn joiners_stay_where_they_shape_letters() {
    for title in [
        // Persian: "I want", "the books of", with a mark before the half space.
        "می\u{200c}خواهم",
        "کتاب\u{200c}های من",
        "بِ\u{200c}بین",
        // Devanagari: a half form and a visible virama; Bengali: ya-phalaa; Malayalam: an older chillu at the end.
        "क्\u{200d}ष",
        "क्\u{200c}ष",
        "র\u{200d}্য",
        "ന്\u{200d}",
        // Sinhala.
        "ශ්\u{200d}රී",
        "👩\u{200d}👩\u{200d}👧",
        "👩🏽\u{200d}🚀",
        "❤\u{fe0f}\u{200d}🔥",
        "1\u{fe0f}\u{20e3}",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        // A variant of an ideograph, as in Japanese names; the Mongolian vowel separator.
        "葛\u{e0100}城",
        "ᠬᠠᠭᠠᠨ\u{180e}ᠠ",
        // An Arabic sign that encloses its number is visible.
        "\u{600}123",
        "Việt Nam",
        "שָׁלוֹם",
    ] {
        assert_eq!(text::title(title).as_deref(), Some(title), "{title:?}");
    }
}

#[test]
fn joiners_go_where_they_hide() {
    for (written, kept) in [
        ("h\u{200d}ost", "host"),
        ("host\u{200c}", "host"),
        ("\u{200d}host", "host"),
        ("می\u{200c} خواهم", "می خواهم"),
        ("می\u{200c}", "می"),
        ("ho\u{e0067}st", "host"),
        ("\u{fe0f}ho\u{fe0f}\u{fe0f}st", "ho\u{fe0f}st"),
        ("ho\u{180e}st", "host"),
        ("A\u{a0}\u{2003}\u{3000} B", "A B"),
        (
            "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}a\u{301}\u{301}",
            "Z\u{300}\u{301}\u{302}\u{303}a\u{301}",
        ),
    ] {
        assert_eq!(text::title(written).as_deref(), Some(kept), "{written:?}");
    }
}

#[test]
fn no_word_runs_backwards() {
    assert_eq!(
        text::said("https://a.b/\u{202e}moc.knab\u{202c}").as_deref(),
        Some("https://a.b/moc.knab")
    );
    for c in ["\u{202a}", "\u{202b}", "\u{202d}"] {
        assert_eq!(text::said(&format!("a{c}b")).as_deref(), Some("ab"), "{c:?}");
    }
    // These reorder no letters, and texts in Arabic and Hebrew need them.
    let kept = "\u{200f}שלום \u{2066}abc\u{2069} می\u{200c}خواهم";
    assert_eq!(text::said(kept).as_deref(), Some(kept));
}

#[test]
fn words_keep_their_lines_and_joined_emoji() {
    assert_eq!(text::said("a\nb 👩‍🚀").as_deref(), Some("a\nb 👩‍🚀"));
    assert_eq!(text::said("\u{200d}\u{fe0f}"), None);
}

#[test]
fn emoji_are_emoji() {
    for emoji in [
        "😀",
        "👍🏽",
        "❤️",
        "👩‍❤️‍💋‍👩",
        "🇫🇷",
        "1️⃣",
        "#️⃣",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "©️",
        "‼️",
        "🅰️",
        "Ⓜ️",
        "㊗️",
        "🫡",
        "⭐",
    ] {
        assert!(text::is_emoji(emoji), "{emoji}");
    }
}

#[test]
fn texts_are_no_emoji() {
    for word in [
        "",
        " ",
        "a",
        "A",
        "é",
        "中",
        "1",
        "12",
        "#",
        "1a\u{20e3}",
        "\u{200d}",
        "\u{fe0f}",
        "<b>",
        "😀 ",
        "😀a",
        "\u{202e}😀",
        "\n",
    ] {
        assert!(!text::is_emoji(word), "{word:?}");
    }
}

#[test]
fn names_that_look_alike_are_alike() {
    let is_like = |one: &str, other: &str| text::NameSkeleton::of(one).is_like(&text::NameSkeleton::of(other));
    for (one, other) in [
        ("ada", "ADA"),
        ("ada", "\u{430}da"),
        ("lda", "Ida"),
        ("ada", "ad\u{200d}a"),
        ("ada", "ada\u{fe0f}"),
        ("ada", "ａｄａ"),
        ("ada", "ⓐⓓⓐ"),
        ("ada b", "ada\u{2800}\u{a0}b"),
        ("می\u{200c}خواهم", "میخواهم"),
        ("rnat", "mat"),
    ] {
        assert!(is_like(one, other), "{one} {other}");
    }
    for (one, other) in [
        ("ada", "adam"),
        ("ada", "ada 2"),
        ("李小龙", "李小"),
        ("Анна", "Инна"),
        ("👩‍🚀", "👨‍🚀"),
    ] {
        assert!(!is_like(one, other), "{one} {other}");
    }
}
