//! The website: pages rendered by leptos, and the built files.

use super::{
    auth::{self, Surface},
    hygiene, language, messages,
    problem::Problem,
    room_link,
};
use crate::{
    access::{Refused, Use, decide, standing},
    reach,
    state::AppState,
};
use app::{
    address::Told,
    backend::{Backend, Caller, NotFound},
    i18n::Language,
    protocol::Session,
    room::preview::SiteAddress,
};
use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request, State},
    handler::Handler,
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::get,
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

/// Cache policy of built files, whose names carry a hash of their content in a release.
pub(super) const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Cache policy of built files in development, where they keep their names: revalidated on every request.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// Cache policy of icons and other files that keep their names.
const ONE_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// Routes of the pages. Generated once per process: while leptos walks through the app for them, no page anywhere in
/// the process loads its resources, and one that starts to wait then waits forever (leptos issue 4773).
static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(app::App));

/// Returns the paths of all pages, in axum's syntax.
pub fn routes() -> Vec<String> {
    ROUTES.iter().map(|route| route.path().to_owned()).collect()
}

/// Builds the router of the pages and the site's files.
pub fn router(state: &AppState) -> Router<AppState> {
    let pkg = ServeDir::new(state.config.server.site_root.join("pkg"))
        .precompressed_br()
        .precompressed_gzip();
    let kept = match options(&state.config.server.site_root).hash_files {
        true => IMMUTABLE,
        false => REVALIDATE,
    };
    let pkg = tower::ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, for_ok(kept)))
        .service(pkg);
    let know_caller = middleware::from_fn_with_state((state.clone(), Surface::Page), auth::know_caller);
    let pages = Router::<AppState>::new()
        .leptos_routes_with_context(state, ROUTES.clone(), context(state), shell(state))
        // Pages show what their viewer watched.
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, PRIVATE))
        .layer(middleware::from_fn_with_state(state.clone(), know_viewer))
        .layer(middleware::from_fn_with_state(state.clone(), lead_to_sign_in))
        .layer(know_caller.clone());
    let fallback = file_or_not_found.layer(know_caller);
    pages
        .nest_service("/pkg", pkg)
        .route(messages::ROUTE, get(messages::table))
        .fallback(fallback)
        .layer(middleware::from_fn(room_link::lead_to_clean))
}

/// Returns a header value for successful responses only: a missing file must not be cached as missing for a year.
fn for_ok(
    value: HeaderValue,
) -> impl Fn(&http::Response<tower_http::services::fs::ServeFileSystemResponseBody>) -> Option<HeaderValue> + Clone {
    move |response| response.status().is_success().then(|| value.clone())
}

/// Returns the options of leptos, which finds the hashed names in a file that the build leaves beside the program or the
/// site.
pub fn options(site_root: &Path) -> LeptosOptions {
    let beside_program = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join("hash.txt")));
    let beside_site = std::path::absolute(site_root.join("hash.txt")).ok();
    // The program's own file comes first: a development build rewrites the site and leaves a release's names in it.
    let hash_file = beside_program
        .into_iter()
        .chain(beside_site)
        .find(|file| names_files_of(file, site_root));
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

/// Returns whether a file of hashes names the script and the module of this site. One that an earlier build left beside
/// the program names files that are gone, and no page would come alive.
fn names_files_of(hash_file: &Path, site_root: &Path) -> bool {
    let Ok(hashes) = std::fs::read_to_string(hash_file) else {
        return false;
    };
    ["js", "wasm"].into_iter().all(|kind| {
        hashes
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(name, _)| *name == kind))
            .is_some_and(|(_, hash)| site_root.join(format!("pkg/matinee.{hash}.{kind}")).is_file())
    })
}

/// Provides the context of pages that are rendered here: the services and the caller.
fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let state = state.clone();
    move || {
        let backend: Arc<dyn Backend> = Arc::new(state.clone());
        provide_context(backend);
        protect();
        provide_context(told(&state));
        if let Some(options) = use_context::<ResponseOptions>() {
            provide_context(NotFound::new(move || options.set_status(StatusCode::NOT_FOUND)));
        }
        let parts = use_context::<Parts>();
        let host = parts.as_ref().and_then(|parts| parts.headers.get(header::HOST));
        provide_context(SiteAddress(reach::base_url(&state.config.server, host)));
        // The middleware around the pages has added the caller to the request.
        let caller = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned());
        if let Some(caller) = caller {
            provide_context(caller);
        }
        let session = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned());
        if let Some(session) = session {
            provide_context(session);
        }
        speak();
    }
}

/// Provides the language that was chosen for this request, and the address of its messages.
fn speak() {
    let language = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Language>().copied());
    let language = language.unwrap_or_default();
    provide_context(language);
    if let Some(address) = messages::address(language) {
        provide_context(address);
    }
}

