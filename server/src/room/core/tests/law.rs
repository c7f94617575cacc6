//! Invariants, checked after every step of every story, including thousands of random ones.

use super::*;

/// Checks the invariants. `before` is playback before the step; positions count only while there are participants.
pub fn check(story: &Story, before: &Playback, is_empty: bool) {
    let now = story.now;
    let record = story.room.record(now);
    let after = &record.state.playback;
    assert!(after.epoch >= before.epoch, "the epoch went back");
    assert!(
        story.room.next_deadline().is_none_or(|deadline| deadline > now),
        "a deadline has passed: {:?} at {now:?}",
        story.room.next_deadline()
    );
    assert!(record.state.queue.len() <= QUEUE_ITEMS);
    if !is_empty {
        position_has_a_cause(story, before, after);
    }
    let length = after.video().and_then(|video| video.duration_ms);
    assert!(after.position_at(now) >= 0 && length.is_none_or(|length| after.position_at(now) <= length));
    assert_eq!(after.video().is_none(), after.state == PlaybackState::Idle);
    for (connection, view) in &story.views {
        let fresh = story
            .room
            .snapshot_for(now, *connection)
            .expect("a view without a seat");
        assert_eq!(comparable(story, view.clone()), comparable(story, RoomView::new(fresh)));
        people_are_right(view);
    }
    let state = &record.state;
    let is_out = |person: &PersonId| {
        state.bans.iter().any(|ban| &ban.person == person)
            || state.removed.iter().any(|removed| &removed.person == person)
    };
    for view in story.views.values() {
        let inside = view.participants.iter().find(|one| is_out(&one.person));
        assert_eq!(inside, None, "somebody who was sent out is in");
    }
    if let Some(view) = story.views.values().next() {
        assert_eq!(view.participants.len(), story.room.participants());
        let present = view.participants.iter().filter(|participant| !participant.away).count();
        assert_eq!(present, story.views.len(), "somebody present sees nothing");
    }
}

/// Asserts that the playhead jumps only where a participant moved it, or where another video begins.
fn position_has_a_cause(story: &Story, before: &Playback, after: &Playback) {
    let jump = after.position_at(story.now) - before.position_at(story.now);
    let is_caused = story.effects.iter().any(|effect| {
        matches!(
            effect,
            Effect::Broadcast {
                message: ServerMessage::Playback(PlaybackUpdate::Changed { cause: Some(_), .. }),
                ..
            }
        )
    });
    let item = |playback: &Playback| playback.video().map(|video| video.item);
    let is_new = item(before) != item(after);
    assert!(jump.abs() <= 1 || is_caused || is_new, "{before:?} jumped to {after:?}");
}

fn people_are_right(view: &RoomView) {
    let is_there = |id| view.participant(id).is_some();
    let is_there_if_any = |id: Option<ParticipantId>| id.is_some_and(is_there);
    assert!(is_there_if_any(view.remote.holder), "the holder has no seat");
    assert!(
        is_there_if_any(view.acting_host),
        "whoever acts for the host has no seat"
    );
    assert!(view.remote.requests.iter().all(|id| is_there(*id)));
    assert!(view.remote.requests.iter().all(|id| Some(*id) != view.remote.holder));
    assert!(view.remote.requests.len() <= REMOTE_REQUESTS);
    assert!(view.waiting_for.iter().all(|id| is_there(*id)));
    assert!(view.bans.is_empty() || view.has_hosts_say(), "bans told to a stranger");
    let waits = matches!(view.playback.state, PlaybackState::Waiting { .. });
    assert_eq!(
        waits,
        !view.waiting_for.is_empty(),
        "waits for nobody, or does not wait"
    );
    let mut names: Vec<_> = view
        .participants
        .iter()
        .map(|participant| (participant.name.to_lowercase(), &participant.person))
        .collect();
    names.sort();
    names.dedup();
    let people = names.len();
    names.dedup_by(|a, b| a.0 == b.0);
    assert_eq!(names.len(), people, "two people of one name");
}

/// Strips a view of what only a page has, and cuts its chat to what a snapshot contains.
fn comparable(story: &Story, mut view: RoomView) -> RoomView {
    view.standings.clear();
    view.typing.clear();
    view.notices.clear();
    view.unstored.clear();
    view.not_stored.clear();
    if story.was_handed_over {
        view.chat.retain(|message| message.id >= story.opening_begins);
        view.chat_goes_on = false;
    }
    if view.chat.len() >= CHAT_PAGE {
        view.chat = view.chat.split_off(view.chat.len() - CHAT_PAGE);
        view.chat_goes_on = true;
    }
    view
}
