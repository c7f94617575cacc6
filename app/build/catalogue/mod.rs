//! Compiler of message catalogues: reads `locales/*.ftl` (Fluent 1.0, a subset), checks them, and writes Rust.
//!
//! The subset: messages with a value, `{ $argument }`, `NUMBER($argument)`, selectors on numbers, terms, strings, and tags
//! for rich text. Everything else is refused, with file and line.

mod check;
mod message;
mod pseudo;
mod read;
mod sentence;
mod tag;
mod write;

// The program reads these too, and its tests have both.
#[allow(clippy::duplicate_mod)]
#[path = "../../src/i18n/marks.rs"]
mod marks;

pub use check::compare;
pub use message::Message;
pub use pseudo::{accented, mirrored};
pub use read::read;
pub use write::{languages, messages};

use std::fmt;

/// Catalogue of one language.
pub struct Catalogue {
    /// Path of the file, for problems.
    pub file: String,
    /// Language tag (BCP 47), from the name of the file.
    pub code: String,
    /// Facts about the language.
    pub head: Head,
    /// Groups, in the order of the file.
    pub groups: Vec<Group>,
    /// Messages, in the order of the file.
    pub messages: Vec<Message>,
}

impl Catalogue {
    /// Returns whether only the server says this message.
    pub fn is_of_server(&self, message: &Message) -> bool {
        let group = self.groups.iter().find(|group| group.name == message.group);
        group.is_some_and(Group::is_of_server)
    }
}

/// Group of messages: a module of the generated code.
pub struct Group {
    /// Name, with which the keys of its messages begin.
    pub name: String,
    /// Lines of its comment after the name.
    pub comment: Vec<String>,
}

impl Group {
    /// Returns whether only the server says its messages: those become functions that return a `Text`, and browsers do not
    /// load them.
    pub fn is_of_server(&self) -> bool {
        self.name == "mail" || self.name.starts_with("server-")
    }
}

/// Facts about a language, from the messages before the first group.
#[derive(Clone, Default)]
pub struct Head {
    /// Name of the language in itself.
    pub name: String,
    /// Set if it is written from right to left.
    pub is_right_to_left: bool,
    /// Set if it was made from English, for tests.
    pub is_pseudo: bool,
    /// Set if no message may be missing.
    pub is_complete: bool,
    /// Decimal sign.
    pub decimal: String,
    /// Separator between groups of three digits.
    pub group: String,
    /// Number of digits from which on they are grouped.
    pub group_from: usize,
}

/// Mistake in a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path of the file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Description, for the developer or translator.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.what)
    }
}
