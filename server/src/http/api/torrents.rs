//! `/api/torrents`: adding, reading, monitoring and removing torrents; and ingest.

use super::Page;
use crate::{
    access::Use,
    error::Error as ServerError,
    http::{
        auth::{Admin, CurrentCaller, IngestKey},
        problem::{Answer, Body, Path, Problem, Query},
        responses::{BodyErrors, NotFound, ReadErrors, StatsSse, TooOften, UpstreamErrors, WriteErrors},
        stall::StallTimeout,
        streams::{Data, StreamQuota},
    },
    ingest, limits,
    state::AppState,
};
use app::{
    backend::Backend,
    error::{Error, Kind},
    protocol::{AddTorrent, InfoHash, IngestReport, List, Torrent, TorrentStats},
    t,
};
use axum::{
    BoxError, Json,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State},
    response::sse::{Event, KeepAlive, Sse},
};
use futures::Stream;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use std::{convert::Infallible, time::Duration};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Interval between stats events.
const STATS_EVERY: Duration = Duration::from_secs(1);

/// Time that a stream of events waits for an unknown torrent: a page asks for a film's stats while its own request to
/// add it is still on its way.
const ADD_GRACE: Duration = Duration::from_secs(2);

/// Returns the routes under `/api/torrents`, apart from searches.
pub fn routes() -> OpenApiRouter<AppState> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(add))
        .layer(DefaultBodyLimit::max(limits::UPLOAD_BYTES));
    OpenApiRouter::new()
        .routes(routes!(latest))
        .routes(routes!(get, delete))
        .routes(routes!(stats))
        .routes(routes!(stats_events))
        .layer(DefaultBodyLimit::max(limits::JSON_BODY_BYTES))
        .merge(uploads)
}

/// Returns the route of ingest, whose callers have a key of their own kind.
pub fn ingest_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(ingest_records))
        .layer(DefaultBodyLimit::max(limits::JSON_BODY_BYTES))
}

/// Selects whether the request waits for the metadata.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wait {
    /// `metadata` (default): respond when the files are known, after at most 60 s. `nothing`: respond at once, with 504
    /// if the files are not known yet; the search for them continues.
    #[param(pattern = "^(metadata|nothing)$")]
    wait: Option<String>,
}

/// Multipart upload of a `.torrent` file.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only describes the form in the OpenAPI document")]
pub struct Upload {
    /// The `.torrent` file, at most 10 MiB.
    #[schema(format = Binary, content_media_type = "application/x-bittorrent")]
    torrent: String,
}

/// Adds a torrent, or finds it if it was added before.
///
/// Torrents are identified by their info hash.
#[utoipa::path(post, path = "/api/torrents", operation_id = "add_torrent", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])), params(Wait),
    request_body(content((AddTorrent = "application/json"), (Upload = "multipart/form-data"))),
    responses((status = 201, body = Torrent, description = "The torrent with its files"), WriteErrors, BodyErrors, TooOften, UpstreamErrors))]
pub async fn add(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Query(wait): Query<Wait>,
    headers: HeaderMap,
    request: Request,
) -> Answer<(StatusCode, [(header::HeaderName, HeaderValue); 1], Json<Torrent>)> {
    let wait = how_long(&wait)?;
    state.admit_addition(&caller).await?;
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("multipart/form-data")
        });
    let torrent = if is_form {
        let bytes = uploaded(request).await?;
        state.add_torrent_file(&caller, &bytes, wait).await?
    } else {
        let Body(add) = Body::<AddTorrent>::from_request(request, &state).await?;
        state.add_torrent(&caller, add, wait).await?
    };
    let location =
        HeaderValue::from_str(&format!("/api/torrents/{}", torrent.info_hash)).map_err(ServerError::internal)?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(torrent)))
}

fn how_long(wait: &Wait) -> Result<Duration, Error> {
    match wait.wait.as_deref() {
        None | Some("metadata") => Ok(limits::METADATA_WAIT),
        Some("nothing") => Ok(Duration::ZERO),
        Some(_) => Err(Error::invalid("wait", t::server_http::metadata_or_nothing())),
    }
}

async fn uploaded(request: Request) -> Result<bytes::Bytes, Problem> {
    let unreadable = || Error::invalid("torrent", t::server_http::upload_unreadable());
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
    while let Some(mut field) = form
        .next_field()
        .await
        .map_err(|error| too_large_or(&error, unreadable()))?
    {
        if field.name() != Some("torrent") {
            continue;
        }
        let mut bytes = bytes::BytesMut::new();
        let mut length = 0;
        while let Some(chunk) = field
            .chunk()
            .await
            .map_err(|error| too_large_or(&error, unreadable()))?
        {
            length += chunk.len();
            // The excess is read and dropped: a browser that is disconnected while it sends shows no response at all.
            if length <= limits::TORRENT_FILE_BYTES {
                bytes.extend_from_slice(&chunk);
            }
        }
        return if length <= limits::TORRENT_FILE_BYTES {
            Ok(bytes.freeze())
        } else {
            Err(too_large().into())
        };
    }
    Err(Error::invalid("torrent", t::server_http::upload_missing()).into())
}

fn too_large_or(error: &axum::extract::multipart::MultipartError, otherwise: Error) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large()
    } else {
        otherwise
    }
}

fn too_large() -> Error {
    Error::new(Kind::TooLarge, t::server_torrent::large_file())
}

