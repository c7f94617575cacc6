//! Finds links in text and determines the host to display for each. Pure: URL parsing (WHATWG URL) and Unicode script
//! properties are left to the browser, so that neither table is part of the page.

/// Maximum length of a link, bytes.
const MAX_LINK_BYTES: usize = 2_000;
/// Maximum length of a displayed host, characters. A longer one is cut at the front: the end tells who owns it.
pub const MAX_HOST_CHARS: usize = 60;

/// Returns the URL at the start of a text, without trailing punctuation of the sentence around it.
pub fn link(text: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })?;
    let address = &text[..text.find(ends).unwrap_or(text.len())];
    let address = without_words(before_closing(address));
    let address = address.trim_end_matches(is_sentence_end);
    let fits = address.len() > scheme.len() && address.len() <= MAX_LINK_BYTES && !host(address).is_empty();
    fits.then_some(address)
}

/// Returns true for characters that end a URL: white space, invisible and bidirectional formatting characters (Unicode
/// Annex 9), quotation marks, and CJK punctuation, which browsers percent-encode.
fn ends(letter: char) -> bool {
    let is_unseen = matches!(
        letter,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    let is_quote = matches!(
        letter,
        '<' | '>' | '"' | '`' | '\\' | '«' | '»' | '\u{2018}'..='\u{201f}' | '‹' | '›'
    );
    letter.is_whitespace() || letter.is_control() || is_unseen || is_quote || is_wide_punctuation(letter)
}

/// Returns true for the punctuation in the blocks "CJK Symbols and Punctuation", "Vertical Forms", "CJK Compatibility
/// Forms" and "Halfwidth and Fullwidth Forms".
fn is_wide_punctuation(letter: char) -> bool {
    let is_in_block = matches!(letter, '\u{3000}'..='\u{303f}' | '\u{fe10}'..='\u{fe1f}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}');
    is_in_block && !letter.is_alphanumeric()
}

/// Returns true for characters that belong to the sentence at the end of a URL: Latin, Arabic and Indic punctuation.
fn is_sentence_end(letter: char) -> bool {
    matches!(
        letter,
        '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '…' | '،' | '؛' | '؟' | '۔' | '।' | '॥'
    )
}

/// Returns the URL up to the first unmatched closing bracket.
fn before_closing(address: &str) -> &str {
    let mut open = Vec::new();
    for (at, letter) in address.char_indices() {
        match letter {
            '(' | '[' | '{' => open.push(letter),
            ')' if open.last() == Some(&'(') => drop(open.pop()),
            ']' if open.last() == Some(&'[') => drop(open.pop()),
            '}' if open.last() == Some(&'{') => drop(open.pop()),
            ')' | ']' | '}' => return &address[..at],
            _ => {}
        }
    }
    address
}

/// Cuts off words that follow the host without a space: no top-level domain starts with Latin letters and continues
/// with non-Latin ones.
fn without_words(address: &str) -> &str {
    let host = host_with_www(address);
    let Some((before, last)) = host.rsplit_once('.') else {
        return address;
    };
    let words = last
        .find(|letter: char| !letter.is_ascii())
        .filter(|at| *at > 0 && last.starts_with(|first: char| first.is_ascii_alphanumeric()));
    match (words, address.find(host)) {
        (Some(words), Some(begins)) => &address[..begins + before.len() + 1 + words],
        _ => address,
    }
}

/// Returns the host of a URL as written, ignoring user information: the place that a link leads to.
pub fn host(address: &str) -> &str {
    without_www(host_with_www(address))
}

fn host_with_www(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    }
}

fn without_www(host: &str) -> &str {
    host.strip_prefix("www.")
        .filter(|rest| rest.contains('.'))
        .unwrap_or(host)
}

/// Returns the host of a link for display. `written` is the host as in the text, `ascii` the browser's conversion of it
/// (UTS 46), and `is_match` tests a text against a regular expression with Unicode properties.
///
/// Shows letters as written if they cannot be confused with others, and the `xn--` form otherwise, as browsers do (UTS
/// 39, "Highly Restrictive", for the whole host: `аррӏе.com` mixes Cyrillic and Latin).
pub fn shown_host(written: &str, ascii: &str, is_match: impl FnOnce(&str, &str) -> bool) -> String {
    let written = written.to_lowercase();
    let has_letters = ascii.split('.').any(|label| label.starts_with("xn--"));
    let is_plain = has_letters && !written.is_ascii() && is_match(&readable_hosts(), &written);
    let host = if is_plain { &written } else { ascii };
    shortened(without_www(host))
}

