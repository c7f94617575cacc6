//! Handover from a film's page to the room that it leads to: the film, the playhead, and whether it was playing.
//!
//! Kept for that one navigation only: a viewer who enters the room in another way finds it unchanged.

use super::room::{Part, Room};
use crate::protocol::SourceRequest;
use crate::protocol::room::{Addition, ClientMessage, Epoch, PlaybackRequest, PlaybackState, QueueRequest};
use crate::t;
use leptos::prelude::*;
use std::cell::RefCell;

/// Playback state handed over to the room.
#[derive(Debug, Clone, PartialEq)]
pub struct Handover {
    /// The room's code.
    pub room: String,
    /// The film; `None` if the room was created with it.
    pub film: Option<SourceRequest>,
    /// Playhead, seconds.
    pub position_seconds: f64,
    /// Set if the film was playing.
    pub plays: bool,
}

thread_local! {
    static PENDING: RefCell<Option<Handover>> = const { RefCell::new(None) };
}

/// Stores a handover for the room's page.
pub fn leave(handover: Handover) {
    PENDING.replace(Some(handover));
}

fn take(code: &str) -> Option<Handover> {
    PENDING.take().filter(|handover| handover.room == code)
}

impl Room {
    /// Applies the handover, once. Must be called after the room's first snapshot has arrived.
    pub fn take_up(&self) {
        let code = self.peek(|view| view.code.to_string());
        let Some(handover) = take(&code) else { return };
        let Some(source) = handover.film else {
            if handover.plays {
                let epoch = self.peek(|view| view.playback.epoch);
                self.tell(ClientMessage::Playback(PlaybackRequest::Play { epoch }));
            }
            return;
        };
        let (may, is_on) = self.peek(|view| {
            let on = view.playback.video();
            let is_on = on.is_some_and(|video| source.is_met_by(&video.source));
            (view.may_control(), is_on)
        });
        // The others are watching this film already: the room's position wins.
        if is_on {
            return;
        }
        self.tell(ClientMessage::Queue(QueueRequest::Add(Addition {
            source,
            play_now: may,
        })));
        if may {
            self.bring_to(source, handover);
        } else {
            self.say_hint(t::queue::waits());
        }
    }

    /// Waits until the room has switched to the film, then seeks to the handed-over position, and pauses if the film
    /// was paused.
    fn bring_to(&self, source: SourceRequest, handover: Handover) {
        let room = *self;
        let begun = self.peek(|view| view.playback.epoch);
        let sought = StoredValue::new(None::<Epoch>);
        let is_done = StoredValue::new(false);
        let position_ms = (handover.position_seconds * 1000.0).round() as i64;
        Effect::new(move |_| {
            let now = room.read(Part::Playback, |view| {
                let video = view.playback.video()?;
                let is_it = source.is_met_by(&video.source) && view.playback.epoch > begun;
                is_it.then_some((view.playback.epoch, view.playback.state))
            });
            let Some((epoch, state)) = now.filter(|_| !is_done.get_value()) else {
                return;
            };
            match sought.get_value() {
                None => {
                    sought.set_value(Some(epoch));
                    is_done.set_value(handover.plays);
                    room.tell(ClientMessage::Playback(PlaybackRequest::Seek { epoch, position_ms }));
                }
                Some(before) if epoch > before => {
                    is_done.set_value(true);
                    if state != PlaybackState::Paused {
                        room.tell(ClientMessage::Playback(PlaybackRequest::Pause { epoch, position_ms }));
                    }
                }
                Some(_) => {}
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handover_is_for_one_room_and_taken_once() {
        let handover = Handover {
            room: "kxd47mqz".into(),
            film: None,
            position_seconds: 218.0,
            plays: true,
        };
        leave(handover.clone());
        assert_eq!(take("kxd47mqz"), Some(handover.clone()));
        assert_eq!(take("kxd47mqz"), None);
        leave(handover);
        assert_eq!(take("other234"), None);
        assert_eq!(take("kxd47mqz"), None);
    }
}
