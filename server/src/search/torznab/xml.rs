//! Parsing of untrusted XML: encoding detection, and a bounded traversal without expansion of custom entities.

use crate::search::failure::Failure;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};
use std::borrow::Cow;

/// Maximum nesting depth. RSS needs four; a deeper document is likely an attack on the parser's stack.
const DEPTH: usize = 32;

/// Maximum number of attributes examined per element. Torznab uses two, capabilities five.
const ATTRIBUTES: usize = 32;

/// Maximum length of a text or attribute value, bytes: that of a magnet link.
const VALUE_BYTES: usize = 16 << 10;

/// Decodes a document according to its byte-order mark, the header's charset or the XML declaration, else as UTF-8 (RFC
/// 7303 section 3). Invalid sequences become U+FFFD.
pub fn decode<'b>(body: &'b [u8], content_type: Option<&str>) -> Cow<'b, str> {
    let encoding = Encoding::for_bom(body)
        .map(|(encoding, _)| encoding)
        .or_else(|| content_type.and_then(charset))
        .or_else(|| declared(body))
        .unwrap_or(UTF_8);
    encoding.decode(body).0
}

fn charset(content_type: &str) -> Option<&'static Encoding> {
    let parameters = content_type.split(';').skip(1);
    let mut pairs = parameters.filter_map(|parameter| parameter.split_once('='));
    let (_, label) = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case("charset"))?;
    Encoding::for_label(label.trim().trim_matches(['"', '\'']).as_bytes())
}

/// Detects the encoding from the XML declaration, as in `<?xml version="1.0" encoding="iso-8859-1"?>`, or UTF-16
/// without a byte-order mark.
fn declared(body: &[u8]) -> Option<&'static Encoding> {
    match body {
        [b'<', 0, ..] => return Some(UTF_16LE),
        [0, b'<', ..] => return Some(UTF_16BE),
        _ => {}
    }
    let start = String::from_utf8_lossy(&body[..body.len().min(200)]);
    let declaration = start.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration
        .split_once("encoding")?
        .1
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let label = value.get(1..)?.split(['"', '\'']).next()?;
    Encoding::for_label(label.as_bytes())
}

/// Callbacks of a traversal, in document order.
pub trait Visitor {
    /// Called when an element opens; `depth` starts at 1. An error ends the traversal.
    fn open(&mut self, element: &BytesStart<'_>, depth: usize) -> Result<(), Failure>;
    /// Called with text of the innermost open element, possibly in pieces.
    fn text(&mut self, text: &str);
    /// Called when the element at `depth` closes. Returning `false` ends the traversal.
    fn close(&mut self, depth: usize) -> bool;
}

/// Traverses a document. Elements visited before an error are not undone.
pub fn walk(text: &str, visitor: &mut impl Visitor) -> Result<(), Failure> {
    sniff(text)?;
    let mut reader = Reader::from_str(text);
    // Some indexers send unescaped titles like "Tom & Jerry".
    reader.config_mut().allow_dangling_amp = true;
    let mut depth = 0;
    loop {
        match reader
            .read_event()
            .map_err(|error| Failure::Broken(error.to_string()))?
        {
            Event::Start(element) => {
                depth = deeper(depth)?;
                visitor.open(&element, depth)?;
            }
            Event::Empty(element) => {
                visitor.open(&element, deeper(depth)?)?;
                if !visitor.close(depth + 1) {
                    return Ok(());
                }
            }
            Event::End(_) => {
                if !visitor.close(depth) {
                    return Ok(());
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(text) => visitor.text(&text),
            Event::CData(text) => visitor.text(&text),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(letter)) => visitor.text(letter.encode_utf8(&mut [0; 4])),
                _ => visitor.text(resolve_predefined_entity(&reference).unwrap_or(" ")),
            },
            // Valid Torznab answers have no DTD; entity bombs need one.
            Event::DocType(_) => return Err(Failure::Nonsense("a document type definition")),
            Event::Eof if depth > 0 => return Err(Failure::Broken("the document ends early".to_owned())),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn deeper(depth: usize) -> Result<usize, Failure> {
    if depth >= DEPTH {
        Err(Failure::Nonsense("elements nested too deep"))
    } else {
        Ok(depth + 1)
    }
}

/// Detects common non-XML answers, for a better error than the parser's.
fn sniff(text: &str) -> Result<(), Failure> {
    let start = text.trim_start();
    if start.is_empty() {
        return Err(Failure::Empty);
    }
    if !start.starts_with('<') {
        return Err(Failure::Nonsense("no XML"));
    }
    let head: String = start.chars().take(200).flat_map(char::to_lowercase).collect();
    if head.contains("<!doctype html") || head.contains("<html") {
        Err(Failure::WebPage)
    } else {
        Ok(())
    }
}

/// Checks that the root element is the expected one, and converts a Torznab `error` element.
pub fn check_root(element: &BytesStart<'_>, expected: &str) -> Result<(), Failure> {
    let name = element.local_name();
    match name.as_ref() {
        "error" => {
            let value = |name| attribute(element, name).unwrap_or_default();
            // Bitmagnet uses the attribute `error` instead of the specification's `code`.
            let code = attribute(element, "code").unwrap_or_else(|| value("error"));
            Err(Failure::of_error_element(code.trim(), &value("description")))
        }
        root if root == expected => Ok(()),
        root if root.eq_ignore_ascii_case("html") => Err(Failure::WebPage),
        _ => Err(Failure::Nonsense("another kind of XML")),
    }
}

/// Returns an attribute's value by its local name.
pub fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    // The check for duplicates is quadratic; the first one wins instead.
    let attributes = attributes.with_checks(false).take(ATTRIBUTES).flatten();
    let found = attributes
        .into_iter()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let value = found
        .normalized_value(XmlVersion::Explicit1_0)
        .unwrap_or_else(|_| found.value.clone());
    let mut kept = String::new();
    append(&mut kept, &value);
    Some(kept)
}

/// Appends text, up to the maximum length of a value.
pub fn append(value: &mut String, more: &str) {
    let room = VALUE_BYTES.saturating_sub(value.len()).min(more.len());
    let cut = (0..=room).rev().find(|&at| more.is_char_boundary(at)).unwrap_or(0);
    value.push_str(&more[..cut]);
}
