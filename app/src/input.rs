//! Interprets what a user typed, pasted or followed: search terms, a magnet link, an info hash or an address. Pure.

use crate::api::encode;
use crate::own_link::{OwnLink, own_link};
use crate::protocol::InfoHash;
use crate::t;

/// The interpretation of the search field's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Empty or white space.
    Nothing,
    /// Search terms.
    Words(String),
    /// A magnet link with a v1 info hash (BEP 9).
    Magnet {
        /// Info hash.
        info_hash: InfoHash,
        /// Magnet link, unchanged.
        magnet: String,
    },
    /// A bare info hash, hex or base32.
    Hash(InfoHash),
    /// Address of a film or a room, on this or another Matinee instance.
    Own(OwnLink),
    /// HTTP or HTTPS address, assumed to be of a `.torrent` file.
    Url(String),
    /// Unusable magnet link, with the reason to show.
    Unusable(&'static str),
}

impl Input {
    /// Interprets a text.
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Nothing;
        }
        if starts_with(text, "magnet:") {
            return magnet(text);
        }
        if let Ok(info_hash) = text.parse() {
            return Self::Hash(info_hash);
        }
        if let Some(link) = own_link(text) {
            return Self::Own(link);
        }
        let is_address = (starts_with(text, "http://") || starts_with(text, "https://"))
            && !text.contains(char::is_whitespace)
            && text.split_once("://").is_some_and(|(_, rest)| !rest.is_empty());
        if is_address {
            Self::Url(text.to_owned())
        } else {
            Self::Words(text.to_owned())
        }
    }

    /// Returns the path that this leads to, if nothing has to be fetched first.
    pub fn path(&self) -> Option<String> {
        match self {
            Self::Words(words) => Some(format!("/search?q={}", encode(words))),
            Self::Magnet { info_hash, magnet } => Some(format!("/watch/{info_hash}?magnet={}", encode(magnet))),
            Self::Hash(info_hash) => Some(format!("/watch/{info_hash}")),
            Self::Own(link) => Some(link.path()),
            Self::Nothing | Self::Url(_) | Self::Unusable(_) => None,
        }
    }

    /// Returns true if it names a torrent or a page rather than search terms.
    pub fn names_one_thing(&self) -> bool {
        matches!(self, Self::Magnet { .. } | Self::Hash(_) | Self::Own(_) | Self::Url(_))
    }
}

/// Returns the shortest magnet link for an info hash. Peers are then found through the DHT only.
pub fn magnet_of(info_hash: InfoHash) -> String {
    format!("magnet:?xt=urn:btih:{info_hash}")
}

/// Returns the display name in a magnet link (`dn`, BEP 9), for use until the metadata is known.
pub fn magnet_name(magnet: &str) -> Option<String> {
    let parameters = magnet.split_once('?')?.1;
    let name = parameters.split('&').find_map(|pair| pair.strip_prefix("dn="))?;
    decoded(name)
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
}

/// Decodes a query value (WHATWG URL, section 5.1). Returns `None` if the result is not valid UTF-8.
pub fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn magnet(text: &str) -> Input {
    let parameters = text.split_once('?').map_or("", |(_, parameters)| parameters);
    let mut is_v2 = false;
    for (key, value) in parameters.split('&').filter_map(|pair| pair.split_once('=')) {
        // Alternatives are numbered `xt.1` and so on.
        if key != "xt" && !key.starts_with("xt.") {
            continue;
        }
        let value = value.replace("%3A", ":").replace("%3a", ":");
        if let Some(info_hash) = strip_prefix(&value, "urn:btih:").and_then(|hash| hash.parse().ok()) {
            return Input::Magnet {
                info_hash,
                magnet: text.to_owned(),
            };
        }
        is_v2 |= starts_with(&value, "urn:btmh:");
    }
    Input::Unusable(if is_v2 {
        t::magnet::only_v2()
    } else {
        t::magnet::cut_off()
    })
}

fn starts_with(text: &str, prefix: &str) -> bool {
    strip_prefix(text, prefix).is_some()
}

/// Like `str::strip_prefix`, ignoring ASCII case.
fn strip_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

    #[test]
    fn words_stay_words() {
        assert_eq!(Input::of("  big buck bunny "), Input::Words("big buck bunny".into()));
        assert_eq!(Input::of("   "), Input::Nothing);
        assert_eq!(Input::of("http:// spaced"), Input::Words("http:// spaced".into()));
        assert_eq!(Input::of("https://"), Input::Words("https://".into()));
        assert_eq!(Input::of("é"), Input::Words("é".into()));
    }

    #[test]
    fn a_magnet_is_known_by_its_v1_hash_however_it_is_written() {
        let info_hash: InfoHash = HEX.parse().unwrap();
        for text in [
            format!("magnet:?xt=urn:btih:{HEX}&dn=Big"),
            format!("MAGNET:?dn=a&xt=urn%3Abtih%3A{}", HEX.to_uppercase()),
            "magnet:?xt=urn:btih:3WBFL3G4PSSV7MF37AJSHWDQMLNR63I4".to_owned(),
            format!("magnet:?xt=urn:btmh:1220ab&xt.1=urn:btih:{HEX}"),
        ] {
            assert_eq!(
                Input::of(&text),
                Input::Magnet {
                    info_hash,
                    magnet: text.clone()
                }
            );
        }
    }

    #[test]
    fn a_magnet_may_carry_a_name() {
        let name = |dn: &str| magnet_name(&format!("magnet:?xt=urn:btih:{HEX}&dn={dn}&tr=x"));
        assert_eq!(name("Big+Buck%20Bunny"), Some("Big Buck Bunny".into()));
        assert_eq!(name("%C3%89t%C3%A9"), Some("Été".into()));
        for broken in ["", "%", "%4", "%zz", "%ff", "+"] {
            assert_eq!(name(broken), None, "{broken}");
        }
        assert_eq!(magnet_name("magnet:"), None);
    }

    #[test]
    fn an_unusable_magnet_says_why() {
        assert!(matches!(Input::of("magnet:?xt=urn:btmh:1220abcd"), Input::Unusable(why) if why.contains("v2")));
        assert!(matches!(Input::of("magnet:?dn=name"), Input::Unusable(why) if why.contains("Copy the whole link")));
    }

    #[test]
    fn hashes_and_addresses_are_recognised() {
        assert_eq!(Input::of(&HEX.to_uppercase()), Input::Hash(HEX.parse().unwrap()));
        assert_eq!(
            Input::of("HTTPS://a.org/b.torrent"),
            Input::Url("HTTPS://a.org/b.torrent".into())
        );
        assert_eq!(Input::of(HEX).path(), Some(format!("/watch/{HEX}")));
        assert_eq!(Input::of("a b").path(), Some("/search?q=a%20b".into()));
    }
}
