//! Tags in a sentence: `<name>text</name>` or `<name/>`. They do not nest.

use super::message::Piece;

/// Splits text into pieces at its tags. `open` is the tag that the text before it left open.
pub fn split(text: &str, open: &mut Option<String>) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = begin(rest) {
        let (before, tag) = rest.split_at(at);
        push(&mut pieces, before);
        let Some((tag, after)) = tag[1..].split_once('>') else {
            return Err(format!(
                "the tag at \"{tag}\" has no end; a plain < before a letter is {{ \"<\" }}"
            ));
        };
        rest = after;
        let (name, is_close, is_whole) = match (tag.strip_prefix('/'), tag.strip_suffix('/')) {
            (Some(name), _) => (name, true, false),
            (_, Some(name)) => (name, false, true),
            _ => (tag, false, false),
        };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            return Err(format!("<{tag}> is no tag: only small letters and _, no attributes"));
        }
        match (is_close, open.as_deref()) {
            (true, Some(before)) if before == name => {
                *open = None;
                pieces.push(Piece::Close);
            }
            (true, _) => return Err(format!("</{name}> closes nothing")),
            (false, Some(before)) => return Err(format!("<{name}> is inside of <{before}>; tags do not nest")),
            (false, None) => {
                pieces.push(Piece::Open(name.to_owned()));
                if is_whole {
                    pieces.push(Piece::Close);
                } else {
                    *open = Some(name.to_owned());
                }
            }
        }
    }
    push(&mut pieces, rest);
    Ok(pieces)
}

/// Appends text, to the last piece if that is text too.
pub fn push(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(last)) => last.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

/// Returns the position of the next tag: `<` followed by a letter or `/`.
fn begin(text: &str) -> Option<usize> {
    let mut places = text.match_indices('<').map(|(at, _)| at);
    places.find(|at| text[at + 1..].starts_with(|next: char| next == '/' || next.is_ascii_alphabetic()))
}
