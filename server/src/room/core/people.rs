//! Names and rights of people: renaming, kicking, banning, moderators, handing over.

use super::{
    bounds::*,
    event::{ConnectionId, Effect, Joiner},
    permission::Requirement,
    rate::MessageClass,
    record::Removed,
    request::{Request, Sender},
    seats::Seat,
    state::Room,
    text::{self, NameSkeleton},
};
use app::protocol::{UserId, room::*};

impl Request for PeopleRequest {
    fn class(&self) -> MessageClass {
        MessageClass::People
    }

    fn required(&self) -> Requirement {
        match self {
            Self::Rename { .. } => Requirement::Seat,
            Self::Kick { ban: false, .. } => Requirement::Moderation,
            Self::Kick { ban: true, .. } | Self::Unban { .. } | Self::SetModerator { .. } | Self::HandOver { .. } => {
                Requirement::Host
            }
        }
    }

    fn act(self, room: &mut Room, now: ServerTime, from: Sender) -> Result<(), Refusal> {
        match self {
            Self::Rename { name } => room.rename(from.connection, &name),
            Self::Kick { participant, ban } => room.kick(now, from.connection, participant, ban),
            Self::Unban { person } => room.unban(&person),
            Self::SetModerator { participant, on } => room.set_moderator(participant, on),
            Self::HandOver { to } => room.hand_over(to),
        }
    }
}

impl Room {
    /// Returns the name for a new seat. A person who is already here in another tab keeps the name that they have
    /// there. A guest with the name of an account that joins is renamed.
    pub(super) fn name_for(&mut self, joiner: &Joiner) -> String {
        if let Some(other) = self.seats.of(&joiner.person).next() {
            return other.name.clone();
        }
        if joiner.user.is_some() {
            self.rename_guests(&joiner.name);
        }
        self.free_name(&joiner.name, &joiner.person)
    }

    /// Returns a name that no one else in the room has. The host's name is reserved, present or not.
    pub(super) fn free_name(&self, wish: &str, person: &PersonId) -> String {
        let is_the_hosts = || NameSkeleton::of(wish).is_like(&NameSkeleton::of(&self.record.state.host_name));
        if !self.is_host(person) && is_the_hosts() {
            return self.seats.another_name(wish);
        }
        self.seats.free_name(wish, person)
    }

    fn rename_guests(&mut self, name: &str) {
        let look = NameSkeleton::of(name);
        let guests = self.seats.iter().filter(|seat| seat.user.is_none());
        let same = guests.filter(|seat| seat.look.is_like(&look));
        let Some(person) = same.map(|seat| seat.person.clone()).next() else {
            return;
        };
        let another = self.seats.another_name(name);
        self.call(&person, &another);
    }

    /// Renames a person in all of their tabs. Returns whether the name changed.
    pub(super) fn call(&mut self, person: &PersonId, name: &str) -> bool {
        let mut is_new = false;
        for seat in self.seats.iter_mut().filter(|seat| &seat.person == person) {
            if seat.name != name {
                is_new = true;
                name.clone_into(&mut seat.name);
                seat.look = NameSkeleton::of(name);
                let participant = seat.participant();
                self.out
                    .broadcast(ServerMessage::People(PeopleUpdate::Changed { participant }));
            }
        }
        is_new
    }

    fn rename(&mut self, connection: ConnectionId, name: &str) -> Result<(), Refusal> {
        let wish = text::name(name).ok_or(Refusal::Invalid)?;
        if let Some(person) = self.seats.at(connection).map(|seat| seat.person.clone()) {
            let name = self.free_name(&wish, &person);
            self.call(&person, &name);
        }
        Ok(())
    }

    /// Returns a person's rank.
    pub(super) fn rank_of(&self, person: &PersonId, has_account: bool) -> Rank {
        if self.is_host(person) {
            Rank::Host
        } else if self.record.state.moderators.contains(person) {
            Rank::Moderator
        } else if has_account {
            Rank::Member
        } else {
            Rank::Guest
        }
    }

    /// Updates the rank of every seat after the roles have changed.
    fn rank_all(&mut self) {
        let rank = |seat: &Seat| (seat.id, self.rank_of(&seat.person, seat.user.is_some()));
        let ranks: Vec<_> = self.seats.iter().map(rank).collect();
        for (id, rank) in ranks {
            if let Some(seat) = self.seats.get_mut(id).filter(|seat| seat.rank != rank) {
                seat.rank = rank;
                let participant = seat.participant();
                self.out
                    .broadcast(ServerMessage::People(PeopleUpdate::Changed { participant }));
            }
        }
        self.is_dirty = true;
    }

    pub(super) fn is_banned(&self, person: &PersonId) -> bool {
        self.record.state.bans.iter().any(|ban| &ban.person == person)
    }

    pub(super) fn is_removed(&self, person: &PersonId) -> bool {
        self.record
            .state
            .removed
            .iter()
            .any(|removed| &removed.person == person)
    }

    /// Returns the people who may not come in, permanently or for this opening, as the host and the acting host see them.
    pub(super) fn bans(&self) -> Vec<Ban> {
        let state = &self.record.state;
        let removed = state.removed.iter().map(|removed| Ban {
            person: removed.person.clone(),
            name: removed.name.clone(),
            for_good: false,
        });
        removed.chain(state.bans.iter().cloned()).collect()
    }

