//! `/healthz`, `/readyz`, `/metrics`: for the operator of the instance.

use super::{auth::Admin, problem::Answer};
use crate::state::AppState;
use axum::{
    Json,
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde::Serialize;
use std::{collections::BTreeMap, sync::OnceLock, time::Instant};

/// Responds with 200 while the process runs.
pub async fn healthz() -> &'static str {
    "ok"
}

#[derive(Serialize)]
struct Part {
    ok: bool,
    detail: String,
}

/// Responds with 200 if the database and the data directory work, else with 503; lists the state of each part.
pub async fn readyz(State(state): State<AppState>) -> Response {
    let part = |result: anyhow::Result<&'static str>| match result {
        Ok(detail) => Part {
            ok: true,
            detail: detail.to_owned(),
        },
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "not ready");
            Part {
                ok: false,
                detail: "does not answer".to_owned(),
            }
        }
    };
    let data = match state.data_watch.check().await {
        Ok(()) => Part {
            ok: true,
            detail: "can be written to".to_owned(),
        },
        Err(sentence) => {
            tracing::warn!("not ready: {sentence}");
            Part {
                ok: false,
                detail: sentence,
            }
        }
    };
    let health = state.torrents.health();
    let disk = if health.disk_full {
        "nearly full: downloads are stopped"
    } else {
        "has room"
    };
    let parts = BTreeMap::from([
        ("data", data),
        ("database", part(state.db.check().await)),
        // Without its cache the instance is slower, but still available.
        (
            "cache",
            Part {
                ok: true,
                ..part(state.cache.check().await)
            },
        ),
        (
            "disk",
            Part {
                ok: !health.disk_full,
                detail: disk.to_owned(),
            },
        ),
        (
            "engine",
            Part {
                ok: true,
                detail: format!("{} torrents", health.torrents),
            },
        ),
    ]);
    let ready = parts["database"].ok && parts["data"].ok;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(parts)).into_response()
}

/// Installs the metrics recorder once per process, even if tests start several servers in it.
pub fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let installed = PrometheusBuilder::new().install_recorder();
            installed
                .inspect_err(|error| tracing::error!(%error, "no metrics"))
                .ok()
        })
        .as_ref()
}

/// Responds with the metrics in the Prometheus text format, for the operator.
pub async fn metrics(State(state): State<AppState>, _: Admin) -> Answer<Response> {
    let health = state.torrents.health();
    gauge!("matinee_torrents").set(health.torrents as f64);
    gauge!("matinee_torrents_resolving").set(health.resolving as f64);
    let (rooms, people) = state.rooms.count();
    gauge!("matinee_rooms").set(rooms as f64);
    gauge!("matinee_room_participants").set(people as f64);
    gauge!("matinee_room_sockets").set(state.lobby.sockets.count() as f64);
    gauge!("matinee_connections").set(state.door.count() as f64);
    gauge!("matinee_streams").set(health.streams as f64);
    gauge!("matinee_disk_full").set(f64::from(u8::from(health.disk_full)));
    gauge!("matinee_torrent_bytes").set(health.used_bytes as f64);
    gauge!("matinee_torrent_quota_bytes").set(health.quota_bytes as f64);
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

/// Counts and times every request by its route, never by its URL: URLs are unbounded in number and private.
pub async fn measure(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().to_string();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    counter!("matinee_http_requests_total", "route" => route.clone(), "method" => method, "status" => status)
        .increment(1);
    histogram!("matinee_http_seconds", "route" => route).record(began.elapsed().as_secs_f64());
    response
}
