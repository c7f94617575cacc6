//! A message's text, taken apart: words, links, names that are called. Pure; nothing here makes HTML.

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    /// Words.
    Text(&'t str),
    /// An http or https address. Shown by its host only; see [`host`].
    Link(&'t str),
    /// `@` and the name of somebody who is there.
    Mention(&'t str),
}

/// Longest address that becomes a link, bytes.
const LONGEST_LINK: usize = 2_000;

/// Takes a text apart. `names` are those who can be called.
pub fn parts<'t>(text: &'t str, names: &[String]) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let is_at_word = text[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric());
        let found = is_at_word.then(|| {
            link(rest)
                .map(Part::Link)
                .or_else(|| mention(rest, names).map(Part::Mention))
        });
        if let Some(part) = found.flatten() {
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
    /// Its text, as it stands in the message.
    pub fn text(self) -> &'t str {
        match self {
            Self::Text(text) | Self::Link(text) | Self::Mention(text) => text,
        }
    }
}

/// An address at the beginning of a text, without what ends the sentence around it.
fn link(text: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })?;
    let ends =
        |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, '<' | '>' | '"' | '`' | '\\');
    let mut address = &text[..text.find(ends).unwrap_or(text.len())];
    loop {
        let trimmed = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '…']);
        // A closing bracket belongs to the address only if it was opened there.
        let trimmed = match trimmed.chars().next_back() {
            Some(')') if trimmed.matches('(').count() < trimmed.matches(')').count() => &trimmed[..trimmed.len() - 1],
            Some(']') if trimmed.matches('[').count() < trimmed.matches(']').count() => &trimmed[..trimmed.len() - 1],
            _ => trimmed,
        };
        if trimmed.len() == address.len() {
            break;
        }
        address = trimmed;
    }
    let fits = address.len() > scheme.len() && address.len() <= LONGEST_LINK && !host(address).is_empty();
    fits.then_some(address)
}

/// The host of an address, as it is shown: where a link leads, whatever else is written in it.
pub fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    host.strip_prefix("www.").unwrap_or(host)
}

/// `@name` at the beginning of a text: the longest name that fits and is not the beginning of a longer word.
fn mention<'t>(text: &'t str, names: &[String]) -> Option<&'t str> {
    let rest = text.strip_prefix('@')?;
    names
        .iter()
        .filter_map(|name| head_like(rest, name))
        .max_by_key(|name| name.len())
        .map(|name| &text[..1 + name.len()])
}

/// The beginning of `text` that is `name`, whatever the case, if a word ends there.
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
    let is_whole = end.is_none_or(|(_, after)| !after.is_alphanumeric() && after != '_');
    is_whole.then(|| &text[..end.map_or(text.len(), |(at, _)| at)])
}

/// Whether a text calls somebody by name.
pub fn calls(text: &str, name: &str) -> bool {
    let names = [name.to_owned()];
    parts(text, &names).iter().any(|part| matches!(part, Part::Mention(_)))
}

/// What is being completed at the end of what was typed so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completing<'t> {
    /// `:smi`: an emoji's name begins so.
    Emoji(&'t str),
    /// `@ad`: a person's name begins so.
    Person(&'t str),
}

/// What the word before the cursor begins, if it can be completed.
pub fn completing(before_cursor: &str) -> Option<Completing<'_>> {
    let at = before_cursor.rfind([':', '@'])?;
    let is_at_word = before_cursor[..at]
        .chars()
        .next_back()
        .is_none_or(|before| before.is_whitespace() || before == '(');
    let (sign, begun) = before_cursor[at..].split_at(1);
    match sign {
        _ if !is_at_word => None,
        ":" if begun.len() >= 2
            && begun
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-')) =>
        {
            Some(Completing::Emoji(begun))
        }
        "@" if begun.chars().count() <= 32 && !begun.contains(char::is_whitespace) => Some(Completing::Person(begun)),
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
    fn a_link_shows_where_it_leads() {
        assert_eq!(host("https://www.a.org:8080/b?c"), "a.org");
        assert_eq!(host("https://bank.example@evil.example/"), "evil.example");
        assert_eq!(host("https://a.org\\@b.org"), "a.org");
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
        assert_eq!(completing("so :smi"), Some(Completing::Emoji("smi")));
        assert_eq!(completing(":+1"), Some(Completing::Emoji("+1")));
        assert_eq!(completing("@ad"), Some(Completing::Person("ad")));
        assert_eq!(completing("hi @"), Some(Completing::Person("")));
        for text in ["12:30", ":s", "a@b", "see: this", ": x", "", "https://x"] {
            assert_eq!(completing(text), None, "{text}");
        }
    }
}
