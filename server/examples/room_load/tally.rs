//! What was said, what was heard and how long it took.

use serde_json::{Value, json};
use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

/// Letters of a stamp: `~` and microseconds since the beginning.
pub const STAMP_BYTES: usize = 16;

/// Counts of one measurement. One thread has it, so a cell does.
pub struct Tally {
    clock: Instant,
    since: Cell<u64>,
    latencies: RefCell<Vec<u32>>,
    /// Messages that went out.
    pub sent: Cell<u64>,
    /// How often they should be heard.
    pub expected: Cell<u64>,
    /// Messages that the server has kept.
    pub stored: Cell<u64>,
    /// Messages that the server would not follow, or would not even read.
    pub refused: Cell<u64>,
    /// Connections that ended although nobody wanted it.
    pub broken: Cell<u64>,
    /// Texts of any kind.
    pub texts: Cell<u64>,
}

/// One more.
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

    /// The present instant, to be put into a message.
    pub fn stamp(&self) -> String {
        format!("~{:015}", self.now())
    }

    /// Notes a delivery. What was said before this measurement began does not count.
    pub fn heard(&self, stamp: u64) {
        if stamp >= self.since.get() {
            let took = self.now().saturating_sub(stamp);
            self.latencies.borrow_mut().push(took.min(u64::from(u32::MAX)) as u32);
        }
    }

    /// Begins a new measurement.
    pub fn restart(&self) {
        self.since.set(self.now());
        self.latencies.borrow_mut().clear();
        for cell in [&self.sent, &self.expected, &self.stored, &self.refused, &self.broken] {
            cell.set(0);
        }
    }

    /// Deliveries so far.
    pub fn delivered(&self) -> u64 {
        self.latencies.borrow().len() as u64
    }

    /// Waits until everything has arrived or `patience` is over.
    pub async fn drained(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
        while self.delivered() < self.expected.get() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until nothing has come for half a second, or `patience` is over.
    pub async fn quiet(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
        let mut before = u64::MAX;
        while self.texts.get() != before && Instant::now() < deadline {
            before = self.texts.get();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// The measurement in numbers; rates by the time in which messages were sent.
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

/// One measurement.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Messages a second, all rooms together.
    pub sent_per_second: f64,
    /// Deliveries a second.
    pub delivered_per_second: f64,
    /// Half of the deliveries took no longer.
    pub p50_ms: f64,
    /// All but one in a hundred took no longer.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
    /// Deliveries that never came.
    pub lost: u64,
    /// Messages kept by the server.
    pub stored: u64,
    /// Messages refused.
    pub refused: u64,
    /// Connections lost.
    pub broken: u64,
}

impl Summary {
    /// Whether everything came that was said.
    pub fn is_whole(&self) -> bool {
        self.lost == 0 && self.refused == 0 && self.broken == 0
    }

    /// For the report; `NaN` becomes null.
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
