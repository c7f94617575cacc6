//! Tests of the filter rules.

use super::*;
use proptest::prelude::*;

const HASH: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

fn rules(kind: FilterKind, pattern: &str) -> Rules {
    Rules::compile([(kind, check(kind, pattern).unwrap())])
}

#[test]
fn words_are_whole_in_any_case_and_with_or_without_accents() {
    for (pattern, blocked, allowed) in [
        ("casino", "Best.CASINO.Games", "Casinos of the world"),
        ("casino", "casino", "Royale"),
        ("Amélie", "Le fabuleux destin d'AMELIE (2001)", "Ameliee"),
        ("amelie", "Ame\u{301}lie.2001", "A me lie"),
        ("big casino", "a BIG_casino night", "big bad casino"),
        ("big casino", "big, big casino", "casino big"),
        ("naïve-art", "Naive Art 1080p", "naive of art"),
        ("łódź", "LODZ by night", "Lodza"),
        ("spam", "sp\u{200b}am pack", "spa m"),
        ("spam", "ＳＰＡＭ", "spamalot"),
        ("стриптиз", "СТРИПТИЗ 1996", "стриптизёрша"),
        ("s01e01", "Show.S01E01.mkv", "Show.S01E011.mkv"),
    ] {
        let rules = rules(FilterKind::Word, pattern);
        assert!(rules.blocks_text(blocked), "{pattern:?} blocks {blocked:?}");
        assert!(!rules.blocks_text(allowed), "{pattern:?} lets {allowed:?} through");
    }
}

#[test]
fn expressions_are_in_any_case_and_need_not_fit_the_whole_title() {
    let rules = rules(FilterKind::Regex, r"\bcam(rip)?\b|tele.?sync");
    for title in ["New.Film.2026.CAM.x264", "film camrip", "A TELE-SYNC of it"] {
        assert!(rules.blocks_text(title), "{title}");
    }
    for title in ["Camera Buff 1979", "telescope"] {
        assert!(!rules.blocks_text(title), "{title}");
    }
}

#[test]
fn a_hash_blocks_one_torrent_whatever_it_is_called() {
    let rules = rules(FilterKind::InfoHash, &HASH.to_uppercase());
    let other = InfoHash([9; 20]);
    assert!(rules.blocks(HASH.parse().ok(), "Anything", []));
    assert!(!rules.blocks(Some(other), "Anything", []));
    assert!(!rules.blocks(None, HASH, []), "a title that looks like it is no hash");
}

#[test]
fn a_torrent_is_blocked_by_its_name_or_by_any_of_its_files() {
    let rules = rules(FilterKind::Word, "casino");
    assert!(rules.blocks(None, "Casino", ["a/film.mkv"]));
    assert!(rules.blocks(None, "Film", ["a/film.mkv", "ads/visit our casino.txt"]));
    assert!(!rules.blocks(None, "Film", ["a/film.mkv"]));
    assert!(!Rules::default().blocks(HASH.parse().ok(), "Casino", ["casino"]));
}

#[test]
fn a_pattern_that_is_none_is_refused_with_its_reason() {
    for (kind, pattern, reason) in [
        (FilterKind::Word, "  ", "Write what is to be blocked."),
        (FilterKind::Word, "-_-", "Write at least one letter or digit."),
        (
            FilterKind::Word,
            "a\u{0}b",
            "A filter cannot contain control characters.",
        ),
        (
            FilterKind::InfoHash,
            "dd82",
            "An info hash is 40 hex digits or 32 base32 characters.",
        ),
        (FilterKind::Regex, "(", "The expression cannot be used: unclosed group."),
        (
            FilterKind::Regex,
            r"(a)\1",
            "The expression cannot be used: backreferences are not supported.",
        ),
        (
            FilterKind::Regex,
            r"(?=a)",
            "The expression cannot be used: look-around, including look-ahead and look-behind, is not supported.",
        ),
        (
            FilterKind::Regex,
            r"\w{500}\w{500}",
            "The expression cannot be used: it is too large.",
        ),
        (
            FilterKind::Regex,
            "a*",
            "This expression fits every title: it would block everything.",
        ),
        (
            FilterKind::Regex,
            &"a".repeat(501),
            "A filter has at most 500 characters.",
        ),
    ] {
        let wrong = check(kind, pattern).map_err(|wrong| wrong.to_string());
        assert_eq!(wrong, Err(reason.to_owned()), "{pattern}");
    }
}

#[test]
fn the_same_filter_is_kept_in_one_way_of_writing() {
    assert_eq!(check(FilterKind::Word, " Big—CASINO! ").as_deref(), Ok("big casino"));
    assert_eq!(
        check(FilterKind::InfoHash, "3WBFL3G4PSSV7MF37AJSHWDQMLNR63I4").as_deref(),
        Ok(HASH)
    );
    assert_eq!(check(FilterKind::Regex, " A|b ").as_deref(), Ok("A|b"));
}

#[test]
fn what_was_kept_by_a_better_version_spoils_only_itself() {
    let rules = Rules::compile([
        (FilterKind::Regex, "(".to_owned()),
        (FilterKind::InfoHash, "nonsense".to_owned()),
        (FilterKind::Word, "casino".to_owned()),
    ]);
    assert!(rules.blocks_text("Casino"));
}

proptest! {
    #[test]
    fn a_word_blocks_every_title_that_has_it(word in "[a-zäöüé0-9]{1,12}", before in "\\PC{0,40}", after in "\\PC{0,40}") {
        let rules = rules(FilterKind::Word, &word);
        let title = format!("{before} {} {after}", word.to_uppercase());
        prop_assert!(rules.blocks_text(&title), "{:?}", title);
    }

    #[test]
    fn a_word_never_blocks_a_title_without_its_letters(word in "[a-m]{1,12}", title in "[n-z0-9 ._-]{0,80}") {
        prop_assert!(!rules(FilterKind::Word, &word).blocks_text(&title));
    }

    #[test]
    fn no_pattern_and_no_text_makes_it_panic(pattern in "\\PC{0,60}", text in any::<String>()) {
        for kind in FilterKind::ALL {
            if let Ok(kept) = check(kind, &pattern) {
                // A normalized pattern is stable under normalization, and compiles.
                prop_assert_eq!(check(kind, &kept), Ok(kept.clone()));
                let rules = Rules::compile([(kind, kept)]);
                prop_assert!(!rules.is_empty());
                rules.blocks(None, &text, [text.as_str()]);
            }
        }
    }
}
