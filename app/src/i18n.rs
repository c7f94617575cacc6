//! Languages of the pages, and where the words of each are found. A message is a function of [`crate::t`]; English is in
//! that function, any other language is a table, read by the number of the message.

mod element;
pub mod format;
mod marks;
mod plural;
mod text;

#[cfg(test)]
mod tests;

pub use element::element;
pub use text::Text;

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// Language that has a catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Language(u8);

/// Facts about a language, from the head of its catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Language tag (BCP 47).
    pub code: &'static str,
    /// Name of the language in itself.
    pub name: &'static str,
    /// Set for a pseudo-language, which is made from English for tests.
    pub is_pseudo: bool,
    /// Direction of its script, as in HTML: `ltr` or `rtl`.
    pub direction: &'static str,
    /// Decimal sign.
    pub decimal: &'static str,
    /// Separator between groups of three digits.
    pub group: &'static str,
    /// Number of digits from which on they are grouped.
    pub group_from: usize,
}

impl Language {
    /// Language that the program is written in, and the default.
    pub const ENGLISH: Self = Self(0);

    /// Returns all languages, English first, pseudo-languages last.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..FACTS.len()).map(|place| Self(place as u8))
    }

    /// Returns the language with this tag, in any case (RFC 5646 section 2.1.1).
    pub fn of(code: &str) -> Option<Self> {
        Self::all().find(|language| language.facts().code.eq_ignore_ascii_case(code))
    }

    /// Returns whether the language is written from right to left.
    pub fn is_right_to_left(self) -> bool {
        self.facts().direction == "rtl"
    }

    /// Returns what is known of the language.
    pub fn facts(self) -> &'static Facts {
        FACTS.get(usize::from(self.0)).unwrap_or(&FACTS[0])
    }
}

/// Address of the page's table, provided as context of a page in any language but English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableAddress(pub String);

#[cfg(not(target_family = "wasm"))]
thread_local! {
    /// Language while [`within`] runs.
    static WITHIN: std::cell::Cell<Option<Language>> = const { std::cell::Cell::new(None) };
}

/// Language of the page that is being rendered: the one in the context, which is found through all owners up to the
/// page's. English where there is no page; but outside of pages a thread may still have the context of one that it was
/// rendering: see [`within`].
#[cfg(not(target_family = "wasm"))]
pub fn current() -> Language {
    if let Some(language) = WITHIN.get() {
        return language;
    }
    leptos::prelude::use_context().unwrap_or_default()
}

/// Has something said in a language, whichever page its thread is rendering. In a browser, which has one page, it is said
/// in the page's.
#[cfg(not(target_family = "wasm"))]
pub fn within<T>(language: Language, say: impl FnOnce() -> T) -> T {
    let before = WITHIN.replace(Some(language));
    let said = say();
    WITHIN.set(before);
    said
}

/// Has something said in the language of the page.
#[cfg(target_family = "wasm")]
pub fn within<T>(_: Language, say: impl FnOnce() -> T) -> T {
    say()
}

/// Returns the encoded messages of a language, by number of the message: what `speak` takes in the browser. Empty for
/// English, whose sentences are in the code.
#[cfg(not(target_family = "wasm"))]
pub fn page_table(language: Language) -> &'static [&'static str] {
    let table = table(language);
    table.get(..PAGE_MESSAGES).unwrap_or(table)
}

/// Returns the encoded messages of a language, by number of the message, the server's too.
#[cfg(not(target_family = "wasm"))]
fn table(language: Language) -> &'static [&'static str] {
    TABLES.get(usize::from(language.0)).copied().unwrap_or_default()
}

/// Returns the encoded message with this number; `None` in English, and if it is not translated.
#[cfg(not(target_family = "wasm"))]
fn translated(language: Language, number: u16) -> Option<&'static str> {
    let text = table(language).get(usize::from(number))?;
    (!text.is_empty()).then_some(text)
}

/// Language of this page and its table; unset in English.
#[cfg(target_family = "wasm")]
static SPOKEN: std::sync::OnceLock<(Language, Vec<String>)> = std::sync::OnceLock::new();

/// Sets the language of this page and its table, once and before the page is hydrated: the server has rendered it in that
/// language.
#[cfg(target_family = "wasm")]
pub fn speak(language: Language, table: Vec<String>) {
    let _ = SPOKEN.set((language, table));
}

/// Language of this page.
#[cfg(target_family = "wasm")]
pub fn current() -> Language {
    SPOKEN.get().map(|(language, _)| *language).unwrap_or_default()
}

/// Returns the encoded message with this number; `None` in English, and if it is not translated.
#[cfg(target_family = "wasm")]
fn translated(_: Language, number: u16) -> Option<&'static str> {
    let text = SPOKEN.get()?.1.get(usize::from(number))?;
    (!text.is_empty()).then_some(text)
}
