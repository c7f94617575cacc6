//! Host names that the instance answers to: `MATINEE_HOSTS`, the public URL's, and local names that no stranger can
//! own.

use std::str::FromStr;
use url::Host;

/// Suffixes that the public DNS does not delegate: multicast DNS (RFC 6762), home networks (RFC 8375), private use
/// (ICANN's `.internal`), and common router defaults, all of them reserved or refused as top-level domains.
const LAN: [&str; 9] = [
    ".local",
    ".lan",
    ".home",
    ".home.arpa",
    ".internal",
    ".intranet",
    ".private",
    ".corp",
    ".localdomain",
];

/// Host names configured by the operator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostNames(Vec<Name>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    /// `*`: any name, for instances behind a proxy that checks the Host header.
    Any,
    Exactly(String),
    /// `*.example.org`, stored with the leading dot.
    Under(String),
}

impl FromStr for HostNames {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let name = |text: &str| match (text, text.strip_prefix("*.")) {
            ("*", _) => Ok(Name::Any),
            (_, Some(rest)) => Ok(Name::Under(format!(".{}", domain(rest).ok_or(())?))),
            (exact, None) => Ok(Name::Exactly(domain(exact).ok_or(())?)),
        };
        text.split(',')
            .map(|part| name(part.trim()))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl HostNames {
    /// Returns whether a request for this host is meant for this instance. Protects against DNS rebinding, in which an
    /// attacker's name resolves to our address and shares an origin with us: a name that a stranger may own must be
    /// configured. IP addresses are always accepted.
    pub fn know(&self, host: &Host, public_url: Option<&str>) -> bool {
        let Host::Domain(name) = host else { return true };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let is_public = public_url.and_then(|url| url::Url::parse(url).ok()).is_some_and(|url| {
            url.host_str()
                .is_some_and(|ours| ours.trim_end_matches('.').eq_ignore_ascii_case(&name))
        });
        is_public || is_local(&name) || self.0.iter().any(|known| known.is(&name))
    }
}

impl Name {
    fn is(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(known) => known == name,
            Self::Under(ending) => name.ends_with(ending.as_str()),
        }
    }
}

/// Returns whether the name is one of this machine or the local network.
fn is_local(name: &str) -> bool {
    let is_short = !name.contains('.');
    is_short || name.ends_with(".localhost") || LAN.iter().any(|ending| name.ends_with(ending))
}

/// Returns whether the host is a loopback name or address.
pub fn is_loopback(host: &Host) -> bool {
    match host {
        Host::Domain(name) => matches!(name.trim_end_matches('.'), "localhost") || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback() || address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback()),
    }
}

/// Returns a host name in its DNS form (punycode). `None` for an IP address, or a text that is not a bare host.
fn domain(text: &str) -> Option<String> {
    match Host::parse(text).ok()? {
        Host::Domain(name) => Some(name.trim_end_matches('.').to_owned()),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_stranger_may_own_are_known_or_refused() {
        let names: HostNames = "films.example.org, *.example.net, bücher.example".parse().unwrap();
        let know = |host: &str| names.know(&Host::parse(host).unwrap(), Some("https://cinema.example.com:8443"));
        for ours in [
            "localhost",
            "matinee.localhost",
            "127.0.0.1",
            "[::1]",
            "192.168.1.20",
            "203.0.113.9",
            "[2001:db8::1]",
            "nas",
            "nas.local",
            "NAS.Local.",
            "nas.home.arpa",
            "media.lan",
            "cinema.example.com",
            "films.example.org",
            "Films.Example.org",
            "a.example.net",
            "xn--bcher-kva.example",
        ] {
            assert!(know(ours), "{ours}");
        }
        for others in [
            "evil.example",
            "example.net",
            "films.example.org.evil.example",
            "evil-films.example.org",
            "cinema.example.com.evil.example",
            "local.evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
        ] {
            assert!(!know(others), "{others}");
        }
        let any: HostNames = "*".parse().unwrap();
        assert!(any.know(&Host::parse("evil.example").unwrap(), None));
    }

    #[test]
    fn what_is_no_name_is_a_mistake() {
        for wrong in [
            "",
            "films.example.org:443",
            "https://films.example.org",
            "a.example,,b.example",
            "10.0.0.1",
            "*.",
        ] {
            assert_eq!(wrong.parse::<HostNames>(), Err(()), "{wrong:?}");
        }
    }
}
