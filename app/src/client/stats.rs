//! Subscription to a torrent's state, which the server sends once a second while the page is subscribed.

use super::events::{Events, StreamEvent};
use super::js;
use crate::protocol::{InfoHash, TorrentStats};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Delay before a broken stream counts as lost, unless it has reconnected by then.
const DISCONNECT_GRACE: Duration = Duration::from_secs(4);

/// Streams a torrent's state into a signal until the reactive owner is disposed. A torrent that is still being added
/// has no state yet, so the stream is requested again every second. `lost` is `true` once the server has been
/// unreachable for `DISCONNECT_GRACE`.
pub fn follow(info_hash: InfoHash, stats: RwSignal<Option<TorrentStats>>, lost: RwSignal<bool>) {
    let open: Rc<RefCell<Option<Events>>> = Rc::default();
    let alive = Rc::new(std::cell::Cell::new(true));
    connect(
        info_hash,
        Sink {
            stats,
            lost,
            broken_at: StoredValue::new(None),
        },
        open.clone(),
        alive.clone(),
    );
    let on_gone = SendWrapper::new((open, alive));
    on_cleanup(move || {
        let (open, alive) = on_gone.take();
        alive.set(false);
        open.take();
    });
}

/// Signals that the stream updates.
#[derive(Clone, Copy)]
struct Sink {
    stats: RwSignal<Option<TorrentStats>>,
    lost: RwSignal<bool>,
    /// Time at which the stream broke, by the page's clock (`performance.now()`); `None` while it is connected.
    broken_at: StoredValue<Option<f64>>,
}

impl Sink {
    fn broke(self) {
        // Every failed reconnection fires this again; only the first one counts.
        if self.broken_at.try_get_value() != Some(None) {
            return;
        }
        let at = Some(js::performance_now());
        self.broken_at.set_value(at);
        set_timeout(
            move || {
                if self.broken_at.try_get_value() == Some(at) {
                    let _ = self.lost.try_set(true);
                }
            },
            DISCONNECT_GRACE,
        );
    }

    fn heard(self) {
        let _ = self.broken_at.try_set_value(None);
        if self.lost.try_get_untracked() == Some(true) {
            let _ = self.lost.try_set(false);
        }
    }
}

fn connect(info_hash: InfoHash, told: Sink, open: Rc<RefCell<Option<Events>>>, alive: Rc<std::cell::Cell<bool>>) {
    if !alive.get() {
        return;
    }
    let slot = open.clone();
    let events = Events::open(
        &format!("/api/torrents/{info_hash}/stats/events"),
        &["message"],
        move |signal| match signal {
            StreamEvent::Message(json) => {
                told.heard();
                if let Ok(mut now) = serde_json::from_str::<TorrentStats>(&json) {
                    let _ = told.stats.try_update(|stats| {
                        if let Some(before) = stats {
                            now.add_told(before);
                        }
                        *stats = Some(now);
                    });
                }
            }
            StreamEvent::Broken { retrying: true } => told.broke(),
            StreamEvent::Broken { retrying: false } => {
                let (slot, alive) = (slot.clone(), alive.clone());
                set_timeout(move || connect(info_hash, told, slot, alive), Duration::from_secs(1));
            }
        },
    );
    open.replace(events);
}