fn shortened(host: &str) -> String {
    let length = host.chars().count();
    if length <= MAX_HOST_CHARS {
        return host.to_owned();
    }
    let tail: String = host.chars().skip(length - MAX_HOST_CHARS).collect();
    // Start at a label boundary, if there is one.
    let tail = tail.split_once('.').map_or(tail.as_str(), |(_, labels)| labels);
    format!("…{tail}")
}

/// Latin letters of European and Vietnamese domains, without the confusable `ı`, `ĸ`, `ŀ`, `ŉ` and `ſ`.
const LATIN: &str = "a-z0-9ß-öø-įĳ-ķĺ-ľł-ňŋ-žơưșțạ-ỹ";
/// Scripts allowed beside Latin in a host, but not in the same label, where `ノ` would look like a slash.
const MIXED_WITH_LATIN: [&[&str]; 3] = [
    &["Han", "Hiragana", "Katakana"],
    &["Han", "Bopomofo"],
    &["Han", "Hangul"],
];
/// Other scripts that Unicode recommends for identifiers (UAX 31, table 5); each must be the only one in the host.
const SINGLE_SCRIPTS: [&str; 23] = [
    "Arabic",
    "Armenian",
    "Bengali",
    "Cyrillic",
    "Devanagari",
    "Ethiopic",
    "Georgian",
    "Greek",
    "Gujarati",
    "Gurmukhi",
    "Hebrew",
    "Kannada",
    "Khmer",
    "Lao",
    "Malayalam",
    "Myanmar",
    "Oriya",
    "Sinhala",
    "Tamil",
    "Telugu",
    "Thaana",
    "Thai",
    "Tibetan",
];

