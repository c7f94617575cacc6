//! Tests that all words come from the catalogues, and that all words in them are used.

use super::literals::words;
use super::{catalogues, files, folder};
use std::collections::BTreeSet;
use std::fs;

/// Files, and folders with a `/` at the end, whose words no visitor reads, or that are the same in every language: names
/// of languages and scripts, tags of releases, emoji as they are typed, shapes, formats.
const NEVER: &[&str] = &[
    "art.rs",
    "backend.rs",
    "i18n/",
    "language.rs",
    "pieces.rs",
    "protocol/catalog.rs",
    "protocol/id.rs",
    "protocol/time.rs",
    "qr.rs",
    "room/emoji.rs",
    "room/link.rs",
    "title.rs",
];

/// Literals that only look like words, and names.
const NO_WORDS: &[&str] = &[
    "(prefers-color-scheme: light)",
    ".below, .room-side",
    ".overlay-chat ul",
    ".room-side, .overlay-chat ul",
    ":is(.controls, .files) :is(button, a)",
    "; check ",
    "Big Buck Bunny 2008",
    "Blender Foundation",
    "Dead",
    "End",
    "Enter",
    "Escape",
    "Files",
    "George A. Romero",
    "Home",
    "Internet Archive",
    "L59 20L{skipped} 20z",
    "Matinee",
    "Night of the Living Dead 1968",
    "Process",
    "Sintel 2010",
    "Tab",
    "[aria-invalid=true], [data-problem]",
    "dark light",
    "dialog, [popover]",
    "external noopener noreferrer nofollow",
    "indexer {state}",
    "rising-one lane-{}",
    "width=device-width, initial-scale=1, viewport-fit=cover",
    "{title} · Matinee",
];

#[test]
fn no_source_has_words_of_its_own() {
    let mut wrong = Vec::new();
    let root = folder("src");
    for path in files(&root, "rs") {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
        let is_listed = |listed: &&str| name == *listed || (listed.ends_with('/') && name.starts_with(*listed));
        if name.ends_with("tests.rs") || NEVER.iter().any(is_listed) {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let words = words(&source)
            .into_iter()
            .filter(|(_, text)| !NO_WORDS.contains(&text.as_str()));
        wrong.extend(words.map(|(line, text)| format!("{name}:{line}: {text:?}")));
    }
    assert!(
        wrong.is_empty(),
        "words that belong into locales/en.ftl:\n{}",
        wrong.join("\n")
    );
}

/// Answers in English, whoever asks: what only a developer can cause, with names of types in it.
const ENGLISH_ANSWERS: &[&str] = &["This must be: {}."];

#[test]
fn no_answer_of_the_server_has_words_of_its_own() {
    let mut wrong = Vec::new();
    let root = folder("../server/src");
    let answer = regex::Regex::new(
        r#"\b(?:refuse|invalid|not_found|of_field|bad|wrong|gateway|Error::new|AppError::new)\(\s*(?:Kind::\w+,\s*)?(?:"\w+",\s*)?(?:format!\(\s*)?"([A-Z{][^"]*)""#,
    );
    let answer = answer.unwrap();
    let mut has_answers = false;
    for path in files(&root, "rs") {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
        let source = fs::read_to_string(&path).unwrap();
        // Settings are refused at the start, to whoever runs the program.
        if name.ends_with("tests.rs") || name.starts_with("config") {
            continue;
        }
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        has_answers |= source.contains("t::server_");
        let answers = answer.captures_iter(source).map(|found| found[1].to_owned());
        let answers = answers.filter(|text| !ENGLISH_ANSWERS.contains(&text.as_str()));
        wrong.extend(answers.map(|text| format!("{name}: {text:?}")));
    }
    assert!(has_answers, "the sources are somewhere else");
    assert!(
        wrong.is_empty(),
        "words that belong into locales/en.ftl:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_message_is_used() {
    let sources = [folder("src"), folder("../server/src")];
    let sources = sources.iter().flat_map(|folder| files(folder, "rs"));
    let sources: String = sources.map(|path| fs::read_to_string(path).unwrap()).collect();
    let call = regex::Regex::new(r"\bt::([a-z0-9_]+)::([a-z0-9_]+)").unwrap();
    let used: BTreeSet<(&str, &str)> = call
        .captures_iter(&sources)
        .map(|call| call.extract::<2>().1)
        .map(|[group, name]| (group, name))
        .collect();
    for catalogue in catalogues().iter().filter(|catalogue| catalogue.code == "en") {
        let unused = catalogue.messages.iter().filter(|message| {
            let (group, function) = (message.group.replace('-', "_"), message.function());
            !used.contains(&(group.as_str(), function.as_str()))
        });
        let unused: Vec<&str> = unused.map(|message| message.key.as_str()).collect();
        assert!(unused.is_empty(), "nothing calls these: {unused:?}");
    }
}
