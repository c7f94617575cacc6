//! Validation and normalisation of names and texts. Everything is cleaned here, so that no later code has to.

use super::characters::{is_space, is_unseen, on_one_line, overrides_direction, shows};
use app::protocol::room::{EMOJI_BYTES, NAME_CHARS, TEXT_CHARS, TITLE_CHARS};
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

/// Returns a name of 1 to [`NAME_CHARS`] characters, or `None` if nothing readable is left or it is too long.
pub fn name(text: &str) -> Option<String> {
    bounded(&on_one_line(text), NAME_CHARS)
}

/// Returns a room's title of 1 to [`TITLE_CHARS`] characters, or `None`.
pub fn title(text: &str) -> Option<String> {
    bounded(&on_one_line(text), TITLE_CHARS)
}

/// Returns a chat message of 1 to [`TEXT_CHARS`] characters on any number of lines, at least one of which is not blank,
/// or `None`. Removes characters that would make the letters of a link run backwards.
pub fn said(text: &str) -> Option<String> {
    let is_kept = |c: &char| *c == '\n' || !c.is_control() && !overrides_direction(*c);
    let clean: String = text.chars().filter(is_kept).collect();
    bounded(clean.trim(), TEXT_CHARS)
}

/// Returns a room's password without what keyboards, chat programs and autocorrection add to it: surrounding spaces,
/// invisible characters, full-width letters and other compatibility forms (NFKC), typographic quotation marks and dashes.
pub fn password(text: &str) -> String {
    let typewritten = |c: char| match c {
        '\u{2018}'..='\u{201b}' | '\u{2032}' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '«' | '»' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c if is_space(c) => ' ',
        c => c,
    };
    let seen = |c: &char| is_space(*c) || !is_unseen(*c);
    let clean: String = text.nfkc().filter(seen).map(typewritten).collect();
    clean.trim().to_owned()
}

/// Returns whether `text` is an emoji (Unicode Technical Standard 51) and nothing else, of at most [`EMOJI_BYTES`].
pub fn is_emoji(text: &str) -> bool {
    let is_keycap = text.ends_with('\u{20e3}');
    text.len() <= EMOJI_BYTES
        && text.chars().any(is_picture)
        && text
            .chars()
            .all(|c| is_picture(c) || is_modifier(c) || is_keycap && matches!(c, '0'..='9' | '#' | '*'))
}

/// The visual appearance of a name. Names that look alike are the same to people: `ada`, `Ada`, `ada` with a zero-width
/// character, and with a Cyrillic letter (Unicode Technical Standard 39).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameSkeleton {
    small: String,
    as_written: String,
}

impl NameSkeleton {
    /// Returns the appearance of a name. Compatibility forms (NFKC) count as what they stand for: `ａｄａ` and `ⓐⓓⓐ` are `ada`.
    pub fn of(name: &str) -> Self {
        let seen: String = name.nfkc().filter(|c| !is_unseen(*c)).collect();
        let words: Vec<&str> = seen.split(is_space).filter(|word| !word.is_empty()).collect();
        let seen = words.join(" ");
        Self {
            small: skeleton(&seen.to_lowercase()).collect(),
            as_written: skeleton(&seen).collect(),
        }
    }

    /// Returns whether people would confuse the two names.
    pub fn is_like(&self, other: &Self) -> bool {
        self.small == other.small || self.as_written == other.as_written
    }
}

fn bounded(text: &str, most: usize) -> Option<String> {
    (text.chars().any(shows) && text.chars().take(most + 1).count() <= most).then(|| text.to_owned())
}

fn is_picture(c: char) -> bool {
    matches!(
        c,
        '©' | '®' | '\u{203c}' | '\u{2049}' | '\u{20e3}' | '\u{2122}' | '\u{2139}' | '\u{24c2}'
    ) || matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}')
        || matches!(c, '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}')
        || matches!(c, '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Returns whether `c` is a joiner, a variation selector or a tag letter of a flag.
fn is_modifier(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}
