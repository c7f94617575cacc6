//! The log: `MATINEE_LOG` and `MATINEE_LOG_FORMAT`.

use super::reader::Reader;

/// Settings of the log.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// Filter in `tracing`'s syntax.
    pub filter: String,
    /// Format.
    pub format: LogFormat,
}

/// Log format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Human-readable text.
    Text,
    /// One JSON object per line.
    Json,
}

impl LogConfig {
    pub(super) fn from_env(reader: &mut Reader) -> Self {
        Self {
            filter: reader.text("MATINEE_LOG").unwrap_or_else(|| "info".into()),
            format: reader.one_of(
                "MATINEE_LOG_FORMAT",
                &[("text", LogFormat::Text), ("json", LogFormat::Json)],
            ),
        }
    }
}
