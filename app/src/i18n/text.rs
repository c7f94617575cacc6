//! Sentence whose words are found when it is known who reads it.

use super::Language;
use super::format::{Arg, fill};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// Sentence of the server: what a service answers, before it is known in which language. A service has no page, and its
/// answer may go to a program, a log or several people.
///
/// Displayed and serialised in English, until [`Text::into_words`] has made words of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(Inner);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Inner {
    Words(Cow<'static, str>),
    /// Boxed, so that a text is no larger than a `String`: errors carry two.
    Message(Box<Message>),
}

/// Message of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    number: u16,
    english: &'static str,
    values: Box<[Value]>,
}

/// Value of an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Number(u64),
}

impl Text {
    /// Creates a message of the catalogue. Called by the functions of [`crate::t`] only.
    pub fn message(number: u16, english: &'static str, args: &[Arg<'_>]) -> Self {
        let values = args.iter().map(|arg| match arg {
            Arg::Text(text) => Value::Text((*text).to_owned()),
            Arg::Number(count) => Value::Number(*count),
        });
        Self(Inner::Message(Box::new(Message {
            number,
            english,
            values: values.collect(),
        })))
    }

    /// Returns the words in a language. A text that has words already keeps them.
    pub fn words(&self, language: Language) -> Cow<'_, str> {
        match &self.0 {
            Inner::Words(words) => Cow::Borrowed(words),
            Inner::Message(message) => {
                let args = message.values.iter().map(|value| match value {
                    Value::Text(text) => Arg::Text(text),
                    Value::Number(count) => Arg::Number(*count),
                });
                let args: Vec<Arg<'_>> = args.collect();
                Cow::Owned(super::within(language, || fill(message.number, message.english, &args)))
            }
        }
    }

    /// Makes words of it.
    pub fn into_words(self, language: Language) -> Self {
        self.words(language).into_owned().into()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.words(Language::ENGLISH))
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self(Inner::Words(words.into()))
    }
}

impl From<&'static str> for Text {
    fn from(words: &'static str) -> Self {
        Self(Inner::Words(words.into()))
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.words(Language::ENGLISH).into_owned()
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.words(Language::ENGLISH))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
