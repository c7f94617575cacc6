//! Coalescing of concurrent searches: identical ones run once, with any number of subscribers.

use super::indexer::Outcome;
use crate::tasks::named;
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// Maximum number of distinct concurrent searches. Each may hold 50 connections and a few MiB of answers for ten
/// seconds.
const SEARCHES: usize = 32;

/// Progress of a search. Append-only, so a late subscriber misses nothing.
#[derive(Debug, Default)]
pub struct Progress {
    /// Outcomes of the indexers, in the order in which they finished.
    pub outcomes: Vec<Arc<Outcome>>,
    /// True if the outcomes came from the cache.
    pub cached: bool,
    /// True once all indexers have finished.
    pub done: bool,
}

/// Searches in flight, by key. Cheap to clone.
#[derive(Clone, Default)]
pub struct InFlightSearches {
    by_key: Arc<Mutex<HashMap<String, watch::Receiver<Progress>>>>,
}

/// Error: too many distinct searches are in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

impl InFlightSearches {
    /// Subscribes to the search `key`, or starts it by spawning `search`. The task continues when all subscribers have
    /// gone, so that its result reaches the cache; its own timeouts bound it.
    pub fn join<F>(
        &self,
        key: &str,
        search: impl FnOnce(watch::Sender<Progress>) -> F,
    ) -> Result<watch::Receiver<Progress>, Full>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut flights = self.lock();
        if let Some(progress) = flights.get(key) {
            return Ok(progress.clone());
        }
        if flights.len() >= SEARCHES {
            return Err(Full);
        }
        let (sender, receiver) = watch::channel(Progress::default());
        flights.insert(key.to_owned(), receiver.clone());
        drop(flights);
        let landing = RemoveOnDrop {
            flights: self.clone(),
            key: key.to_owned(),
        };
        let search = search(sender);
        // Not tracked: the requests that wait for it are.
        tokio::spawn(named("search", async move {
            let _landing = landing;
            search.await;
        }));
        Ok(receiver)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Receiver<Progress>>> {
        // A poisoned lock is fine: nothing panics while it is held, and the map would still be consistent.
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Guard that removes the search when its task ends, even by a panic.
struct RemoveOnDrop {
    flights: InFlightSearches,
    key: String,
}

impl Drop for RemoveOnDrop {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn finish(sender: watch::Sender<Progress>) {
        sender.send_modify(|progress| progress.done = true);
    }

    #[tokio::test]
    async fn a_search_lands_even_when_nobody_waits_or_it_panics() {
        let flights = InFlightSearches::default();
        drop(flights.join("a", finish));
        let mut broken = flights.join("b", |_| async { panic!("expected by the test") }).unwrap();
        assert!(broken.wait_for(|progress| progress.done).await.is_err());
        while !flights.lock().is_empty() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn there_is_a_most_of_different_searches_and_none_of_equal_ones() {
        let flights = InFlightSearches::default();
        let endless = |sender: watch::Sender<Progress>| async move { sender.closed().await };
        let open: Vec<_> = (0..SEARCHES)
            .map(|n| flights.join(&n.to_string(), endless).unwrap())
            .collect();
        assert!(flights.join("one more", endless).is_err());
        assert!(flights.join("0", endless).is_ok());
        drop(open);
    }
}
