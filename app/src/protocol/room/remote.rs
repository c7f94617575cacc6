//! The remote: the right to control playback, and later the virtual browser.

use super::ParticipantId;
use serde::{Deserialize, Serialize};

/// Who may control playback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RemoteMode {
    /// Only whoever holds the remote.
    Holder,
    /// Anyone. There is still a holder, who counts again when the mode is set back.
    Anyone,
}

/// Who holds the remote and who would like to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Remote {
    /// Whoever holds it; nobody only while the room is empty.
    pub holder: Option<ParticipantId>,
    /// Whoever asks for it, in the order in which they asked.
    pub requests: Vec<ParticipantId>,
}
