//! `MATINEE_PUBLIC_URL`: the address under which users reach the instance.

use super::{ServerConfig, reader::Reader};
use url::{Host, Url};

const NAME: &str = "MATINEE_PUBLIC_URL";

pub(super) fn from_env(reader: &mut Reader) -> Option<String> {
    let parsed = parse(&reader.text(NAME)?);
    parsed
        .map_err(|problem| reader.refuse(format!("{NAME} must {problem}")))
        .ok()
}

/// Parses the public URL and returns it as a browser serializes an origin. Errors complete “must …” and do not repeat
/// the value, which may contain a password.
fn parse(value: &str) -> Result<String, &'static str> {
    let url = Url::parse(value).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let Some(url) = url else {
        return Err("begin with http:// or https://");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("be without a user and a password: everybody is shown this address");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(
            "end after the name and the port, like https://matinee.example.org: Matinee cannot be served under a path of another site",
        );
    }
    Ok(url.origin().ascii_serialization())
}

/// Returns a warning if links in mails and invitations would not work on other machines.
pub fn warning(config: &ServerConfig) -> Option<String> {
    let url = config.public_url.as_deref()?;
    let names_itself = match Url::parse(url).ok()?.host()? {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback() || address.is_unspecified(),
        Host::Ipv6(address) => address.is_loopback() || address.is_unspecified(),
    };
    (names_itself && !config.listens_on_loopback()).then(|| {
        format!(
            "{NAME} is {url}, which every machine takes for itself: links in mails and invitations lead nowhere. Set it to the address under which people reach Matinee"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_origin() {
        for (value, origin) in [
            ("https://matinee.example.org", "https://matinee.example.org"),
            ("https://Matinee.Example.org:443/", "https://matinee.example.org"),
            ("http://192.168.1.5:3000", "http://192.168.1.5:3000"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("http://[::1]:3000/", "http://[::1]:3000"),
        ] {
            assert_eq!(parse(value).as_deref(), Ok(origin), "{value}");
        }
    }

    #[test]
    fn what_is_more_than_an_origin_is_refused_in_one_sentence_that_repeats_nothing() {
        for value in [
            "https://example.org/matinee",
            "https://example.org//",
            "https://example.org/?a=hunter2",
            "https://example.org/#hunter2",
            "https://ada@example.org",
            "https://ada:hunter2@example.org",
            "https://:hunter2@example.org",
            "ftp://example.org",
            "ws://example.org",
            "javascript:alert(1)",
            "example.org",
            "example.org:3000",
            "https://",
            "file:///data",
        ] {
            let mut reader = Reader::new([(NAME.to_owned(), value.to_owned())]);
            assert_eq!(from_env(&mut reader), None);
            let refused = reader.finish(()).unwrap_err().0.concat();
            assert!(refused.starts_with("MATINEE_PUBLIC_URL must"), "{value}: {refused}");
            assert!(
                !refused.contains("hunter2") && !refused.contains('\n'),
                "{value}: {refused}"
            );
        }
    }

    #[test]
    fn a_link_that_leads_nobody_here_is_warned_of() {
        let warned = |listen: &str, url: &str| {
            let set = [("MATINEE_LISTEN", listen), ("MATINEE_PUBLIC_URL", url)];
            let set = set.map(|(name, value)| (name.to_owned(), value.to_owned()));
            warning(&ServerConfig::from_env(&mut Reader::new(set))).is_some()
        };
        for url in [
            "http://0.0.0.0:3000",
            "http://127.0.0.1:3000",
            "http://localhost:3000",
            "http://[::]:3000",
            "http://[::1]:3000",
        ] {
            assert!(warned("0.0.0.0:3000", url), "{url}");
            assert!(!warned("127.0.0.1:3000", url), "{url}");
        }
        assert!(!warned("0.0.0.0:3000", "https://matinee.example.org"));
        assert!(!warned("0.0.0.0:3000", "http://192.168.1.5:3000"));
    }
}
