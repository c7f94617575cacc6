//! Magnet links (BEP 9): parsing untrusted links and writing our own. Pure.

use crate::limits;
use app::{
    error::{Error, Result},
    protocol::InfoHash,
    t,
};
use std::net::SocketAddr;
use url::Url;

/// A magnet link that names a BitTorrent v1 torrent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Magnet {
    /// BitTorrent v1 info hash.
    pub info_hash: InfoHash,
    /// `dn`, the display name until the metadata is known.
    pub name: Option<String>,
    /// `tr`, in order, without duplicates.
    pub trackers: Vec<Url>,
    /// `x.pe`, initial peers.
    pub peers: Vec<SocketAddr>,
}

impl Magnet {
    /// Parses a magnet link or a bare info hash.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.len() > limits::MAGNET_BYTES {
            return Err(Error::invalid("magnet", t::server_torrent::magnet_long()));
        }
        if let Ok(info_hash) = text.parse() {
            return Ok(Self {
                info_hash,
                name: None,
                trackers: Vec::new(),
                peers: Vec::new(),
            });
        }
        let url = Url::parse(text)
            .ok()
            .filter(|url| url.scheme() == "magnet")
            .ok_or_else(|| Error::invalid("magnet", t::server_torrent::no_magnet()))?;
        let mut parts = Parts::default();
        for (key, value) in url.query_pairs() {
            parts.take(&key, &value)?;
        }
        parts.into_magnet()
    }

    /// Formats the magnet link.
    pub fn to_link(&self) -> String {
        let mut link = format!("magnet:?xt=urn:btih:{}", self.info_hash);
        if let Some(name) = &self.name {
            link += &format!("&dn={}", app::api::encode(name));
        }
        for tracker in &self.trackers {
            link += &format!("&tr={}", app::api::encode(tracker.as_str()));
        }
        link
    }
}

#[derive(Default)]
struct Parts {
    info_hash: Option<InfoHash>,
    v2: bool,
    name: Option<String>,
    trackers: Vec<Url>,
    peers: Vec<SocketAddr>,
}

impl Parts {
    fn take(&mut self, key: &str, value: &str) -> Result<()> {
        // Numbered parameters such as `xt.1` and `tr.2`, which are as old as magnet links.
        let key = key
            .split_once('.')
            .filter(|(_, n)| n.bytes().all(|b| b.is_ascii_digit()))
            .map_or(key, |(key, _)| key);
        match key {
            "xt" => self.take_topic(value)?,
            "dn" => self.name = clean_name(value),
            "tr" if self.trackers.len() < limits::TRACKERS => {
                let tracker = Url::parse(value)
                    .ok()
                    .filter(|url| is_tracker(url) && !self.trackers.contains(url));
                self.trackers.extend(tracker);
            }
            "x.pe" if self.peers.len() < limits::TRACKERS => self.peers.extend(value.parse::<SocketAddr>().ok()),
            _ => {}
        }
        Ok(())
    }

    fn take_topic(&mut self, topic: &str) -> Result<()> {
        let lower = topic.to_ascii_lowercase();
        if let Some(hash) = lower.strip_prefix("urn:btih:") {
            let hash = hash
                .parse()
                .map_err(|_| Error::invalid("magnet", t::server_torrent::magnet_damaged()))?;
            self.info_hash = Some(hash);
        }
        self.v2 |= lower.starts_with("urn:btmh:");
        Ok(())
    }

    fn into_magnet(self) -> Result<Magnet> {
        let reason = if self.v2 {
            t::server_torrent::magnet_v2()
        } else {
            t::server_torrent::magnet_nameless()
        };
        let info_hash = self.info_hash.ok_or_else(|| Error::invalid("magnet", reason))?;
        Ok(Magnet {
            info_hash,
            name: self.name,
            trackers: self.trackers,
            peers: self.peers,
        })
    }
}

/// Returns whether the engine supports the tracker's protocol and the URL is not too long.
pub fn is_tracker(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https" | "udp") && url.has_host() && url.as_str().len() <= limits::TRACKER_BYTES
}

/// Removes control and bidirectional formatting characters from a name and truncates it to 500 characters. Returns
/// `None` if nothing is left.
pub fn clean_name(name: &str) -> Option<String> {
    let name: String = name.chars().filter(|c| !is_deceptive(*c)).take(500).collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Returns whether this is a control character or one that changes the direction of the text that follows.
fn is_deceptive(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HASH: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

    #[test]
    fn a_link_gives_its_hash_name_trackers_and_peers() {
        let link = format!(
            "magnet:?xt=urn:btih:{}&dn=Big+Buck%20Bunny&tr=udp%3A%2F%2Ft.example%3A80&tr.1=http://t.example/a&tr=wss://x&x.pe=1.2.3.4:5",
            HASH.to_uppercase()
        );
        let magnet = Magnet::parse(&link).unwrap();
        assert_eq!(magnet.info_hash.to_string(), HASH);
        assert_eq!(magnet.name.as_deref(), Some("Big Buck Bunny"));
        assert_eq!(magnet.trackers.len(), 2);
        assert_eq!(magnet.peers, ["1.2.3.4:5".parse().unwrap()]);
        let again = Magnet::parse(&magnet.to_link()).unwrap();
        assert_eq!(
            (again.info_hash, again.name, again.trackers),
            (magnet.info_hash, magnet.name, magnet.trackers)
        );
    }

    #[test]
    fn a_tracker_with_an_endless_address_is_left_out() {
        let long = "x".repeat(limits::TRACKER_BYTES);
        let link = format!("magnet:?xt=urn:btih:{HASH}&tr=http://t.example/{long}&tr=http://t.example/a");
        assert_eq!(Magnet::parse(&link).unwrap().trackers.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_said_in_words() {
        let reason = |text: &str| Magnet::parse(text).unwrap_err().detail.to_string();
        assert!(reason("magnet:?dn=x").contains("names no torrent"));
        assert!(reason("magnet:?xt=urn:btih:abc").contains("damaged"));
        assert!(reason(&format!("magnet:?xt=urn:btmh:1220{HASH}{}", &HASH[..24])).contains("v2 only"));
        assert!(reason("http://example.com").contains("not a magnet link"));
        assert!(reason(&format!("magnet:?xt=urn:btih:{HASH}&dn={}", "x".repeat(20_000))).contains("too long"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,300}") {
            let _ = Magnet::parse(&text);
            let _ = Magnet::parse(&format!("magnet:?{text}"));
        }

        #[test]
        fn what_is_written_is_read_back(name in "\\PC{1,80}", bytes: [u8; 20]) {
            let magnet = Magnet { info_hash: InfoHash(bytes), name: clean_name(&name), trackers: vec![], peers: vec![] };
            prop_assert_eq!(Magnet::parse(&magnet.to_link()).unwrap(), magnet);
        }
    }
}
