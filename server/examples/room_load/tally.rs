//! Counters and latencies of a measurement.

use serde_json::{Value, json};
use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

/// Length of a timestamp: `~` and fifteen digits of microseconds since the start.
pub const STAMP_BYTES: usize = 16;

/// Counters of one measurement. Used by a single thread, so `Cell` is enough.
pub struct Tally {
    clock: Instant,
    since: Cell<u64>,
    latencies: RefCell<Vec<u32>>,
    /// Messages sent.
    pub sent: Cell<u64>,
    /// Deliveries expected.
    pub expected: Cell<u64>,
    /// Messages stored by the server.
    pub stored: Cell<u64>,
    /// Messages that the server refused or did not read.
    pub refused: Cell<u64>,
    /// Connections that ended unexpectedly.
    pub broken: Cell<u64>,
    /// Messages of any kind received.
    pub texts: Cell<u64>,
}

/// Increments a counter.
pub fn count(cell: &Cell<u64>) {
    cell.set(cell.get() + 1);
}

impl Default for Tally {
    fn default() -> Self {
        let zero = || Cell::new(0);
        Self {
            clock: Instant::now(),
            since: zero(),
            latencies: RefCell::default(),
            sent: zero(),
            expected: zero(),
            stored: zero(),
            refused: zero(),
            broken: zero(),
            texts: zero(),
        }
    }
}

impl Tally {
    fn now(&self) -> u64 {
        self.clock.elapsed().as_micros() as u64
    }

    /// Returns the current time as a timestamp for a message.
    pub fn stamp(&self) -> String {
        format!("~{:015}", self.now())
    }

    /// Records a delivery, unless the message was sent before this measurement began.
    pub fn heard(&self, stamp: u64) {
        if stamp >= self.since.get() {
            let took = self.now().saturating_sub(stamp);
            self.latencies.borrow_mut().push(took.min(u64::from(u32::MAX)) as u32);
        }
    }

    /// Starts a new measurement.
    pub fn restart(&self) {
        self.since.set(self.now());
        self.latencies.borrow_mut().clear();
        for cell in [&self.sent, &self.expected, &self.stored, &self.refused, &self.broken] {
            cell.set(0);
        }
    }

    /// Returns the number of deliveries so far.
    pub fn delivered(&self) -> u64 {
        self.latencies.borrow().len() as u64
    }

    /// Waits until all expected deliveries have arrived, for at most `patience`.
    pub async fn drained(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
        while self.delivered() < self.expected.get() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until nothing has been received for half a second, for at most `patience`.
    pub async fn quiet(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
        let mut before = u64::MAX;
        while self.texts.get() != before && Instant::now() < deadline {
            before = self.texts.get();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Summarizes the measurement. Rates are relative to the time spent sending.
    pub fn summary(&self, took: Duration) -> Summary {
        let mut latencies = self.latencies.borrow().clone();
        latencies.sort_unstable();
        let delivered = latencies.len() as u64;
        let at = |part: f64| {
            let place = (latencies.len().saturating_sub(1) as f64 * part).round() as usize;
            latencies
                .get(place)
                .map_or(f64::NAN, |micros| f64::from(*micros) / 1_000.0)
        };
        Summary {
            sent_per_second: self.sent.get() as f64 / took.as_secs_f64(),
            delivered_per_second: delivered as f64 / took.as_secs_f64(),
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            max_ms: at(1.0),
            lost: self.expected.get().saturating_sub(delivered),
            stored: self.stored.get(),
            refused: self.refused.get(),
            broken: self.broken.get(),
        }
    }
}

/// Summary of one measurement.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Messages sent per second, over all rooms.
    pub sent_per_second: f64,
    /// Deliveries per second.
    pub delivered_per_second: f64,
    /// Median latency.
    pub p50_ms: f64,
    /// 99th percentile of the latency.
    pub p99_ms: f64,
    /// Maximum latency.
    pub max_ms: f64,
    /// Expected deliveries that did not arrive.
    pub lost: u64,
    /// Messages stored by the server.
    pub stored: u64,
    /// Messages refused.
    pub refused: u64,
    /// Connections that ended unexpectedly.
    pub broken: u64,
}

impl Summary {
    /// Returns whether everything that was sent was delivered.
    pub fn is_whole(&self) -> bool {
        self.lost == 0 && self.refused == 0 && self.broken == 0
    }

    /// Converts to JSON for the report; `NaN` becomes null.
    pub fn json(&self) -> Value {
        let round = |value: f64| value.is_finite().then(|| (value * 100.0).round() / 100.0);
        json!({
            "sent_per_second": round(self.sent_per_second),
            "delivered_per_second": round(self.delivered_per_second),
            "p50_ms": round(self.p50_ms),
            "p99_ms": round(self.p99_ms),
            "max_ms": round(self.max_ms),
            "lost": self.lost,
            "stored": self.stored,
            "refused": self.refused,
            "broken": self.broken,
        })
    }
}
