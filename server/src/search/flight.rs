//! Searches that are under way: equal ones are made once, however many wait for them.

use super::indexer::Outcome;
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// Different searches at once. Each may hold 50 connections and a few MiB of answers for ten seconds.
const SEARCHES: usize = 32;

/// How far a search has come. It only ever grows, so that whoever joins late misses nothing.
#[derive(Debug, Default)]
pub struct Progress {
    /// One for each indexer that has answered or failed, in that order.
    pub outcomes: Vec<Arc<Outcome>>,
    /// Whether the answer came from the cache.
    pub cached: bool,
    /// Whether all have.
    pub done: bool,
}

/// The searches under way, by key. Cheap to clone.
#[derive(Clone, Default)]
pub struct Flights {
    by_key: Arc<Mutex<HashMap<String, watch::Receiver<Progress>>>>,
}

/// Too many different searches are under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

impl Flights {
    /// Joins the search `key`, or starts it with `search` in a task of its own. The task goes on when everybody who
    /// waited has left, so that its result reaches the cache; its own time-outs bound it.
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
        let landing = Landing {
            flights: self.clone(),
            key: key.to_owned(),
        };
        let search = search(sender);
        tokio::spawn(async move {
            let _landing = landing;
            search.await;
        });
        Ok(receiver)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Receiver<Progress>>> {
        // Nothing panics while it is held, and a map is whole even if something did.
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the search when its task ends, also when that panics.
struct Landing {
    flights: Flights,
    key: String,
}

impl Drop for Landing {
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
        let flights = Flights::default();
        drop(flights.join("a", finish));
        let mut broken = flights.join("b", |_| async { panic!("expected by the test") }).unwrap();
        assert!(broken.wait_for(|progress| progress.done).await.is_err());
        while !flights.lock().is_empty() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn there_is_a_most_of_different_searches_and_none_of_equal_ones() {
        let flights = Flights::default();
        let endless = |sender: watch::Sender<Progress>| async move { sender.closed().await };
        let open: Vec<_> = (0..SEARCHES)
            .map(|n| flights.join(&n.to_string(), endless).unwrap())
            .collect();
        assert!(flights.join("one more", endless).is_err());
        assert!(flights.join("0", endless).is_ok());
        drop(open);
    }
}
