//! Sanitizing of untrusted text for display: removes control and bidirectional formatting characters, and bounds the
//! length.

/// Maximum length of a title, characters: the catalogue's own limit (API.md).
pub const TITLE_CHARS: usize = 500;

/// Maximum length of an indexer's error message, characters.
const MESSAGE_CHARS: usize = 200;

/// Sanitizes a title. Returns `None` if nothing is left of it.
pub fn title(text: &str) -> Option<String> {
    Some(shown(text, TITLE_CHARS)).filter(|title| !title.is_empty())
}

/// Sanitizes an indexer's message. Drops words that look like addresses, because they may contain API keys.
pub fn message(text: &str) -> String {
    let words: Vec<_> = text
        .split_whitespace()
        .filter(|word| !word.contains("://") && !word.contains("apikey"))
        .collect();
    shown(&words.join(" "), MESSAGE_CHARS)
}

fn shown(text: &str, most_chars: usize) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|&c| !is_trick(c))
        .collect();
    let single_spaced = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = single_spaced.chars().take(most_chars).collect();
    cut.trim_end().to_owned()
}

/// Returns whether a character is invisible or alters the display of its neighbours (Unicode UAX #9, "Trojan Source").
fn is_trick(c: char) -> bool {
    matches!(c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_loses_what_is_not_seen_and_what_reverses_it() {
        assert_eq!(
            title("  Big\u{0}Buck\n\tBunny \u{202e}4pm.exe\u{feff} ").as_deref(),
            Some("Big Buck Bunny 4pm.exe")
        );
        assert_eq!(title(" \u{200b}\u{7}\u{2066} "), None);
        assert_eq!(title(&"é".repeat(900)).map(|t| t.chars().count()), Some(TITLE_CHARS));
    }

    #[test]
    fn a_message_is_quoted_without_addresses() {
        assert_eq!(
            message("Fetching http://10.0.0.2:9117/api?apikey=abc failed"),
            "Fetching failed"
        );
    }
}
