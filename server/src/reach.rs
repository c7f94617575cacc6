//! Base URLs: of links, and of the addresses at which others can reach this instance, for a host who invites them from
//! the machine itself.
//!
//! Derived from the configuration and the machine's own interfaces, without network requests.

use crate::{config::ServerConfig, limits};
use network_interface::{NetworkInterface, NetworkInterfaceConfig};
use std::{
    net::{IpAddr, SocketAddr},
    path::Path,
};

/// Name prefixes of the interfaces of virtual machines and containers, which other devices cannot reach.
const VIRTUAL: [&str; 5] = ["docker", "br-", "veth", "virbr", "podman"];

/// Returns the base URL for absolute links: the configured one, else the request's host, else the listen address.
pub fn base_url(config: &ServerConfig, host: Option<&http::HeaderValue>) -> String {
    let asked = host
        .and_then(|host| host.to_str().ok())
        .filter(|host| is_authority(host));
    match (&config.public_url, asked) {
        (Some(url), _) => url.clone(),
        (None, Some(host)) => format!("http://{host}"),
        // The unspecified address is valid for listening, not for connecting.
        (None, None) if config.listen.ip().is_unspecified() => addresses(config)
            .into_iter()
            .next()
            .unwrap_or_else(|| format!("http://localhost:{}", config.listen.port())),
        (None, None) => format!("http://{}", config.listen),
    }
}

/// Returns whether a Host header consists of a host name or address and an optional port.
fn is_authority(host: &str) -> bool {
    host.len() <= 255
        && host
            .parse::<http::uri::Authority>()
            .is_ok_and(|authority| !authority.as_str().contains('@'))
}

/// Returns the reachable base URLs, such as `http://192.168.1.5:3000`, best first. A configured public URL is the only
/// one; an instance that listens on loopback only has none.
pub fn addresses(config: &ServerConfig) -> Vec<String> {
    if let Some(url) = &config.public_url {
        return vec![url.clone()];
    }
    // A container's own networks are unreachable from outside of it.
    let own = match config.listen.ip().is_unspecified() && !is_contained() {
        true => own_addresses(),
        false => Vec::new(),
    };
    listening(config.listen, &own)
}

/// Returns the base URL of links to share: the one that the sender used, unless it is a loopback address.
pub fn link_base(config: &ServerConfig, host: Option<&http::HeaderValue>) -> String {
    let asked = base_url(config, host);
    match app::own_link::is_loopback(&asked) {
        true => addresses(config).into_iter().next().unwrap_or(asked),
        false => asked,
    }
}

/// Returns whether this runs in a Docker or Podman container, by the marker file that each creates.
fn is_contained() -> bool {
    ["/.dockerenv", "/run/.containerenv"]
        .iter()
        .any(|path| Path::new(path).exists())
}

fn own_addresses() -> Vec<IpAddr> {
    // On failure the host has to know their address themselves; nothing else depends on the list.
    let interfaces = NetworkInterface::show().unwrap_or_default();
    let is_virtual = |name: &str| VIRTUAL.iter().any(|prefix| name.starts_with(prefix));
    let real = interfaces.into_iter().filter(|interface| !is_virtual(&interface.name));
    real.flat_map(|interface| interface.addr)
        .map(|address| address.ip())
        .collect()
}

/// Returns the base URLs of a server that listens on `listen`, on a machine with the addresses `own`.
fn listening(listen: SocketAddr, own: &[IpAddr]) -> Vec<String> {
    let mut addresses: Vec<IpAddr> = match listen.ip() {
        ip if ip.is_unspecified() => own
            .iter()
            .copied()
            .filter(|own| ip.is_ipv6() || own.is_ipv4())
            .collect(),
        ip => vec![ip],
    };
    addresses.retain(is_for_others);
    addresses.sort_by_key(|address| (address.is_ipv6(), !is_at_home(address)));
    addresses.dedup();
    addresses.truncate(limits::REACHABLE_ADDRESSES);
    let port = listen.port();
    addresses
        .into_iter()
        .map(|ip| format!("http://{}", SocketAddr::new(ip, port)))
        .collect()
}

/// Returns whether other devices can use the address: neither loopback nor link-local (RFC 3927; RFC 4291, section
/// 2.5.6), which is ambiguous between networks.
fn is_for_others(address: &IpAddr) -> bool {
    let is_link_local = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    !(address.is_loopback() || address.is_unspecified() || is_link_local)
}

/// Returns whether the address is in a private network (RFC 1918), which friends at home share.
fn is_at_home(address: &IpAddr) -> bool {
    matches!(address, IpAddr::V4(address) if address.is_private())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn others_are_told_addresses_at_which_they_reach_it() {
        let own: Vec<IpAddr> = [
            "127.0.0.1",
            "::1",
            "2001:db8::7",
            "169.254.3.4",
            "203.0.113.9",
            "192.168.1.5",
            "fe80::1",
        ]
        .iter()
        .map(|address| address.parse().unwrap())
        .collect();
        for (listen, expected) in [
            ("127.0.0.1:3000", vec![]),
            ("[::1]:3000", vec![]),
            ("192.168.1.5:80", vec!["http://192.168.1.5:80"]),
            (
                "0.0.0.0:3000",
                vec!["http://192.168.1.5:3000", "http://203.0.113.9:3000"],
            ),
            (
                "[::]:3000",
                vec![
                    "http://192.168.1.5:3000",
                    "http://203.0.113.9:3000",
                    "http://[2001:db8::7]:3000",
                ],
            ),
        ] {
            assert_eq!(listening(listen.parse().unwrap(), &own), expected, "{listen}");
        }
        let many: Vec<IpAddr> = (1..20).map(|n| IpAddr::from([10, 0, 0, n])).collect();
        let told = listening("0.0.0.0:1".parse().unwrap(), &many);
        assert_eq!(told.len(), limits::REACHABLE_ADDRESSES);
    }

    fn config(pairs: &[(&str, &str)]) -> ServerConfig {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::parse(pairs).unwrap().server
    }

    #[test]
    fn links_for_others_begin_with_the_address_by_which_somebody_came() {
        let parse = |listen: &str| config(&[("MATINEE_LISTEN", listen)]);
        let base =
            |listen: &str, host: &'static str| link_base(&parse(listen), Some(&http::HeaderValue::from_static(host)));
        assert_eq!(base("0.0.0.0:3000", "matinee.lan:3000"), "http://matinee.lan:3000");
        assert_eq!(base("192.168.1.5:3000", "localhost:3000"), "http://192.168.1.5:3000");
        assert_eq!(base("127.0.0.1:3000", "127.0.0.1:3000"), "http://127.0.0.1:3000");
        assert!(!link_base(&parse("0.0.0.0:3000"), None).contains("0.0.0.0"));
        assert_eq!(base_url(&parse("127.0.0.1:3000"), None), "http://127.0.0.1:3000");
    }

    #[test]
    fn an_address_that_was_configured_is_the_only_one() {
        let public = ("MATINEE_PUBLIC_URL", "https://films.example.org");
        let set = config(&[public, ("MATINEE_LISTEN", "0.0.0.0:3000")]);
        assert_eq!(addresses(&set), ["https://films.example.org"]);
        assert!(addresses(&config(&[])).is_empty());
    }
}
