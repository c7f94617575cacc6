//! Classification of IP addresses as public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Returns whether the address is globally routable unicast: neither private, loopback, link-local, shared (CGNAT),
/// unique-local, multicast, documentation, benchmarking nor reserved (IANA's special-purpose registries, RFC 6890), nor
/// an IPv6 form that embeds such an IPv4 address (mapped, NAT64, 6to4, Teredo).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !matches!(
        ip.octets(),
        [0 | 10 | 127, ..]                 // this network, private (RFC 1918), loopback
            | [100, 64..=127, ..]          // shared by a carrier's customers (RFC 6598)
            | [169, 254, ..]               // link-local; clouds keep their metadata here
            | [172, 16..=31, ..]           // private
            | [192, 0, 0 | 2, _]           // protocol assignments, documentation
            | [192, 88, 99, _]             // 6to4 relays, withdrawn (RFC 7526)
            | [192, 168, ..]               // private
            | [198, 18 | 19, ..]           // benchmarking
            | [198, 51, 100, _]            // documentation
            | [203, 0, 113, _]             // documentation
            | [224..=255, ..] // multicast, reserved, broadcast
    )
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    match segments {
        // ::ffff:0:0/96: IPv4-mapped (RFC 4291); connects to the IPv4 address itself.
        [0, 0, 0, 0, 0, 0xffff, high, low] => is_public_v4(v4(high, low)),
        // 64:ff9b::/96: NAT64 (RFC 6052), what DNS64 answers with on IPv6-only hosts.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(v4(high, low)),
        // 2002::/16: 6to4 (RFC 3056).
        [0x2002, high, low, ..] => is_public_v4(v4(high, low)),
        // 2001::/32: Teredo (RFC 4380), with the server's address in clear and the client's inverted.
        [0x2001, 0, server_high, server_low, _, _, high, low] => {
            is_public_v4(v4(server_high, server_low)) && is_public_v4(v4(!high, !low))
        }
        // 2001::/23: protocol assignments; 2001:db8::/32 and 3fff::/20: documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Of the rest only 2000::/3 is global unicast; loopback, fc00::/7, fe80::/10, fec0::/10, ff00::/8 and all
        // unassigned space lie outside.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}
