//! Who may say what: one table, which no message gets past.

use super::{seats::Seat, state::Room};
use app::protocol::room::*;

/// What a message asks of its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// To be in the room.
    Seat,
    /// The remote, where the room is not set to let anyone control.
    Control,
    /// The remote, or the host's say.
    RemoteOrHostsSay,
    /// To be the host, or to act for the host.
    HostsSay,
    /// To be a moderator, or to have the host's say.
    Moderation,
    /// To be the host, and nobody who acts for the host.
    Host,
    /// To have said it.
    Author(MessageId),
    /// To have said it, or to be a moderator or to have the host's say.
    AuthorOrModeration(MessageId),
    /// To have added it, or the remote, or to be a moderator or to have the host's say.
    AdderOrRemote(ItemId),
}

/// The requirement of a message.
pub fn required(message: &ClientMessage) -> Requirement {
    match message {
        ClientMessage::Ping { .. }
        | ClientMessage::Report { .. }
        | ClientMessage::Ready { .. }
        | ClientMessage::Ended { .. }
        | ClientMessage::AskRemote
        | ClientMessage::WithdrawAsk
        | ClientMessage::Say { .. }
        | ClientMessage::React { .. }
        | ClientMessage::Typing { .. }
        | ClientMessage::Emote { .. }
        | ClientMessage::Rename { .. }
        | ClientMessage::Leave => Requirement::Seat,
        ClientMessage::Play { .. }
        | ClientMessage::Pause { .. }
        | ClientMessage::Seek { .. }
        | ClientMessage::SetRate { .. }
        | ClientMessage::PlayItem { .. }
        | ClientMessage::Drag { .. } => Requirement::Control,
        ClientMessage::QueueAdd { addition } if addition.play_now => Requirement::Control,
        ClientMessage::QueueAdd { .. } => Requirement::Seat,
        ClientMessage::QueueRemove { item } | ClientMessage::QueueMove { item, .. } => {
            Requirement::AdderOrRemote(*item)
        }
        ClientMessage::PassRemote { .. } | ClientMessage::DeclineAsk { .. } => Requirement::RemoteOrHostsSay,
        ClientMessage::TakeRemote => Requirement::HostsSay,
        ClientMessage::ChangeSettings { change } if is_lock_only(change) => Requirement::Moderation,
        ClientMessage::ChangeSettings { .. } => Requirement::HostsSay,
        ClientMessage::EditMessage { id, .. } => Requirement::Author(*id),
        ClientMessage::DeleteMessage { id } => Requirement::AuthorOrModeration(*id),
        ClientMessage::Kick { ban: false, .. } => Requirement::Moderation,
        ClientMessage::Kick { ban: true, .. }
        | ClientMessage::Unban { .. }
        | ClientMessage::SetModerator { .. }
        | ClientMessage::HandOver { .. }
        | ClientMessage::ClearChat
        | ClientMessage::EndRoom => Requirement::Host,
    }
}

fn is_lock_only(change: &SettingsChange) -> bool {
    let lock = SettingsChange {
        locked: change.locked,
        ..SettingsChange::default()
    };
    *change == lock
}

/// The epoch that a request names, if it is one that can be stale.
pub fn epoch(message: &ClientMessage) -> Option<Epoch> {
    match message {
        ClientMessage::Play { epoch }
        | ClientMessage::Pause { epoch, .. }
        | ClientMessage::Seek { epoch, .. }
        | ClientMessage::SetRate { epoch, .. }
        | ClientMessage::PlayItem { epoch, .. } => Some(*epoch),
        _ => None,
    }
}

impl Room {
    /// Whether somebody meets a requirement; if not, what they are told.
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

    /// Whether somebody controls playback.
    pub(super) fn may_control(&self, seat: &Seat) -> bool {
        self.record.state.settings.remote_mode == RemoteMode::Anyone || self.remote.holder() == Some(seat.id)
    }

    /// Whether somebody is the host or acts for the host.
    pub(super) fn has_hosts_say(&self, seat: &Seat) -> bool {
        seat.rank == Rank::Host || self.acting_host == Some(seat.id)
    }

    /// Whether somebody may be sent out, and their words taken back: by the host everybody, by others only those who
    /// are neither host nor moderator.
    pub(super) fn outranks(&self, seat: &Seat, person: &PersonId) -> bool {
        seat.rank == Rank::Host || !self.is_host(person) && !self.record.state.moderators.contains(person)
    }

    pub(super) fn is_host(&self, person: &PersonId) -> bool {
        &self.record.state.host == person
    }
}
