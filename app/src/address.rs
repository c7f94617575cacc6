//! Validation of addresses that come from outside, and detection of a misconfigured public URL. Pure.

use crate::t;
use serde::{Deserialize, Serialize};

/// Maximum length of an address, bytes: longer than any of this site.
const MAX_ADDRESS_BYTES: usize = 4_000;

/// Returns the path to go to after signing in: `next` if it is a path of this site, `/` otherwise. Rejects everything
/// that a browser could resolve to another host: `//host`, and what URL parsing makes of backslashes, tabs and line
/// breaks (WHATWG URL, section 4.4).
pub fn same_site(next: Option<&str>) -> &str {
    next.filter(|next| is_path(next)).unwrap_or("/")
}

fn is_path(next: &str) -> bool {
    next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= MAX_ADDRESS_BYTES
        && !next.chars().any(|letter| letter == '\\' || letter.is_control())
}

/// Returns the address of the sign-in page that leads back to `path`.
pub fn sign_in(path: &str) -> String {
    if path == "/" || !is_path(path) {
        return "/sign-in".to_owned();
    }
    format!("/sign-in?next={}", crate::api::encode(path))
}

/// The address under which the server believes it is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// `MATINEE_PUBLIC_URL`, if it is set.
    pub public_url: Option<String>,
    /// `Host` header of the page's request.
    pub host: Option<String>,
}

/// A mismatch between the address in the browser and the server's configuration, which breaks signing in or links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// The public URL is https but the page was opened without TLS: the browser drops the cookies of a sign-in.
    NoTls {
        /// `MATINEE_PUBLIC_URL`.
        public_url: String,
    },
    /// The public URL is another address.
    Elsewhere {
        /// `MATINEE_PUBLIC_URL`.
        public_url: String,
    },
    /// No public URL is set, and a proxy does not pass on the `Host` header.
    HostLost {
        /// Host that the proxy sends instead.
        host: String,
    },
    /// No public URL is set, and the page was opened over TLS, which the server does not know.
    TlsUntold,
}

/// Compares the address in the browser with the one that the server knows. `origin` is the page's origin (WHATWG HTML,
/// section 7.1.1); `is_secure` is true in a secure context, which includes loopback.
pub fn mismatch(origin: &str, is_secure: bool, told: &Told) -> Option<Mismatch> {
    let (scheme, host) = scheme_and_host(origin)?;
    if let Some(public_url) = &told.public_url {
        let (public_scheme, public_host) = scheme_and_host(public_url)?;
        if (scheme, &host) == (public_scheme, &public_host) {
            return None;
        }
        let public_url = format!("{public_scheme}://{public_host}");
        return Some(if public_scheme == "https" && !is_secure {
            Mismatch::NoTls { public_url }
        } else {
            Mismatch::Elsewhere { public_url }
        });
    }
    let (_, seen) = scheme_and_host(&format!("{scheme}://{}", told.host.as_deref()?))?;
    if seen != host {
        return Some(Mismatch::HostLost { host: seen });
    }
    (scheme == "https").then_some(Mismatch::TlsUntold)
}

/// Returns scheme and host in lower case, without the scheme's default port.
fn scheme_and_host(url: &str) -> Option<(&'static str, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
    let (scheme, port) = match scheme {
        "http" => ("http", ":80"),
        "https" => ("https", ":443"),
        _ => return None,
    };
    let bare = host.strip_suffix(port).unwrap_or(&host).to_owned();
    Some((scheme, bare))
}

impl Mismatch {
    /// Returns the message for the user: the consequence, and the setting to change.
    pub fn sentence(&self, origin: &str) -> String {
        match self {
            Self::NoTls { public_url } => t::sign_in::no_tls(t::sign_in::NoTls { public_url, origin }),
            Self::Elsewhere { public_url } => t::sign_in::elsewhere(t::sign_in::Elsewhere { public_url, origin }),
            Self::HostLost { host } => t::sign_in::host_lost(t::sign_in::HostLost { origin, host }),
            Self::TlsUntold => t::sign_in::tls_untold(origin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_the_server_does_not_know_is_noticed() {
        let told = |public_url: Option<&str>, host: Option<&str>| Told {
            public_url: public_url.map(str::to_owned),
            host: host.map(str::to_owned),
        };
        let public_url = || "https://films.example".to_owned();
        let (set, unset) = (Some("https://films.example"), None);
        for (origin, is_secure, public, host, expected) in [
            ("https://films.example", true, set, Some("127.0.0.1:3000"), None),
            (
                "https://films.example",
                true,
                Some("https://Films.example:443/"),
                Some("x"),
                None,
            ),
            (
                "http://192.168.1.5:3000",
                false,
                set,
                Some("192.168.1.5:3000"),
                Some(Mismatch::NoTls {
                    public_url: public_url(),
                }),
            ),
            (
                "http://films.example",
                false,
                set,
                Some("films.example"),
                Some(Mismatch::NoTls {
                    public_url: public_url(),
                }),
            ),
            (
                "http://localhost:3000",
                true,
                set,
                Some("localhost:3000"),
                Some(Mismatch::Elsewhere {
                    public_url: public_url(),
                }),
            ),
            (
                "https://other.example",
                true,
                set,
                Some("other.example"),
                Some(Mismatch::Elsewhere {
                    public_url: public_url(),
                }),
            ),
            (
                "https://films.example",
                true,
                Some("http://films.example"),
                Some("films.example"),
                Some(Mismatch::Elsewhere {
                    public_url: "http://films.example".into(),
                }),
            ),
            ("http://192.168.1.5:3000", false, unset, Some("192.168.1.5:3000"), None),
            ("http://films.example", false, unset, Some("films.example:80"), None),
            (
                "https://films.example",
                true,
                unset,
                Some("127.0.0.1:3000"),
                Some(Mismatch::HostLost {
                    host: "127.0.0.1:3000".into(),
                }),
            ),
            (
                "https://films.example",
                true,
                unset,
                Some("films.example"),
                Some(Mismatch::TlsUntold),
            ),
            ("http://films.example", false, unset, None, None),
            ("null", false, set, None, None),
        ] {
            let found = mismatch(origin, is_secure, &told(public, host));
            assert_eq!(found, expected, "{origin} {public:?} {host:?}");
            if let Some(found) = found {
                assert!(found.sentence(origin).contains("MATINEE_PUBLIC_URL"));
            }
        }
    }

    #[test]
    fn only_a_path_of_this_site_is_followed() {
        for good in ["/", "/account", "/watch/abc/2?magnet=x%3Ay#t", "/search?q=//x"] {
            assert_eq!(same_site(Some(good)), good);
        }
        for bad in [
            "",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\b",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "evil.example",
            " /account",
        ] {
            assert_eq!(same_site(Some(bad)), "/", "{bad:?}");
        }
        assert_eq!(same_site(Some(&format!("/{}", "a".repeat(MAX_ADDRESS_BYTES)))), "/");
        assert_eq!(same_site(None), "/");
    }

    #[test]
    fn the_sign_in_page_leads_back() {
        assert_eq!(
            sign_in("/history?query=a&b"),
            "/sign-in?next=%2Fhistory%3Fquery%3Da%26b"
        );
        assert_eq!(sign_in("/"), "/sign-in");
        assert_eq!(sign_in("//evil"), "/sign-in");
    }
}
