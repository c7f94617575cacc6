//! State of one connection. It is closed when it is idle for too long, but never while a request is being answered,
//! read or written.

use super::door::ConnectionTimeouts;
use crate::share::Held;
use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep},
};

/// Activity of a connection, as reported by its socket and its requests. Clones share the same state.
#[derive(Clone)]
pub struct Activity(Arc<Mutex<ActivityState>>);

struct ActivityState {
    /// Requests in flight: their responses have not ended.
    answers: usize,
    /// Start of the idle period, and start of the request head that is being received, if any.
    idle_since: Instant,
    head_since: Option<Instant>,
    /// Set while a write is blocked by the client.
    is_writing: bool,
    /// HTTP/2 has frames that belong to no request: only its first bytes are those of a head.
    is_http2: bool,
}

impl Activity {
    /// Creates the activity of a new connection, on which a request head is due from now on.
    pub fn new() -> Self {
        let now = Instant::now();
        Self(Arc::new(Mutex::new(ActivityState {
            answers: 0,
            idle_since: now,
            head_since: Some(now),
            is_writing: false,
            is_http2: false,
        })))
    }

    /// Counts a request in flight, once its head is complete.
    pub fn answer(&self, version: http::Version) -> RequestInFlight {
        let mut doing = self.doing();
        doing.answers += 1;
        doing.head_since = None;
        doing.is_http2 |= version == http::Version::HTTP_2;
        RequestInFlight(self.clone())
    }

    /// Completes when the connection has been idle for too long.
    pub async fn idle(&self, patience: ConnectionTimeouts) {
        loop {
            let Some(left) = self.left(patience) else { return };
            tokio::time::sleep(left).await;
        }
    }

    /// Returns the time until the next check, or `None` if a timeout has expired.
    fn left(&self, patience: ConnectionTimeouts) -> Option<Duration> {
        let doing = self.doing();
        if doing.answers > 0 || doing.is_writing {
            return Some(patience.head);
        }
        let (since, bound) = match doing.head_since {
            Some(since) => (since, patience.head),
            None => (doing.idle_since, patience.idle),
        };
        // A request head may start while this sleeps.
        let left = bound.checked_sub(since.elapsed()).filter(|left| !left.is_zero())?;
        Some(left.min(patience.head))
    }

    fn heard(&self) {
        let mut doing = self.doing();
        if doing.answers == 0 && !doing.is_http2 {
            doing.head_since.get_or_insert_with(Instant::now);
        }
    }

    fn wrote(&self, waits: bool) {
        let mut doing = self.doing();
        doing.is_writing = waits;
        doing.idle_since = Instant::now();
    }

    fn doing(&self) -> MutexGuard<'_, ActivityState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Activity {
    fn default() -> Self {
        Self::new()
    }
}

/// A request in flight; counted until it is dropped.
pub struct RequestInFlight(Activity);

impl Drop for RequestInFlight {
    fn drop(&mut self) {
        let mut doing = self.0.doing();
        doing.answers -= 1;
        doing.idle_since = Instant::now();
    }
}

/// Response body that keeps its request counted as in flight.
pub struct Answer {
    body: Body,
    _answering: RequestInFlight,
}

impl Answer {
    /// Wraps a body.
    pub fn new(body: Body, answering: RequestInFlight) -> Self {
        Self {
            body,
            _answering: answering,
        }
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Byte stream of a connection. The connection counts as open until this is dropped, also as a WebSocket.
pub struct CountedStream {
    tcp: TcpStream,
    activity: Activity,
    patience: Duration,
    /// Write timeout; runs while a write is blocked.
    stalled: Option<Pin<Box<Sleep>>>,
    _held: Held,
}

impl CountedStream {
    /// Wraps a socket.
    pub fn new(tcp: TcpStream, activity: Activity, patience: ConnectionTimeouts, held: Held) -> Self {
        Self {
            tcp,
            activity,
            patience: patience.write,
            stalled: None,
            _held: held,
        }
    }

    /// Handles the result of a write, and fails with a timeout once the client has taken nothing for too long.
    fn written<T>(&mut self, context: &mut Context<'_>, tried: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.stalled = None;
            self.activity.wrote(false);
            return tried;
        }
        self.activity.wrote(true);
        let patience = self.patience;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for CountedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            self.activity.heard();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for CountedStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.tcp).poll_write(context, bytes);
        self.written(context, tried)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.tcp).poll_write_vectored(context, parts);
        self.written(context, tried)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
