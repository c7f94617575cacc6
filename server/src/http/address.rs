//! From which address a request comes. Proxies say so in `X-Forwarded-For`; only those that the configuration names are
//! believed, for anybody can write such a header.

use crate::state::AppState;
use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The address of whoever made this request.
pub fn of(state: &AppState, headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip().to_canonical());
    let lines = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|line| line.to_str().ok());
    forwarded(peer, lines, &state.config.trusted_proxies)
}

/// The nearest address that is none of our proxies: each adds the one it was asked by at the end.
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

/// Some proxies add the port.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Whom to count together: an IPv6 household has 2⁶⁴ addresses.
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
