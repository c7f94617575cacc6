//! Writes Rust: a module for each group with a function for each message, and what is known of each language.

use super::message::{Argument, Message, Piece};
use super::{Catalogue, Group};
use std::collections::HashMap;
use std::fmt::{self, Write};

/// Writes the functions of all messages, with the English sentences in them.
pub fn messages(english: &Catalogue) -> Result<String, fmt::Error> {
    let mut out = String::new();
    for group in &english.groups {
        write_group(&mut out, english, group)?;
    }
    Ok(out)
}

/// Writes the languages, English first, and the tables of all others' sentences, in the order of the English messages.
pub fn languages(english: &Catalogue, others: &[Catalogue]) -> Result<String, fmt::Error> {
    let mut out = String::new();
    writeln!(out, "/// All languages that have a catalogue, English first.")?;
    writeln!(out, "pub(super) static FACTS: [Facts; {}] = [", others.len() + 1)?;
    for catalogue in std::iter::once(english).chain(others) {
        let head = &catalogue.head;
        let direction = if head.is_right_to_left { "rtl" } else { "ltr" };
        writeln!(
            out,
            "    Facts {{ code: {:?}, name: {:?}, is_pseudo: {}, direction: {direction:?}, decimal: {:?}, group: {:?}, group_from: {} }},",
            catalogue.code, head.name, head.is_pseudo, head.decimal, head.group, head.group_from
        )?;
    }
    writeln!(out, "];\n")?;
    let of_pages = english
        .messages
        .iter()
        .take_while(|message| !english.is_of_server(message));
    writeln!(
        out,
        "/// Number of messages that browsers load; those after them are the server's."
    )?;
    writeln!(out, "#[cfg(not(target_family = \"wasm\"))]")?;
    writeln!(out, "pub(super) const PAGE_MESSAGES: usize = {};\n", of_pages.count())?;
    writeln!(
        out,
        "/// Sentences of each language, by number of the message; those of English are in the code."
    )?;
    writeln!(out, "#[cfg(not(target_family = \"wasm\"))]")?;
    writeln!(out, "pub(super) static TABLES: [&[&str]; {}] = [", others.len() + 1)?;
    writeln!(out, "    &[],")?;
    for other in others {
        let given: HashMap<&str, &Message> = other
            .messages
            .iter()
            .map(|message| (message.key.as_str(), message))
            .collect();
        writeln!(out, "    &[")?;
        for message in &english.messages {
            let text = given.get(message.key.as_str()).map(|given| given.encode(message));
            writeln!(out, "        {:?},", text.unwrap_or_default())?;
        }
        writeln!(out, "    ],")?;
    }
    writeln!(out, "];")?;
    Ok(out)
}

fn write_group(out: &mut String, english: &Catalogue, group: &Group) -> fmt::Result {
    if group.comment.is_empty() {
        writeln!(out, "/// Messages of the group `{}`.", group.name)?;
    }
    write_comment(out, "", &group.comment)?;
    if group.is_of_server() {
        writeln!(out, "#[cfg(not(target_family = \"wasm\"))]")?;
    }
    writeln!(out, "pub mod {} {{", group.name.replace('-', "_"))?;
    for (number, message) in english.messages.iter().enumerate() {
        if message.group == group.name {
            write_message(out, number, message, group.is_of_server())?;
        }
    }
    writeln!(out, "}}\n")
}

