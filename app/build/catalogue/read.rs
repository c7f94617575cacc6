//! Reads one catalogue.

use super::message::{Argument, Message, Piece};
use super::sentence::{Terms, flatten};
use super::{Catalogue, Group, Head, Problem};
use fluent_syntax::ast::{self, Entry};
use fluent_syntax::parser;
use std::collections::{HashMap, HashSet};

/// Words that Rust keeps for itself, in any edition.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Reads the catalogue of the language `code`. `file` is its path, for problems.
pub fn read(file: &str, code: &str, source: &str) -> Result<Catalogue, Vec<Problem>> {
    let mut reader = Reader {
        source,
        problems: Vec::new(),
        catalogue: Catalogue {
            file: file.to_owned(),
            code: code.to_owned(),
            head: Head::default(),
            groups: Vec::new(),
            messages: Vec::new(),
        },
    };
    let resource = match parser::parse(source) {
        Ok(resource) => resource,
        Err((resource, errors)) => {
            for error in errors {
                reader.problem(error.pos.start, error.to_string());
            }
            resource
        }
    };
    reader.entries(&resource);
    reader.check_groups();
    reader.check_order();
    if reader.problems.is_empty() {
        Ok(reader.catalogue)
    } else {
        reader.problems.sort_by_key(|problem| problem.line);
        Err(reader.problems)
    }
}

struct Reader<'s> {
    source: &'s str,
    problems: Vec<Problem>,
    catalogue: Catalogue,
}

impl<'s> Reader<'s> {
    fn entries(&mut self, resource: &ast::Resource<&'s str>) {
        let terms = self.terms(resource);
        let mut head = HashMap::new();
        for entry in &resource.body {
            match entry {
                Entry::GroupComment(comment) => self.group(comment),
                Entry::Message(message) => match self.catalogue.groups.last().map(|group| group.name.clone()) {
                    Some(group) => self.message(message, group, &terms),
                    None => {
                        let text = message.value.as_ref().and_then(|value| plain_text(value, &terms));
                        head.insert(message.id.name, (self.offset(message.id.name), text));
                    }
                },
                Entry::Term(_) | Entry::Comment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => {}
            }
        }
        self.head(head);
    }

