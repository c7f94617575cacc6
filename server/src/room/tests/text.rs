//! What is a name, a title, a word, an emoji.

use crate::room::text;

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
    let is_like = |one: &str, other: &str| text::Look::of(one).is_like(&text::Look::of(other));
    for (one, other) in [
        ("ada", "ADA"),
        ("ada", "\u{430}da"),
        ("lda", "Ida"),
        ("ada", "ad\u{200d}a"),
        ("ada", "ada\u{fe0f}"),
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
