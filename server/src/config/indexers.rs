//! Indexers: `MATINEE_INDEXERS`, `MATINEE_INDEXERS_FILE` and `MATINEE_POLL_INTERVAL`.

mod definition;

pub use definition::{IndexerAddress, IndexerDefinition, IndexerKind, parse_indexers, parse_indexers_toml};

use super::reader::Reader;
use std::time::Duration;

const LIST: &str = "MATINEE_INDEXERS";
const FILE: &str = "MATINEE_INDEXERS_FILE";

/// Settings of the indexers.
#[derive(Debug, Clone)]
pub struct IndexersConfig {
    /// Indexers, in the order of their results.
    pub list: Vec<IndexerDefinition>,
    /// Interval at which they are polled for new items; `None` disables polling.
    pub poll_interval: Option<Duration>,
}

impl IndexersConfig {
    pub(super) fn from_env(reader: &mut Reader) -> Self {
        Self {
            list: list(reader),
            poll_interval: poll_interval(reader, "MATINEE_POLL_INTERVAL"),
        }
    }
}

fn list(reader: &mut Reader) -> Vec<IndexerDefinition> {
    let parsed = match (reader.text(LIST), reader.text(FILE)) {
        (Some(_), Some(_)) => Err(vec![format!("set {LIST} or {FILE}, not both")]),
        (None, Some(path)) => match std::fs::read_to_string(path) {
            Ok(text) => parse_indexers_toml(&text),
            Err(error) => Err(vec![format!("{FILE} cannot be read: {error}")]),
        },
        (text, None) => parse_indexers(text.as_deref().unwrap_or("internet-archive,catalogue")),
    };
    parsed.unwrap_or_else(|problems| {
        problems.into_iter().for_each(|problem| reader.refuse(problem));
        Vec::new()
    })
}

/// Parses the polling interval in minutes; 0 disables polling.
fn poll_interval(reader: &mut Reader, name: &'static str) -> Option<Duration> {
    let minutes: u64 = reader.get(name, "a number of minutes, 0 for never", 30);
    if minutes > 7 * 24 * 60 {
        reader.refuse(format!("{name} must be a week at most, not {minutes} minutes"));
    }
    (minutes > 0).then(|| Duration::from_secs(minutes.saturating_mul(60)))
}
