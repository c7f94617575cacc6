//! Compares a catalogue with the English one.

use super::message::{Argument, Message};
use super::{Catalogue, Problem};
use std::collections::{BTreeSet, HashMap};

/// Returns what a catalogue has too much, too little or otherwise than `english`, for which the program was written.
pub fn compare(english: &Catalogue, other: &Catalogue) -> Vec<Problem> {
    let wanted: HashMap<&str, &Message> = by_key(english);
    let given: HashMap<&str, &Message> = by_key(other);
    let mut problems = Vec::new();
    let mut problem = |line: usize, what: String| {
        problems.push(Problem {
            file: other.file.clone(),
            line,
            what,
        });
    };
    if other.head.is_complete {
        for message in english
            .messages
            .iter()
            .filter(|message| !given.contains_key(message.key.as_str()))
        {
            let what = format!(
                "{} is missing ({} has it in line {})",
                message.key, english.file, message.line
            );
            problem(1, what);
        }
    }
    for message in &other.messages {
        match wanted.get(message.key.as_str()) {
            None => problem(message.line, format!("{} is not in {}", message.key, english.file)),
            Some(wanted) => {
                if let Some(what) = difference(wanted, message) {
                    problem(message.line, format!("{}: {what}", message.key));
                }
            }
        }
    }
    problems
}

fn by_key(catalogue: &Catalogue) -> HashMap<&str, &Message> {
    let messages = catalogue.messages.iter();
    messages.map(|message| (message.key.as_str(), message)).collect()
}

fn difference(english: &Message, other: &Message) -> Option<String> {
    let names = |message: &Message| -> BTreeSet<String> {
        let arguments = message.arguments.iter().map(|argument| format!("${}", argument.name));
        let tags = message.tags.iter().map(|tag| format!("<{tag}>"));
        arguments.chain(tags).collect()
    };
    let (wanted, given) = (names(english), names(other));
    if let Some(missing) = wanted.difference(&given).next() {
        return Some(format!("{missing} is missing"));
    }
    if let Some(surplus) = given.difference(&wanted).next() {
        return Some(format!("{surplus} is not in English"));
    }
    // Text cannot decide between sentences, and a number is one for all languages.
    let is_text = |argument: &&Argument| {
        let mut wanted = english.arguments.iter();
        argument.is_number && wanted.any(|wanted| wanted.name == argument.name && !wanted.is_number)
    };
    let wrong = other.arguments.iter().find(is_text)?;
    Some(format!(
        "${} is text; write NUMBER(${}) in English first",
        wrong.name, wrong.name
    ))
}
