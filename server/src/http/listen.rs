//! Accepts connections and serves each in a task of its own. Replaces `axum::serve`, which limits neither their number
//! nor their idle time.

use super::{
    connection::{Activity, Answer, CountedStream},
    door::Door,
};
use crate::limits;
use axum::{Router, body::Body, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// Back-off when the system has no more descriptors or memory for a connection: initial and maximum delay.
const INITIAL_BACKOFF: Duration = Duration::from_millis(10);
const MAX_BACKOFF: Duration = Duration::from_secs(1);

/// Interval between HTTP/2 pings, and the timeout for their acknowledgement.
const HTTP2_PING: Duration = Duration::from_secs(30);
const HTTP2_PONG: Duration = Duration::from_secs(20);

/// Serves on this socket until `stop` is cancelled, then lets open requests finish until `cut` is.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    door: Arc<Door>,
    stop: CancellationToken,
    cut: CancellationToken,
) {
    let connections = TaskTracker::new();
    loop {
        let (tcp, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = stop.cancelled() => break,
        };
        let Some(held) = door.admit(peer.ip()) else {
            continue;
        };
        // Sends each message when it is written, without waiting up to 40 ms for the previous one to be acknowledged.
        if let Err(error) = tcp.set_nodelay(true) {
            tracing::debug!(%error, "a connection was gone before it was looked at");
            continue;
        }
        let activity = Activity::new();
        let line = CountedStream::new(tcp, activity.clone(), door.patience, held);
        let serving = connection(line, peer, activity, router.clone(), door.clone(), stop.clone());
        let cut = cut.clone();
        connections.spawn(async move {
            tokio::select! {
                () = serving => {}
                () = cut.cancelled() => {}
            }
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Accepts the next connection, retrying after errors: an error of `accept` is no reason to end.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut rest = INITIAL_BACKOFF;
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_connection(&error) => {}
            Err(error) => {
                if rest == INITIAL_BACKOFF {
                    tracing::warn!(%error, "connections cannot be accepted now");
                }
                tokio::time::sleep(rest).await;
                rest = (rest * 2).min(MAX_BACKOFF);
            }
        }
    }
}

/// Returns whether the error concerns only this connection: accept(2) reports network errors that are already pending.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}

async fn connection(
    line: CountedStream,
    peer: SocketAddr,
    activity: Activity,
    router: Router,
    door: Arc<Door>,
    stop: CancellationToken,
) {
    let answering = activity.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let answering = answering.answer(request.version());
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request.map(Body::new));
        async move { Ok::<_, Infallible>(answer.await?.map(|body| Answer::new(body, answering))) }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(None);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HTTP2_PING)
        .keep_alive_timeout(HTTP2_PONG)
        .max_concurrent_streams(limits::HTTP2_REQUESTS);
    let mut serving = pin!(builder.serve_connection_with_upgrades(TokioIo::new(line), service));
    let mut idle = pin!(activity.idle(door.patience));
    let mut is_ending = false;
    loop {
        tokio::select! {
            served = serving.as_mut() => {
                if let Err(error) = served {
                    tracing::debug!(error, "a connection broke");
                }
                return;
            }
            // No request is in flight, so there is no one to send a shutdown to but a client that notices the close by
            // itself.
            () = idle.as_mut() => return,
            () = stop.cancelled(), if !is_ending => {
                is_ending = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}
