//! Pseudo-languages: catalogues made of the English one, by which tests see words that are in no catalogue, cut texts and
//! layouts that do not turn around. Their tags are the ones that CLDR reserves for this.

use super::message::{Message, Piece, Row};
use super::{Catalogue, Head};

/// Begin and end of an accented sentence. No message, title or name has these signs.
const BRACKETS: (&str, &str) = ("⟦", "⟧");

/// Right-to-left override and its end (UAX #9): shows the letters between them from right to left.
const OVERRIDE: (char, char) = ('\u{202E}', '\u{202C}');

/// Makes `en-XA`: accented letters, vowels twice, so that sentences are about 30 % longer, in brackets.
pub fn accented(english: &Catalogue) -> Catalogue {
    made(english, "en-XA", "Ȧȧƈƈḗḗƞŧ", false, |row| {
        let is_said = row.pieces.iter().any(has_letters);
        let mut pieces: Vec<Piece> = row.pieces.iter().map(|piece| text_by(piece, accent)).collect();
        if is_said {
            pieces.insert(0, Piece::Text(BRACKETS.0.to_owned()));
            pieces.push(Piece::Text(BRACKETS.1.to_owned()));
        }
        pieces
    })
}

/// Makes `ar-XB`: the English words, each shown from right to left.
pub fn mirrored(english: &Catalogue) -> Catalogue {
    made(english, "ar-XB", "Mirrored", true, |row| {
        row.pieces.iter().map(|piece| text_by(piece, mirror)).collect()
    })
}

fn made(
    english: &Catalogue,
    code: &str,
    name: &str,
    is_right_to_left: bool,
    change: impl Fn(&Row) -> Vec<Piece>,
) -> Catalogue {
    let messages = english.messages.iter().map(|message| Message {
        key: message.key.clone(),
        group: message.group.clone(),
        line: message.line,
        comment: Vec::new(),
        arguments: message.arguments.clone(),
        tags: message.tags.clone(),
        selectors: message.selectors.clone(),
        rows: message
            .rows
            .iter()
            .map(|row| Row {
                keys: row.keys.clone(),
                pieces: change(row),
            })
            .collect(),
    });
    Catalogue {
        file: english.file.clone(),
        code: code.to_owned(),
        head: Head {
            name: name.to_owned(),
            is_right_to_left,
            is_pseudo: true,
            ..english.head.clone()
        },
        groups: Vec::new(),
        messages: messages.collect(),
    }
}

fn has_letters(piece: &Piece) -> bool {
    matches!(piece, Piece::Text(text) if text.chars().any(char::is_alphabetic))
}

fn text_by(piece: &Piece, change: fn(&str) -> String) -> Piece {
    match piece {
        Piece::Text(text) => Piece::Text(change(text)),
        other => other.clone(),
    }
}

/// Puts an accent on each letter, and writes vowels twice.
fn accent(text: &str) -> String {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const ACCENTED: &str = "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ";
    let mut longer = String::with_capacity(text.len() * 3);
    for letter in text.chars() {
        let place = PLAIN.chars().position(|plain| plain == letter);
        let accented = place.and_then(|place| ACCENTED.chars().nth(place)).unwrap_or(letter);
        longer.push(accented);
        if "aeiouAEIOU".contains(letter) {
            longer.extend(accented.to_lowercase());
        }
    }
    longer
}

/// Overrides the direction of each word. The spaces between them stay outside, so that lines break there.
fn mirror(text: &str) -> String {
    let words = text.split_inclusive(' ').map(|word| {
        let (word, space) = match word.strip_suffix(' ') {
            Some(word) => (word, " "),
            None => (word, ""),
        };
        if word.chars().any(char::is_alphabetic) {
            format!("{}{word}{}{space}", OVERRIDE.0, OVERRIDE.1)
        } else {
            format!("{word}{space}")
        }
    });
    words.collect()
}
