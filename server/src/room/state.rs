//! A room's core: what happens goes in, what is to be done comes out. No IO, no clock, no channel.
//!
//! Messages pass one gate, and everything that follows from what happened (who acts for the host, who holds the remote,
//! whether the room still waits) is settled in one place after each event, and told where it differs from what was told
//! before. So what participants know cannot drift from what is so.

use super::{
    bounds::*,
    chat::Chat,
    event::{ConnectionId, Effect, Event, Opening, Save},
    known::Known,
    outbox::Outbox,
    permission::{self, Requirement},
    playback::Player,
    queue::Queue,
    rate::{self, Class, Verdict},
    record::RoomRecord,
    remote::Holding,
    seats::Seats,
    talk::Words,
    telling::Told,
    waiting::Patience,
};
use app::protocol::room::*;
use std::collections::BTreeSet;

/// One open room.
#[derive(Debug)]
pub struct Room {
    /// All that is kept, but for what the parts below own; [`Self::record`] puts it together.
    pub(super) record: RoomRecord,
    pub(super) capacity_limit: u32,
    pub(super) idle_ms: i64,
    pub(super) seats: Seats,
    pub(super) known: Known,
    pub(super) acting_host: Option<ParticipantId>,
    pub(super) player: Player,
    pub(super) patience: Patience,
    pub(super) queue: Queue,
    pub(super) remote: Holding,
    pub(super) chat: Chat,
    pub(super) times: Times,
    /// Grows with each change of the list of bans.
    pub(super) bans_version: u64,
    pub(super) told: Told,
    pub(super) out: Outbox,
    /// Whether something may follow from what just happened.
    pub(super) is_unsettled: bool,
    /// Whether what is kept has changed.
    pub(super) is_dirty: bool,
    /// Whether somebody's standing is still to be told.
    pub(super) has_new_standings: bool,
    pub(super) life: Life,
}

/// Whether a room still does anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// It does.
    Open,
    /// The server stops. What is kept says that the room is open.
    Stopped,
    /// It is over.
    Closed,
}

/// When what was last.
#[derive(Debug)]
pub(super) struct Times {
    /// The latest that the room has heard of.
    pub now: ServerTime,
    /// When somebody last did something.
    pub active: ServerTime,
    /// When the room last noted that it lives.
    pub saved: ServerTime,
    /// When standings were last told.
    pub told_standings: ServerTime,
    /// Since when there is nobody, not even away.
    pub empty: Option<ServerTime>,
    /// Since when nobody is connected, and where playback was then.
    pub deserted: Option<ServerTime>,
    /// Playback as it was when the crashed room last noted that it lives, until somebody comes.
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
        let known = Known::restored(std::mem::take(&mut record.state.known));
        record.state.seated.clear();
        let queue = Queue::restored(&mut record.state, opening.seed);
        let told = Told::of(&record, player.playback());
        Self {
            capacity_limit: opening.capacity_limit,
            idle_ms: opening.idle_ms,
            seats: Seats::default(),
            known,
            acting_host: None,
            player,
            patience: Patience::default(),
            queue,
            remote: Holding::default(),
            chat,
            times: Times {
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
            life: Life::Open,
            record,
        }
    }

