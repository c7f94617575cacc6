//! The core of a room, a state machine: events in, effects out. No I/O, no clock, no channels.
//!
//! Every message passes one gate. Everything that follows from an event (who acts for the host, who holds the remote,
//! whether the room still waits) is settled in one place afterwards, and broadcast if it differs from what was
//! broadcast before. So the participants' view cannot drift from the room's state.

use super::{
    bounds::*,
    chat::Chat,
    event::{Effect, Event, Opening, Save},
    known::RecentPeople,
    outbox::Outbox,
    playback::Player,
    queue::Queue,
    record::RoomRecord,
    remote::RemoteState,
    seats::Seats,
    telling::LastBroadcast,
    waiting::WaitBudget,
};
use app::protocol::room::*;
use std::collections::BTreeSet;

/// An open room.
#[derive(Debug)]
pub struct Room {
    /// The persistent state, except for what the parts below own. [`Self::record`] puts it together.
    pub(super) record: RoomRecord,
    pub(super) capacity_limit: u32,
    pub(super) idle_ms: i64,
    pub(super) seats: Seats,
    pub(super) known: RecentPeople,
    pub(super) acting_host: Option<ParticipantId>,
    pub(super) player: Player,
    pub(super) patience: WaitBudget,
    pub(super) queue: Queue,
    pub(super) remote: RemoteState,
    pub(super) chat: Chat,
    pub(super) times: Timestamps,
    /// Grows with each change of the list of bans.
    pub(super) bans_version: u64,
    pub(super) told: LastBroadcast,
    pub(super) out: Outbox,
    /// True if the last event may have consequences that are not settled yet.
    pub(super) is_unsettled: bool,
    /// True if the persistent state has changed.
    pub(super) is_dirty: bool,
    /// True if there are standings to be broadcast.
    pub(super) has_new_standings: bool,
    pub(super) life: Lifecycle,
}

/// Lifecycle of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lifecycle {
    /// Handles events.
    Open,
    /// Stopped with the server. The stored record says that the room is open.
    Stopped,
    /// Closed.
    Closed,
}

/// Times of the latest occurrences.
#[derive(Debug)]
pub(super) struct Timestamps {
    /// The latest time that the room was given.
    pub now: ServerTime,
    /// Last activity of a participant.
    pub active: ServerTime,
    /// Last write of the record, which is also the heartbeat.
    pub saved: ServerTime,
    /// Last broadcast of standings.
    pub told_standings: ServerTime,
    /// Since when there are no seats, not even of lost connections.
    pub empty: Option<ServerTime>,
    /// Since when no one is connected. If no one comes back, playback is paused at its position of that moment.
    pub deserted: Option<ServerTime>,
    /// Playback at the last heartbeat of a crashed room, kept until someone connects.
    pub fallback: Option<Player>,
}

impl Room {
    /// Opens a room.
    pub fn open(now: ServerTime, opening: Opening) -> Self {
        let mut record = opening.record;
        let crashed = record.is_open;
        let player = Player::restored(now, &record);
        let fallback = crashed.then(|| Player::at_beat(&record));
        let gap = if crashed { CRASH_GAP } else { 0 };
        let next = MessageId(record.state.next_message.0.saturating_add(gap));
        let chat = Chat::restored(opening.messages, opening.messages_go_on, record.opening, next);
        let known = RecentPeople::restored(std::mem::take(&mut record.state.known));
        record.state.seated.clear();
        if !crashed {
            record.state.removed.clear();
        }
        let queue = Queue::restored(&mut record.state, opening.seed);
        let told = LastBroadcast::of(&record, player.playback());
        Self {
            capacity_limit: opening.capacity_limit,
            idle_ms: opening.idle_ms,
            seats: Seats::default(),
            known,
            acting_host: None,
            player,
            patience: WaitBudget::default(),
            queue,
            remote: RemoteState::default(),
            chat,
            times: Timestamps {
                now,
                active: now,
                saved: now,
                told_standings: now,
                empty: Some(now),
                deserted: Some(now),
                fallback,
            },
            bans_version: 1,
            told,
            out: Outbox::default(),
            is_unsettled: false,
            is_dirty: true,
            has_new_standings: false,
            life: Lifecycle::Open,
            record,
        }
    }

    /// Handles an event and returns the effects to be carried out.
    pub fn handle(&mut self, now: ServerTime, event: Event) -> Vec<Effect> {
        let now = self.advance(now);
        if self.next_deadline().is_some_and(|deadline| deadline <= now) {
            self.do_what_is_due(now);
        }
        if !self.is_open() {
            if let Event::Connect { connection, .. } = event {
                self.out.close(connection, CloseCode::NoSuchRoom);
            }
            return self.out.take();
        }
        self.take_in(now, event);
        self.settle(now);
        self.out.take()
    }

