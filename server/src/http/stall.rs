//! Stall timeout for response bodies. While a connection is full its body is not polled, so its resources, a viewer's
//! permit and a stream of the engine, would be held for as long as the client likes.

use axum::BoxError;
use futures::{Stream, StreamExt, stream::BoxStream};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, Weak},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{task::AbortHandle, time::Instant};

/// A stream with a stall timeout: drops the inner stream, with all of its resources, when it has not been polled for
/// that long. A poll after that returns an error.
pub struct StallTimeout<T> {
    held: Arc<Mutex<Held<T>>>,
    watch: AbortHandle,
}

struct Held<T> {
    stream: Option<BoxStream<'static, Result<T, BoxError>>>,
    /// Time since which it has not been polled; `None` while a poll is pending.
    idle_since: Option<Instant>,
}

impl<T: 'static> StallTimeout<T> {
    /// Wraps a stream, with this stall timeout.
    pub fn within<E: Into<BoxError>>(
        patience: Duration,
        stream: impl Stream<Item = Result<T, E>> + Send + 'static,
    ) -> Self {
        let stream = stream.map(|part| part.map_err(Into::<BoxError>::into)).boxed();
        let held = Arc::new(Mutex::new(Held {
            stream: Some(stream),
            idle_since: Some(Instant::now()),
        }));
        // Not tracked: a timer of this response, which aborts it.
        let watch = tokio::spawn(watch(Arc::downgrade(&held), patience)).abort_handle();
        Self { held, watch }
    }
}

impl<T> Stream for StallTimeout<T> {
    type Item = Result<T, BoxError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(stream) = &mut held.stream else {
            return Poll::Ready(Some(Err("nothing of it was taken for too long".into())));
        };
        let polled = stream.poll_next_unpin(context);
        held.idle_since = polled.is_ready().then(Instant::now);
        polled
    }
}

impl<T> Drop for StallTimeout<T> {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

async fn watch<T>(held: Weak<Mutex<Held<T>>>, patience: Duration) {
    let mut left = patience;
    loop {
        tokio::time::sleep(left).await;
        match held.upgrade().and_then(|held| look(&held, patience)) {
            Some(more) => left = more,
            None => return,
        }
    }
}

/// Returns the time until the next check, or `None` if the stream was dropped.
fn look<T>(held: &Mutex<Held<T>>, patience: Duration) -> Option<Duration> {
    let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
    let idle = held.idle_since.map_or(Duration::ZERO, |since| since.elapsed());
    if idle < patience {
        return Some(patience - idle);
    }
    tracing::debug!(
        idle_seconds = idle.as_secs(),
        "a stream of which nothing is taken was let go of"
    );
    held.stream = None;
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;
    use std::convert::Infallible;
    use tokio::sync::{OwnedSemaphorePermit, Semaphore};

    const PATIENCE: Duration = Duration::from_millis(600);

    fn holding(permit: OwnedSemaphorePermit, parts: impl Stream<Item = u32> + Send + 'static) -> StallTimeout<u32> {
        let parts = parts.map(move |part| {
            let _held = &permit;
            Ok::<_, Infallible>(part)
        });
        StallTimeout::within(PATIENCE, parts)
    }

    async fn permit(semaphore: &Arc<Semaphore>) -> OwnedSemaphorePermit {
        let permit = tokio::time::timeout(PATIENCE * 20, semaphore.clone().acquire_owned()).await;
        permit.expect("it is still held").unwrap()
    }

    #[tokio::test]
    async fn whoever_stops_taking_lets_go_of_what_is_held() {
        let semaphore = Arc::new(Semaphore::new(1));
        let mut taken = holding(permit(&semaphore).await, stream::repeat(1));
        assert_eq!(taken.next().await.unwrap().unwrap(), 1);
        assert_eq!(semaphore.available_permits(), 0);
        let _free_again = permit(&semaphore).await;
        assert!(
            taken.next().await.unwrap().is_err(),
            "a cut-off film must not look whole"
        );
    }

    #[tokio::test]
    async fn whoever_never_begins_does_too_and_whoever_leaves_at_once() {
        let semaphore = Arc::new(Semaphore::new(1));
        let taken = holding(permit(&semaphore).await, stream::repeat(1));
        let again = holding(permit(&semaphore).await, stream::repeat(1));
        drop(taken);
        drop(again);
        assert_eq!(semaphore.available_permits(), 1, "not only when the time is up");
    }

    #[tokio::test]
    async fn whoever_waits_for_the_next_part_or_takes_one_now_and_then_goes_on() {
        let semaphore = Arc::new(Semaphore::new(1));
        let slow = stream::unfold(0, |n| async move {
            tokio::time::sleep(if n == 0 { PATIENCE * 3 } else { Duration::ZERO }).await;
            Some((n, n + 1))
        });
        let mut taken = holding(permit(&semaphore).await, slow);
        for n in 0..6 {
            assert_eq!(taken.next().await.unwrap().unwrap(), n);
            tokio::time::sleep(PATIENCE / 12).await;
        }
    }

    #[tokio::test]
    async fn what_ends_ends() {
        let taken = StallTimeout::within(PATIENCE, stream::iter([Ok::<_, Infallible>(1), Ok(2)]));
        let parts: Vec<u32> = taken.map(Result::unwrap).collect().await;
        assert_eq!(parts, [1, 2]);
    }
}
