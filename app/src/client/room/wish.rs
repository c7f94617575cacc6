//! Translation of the viewer's playback commands into requests to the room. Only a pause is applied at once, without
//! the room's response: it does no harm.

use super::handle::{Part, Room};
use crate::client::js;
use crate::client::player::PlayerCommand;
use crate::protocol::room::*;
use crate::t;
use leptos::prelude::*;
use std::time::Duration;

/// Minimum interval between seek requests, e.g. while a key is held down.
const SEEK_INTERVAL: Duration = Duration::from_millis(250);

/// Time, milliseconds, within which a further skip starts at the previous one's target.
const SKIP_CHAIN_MS: f64 = 1_200.0;

impl Room {
    /// Redirects the player's commands to the room.
    pub fn govern(&self) {
        let room = *self;
        self.player.govern(move |wish| room.wish(wish));
        Effect::new(move |_| {
            let may = room.read(Part::Remote, |view| view.may_control())
                | room.read(Part::Settings, |view| view.may_control());
            room.player.may_control.set(may);
        });
    }

    fn wish(&self, wish: PlayerCommand) {
        let (may, playback) = self.peek(|view| (view.may_control(), Some(view.playback.clone())));
        let Some(playback) = playback else { return };
        if playback.video().is_none() {
            return;
        }
        if !may {
            if !matches!(wish, PlayerCommand::Drag(_)) {
                self.say_hint(self.whom_to_ask());
            }
            return;
        }
        let epoch = playback.epoch;
        let is_going = matches!(playback.state, PlaybackState::Playing | PlaybackState::Waiting { .. });
        match wish {
            PlayerCommand::Toggle if is_going => self.pause(epoch),
            PlayerCommand::Pause => self.pause(epoch),
            PlayerCommand::Toggle | PlayerCommand::Play => {
                self.tell(ClientMessage::Playback(PlaybackRequest::Play { epoch }))
            }
            PlayerCommand::Seek(to) => self.go_to(epoch, to),
            PlayerCommand::Skip(by) => self.go_to(epoch, self.skip_from() + by),
            PlayerCommand::Speed(rate) => self.tell(ClientMessage::Playback(PlaybackRequest::SetRate { epoch, rate })),
            PlayerCommand::Drag(dragging) => {
                let _ = self.send(ClientMessage::Playback(PlaybackRequest::Drag { dragging }));
            }
        }
    }

    fn whom_to_ask(&self) -> String {
        let holder = self.peek(|view| {
            let holder = view.remote.holder?;
            Some(view.participant(holder)?.name.clone())
        });
        match holder {
            Some(name) => t::remote::ask_first(&name),
            None => t::refusal::needs_remote().to_owned(),
        }
    }

    fn pause(&self, epoch: Epoch) {
        let Some(video) = self.player.element() else { return };
        let position_ms = (video.current_time() * 1000.0).round() as i64;
        if let Some(inner) = self.inner() {
            inner.pace.borrow_mut().hold(epoch, js::performance_now());
        }
        self.player.stop();
        self.player.playing.set(false);
        self.tell(ClientMessage::Playback(PlaybackRequest::Pause { epoch, position_ms }));
    }

    /// Undoes an own pause that the room has rejected.
    pub(super) fn unpause(&self) {
        if let Some(inner) = self.inner() {
            inner.pace.borrow_mut().release();
        }
        self.heed();
    }

    fn go_to(&self, epoch: Epoch, to: f64) {
        let end = self.player.duration.get_untracked();
        let to = if end > 0.0 { to.clamp(0.0, end) } else { to.max(0.0) };
        if let Some(inner) = self.inner() {
            inner.wanted.set(Some((to, js::performance_now())));
        }
        // The seek bar moves at once, the film when the room does.
        self.player.position.set(to);
        self.seek_in_turn(ClientMessage::Playback(PlaybackRequest::Seek {
            epoch,
            position_ms: (to * 1000.0).round() as i64,
        }));
    }

    /// Sends a seek at once, or, within the rate limit's interval, keeps the latest one until it ends.
    fn seek_in_turn(&self, seek: ClientMessage) {
        let Some(inner) = self.inner() else { return };
        let is_resting = inner.seek_rest.borrow().is_some();
        if is_resting {
            inner.seek_next.replace(Some(seek));
            return;
        }
        let room = *self;
        let rested = move || {
            let Some(inner) = room.inner() else { return };
            inner.seek_rest.take();
            let next = inner.seek_next.take();
            if let Some(next) = next {
                room.seek_in_turn(next);
            }
        };
        inner
            .seek_rest
            .replace(set_timeout_with_handle(rested, SEEK_INTERVAL).ok());
        self.tell(seek);
    }

    /// Returns the position at which a skip starts, seconds.
    fn skip_from(&self) -> f64 {
        let wanted = self.inner().and_then(|inner| inner.wanted.get());
        let is_fresh = |at: f64| js::performance_now() - at < SKIP_CHAIN_MS;
        match wanted.filter(|(_, at)| is_fresh(*at)) {
            Some((to, _)) => to,
            None => self.player.element().map_or(0.0, |video| video.current_time()),
        }
    }

    /// Seeks in the room's film, milliseconds.
    pub fn jump_to(&self, position_ms: i64) {
        self.player.seek(position_ms as f64 / 1000.0);
    }

    /// Plays a queue item, or the next one.
    pub fn play_item(&self, item: Option<ItemId>) {
        // The item that was just removed must not be played next.
        self.settle_removal();
        self.removing.notify();
        if let Some(inner) = self.inner() {
            inner.seek_next.take();
        }
        let epoch = self.peek(|view| view.playback.epoch);
        self.tell(ClientMessage::Playback(PlaybackRequest::PlayItem { epoch, item }));
    }
}
