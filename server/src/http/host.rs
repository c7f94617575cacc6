//! Host of a request: named once and consistently, and one of this instance's.

use super::{
    address, language,
    problem::{self, Problem},
};
use crate::{config::ServerConfig, state::AppState};
use app::{
    error::{Error, Kind},
    i18n::Text,
    t,
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Uri, header, uri::Authority};
use url::Host;

/// Header with the host that a trusted proxy was asked for.
const FORWARDED_HOST: &str = "x-forwarded-host";

/// Refuses a request for an unknown host. From here on `Host` is what the user has in the address bar: a trusted
/// proxy's `X-Forwarded-Host`, if it sends one.
pub async fn check(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let is_trusted = address::is_from_trusted_proxy(&state, request.extensions());
    match believed(&state.config.server, request.uri(), request.headers(), is_trusted) {
        Ok(host) => {
            request.headers_mut().insert(header::HOST, host);
            next.run(request).await
        }
        Err(error) => {
            let language = language::of(&state.config.server, None, request.headers());
            refuse(error.into_words(language), request.headers())
        }
    }
}

/// Responds with plain text to a browser, and with a problem to a program.
fn refuse(error: Error, headers: &HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if !accept.is_some_and(|accept| accept.contains("text/html")) {
        return Problem(error).into_response();
    }
    let mut response = Problem(error.clone()).into_response();
    problem::keep_words(&mut response);
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = format!("{}\n\n{}\n", error.title, error.detail).into();
    response
}

/// Returns the host that the request is for (RFC 9112 section 3.2: exactly one `Host`, the same as in the URL).
fn believed(config: &ServerConfig, uri: &Uri, headers: &HeaderMap, is_trusted: bool) -> Result<HeaderValue, Error> {
    let mut lines = headers.get_all(header::HOST).iter();
    let named = match (lines.next(), lines.next(), uri.authority()) {
        (Some(_), Some(_), _) => return Err(bad(t::server_http::hosts_twice())),
        (Some(host), None, Some(address)) if !host.as_bytes().eq_ignore_ascii_case(address.as_str().as_bytes()) => {
            return Err(bad(t::server_http::hosts_differ()));
        }
        (Some(host), None, _) => host.clone(),
        // HTTP/2 sends only the URL's authority.
        (None, _, Some(address)) => HeaderValue::from_str(address.as_str()).map_err(|_| unreadable())?,
        (None, _, None) => return Err(bad(t::server_http::host_missing())),
    };
    let mut forwarded = headers.get_all(FORWARDED_HOST).iter().filter(|_| is_trusted).peekable();
    if forwarded.peek().is_none() {
        known(config, named.to_str().map_err(|_| unreadable())?)?;
        return Ok(named);
    }
    // Each proxy may have added its own host: all of them must be ours, and the first is what the client asked for.
    let mut first = None;
    for line in forwarded {
        for host in line.to_str().map_err(|_| unreadable())?.split(',').map(str::trim) {
            known(config, host)?;
            first.get_or_insert(host);
        }
    }
    HeaderValue::from_str(first.unwrap_or_default()).map_err(|_| unreadable())
}

/// Refuses a host that this instance does not know, with a message that names the settings to change.
fn known(config: &ServerConfig, authority: &str) -> Result<(), Error> {
    let host = host_of(authority).ok_or_else(unreadable)?;
    if config.hosts.know(&host, config.public_url.as_deref()) {
        return Ok(());
    }
    Err(Error::new(
        Kind::Misdirected,
        t::server_http::host_unknown(&host.to_string()),
    ))
}

/// Parses the host in a `Host` header; `None` if it is not a name or an address with an optional port.
pub fn host_of(authority: &str) -> Option<Host> {
    let authority: Authority = authority.parse().ok()?;
    let port = authority.as_str().strip_prefix(authority.host())?;
    let is_port = port.strip_prefix(':').is_none_or(|port| port.parse::<u16>().is_ok());
    if !is_port || authority.as_str().len() > 255 {
        return None;
    }
    Host::parse(authority.host()).ok()
}

fn bad(sentence: Text) -> Error {
    Error::new(Kind::BadRequest, sentence)
}

fn unreadable() -> Error {
    bad(t::server_http::host_unreadable())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(settings: &[(&str, &str)]) -> ServerConfig {
        let pairs = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        crate::config::Config::parse(pairs).unwrap().server
    }

    fn asked(
        config: &ServerConfig,
        uri: &str,
        headers: &[(&'static str, &str)],
        is_trusted: bool,
    ) -> Result<String, u16> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let believed = believed(config, &uri.parse().unwrap(), &map, is_trusted);
        believed
            .map(|host| host.to_str().unwrap().to_owned())
            .map_err(|error| error.status)
    }

    #[test]
    fn a_request_names_one_host_and_it_is_known() {
        let config = config(&[("MATINEE_PUBLIC_URL", "https://films.example.org")]);
        let ask = |uri: &str, headers: &[(&'static str, &str)]| asked(&config, uri, headers, false);
        assert_eq!(
            ask("/", &[("host", "films.example.org")]),
            Ok("films.example.org".into())
        );
        assert_eq!(
            ask("/", &[("host", "192.168.1.20:3000")]),
            Ok("192.168.1.20:3000".into())
        );
        assert_eq!(ask("/", &[("host", "evil.example")]), Err(421));
        assert_eq!(ask("/", &[]), Err(400));
        assert_eq!(ask("/", &[("host", "localhost"), ("host", "localhost")]), Err(400));
        for nonsense in ["", "a b", "user@localhost", "http://localhost", "localhost:port"] {
            assert_eq!(ask("/", &[("host", nonsense)]), Err(400), "{nonsense:?}");
        }
        let absolute = "http://localhost:3000/latest";
        assert_eq!(
            ask(absolute, &[("host", "LOCALHOST:3000")]),
            Ok("LOCALHOST:3000".into())
        );
        assert_eq!(ask(absolute, &[("host", "films.example.org")]), Err(400));
        assert_eq!(ask("http://evil.example/", &[]), Err(421));
    }

    #[test]
    fn a_trusted_proxy_says_what_it_was_asked_for() {
        let config = config(&[("MATINEE_HOSTS", "films.example.org")]);
        let own = ("host", "127.0.0.1:3000");
        let forwarded = |host| [own, ("x-forwarded-host", host)];
        let ask = |host, trusted| asked(&config, "/", &forwarded(host), trusted);
        assert_eq!(ask("films.example.org", true), Ok("films.example.org".into()));
        assert_eq!(ask("films.example.org, inner", true), Ok("films.example.org".into()));
        assert_eq!(ask("evil.example", true), Err(421));
        assert_eq!(ask("films.example.org, evil.example", true), Err(421));
        assert_eq!(
            ask("evil.example", false),
            Ok("127.0.0.1:3000".into()),
            "anybody can write such a header"
        );
    }
}
