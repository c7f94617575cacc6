//! Splits the text of a message into plain text, links and mentions. Pure; produces no HTML.

use super::link::link;

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    /// Plain text.
    Text(&'t str),
    /// HTTP or HTTPS URL. Displayed by its host only; see [`shown_host`](super::link::shown_host).
    Link(&'t str),
    /// `@` and the name of a participant.
    Mention(&'t str),
}

/// Mention signs, as typed on European and East Asian keyboards.
const AT: [char; 2] = ['@', '＠'];

/// Splits a text. `names` are the names that can be mentioned.
pub fn parts<'t>(text: &'t str, names: &[String]) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let before = text[..at].chars().next_back();
        // A scheme is Latin: after a letter of another script, it starts a new word.
        let found = link(rest)
            .filter(|_| before.is_none_or(|before| !before.is_ascii_alphanumeric()))
            .map(Part::Link)
            .or_else(|| {
                let name = mention(rest, names).filter(|_| before.is_none_or(parts_words))?;
                Some(Part::Mention(name))
            });
        if let Some(part) = found {
            if plain < at {
                parts.push(Part::Text(&text[plain..at]));
            }
            at += part.text().len();
            plain = at;
            parts.push(part);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    if plain < text.len() {
        parts.push(Part::Text(&text[plain..]));
    }
    parts
}

impl<'t> Part<'t> {
    /// Returns the text of the part, as in the message.
    pub fn text(self) -> &'t str {
        match self {
            Self::Text(text) | Self::Link(text) | Self::Mention(text) => text,
        }
    }
}

/// Returns true if a word can begin after this character or end before it without a space: it is not part of a word, or
/// belongs to a script written without spaces.
pub fn parts_words(letter: char) -> bool {
    let is_of_word = letter.is_alphanumeric() || letter == '_' || is_accent(letter);
    !is_of_word || is_unspaced(letter)
}

/// Returns true for Thai, Lao, Tibetan, Myanmar, Khmer, Kana, Bopomofo, Hangul and Han, including half and full widths.
fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1100}'..='\u{11ff}' | '\u{3005}'..='\u{3007}')
        || matches!(letter, '\u{3040}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}')
        || matches!(letter, '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}

/// Returns true for the blocks of combining marks, which belong to the preceding letter.
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// Returns the `@name` at the start of a text: the longest matching name that is not the prefix of a longer word.
fn mention<'t>(text: &'t str, names: &[String]) -> Option<&'t str> {
    let rest = text.strip_prefix(AT)?;
    names
        .iter()
        .filter_map(|name| head_like(rest, name))
        .max_by_key(|name| name.len())
        .map(|name| &text[..text.len() - rest.len() + name.len()])
}

/// Returns the start of `text` that equals `name`, ignoring case, if a word ends there.
fn head_like<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    if name.is_empty() {
        return None;
    }
    let mut letters = text.char_indices();
    for wanted in name.chars() {
        let (_, letter) = letters.next()?;
        if !letter.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    let end = letters.next();
    let goes_on = |after| !parts_words(after) && !name.ends_with(is_unspaced);
    let is_whole = end.is_none_or(|(_, after)| !goes_on(after));
    is_whole.then(|| &text[..end.map_or(text.len(), |(at, _)| at)])
}

/// Returns true if a text mentions a name.
pub fn calls(text: &str, name: &str) -> bool {
    let names = [name.to_owned()];
    parts(text, &names).iter().any(|part| matches!(part, Part::Mention(_)))
}

