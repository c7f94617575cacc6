//! Message of a catalogue, and its encoding for the program.

use super::marks::{ANY, ARGUMENT, CLOSE, OPEN, ROW, SAYS, SELECT};

/// Message: one sentence, or several that a number decides between.
#[derive(Debug)]
pub struct Message {
    /// Key, unique in the catalogue.
    pub key: String,
    /// Group, which the key begins with.
    pub group: String,
    /// Line of the file.
    pub line: usize,
    /// Lines of its comment.
    pub comment: Vec<String>,
    /// Arguments, in the order in which they first appear.
    pub arguments: Vec<Argument>,
    /// Names of the tags, in the order in which they first appear.
    pub tags: Vec<String>,
    /// Names of the arguments that decide between the rows.
    pub selectors: Vec<String>,
    /// Sentences, in the order in which their keys are tried.
    pub rows: Vec<Row>,
}

/// Argument of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Name.
    pub name: String,
    /// Set for a number, otherwise it is text.
    pub is_number: bool,
}

/// Sentence, and the numbers for which it applies.
#[derive(Debug)]
pub struct Row {
    /// Keys, one for each selector of the message.
    pub keys: Vec<Key>,
    /// Pieces of the sentence.
    pub pieces: Vec<Piece>,
}

/// Condition of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// One number, or one of CLDR's plural categories.
    Is(String),
    /// Any number.
    Any,
}

/// Piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text.
    Text(String),
    /// Value of the argument of this name.
    Argument(String),
    /// Begin of the tag of this name.
    Open(String),
    /// End of the tag that is open.
    Close,
}

impl Message {
    /// Returns the part of the key after the group, as a Rust name.
    pub fn function(&self) -> String {
        self.key
            .get(self.group.len() + 1..)
            .unwrap_or_default()
            .replace('-', "_")
    }

    /// Returns the text, if the message is one sentence without arguments and tags.
    pub fn plain(&self) -> Option<&str> {
        match self.rows.as_slice() {
            [row] => match row.pieces.as_slice() {
                [Piece::Text(text)] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// Encodes the message. Arguments and tags are numbered as in `english`, the message that the program was written
    /// for.
    pub fn encode(&self, english: &Message) -> String {
        // There are ten of each at most.
        let digit = |place: usize| char::from_digit(place as u32, 10).unwrap_or_default();
        let argument = |name: &str| {
            let place = english.arguments.iter().position(|argument| argument.name == name);
            place.map(digit)
        };
        let mut text = String::new();
        if !self.selectors.is_empty() {
            text.push(SELECT);
            text.extend(self.selectors.iter().filter_map(|name| argument(name)));
        }
        for row in &self.rows {
            if !self.selectors.is_empty() {
                let keys: Vec<&str> = row.keys.iter().map(Key::code).collect();
                text.push(ROW);
                text.push_str(&keys.join(","));
                text.push(SAYS);
            }
            for piece in &row.pieces {
                match piece {
                    Piece::Text(piece) => text.push_str(piece),
                    Piece::Argument(name) => {
                        text.push(ARGUMENT);
                        text.extend(argument(name));
                    }
                    Piece::Open(name) => {
                        text.push(OPEN);
                        text.extend(english.tags.iter().position(|tag| tag == name).map(digit));
                    }
                    Piece::Close => text.push(CLOSE),
                }
            }
        }
        text
    }
}

impl Key {
    /// Returns the key as it is written.
    pub fn code(&self) -> &str {
        match self {
            Self::Is(key) => key,
            Self::Any => ANY,
        }
    }
}
