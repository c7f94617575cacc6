//! Permissions: the rights that requests require, and who has them.

use super::{seats::Seat, state::Room};
use app::protocol::room::*;

/// The right that a request requires of its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// A seat in the room.
    Seat,
    /// The remote, unless the room lets anyone control playback.
    Control,
    /// The remote, or being the host or acting host.
    RemoteOrHostsSay,
    /// Being the host or acting host.
    HostsSay,
    /// Being a moderator, host or acting host.
    Moderation,
    /// Being the host; acting for the host is not enough.
    Host,
    /// Being the author of the message.
    Author(MessageId),
    /// Being the author of the message, or a moderator, host or acting host.
    AuthorOrModeration(MessageId),
    /// Having added the queue item, holding the remote, or being a moderator, host or acting host.
    AdderOrRemote(ItemId),
}

impl Room {
    /// Checks a requirement. Returns the refusal to send if it is not met.
    pub(super) fn permits(&self, seat: &Seat, requirement: Requirement) -> Result<(), Refusal> {
        let holds = self.remote.holder() == Some(seat.id);
        let has_say = self.has_hosts_say(seat);
        let moderates = has_say || seat.rank >= Rank::Moderator;
        let (is_met, otherwise) = match requirement {
            Requirement::Seat => (true, Refusal::Invalid),
            Requirement::Control => (self.may_control(seat), Refusal::NeedsRemote),
            Requirement::RemoteOrHostsSay => (holds || has_say, Refusal::NeedsRemote),
            Requirement::HostsSay => (has_say, Refusal::NeedsHost),
            Requirement::Moderation => (moderates, Refusal::NeedsModerator),
            Requirement::Host => (seat.rank == Rank::Host, Refusal::NeedsHost),
            Requirement::Author(id) => (self.message_for(seat, id)?.author == seat.person, Refusal::NeedsAuthor),
            Requirement::AuthorOrModeration(id) => {
                let author = &self.message_for(seat, id)?.author;
                let is_own = author == &seat.person;
                (
                    is_own || moderates && self.outranks(seat, author),
                    Refusal::NeedsModerator,
                )
            }
            Requirement::AdderOrRemote(item) => {
                let is_own = self.queue.adder(item)? == Some(&seat.person);
                (is_own || holds || moderates, Refusal::NeedsRemote)
            }
        };
        if is_met { Ok(()) } else { Err(otherwise) }
    }

    /// Returns whether the participant may control playback.
    pub(super) fn may_control(&self, seat: &Seat) -> bool {
        self.record.state.settings.remote_mode == RemoteMode::Anyone || self.remote.holder() == Some(seat.id)
    }

    /// Returns whether the participant is the host or acts for the host.
    pub(super) fn has_hosts_say(&self, seat: &Seat) -> bool {
        seat.rank == Rank::Host || self.acting_host == Some(seat.id)
    }

    /// Returns whether the participant may remove the person and delete their messages: the host may do this to
    /// everyone, others only to those who are neither host nor moderator.
    pub(super) fn outranks(&self, seat: &Seat, person: &PersonId) -> bool {
        seat.rank == Rank::Host || !self.is_host(person) && !self.record.state.moderators.contains(person)
    }

    pub(super) fn is_host(&self, person: &PersonId) -> bool {
        &self.record.state.host == person
    }
}
