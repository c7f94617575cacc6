//! A torrent's state, once a second, for as long as the page wants it.

use super::events::{Events, Signal};
use crate::protocol::{InfoHash, TorrentStats};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Follows a torrent's state into a signal until the owner is gone. A torrent that is still being added has no state
/// yet: the stream is asked for again every second.
pub fn follow(info_hash: InfoHash, stats: RwSignal<Option<TorrentStats>>) {
    let open: Rc<RefCell<Option<Events>>> = Rc::default();
    let alive = Rc::new(std::cell::Cell::new(true));
    connect(info_hash, stats, open.clone(), alive.clone());
    let on_gone = SendWrapper::new((open, alive));
    on_cleanup(move || {
        let (open, alive) = on_gone.take();
        alive.set(false);
        open.take();
    });
}

fn connect(
    info_hash: InfoHash,
    stats: RwSignal<Option<TorrentStats>>,
    open: Rc<RefCell<Option<Events>>>,
    alive: Rc<std::cell::Cell<bool>>,
) {
    if !alive.get() {
        return;
    }
    let slot = open.clone();
    let events = Events::open(
        &format!("/api/torrents/{info_hash}/stats/events"),
        &["message"],
        move |signal| match signal {
            Signal::Message(json) => {
                if let Ok(mut now) = serde_json::from_str::<TorrentStats>(&json) {
                    let _ = stats.try_update(|stats| {
                        if let Some(before) = stats {
                            now.add_told(before);
                        }
                        *stats = Some(now);
                    });
                }
            }
            Signal::Broken { retrying: true } => {}
            Signal::Broken { retrying: false } => {
                let (slot, alive) = (slot.clone(), alive.clone());
                set_timeout(move || connect(info_hash, stats, slot, alive), Duration::from_secs(1));
            }
        },
    );
    open.replace(events);
}