/// Returns the server's own address as it knows it, for the sign-in page to compare with the browser's.
fn told(state: &AppState) -> Told {
    let parts = use_context::<Parts>();
    let host = parts.and_then(|parts| {
        let authority = parts.uri.authority().map(|authority| authority.to_string());
        let header = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        header.map(str::to_owned).or(authority)
    });
    Told {
        public_url: state.config.server.public_url.clone(),
        host,
    }
}

/// Sets the content security policy with the nonce that leptos has generated for this page: no other scripts run.
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

/// Returns the use that a page needs, by its route. Any page that is not listed needs permission to browse.
pub fn use_of(route: &str) -> Use {
    match route {
        "/sign-in" | "/sign-up" | "/forgot" | "/reset" => Use::Enter,
        // The room itself decides who may join.
        "/room/{code}" => Use::Room,
        _ => Use::Browse,
    }
}

/// Redirects guests to the sign-in page if the instance is for accounts only, instead of showing a page full of errors.
/// Authorization itself is decided in the use cases.
async fn lead_to_sign_in(
    State(state): State<AppState>,
    route: MatchedPath,
    caller: axum::Extension<Caller>,
    request: Request,
    next: Next,
) -> Response {
    match decide(state.config.accounts.access, use_of(route.as_str()), standing(&caller)) {
        Ok(()) => next.run(request).await,
        Err(Refused::ForAccounts) => {
            let next = app::api::encode(request.uri().path_and_query().map_or("/", |path| path.as_str()));
            Redirect::to(&format!("/sign-in?next={next}")).into_response()
        }
        Err(refused) => Problem::from(crate::error::Error::from(refused)).into_response(),
    }
}

/// Adds the session and the language to the request, so that the page's first paint shows the account, its theme and its
/// words.
async fn know_viewer(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let language = add_viewer(&state, &mut request).await;
    let mut response = next.run(request).await;
    language::tell(response.headers_mut(), language);
    response
}

async fn add_viewer(state: &AppState, request: &mut Request) -> Language {
    let session = match request.extensions().get::<Caller>().cloned() {
        // Without its database a page still renders and shows what is wrong.
        Some(caller) => state.session(&caller).await.ok(),
        None => None,
    };
    let language = language::of(&state.config.server, session.as_ref(), request.headers());
    let extensions = request.extensions_mut();
    extensions.insert(language);
    if let Some(session) = session {
        extensions.insert(session);
    }
    language
}

async fn not_found_page(State(state): State<AppState>, mut request: Request) -> Response {
    let language = add_viewer(&state, &mut request).await;
    let render = leptos_axum::render_app_async_with_context(context(&state), shell(&state));
    let mut response = render(request).await.into_response();
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::CACHE_CONTROL, PRIVATE);
    language::tell(response.headers_mut(), language);
    response
}

async fn file_or_not_found(state: State<AppState>, caller: axum::Extension<Caller>, request: Request) -> Response {
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    // Redirects to the page without a trailing slash, which people and programs add.
    if let Some(page) = uri.path().strip_suffix('/').filter(|page| !page.is_empty()) {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::permanent(&format!("{page}{query}")).into_response();
    }
    let is_file = uri.path().rsplit('/').next().is_some_and(|name| name.contains('.')) && uri.path() != "/hash.txt";
    if !is_file {
        return not_found_page(state, request).await;
    }
    let files = ServeDir::new(&state.config.server.site_root)
        .precompressed_br()
        .precompressed_gzip();
    let mut response = files.oneshot(request).await.into_response();
    if response.status().is_success() {
        response.headers_mut().insert(header::CACHE_CONTROL, ONE_DAY);
        return response;
    }
    let Ok(mut again) = Request::builder().uri(uri).body(Body::empty()) else {
        return response;
    };
    *again.headers_mut() = headers;
    again.extensions_mut().insert(caller.0);
    not_found_page(state, again).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_an_earlier_build_are_not_taken_for_the_sites() {
        let site = tempfile::tempdir().unwrap();
        std::fs::create_dir(site.path().join("pkg")).unwrap();
        for name in ["matinee.new1.js", "matinee.new2.wasm"] {
            std::fs::write(site.path().join("pkg").join(name), "").unwrap();
        }
        let hash_file = site.path().join("hash.txt");
        for (hashes, taken) in [
            ("js: new1\nwasm: new2\ncss: new3\n", true),
            ("js: old1\nwasm: old2\ncss: old3\n", false),
            ("js: new1\nwasm: old2\n", false),
            ("", false),
        ] {
            std::fs::write(&hash_file, hashes).unwrap();
            assert_eq!(names_files_of(&hash_file, site.path()), taken, "{hashes:?}");
            assert_eq!(options(site.path()).hash_files, taken, "{hashes:?}");
        }
        std::fs::remove_file(&hash_file).unwrap();
        assert!(!names_files_of(&hash_file, site.path()));
    }
}
