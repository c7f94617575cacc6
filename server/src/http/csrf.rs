//! Nobody's page but ours makes a browser write here. Browsers say where a request comes from (W3C Fetch Metadata, the
//! Origin header of RFC 6454); programs, which hold no cookies that a stranger's page could use, say neither.

use super::problem::Problem;
use crate::{error::Error, state::AppState};
use app::error::Kind;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, header};

/// Refuses writes that another site asks a browser for.
pub async fn refuse_cross_site(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if writes && is_cross_site(request.headers(), state.config.public_url.as_deref()) {
        return Problem::from(Error::refuse(
            Kind::Forbidden,
            "This request came from another site. Use this instance's own pages, or its API without cookies.",
        ))
        .into_response();
    }
    next.run(request).await
}

/// Whether a page of another site asks. The address under which people reach us is ours, and so is the one that was asked.
pub fn is_cross_site(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else {
        return false;
    };
    let is_public = public_url.is_some_and(|url| same_origin(url, origin));
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let is_asked = !host.is_empty()
        && origin
            .split_once("://")
            .is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host));
    !(is_public || is_asked)
}

/// The address under which people reach us may have a path; an origin has none.
fn same_origin(url: &str, origin: &str) -> bool {
    match (url::Url::parse(url), url::Url::parse(origin)) {
        (Ok(url), Ok(origin)) => url.origin() == origin.origin(),
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
}
