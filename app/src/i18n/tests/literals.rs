//! Finds the words in a Rust source that a visitor would see, by its tokens alone.

/// Attributes and props that are read by people.
const VISIBLE: [&str; 17] = [
    "alt",
    "aria-description",
    "aria-label",
    "aria-placeholder",
    "aria-roledescription",
    "aria-valuetext",
    "attr:aria-label",
    "attr:title",
    "busy",
    "detail",
    "heading",
    "hint",
    "label",
    "placeholder",
    "text",
    "title",
    "words",
];

/// Attributes that are for machines, though they look like sentences.
const TECHNICAL: [&str; 7] = ["accept", "class", "d", "media", "preserveAspectRatio", "src", "viewBox"];

/// Macros and methods whose text only developers see.
const FOR_DEVELOPERS: [&str; 12] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "concat",
    "debug_assert",
    "expect",
    "include",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
];

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Mark(char),
}

/// Place of a token: what the brackets around it are.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Code,
    View,
    Elsewhere,
}

/// Returns the literals with words in a source, each with its line.
pub fn words(source: &str) -> Vec<(usize, String)> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let tokens = tokens(source);
    let mut found = Vec::new();
    let mut places = vec![Place::Code];
    for (index, (line, token)) in tokens.iter().enumerate() {
        let place = places.last().copied().unwrap_or(Place::Code);
        match token {
            Token::Mark('(' | '[' | '{') => places.push(inside(&tokens[..index], place)),
            Token::Mark(')' | ']' | '}') => drop(places.pop()),
            Token::Text(text) if is_seen(text, &tokens[..index], place) => found.push((*line, text.clone())),
            _ => {}
        }
    }
    found
}

/// Returns the place inside of a bracket after these tokens.
fn inside(before: &[(usize, Token)], outside: Place) -> Place {
    let back = |steps: usize| before.len().checked_sub(steps).map(|at| &before[at].1);
    let name = match (back(1), back(2)) {
        (Some(Token::Mark('!')), Some(Token::Word(name))) => name,
        (Some(Token::Word(name)), _) => name,
        _ => "",
    };
    match (outside, back(1)) {
        (Place::Elsewhere, _) | (_, Some(Token::Mark('#'))) => Place::Elsewhere,
        _ if back(1) == Some(&Token::Mark('!')) && back(2) == Some(&Token::Mark('#')) => Place::Elsewhere,
        _ if FOR_DEVELOPERS.contains(&name) => Place::Elsewhere,
        _ if name == "view" && back(1) == Some(&Token::Mark('!')) => Place::View,
        _ => Place::Code,
    }
}

fn is_seen(text: &str, before: &[(usize, Token)], place: Place) -> bool {
    let has_letter = text.chars().any(char::is_alphabetic);
    match (place, before.last()) {
        (Place::Elsewhere, _) => false,
        (Place::View, Some((_, Token::Mark('=')))) => {
            let name = attribute(&before[..before.len() - 1]);
            let is_visible = VISIBLE.contains(&name.as_str());
            has_letter && (is_visible || (!TECHNICAL.contains(&name.as_str()) && is_prose(text)))
        }
        (Place::View, _) => has_letter,
        (Place::Code, _) => is_prose(text),
    }
}

/// Returns the name of the attribute that ends here, e.g. `attr:aria-label`.
fn attribute(tokens: &[(usize, Token)]) -> String {
    let mut name = String::new();
    let mut wants_word = true;
    for (_, token) in tokens.iter().rev() {
        match token {
            Token::Word(word) if wants_word => name.insert_str(0, word),
            Token::Mark(sign @ ('-' | ':')) if !wants_word => name.insert(0, *sign),
            _ => break,
        }
        wants_word = !wants_word;
    }
    name
}

/// Returns true for text that people read: several words, part of a sentence, or one word with a capital.
fn is_prose(text: &str) -> bool {
    let mut said = String::new();
    let mut depth = 0;
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            letter if depth == 0 => said.push(letter),
            _ => {}
        }
    }
    let letters: Vec<char> = said.chars().collect();
    let is_word = |letter: char| letter.is_alphabetic() || ",.;:?!…·".contains(letter);
    let is_beside = |pair: &[char]| match pair {
        [first, last] => (is_word(*first) && last.is_whitespace()) || (first.is_whitespace() && is_word(*last)),
        _ => false,
    };
    let is_markup = said.starts_with('<');
    let has_letter = !is_markup && letters.iter().any(|letter| letter.is_alphabetic());
    let is_capital =
        letters.len() > 2 && letters[0].is_uppercase() && letters[1..].iter().all(|letter| letter.is_lowercase());
    has_letter && (letters.windows(2).any(is_beside) || is_capital || said.contains('…'))
}

