//! Detects messages that would push or cover the chat around them: very tall text, or stacked combining marks. Pure.

/// Number of lines above which a message is folded: they fill a screen.
const TALL_LINES: usize = 45;
/// Number of characters above which a message is folded, regardless of its lines: twenty lines of the narrowest panel.
const TALL_CHARS: usize = 800;
/// Combining marks per character above which text counts as stacked. Real languages use fewer: Hebrew and Tibetan up to
/// five.
const STACKED_MARKS: usize = 6;

/// The initial presentation of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Shown as is.
    Plain,
    /// Folded: shows the beginning until expanded.
    Tall,
    /// Clipped to the height of its own lines.
    Stacked,
}

/// Returns the initial presentation of a text.
pub fn shape(text: &str) -> Shape {
    if is_stacked(text) {
        Shape::Stacked
    } else if text.lines().count() > TALL_LINES || width(text) > TALL_CHARS {
        Shape::Tall
    } else {
        Shape::Plain
    }
}

/// Returns the width of a text, in Latin characters.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if is_wide(letter) { 2 } else { 1 }).sum()
}

/// Returns true for characters twice as wide as a Latin one: East Asian characters and emoji.
fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}')
        || matches!(letter, '\u{ff00}'..='\u{ff60}' | '\u{1f000}'..='\u{3ffff}')
}

fn is_stacked(text: &str) -> bool {
    let mut marks = 0;
    text.chars().any(|letter| {
        marks = if is_mark(letter) { marks + 1 } else { 0 };
        marks > STACKED_MARKS
    })
}

/// Returns true if a character is drawn over the one before it: Unicode's Grapheme_Extend, which `escape_debug` reveals
/// because it escapes these characters. Tag characters of flags and joiners are invisible and do not count.
fn is_mark(letter: char) -> bool {
    let is_drawn = !letter.is_ascii() && !matches!(letter, '\u{200c}' | '\u{200d}' | '\u{e0000}'..);
    is_drawn && !letter.is_control() && letter.escape_debug().len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_lines_are_tall_however_they_come_about() {
        assert_eq!(shape(&"line\n".repeat(TALL_LINES)), Shape::Plain);
        assert_eq!(shape(&"line\n".repeat(TALL_LINES + 1)), Shape::Tall);
        assert_eq!(shape(&"\n".repeat(TALL_LINES + 1)), Shape::Tall);
        assert_eq!(shape(&"x".repeat(TALL_CHARS)), Shape::Plain);
        assert_eq!(shape(&"x".repeat(TALL_CHARS + 1)), Shape::Tall);
        assert_eq!(shape(&"長".repeat(TALL_CHARS / 2 + 1)), Shape::Tall);
        assert_eq!(shape(""), Shape::Plain);
    }

    #[test]
    fn towers_of_marks_are_told_from_languages() {
        let marks = |base: &str, mark: char, count: usize| format!("{base}{}", mark.to_string().repeat(count));
        for mark in [
            '\u{301}', '\u{489}', '\u{36f}', '\u{e47}', '\u{e34}', '\u{654}', '\u{1dc4}', '\u{20dd}', '\u{5b7}',
            '\u{fe0f}',
        ] {
            assert_eq!(shape(&marks("a", mark, STACKED_MARKS + 1)), Shape::Stacked, "{mark:?}");
        }
        for text in [
            "Việt Nam, e\u{302}\u{301}",
            "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
            "السَّلَامُ عَلَيْكُمْ",
            "ที่นี่ น้ำ ปู่ย่าตายาย",
            "བསྒྲུབས་ཀྱི",
            "हिन्दी क्ष्म्य",
            "👨‍👩‍👧‍👦 👍🏽 ❤️ 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "می\u{200c}شود",
        ] {
            assert_eq!(shape(text), Shape::Plain, "{text}");
        }
    }
}
