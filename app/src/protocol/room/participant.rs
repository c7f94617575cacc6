//! Participants of a room.

use super::ServerTime;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A seat in a room. A client that loses its connection keeps its seat if it reconnects from the same tab within 15 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParticipantId(pub u32);

/// A person's ID within a room, 16 hex digits. The same on every device and visit, but different in each room, so that
/// nobody can be tracked from room to room.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct PersonId(pub String);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The rank of a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// No account.
    Guest,
    /// Has an account.
    Member,
    /// Appointed by the host: may remove guests and members, delete their messages and lock the room.
    Moderator,
    /// Owns the room.
    Host,
}

/// A participant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Participant {
    /// Seat.
    pub id: ParticipantId,
    /// Person.
    pub person: PersonId,
    /// Display name in this room.
    pub name: String,
    /// Rank.
    pub rank: Rank,
    /// Time of joining.
    pub joined_at: ServerTime,
    /// True if the connection is lost and the seat is reserved for a while.
    pub away: bool,
}

/// A participant's playback status, reported by the client about every two seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Offset from the room's playback position, milliseconds; positive is ahead. `None` while nothing plays.
    pub offset_ms: Option<i32>,
    /// Buffered playback time ahead of the playhead, milliseconds.
    pub ahead_ms: u32,
    /// True while playback is stalled, waiting for data.
    pub stalled: bool,
    /// Round-trip time to the server, milliseconds; half of it approximates the one-way latency.
    pub ping_ms: u32,
}

/// The reason why a participant left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    /// Left the room.
    Left,
    /// Lost the connection and did not reconnect in time.
    Lost,
    /// Removed by the host or a moderator.
    Kicked,
    /// Banned permanently by the host.
    Banned,
}

/// A request about the people in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleRequest {
    /// Changes the sender's display name.
    Rename {
        /// New name, 1 to 32 characters.
        name: String,
    },
    /// Removes a participant from the room, until it closes or the host lifts the removal. Requires a moderator, the host or
    /// the acting host; a permanent ban requires the host.
    Kick {
        /// Participant to remove.
        participant: ParticipantId,
        /// True for a permanent ban, which persists when the room opens again.
        ban: bool,
    },
    /// Lifts a ban, temporary or permanent. Requires the host.
    Unban {
        /// Person to readmit.
        person: PersonId,
    },
    /// Grants or revokes the moderator rank of a participant with an account. Requires the host.
    SetModerator {
        /// Participant to promote or demote.
        participant: ParticipantId,
        /// True to grant the rank, false to revoke it.
        on: bool,
    },
    /// Transfers the room to a participant with an account, who becomes the host. Requires the host.
    HandOver {
        /// New host.
        to: ParticipantId,
    },
}

/// A change of the people in the room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleUpdate {
    /// A participant joined.
    Joined {
        /// New participant.
        participant: Participant,
    },
    /// A participant's name, rank or connection state changed.
    Changed {
        /// Participant, as of now.
        participant: Participant,
    },
    /// A participant left.
    Left {
        /// Former participant.
        id: ParticipantId,
        /// Reason.
        why: Leaving,
    },
    /// The acting host changed.
    Acting {
        /// Participant with the host's permissions, as far as these can be delegated; the host, while present.
        host: Option<ParticipantId>,
    },
    /// The ban list changed. Sent to the host and the acting host.
    Bans {
        /// Complete ban list.
        bans: Vec<Ban>,
    },
}

/// A person who was removed from the room and may not rejoin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// Banned person.
    pub person: PersonId,
    /// Display name at the time of the ban.
    pub name: String,
    /// True for a permanent ban, false for one that ends when the room closes.
    #[serde(default = "yes")]
    pub for_good: bool,
}

/// Serde default: bans stored before this field existed were all permanent.
fn yes() -> bool {
    true
}