/// A completion in progress at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completion<'t> {
    /// `:smi`: the prefix of an emoji name.
    Emoji(&'t str),
    /// `@ad`: the prefix of a person's name.
    Person(&'t str),
}

/// Returns the completion that the word before the cursor starts, if any.
pub fn completing(before_cursor: &str) -> Option<Completion<'_>> {
    let (at, sign) = before_cursor.rmatch_indices([':', AT[0], AT[1]]).next()?;
    let is_at_word = before_cursor[..at]
        .chars()
        .next_back()
        .is_none_or(|before| before.is_whitespace() || before == '(' || is_unspaced(before));
    let begun = &before_cursor[at + sign.len()..];
    match sign {
        _ if !is_at_word => None,
        ":" if begun.len() >= 2
            && begun
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-')) =>
        {
            Some(Completion::Emoji(begun))
        }
        "@" | "＠" if begun.chars().count() <= 32 && !begun.contains(char::is_whitespace) => {
            Some(Completion::Person(begun))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<Part<'_>> {
        parts(text, &["Ada".to_owned(), "Ada Byron".to_owned(), "Éva".to_owned()])
    }

    #[test]
    fn a_text_is_the_sum_of_its_parts() {
        for text in [
            "",
            "hello",
            "see https://a.org/b, @ada and @éva!",
            "@ada byron's",
            "é@x https://",
            "a\nb",
        ] {
            let whole: String = split(text).iter().map(|part| part.text()).collect();
            assert_eq!(whole, text);
        }
    }

    #[test]
    fn only_web_addresses_are_links() {
        use Part::{Link, Text};
        assert_eq!(
            split("(see https://a.org/x_(1)?y=2#z)."),
            [Text("(see "), Link("https://a.org/x_(1)?y=2#z"), Text(").")]
        );
        assert_eq!(split("HTTP://A.org."), [Link("HTTP://A.org"), Text(".")]);
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "xhttps://a.org",
            "www.a.org",
            "https:///x",
            "http://?",
        ] {
            assert!(!split(text).iter().any(|part| matches!(part, Link(_))), "{text}");
        }
        assert_eq!(split("https://a.org/\"onclick=x")[0], Link("https://a.org/"));
    }

    #[test]
    fn a_link_may_stand_right_after_a_letter_of_another_script() {
        use Part::{Link, Text};
        assert_eq!(
            split("見てhttps://a.org/x。それhttps://b.org"),
            [
                Text("見て"),
                Link("https://a.org/x"),
                Text("。それ"),
                Link("https://b.org")
            ]
        );
        assert_eq!(split("видhttps://a.org")[1], Link("https://a.org"));
        assert_eq!(split("链接:https://a.org")[1], Link("https://a.org"));
        assert_eq!(split("1https://a.org"), [Text("1https://a.org")]);
    }

    #[test]
    fn people_are_called_where_words_have_no_space_between() {
        use Part::{Mention, Text};
        assert_eq!(split("@adaさん"), [Mention("@ada"), Text("さん")]);
        assert_eq!(split("ねえ@ada！"), [Text("ねえ"), Mention("@ada"), Text("！")]);
        assert_eq!(split("＠ada、ここ")[0], Mention("＠ada"));
        assert_eq!(split("@ada님")[0], Mention("@ada"));
        assert!(calls("@花子さん", "花子"));
        assert!(calls("@花子hi", "花子"));
        assert!(!calls("@ada\u{301}", "ada"));
        assert!(!calls("@адам", "ада"));
    }

    #[test]
    fn people_are_called_by_their_whole_name() {
        use Part::{Mention, Text};
        assert_eq!(split("@ada byron hi"), [Mention("@ada byron"), Text(" hi")]);
        assert_eq!(split("@Ada, come"), [Mention("@Ada"), Text(", come")]);
        assert_eq!(split("@Adam"), [Text("@Adam")]);
        assert_eq!(split("a@ada"), [Text("a@ada")]);
        assert!(calls("hey @ÉVA?", "Éva"));
        assert!(!calls("Éva", "Éva"));
        assert!(!calls("@", ""));
    }

    #[test]
    fn what_is_being_typed_can_be_completed() {
        assert_eq!(completing("so :smi"), Some(Completion::Emoji("smi")));
        assert_eq!(completing(":+1"), Some(Completion::Emoji("+1")));
        assert_eq!(completing("@ad"), Some(Completion::Person("ad")));
        assert_eq!(completing("hi @"), Some(Completion::Person("")));
        assert_eq!(completing("ねえ@ad"), Some(Completion::Person("ad")));
        assert_eq!(completing("＠ad"), Some(Completion::Person("ad")));
        for text in ["12:30", ":s", "a@b", "see: this", ": x", "", "https://x"] {
            assert_eq!(completing(text), None, "{text}");
        }
    }
}