    /// Takes in what happened, and tells what is to be done.
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

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: ServerTime) -> Vec<Effect> {
        let now = self.advance(now);
        if self.is_open() {
            self.do_what_is_due(now);
        }
        self.out.take()
    }

    /// When [`Self::handle_timeout`] is to be called at the latest.
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

    /// What is to be kept of it now.
    pub fn record(&self, now: ServerTime) -> RoomRecord {
        let mut record = self.record.clone();
        record.beat = now;
        record.is_open = self.life != Life::Closed;
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

    /// Who has a seat, where a password would be asked of them if the server did not remember.
    pub(super) fn seated(&self) -> Vec<PersonId> {
        if !self.record.state.settings.has_password {
            return Vec::new();
        }
        let people: BTreeSet<_> = self.seats.iter().map(|seat| &seat.person).collect();
        people.into_iter().cloned().collect()
    }

    /// People in it, seats of lost connections included.
    pub fn participants(&self) -> usize {
        self.seats.len()
    }

    fn is_open(&self) -> bool {
        self.life == Life::Open
    }

    /// The room's clock never goes backwards, whatever the caller's does.
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

    /// The one gate: known, not too fast, allowed, not stale; then it is done.
    fn message(&mut self, now: ServerTime, connection: ConnectionId, message: ClientMessage) {
        let Some(seat) = self.seats.at_mut(connection) else {
            return;
        };
        let (id, class) = (seat.id, rate::class(&message));
        let nonce = match message {
            ClientMessage::Say { nonce, .. } => Some(nonce),
            _ => None,
        };
        let done = match seat.buckets.take(now, class) {
            Verdict::Flood => return self.throw_out_flooder(now, id),
            Verdict::Refuse => Err(Refusal::TooFast),
            Verdict::Pass => self.permit(connection, &message).and_then(|()| {
                self.note_activity(now, id, class);
                self.act(now, connection, message)
            }),
        };
        if let Err(reason) = done {
            self.out.send(connection, ServerMessage::Refused { reason, nonce });
        }
    }

    fn permit(&self, connection: ConnectionId, message: &ClientMessage) -> Result<(), Refusal> {
        let Some(seat) = self.seats.at(connection) else {
            return Ok(());
        };
        let requirement: Requirement = permission::required(message);
        self.permits(seat, requirement)?;
        match permission::epoch(message) {
            Some(epoch) if self.player.is_stale(epoch, seat.id) => Err(Refusal::Stale),
            _ => Ok(()),
        }
    }

    /// What a page tells by itself is no activity; what only words follow from settles nothing.
    fn note_activity(&mut self, now: ServerTime, id: ParticipantId, class: Class) {
        if !matches!(class, Class::Clock | Class::Report) {
            self.times.active = now;
            self.remote.touch(now, id);
        }
        self.is_unsettled |= !matches!(
            class,
            Class::Clock | Class::Report | Class::Chat | Class::Emoji | Class::Typing
        );
    }

    fn act(&mut self, now: ServerTime, connection: ConnectionId, message: ClientMessage) -> Result<(), Refusal> {
        let Some(id) = self.seats.at(connection).map(|seat| seat.id) else {
            return Ok(());
        };
        match message {
            ClientMessage::Ping { sent_at } => self.pong(now, connection, sent_at)?,
            ClientMessage::Report { standing } => self.report(now, id, standing),
            ClientMessage::Ready { epoch, duration_ms } => self.ready(now, id, epoch, duration_ms),
            ClientMessage::Ended { epoch } => self.ended(now, id, epoch),
            ClientMessage::Play { .. } => self.play(now, id)?,
            ClientMessage::Pause { position_ms, .. } => self.pause(now, id, position_ms)?,
            ClientMessage::Seek { position_ms, .. } => self.seek(now, id, position_ms)?,
            ClientMessage::SetRate { rate, .. } => self.set_rate(now, id, rate)?,
            ClientMessage::PlayItem { item, .. } => self.play_item(now, id, item)?,
            ClientMessage::Drag { dragging } => self.drag(now, id, dragging),
            ClientMessage::QueueAdd { addition } => self.queue_add(connection, addition)?,
            ClientMessage::QueueRemove { item } => self.queue_remove(item)?,
            ClientMessage::QueueMove { item, before } => self.queue_move(item, before)?,
            ClientMessage::AskRemote => self.ask_remote(id)?,
            ClientMessage::WithdrawAsk => {
                self.remote.forget_request(id);
            }
            ClientMessage::TakeRemote => self.take_remote(now, id),
            ClientMessage::PassRemote { to } => self.pass_remote(now, id, to)?,
            ClientMessage::DeclineAsk { participant } => self.decline_ask(participant)?,
            ClientMessage::Say {
                nonce,
                text,
                reply_to,
                about_now,
            } => {
                let words = Words {
                    nonce,
                    text,
                    reply_to,
                    about_now,
                };
                self.say(now, connection, words)?;
            }
            ClientMessage::EditMessage { id, text } => self.edit_message(id, &text)?,
            ClientMessage::DeleteMessage { id } => self.delete_message(id)?,
            ClientMessage::React { id, emoji, on } => self.react(connection, id, emoji, on)?,
            ClientMessage::Typing { typing } => self.typing(connection, typing),
            ClientMessage::Emote { emoji } => self.emote(connection, emoji)?,
            ClientMessage::Rename { name } => self.rename(connection, &name)?,
            ClientMessage::ChangeSettings { change } => self.change_settings(change)?,
            ClientMessage::Kick { participant, ban } => self.kick(now, connection, participant, ban)?,
            ClientMessage::Unban { person } => self.unban(&person)?,
            ClientMessage::SetModerator { participant, on } => self.set_moderator(participant, on)?,
            ClientMessage::HandOver { to } => self.hand_over(to)?,
            ClientMessage::ClearChat => self.clear_chat(),
            ClientMessage::EndRoom => self.end(now),
            ClientMessage::Leave => self.leave(now, connection),
        }
        Ok(())
    }

    fn pong(&mut self, now: ServerTime, connection: ConnectionId, sent_at: f64) -> Result<(), Refusal> {
        if !sent_at.is_finite() {
            return Err(Refusal::Invalid);
        }
        self.out.send(connection, ServerMessage::Pong { sent_at, at: now });
        Ok(())
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

    /// Brings about what follows from what happened, and tells it.
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

    /// When the room is to note that it lives.
    fn beat_at(&self) -> Option<ServerTime> {
        (!self.seats.is_empty()).then(|| self.times.saved.plus(BEAT_MS))
    }

    /// When the room closes by itself, and why.
    fn closes_at(&self) -> Option<(ServerTime, Farewell)> {
        let empty = self.times.empty.map(|since| (since.plus(EMPTY_MS), Farewell::Ended));
        let idle = (self.times.active.plus(self.idle_ms), Farewell::Expired);
        [empty, Some(idle)].into_iter().flatten().min_by_key(|(at, _)| *at)
    }
}
