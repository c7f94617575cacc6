//! Gateway URLs that stand for tracker URLs: encoding and decoding. Pure.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use url::Url;

/// Address that the gateway listens on.
pub const HOST: &str = "127.0.0.1";

/// Route of the gateway.
pub const ROUTE: &str = "/announce-for-the-engine/{secret}/{tracker}";

/// Prefix of a gateway URL's path; long, so that no tracker's own path begins with it.
const PATH_PREFIX: &str = "/announce-for-the-engine/";

const SECRET_CHARS: usize = 64;

pub fn new_secret() -> String {
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}

/// Builds the base URL of the gateway.
pub fn gateway(port: u16, secret: &str) -> Result<Url, url::ParseError> {
    Url::parse(&format!("http://{HOST}:{port}{PATH_PREFIX}{secret}/"))
}

/// Returns the gateway URL for this tracker; a UDP tracker is returned as it is.
pub fn of(gateway: &Url, tracker: &Url) -> Url {
    if !is_http(tracker) {
        return tracker.clone();
    }
    let mut address = gateway.clone();
    address.set_path(&format!(
        "{}{}",
        gateway.path(),
        URL_SAFE_NO_PAD.encode(tracker.as_str())
    ));
    address
}

/// Returns the tracker that a gateway URL of this or an earlier run stands for; any other URL is returned as it is.
///
/// An attacker may write such a URL too and gains nothing: the tracker is treated as if it had been named directly.
pub fn original(address: Url) -> Url {
    meant(&address).unwrap_or(address)
}

fn meant(address: &Url) -> Option<Url> {
    let (secret, tracker) = address.path().strip_prefix(PATH_PREFIX)?.split_once('/')?;
    let ours = address.host_str() == Some(HOST) && secret.len() == SECRET_CHARS;
    decode(tracker).filter(|_| ours)
}

/// Decodes the tracker from the last path segment of a gateway URL.
pub fn decode(tracker: &str) -> Option<Url> {
    let bytes = URL_SAFE_NO_PAD.decode(tracker).ok()?;
    let url = Url::parse(std::str::from_utf8(&bytes).ok()?).ok()?;
    is_http(&url).then_some(url)
}

/// Appends the engine's query parameters to the tracker's URL, before the tracker's own, in the order that the engine
/// uses. They are not decoded: `info_hash` and `peer_id` are percent-encoded bytes that need not be valid text.
pub fn join(mut tracker: Url, query: &str) -> Url {
    let joined = match tracker.query() {
        Some(own) => format!("{query}&{own}"),
        None => query.to_owned(),
    };
    tracker.set_query(Some(&joined));
    tracker
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn here() -> Url {
        gateway(40_000, &new_secret()).unwrap()
    }

    #[test]
    fn a_tracker_is_put_behind_the_gateway_and_read_back_by_any_later_run() {
        let gateway = here();
        for tracker in [
            "http://t.example/announce",
            "https://t.example:8443/a/key?passkey=%FF%00&x=1#end",
            "http://[2606:4700::1111]/announce",
            "http://münchen.example/ä?ö",
        ] {
            let tracker = Url::parse(tracker).unwrap();
            let address = of(&gateway, &tracker);
            assert!(address.as_str().starts_with(gateway.as_str()), "{address}");
            assert_eq!(address.query(), None);
            assert_eq!(original(address), tracker);
        }
        let udp = Url::parse("udp://t.example:6969/announce").unwrap();
        assert_eq!(of(&gateway, &udp), udp);
    }

    #[test]
    fn other_addresses_stand_for_themselves() {
        let secret = new_secret();
        let (http, file) = ("http://t.example/", "file:///etc/passwd");
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for address in [
            "http://127.0.0.1:6969/announce".to_owned(),
            "http://127.0.0.1:6969/announce/key/announce".to_owned(),
            format!("http://127.0.0.1:1{PATH_PREFIX}short/{}", encode(http)),
            format!("http://t.example{PATH_PREFIX}{secret}/{}", encode(http)),
            format!("http://127.0.0.1:1{PATH_PREFIX}{secret}/{}", encode(file)),
            format!("http://127.0.0.1:1{PATH_PREFIX}{secret}/%%%"),
            format!("http://127.0.0.1:1{PATH_PREFIX}{secret}"),
        ] {
            let address = Url::parse(&address).unwrap();
            assert_eq!(original(address.clone()), address);
        }
    }

    #[test]
    fn the_engines_parameters_stay_as_they_are_before_the_trackers_own() {
        let query = "info_hash=%00%FF%20a&peer_id=-rQ9100-%ab&port=4240&compact=1";
        for (tracker, joined) in [
            (
                "http://t.example/announce",
                format!("http://t.example/announce?{query}"),
            ),
            (
                "http://t.example/a?passkey=%2F%FF&x",
                format!("http://t.example/a?{query}&passkey=%2F%FF&x"),
            ),
        ] {
            assert_eq!(join(Url::parse(tracker).unwrap(), query).as_str(), joined);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,200}") {
            let _ = decode(&text);
            let _ = join(Url::parse("http://t.example/?a").unwrap(), &text);
            if let Ok(url) = Url::parse(&text) {
                prop_assert_eq!(original(of(&here(), &url)), original(url));
            }
        }
    }
}
