//! Announces to HTTP trackers (BEP 3) on the engine's behalf. The engine's own client follows redirects into private
//! networks, resolves names past the guard and reads without a limit, so the engine is given URLs of a gateway on the
//! loopback interface in place of the trackers' URLs. The gateway fetches behind the guard, within bounds, and passes
//! on only what `answer.rs` could parse.
//!
//! Only the engine's own files hold gateway URLs: whatever is shown or stored has the original tracker URLs.

mod address;
mod answer;
#[cfg(test)]
mod tests;

pub use address::{HOST, new_secret, original};

use super::metainfo::Metainfo;
use crate::{
    fetch::{AllowedHost, Fetcher, Limits, Outcome},
    limits,
};
use anyhow::Context;
use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use std::{
    future::IntoFuture,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::PermissionsExt,
    path,
    sync::Arc,
};
use subtle::ConstantTimeEq;
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

/// Handle to the announce gateway. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    /// Base URL that tracker URLs are appended to; contains the secret.
    address: Arc<Url>,
    /// Socket address that the gateway listens on.
    pub socket: SocketAddr,
}

/// State shared by the gateway's request handlers.
struct GatewayState {
    fetcher: Fetcher,
    /// Always empty; the tests allow one loopback host, to check where it may redirect to.
    trusted: AllowedHost,
    /// Known only to the engine, so that no other program or web page on this machine can have URLs fetched.
    secret: String,
    permits: Semaphore,
    stop: CancellationToken,
}

impl Gateway {
    /// Binds a free port and serves announces until `stop` is cancelled.
    pub async fn start(fetcher: Fetcher, tasks: &TaskTracker, stop: &CancellationToken) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("listening for the engine's announces")?;
        let socket = listener.local_addr()?;
        let secret = new_secret();
        let address = address::gateway(socket.port(), &secret)?;
        let desk = GatewayState {
            fetcher,
            trusted: AllowedHost::none(),
            secret,
            permits: Semaphore::new(limits::ANNOUNCES),
            stop: stop.clone(),
        };
        let serving = axum::serve(listener, router(desk)).into_future();
        let stop = stop.clone();
        tasks.spawn(async move {
            tokio::select! {
                served = serving => {
                    if let Err(error) = served {
                        tracing::error!(%error, "trackers can be asked no more");
                    }
                }
                () = stop.cancelled() => {}
            }
        });
        Ok(Self {
            address: Arc::new(address),
            socket,
        })
    }

    /// Returns the URLs for the engine in place of these trackers; UDP trackers are left unchanged.
    pub fn through(&self, trackers: &[Url]) -> Vec<Url> {
        trackers
            .iter()
            .map(|tracker| address::of(&self.address, tracker))
            .collect()
    }

    /// Rewrites the tracker URLs in the `.torrent` files of this folder, which the engine is about to restore, to this
    /// run's gateway address. They hold an earlier run's address or the original URL.
    pub async fn readdress(&self, folder: path::PathBuf) -> anyhow::Result<()> {
        let gateway = self.clone();
        tokio::task::spawn_blocking(move || gateway.readdress_all(&folder)).await?
    }

    fn readdress_all(&self, folder: &path::Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder)?;
        // The engine writes the secret into it.
        if let Err(error) = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)) {
            tracing::warn!(%error, folder = %folder.display(), "the engine's folder is readable by others");
        }
        for file in std::fs::read_dir(folder)? {
            let file = file?.path();
            if file.extension().is_some_and(|extension| extension == "torrent")
                && let Err(error) = self.readdress_one(&file)
            {
                let error = format!("{error:#}");
                tracing::warn!(error, file = %file.display(), "a torrent's trackers could not be set");
            }
        }
        Ok(())
    }

    fn readdress_one(&self, file: &path::Path) -> anyhow::Result<()> {
        let bytes = std::fs::read(file)?;
        let mut metainfo = Metainfo::parse(&bytes)?;
        metainfo.trackers = self.through(&metainfo.trackers);
        let readdressed = metainfo.to_bytes();
        if readdressed == bytes {
            return Ok(());
        }
        // Atomic: a program that is killed leaves the old file or the new one.
        let new = file.with_extension("torrent.new");
        std::fs::write(&new, readdressed)?;
        std::fs::rename(&new, file)?;
        Ok(())
    }
}

fn router(desk: GatewayState) -> Router {
    Router::new()
        .route(address::ROUTE, get(announce))
        .with_state(Arc::new(desk))
}

async fn announce(
    State(desk): State<Arc<GatewayState>>,
    Path((secret, tracker)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    if !bool::from(secret.as_bytes().ct_eq(desk.secret.as_bytes())) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(tracker) = address::decode(&tracker) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let asked = tokio::select! {
        asked = desk.ask(tracker, query.as_deref().unwrap_or_default()) => asked,
        () = desk.stop.cancelled() => Err("Matinee is stopping."),
    };
    asked
        .unwrap_or_else(|reason| answer::failure(reason.as_bytes()))
        .into_response()
}

impl GatewayState {
    /// Announces to the tracker. Returns its response as the engine understands it, or the reason why there is none.
    async fn ask(&self, tracker: Url, query: &str) -> Result<Bytes, &'static str> {
        // On an error the engine retries later, with a back-off.
        let permit = tokio::time::timeout(limits::ANNOUNCE_TIMEOUT, self.permits.acquire()).await;
        let Ok(Ok(_permit)) = permit else {
            return Err("Too many trackers are being asked at once.");
        };
        let url = address::join(tracker, query);
        let bounds = Limits {
            bytes: limits::ANNOUNCE_BYTES,
            time: limits::ANNOUNCE_TIMEOUT,
        };
        let page = match self.fetcher.get(&url, &self.trusted, bounds).await {
            Ok(Outcome::Response(page)) if page.status.is_success() => page,
            Ok(_) => return Err("The tracker answered with something else."),
            Err(error) => {
                // The rest of the URL may hold a user's passkey.
                tracing::debug!(tracker = url.host_str(), cause = ?error, "a tracker could not be asked");
                return Err("The tracker could not be asked.");
            }
        };
        answer::rewrite(&page.body, |ip| self.fetcher.may_reach(ip)).ok_or("The tracker's answer is damaged.")
    }
}
