//! `GET /api/stream`, `/api/download`, `/api/playlist`: serves files as RFC 9110 specifies.

use super::{
    auth::CurrentCaller,
    problem::{Answer, Path, Problem, Query},
    range::{Conditions, Decision, decide},
    responses::{CrossSite, FileResponses, NotFound, ReadErrors},
    stall::StallTimeout,
    streams::{Data, StreamQuota},
};
use crate::{access::Use, error::Error, limits, reach, state::AppState, torrent::OpenFile};
use app::{
    api::encode,
    error::Kind,
    protocol::{Access, FileIndex, InfoHash, Media, Torrent},
    t,
};
use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Returns the routes that send files.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(stream))
        .routes(routes!(stream_magnet))
        .routes(routes!(download))
        .routes(routes!(playlist))
}

/// Parameters of `/api/stream` without a path.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// Magnet link or info hash.
    #[param(min_length = 32, max_length = 16384)]
    magnet: String,
    /// File index; by default the largest playable file.
    #[param(value_type = Option<u32>, example = 0)]
    file: Option<FileIndex>,
}

/// Streams one file.
///
/// Supports byte ranges (RFC 9110).
#[utoipa::path(get, path = "/api/stream/{info_hash}/{file_index}", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])),
    params(("info_hash" = InfoHash, Path), ("file_index" = u32, Path, example = 0), ("Range" = Option<String>, Header, example = "bytes=0-65535")),
    responses((status = 200, description = "The whole file", content_type = "application/octet-stream"),
              ReadErrors, CrossSite, NotFound, FileResponses))]
pub async fn stream(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Path((info_hash, file)): Path<(InfoHash, FileIndex)>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let open = state.open_file(&caller, info_hash, file).await?;
    serve(&state, &StreamQuota::of(&caller), open, &method, &headers, None).await
}

/// Streams a file of a magnet link without adding it first.
///
/// For players that take a single URL.
#[utoipa::path(get, path = "/api/stream", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])), params(StreamQuery),
    responses((status = 200, description = "The whole file", content_type = "application/octet-stream"),
              ReadErrors, CrossSite, NotFound, FileResponses))]
pub async fn stream_magnet(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Query(query): Query<StreamQuery>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let open = state.open_magnet(&caller, &query.magnet, query.file).await?;
    serve(&state, &StreamQuota::of(&caller), open, &method, &headers, None).await
}

/// Downloads one file, as an attachment.
#[utoipa::path(get, path = "/api/download/{info_hash}/{file_index}", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])),
    params(("info_hash" = InfoHash, Path), ("file_index" = u32, Path, example = 0), ("Range" = Option<String>, Header, example = "bytes=0-65535")),
    responses((status = 200, description = "The whole file", content_type = "application/octet-stream"),
              ReadErrors, CrossSite, NotFound, FileResponses))]
pub async fn download(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Path((info_hash, file)): Path<(InfoHash, FileIndex)>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let open = state.open_file(&caller, info_hash, file).await?;
    let name = open.path().rsplit('/').next().unwrap_or("file").to_owned();
    serve(&state, &StreamQuota::of(&caller), open, &method, &headers, Some(&name)).await
}

/// Parameters of a playlist.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlaylistQuery {
    /// Only this file; by default all playable files.
    #[param(value_type = Option<u32>, example = 0)]
    file: Option<FileIndex>,
}

/// Returns a playlist with absolute URLs, for players outside the browser.
#[utoipa::path(get, path = "/api/playlist/{info_hash}", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])),
    params(("info_hash" = String, Path, description = "Info hash, with `.m3u8` behind it", pattern = r"^([0-9A-Fa-f]{40}|[A-Za-z2-7]{32})(\.m3u8)?$", example = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c.m3u8"), PlaylistQuery),
    responses((status = 200, description = "Extended M3U", content_type = "audio/x-mpegurl"),
              ReadErrors, NotFound))]
