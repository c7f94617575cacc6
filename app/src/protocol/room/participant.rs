//! Who is in a room.

use super::ServerTime;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One seat in a room. A connection that breaks and comes back from the same tab within the grace keeps its seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParticipantId(pub u32);

/// A person as a room knows them: the same on every device and visit, different in every room, so that nobody can be
/// followed from room to room. 16 hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct PersonId(pub String);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What somebody may do in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Without an account.
    Guest,
    /// With an account.
    Member,
    /// Made one by the host: may kick guests and members, delete their messages and lock the room.
    Moderator,
    /// Owns the room.
    Host,
}

/// Somebody in the room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Participant {
    /// Their seat.
    pub id: ParticipantId,
    /// Who they are.
    pub person: PersonId,
    /// What they are called here.
    pub name: String,
    /// What they may do.
    pub rank: Rank,
    /// When they came.
    pub joined_at: ServerTime,
    /// Whether their connection is lost, and their seat kept for a while.
    pub away: bool,
}

/// How somebody's playback is, as their page tells about every two seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// How far their picture is from where the room is, milliseconds; positive is ahead. `None` while nothing plays.
    pub offset_ms: Option<i32>,
    /// What they can play without another byte, milliseconds.
    pub ahead_ms: u32,
    /// Whether they wait for data.
    pub stalled: bool,
    /// Half of it is how late they hear of things, milliseconds.
    pub ping_ms: u32,
}

/// Why somebody is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    /// They went.
    Left,
    /// Their connection broke and did not come back.
    Lost,
    /// The host or a moderator sent them out.
    Kicked,
    /// The same, for good.
    Banned,
}
