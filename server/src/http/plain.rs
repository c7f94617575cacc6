//! Canonical paths. Routes are matched by the raw path, while pages resolve dots and slashes in it as a browser does: a
//! path that the two would read differently is refused.

use super::problem::Problem;
use app::{
    error::{Error, Kind},
    t,
};
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Refuses an ambiguous path. Browsers send none: they resolve dots first.
pub async fn refuse_others(request: Request, next: Next) -> Response {
    if is_plain(request.uri().path()) {
        return next.run(request).await;
    }
    let problem = Error::new(Kind::BadRequest, t::server_http::odd_address());
    Problem(problem).into_response()
}

/// Returns whether every parser resolves this path to itself: no dot segments, written out or encoded (WHATWG URL,
/// section 4.1), no backslashes, which browsers treat as slashes, and no empty segment but the last.
fn is_plain(path: &str) -> bool {
    let is_dots = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    !path.contains('\\') && !path.contains("//") && !path.split('/').any(is_dots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_in_two_ways_is_no_address() {
        for plain in [
            "/",
            "/search",
            "/search/",
            "/watch/dd82/0",
            "/pkg/matinee.css",
            "/room/a.b",
            "/...",
            "/watch/..x",
            "/%2esearch",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for odd in [
            "/.",
            "/..",
            "/room/..",
            "/search/.",
            "/room/%2e%2e/search",
            "/room/%2E./search",
            "/room/.%2e/search",
            "/watch/dd82/.",
            "/./search",
            "//search",
            "/room//search",
            "/room\\..\\search",
        ] {
            assert!(!is_plain(odd), "{odd}");
        }
    }

    /// The crate that pages parse their URL with.
    #[test]
    fn a_plain_path_stays_what_it_is() {
        for path in [
            "/search",
            "/search/",
            "/watch/dd82/x.y",
            "/room/a.b",
            "/...",
            "/%2esearch",
            "/a/..x/b",
        ] {
            assert!(is_plain(path));
            let resolved = url::Url::parse("http://films.example.org").unwrap().join(path).unwrap();
            assert_eq!(resolved.path(), path);
        }
    }
}
