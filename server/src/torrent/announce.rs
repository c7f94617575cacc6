//! Asking HTTP trackers (BEP 3) for the engine. Its own client follows redirects into private networks, resolves names
//! past the guard and reads without end, so it is given addresses of a gateway on this machine's loopback in place of
//! the trackers'. The gateway fetches behind the guard, within bounds, and hands on only what `answer.rs` could read.
//!
//! Nothing but the engine's own files holds such an address: what is shown or stored has the trackers' own.

mod address;
mod answer;
#[cfg(test)]
mod tests;

pub use address::{HOST, new_secret, original};

use super::metainfo::Metainfo;
use crate::{
    fetch::{AllowedHost, Answer, Fetcher, Limits},
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

/// Where the engine asks. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    /// The address that a tracker's is put behind; it holds the secret.
    address: Arc<Url>,
    /// Where it listens.
    pub socket: SocketAddr,
}

/// What answers there.
struct Desk {
    fetcher: Fetcher,
    /// Nobody's; a test has one loopback host in it, to see what that one may lead to.
    trusted: AllowedHost,
    /// Known to the engine only, so that no other program or page on this machine can have something fetched.
    secret: String,
    permits: Semaphore,
    stop: CancellationToken,
}

impl Gateway {
    /// Listens on a free port until `stop`.
    pub async fn start(fetcher: Fetcher, tasks: &TaskTracker, stop: &CancellationToken) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("listening for the engine's announces")?;
        let socket = listener.local_addr()?;
        let secret = new_secret();
        let address = address::gateway(socket.port(), &secret)?;
        let desk = Desk {
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

    /// What the engine is given in place of these trackers; those that speak UDP stay as they are.
    pub fn through(&self, trackers: &[Url]) -> Vec<Url> {
        trackers
            .iter()
            .map(|tracker| address::of(&self.address, tracker))
            .collect()
    }

    /// Gives the torrents that the engine is about to bring back from this folder the gateway's address of now, in place
    /// of an earlier run's or of the tracker's own.
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
        // A program that is killed leaves the old file or the new one.
        let new = file.with_extension("torrent.new");
        std::fs::write(&new, readdressed)?;
        std::fs::rename(&new, file)?;
        Ok(())
    }
}

fn router(desk: Desk) -> Router {
    Router::new()
        .route(address::ROUTE, get(announce))
        .with_state(Arc::new(desk))
}

async fn announce(
    State(desk): State<Arc<Desk>>,
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

impl Desk {
    /// The tracker's answer in the engine's words, or why there is none.
    async fn ask(&self, tracker: Url, query: &str) -> Result<Bytes, &'static str> {
        // The engine asks again later, and waits the longer the more often it failed.
        let permit = tokio::time::timeout(limits::ANNOUNCE_FOR, self.permits.acquire()).await;
        let Ok(Ok(_permit)) = permit else {
            return Err("Too many trackers are being asked at once.");
        };
        let url = address::join(tracker, query);
        let bounds = Limits {
            bytes: limits::ANNOUNCE_BYTES,
            time: limits::ANNOUNCE_FOR,
        };
        let page = match self.fetcher.get(&url, &self.trusted, bounds).await {
            Ok(Answer::Response(page)) if page.status.is_success() => page,
            Ok(_) => return Err("The tracker answered with something else."),
            Err(error) => {
                // The rest of the address may hold somebody's key.
                tracing::debug!(tracker = url.host_str(), cause = ?error, "a tracker could not be asked");
                return Err("The tracker could not be asked.");
            }
        };
        answer::rewrite(&page.body, |ip| self.fetcher.may_reach(ip)).ok_or("The tracker's answer is damaged.")
    }
}
