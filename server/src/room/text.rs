//! What people may be called and may write: cleaned here, so that nothing later has to doubt it.

use app::protocol::room::{EMOJI_BYTES, NAME_CHARS, TEXT_CHARS, TITLE_CHARS};
use unicode_security::skeleton;

/// A name of 1 to [`NAME_CHARS`] characters, or `None` if nothing readable is left or it is too long.
pub fn name(text: &str) -> Option<String> {
    line(text, NAME_CHARS)
}

/// A room's title of 1 to [`TITLE_CHARS`] characters.
pub fn title(text: &str) -> Option<String> {
    line(text, TITLE_CHARS)
}

/// What somebody says: 1 to [`TEXT_CHARS`] characters on any number of lines.
pub fn said(text: &str) -> Option<String> {
    let clean: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    bounded(clean.trim(), TEXT_CHARS)
}

/// Whether a text is an emoji (Unicode Technical Standard 51) and nothing else, of at most [`EMOJI_BYTES`].
pub fn is_emoji(text: &str) -> bool {
    let is_keycap = text.ends_with('\u{20e3}');
    text.len() <= EMOJI_BYTES
        && text.chars().any(is_picture)
        && text
            .chars()
            .all(|c| is_picture(c) || is_modifier(c) || is_keycap && matches!(c, '0'..='9' | '#' | '*'))
}

/// What a name looks like. What looks alike is one name to people: `ada`, `Ada`, `ada` with a letter without width, and
/// with a Cyrillic one (Unicode Technical Standard 39).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    small: String,
    as_written: String,
}

impl Look {
    /// Of a name.
    pub fn of(name: &str) -> Self {
        let seen = |c: &char| !is_modifier(*c) && *c != '\u{ad}';
        let seen: String = name.chars().filter(seen).collect();
        Self {
            small: skeleton(&seen.to_lowercase()).collect(),
            as_written: skeleton(&seen).collect(),
        }
    }

    /// Whether people would take one for the other.
    pub fn is_like(&self, other: &Self) -> bool {
        self.small == other.small || self.as_written == other.as_written
    }
}

/// A text on one line, without what could reorder or hide its letters.
fn line(text: &str, most: usize) -> Option<String> {
    let clean: String = text.chars().filter(|c| !c.is_control() && !is_format(*c)).collect();
    bounded(clean.trim(), most)
}

fn bounded(text: &str, most: usize) -> Option<String> {
    let is_readable = text.chars().any(|c| !c.is_whitespace() && !is_modifier(c));
    (is_readable && text.chars().take(most + 1).count() <= most).then(|| text.to_owned())
}

/// Marks that change the direction of text, and characters without width. The joiner of emoji stays.
fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
    ) || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

fn is_picture(c: char) -> bool {
    matches!(
        c,
        '©' | '®' | '\u{203c}' | '\u{2049}' | '\u{20e3}' | '\u{2122}' | '\u{2139}' | '\u{24c2}'
    ) || matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}')
        || matches!(c, '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}')
        || matches!(c, '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Joiner, style of drawing, letters of a flag.
fn is_modifier(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}