/// Returns an ECMAScript regular expression for hosts without confusable letters.
fn readable_hosts() -> String {
    let mut kinds = vec![format!("[{LATIN}.\\-]+")];
    for scripts in MIXED_WITH_LATIN {
        let letters: String = scripts.iter().map(|script| format!("\\p{{scx={script}}}")).collect();
        kinds.push(format!("(?:(?:[{LATIN}\\-]+|[{letters}0-9\\-]+)(?:\\.|$))+"));
    }
    // Joiners that browsers accept in a host are required by Persian and Indic words.
    kinds.extend(SINGLE_SCRIPTS.map(|script| format!("[\\p{{scx={script}}}0-9.\\-\\u200c\\u200d]+")));
    format!("^(?:{})$", kinds.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_match(pattern: &str, text: &str) -> bool {
        // The only syntax that differs from ECMAScript.
        let pattern = pattern.replace("\\u200c", "\u{200c}").replace("\\u200d", "\u{200d}");
        regex::Regex::new(&pattern).unwrap().is_match(text)
    }

    /// Returns the displayed host as on the page, with the `url` crate in place of the browser's URL parser.
    fn shown(address: &str) -> Option<String> {
        let url = url::Url::parse(link(address)?).ok()?;
        Some(shown_host(host(address), url.host_str()?, is_match))
    }

    #[test]
    fn an_address_ends_where_the_sentence_goes_on() {
        for (text, address) in [
            ("https://a.org.", "https://a.org"),
            ("https://a.org/x?!", "https://a.org/x"),
            ("https://a.org/x...", "https://a.org/x"),
            ("https://a.org/x…", "https://a.org/x"),
            ("https://a.org/x,y", "https://a.org/x,y"),
            ("https://a.org/w/Film_(1999)", "https://a.org/w/Film_(1999)"),
            ("https://a.org/w/Film_(1999)).", "https://a.org/w/Film_(1999)"),
            ("https://a.org/x)y", "https://a.org/x"),
            ("https://a.org/x](y)", "https://a.org/x"),
            ("https://a.org/?q[]=1&r={2}", "https://a.org/?q[]=1&r={2}"),
            ("https://[2001:db8::1]:8080/x]", "https://[2001:db8::1]:8080/x"),
            ("https://a.org/x。次", "https://a.org/x"),
            ("https://a.org/x，详见", "https://a.org/x"),
            ("https://a.org/x、続き", "https://a.org/x"),
            ("https://a.org/x）です", "https://a.org/x"),
            ("https://a.org/x（中文）", "https://a.org/x"),
            ("https://a.org/x」", "https://a.org/x"),
            ("https://a.org/x』", "https://a.org/x"),
            ("https://a.org/x】", "https://a.org/x"),
            ("https://a.org/x！", "https://a.org/x"),
            ("https://a.org/x？", "https://a.org/x"),
            ("https://a.org/x：", "https://a.org/x"),
            ("https://a.org/x；", "https://a.org/x"),
            ("https://a.org/x」と「", "https://a.org/x"),
            ("https://a.org/x”", "https://a.org/x"),
            ("https://a.org/x»", "https://a.org/x"),
            ("https://a.org/x؟", "https://a.org/x"),
            ("https://a.org/x।", "https://a.org/x"),
            ("https://a.orgを見て", "https://a.org"),
            ("https://a.org:80を見て", "https://a.org:80"),
            ("https://ja.a.org/wiki/日本", "https://ja.a.org/wiki/日本"),
            ("https://a.org/ジョージ・ルーカス", "https://a.org/ジョージ・ルーカス"),
            ("https://例え.jp/", "https://例え.jp/"),
            ("https://fa.a.org/می\u{200c}شود", "https://fa.a.org/می\u{200c}شود"),
            ("https://a.org/\u{202e}gpj.exe", "https://a.org/"),
            ("https://a.org\u{200b}/x", "https://a.org"),
        ] {
            assert_eq!(link(text), Some(address), "{text}");
        }
    }

    #[test]
    fn only_the_web_is_linked() {
        for text in [
            "javascript:alert(1)",
            "javascript://%0aalert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://a.org",
            "file:///etc/passwd",
            "www.a.org",
            "https://",
            "https:///x",
            "http://?",
            "https://。",
            "https://.",
        ] {
            assert_eq!(link(text), None, "{text}");
        }
        assert_eq!(link(&format!("https://a.org/{}", "x".repeat(MAX_LINK_BYTES))), None);
    }

    #[test]
    fn a_link_shows_where_it_leads() {
        for (address, host) in [
            ("https://www.a.org:8080/b?c", "a.org"),
            ("https://WWW.A.org", "a.org"),
            ("https://www.com/", "www.com"),
            ("https://bank.com@evil.com/", "evil.com"),
            ("https://bank.com:443@evil.com", "evil.com"),
            ("https://bank.com%2flogin@evil.com/x@bank.com", "evil.com"),
            ("https://a.org\\@b.org", "a.org"),
            ("https://%65vil.com", "evil.com"),
            ("https://2130706433/", "127.0.0.1"),
            ("https://0x7f.1", "127.0.0.1"),
            ("https://[::ffff:127.0.0.1]/", "[::ffff:7f00:1]"),
            ("https://ｂａｎｋ.com", "bank.com"),
            // Letters that imitate others.
            ("https://аррӏе.com", "xn--80ak6aa92e.com"),
            ("https://аpple.com", "xn--pple-43d.com"),
            ("https://gооgle.com", "xn--ggle-55da.com"),
            ("https://ɢoogle.com", "xn--oogle-wmc.com"),
            ("https://gıthub.com", "xn--gthub-n4a.com"),
            ("https://οκ.com", "xn--vxaj.com"),
            ("https://bank.comノlogin.evil.jp", "bank.xn--comlogin-634g.evil.jp"),
            ("https://bank.com⁄login.evil.org", "bank.xn--comlogin-g03d.evil.org"),
            ("https://xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
            // Letters in their own script.
            ("https://münchen.de/x", "münchen.de"),
            ("https://BÜCHER.example", "bücher.example"),
            ("https://việtnam.vn", "việtnam.vn"),
            ("https://пример.рф", "пример.рф"),
            ("https://δοκιμή.ελ", "δοκιμή.ελ"),
            ("https://例え.jp", "例え.jp"),
            ("https://日本語.example.jp", "日本語.example.jp"),
            ("https://한국.kr", "한국.kr"),
            ("https://中文.台灣", "中文.台灣"),
            ("https://דוגמה.קום", "דוגמה.קום"),
        ] {
            assert_eq!(shown(address).as_deref(), Some(host), "{address}");
        }
    }

    #[test]
    fn a_long_host_shows_whose_it_is() {
        let host = shown(&format!(
            "https://bank.com.{}.evil.com/",
            "secure-login.".repeat(12).trim_end_matches('.')
        ))
        .unwrap();
        assert!(host.starts_with('…') && host.ends_with(".evil.com"), "{host}");
        assert!(host.chars().count() <= MAX_HOST_CHARS + 1);
        assert!(!host.contains("bank"));
    }
}
