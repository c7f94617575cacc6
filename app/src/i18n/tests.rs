//! Tests of the catalogues, of their compiler (the same that `build.rs` uses), and of the sources that use them.

#[path = "../../build/catalogue/mod.rs"]
mod catalogue;
mod compiler;
mod literals;
mod pseudo;
mod words;

use super::Facts;
use super::format::{Arg, parts};
use catalogue::{Catalogue, Message};
use std::path::{Path, PathBuf};

/// Head of a catalogue for tests.
const HEAD: &str = "language-name = Deutsch\nlanguage-direction = ltr\nlanguage-complete = yes\nnumber-decimal = ,\n\
                    number-group = .\nnumber-group-from = 4\n## some\n";

/// English, Polish and Arabic as far as tests need them.
const ENGLISH: Facts = Facts {
    code: "en",
    name: "English",
    is_pseudo: false,
    direction: "ltr",
    decimal: ".",
    group: "\u{202f}",
    group_from: 5,
};
const POLISH: Facts = Facts { code: "pl", ..ENGLISH };
const ARABIC: Facts = Facts {
    code: "ar",
    direction: "rtl",
    ..ENGLISH
};

/// Returns the catalogue with these messages in the group `some`.
fn catalogue(messages: &str) -> Catalogue {
    catalogue::read("en.ftl", "en", &format!("{HEAD}{messages}\n")).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// Returns the only message.
fn message(text: &str) -> Message {
    catalogue(text).messages.pop().unwrap()
}

/// Fills in a message; tags are shown as `[number:text]`.
fn said(text: &str, args: &[Arg<'_>], facts: &Facts) -> String {
    let message = message(text);
    let parts = parts(&message.encode(&message), args, facts).into_iter();
    let shown = parts.map(|(tag, text)| tag.map_or(text.clone(), |tag| format!("[{tag}:{text}]")));
    shown.collect()
}

/// Returns the catalogues of the program.
fn catalogues() -> Vec<Catalogue> {
    let files = files(&folder("locales"), "ftl");
    let read = |path: &PathBuf| {
        let code = path.file_stem().unwrap().to_str().unwrap();
        let source = std::fs::read_to_string(path).unwrap();
        catalogue::read(&path.display().to_string(), code, &source).unwrap_or_else(|problems| panic!("{problems:?}"))
    };
    files.iter().map(read).collect()
}

/// Returns a folder of this crate.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Returns all files with this extension in a folder and those inside of it, sorted.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|known| known == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn a_sentence_has_its_arguments_where_the_language_wants_them() {
    let two = "some-two = { $name } has { NUMBER($count) } of them";
    let args = [Arg::Text("Ada"), Arg::Number(12_345)];
    assert_eq!(said(two, &args, &ENGLISH), "Ada has 12\u{202f}345 of them");
    assert_eq!(
        said(two, &args, &ARABIC),
        "\u{2068}Ada\u{2069} has 12\u{202f}345 of them"
    );
    // What somebody has typed is never read as a mark or a tag.
    let typed = [Arg::Text("\u{1}1<b>"), Arg::Number(1)];
    assert_eq!(said(two, &typed, &ENGLISH), "\u{1}1<b> has 1 of them");
}

#[test]
fn another_language_may_turn_arguments_and_tags_around() {
    let english = catalogue("some-line = <who>{ $name }</who> came from <place/> at { $time }");
    let other = catalogue("some-line = Um { $time } kam von <place/> jemand: <who>{ $name }</who>");
    assert_eq!(catalogue::compare(&english, &other), []);
    let pattern = other.messages[0].encode(&english.messages[0]);
    let args = [Arg::Text("Ada"), Arg::Text("12:30")];
    let parts = parts(&pattern, &args, &ENGLISH);
    let text = |text: &str| (None, text.to_owned());
    let wanted = [
        text("Um 12:30 kam von "),
        (Some(1), String::new()),
        text(" jemand: "),
        (Some(0), "Ada".to_owned()),
    ];
    assert_eq!(parts, wanted);
}

#[test]
fn a_number_chooses_the_sentence() {
    let english = "some-peers = { $count ->\n [0] Nobody\n [one] { $count } peer\n *[other] { $count } peers\n } here";
    for (count, text) in [
        (0, "Nobody here"),
        (1, "1 peer here"),
        (2, "2 peers here"),
        (10_000, "10\u{202f}000 peers here"),
    ] {
        assert_eq!(said(english, &[Arg::Number(count)], &ENGLISH), text);
    }
    let polish = "some-peers = { $count ->\n [one] raz\n [few] { $count } razy\n *[other] { $count } razów\n}";
    for (count, text) in [
        (1, "raz"),
        (3, "3 razy"),
        (5, "5 razów"),
        (22, "22 razy"),
        (112, "112 razów"),
    ] {
        assert_eq!(said(polish, &[Arg::Number(count)], &POLISH), text);
    }
}

#[test]
fn two_numbers_choose_together() {
    let both = "some-both = { $films ->\n [one] A film\n *[other] { $films } films\n } in { $rooms ->\n [one] a room\n *[other] { $rooms } rooms\n }";
    let said = |films, rooms| said(both, &[Arg::Number(films), Arg::Number(rooms)], &ENGLISH);
    assert_eq!(said(1, 1), "A film in a room");
    assert_eq!(said(1, 2), "A film in 2 rooms");
    assert_eq!(said(3, 1), "3 films in a room");
    assert_eq!(said(3, 2), "3 films in 2 rooms");
    // Inside of another, for some of its numbers only.
    let inner = "some-inner = { $films ->\n [0] none\n *[other] { $rooms ->\n [one] x\n *[other] y\n }\n }";
    let said = |films, rooms| super::tests::said(inner, &[Arg::Number(films), Arg::Number(rooms)], &ENGLISH);
    assert_eq!(
        [said(0, 1), said(0, 5), said(1, 1), said(1, 5)],
        ["none", "none", "x", "y"]
    );
}

#[test]
fn every_selector_has_all_categories_of_its_language() {
    for catalogue in catalogues() {
        let rules = super::plural::rules(&catalogue.code).unwrap();
        for category in rules.categories() {
            let name = format!("{category:?}").to_lowercase();
            for message in &catalogue.messages {
                for (place, selector) in message.selectors.iter().enumerate() {
                    let keys: Vec<&str> = message.rows.iter().map(|row| row.keys[place].code()).collect();
                    let is_there = name == "other" || keys.contains(&name.as_str());
                    assert!(
                        is_there,
                        "{}: {} has no [{name}] for ${selector}",
                        catalogue.file, message.key
                    );
                }
            }
        }
    }
}

#[test]
fn english_is_the_first_language_and_every_language_has_a_table() {
    use super::Language;
    assert_eq!(Language::all().next(), Some(Language::ENGLISH));
    assert_eq!(Language::of("en"), Some(Language::ENGLISH));
    assert_eq!(Language::of("tlh"), None);
    assert_eq!(Language::of("EN"), Some(Language::ENGLISH));
    let is_real = |language: &Language| !language.facts().is_pseudo;
    assert_eq!(Language::all().filter(is_real).count(), catalogues().len());
    assert_eq!(super::TABLES.len(), super::FACTS.len());
    for language in Language::all() {
        let is_there = super::table(language).iter().any(|text| !text.is_empty());
        let is_whole = (language == Language::ENGLISH) != is_there;
        assert!(is_whole, "{language:?}");
    }
    assert_eq!(super::current(), Language::ENGLISH);
    assert_eq!(crate::t::not_found::title(), "Page not found");
}

#[test]
fn a_page_has_the_language_of_its_context_and_the_server_its_own() {
    use super::{Language, current, within};
    use leptos::prelude::{Owner, provide_context};
    let mirrored = Language::of("ar-XB").unwrap();
    let page = Owner::new();
    page.with(|| {
        provide_context(mirrored);
        assert_eq!(current(), mirrored);
        // A component has an owner of its own.
        Owner::new().with(|| assert_eq!(current(), mirrored));
        let problem = crate::error::Error::too_often(2_000);
        assert_eq!(problem, crate::error::Error::too_often(2_000));
        assert!(
            problem.title.is_ascii() && problem.heading().contains('\u{202e}'),
            "{problem}"
        );
        assert_eq!(within(Language::ENGLISH, current), Language::ENGLISH);
        assert_eq!(current(), mirrored);
    });
}

#[test]
fn a_text_gets_its_words_when_its_reader_is_known() {
    use super::{Language, Text};
    use crate::error::{Error, Kind};
    use crate::t::server_admin::{self, Length};
    let german = Language::of("de").unwrap();
    let problem = Error::of_field(
        Kind::Conflict,
        "name",
        server_admin::length(Length { low: 1, high: 80 }),
    );
    assert_eq!(problem.detail.to_string(), "1 to 80 characters.");
    let json = serde_json::to_value(&problem).unwrap();
    assert_eq!(json["errors"][0]["reason"], "1 to 80 characters.");
    let said = problem.into_words(german);
    assert_eq!(said.detail.to_string(), "1 bis 80 Zeichen.");
    assert_eq!(said.errors[0].reason, said.detail);
    assert_eq!(said.title, within_german(crate::t::error::title_conflict));
    // Words are not said again in another language, and survive their way to the browser.
    let json = serde_json::to_string(&said).unwrap();
    let read: Error = serde_json::from_str(&json).unwrap();
    assert_eq!(
        read.into_words(Language::ENGLISH).detail,
        Text::from("1 bis 80 Zeichen.")
    );

    fn within_german<T>(say: impl FnOnce() -> T) -> T {
        super::within(Language::of("de").unwrap(), say)
    }
}

#[test]
fn browsers_load_no_sentence_of_the_server() {
    use super::{Language, page_table, table};
    let german = Language::of("de").unwrap();
    let (pages, all) = (page_table(german), table(german));
    assert!(
        pages.len() > 500 && pages.len() + 100 < all.len(),
        "{} of {}",
        pages.len(),
        all.len()
    );
    let is_there = |words: &str| pages.contains(&words);
    assert!(is_there("Räume") && !is_there("Melde dich zuerst an."));
}
