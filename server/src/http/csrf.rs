//! Origin of a request, and refusal of cross-site writes. Browsers send where a request comes from (W3C Fetch Metadata,
//! the Origin header of RFC 6454, Referer); programs, which hold no cookies that another site's page could use, do not.

use super::problem::Problem;
use crate::{error::Error, state::AppState};
use app::{backend::Origin, error::Kind, t};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, header};

/// Refuses writes that another site's page makes a browser send.
pub async fn refuse_cross_site(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if writes && is_cross_site(request.headers(), state.config.server.public_url.as_deref()) {
        return Problem::from(Error::refuse(Kind::Forbidden, t::server_http::cross_site())).into_response();
    }
    next.run(request).await
}

/// Returns whether a request comes from another site's page or from a link on one.
pub fn is_cross_site(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    matches!(origin(headers, public_url), Origin::Foreign | Origin::Link)
}

/// Determines the origin of a request. The configured public URL and the requested host are our own. Over plain HTTP,
/// browsers send neither Fetch Metadata nor Origin with an image: then Referer decides, and a browser that sends none
/// of them is recognized by its User-Agent.
pub fn origin(headers: &HeaderMap, public_url: Option<&str>) -> Origin {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let is_ours = |url: &str| {
        let is_public = public_url.is_some_and(|ours| same_origin(ours, url));
        is_public || (!host.is_empty() && authority(url).is_some_and(|asked| asked.eq_ignore_ascii_case(host)))
    };
    let others = || {
        if is_followed(headers) {
            Origin::Link
        } else {
            Origin::Foreign
        }
    };
    if let Some(site) = text("sec-fetch-site") {
        return match site {
            "same-origin" | "none" => Origin::Own,
            _ => others(),
        };
    }
    if let Some(origin) = text(header::ORIGIN.as_str()) {
        return if is_ours(origin) { Origin::Own } else { others() };
    }
    if let Some(referer) = text(header::REFERER.as_str()) {
        return if is_ours(referer) { Origin::Own } else { others() };
    }
    // Every browser's User-Agent has begun like this since 1995 (RFC 9110 section 10.1.5 says why no other should).
    match text(header::USER_AGENT.as_str()) {
        Some(agent) if agent.starts_with("Mozilla/") => Origin::Unsaid,
        Some(_) | None => Origin::Program,
    }
}

/// Returns whether this is a top-level navigation: a link was followed, or a URL typed. A frame is loaded by another
/// page.
fn is_followed(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-mode"), text("sec-fetch-dest")) {
        (Some(mode), Some(to)) => mode == "navigate" && to == "document",
        (Some(mode), None) => mode == "navigate",
        (None, _) => text(header::ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/html")),
    }
}

/// Returns the host and port of an absolute URL.
fn authority(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

/// Compares the origins of two URLs. Paths are ignored: an Origin has none, a Referer has one.
fn same_origin(one: &str, other: &str) -> bool {
    match (url::Url::parse(one), url::Url::parse(other)) {
        (Ok(one), Ok(other)) => one.origin() == other.origin(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cross(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        is_cross_site(&headers.collect(), Some("https://films.example.org"))
    }

    #[test]
    fn a_browser_says_where_it_comes_from() {
        assert!(!cross(&[]));
        assert!(!cross(&[("sec-fetch-site", "same-origin")]));
        assert!(!cross(&[("sec-fetch-site", "none")]));
        assert!(cross(&[("sec-fetch-site", "cross-site")]));
        assert!(cross(&[("sec-fetch-site", "same-site")]));
        assert!(cross(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://films.example.org")
        ]));
    }

    #[test]
    fn an_older_browser_says_its_origin() {
        assert!(!cross(&[
            ("origin", "https://films.example.org"),
            ("host", "10.0.0.5:3000")
        ]));
        assert!(!cross(&[
            ("origin", "http://localhost:3000"),
            ("host", "localhost:3000")
        ]));
        assert!(cross(&[
            ("origin", "https://evil.example"),
            ("host", "films.example.org")
        ]));
        assert!(cross(&[
            ("origin", "https://films.example.org.evil.example"),
            ("host", "films.example.org")
        ]));
        assert!(cross(&[("origin", "null"), ("host", "films.example.org")]));
        assert!(cross(&[("origin", "https://evil.example"), ("host", "")]));
    }

    fn from(pairs: &[(&'static str, &'static str)]) -> Origin {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        origin(&headers.collect(), Some("https://films.example.org"))
    }

    const CHROME: (&str, &str) = ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/140");
    const PICTURE: (&str, &str) = ("accept", "image/avif,image/webp,*/*;q=0.8");
    const DOCUMENT: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

    #[test]
    fn a_link_is_told_from_a_picture() {
        let cross = ("sec-fetch-site", "cross-site");
        let (navigate, document) = (("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"));
        assert_eq!(from(&[cross, navigate, document]), Origin::Link);
        assert_eq!(from(&[cross, navigate, ("sec-fetch-dest", "iframe")]), Origin::Foreign);
        assert_eq!(
            from(&[cross, ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")]),
            Origin::Foreign
        );
        assert_eq!(from(&[cross]), Origin::Foreign);
    }

    #[test]
    fn without_fetch_metadata_the_referer_tells() {
        let (evil, host) = (("referer", "http://evil.example/page"), ("host", "nas.local:3000"));
        assert_eq!(from(&[CHROME, host, PICTURE, evil]), Origin::Foreign);
        assert_eq!(from(&[CHROME, host, DOCUMENT, evil]), Origin::Link);
        assert_eq!(
            from(&[CHROME, host, PICTURE, ("referer", "http://nas.local:3000/watch/x")]),
            Origin::Own
        );
        assert_eq!(
            from(&[CHROME, host, ("referer", "https://films.example.org/watch/x")]),
            Origin::Own
        );
        assert_eq!(
            from(&[CHROME, host, PICTURE, ("referer", "http://evil.example/nas.local:3000")]),
            Origin::Foreign
        );
        assert_eq!(
            from(&[CHROME, host, PICTURE]),
            Origin::Unsaid,
            "a page may hold it back"
        );
    }

    #[test]
    fn a_player_says_nothing() {
        for agent in ["VLC/3.0.21 LibVLC/3.0.21", "mpv 0.40", "Lavf/61.7.100", "curl/8.5.0"] {
            assert_eq!(from(&[("user-agent", agent), ("accept", "*/*")]), Origin::Program);
        }
        assert_eq!(from(&[]), Origin::Program);
    }
}
