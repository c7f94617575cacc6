//! `GET /api/stream`, `/api/download`, `/api/playlist`: the bytes of a file, as RFC 9110 says.

use super::{
    auth::CurrentViewer,
    limit,
    problem::{Answer, Path, Problem, Query},
    range::{Conditions, Decision, decide},
    responses::{NotFound, Reading, Sending},
    stall::Taken,
    streams::StreamsOf,
};
use crate::{
    error::Error,
    limits,
    state::AppState,
    torrent::{OpenFile, Source, magnet::Magnet},
};
use app::{
    api::encode,
    error::Kind,
    protocol::{Access, FileIndex, InfoHash, Media, Torrent},
};
use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use serde::Deserialize;

/// Parameters of `/api/stream` without a path.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// Magnet link or info hash.
    #[param(min_length = 32, max_length = 16384)]
    magnet: String,
    /// File; the largest playable one when absent.
    #[param(value_type = Option<u32>, example = 0)]
    file: Option<FileIndex>,
}

/// Streams one file; RFC 9110 ranges.
#[utoipa::path(get, path = "/api/stream/{info_hash}/{file_index}", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])),
    params(("info_hash" = InfoHash, Path), ("file_index" = u32, Path, example = 0), ("Range" = Option<String>, Header, example = "bytes=0-65535")),
    responses((status = 200, description = "The whole file", content_type = "application/octet-stream"),
              Reading, NotFound, Sending))]
pub async fn stream(
    State(state): State<AppState>,
    streams: StreamsOf,
    Path((info_hash, file)): Path<(InfoHash, FileIndex)>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let open = state.open_file(info_hash, file).await?;
    serve(&state, &streams, open, &method, &headers, None).await
}

/// Streams a magnet's file without adding it first: for players that take one address.
#[utoipa::path(get, path = "/api/stream", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])), params(StreamQuery),
    responses((status = 200, description = "The whole file", content_type = "application/octet-stream"),
              Reading, NotFound, Sending))]
pub async fn stream_magnet(
    State(state): State<AppState>,
    streams: StreamsOf,
    Query(query): Query<StreamQuery>,
    parts: Parts,
) -> Answer<Response> {
    let magnet = Magnet::parse(&query.magnet)?;
    // A player asks for its film in many ranges; only the first of them adds anything.
    if !state.torrents.is_known(magnet.info_hash)
        && let Some(refusal) = limit::addition(&state, &parts).await
    {
        return Ok(refusal);
    }
    let info_hash = state
        .torrents
        .add(Source::Magnet(magnet), limits::METADATA_WAIT)
        .await?;
    let file = match query.file {
        Some(file) => file,
        None => main_file(&state.known_torrent(info_hash).await?)?,
    };
    let open = state.open_file(info_hash, file).await?;
    serve(&state, &streams, open, &parts.method, &parts.headers, None).await
}

/// The same bytes as an attachment.
#[utoipa::path(get, path = "/api/download/{info_hash}/{file_index}", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])),
    params(("info_hash" = InfoHash, Path), ("file_index" = u32, Path, example = 0), ("Range" = Option<String>, Header, example = "bytes=0-65535")),
    responses((status = 200, description = "The whole file", content_type = "application/octet-stream"),
              Reading, NotFound, Sending))]
pub async fn download(
    State(state): State<AppState>,
    streams: StreamsOf,
    Path((info_hash, file)): Path<(InfoHash, FileIndex)>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let open = state.open_file(info_hash, file).await?;
    let name = open.path().rsplit('/').next().unwrap_or("file").to_owned();
    serve(&state, &streams, open, &method, &headers, Some(&name)).await
}

/// Parameters of a playlist.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlaylistQuery {
    /// Only this file; all playable ones when absent.
    #[param(value_type = Option<u32>, example = 0)]
    file: Option<FileIndex>,
}

/// A playlist with absolute addresses, for players outside the browser.
#[utoipa::path(get, path = "/api/playlist/{info_hash}", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])),
    params(("info_hash" = String, Path, description = "Info hash, with `.m3u8` behind it", pattern = r"^([0-9A-Fa-f]{40}|[A-Za-z2-7]{32})(\.m3u8)?$", example = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c.m3u8"), PlaylistQuery),
    responses((status = 200, description = "Extended M3U", content_type = "audio/x-mpegurl"),
              Reading, NotFound))]
pub async fn playlist(
    State(state): State<AppState>,
    CurrentViewer(viewer): CurrentViewer,
    Path(name): Path<String>,
    Query(query): Query<PlaylistQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    let hash = name.strip_suffix(".m3u8").unwrap_or(&name).parse();
    let hash: InfoHash = hash.map_err(|_| Error::not_found("The name of a playlist is an info hash and “.m3u8”."))?;
    let torrent = state.known_torrent(hash).await?;
    let base = state.config.base_url(headers.get(header::HOST));
    // Players send no cookies: where guests may not watch, the address itself says whose it is.
    let token = match viewer.account() {
        Some(account) if state.config.access == Access::Accounts => Some(state.accounts.stream_token(account)?),
        _ => None,
    };
    let text = write_playlist(&torrent, query.file, &base, token.as_deref())?;
    let disposition = attachment(&format!("{}.m3u8", torrent.name));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("audio/x-mpegurl")),
        (header::CONTENT_DISPOSITION, disposition),
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
        return Err(Error::not_found(
            "There is nothing in this torrent that a player could play.",
        ));
    }
    Ok(format!("#EXTM3U\n{entries}"))
}

fn main_file(torrent: &Torrent) -> Result<FileIndex, Error> {
    let main = torrent.main_file().map(|file| file.index);
    main.ok_or_else(|| Error::not_found("There is nothing in this torrent that a player could play."))
}

async fn serve(
    state: &AppState,
    streams: &StreamsOf,
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
        let permit = streams.open(state)?;
        let bytes = open.read(range).await?.map(move |chunk| {
            let _held_while_reading = &permit;
            chunk.inspect_err(|error| tracing::debug!(%error, "a stream ended early"))
        });
        Body::from_stream(Taken::within(limits::STREAM_STALLED, bytes))
    };
    builder.body(body).map_err(|error| Error::internal(error).into())
}

fn unsatisfiable(length: u64) -> Response {
    let problem = app::error::Error::new(
        Kind::RangeNotSatisfiable,
        format!("The file has {length} bytes; the range lies outside."),
    );
    let mut response = Problem(problem).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_RANGE, value(&format!("bytes */{length}")));
    response
}

/// RFC 6266 with RFC 8187's encoding: any name, no header injection.
fn attachment(name: &str) -> HeaderValue {
    value(&format!("attachment; filename*=UTF-8''{}", encode(name)))
}

/// Only ever called with text of visible ASCII.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
