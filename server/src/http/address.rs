//! Client address of a request. Proxies send it in `X-Forwarded-For`; only the proxies named in the configuration are
//! trusted, because anyone can write such a header.

use super::host;
use crate::{config::is_loopback, state::AppState};
use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, header};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Returns the address of the client that made this request.
pub fn of(state: &AppState, headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let peer = peer(extensions);
    let lines = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|line| line.to_str().ok());
    forwarded(peer, lines, &state.config.server.trusted_proxies)
}

/// Returns the peer address of the connection.
fn peer(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip().to_canonical())
}

/// Returns whether the request comes from a proxy named in the configuration.
pub fn is_from_trusted_proxy(state: &AppState, extensions: &Extensions) -> bool {
    let peer = peer(extensions);
    state
        .config
        .server
        .trusted_proxies
        .iter()
        .any(|network| network.contains(&peer))
}

/// Headers that proxies add, which distinguish a forwarded request from one made on this machine.
const PROXY_HEADERS: [&str; 6] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "via",
];

/// Returns whether the request was made on this machine, without a network or a proxy in between, and the instance is
/// bound to this machine alone.
pub fn is_of_this_machine(state: &AppState, headers: &HeaderMap, extensions: &Extensions) -> bool {
    let names_it = || {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        host.and_then(host::host_of).is_some_and(|host| is_loopback(&host))
    };
    state.config.server.is_for_this_machine()
        && peer(extensions).is_loopback()
        && !PROXY_HEADERS.iter().any(|name| headers.contains_key(*name))
        && names_it()
}

/// Returns the nearest address that is not one of our proxies: each of them appends the address of its own peer.
fn forwarded<'a>(peer: IpAddr, lines: impl Iterator<Item = &'a str>, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut nearest = peer;
    let chain: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    for text in chain.into_iter().rev() {
        if !is_trusted(&nearest) {
            break;
        }
        match parse(text.trim()) {
            Some(address) => nearest = address.to_canonical(),
            None => break,
        }
    }
    nearest
}

/// Parses an address; some proxies add the port.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Returns the key by which addresses are counted together: an IPv6 household has 2⁶⁴ addresses.
pub fn household(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_as_far_as_the_next_stranger() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        for (peer, header, expected) in [
            ("203.0.113.9", "1.1.1.1", "203.0.113.9"),
            ("10.0.0.1", "1.1.1.1", "1.1.1.1"),
            ("10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
            ("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
            ("10.0.0.1", "6.6.6.6, nonsense", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("::ffff:10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
            ("fd00::1", "1.1.1.1:80", "1.1.1.1"),
        ] {
            let peer: IpAddr = peer.parse::<IpAddr>().unwrap().to_canonical();
            let found = forwarded(peer, std::iter::once(header), &trusted);
            assert_eq!(found.to_string(), expected, "{header}");
        }
    }

    #[test]
    fn a_household_is_one() {
        assert_eq!(
            household("2001:db8:1:2:3::4".parse().unwrap()),
            household("2001:db8:1:2:9::9".parse().unwrap())
        );
        assert_ne!(
            household("192.0.2.1".parse().unwrap()),
            household("192.0.2.2".parse().unwrap())
        );
    }
}
