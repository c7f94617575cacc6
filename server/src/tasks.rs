//! Background tasks: named in the log, and waited for at shutdown.

use futures::FutureExt;
use std::{any::Any, future::Future, panic::AssertUnwindSafe, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;

/// Handle to the server's background tasks. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stopping: CancellationToken,
}

/// Result of a task, of which an error is logged.
pub trait Outcome {
    /// Logs the error, if it is one.
    fn log(self);
}

impl Outcome for () {
    fn log(self) {}
}

impl Outcome for anyhow::Result<()> {
    fn log(self) {
        if let Err(error) = self {
            tracing::warn!(error = format!("{error:#}"), "the task failed");
        }
    }
}

impl Tasks {
    /// Spawns a task that a shutdown waits for, such as a mail under way.
    pub fn spawn<T: Outcome>(&self, name: &'static str, work: impl Future<Output = T> + Send + 'static) {
        self.tracker.spawn(named(name, work));
    }

    /// Spawns a task that a shutdown drops where it awaits something, such as one that repeats forever.
    pub fn spawn_until_stop<T: Outcome>(&self, name: &'static str, work: impl Future<Output = T> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.spawn(name, async move {
            if let Some(outcome) = stopping.run_until_cancelled(work).await {
                outcome.log();
            }
        });
    }

    /// Drops the tasks that run until the server stops.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    /// Waits until all tasks have ended, for at most this long. What still runs then ends with the runtime.
    pub async fn finish(&self, patience: Duration) {
        self.stop();
        self.tracker.close();
        if tokio::time::timeout(patience, self.tracker.wait()).await.is_err() {
            tracing::warn!(left = self.tracker.len(), "not all background tasks ended in time");
        }
    }
}

/// Runs a future in a span with this name, within the caller's span, and logs its error or its panic.
pub fn named<T: Outcome>(
    name: &'static str,
    work: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = ()> + Send + 'static {
    async move {
        // Nothing that the future owned is used after a panic.
        match AssertUnwindSafe(work).catch_unwind().await {
            Ok(outcome) => outcome.log(),
            Err(panic) => tracing::error!(panic = message(&*panic), "the task panicked"),
        }
    }
    .instrument(tracing::info_span!("task", name))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&'static str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_log::Lines;
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };
    use tokio::time::{Instant, sleep};

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn what_is_under_way_is_waited_for_and_what_repeats_is_dropped() {
        let (tasks, sent) = (Tasks::default(), Arc::new(AtomicBool::default()));
        tasks.spawn("mail", {
            let sent = sent.clone();
            async move {
                sleep(Duration::from_millis(50)).await;
                sent.store(true, Ordering::Relaxed);
            }
        });
        tasks.spawn_until_stop("sweep", std::future::pending::<()>());
        let began = Instant::now();
        tasks.finish(LONG).await;
        assert!(sent.load(Ordering::Relaxed) && tasks.tracker.is_empty());
        assert!(began.elapsed() < LONG / 2);
    }

    #[tokio::test]
    async fn a_shutdown_is_not_held_up() {
        let tasks = Tasks::default();
        tasks.spawn("mail", std::future::pending::<()>());
        tasks.finish(Duration::from_millis(20)).await;
        assert_eq!(tasks.tracker.len(), 1);
    }

    async fn broken() {
        panic!("expected by the test");
    }

    #[tokio::test]
    async fn an_error_and_a_panic_are_logged_once_with_the_task_s_name() {
        let (tasks, lines) = (Tasks::default(), Lines::default());
        // The test's runtime has this thread only.
        let _guard = tracing::subscriber::set_default(lines.subscriber());
        tasks.spawn("mail", async { anyhow::bail!("no such host") });
        tasks.spawn_until_stop("poll", async { anyhow::bail!("no such table") });
        tasks.spawn("sweep", broken());
        tokio::task::yield_now().await;
        tasks.finish(LONG).await;
        let log = lines.text();
        for (name, reason) in [
            ("mail", "no such host"),
            ("poll", "no such table"),
            ("sweep", "expected by the test"),
        ] {
            let mut told = log.lines().filter(|line| line.contains(reason));
            assert!(told.next().is_some_and(|line| line.contains(name)), "{log}");
            assert_eq!(told.next(), None, "{log}");
        }
    }
}