/// Splits a source into words, literals and signs, each with its line; comments are left out.
fn tokens(source: &str) -> Vec<(usize, Token)> {
    let letters: Vec<char> = source.chars().collect();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    while let Some(letter) = letters.get(at).copied() {
        let start = at;
        let rest = &letters[at..];
        let mut token = None;
        at += match (letter, rest.get(1)) {
            ('/', Some('/')) => rest.iter().position(|letter| *letter == '\n').unwrap_or(rest.len()),
            ('r' | 'b', Some('"' | '#')) if raw(rest).is_some() => {
                let (text, length) = raw(rest).unwrap_or_default();
                token = Some(Token::Text(text));
                length
            }
            ('"', _) => {
                let (text, length) = quoted(rest);
                token = Some(Token::Text(text));
                length
            }
            ('\'', _) => character(rest),
            (letter, _) if letter.is_alphanumeric() || letter == '_' => {
                let word: String = rest
                    .iter()
                    .take_while(|letter| letter.is_alphanumeric() || **letter == '_')
                    .collect();
                let length = word.chars().count();
                token = Some(Token::Word(word));
                length
            }
            (letter, _) => {
                token = (!letter.is_whitespace()).then_some(Token::Mark(letter));
                1
            }
        };
        tokens.extend(token.map(|token| (line, token)));
        line += letters[start..at].iter().filter(|letter| **letter == '\n').count();
    }
    tokens
}

/// Returns the text of a string literal, and its length with the quotes. A line that ends in `\` goes on in the next.
fn quoted(letters: &[char]) -> (String, usize) {
    let (mut text, mut at) = (String::new(), 1);
    while let Some(letter) = letters.get(at) {
        match letter {
            '"' => return (text, at + 1),
            '\\' => {
                text.push(if letters.get(at + 1) == Some(&'\n') { ' ' } else { '\\' });
                at += 2;
            }
            letter => {
                text.push(*letter);
                at += 1;
            }
        }
    }
    (text, at)
}

/// Returns the text of a raw string or a byte string, and its length.
fn raw(letters: &[char]) -> Option<(String, usize)> {
    let prefix = letters.iter().take_while(|letter| "br".contains(**letter)).count();
    let signs = letters[prefix..].iter().take_while(|letter| **letter == '#').count();
    if letters.get(prefix + signs) != Some(&'"') {
        return None;
    }
    let body = &letters[prefix + signs + 1..];
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', signs)).collect();
    let length = body.windows(end.len()).position(|window| window == end)?;
    Some((body[..length].iter().collect(), prefix + signs + 1 + length + end.len()))
}

/// Returns the length of a character literal, or 1 for the sign of a lifetime.
fn character(letters: &[char]) -> usize {
    match letters {
        [_, '\\', ..] => letters
            .iter()
            .skip(3)
            .position(|letter| *letter == '\'')
            .map_or(1, |length| length + 4),
        [_, _, '\'', ..] => 3,
        _ => 1,
    }
}

#[test]
fn words_are_found_wherever_a_visitor_would_see_them() {
    let found = |source: &str| words(source).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    assert_eq!(found("view! { <p class=\"a b\">\"yes\"</p> }"), ["yes"]);
    assert_eq!(
        found("view! { <p aria-label=\"no\" title=t::a::b() data-testid=\"x\">{t::a::c()}</p> }"),
        ["no"]
    );
    assert_eq!(
        found("view! { <p>{move || if x { \"two words\" } else { \"\" }}\" · \"</p> }"),
        ["two words"]
    );
    assert_eq!(found("view! { <Saved form label=\"saved\" /> }"), ["saved"]);
    assert_eq!(found("format!(\"{left} left\")"), ["{left} left"]);
    assert_eq!(
        found("let a = \"Open\"; let b = \"open\"; let c = format!(\"/a/{b}\");"),
        ["Open"]
    );
    assert_eq!(
        found("// \"A comment.\"\n/// \"Another one.\"\n#[doc = \"Two words\"]\nfn a() { x.expect(\"Two words\") }"),
        [""; 0]
    );
    assert_eq!(
        found("let a: &'static str = r#\"Two \"words\"\"#; let b = '\"'; let c = \"One more\";"),
        ["Two \"words\"", "One more"]
    );
    assert_eq!(words("let a =\n\n    \"Two words\";"), [(3, "Two words".to_owned())]);
    assert_eq!(
        found("#[cfg(test)]\nmod tests {\n    const A: &str = \"Two words\";\n}"),
        [""; 0]
    );
}
