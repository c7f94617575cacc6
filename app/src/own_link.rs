//! Recognises pasted links to pages of a Matinee instance, this one or another, and addresses that only this computer
//! can open. Pure.

use crate::protocol::{FileIndex, InfoHash};

/// Maximum length of a link, bytes: longer than any of Matinee.
const MAX_LINK_BYTES: usize = 8_000;

/// A link to a film or a room on any Matinee instance. Parsed by [`own_link`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnLink {
    /// `/watch/{info_hash}/{file}`: names a torrent, independent of the instance.
    Film {
        /// Torrent.
        info_hash: InfoHash,
        /// File in the torrent; the main file if absent.
        file: Option<FileIndex>,
        /// Magnet link in the address, if any.
        magnet: Option<String>,
        /// Start position, seconds.
        at: Option<u32>,
    },
    /// `/room/{name}`: a room, which exists on one instance only.
    Room {
        /// Origin, e.g. `http://matinee.lan:3000`; `None` for a path without one.
        origin: Option<String>,
        /// Room code or vanity address.
        name: String,
    },
}

impl OwnLink {
    /// Returns the address of the same page on this instance, path and query.
    pub fn path(&self) -> String {
        match self {
            Self::Room { name, .. } => format!("/room/{name}"),
            Self::Film {
                info_hash,
                file,
                magnet,
                at,
            } => {
                let file = file.map_or_else(String::new, |file| format!("/{file}"));
                let magnet = magnet
                    .as_ref()
                    .map(|magnet| format!("magnet={}", crate::api::encode(magnet)));
                let at = at.map(|at| format!("t={at}"));
                let query: Vec<String> = [magnet, at].into_iter().flatten().collect();
                let mark = if query.is_empty() { "" } else { "?" };
                format!("/watch/{info_hash}{file}{mark}{}", query.join("&"))
            }
        }
    }
}

/// Parses the address of a film or a room, absolute or relative, with or without its scheme, and with what a sentence
/// or a chat program left at its ends. Used by the search field, the queue, and the server for both.
pub fn own_link(text: &str) -> Option<OwnLink> {
    let text = text.trim_matches(is_around_a_link);
    if text.len() > MAX_LINK_BYTES || text.chars().any(|c| c.is_whitespace() || c == '\\') {
        return None;
    }
    let (origin, path) = split_origin(text)?;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = path.split('#').next().unwrap_or_default();
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let (page, name, rest) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    match (page, rest) {
        ("watch", file) => Some(OwnLink::Film {
            info_hash: name.parse().ok()?,
            file: match file {
                Some(file) => Some(file.parse().ok()?),
                None => None,
            },
            magnet: parameter(query, "magnet").filter(|magnet| magnet.starts_with("magnet:?")),
            at: parameter(query, "t").and_then(|at| at.parse().ok()),
        }),
        ("room", None) => {
            let name = name.to_ascii_lowercase();
            let fits = crate::protocol::room::SLUG_CHARS.contains(&name.len())
                && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
            fits.then_some(OwnLink::Room { origin, name })
        }
        _ => None,
    }
}

/// Returns true for characters that surround a link in a sentence, and for invisible ones.
fn is_around_a_link(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '.' | ',' | ';' | '!' | '(' | ')' | '<' | '>' | '"' | '\'' | '»' | '«' | '“' | '”'
        )
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Splits an address into its origin, if any, and the rest. Returns `None` if it is neither absolute nor a path.
fn split_origin(text: &str) -> Option<(Option<String>, &str)> {
    if text.starts_with('/') {
        return (!text.starts_with("//")).then_some((None, text));
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("http".to_owned(), text),
    };
    let (host, path) = rest.split_at(rest.find('/')?);
    let is_host = !host.is_empty()
        && host
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
        && (text.contains("://") || host.contains(['.', ':']) || host == "localhost");
    let fits = is_host && matches!(scheme.as_str(), "http" | "https");
    fits.then(|| (Some(format!("{scheme}://{}", host.to_ascii_lowercase())), path))
}

/// Returns a query parameter, decoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let query = query.split('#').next().unwrap_or_default();
    let value = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = value.filter(|(key, _)| *key == name).map(|(_, value)| value).next()?;
    crate::input::decoded(value)
}

/// Returns true if only this computer can open an address: loopback or the unspecified address.
pub fn is_loopback(origin: &str) -> bool {
    let rest = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_name = host == "localhost" || host.ends_with(".localhost");
    is_name
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback() || address.is_unspecified())
}

