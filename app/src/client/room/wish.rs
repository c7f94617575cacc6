//! What the viewer wishes of the film, as requests to the room. Only a pause is done here and now: it harms nobody.

use super::handle::{Part, Room};
use crate::client::js;
use crate::client::player::Wish;
use crate::protocol::room::*;
use leptos::prelude::*;
use std::time::Duration;

/// Whoever keeps a key pressed asks for a place this often at most.
const SEEK_EVERY: Duration = Duration::from_millis(250);

/// A skip that follows another within this time goes on from where that one led, milliseconds.
const SKIPS_TOGETHER_MS: f64 = 1_200.0;

impl Room {
    /// From now on the player asks the room.
    pub fn govern(&self) {
        let room = *self;
        self.player.govern(move |wish| room.wish(wish));
        Effect::new(move |_| {
            let may = room.read(Part::Remote, |view| view.may_control())
                | room.read(Part::Settings, |view| view.may_control());
            room.player.may_control.set(may);
        });
    }

    fn wish(&self, wish: Wish) {
        let (may, playback) = self.peek(|view| (view.may_control(), Some(view.playback.clone())));
        let Some(playback) = playback else { return };
        if playback.video.is_none() {
            return;
        }
        if !may {
            if !matches!(wish, Wish::Drag(_)) {
                self.say_hint(self.whom_to_ask());
            }
            return;
        }
        let epoch = playback.epoch;
        let is_going = matches!(playback.state, PlaybackState::Playing | PlaybackState::Waiting { .. });
        match wish {
            Wish::Toggle if is_going => self.pause(epoch),
            Wish::Pause => self.pause(epoch),
            Wish::Toggle | Wish::Play => self.tell(ClientMessage::Play { epoch }),
            Wish::Seek(to) => self.go_to(epoch, to),
            Wish::Skip(by) => self.go_to(epoch, self.skip_from() + by),
            Wish::Speed(rate) => self.tell(ClientMessage::SetRate { epoch, rate }),
            Wish::Drag(dragging) => drop(self.send(ClientMessage::Drag { dragging })),
        }
    }

    fn whom_to_ask(&self) -> String {
        let holder = self.peek(|view| {
            let holder = view.remote.holder?;
            Some(view.participant(holder)?.name.clone())
        });
        match holder {
            Some(name) => format!("{name} holds the remote. Ask for it to control the film."),
            None => "Ask for the remote to control the film.".to_owned(),
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
        self.tell(ClientMessage::Pause { epoch, position_ms });
    }

    /// The room did not follow: the picture goes on.
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
        // The seek bar is there at once; the picture when the room is.
        self.player.position.set(to);
        self.seek_in_turn(ClientMessage::Seek {
            epoch,
            position_ms: (to * 1000.0).round() as i64,
        });
    }

    /// Says where to go: the first wish at once, and of those that come too fast after it the last one.
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
            .replace(set_timeout_with_handle(rested, SEEK_EVERY).ok());
        self.tell(seek);
    }

    /// Where a skip begins, seconds.
    fn skip_from(&self) -> f64 {
        let wanted = self.inner().and_then(|inner| inner.wanted.get());
        let is_fresh = |at: f64| js::performance_now() - at < SKIPS_TOGETHER_MS;
        match wanted.filter(|(_, at)| is_fresh(*at)) {
            Some((to, _)) => to,
            None => self.player.element().map_or(0.0, |video| video.current_time()),
        }
    }

    /// Goes to a place in the room's film, milliseconds.
    pub fn jump_to(&self, position_ms: i64) {
        self.player.seek(position_ms as f64 / 1000.0);
    }

    /// Plays a line of the queue, or the next one.
    pub fn play_item(&self, item: Option<ItemId>) {
        // What was just removed is not what comes next.
        self.settle_removal();
        self.removing.notify();
        if let Some(inner) = self.inner() {
            inner.seek_next.take();
        }
        let epoch = self.peek(|view| view.playback.epoch);
        self.tell(ClientMessage::PlayItem { epoch, item });
    }
}