/// Lists the newest torrents of the catalogue.
#[utoipa::path(get, path = "/api/torrents/latest", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])), params(Page),
    responses((status = 200, body = List<Torrent>, description = "A page of them"), ReadErrors))]
pub async fn latest(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Query(page): Query<Page>,
) -> Answer<Json<List<Torrent>>> {
    Ok(Json(state.latest(&caller, page.cursor).await?))
}

/// Returns a torrent with its files.
///
/// The catalogue id is accepted in place of the info hash.
#[utoipa::path(get, path = "/api/torrents/{info_hash}", operation_id = "get_torrent", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])), params(("info_hash" = String, Path, description = "Info hash or catalogue id")),
    responses((status = 200, body = Torrent, description = "The torrent with its files"), ReadErrors, NotFound))]
pub async fn get(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Path(id): Path<String>,
) -> Answer<Json<Torrent>> {
    Ok(Json(match (id.parse::<InfoHash>(), id.parse::<uuid::Uuid>()) {
        (Ok(info_hash), _) => state.torrent(&caller, info_hash).await?,
        (_, Ok(id)) => state.torrent_of_id(&caller, id).await?,
        _ => {
            state.allow(&caller, Use::Browse)?;
            return Err(Error::not_found(t::server_http::torrent_name()).into());
        }
    }))
}

/// Returns the torrent's current stats.
#[utoipa::path(get, path = "/api/torrents/{info_hash}/stats", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])), params(("info_hash" = InfoHash, Path)),
    responses((status = 200, body = TorrentStats, description = "Its state"), ReadErrors, NotFound))]
pub async fn stats(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Path(info_hash): Path<InfoHash>,
) -> Answer<Json<TorrentStats>> {
    Ok(Json(state.torrent_stats(&caller, info_hash).await?))
}

/// Sends the torrent's stats once per second as server-sent events.
///
/// The stream ends when the torrent is removed. After the first event, `files` has only those whose progress has
/// changed.
#[utoipa::path(get, path = "/api/torrents/{info_hash}/stats/events", tag = "torrents", security((), ("bearer" = []), ("cookie" = [])), params(("info_hash" = InfoHash, Path)),
    responses((status = 200, content_type = "text/event-stream", body = StatsSse, description = "Its state, again and again"), ReadErrors, NotFound, TooOften))]
pub async fn stats_events(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Path(info_hash): Path<InfoHash>,
) -> Answer<Sse<impl Stream<Item = Result<Event, BoxError>>>> {
    state.allow(&caller, Use::Browse)?;
    let permit = StreamQuota::of(&caller).open(&state, Data::Here)?;
    let asked = tokio::time::Instant::now();
    while !state.torrents.is_known(info_hash) && asked.elapsed() < ADD_GRACE {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    state.torrent_stats(&caller, info_hash).await?;
    let mut ticks = tokio::time::interval(STATS_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let from = (state, ticks, permit, Vec::new());
    let events = futures::stream::unfold(from, move |(state, mut ticks, permit, told)| async move {
        ticks.tick().await;
        let mut stats = state.torrents.stats(info_hash)?;
        let told = stats.without_told(&told);
        let event = Event::default().json_data(stats).unwrap_or_default();
        Some((Ok::<_, Infallible>(event), (state, ticks, permit, told)))
    });
    let events = StallTimeout::within(limits::STREAM_STALL_TIMEOUT, events);
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// Removes a torrent with its data, also from the catalogue.
#[utoipa::path(delete, path = "/api/torrents/{info_hash}", operation_id = "delete_torrent", tag = "torrents", params(("info_hash" = InfoHash, Path)), security(("admin" = []), ("bearer" = []), ("cookie" = [])),
    responses((status = 204, description = "It is gone"), WriteErrors, NotFound))]
pub async fn delete(
    State(state): State<AppState>,
    _admin: Admin,
    Path(info_hash): Path<InfoHash>,
) -> Answer<StatusCode> {
    let on_disk = match state.torrents.delete(info_hash).await {
        Ok(()) => true,
        Err(ServerError::Refused(refusal)) if refusal.kind == Kind::NotFound => false,
        Err(error) => return Err(error.into()),
    };
    state.cache.remove(&format!("magnet:{info_hash}")).await;
    let in_catalogue = state.db.delete_torrent(info_hash).await.map_err(ServerError::from)?;
    if on_disk || in_catalogue {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::not_found(t::server_torrent::not_known()).into())
    }
}

/// Batch of records.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct IngestBatch {
    #[schema(value_type = Vec<app::protocol::IngestRecord>)]
    records: Vec<serde_json::Value>,
}

/// The batch as the OpenAPI document describes it.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only describes the body in the OpenAPI document")]
pub struct IngestBody {
    /// At most 1,000.
    #[schema(max_items = 1000)]
    records: Vec<app::protocol::IngestRecord>,
}

/// Adds records to the catalogue.
///
/// An invalid record does not affect the others.
#[utoipa::path(post, path = "/api/ingest", tag = "ingest", request_body = IngestBody, security(("key" = [])),
    responses((status = 200, body = IngestReport, description = "What became of each record"), WriteErrors, BodyErrors))]
pub async fn ingest_records(
    State(state): State<AppState>,
    _key: IngestKey,
    Body(batch): Body<IngestBatch>,
) -> Answer<Json<IngestReport>> {
    Ok(Json(
        ingest::ingest(&state.db, state.filter.rules(), batch.records).await?,
    ))
}
