//! Headers of every response: security policies, cache validation and the request ID.

use super::problem::Problem;
use crate::{error::Error, state::AppState};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use http_body::Body as _;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Header with the ID of a request, as in the log and in problems.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Maximum size of a JSON response that gets an ETag, bytes; lists are far smaller.
const ETAG_BYTES: usize = 4 << 20;

/// Policy for everything that is not a page: loads nothing and cannot be framed.
const DENY_ALL_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");

/// Policy for the API documentation: its scripts are files, its images inline.
const DOCS_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), autoplay=(self), camera=(self), display-capture=(self), fullscreen=(self), geolocation=(), \
     gyroscope=(), magnetometer=(), microphone=(self), midi=(), payment=(), picture-in-picture=(self), \
     screen-wake-lock=(self), usb=()",
);

/// Two years; browsers' preload lists require at least one.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");

tokio::task_local! {
    static CURRENT: String;
}

/// Returns the ID of the request that the current task is handling.
pub fn request_id() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Sockets through which `make dev` reloads pages; only `make dev` sets this variable.
static RELOAD: LazyLock<&str> = LazyLock::new(|| match std::env::var_os("LEPTOS_WATCH") {
    Some(_) => " ws://127.0.0.1:3001 ws://localhost:3001",
    None => "",
});

/// Returns the content security policy of a page. Scripts are our own, by this page's nonce; there are no inline styles
/// and no plugins. Images may come from anywhere, because a catalogue's posters do.
pub fn page_policy(nonce: &str) -> String {
    let reload = *RELOAD;
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob: http: https:; media-src 'self' blob:; connect-src 'self'{reload}; font-src 'self'; \
         manifest-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// Sets the security headers that a handler has not set itself.
pub async fn protect(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_docs = request.uri().path().starts_with("/api/docs");
    let id = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default();
    let mut response = CURRENT.scope(id.to_owned(), next.run(request)).await;
    let headers = response.headers_mut();
    let policy = if is_docs { DOCS_POLICY } else { DENY_ALL_POLICY };
    let fields = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ];
    for (name, value) in fields {
        headers.entry(name).or_insert(value);
    }
    if state.config.server.is_https() {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(TLS_ONLY);
    }
    response
}

/// Adds an ETag to JSON and responds with 304 if it has not changed (RFC 9110 section 13.1.2). The responses are
/// private, so shared caches do not store them.
pub async fn revalidate(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if !reads || response.status() != StatusCode::OK || !is_json(&response) {
        return response;
    }
    // A large export is unlikely to be requested twice: it is sent as it is.
    if response
        .body()
        .size_hint()
        .upper()
        .is_none_or(|size| size > ETAG_BYTES as u64)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    parts
        .headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-cache"));
    let bytes = match to_bytes(body, ETAG_BYTES).await {
        Ok(bytes) => bytes,
        Err(error) => return Problem::from(Error::internal(error)).into_response(),
    };
    let digest = Sha256::digest(&bytes);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("W/\"{hex}\"");
    let same = known
        .as_ref()
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| {
            known
                .split(',')
                .any(|one| one.trim().trim_start_matches("W/") == tag.trim_start_matches("W/"))
        });
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    if same {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn is_json(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Json, Router, middleware, routing::get};
    use tower::ServiceExt;

    #[tokio::test]
    async fn an_answer_too_large_to_compare_is_sent_whole() {
        let answer = |length: usize| get(move || async move { Json("x".repeat(length)) });
        let router = Router::new()
            .route("/small", answer(10))
            .route("/large", answer(ETAG_BYTES + 1))
            .layer(middleware::from_fn(revalidate));
        for (path, length, tagged) in [("/small", 12, true), ("/large", ETAG_BYTES + 3, false)] {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.headers().contains_key(header::ETAG), tagged, "{path}");
            assert_eq!(to_bytes(response.into_body(), usize::MAX).await.unwrap().len(), length);
        }
    }
}
