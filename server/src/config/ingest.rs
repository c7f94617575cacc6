//! Programs that add to the catalogue: `MATINEE_INGEST_KEYS`.

use super::{Secret, reader::Reader};

/// Settings of `POST /api/ingest`.
#[derive(Debug, Clone)]
pub struct IngestConfig {
    /// Accepted keys, besides those that an admin creates.
    pub keys: Vec<Secret>,
}

impl IngestConfig {
    pub(super) fn from_env(reader: &mut Reader) -> Self {
        let name = "MATINEE_INGEST_KEYS";
        let Some(value) = reader.text(name) else {
            return Self { keys: Vec::new() };
        };
        let keys: Vec<Secret> = value.split(',').map(|key| Secret::new(key.trim())).collect();
        if keys.iter().any(|key| key.expose().len() < 16) {
            reader.refuse(format!("{name}: a key has at least 16 characters"));
        }
        Self { keys }
    }
}
