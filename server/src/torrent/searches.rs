//! Searches in the swarm for a magnet link's metadata: their number, their owners, and ending them early.

use super::share::{CallerKey, Decision, decide};
use crate::error::{Error, Result};
use app::{error::Kind, protocol::InfoHash, t};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// All running searches, oldest first.
#[derive(Default)]
pub struct Searches(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    next: u64,
    searches: Vec<RunningSearch>,
}

struct RunningSearch {
    id: u64,
    info_hash: InfoHash,
    caller: CallerKey,
    end: oneshot::Sender<End>,
}

/// Reason why a search ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its slot was needed for another caller's search.
    MadeRoom,
    /// The torrent was added in another way.
    Found,
    /// The torrent was removed.
    Removed,
}

/// A running search; dropping it frees its slot.
pub struct Search {
    id: u64,
    ended: oneshot::Receiver<End>,
    all: Arc<Mutex<Held>>,
}

impl Searches {
    /// Starts a search, if the caller's share allows it.
    pub fn begin(&self, info_hash: InfoHash, caller: CallerKey) -> Result<Search> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let callers: Vec<CallerKey> = held.searches.iter().map(|one| one.caller.clone()).collect();
        match decide(&callers, &caller) {
            Decision::Begin => {}
            Decision::InPlaceOf(place) => {
                let one = held.searches.remove(place);
                tracing::info!(torrent = %one.info_hash, "a search for peers made room for another");
                one.end.send(End::MadeRoom).ok();
            }
            Decision::Refuse => {
                return Err(Error::refuse(Kind::Unavailable, t::server_torrent::too_many_searches()));
            }
        }
        let (end, ended) = oneshot::channel();
        let id = held.next;
        held.next += 1;
        held.searches.push(RunningSearch {
            id,
            info_hash,
            caller,
            end,
        });
        Ok(Search {
            id,
            ended,
            all: self.0.clone(),
        })
    }

    /// Records that another caller waits for the search too: it becomes theirs if their share takes precedence.
    pub fn join(&self, info_hash: InfoHash, caller: &CallerKey) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = held.searches.iter_mut().find(|one| one.info_hash == info_hash);
        if let Some(one) = one
            && caller.goes_before(&one.caller)
        {
            one.caller = caller.clone();
        }
    }

    /// Ends the searches for this torrent. Returns whether there were any.
    pub fn end(&self, info_hash: InfoHash, why: End) -> bool {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ended: Vec<RunningSearch> = held.searches.extract_if(.., |one| one.info_hash == info_hash).collect();
        let any = !ended.is_empty();
        for one in ended {
            one.end.send(why).ok();
        }
        any
    }
}

impl Search {
    /// Waits until the search has to end.
    pub async fn ended(&mut self) -> End {
        match (&mut self.ended).await {
            Ok(end) => end,
            // A sender is removed only after it has sent a reason.
            Err(_) => End::Removed,
        }
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        let mut held = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        held.searches.retain(|one| one.id != self.id);
    }
}

/// Returns the error for the callers that wait for a search that was ended.
pub fn refusal(end: End) -> Error {
    match end {
        End::MadeRoom => Error::refuse(Kind::Unavailable, t::server_torrent::made_room()),
        End::Found => Error::refuse(Kind::Unavailable, t::server_torrent::came_otherwise()),
        End::Removed => Error::not_found(t::server_torrent::removed_meanwhile()),
    }
}