pub async fn playlist(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Path(name): Path<String>,
    Query(query): Query<PlaylistQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    state.allow(&caller, Use::Browse)?;
    let hash = name.strip_suffix(".m3u8").unwrap_or(&name).parse();
    let hash: InfoHash = hash.map_err(|_| Error::not_found(t::server_http::playlist_name()))?;
    let torrent = state.known_torrent(hash).await?;
    let base = reach::base_url(&state.config.server, headers.get(header::HOST));
    // Players send no cookies: if guests may not watch, the URL itself carries the account's token.
    let token = match caller.viewer.account() {
        Some(account) if state.config.accounts.access == Access::Accounts => {
            Some(state.accounts.stream_token(account)?)
        }
        _ => None,
    };
    let text = write_playlist(&torrent, query.file, &base, token.as_deref())?;
    let disposition = attachment(&format!("{}.m3u8", torrent.name));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("audio/x-mpegurl")),
        (header::CONTENT_DISPOSITION, disposition),
        // It may hold a token, which depends on the caller.
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, text).into_response())
}

fn write_playlist(
    torrent: &Torrent,
    only: Option<FileIndex>,
    base: &str,
    token: Option<&str>,
) -> Result<String, Error> {
    let query = token.map(|token| format!("?token={token}")).unwrap_or_default();
    let files = torrent
        .files
        .iter()
        .filter(|file| only.map_or(file.media.is_playable(), |only| file.index == only));
    let entries: String = files
        .map(|file| {
            let name: String = file.path.chars().filter(|c| !c.is_control()).collect();
            format!(
                "#EXTINF:-1,{name}\n{base}/api/stream/{}/{}{query}\n",
                torrent.info_hash, file.index
            )
        })
        .collect();
    if entries.is_empty() {
        return Err(Error::not_found(t::server_torrent::nothing_to_play()));
    }
    Ok(format!("#EXTM3U\n{entries}"))
}

async fn serve(
    state: &AppState,
    streams: &StreamQuota,
    open: OpenFile,
    method: &Method,
    headers: &HeaderMap,
    download_as: Option<&str>,
) -> Answer<Response> {
    let etag = open.etag();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // RFC 9110, section 14.2: ranges are defined for GET alone.
    let part = |name| text(name).filter(|_| *method == Method::GET);
    let conditions = Conditions {
        range: part(header::RANGE),
        if_range: part(header::IF_RANGE),
        if_match: text(header::IF_MATCH),
        if_none_match: text(header::IF_NONE_MATCH),
    };
    let length = open.len();
    let (status, range) = match decide(conditions, &etag, length) {
        Decision::Whole => (StatusCode::OK, 0..length),
        Decision::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Decision::Unsatisfiable => return Ok(unsatisfiable(length)),
        Decision::NotModified => return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, value(&etag))]).into_response()),
        Decision::PreconditionFailed => return Ok(StatusCode::PRECONDITION_FAILED.into_response()),
    };
    let mut builder = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, Media::content_type(open.path()))
        .header(header::CONTENT_LENGTH, range.end - range.start)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::ETAG, &etag)
        .header(header::CACHE_CONTROL, "private, max-age=86400, no-transform")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if status == StatusCode::PARTIAL_CONTENT {
        builder = builder.header(
            header::CONTENT_RANGE,
            format!("bytes {}-{}/{length}", range.start, range.end - 1),
        );
    }
    if let Some(name) = download_as {
        builder = builder.header(header::CONTENT_DISPOSITION, attachment(name));
    }
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let data = match open.is_here(&range) {
            true => Data::Here,
            false => Data::Unfinished,
        };
        let permit = streams.open(state, data)?;
        let bytes = open.read(range).await?.map(move |chunk| {
            let _held_while_reading = &permit;
            chunk.inspect_err(|error| tracing::debug!(%error, "a stream ended early"))
        });
        Body::from_stream(StallTimeout::within(limits::STREAM_STALL_TIMEOUT, bytes))
    };
    builder.body(body).map_err(|error| Error::internal(error).into())
}

fn unsatisfiable(length: u64) -> Response {
    let problem = app::error::Error::new(Kind::RangeNotSatisfiable, t::server_http::range_outside(length));
    let mut response = Problem(problem).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_RANGE, value(&format!("bytes */{length}")));
    response
}

/// Formats `Content-Disposition` (RFC 6266 with RFC 8187's encoding): any name, no header injection.
fn attachment(name: &str) -> HeaderValue {
    value(&format!("attachment; filename*=UTF-8''{}", encode(name)))
}

/// Converts text to a header value. Called only with visible ASCII.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
