//! The site: pages rendered by leptos, and the built files beside them.

use super::{auth, hygiene};
use crate::state::AppState;
use app::{
    backend::{Backend, Viewer},
    protocol::Session,
};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    handler::Handler,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::{
    config::LeptosOptions,
    nonce::use_nonce,
    prelude::{AnyView, IntoAny, provide_context, use_context},
};
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list};
use std::{
    path::Path,
    sync::{Arc, LazyLock},
};
use tower::ServiceExt;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

/// Names of built files carry a hash of their content, in a release.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// While one develops they keep their names, and are asked for again each time.
const ASKED_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Icons and the like keep their names.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// The paths of the pages. Found once in a process: while leptos walks through the app for them, no page anywhere in it
/// loads what it waits for, and one that begins to wait then waits for ever (leptos issue 4773).
static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(app::App));

/// The pages and the files of the site.
pub fn router(state: &AppState) -> Router<AppState> {
    let pkg = ServeDir::new(state.config.site_root.join("pkg"))
        .precompressed_br()
        .precompressed_gzip();
    let kept = match options(&state.config.site_root).hash_files {
        true => IMMUTABLE,
        false => ASKED_AGAIN,
    };
    let pkg = tower::ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, for_ok(kept)))
        .service(pkg);
    let pages = Router::<AppState>::new()
        .leptos_routes_with_context(state, ROUTES.clone(), context(state), shell(state))
        // A page shows what its viewer watched.
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, PRIVATE))
        .layer(middleware::from_fn_with_state(state.clone(), know_session))
        .layer(middleware::from_fn_with_state(state.clone(), auth::know_viewer));
    let fallback = file_or_not_found.layer(middleware::from_fn_with_state(state.clone(), auth::know_viewer));
    pages.nest_service("/pkg", pkg).fallback(fallback)
}

/// A header for good answers only: a missing file must not be missing for a year.
fn for_ok(
    value: HeaderValue,
) -> impl Fn(&http::Response<tower_http::services::fs::ServeFileSystemResponseBody>) -> Option<HeaderValue> + Clone {
    move |response| response.status().is_success().then(|| value.clone())
}

/// leptos finds the hashed names in a file that the build leaves beside the site.
pub fn options(site_root: &Path) -> LeptosOptions {
    let beside_site = std::path::absolute(site_root.join("hash.txt"))
        .ok()
        .filter(|path| path.is_file());
    let beside_program = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join("hash.txt")))
        .filter(|path| path.is_file());
    // The build's own file first: a development build rewrites the site and leaves a release's names in it.
    let hash_file = beside_program.or(beside_site);
    LeptosOptions::builder()
        .output_name("matinee")
        .site_root(site_root.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .hash_files(hash_file.is_some())
        .hash_file(std::sync::Arc::<str>::from(
            hash_file.unwrap_or_default().to_string_lossy(),
        ))
        .build()
}

/// What pages find around them while they are rendered here: the services and whoever asks.
fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let state = state.clone();
    move || {
        let backend: Arc<dyn Backend> = Arc::new(state.clone());
        provide_context(backend);
        protect();
        // The layer around the pages has put the viewer into the request.
        let viewer = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Viewer>().cloned());
        if let Some(viewer) = viewer {
            provide_context(viewer);
        }
        let session = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned());
        if let Some(session) = session {
            provide_context(session);
        }
    }
}

/// leptos has made a nonce for the scripts of this page; only those run.
fn protect() {
    let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        tracing::error!("a page without a nonce: its scripts will not run");
        return;
    };
    match HeaderValue::from_str(&hygiene::page_policy(&nonce)) {
        Ok(policy) => options.insert_header(header::CONTENT_SECURITY_POLICY, policy),
        Err(error) => tracing::error!(%error, "a page without its policy"),
    }
}

fn shell(state: &AppState) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let options = state.site.clone();
    move || app::shell(options.clone()).into_any()
}

/// Puts into the request what its page says of the viewer from the first paint: who is signed in, and their theme.
async fn know_session(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    add_session(&state, &mut request).await;
    next.run(request).await
}

async fn add_session(state: &AppState, request: &mut Request) {
    let Some(viewer) = request.extensions().get::<Viewer>().cloned() else {
        return;
    };
    // Without its database a page still says what is wrong.
    if let Ok(session) = state.session(&viewer).await {
        request.extensions_mut().insert(session);
    }
}

async fn not_found_page(State(state): State<AppState>, mut request: Request) -> Response {
    add_session(&state, &mut request).await;
    let render = leptos_axum::render_app_async_with_context(context(&state), shell(&state));
    let mut response = render(request).await.into_response();
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::CACHE_CONTROL, PRIVATE);
    response
}

async fn file_or_not_found(state: State<AppState>, viewer: axum::Extension<Viewer>, request: Request) -> Response {
    let uri = request.uri().clone();
    let is_file = uri.path().rsplit('/').next().is_some_and(|name| name.contains('.')) && uri.path() != "/hash.txt";
    if !is_file {
        return not_found_page(state, request).await;
    }
    let files = ServeDir::new(&state.config.site_root)
        .precompressed_br()
        .precompressed_gzip();
    let mut response = files.oneshot(request).await.into_response();
    if response.status().is_success() {
        response.headers_mut().insert(header::CACHE_CONTROL, A_DAY);
        return response;
    }
    let Ok(mut again) = Request::builder().uri(uri).body(Body::empty()) else {
        return response;
    };
    again.extensions_mut().insert(viewer.0);
    not_found_page(state, again).await
}
