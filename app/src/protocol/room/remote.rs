//! The remote: the right to control playback, and later the virtual browser.

use super::ParticipantId;
use serde::{Deserialize, Serialize};

/// The policy that decides who may control playback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RemoteMode {
    /// Only the holder of the remote.
    Holder,
    /// Anyone in the room. There is still a holder, who regains sole control when the mode is set back.
    Anyone,
}

/// The holder of the remote and the pending requests for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Remote {
    /// Holder; `None` only while the room is empty.
    pub holder: Option<ParticipantId>,
    /// Participants who requested the remote, in order.
    pub requests: Vec<ParticipantId>,
}

/// A request about the remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteRequest {
    /// Requests the remote.
    Ask,
    /// Withdraws the request for the remote.
    Withdraw,
    /// Takes the remote. Requires the host or the acting host.
    Take,
    /// Passes the remote to a participant, granting their request if there is one. Requires the holder, the host or the
    /// acting host.
    Pass {
        /// New holder.
        to: ParticipantId,
    },
    /// Declines a request for the remote. Requires the holder, the host or the acting host.
    Decline {
        /// Participant whose request is declined.
        participant: ParticipantId,
    },
}
