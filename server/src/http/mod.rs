//! HTTP: the router and its layers. No rules here: parse, call, answer.

pub mod address;
pub mod api;
pub mod auth;
pub mod cookie;
pub mod csrf;
pub mod health;
pub mod hygiene;
pub mod limit;
pub mod page;
pub mod problem;
pub mod range;
pub mod responses;
pub mod socket;
pub mod stall;
pub mod stream;
pub mod streams;

use crate::{limits, state::AppState};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
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
use utoipa_axum::{router::OpenApiRouter, routes};

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
                "What signing in sets in a browser; no page can read it.",
            ))),
        );
        components.add_security_scheme(
            "admin",
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
        );
    }
}

/// Everything that the server answers.
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
    let operations = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route(
            "/metrics",
            get(health::metrics).layer(middleware::from_fn_with_state(state.clone(), auth::know_viewer)),
        );
    compressed
        .merge(bytes)
        .merge(operations)
        .route("/api/{*rest}", axum::routing::any(problem::no_such_route))
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(CatchPanicLayer::custom(problem::from_panic))
        .layer(middleware::from_fn_with_state(state.clone(), csrf::refuse_cross_site))
        .layer(middleware::from_fn(refuse_long_addresses))
        .layer(middleware::from_fn_with_state(state.clone(), hygiene::protect))
        .layer(middleware::from_fn(health::measure))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        // A stranger's number in our log could be anybody's: each request gets one of ours.
        .layer(middleware::from_fn(forget_request_id))
        .with_state(state)
}

/// Routes that answer in one piece, and server-sent events.
fn quick_api(state: &AppState) -> OpenApiRouter<AppState> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(api::torrents::add))
        .layer(DefaultBodyLimit::max(limits::UPLOAD_BYTES))
        .layer(middleware::from_fn_with_state(state.clone(), limit::add));
    // Each asks an indexer, in the operator's name.
    let links = OpenApiRouter::new()
        .routes(routes!(api::search::search_torrent))
        .layer(middleware::from_fn_with_state(state.clone(), limit::add));
    let searches = OpenApiRouter::new()
        .routes(routes!(api::search::search))
        .routes(routes!(api::search::search_torrents))
        .routes(routes!(api::search::search_events))
        .layer(middleware::from_fn_with_state(state.clone(), limit::search));
    let authentication = OpenApiRouter::new()
        .routes(routes!(api::auth::sign_up))
        .routes(routes!(api::auth::sign_in))
        .routes(routes!(api::auth::forgot))
        .routes(routes!(api::auth::reset))
        .layer(DefaultBodyLimit::max(limits::SMALL_BODY_BYTES))
        .layer(middleware::from_fn_with_state(state.clone(), limit::auth));
    let accounts = OpenApiRouter::new()
        .routes(routes!(api::auth::refresh))
        .routes(routes!(api::auth::sign_out))
        .routes(routes!(api::auth::me))
        .routes(routes!(api::auth::session))
        .routes(routes!(api::users::get, api::users::change, api::users::delete))
        .routes(routes!(api::users::export))
        .routes(routes!(api::users::set_preference))
        .routes(routes!(api::users::logins, api::users::end_other_logins))
        .routes(routes!(api::users::end_login))
        .layer(DefaultBodyLimit::max(limits::SMALL_BODY_BYTES));
    let administration = api::admin::routes()
        .layer(DefaultBodyLimit::max(limits::SMALL_BODY_BYTES))
        .layer(middleware::from_fn_with_state(state.clone(), limit::admin));
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(api::torrents::latest))
        .routes(routes!(api::torrents::get, api::torrents::delete))
        .routes(routes!(api::torrents::stats))
        .routes(routes!(api::torrents::stats_events))
        .routes(routes!(api::torrents::ingest_records))
        .routes(routes!(api::watching::save_progress))
        .routes(routes!(api::watching::history, api::watching::delete_all))
        .routes(routes!(api::watching::delete_one))
        .routes(routes!(api::watching::popular))
        .layer(DefaultBodyLimit::max(limits::JSON_BODY_BYTES))
        .merge(uploads)
        .merge(links)
        .merge(searches)
        .merge(authentication)
        .merge(accounts)
        .merge(administration)
        .merge(rooms_api(state).layer(DefaultBodyLimit::max(limits::SMALL_BODY_BYTES)))
        .layer(middleware::from_fn(hygiene::revalidate))
        .layer(middleware::from_fn_with_state(state.clone(), auth::know_viewer))
}

/// Rooms from outside of them.
fn rooms_api(state: &AppState) -> OpenApiRouter<AppState> {
    let making = OpenApiRouter::new()
        .routes(routes!(api::rooms::create))
        .layer(middleware::from_fn_with_state(state.clone(), limit::room_tries));
    let joining = OpenApiRouter::new()
        .routes(routes!(api::rooms::join))
        .layer(middleware::from_fn_with_state(state.clone(), limit::joins));
    let inviting = OpenApiRouter::new()
        .routes(routes!(api::rooms::invite))
        .layer(middleware::from_fn_with_state(state.clone(), limit::invites));
    OpenApiRouter::new()
        .routes(routes!(api::rooms::list))
        .routes(routes!(api::rooms::get, api::rooms::change, api::rooms::end))
        .routes(routes!(api::rooms::messages, api::rooms::clear_messages))
        .merge(making)
        .merge(joining)
        .merge(inviting)
}

/// Routes that send files, and sockets: never compressed, never timed.
fn bytes_api(state: &AppState) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(stream::stream))
        .routes(routes!(stream::stream_magnet))
        .routes(routes!(stream::download))
        .routes(routes!(stream::playlist))
        .layer(middleware::from_fn_with_state(state.clone(), auth::know_viewer))
        // A ticket says who it is.
        .routes(routes!(socket::socket))
}

/// One span a request; the path without its query, which may carry a magnet or what somebody looked for.
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

/// Addresses beyond this are no search and no magnet, but they would be parsed, kept and written again and again.
async fn in_time(request: Request, next: Next) -> Response {
    use axum::response::IntoResponse;
    match tokio::time::timeout(limits::REQUEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let problem = app::error::Error::new(app::error::Kind::Timeout, "It took too long. Try again.");
            problem::Problem(problem).into_response()
        }
    }
}

async fn refuse_long_addresses(request: Request, next: Next) -> Response {
    use axum::response::IntoResponse;
    if request
        .uri()
        .path_and_query()
        .is_some_and(|address| address.as_str().len() > 2 * limits::MAGNET_BYTES)
    {
        let problem = app::error::Error::new(app::error::Kind::TooLarge, "This address is too long.");
        return problem::Problem(problem).into_response();
    }
    next.run(request).await
}
