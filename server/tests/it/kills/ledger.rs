//! Ledger of a run: writes that were acknowledged, and those that were only asked for.

use app::protocol::InfoHash;
use serde::Serialize;
use std::collections::BTreeMap;

/// A value that is written again and again.
pub struct Kept<T> {
    acknowledged: Option<T>,
    /// Asked for, and not answered: it may be there or not.
    asked: Option<T>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            acknowledged: None,
            asked: None,
        }
    }
}

impl<T: PartialEq + Clone> Kept<T> {
    /// A value that is there before anybody asks.
    pub fn of(value: T) -> Self {
        Self {
            acknowledged: Some(value),
            asked: None,
        }
    }

    pub fn was_acknowledged(&self, value: &T) -> bool {
        self.acknowledged.as_ref() == Some(value)
    }

    pub fn ask(&mut self, value: T) {
        self.asked = Some(value);
    }

    pub fn acknowledge(&mut self) {
        self.acknowledged = self.asked.take();
    }

    /// Whether what is there may be there; it is what is expected from now on.
    pub fn is(&mut self, found: Option<T>) -> bool {
        let fits = found == self.acknowledged || (found.is_some() && found == self.asked);
        self.asked = None;
        self.acknowledged = found;
        fits
    }
}

/// How often something of a kind was acknowledged, and how often it was not there afterwards.
#[derive(Default, Clone, Copy, Serialize)]
pub struct Count {
    pub acknowledged: u64,
    pub lost: u64,
}

#[derive(Default)]
pub struct Ledger {
    /// Everything that was said and stored, and what of it was not looked at since.
    pub said: BTreeMap<u64, String>,
    pub said_lately: Vec<u64>,
    pub progress: BTreeMap<InfoHash, Kept<f64>>,
    pub volume: Kept<f64>,
    pub title: Kept<String>,
    pub uploaded: BTreeMap<InfoHash, Kept<bool>>,
    pub added: BTreeMap<InfoHash, Kept<bool>>,
    pub counts: BTreeMap<&'static str, Count>,
}

impl Ledger {
    pub fn acknowledged(&mut self, kind: &'static str) {
        self.counts.entry(kind).or_default().acknowledged += 1;
    }

    pub fn found(&mut self, kind: &'static str, fits: bool, what: impl std::fmt::Display) {
        if !fits {
            eprintln!("LOST: {kind}: {what}");
            self.counts.entry(kind).or_default().lost += 1;
        }
    }
}