    /// Returns the version of that list; 0 if it is empty.
    pub(super) fn bans_now(&self) -> u64 {
        let state = &self.record.state;
        if state.bans.is_empty() && state.removed.is_empty() {
            0
        } else {
            self.bans_version
        }
    }

    /// Removes a person with all of their tabs, for this opening or permanently (`ban`).
    fn kick(
        &mut self,
        now: ServerTime,
        connection: ConnectionId,
        whom: ParticipantId,
        ban: bool,
    ) -> Result<(), Refusal> {
        let target = self.seats.get(whom).ok_or(Refusal::Gone)?;
        let (person, name) = (target.person.clone(), target.name.clone());
        let network = target.network.clone().filter(|_| target.user.is_none());
        let Some(sender) = self.seats.at(connection) else {
            return Ok(());
        };
        if sender.person == person {
            return Err(Refusal::Invalid);
        }
        if !self.outranks(sender, &person) {
            return Err(Refusal::NeedsHost);
        }
        if ban {
            self.ban(person.clone(), name)?;
        } else {
            self.remove(Removed {
                person: person.clone(),
                name,
                network,
            });
        }
        let (why, left) = if ban {
            (Farewell::Banned, Leaving::Banned)
        } else {
            (Farewell::Kicked, Leaving::Kicked)
        };
        self.send_out(now, &person, Some(why), left);
        Ok(())
    }

    /// Frees all seats of a person and forgets that they were here.
    fn send_out(&mut self, now: ServerTime, person: &PersonId, why: Option<Farewell>, left: Leaving) {
        self.known.forget(person);
        // Before the goodbye, so that they have no access any more when they receive it.
        self.out.push(Effect::SentOut { person: person.clone() });
        let seats: Vec<_> = self.seats.of(person).map(|seat| (seat.id, seat.connection())).collect();
        for (id, connection) in seats {
            if let Some(connection) = connection {
                if let Some(why) = why {
                    self.out.send(connection, ServerMessage::Goodbye { why });
                }
                self.out.close(connection, CloseCode::NotAllowed);
            }
            self.free(now, id, left);
        }
    }

    /// Handles an account that was disabled or deleted. If the host's was deleted, the room ends: without an owner it
    /// could not be stored.
    pub(super) fn account_gone(&mut self, now: ServerTime, user: UserId, deleted: bool) {
        if deleted && self.record.host_user == user {
            return self.end(now);
        }
        let person = self.seats.iter().find(|seat| seat.user == Some(user));
        if let Some(person) = person.map(|seat| seat.person.clone()) {
            self.send_out(now, &person, None, Leaving::Left);
        }
    }

    fn ban(&mut self, person: PersonId, name: String) -> Result<(), Refusal> {
        let state = &mut self.record.state;
        if state.bans.len() >= BANS {
            return Err(Refusal::Full);
        }
        state.moderators.retain(|moderator| *moderator != person);
        let for_good = true;
        state.bans.push(Ban { person, name, for_good });
        self.bans_version += 1;
        self.is_dirty = true;
        Ok(())
    }

    fn remove(&mut self, removed: Removed) {
        let all = &mut self.record.state.removed;
        let person = removed.person.clone();
        all.push(removed);
        if all.len() > KICKED_PEOPLE {
            let person = all.remove(0).person;
            self.out.push(Effect::KeepOut { person, out: false });
        }
        self.out.push(Effect::KeepOut { person, out: true });
        self.bans_version += 1;
        self.is_dirty = true;
    }

    /// Lifts a ban or removal.
    fn unban(&mut self, person: &PersonId) -> Result<(), Refusal> {
        let (is_banned, is_removed) = (self.is_banned(person), self.is_removed(person));
        if !is_banned && !is_removed {
            return Err(Refusal::Gone);
        }
        let state = &mut self.record.state;
        state.bans.retain(|ban| &ban.person != person);
        state.removed.retain(|removed| &removed.person != person);
        if is_removed {
            let person = person.clone();
            self.out.push(Effect::KeepOut { person, out: false });
        }
        self.bans_version += 1;
        self.is_dirty = true;
        Ok(())
    }

    fn set_moderator(&mut self, whom: ParticipantId, on: bool) -> Result<(), Refusal> {
        let seat = self.seats.get(whom).ok_or(Refusal::Gone)?;
        let moderators = &mut self.record.state.moderators;
        if seat.rank == Rank::Host {
            return Err(Refusal::Invalid);
        }
        if moderators.contains(&seat.person) == on {
            return Ok(());
        }
        if !on {
            moderators.retain(|moderator| *moderator != seat.person);
        } else if seat.user.is_none() {
            return Err(Refusal::NeedsAccount);
        } else if moderators.len() >= MODERATORS {
            return Err(Refusal::Full);
        } else {
            moderators.push(seat.person.clone());
        }
        self.rank_all();
        Ok(())
    }

    /// Makes another account the host.
    fn hand_over(&mut self, to: ParticipantId) -> Result<(), Refusal> {
        let seat = self.seats.get(to).ok_or(Refusal::Gone)?;
        if seat.rank == Rank::Host {
            return Err(Refusal::Invalid);
        }
        let user = seat.user.ok_or(Refusal::NeedsAccount)?;
        self.record.host_user = user;
        let state = &mut self.record.state;
        state.host = seat.person.clone();
        state.host_name.clone_from(&seat.name);
        state.moderators.retain(|moderator| *moderator != seat.person);
        self.rank_all();
        Ok(())
    }
}