    fn terms(&mut self, resource: &ast::Resource<&'s str>) -> Terms<'s> {
        let mut terms = Terms::new();
        for entry in &resource.body {
            if let Entry::Term(term) = entry {
                if terms.insert(term.id.name, term.value.clone()).is_some() {
                    self.problem(self.offset(term.id.name), format!("-{} is there twice", term.id.name));
                }
                if !term.attributes.is_empty() {
                    self.problem(self.offset(term.id.name), format!("-{} has attributes", term.id.name));
                }
            }
        }
        terms
    }

    /// Takes the facts about the language.
    fn head(&mut self, mut values: HashMap<&'s str, (usize, Option<String>)>) {
        let mut fact = |reader: &mut Self, key: &str| {
            let (offset, text) = values.remove(key).unwrap_or_default();
            text.unwrap_or_else(|| {
                let what = if offset == 0 {
                    "is missing before the first group"
                } else {
                    "must be plain text"
                };
                reader.problem(offset, format!("{key} {what}"));
                String::new()
            })
        };
        let name = fact(self, "language-name");
        let direction = fact(self, "language-direction");
        let complete = fact(self, "language-complete");
        let decimal = fact(self, "number-decimal");
        let group = fact(self, "number-group");
        let group_from = fact(self, "number-group-from");
        if !["ltr", "rtl"].contains(&direction.as_str()) {
            self.problem(0, "language-direction must be ltr or rtl".to_owned());
        }
        if !["yes", "no"].contains(&complete.as_str()) {
            self.problem(0, "language-complete must be yes or no".to_owned());
        }
        if group_from.parse::<usize>().is_err() {
            self.problem(0, "number-group-from must be a number".to_owned());
        }
        for (key, (offset, _)) in values {
            self.problem(
                offset,
                format!("{key} is before the first group, where only facts about the language are"),
            );
        }
        self.catalogue.head = Head {
            name,
            is_right_to_left: direction == "rtl",
            is_pseudo: false,
            is_complete: complete == "yes",
            decimal,
            group,
            group_from: group_from.parse().unwrap_or_default(),
        };
    }

    fn group(&mut self, comment: &ast::Comment<&'s str>) {
        let (name, lines) = match comment.content.split_first() {
            Some((name, lines)) => (name.trim(), lines),
            None => ("", &[][..]),
        };
        let offset = comment.content.first().map_or(0, |first| self.offset(first));
        if !is_key(name) || KEYWORDS.contains(&name) {
            self.problem(
                offset,
                format!("\"{name}\" is no name of a group: small letters, digits and - only"),
            );
        }
        if self.catalogue.groups.iter().any(|group| group.name == name) {
            self.problem(offset, format!("the group {name} is there twice"));
        }
        self.catalogue.groups.push(Group {
            name: name.to_owned(),
            comment: lines.iter().map(|line| (*line).to_owned()).collect(),
        });
    }

    fn message(&mut self, message: &ast::Message<&'s str>, group: String, terms: &Terms<'_>) {
        let key = message.id.name;
        let offset = self.offset(key);
        if self.catalogue.messages.iter().any(|known| known.key == key) {
            self.problem(offset, format!("{key} is there twice"));
        }
        if !message.attributes.is_empty() {
            self.problem(offset, format!("{key} has attributes; give each a message of its own"));
        }
        let Some(value) = &message.value else {
            self.problem(offset, format!("{key} has no text"));
            return;
        };
        let flat = match flatten(value, terms) {
            Ok(flat) => flat,
            Err(why) => return self.problem(offset, format!("{key}: {why}")),
        };
        let message = Message {
            key: key.to_owned(),
            group,
            line: self.line(offset),
            comment: message
                .comment
                .iter()
                .flat_map(|comment| &comment.content)
                .map(|line| (*line).to_owned())
                .collect(),
            arguments: flat.arguments,
            tags: flat.tags,
            selectors: flat.selectors,
            rows: flat.rows,
        };
        if let Some(why) = unfit(&message) {
            self.problem(offset, format!("{key}: {why}"));
        }
        self.catalogue.messages.push(message);
    }

    /// Checks that each message is in the group of the longest name that its key begins with.
    fn check_groups(&mut self) {
        let mut problems = Vec::new();
        for message in &self.catalogue.messages {
            let fitting = self.catalogue.groups.iter().filter(|group| {
                let rest = message.key.strip_prefix(&group.name);
                rest.is_some_and(|rest| rest.len() > 1 && rest.starts_with('-'))
            });
            let group = fitting
                .max_by_key(|group| group.name.len())
                .map(|group| group.name.as_str());
            if group != Some(&message.group) {
                let belongs = group.map_or_else(
                    || format!("its key must begin with {}-", message.group),
                    |group| format!("its key belongs to the group {group}"),
                );
                problems.push((message.line, format!("{}: {belongs}", message.key)));
            }
        }
        for (line, what) in problems {
            let file = self.catalogue.file.clone();
            self.problems.push(Problem { file, line, what });
        }
    }

    /// Checks that the server's messages come last, so that a browser's table ends before them, and have no tags.
    fn check_order(&mut self) {
        let of_server = self.catalogue.groups.iter().filter(|group| group.is_of_server());
        let of_server: HashSet<&str> = of_server.map(|group| group.name.as_str()).collect();
        let is_of_server = |message: &&Message| of_server.contains(message.group.as_str());
        let messages = &self.catalogue.messages;
        let late = messages.iter().skip_while(|message| !is_of_server(message));
        let late = late
            .filter(|message| !is_of_server(message))
            .map(|message| (message, "the server's groups come last"));
        let tagged = messages
            .iter()
            .filter(|message| is_of_server(message) && !message.tags.is_empty())
            .map(|message| (message, "a sentence of the server has no tags"));
        let problems = late.chain(tagged).map(|(message, why)| Problem {
            file: self.catalogue.file.clone(),
            line: message.line,
            what: format!("{}: {why}", message.key),
        });
        self.problems.extend(problems.collect::<Vec<_>>());
    }

    fn problem(&mut self, offset: usize, what: String) {
        self.problems.push(Problem {
            file: self.catalogue.file.clone(),
            line: self.line(offset),
            what,
        });
    }

    /// Returns the position of a slice of the source.
    fn offset(&self, slice: &str) -> usize {
        (slice.as_ptr() as usize).saturating_sub(self.source.as_ptr() as usize)
    }

    fn line(&self, offset: usize) -> usize {
        let before = self.source.as_bytes().iter().take(offset);
        before.filter(|byte| **byte == b'\n').count() + 1
    }
}

/// Returns the text of a pattern without arguments, tags and variants.
fn plain_text(pattern: &ast::Pattern<&str>, terms: &Terms<'_>) -> Option<String> {
    match flatten(pattern, terms).ok()?.rows.as_slice() {
        [row] => match row.pieces.as_slice() {
            [Piece::Text(text)] => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns why a message cannot become a function.
fn unfit(message: &Message) -> Option<String> {
    if !is_key(&message.key) {
        return Some("a key has only small letters, digits and single -".to_owned());
    }
    let mut names = HashSet::new();
    let arguments = message.arguments.iter().map(|Argument { name, .. }| name);
    for name in arguments.chain(&message.tags) {
        if !names.insert(name) {
            return Some(format!("{name} is both an argument and a tag"));
        }
        if KEYWORDS.contains(&name.as_str()) {
            return Some(format!("{name} is a word of Rust"));
        }
    }
    let function = message.function();
    let is_word = KEYWORDS.contains(&function.as_str()) || function.starts_with(|first: char| first.is_ascii_digit());
    is_word.then(|| format!("{function} cannot be the name of a function"))
}

fn is_key(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
        && !name.contains("--")
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