fn write_message(out: &mut String, number: usize, message: &Message, is_of_server: bool) -> fmt::Result {
    let function = message.function();
    for (place, row) in message.rows.iter().enumerate() {
        write!(out, "{}", if place == 0 { "" } else { "    ///\n" })?;
        writeln!(out, "    /// `{}`", shown(&row.pieces))?;
    }
    if !message.comment.is_empty() {
        writeln!(out, "    ///")?;
        write_comment(out, "    ", &message.comment)?;
    }
    if let Some(text) = message.plain().filter(|_| !is_of_server) {
        writeln!(out, "    #[inline(always)]")?;
        writeln!(out, "    pub fn {function}() -> &'static str {{")?;
        writeln!(out, "        crate::i18n::format::plain({number}, {text:?})")?;
        return writeln!(out, "    }}\n");
    }
    let is_rich = !message.tags.is_empty();
    let (parameter, prefix) = match message.arguments.as_slice() {
        [] if !is_rich => (String::new(), ""),
        [only] if !is_rich => (format!("{}: {}", only.name, kind(only, "")), ""),
        _ => {
            let structure = camel(&function);
            let lifetime = if has_lifetime(message) { "<'_>" } else { "" };
            (format!("values: {structure}{lifetime}"), "values.")
        }
    };
    let (result, call) = match (is_rich, is_of_server) {
        (true, _) => ("Vec<leptos::prelude::AnyView>", "crate::i18n::format::rich"),
        (false, true) => ("crate::i18n::Text", "crate::i18n::Text::message"),
        (false, false) => ("String", "crate::i18n::format::fill"),
    };
    writeln!(out, "    pub fn {function}({parameter}) -> {result} {{")?;
    writeln!(out, "        use crate::i18n::format::Arg;")?;
    let arguments = message.arguments.iter().map(|argument| {
        let variant = if argument.is_number { "Number" } else { "Text" };
        format!("Arg::{variant}({prefix}{})", argument.name)
    });
    let arguments: Vec<String> = arguments.collect();
    let tags: Vec<String> = message.tags.iter().map(|tag| format!("{prefix}{tag}")).collect();
    let tags = if is_rich {
        format!(", &[{}]", tags.join(", "))
    } else {
        String::new()
    };
    let (english, arguments) = (message.encode(message), arguments.join(", "));
    writeln!(
        out,
        "        let args: [Arg<'_>; {}] = [{arguments}];",
        message.arguments.len()
    )?;
    writeln!(out, "        {call}({number}, {english:?}, &args{tags})")?;
    writeln!(out, "    }}\n")?;
    if prefix.is_empty() {
        return Ok(());
    }
    write_structure(out, message)
}

/// Writes the values of a message, whose names keep them from being swapped.
fn write_structure(out: &mut String, message: &Message) -> fmt::Result {
    let function = message.function();
    let lifetime = if has_lifetime(message) { "<'a>" } else { "" };
    writeln!(out, "    /// Values of [`{function}`].")?;
    writeln!(out, "    #[derive(Clone, Copy)]")?;
    writeln!(out, "    pub struct {}{lifetime} {{", camel(&function))?;
    for argument in &message.arguments {
        writeln!(out, "        /// `{{ ${} }}`", argument.name)?;
        writeln!(out, "        pub {}: {},", argument.name, kind(argument, "'a "))?;
    }
    for tag in &message.tags {
        writeln!(out, "        /// `<{tag}>`")?;
        writeln!(out, "        pub {tag}: crate::i18n::format::Tag<'a>,")?;
    }
    writeln!(out, "    }}\n")
}

fn has_lifetime(message: &Message) -> bool {
    !message.tags.is_empty() || message.arguments.iter().any(|argument| !argument.is_number)
}

fn kind(argument: &Argument, lifetime: &str) -> String {
    if argument.is_number {
        "u64".to_owned()
    } else {
        format!("&{lifetime}str")
    }
}

fn write_comment(out: &mut String, indent: &str, lines: &[String]) -> fmt::Result {
    for line in lines {
        writeln!(out, "{indent}/// {line}")?;
    }
    Ok(())
}

/// Shows a sentence for the documentation of its function.
fn shown(pieces: &[Piece]) -> String {
    let mut open = "";
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Argument(name) => text += &format!("{{ ${name} }}"),
            Piece::Open(name) => {
                open = name;
                text += &format!("<{name}>");
            }
            Piece::Close => text += &format!("</{open}>"),
        }
    }
    text.replace('`', "'")
}

fn camel(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase())
            .into_iter()
            .chain(letters)
            .collect::<String>()
    });
    words.collect()
}
