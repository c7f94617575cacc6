//! Turns a message into text or a view. Called by the functions of [`crate::t`] only.

use super::marks::{ANY, ARGUMENT, CLOSE, OPEN, ROW, SAYS, SELECT};
use super::{Facts, current, plural, translated};
use leptos::prelude::*;

/// Value of an argument.
#[derive(Debug, Clone, Copy)]
pub enum Arg<'a> {
    /// Text, as it is.
    Text(&'a str),
    /// Number, which sentences may depend on.
    Number(u64),
}

/// Element around a part of a sentence: gets its text.
pub type Tag<'a> = &'a dyn Fn(String) -> AnyView;

/// Part of a sentence: the number of the tag around it, and its text.
type Part = (Option<usize>, String);

/// Returns a message that is one text. `number` is its place in the catalogue, `english` its text there.
pub fn plain(number: u16, english: &'static str) -> &'static str {
    translated(current(), number).unwrap_or(english)
}

/// Fills in the arguments of a message.
pub fn fill(number: u16, english: &'static str, args: &[Arg<'_>]) -> String {
    let parts = parts(plain(number, english), args, current().facts());
    parts.into_iter().map(|(_, text)| text).collect()
}

/// Fills in the arguments of a message, and renders its tags, in the order of the language.
pub fn rich(number: u16, english: &'static str, args: &[Arg<'_>], tags: &[Tag<'_>]) -> Vec<AnyView> {
    let parts = parts(plain(number, english), args, current().facts());
    let views = parts
        .into_iter()
        .map(|(tag, text)| match tag.and_then(|tag| tags.get(tag)) {
            Some(tag) => tag(text),
            None => text.into_any(),
        });
    views.collect()
}

/// Writes a number with the separators of a language.
pub fn number(count: u64, facts: &Facts) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + 6);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len() >= facts.group_from && (digits.len() - index).is_multiple_of(3) {
            text.push_str(facts.group);
        }
        text.push(digit);
    }
    text
}

/// Splits an encoded message at its tags, with its arguments filled in.
pub(super) fn parts(pattern: &str, args: &[Arg<'_>], facts: &Facts) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut tag, mut text) = (None, String::new());
    let mut letters = sentence(pattern, args, facts).chars();
    while let Some(letter) = letters.next() {
        match letter {
            ARGUMENT => {
                if let Some(arg) = letters.next().and_then(|digit| chosen(args, digit)) {
                    push(&mut text, arg, facts);
                }
            }
            OPEN => {
                if !text.is_empty() {
                    parts.push((None, std::mem::take(&mut text)));
                }
                tag = letters.next().and_then(place);
            }
            CLOSE => parts.push((tag.take(), std::mem::take(&mut text))),
            letter => text.push(letter),
        }
    }
    if !text.is_empty() {
        parts.push((None, text));
    }
    parts
}

fn push(text: &mut String, arg: Arg<'_>, facts: &Facts) {
    match arg {
        // First strong isolate, so that a name in another script does not turn the sentence around (UAX #9).
        Arg::Text(arg) if facts.direction == "rtl" => {
            text.push('\u{2068}');
            text.push_str(arg);
            text.push('\u{2069}');
        }
        Arg::Text(arg) => text.push_str(arg),
        Arg::Number(count) => text.push_str(&number(count, facts)),
    }
}

/// Returns the sentence that applies to the numbers among the arguments.
fn sentence<'p>(pattern: &'p str, args: &[Arg<'_>], facts: &Facts) -> &'p str {
    let Some(table) = pattern.strip_prefix(SELECT) else {
        return pattern;
    };
    let mut rows = table.split(ROW);
    let selectors = rows.next().unwrap_or_default();
    let applies = |(key, selector): (&str, char)| match chosen(args, selector) {
        _ if key == ANY => true,
        Some(Arg::Number(count)) => key.parse() == Ok(count) || plural::category(facts.code, count) == key,
        _ => false,
    };
    let mut rows = rows.filter_map(|row| row.split_once(SAYS));
    let row = rows.find(|(keys, _)| keys.split(',').zip(selectors.chars()).all(applies));
    row.map_or("", |(_, sentence)| sentence)
}

fn chosen<'a>(args: &[Arg<'a>], digit: char) -> Option<Arg<'a>> {
    args.get(place(digit)?).copied()
}

fn place(digit: char) -> Option<usize> {
    Some(digit.to_digit(10)? as usize)
}
