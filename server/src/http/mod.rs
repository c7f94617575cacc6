//! HTTP: the router and the middleware common to its routes, which each resource lists itself. Handlers parse the
//! request, call a use case and respond; authorization is decided in the use cases (`access.rs`).

pub mod address;
pub mod api;
pub mod auth;
pub mod connection;
pub mod cookie;
pub mod csrf;
pub mod door;
pub mod health;
pub mod host;
pub mod hygiene;
pub mod identity;
pub mod language;
pub mod limit;
pub mod listen;
mod messages;
pub mod page;
pub mod plain;
pub mod problem;
pub mod range;
pub mod responses;
mod room_link;
pub mod socket;
pub mod stall;
pub mod stream;
pub mod streams;

use crate::{limits, state::AppState};
use app::t;
use auth::Surface;
use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use hygiene::REQUEST_ID;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
#[openapi(
    info(title = "Matinee", description = "Find a film, start it in seconds and watch it together."),
    tags((name = "accounts"), (name = "search"), (name = "torrents"), (name = "watching"), (name = "rooms"), (name = "ingest"), (name = "admin")),
    components(schemas(app::error::Error, app::protocol::SearchEvent, app::protocol::Sort, app::protocol::Window)),
    modifiers(&Security)
)]
struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "key",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-Api-Key"))),
        );
        components.add_security_scheme(
            "bearer",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("JWT")
                    .build(),
            ),
        );
        components.add_security_scheme(
            "cookie",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                cookie::ACCESS,
                "What signing in sets in a browser; no page can read it. A page that asks by it says for whom it was made, by \
                 `X-Matinee-Account` with an account's id or `guest`, and is answered 409 with the type `another-account` \
                 where somebody else is signed in by now.",
            ))),
        );
        components.add_security_scheme(
            "admin",
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
        );
    }
}

/// Builds the router for everything that the server responds to.
pub fn router(state: AppState) -> Router {
    health::recorder();
    let (quick, mut document) = quick_api(&state).split_for_parts();
    let (bytes, more) = bytes_api(&state).split_for_parts();
    document.merge(more);
    let docs: Router<AppState> = utoipa_swagger_ui::SwaggerUi::new("/api/docs")
        .url("/api/openapi.json", document)
        .into();
    let compressed = page::router(&state)
        .merge(quick)
        .merge(docs)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(in_time));
    // Health checks of load balancers send no Host header, or any.
    let probes = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz));
    let operations = Router::new().route(
        "/metrics",
        get(health::metrics).layer(middleware::from_fn_with_state(
            (state.clone(), Surface::Api),
            auth::know_caller,
        )),
    );
    compressed
        .merge(bytes)
        .merge(operations)
        .route("/api/", axum::routing::any(problem::no_such_route))
        .route("/api/{*rest}", axum::routing::any(problem::no_such_route))
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(middleware::from_fn_with_state(state.clone(), csrf::refuse_cross_site))
        .layer(middleware::from_fn_with_state(state.clone(), host::check))
        .merge(probes)
        .layer(CatchPanicLayer::custom(problem::from_panic))
        .layer(middleware::from_fn(plain::refuse_others))
        .layer(middleware::from_fn(refuse_long_addresses))
        .layer(middleware::from_fn_with_state(state.clone(), problem::translate))
        .layer(middleware::from_fn_with_state(state.clone(), hygiene::protect))
        .layer(middleware::from_fn(health::measure))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        // Drops the client's request ID, which is not unique in our log: each request gets one of ours.
        .layer(middleware::from_fn(forget_request_id))
        .with_state(state)
}

/// Routes that respond in one piece, and server-sent events.
fn quick_api(state: &AppState) -> OpenApiRouter<AppState> {
    let known = OpenApiRouter::with_openapi(Document::openapi())
        .merge(api::auth::routes())
        .merge(api::users::routes())
        .merge(api::search::routes())
        .merge(api::torrents::routes())
        .merge(api::watching::routes())
        .merge(api::rooms::routes())
        .merge(api::admin::routes(state))
        .layer(middleware::from_fn(identity::refuse_another));
    let entrance = api::auth::entrance(state).merge(api::torrents::ingest_routes());
    let behind = |surface: Surface, routes: OpenApiRouter<AppState>| {
        routes
            .layer(middleware::from_fn(hygiene::revalidate))
            .layer(middleware::from_fn_with_state(
                (state.clone(), surface),
                auth::know_caller,
            ))
    };
    behind(Surface::Api, known)
        .merge(behind(Surface::Entrance, entrance))
        .merge(behind(Surface::Refresh, api::auth::refreshing()))
}

/// Routes that send files, and sockets: never compressed, no time limit.
fn bytes_api(state: &AppState) -> OpenApiRouter<AppState> {
    stream::routes()
        .layer(middleware::from_fn_with_state(
            (state.clone(), Surface::Bytes),
            auth::know_caller,
        ))
        .merge(socket::routes())
}

/// Creates the request's span. Its path has no query, which may hold a magnet link or search text.
fn span(request: &Request) -> tracing::Span {
    let id = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
}

async fn forget_request_id(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove(REQUEST_ID);
    next.run(request).await
}

/// Limits the time of a whole request: one that takes longer is answered with a timeout.
async fn in_time(request: Request, next: Next) -> Response {
    use axum::response::IntoResponse;
    match tokio::time::timeout(limits::REQUEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let problem = app::error::Error::new(app::error::Kind::Timeout, t::server_http::too_slow());
            problem::Problem(problem).into_response()
        }
    }
}

/// Refuses long URLs. They are neither a search nor a magnet link, but would be parsed, stored and written again and
/// again.
async fn refuse_long_addresses(request: Request, next: Next) -> Response {
    use axum::response::IntoResponse;
    if request
        .uri()
        .path_and_query()
        .is_some_and(|address| address.as_str().len() > 2 * limits::MAGNET_BYTES)
    {
        let problem = app::error::Error::new(app::error::Kind::TooLarge, t::server_http::long_address());
        return problem::Problem(problem).into_response();
    }
    next.run(request).await
}
