//! Tests of the catalogues' compiler: what it refuses, and the code that it writes.

use super::catalogue::{self, Problem, languages, messages};
use super::{HEAD, catalogue as read};

/// Returns what is wrong with these messages in the group `some`, by line within them.
fn problems(messages: &str) -> Vec<(usize, String)> {
    let source = format!("{HEAD}{messages}\n");
    let problems = catalogue::read("en.ftl", "en", &source).err().unwrap_or_default();
    let first = HEAD.lines().count();
    problems
        .into_iter()
        .map(|problem| (problem.line - first, problem.what))
        .collect()
}

#[test]
fn what_no_function_could_be_made_of_is_refused_with_its_line() {
    for (text, line, what) in [
        ("some-a = x\nsome-a = y", 2, "some-a is there twice"),
        ("some-a = x\nother-b = y", 2, "other-b: its key must begin with some-"),
        (
            "some-a = x\n## some-more\nsome-b = y\nsome-more-c = z",
            3,
            "some-b: its key belongs to the group some",
        ),
        (
            "some-more-a = x\n## some-more\nsome-more-b = x",
            1,
            "some-more-a: its key belongs to the group some-more",
        ),
        ("some-a = x\n## some\nsome-b = x", 2, "the group some is there twice"),
        ("some-type = x", 1, "some-type: type cannot be the name of a function"),
        ("some-7 = x", 1, "some-7: 7 cannot be the name of a function"),
        ("some-a =\n    .title = x", 1, "some-a has no text"),
        (
            "some-a = x\n    .title = x",
            1,
            "some-a has attributes; give each a message of its own",
        ),
        ("some-a = { \"\" }", 1, "some-a: it is empty"),
        (
            "some-a = { common-b }",
            1,
            "some-a: only { $argument }, { NUMBER($argument) }, { -term } and { \"string\" } are known",
        ),
        (
            "some-a = { DATE($b) }",
            1,
            "some-a: DATE() is not known; only NUMBER($argument) is, without options",
        ),
        (
            "some-a = { NUMBER($b, digits: 2) }",
            1,
            "some-a: NUMBER() is not known; only NUMBER($argument) is, without options",
        ),
        (
            "some-a = { $userName }",
            1,
            "some-a: $userName is no argument: only small letters, digits and _",
        ),
        ("some-a = { $in }", 1, "some-a: in is a word of Rust"),
        ("some-a = { -brand }", 1, "some-a: there is no term -brand"),
        (
            "some-a = { $b ->\n [male] x\n *[other] y\n }",
            1,
            "some-a: [male] is neither a plural category nor a whole number",
        ),
        (
            "some-a = { $b ->\n *[one] x\n [few] y\n }",
            1,
            "some-a: the default of a selector must be *[other]",
        ),
        (
            "some-a = { $b ->\n [one] x\n *[other] y\n } { $b ->\n [one] x\n *[other] y\n }",
            1,
            "some-a: it selects on $b twice; write one selector with whole sentences",
        ),
        (
            "some-a = { $b ->\n [one] <x>x</x>\n *[other] y\n }",
            1,
            "some-a: its variants have different tags",
        ),
        ("some-a = <x>one", 1, "some-a: <x> is not closed"),
        ("some-a = one</x>", 1, "some-a: </x> closes nothing"),
        ("some-a = <x>one</y>", 1, "some-a: </y> closes nothing"),
        (
            "some-a = <x>one<y/></x>",
            1,
            "some-a: <y> is inside of <x>; tags do not nest",
        ),
        (
            "some-a = <x/> and <x/>",
            1,
            "some-a: <x> is there twice, again as tag 2",
        ),
        (
            "some-a = <a href=x>one</a>",
            1,
            "some-a: <a href=x> is no tag: only small letters and _, no attributes",
        ),
        ("some-a = { $x } in <x/>", 1, "some-a: x is both an argument and a tag"),
        (
            "some-z = z\n## server-x\nserver-x-a = x\n## more\nmore-b = y",
            5,
            "more-b: the server's groups come last",
        ),
        (
            "some-z = z\n## mail\nmail-a = <b>x</b>",
            3,
            "mail-a: a sentence of the server has no tags",
        ),
        ("some-a = { \"\\u0001\" }", 1, "some-a: it contains a control character"),
        ("some-a = x\nsome-b = { }", 2, "Expected an inline expression"),
    ] {
        let problems = problems(text);
        assert!(problems.contains(&(line, what.to_owned())), "{text}\n{problems:?}");
    }
}

#[test]
fn text_may_have_lines_strings_terms_and_signs() {
    let text = |source: &str| read(source).messages[0].plain().map(str::to_owned);
    assert_eq!(text("some-a = one\n    two").as_deref(), Some("one two"));
    assert_eq!(text("some-a = Speed (< >)").as_deref(), Some("Speed (< >)"));
    assert_eq!(text("some-a = { \"<b>\" }{ \" \" }").as_deref(), Some("<b> "));
    assert_eq!(
        text("-brand = Matinee\nsome-a = { -brand }, home").as_deref(),
        Some("Matinee, home")
    );
}