/// Returns true if two origins are presumably the same instance: they are equal, or both loopback with the same port.
pub fn is_same_place(one: &str, other: &str) -> bool {
    let port = |origin: &str| origin.rsplit(':').next().map(str::to_owned);
    one == other || (is_loopback(one) && is_loopback(other) && port(one) == port(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

    fn path(text: &str) -> Option<String> {
        own_link(text).map(|link| link.path())
    }

    #[test]
    fn a_films_link_is_known_wherever_it_was_copied() {
        let film = format!("/watch/{HEX}");
        for text in [
            film.clone(),
            format!("http://127.0.0.1:3000{film}"),
            format!("https://matinee.example{film}/"),
            format!("HTTPS://Matinee.Example{film}#top"),
            format!("matinee.lan:3000{film}"),
            format!("localhost{film}."),
            format!(" <http://[::1]:3000{film}> "),
            format!("(http://a.b{film}),\u{200b}"),
        ] {
            assert_eq!(path(&text), Some(film.clone()), "{text:?}");
        }
        assert_eq!(
            path(&format!("http://a.b{film}/12?t=218&x=1")),
            Some(format!("{film}/12?t=218"))
        );
        let magnet = format!("magnet:?xt=urn:btih:{HEX}&dn=A%20film");
        let address = format!("{film}?magnet={}", crate::api::encode(&magnet));
        assert_eq!(path(&format!("http://a.b{address}")), Some(address));
    }

    #[test]
    fn a_rooms_link_is_known_with_where_it_is() {
        let room = |origin: Option<&str>, name: &str| {
            Some(OwnLink::Room {
                origin: origin.map(str::to_owned),
                name: name.to_owned(),
            })
        };
        assert_eq!(own_link("/room/kxd47mqz"), room(None, "kxd47mqz"));
        let there = Some("http://192.168.1.5:3000");
        for text in [
            "http://192.168.1.5:3000/room/KXD47MQZ/",
            "\u{feff}http://192.168.1.5:3000/room/kxd47mqz\".",
            "192.168.1.5:3000/room/kxd47mqz?x=y",
        ] {
            assert_eq!(own_link(text), room(there, "kxd47mqz"), "{text:?}");
        }
        assert_eq!(
            own_link("https://m.example/room/friday-night"),
            room(Some("https://m.example"), "friday-night")
        );
    }

    #[test]
    fn other_addresses_and_words_are_not_taken_for_own_links() {
        for text in [
            "",
            "/",
            "room",
            "room/kxd47mqz",
            "a/room/kxd47mqz",
            "/room/",
            "/room/a b",
            "/room/ab",
            "/room/kxd47mqz/more",
            "/room/%2e%2e",
            "//evil.example/room/kxd47mqz",
            "/watch/abc",
            "ftp://a.b/room/kxd47mqz",
            "javascript://a.b/room/kxd47mqz",
            "http://u@a.b/room/kxd47mqz",
            "http://a.b\\/room/kxd47mqz",
            "https://a.b/file.torrent",
            "the room watch",
        ] {
            assert_eq!(own_link(text), None, "{text:?}");
        }
        assert_eq!(own_link(&format!("/watch/{HEX}/x")), None);
        assert_eq!(own_link(&format!("/watch/{HEX}/1/2")), None);
    }

    #[test]
    fn two_names_of_this_computer_are_one_place() {
        assert!(is_same_place("http://localhost:3000", "http://127.0.0.1:3000"));
        assert!(is_same_place("https://a.b", "https://a.b"));
        assert!(!is_same_place("http://localhost:3000", "http://localhost:3001"));
        assert!(!is_same_place("http://192.168.1.5:3000", "http://127.0.0.1:3000"));
    }

    #[test]
    fn an_address_of_this_computer_alone_is_known() {
        for own in [
            "http://127.0.0.1:3000",
            "http://127.9.9.9",
            "http://localhost:3000",
            "http://LOCALHOST.",
            "http://a.localhost:1",
            "http://[::1]:3000",
            "http://0.0.0.0:3000",
            "http://[::]:3000",
        ] {
            assert!(is_loopback(own), "{own}");
        }
        for other in [
            "http://192.168.1.5:3000",
            "https://matinee.example",
            "http://[fe80::1]:3000",
            "http://localhost.example",
            "http://matinee.local",
            "",
        ] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