    /// Handles the timers that are due.
    pub fn handle_timeout(&mut self, now: ServerTime) -> Vec<Effect> {
        let now = self.advance(now);
        if self.is_open() {
            self.do_what_is_due(now);
        }
        self.out.take()
    }

    /// Returns the instant at which [`Self::handle_timeout`] has to be called at the latest.
    pub fn next_deadline(&self) -> Option<ServerTime> {
        if !self.is_open() {
            return None;
        }
        [
            self.seats.next_lost(),
            self.remote.drag_ends_at(),
            self.relief_at(),
            self.player.wait().map(|wait| wait.ends_at()),
            self.player.ends_at(),
            self.standings_due_at(),
            self.beat_at(),
            self.closes_at().map(|(at, _)| at),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Returns the record to be stored now.
    pub fn record(&self, now: ServerTime) -> RoomRecord {
        let mut record = self.record.clone();
        record.beat = now;
        record.is_open = self.life != Lifecycle::Closed;
        record.state.playback = self.player.playback().clone();
        record.state.queue = self.queue.items().to_vec();
        record.state.next_item = self.queue.next();
        record.state.next_message = self.chat.next();
        if record.is_open && record.state.settings.locked {
            record.state.known = self.known.people();
        }
        if self.is_open() {
            record.state.seated = self.seated();
        }
        record
    }

    /// Returns the people with a seat, if the room has a password that they would otherwise have to enter again.
    pub(super) fn seated(&self) -> Vec<PersonId> {
        if !self.record.state.settings.has_password {
            return Vec::new();
        }
        let people: BTreeSet<_> = self.seats.iter().map(|seat| &seat.person).collect();
        people.into_iter().cloned().collect()
    }

    /// Returns the number of participants, lost connections included.
    pub fn participants(&self) -> usize {
        self.seats.len()
    }

    fn is_open(&self) -> bool {
        self.life == Lifecycle::Open
    }

    /// Advances the room's clock, which never goes backwards, whatever the caller's does.
    fn advance(&mut self, now: ServerTime) -> ServerTime {
        self.times.now = self.times.now.max(now);
        self.times.now
    }

    fn take_in(&mut self, now: ServerTime, event: Event) {
        match event {
            Event::Connect { connection, joiner } => self.connect(now, connection, joiner),
            Event::Message { connection, message } => self.message(now, connection, message),
            Event::Disconnect { connection } => self.disconnect(now, connection),
            Event::Resolved {
                connection,
                found,
                play_now,
            } => self.resolved(now, connection, found, play_now),
            Event::MessageStored { id, stored } => self.message_stored(id, stored),
            Event::Configured {
                change,
                has_password,
                slug,
            } => self.configured(&change, has_password, slug),
            Event::ChatCleared => self.clear_chat(),
            Event::EndRequested => self.end(now),
            Event::AccountGone { user, deleted } => self.account_gone(now, user, deleted),
            Event::Stopping => self.stop(),
        }
    }

    fn do_what_is_due(&mut self, now: ServerTime) {
        for id in self.seats.lost(now) {
            self.free(now, id, Leaving::Lost);
        }
        if self.remote.drag_ends_at().is_some_and(|at| at <= now) {
            self.remote.end_drag();
        }
        if self.player.wait().is_some_and(|wait| wait.ends_at() <= now) {
            self.wait_no_longer(now);
        }
        if self.player.ends_at().is_some_and(|at| at <= now) {
            self.end_video(now);
        }
        if self.standings_due_at().is_some_and(|at| at <= now) {
            self.tell_standings(now);
        }
        if self.beat_at().is_some_and(|at| at <= now) {
            self.is_dirty = true;
        }
        if let Some((_, why)) = self.closes_at().filter(|(at, _)| *at <= now) {
            self.close(now, why);
        }
        self.is_unsettled = true;
        self.settle(now);
    }

    /// Settles the consequences of what happened, and broadcasts them.
    fn settle(&mut self, now: ServerTime) {
        if std::mem::take(&mut self.is_unsettled) && self.is_open() {
            self.acting_host = self.seats.acting_host();
            self.settle_remote(now);
            self.settle_wait(now);
            self.settle_duration(now);
            self.tell(now);
        }
        if std::mem::take(&mut self.is_dirty) && self.is_open() {
            self.times.saved = now;
            self.out.save(Save::Record);
        }
    }

    /// Returns the time of the next heartbeat, if the room has any seats.
    fn beat_at(&self) -> Option<ServerTime> {
        (!self.seats.is_empty()).then(|| self.times.saved.plus(HEARTBEAT_MS))
    }

    /// Returns when and why the room closes by itself.
    fn closes_at(&self) -> Option<(ServerTime, Farewell)> {
        let empty = self
            .times
            .empty
            .map(|since| (since.plus(EMPTY_TIMEOUT_MS), Farewell::Ended));
        let idle = (self.times.active.plus(self.idle_ms), Farewell::Expired);
        [empty, Some(idle)].into_iter().flatten().min_by_key(|(at, _)| *at)
    }
}
