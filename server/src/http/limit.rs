//! Rate limits of whole groups of routes, and the header fields that report them (the IETF's RateLimit fields,
//! draft-ietf-httpapi-ratelimit-headers). Limits of single use cases are counted in the use case (`access.rs`).

use super::{auth::CurrentCaller, problem::Problem};
use crate::{limit::Limit, state::AppState};
use app::backend::Counted;
use axum::{
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::Route,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::convert::Infallible;
use tower::{Layer, Service};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Returns the layer that counts the requests of a group of routes against this limit of their callers.
pub fn limited(
    state: AppState,
    limit: Limit,
) -> impl Layer<
    Route,
    Service = impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static,
> + Clone
+ Send
+ Sync
+ 'static {
    middleware::from_fn_with_state((state, limit), count)
}

async fn count(
    State((state, limit)): State<(AppState, Limit)>,
    CurrentCaller(caller): CurrentCaller,
    request: Request,
    next: Next,
) -> Response {
    match state.count(&caller, limit).await {
        Ok(()) => next.run(request).await,
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Adds the fields with the limit and what is left of it.
pub fn tell(headers: &mut HeaderMap, counted: &Counted) {
    let name = counted.limit;
    let policy = format!("\"{name}\";q={};w={}", counted.quota, counted.window_seconds);
    let seconds = counted.reset_ms.div_ceil(1_000);
    let now = format!("\"{name}\";r={};t={seconds}", counted.remaining);
    for (field, text) in [(POLICY, policy), (RATELIMIT, now)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(field, value);
        }
    }
}
