//! What people are called and may do: names, sending out, moderators, handing over, settings.

use super::{
    bounds::*,
    event::{ConnectionId, Effect, Joiner},
    state::Room,
    text::{self, Look},
};
use app::protocol::room::*;
use uuid::Uuid;

impl Room {
    /// What somebody is called who takes a new seat. In another tab of theirs they are who they are here already.
    /// A guest gives way to an account of that name.
    pub(super) fn name_for(&mut self, joiner: &Joiner) -> String {
        if let Some(other) = self.seats.of(&joiner.person).next() {
            return other.name.clone();
        }
        if joiner.user.is_some() {
            self.rename_guests(&joiner.name);
        }
        self.free_name(&joiner.name, &joiner.person)
    }

    /// A name that nobody else in the room goes by. The host's is the host's, there or not.
    pub(super) fn free_name(&self, wish: &str, person: &PersonId) -> String {
        let is_the_hosts = || Look::of(wish).is_like(&Look::of(&self.record.state.host_name));
        if !self.is_host(person) && is_the_hosts() {
            return self.seats.another_name(wish);
        }
        self.seats.free_name(wish, person)
    }

    fn rename_guests(&mut self, name: &str) {
        let look = Look::of(name);
        let guests = self.seats.iter().filter(|seat| seat.user.is_none());
        let same = guests.filter(|seat| seat.look.is_like(&look));
        let Some(person) = same.map(|seat| seat.person.clone()).next() else {
            return;
        };
        let another = self.seats.another_name(name);
        self.call(&person, &another);
    }

    /// Calls a person otherwise, in all of their tabs. Tells whether they were not called so before.
    pub(super) fn call(&mut self, person: &PersonId, name: &str) -> bool {
        let mut is_new = false;
        for seat in self.seats.iter_mut().filter(|seat| &seat.person == person) {
            if seat.name != name {
                is_new = true;
                name.clone_into(&mut seat.name);
                seat.look = Look::of(name);
                let participant = seat.participant();
                self.out.broadcast(ServerMessage::Changed { participant });
            }
        }
        is_new
    }

    pub(super) fn rename(&mut self, connection: ConnectionId, name: &str) -> Result<(), Refusal> {
        let wish = text::name(name).ok_or(Refusal::Invalid)?;
        if let Some(person) = self.seats.at(connection).map(|seat| seat.person.clone()) {
            let name = self.free_name(&wish, &person);
            self.call(&person, &name);
        }
        Ok(())
    }

    /// What somebody may do.
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

    /// Ranks have changed.
    fn rank_all(&mut self) {
        let state = &self.record.state;
        for seat in self.seats.iter_mut() {
            let rank = if seat.person == state.host {
                Rank::Host
            } else if state.moderators.contains(&seat.person) {
                Rank::Moderator
            } else if seat.user.is_some() {
                Rank::Member
            } else {
                Rank::Guest
            };
            if seat.rank != rank {
                seat.rank = rank;
                let participant = seat.participant();
                self.out.broadcast(ServerMessage::Changed { participant });
            }
        }
        self.is_dirty = true;
    }

    pub(super) fn is_banned(&self, person: &PersonId) -> bool {
        self.record.state.bans.iter().any(|ban| &ban.person == person)
    }

    /// Sends a person out, with all of their tabs.
    pub(super) fn kick(
        &mut self,
        now: ServerTime,
        connection: ConnectionId,
        whom: ParticipantId,
        ban: bool,
    ) -> Result<(), Refusal> {
        let target = self.seats.get(whom).ok_or(Refusal::Gone)?;
        let (person, name) = (target.person.clone(), target.name.clone());
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
        }
        let (why, left) = if ban {
            (Farewell::Banned, Leaving::Banned)
        } else {
            (Farewell::Kicked, Leaving::Kicked)
        };
        self.send_out(now, &person, Some(why), left);
        Ok(())
    }

    /// Frees all seats of a person, who comes in as a stranger if they come again.
    fn send_out(&mut self, now: ServerTime, person: &PersonId, why: Option<Farewell>, left: Leaving) {
        self.known.forget(person);
        // First: whoever hears the goodbye is out already.
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

    /// An account was shut or deleted. A room that belongs to no account could not be kept: it is over.
    pub(super) fn account_gone(&mut self, now: ServerTime, user: Uuid, deleted: bool) {
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
        state.bans.push(Ban { person, name });
        self.bans_version += 1;
        self.is_dirty = true;
        Ok(())
    }

    pub(super) fn unban(&mut self, person: &PersonId) -> Result<(), Refusal> {
        if !self.is_banned(person) {
            return Err(Refusal::Gone);
        }
        self.record.state.bans.retain(|ban| &ban.person != person);
        self.bans_version += 1;
        self.is_dirty = true;
        Ok(())
    }

    pub(super) fn set_moderator(&mut self, whom: ParticipantId, on: bool) -> Result<(), Refusal> {
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

    /// The room is somebody else's from now on.
    pub(super) fn hand_over(&mut self, to: ParticipantId) -> Result<(), Refusal> {
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

    pub(super) fn change_settings(&mut self, mut change: SettingsChange) -> Result<(), Refusal> {
        if let Some(title) = &mut change.title {
            *title = text::title(title).ok_or(Refusal::Invalid)?;
        }
        // More than the instance allows is as many as it allows, as it is over REST.
        change.capacity = change.capacity.map(|seats| seats.min(self.capacity_limit.max(2)));
        let capacity_fits = |capacity: u32| capacity >= 2;
        let relief_fits = |seconds: u32| seconds == 0 || IDLE_RELIEF_SECONDS.contains(&seconds);
        if !change.capacity.is_none_or(capacity_fits) || !change.idle_relief_seconds.is_none_or(relief_fits) {
            return Err(Refusal::Invalid);
        }
        change.apply(&mut self.record.state.settings);
        Ok(())
    }

    /// The host changed the room from outside.
    pub(super) fn configured(&mut self, change: &SettingsChange, has_password: bool, slug: Option<String>) {
        change.apply(&mut self.record.state.settings);
        self.record.state.settings.has_password = has_password;
        self.record.slug = slug;
        self.is_unsettled = true;
    }
}