#[test]
fn the_head_says_what_the_language_is() {
    let wrong = |from: &str, to: &str| {
        let problems = catalogue::read("en.ftl", "en", &HEAD.replace(from, to))
            .err()
            .unwrap_or_default();
        problems
            .into_iter()
            .map(|problem| problem.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        wrong("= ltr", "= down"),
        ["en.ftl:1: language-direction must be ltr or rtl"]
    );
    assert_eq!(
        wrong("= yes", "= maybe"),
        ["en.ftl:1: language-complete must be yes or no"]
    );
    assert_eq!(wrong("= 4", "= four"), ["en.ftl:1: number-group-from must be a number"]);
    assert_eq!(
        wrong("number-decimal = ,\n", ""),
        ["en.ftl:1: number-decimal is missing before the first group"]
    );
    assert_eq!(
        wrong("number-decimal", "hello = x\nnumber-decimal"),
        ["en.ftl:4: hello is before the first group, where only facts about the language are"]
    );
}

#[test]
fn a_translation_has_the_same_keys_arguments_and_tags() {
    let english = read("some-a = x\nsome-b = { $name }\nsome-c = <tag>x</tag>\nsome-d = { NUMBER($count) }");
    let differences = |other: &str| {
        let problems = catalogue::compare(&english, &read(other)).into_iter();
        problems
            .map(|Problem { line, what, .. }| (line - line.min(HEAD.lines().count()), what))
            .collect::<Vec<_>>()
    };
    let same =
        "some-d = { $count ->\n [one] eins\n *[other] { $count }\n }\nsome-c = y <tag>y</tag>\nsome-b = { $name }!";
    let missing = "some-a is missing (en.ftl has it in line 8)";
    assert_eq!(differences(same), [(0, missing.to_owned())]);
    let more = differences(&format!("some-a = x\n{same}\nsome-e = x"));
    assert_eq!(more, [(8, "some-e is not in en.ftl".to_owned())]);
    let rest = "some-a = x\nsome-c = <tag>x</tag>\nsome-d = { NUMBER($count) }";
    for (line, what) in [
        ("some-b = x", "some-b: $name is missing"),
        ("some-b = { $name } { $more }", "some-b: $more is not in English"),
        ("some-b = { $name } <tag/>", "some-b: <tag> is not in English"),
        (
            "some-b = { NUMBER($name) }",
            "some-b: $name is text; write NUMBER($name) in English first",
        ),
    ] {
        assert_eq!(differences(&format!("{line}\n{rest}")), [(1, what.to_owned())]);
    }
}

#[test]
fn a_message_becomes_a_function() {
    let english = read(
        "# The heading\nsome-plain = Hello\nsome-one = { $name } left\nsome-count = { NUMBER($count) }\n\
         some-pair = { $a } and { NUMBER($b) }\nsome-rich = Go <home>home</home>",
    );
    let code = messages(&english).unwrap();
    for line in [
        "pub mod some {",
        "    /// `Hello`",
        "    /// The heading",
        "    pub fn plain() -> &'static str {",
        "        crate::i18n::format::plain(0, \"Hello\")",
        "    pub fn one(name: &str) -> String {",
        "    pub fn count(count: u64) -> String {",
        "    pub fn pair(values: Pair<'_>) -> String {",
        "        let args: [Arg<'_>; 2] = [Arg::Text(values.a), Arg::Number(values.b)];",
        "    pub struct Pair<'a> {",
        "        pub a: &'a str,",
        "        pub b: u64,",
        "    pub fn rich(values: Rich<'_>) -> Vec<leptos::prelude::AnyView> {",
        "        pub home: crate::i18n::format::Tag<'a>,",
    ] {
        assert!(code.lines().any(|written| written == line), "{line}\n{code}");
    }
}

#[test]
fn a_table_has_a_sentence_for_each_english_message_and_a_gap_for_one_that_is_missing() {
    let english = read("some-a = x\nsome-b = y\nsome-c = { $name }");
    let german = catalogue::read(
        "de.ftl",
        "de",
        &format!(
            "{}some-c = Hallo {{ $name }}\nsome-a = ja\n",
            HEAD.replace("= yes", "= no")
        ),
    );
    let german = german.unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(catalogue::compare(&english, &german), []);
    let code = languages(&english, &[german]).unwrap();
    assert!(code.contains("pub(super) static FACTS: [Facts; 2] = ["), "{code}");
    assert!(
        code.contains("    &[\n        \"ja\",\n        \"\",\n        \"Hallo \\u{1}0\",\n    ],\n"),
        "{code}"
    );
    assert!(
        code.contains(
            "code: \"de\", name: \"Deutsch\", is_pseudo: false, direction: \"ltr\", decimal: \",\", group: \".\", group_from: 4"
        )
    );
}
