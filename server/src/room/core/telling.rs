//! Broadcasts of changes: participants receive what differs from what they received before, and nothing twice.

use super::{bounds::*, record::RoomRecord, seats::Seat, state::Room};
use app::protocol::room::*;

/// The state that was last broadcast to everyone.
#[derive(Debug)]
pub struct LastBroadcast {
    acting_host: Option<ParticipantId>,
    remote: Remote,
    playback: Playback,
    waiting_for: Vec<ParticipantId>,
    settings: RoomSettings,
    slug: Option<String>,
}

impl LastBroadcast {
    /// Returns the initial state, before anyone is there.
    pub fn of(record: &RoomRecord, playback: &Playback) -> Self {
        Self {
            acting_host: None,
            remote: Remote::default(),
            playback: playback.clone(),
            waiting_for: Vec::new(),
            settings: record.state.settings.clone(),
            slug: record.slug.clone(),
        }
    }
}

/// Updates `told` to `is`. Returns whether it changed.
fn renew<T: Clone + PartialEq>(told: &mut T, is: &T) -> bool {
    let differs = told != is;
    if differs {
        told.clone_from(is);
    }
    differs
}

impl Room {
    /// Broadcasts what has changed, and sends the newcomer a full snapshot.
    pub(super) fn tell(&mut self, now: ServerTime) {
        self.tell_settings();
        if renew(&mut self.told.acting_host, &self.acting_host) {
            let host = self.acting_host;
            self.out.broadcast(ServerMessage::People(PeopleUpdate::Acting { host }));
        }
        if renew(&mut self.told.remote, self.remote.remote()) {
            let remote = self.told.remote.clone();
            self.out.broadcast(ServerMessage::Remote(remote));
        }
        self.tell_playback();
        if let Some(newcomer) = self.out.newcomer.take()
            && let Some(snapshot) = self.snapshot_for(now, newcomer)
        {
            let bans_told = self.bans_seen_by(newcomer);
            if let Some(seat) = self.seats.at_mut(newcomer) {
                seat.bans_told = bans_told;
            }
            let snapshot = Box::new(snapshot);
            self.out.send(newcomer, ServerMessage::Welcome { snapshot });
        }
        self.tell_bans();
    }

    fn tell_settings(&mut self) {
        if renew(&mut self.told.settings, &self.record.state.settings) {
            let settings = self.told.settings.clone();
            self.is_dirty = true;
            self.out
                .broadcast(ServerMessage::Settings(SettingsUpdate::Changed(settings)));
        }
        if renew(&mut self.told.slug, &self.record.slug) {
            let slug = self.told.slug.clone();
            self.is_dirty = true;
            self.out
                .broadcast(ServerMessage::Settings(SettingsUpdate::Address { slug }));
        }
    }

    fn tell_playback(&mut self) {
        let cause = self.player.take_cause();
        if renew(&mut self.told.playback, self.player.playback()) {
            let playback = self.told.playback.clone();
            self.is_dirty = true;
            self.out
                .broadcast(ServerMessage::Playback(PlaybackUpdate::Changed { playback, cause }));
        }
        let waiting_for = self.waiting_for();
        if renew(&mut self.told.waiting_for, &waiting_for) {
            let participants = waiting_for;
            self.out
                .broadcast(ServerMessage::Playback(PlaybackUpdate::WaitingFor { participants }));
        }
    }

    /// Returns the participants for whom the room waits.
    pub(super) fn waiting_for(&self) -> Vec<ParticipantId> {
        let wait = self.player.wait();
        wait.map_or_else(Vec::new, |wait| wait.missing.keys().copied().collect())
    }

    /// Sends the list of bans to the host and the acting host. A participant who is neither any more is sent an empty one.
    fn tell_bans(&mut self) {
        let (acting, version) = (self.acting_host, self.bans_now());
        let is_told = |seat: &Seat| {
            let has_say = seat.rank == Rank::Host || acting == Some(seat.id);
            seat.bans_told == if has_say { version } else { 0 }
        };
        if self.seats.iter().all(is_told) {
            return;
        }
        let all = self.bans();
        for seat in self.seats.iter_mut() {
            let has_say = seat.rank == Rank::Host || acting == Some(seat.id);
            let sees = if has_say { version } else { 0 };
            let Some(to) = seat.connection().filter(|_| seat.bans_told != sees) else {
                continue;
            };
            seat.bans_told = sees;
            let bans = if sees == 0 { Vec::new() } else { all.clone() };
            self.out.send(to, ServerMessage::People(PeopleUpdate::Bans { bans }));
        }
    }

    fn bans_seen_by(&self, connection: super::ConnectionId) -> u64 {
        let sees = self.seats.at(connection).is_some_and(|seat| self.has_hosts_say(seat));
        if sees { self.bans_now() } else { 0 }
    }

    /// Returns the time of the next broadcast of standings.
    pub(super) fn standings_due_at(&self) -> Option<ServerTime> {
        self.has_new_standings
            .then(|| self.times.told_standings.plus(STANDINGS_MS))
    }

    /// Broadcasts the standings that have changed. In large rooms each participant receives only their own.
    pub(super) fn tell_standings(&mut self, now: ServerTime) {
        self.times.told_standings = now;
        self.has_new_standings = false;
        let is_large = self.seats.len() > STANDINGS_PEOPLE;
        let mut standings = Vec::new();
        for seat in self.seats.iter_mut().filter(|seat| seat.standing_is_new) {
            seat.standing_is_new = false;
            let Some(standing) = seat.standing else {
                continue;
            };
            match seat.connection() {
                Some(to) if is_large => {
                    let standings = vec![(seat.id, standing)];
                    self.out
                        .send(to, ServerMessage::Playback(PlaybackUpdate::Standings { standings }));
                }
                _ => standings.push((seat.id, standing)),
            }
        }
        if !is_large && !standings.is_empty() {
            self.out
                .broadcast(ServerMessage::Playback(PlaybackUpdate::Standings { standings }));
        }
    }
}
