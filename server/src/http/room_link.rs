//! Links to rooms as chat programs and people pass them on: with a slash, a full stop, a bracket or an invisible
//! character at the end, in capitals, with dashes. They are redirected to the canonical URL.

use app::protocol::room::room_name;
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode, Uri, header};
use percent_encoding::percent_decode_str;

/// Redirects a room's URL to its canonical form. Permanently: the form does not depend on which rooms exist.
pub async fn lead_to_clean(request: Request, next: Next) -> Response {
    match clean(request.uri()).filter(|_| matches!(*request.method(), Method::GET | Method::HEAD)) {
        Some(clean) => (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, clean)]).into_response(),
        None => next.run(request).await,
    }
}

/// Returns the canonical URL of a room's page, if this one differs from it.
fn clean(uri: &Uri) -> Option<String> {
    const PAGE: &str = "/room/";
    let path = uri.path();
    let is_a_rooms = path
        .get(..PAGE.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PAGE));
    let name = percent_decode_str(path.get(PAGE.len()..).filter(|_| is_a_rooms)?).decode_utf8_lossy();
    let clean = format!("{PAGE}{}", room_name(&name)?);
    let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
    (clean != path).then(|| clean + &query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untidy_address_has_a_clean_one() {
        for path in [
            "/room/kxd47mqz/",
            "/room/kxd47mqz.",
            "/room/kxd47mqz),",
            "/room/KXD4-7MQZ",
            "/Room/kxd47mqz",
            "/room/kxd4%207mqz%E2%80%8B",
            "/room/kxd47mqz%3E%22",
            "/room/%EF%BB%BFkxd47mqz",
        ] {
            assert_eq!(
                clean(&path.parse().unwrap()).as_deref(),
                Some("/room/kxd47mqz"),
                "{path}"
            );
        }
        let with_query = "/room/Friday-Night.?from=mail".parse().unwrap();
        assert_eq!(clean(&with_query).as_deref(), Some("/room/friday-night?from=mail"));
    }

    #[test]
    fn other_addresses_are_left_alone() {
        for path in [
            "/room/kxd47mqz",
            "/room/friday-night",
            "/room/",
            "/room/..",
            "/room/.",
            "/room/%2e%2e/search",
            "/room/kxd47mqz/more",
            "/rooms",
            "/room",
            "/watch/kxd47mqz.",
            "/room/%ff",
        ] {
            assert_eq!(clean(&path.parse().unwrap()), None, "{path}");
        }
    }
}
