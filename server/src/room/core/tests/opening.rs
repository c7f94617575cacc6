//! Opening a room: after it was closed, after a crash, and with the state that was stored.

use super::*;

/// Returns the stored state of a room in which a video had played for a minute, `ago_ms` before the story begins.
fn kept(is_open: bool, ago_ms: i64) -> Opening {
    let mut opening = opening();
    let beat = ServerTime(BEGIN.0 - ago_ms);
    opening.record.beat = beat;
    opening.record.is_open = is_open;
    opening.record.state.playback = Playback {
        epoch: Epoch(5),
        screen: Screen::Video(Video {
            item: ItemId(1),
            source: film(1).source,
            title: "Film 1".into(),
            duration_ms: Some(FILM_MS),
        }),
        state: PlaybackState::Playing,
        anchor: Anchor {
            position_ms: 0,
            at: ServerTime(beat.0 - 60_000),
        },
        rate: 1.0,
    };
    opening.record.state.next_item = ItemId(2);
    opening
}

#[test]
fn room_is_as_it_was_left() {
    let mut story = Story::new();
    story
        .all_join(&["host", "ada"])
        .watching("host")
        .queues("ada", 2)
        .after(7_000);
    story.sets(
        "host",
        SettingsChange {
            title: Some("Late".into()),
            ..Default::default()
        },
    );
    story.does("host", ClientMessage::Room(RoomRequest::End));
    let record = story.room.record(story.now);
    let mut again = Story::opened_at(story.now.plus(1_000_000), Opening { record, ..opening() });
    again
        .joins("host")
        .is(PlaybackState::Paused)
        .at(7_000)
        .holder_is("host");
    let view = again.view("host");
    assert_eq!((view.queue.len(), view.settings.title.as_str()), (1, "Late"));
    again.queues("host", 3);
    assert_eq!(again.view("host").queue[1].id, ItemId(3));
}

#[test]
fn after_a_crash_playback_goes_on_as_if_nothing_had_been() {
    for ago_ms in [0, 5_000, HEARTBEAT_FRESH_MS] {
        let mut story = Story::opened(kept(true, ago_ms));
        story
            .joins("ada")
            .is(PlaybackState::Playing)
            .at(60_000 + ago_ms)
            .after(1_000)
            .at(61_000 + ago_ms);
        assert_eq!(story.epoch(), Epoch(5));
    }
}

#[test]
fn long_after_a_crash_it_stands_where_the_room_lived_last() {
    let mut story = Story::opened(kept(true, HEARTBEAT_FRESH_MS + 1));
    story.joins("ada").is(PlaybackState::Paused).at(60_000);
}

#[test]
fn clock_that_was_put_back_moves_nothing() {
    let mut story = Story::opened(kept(true, -5_000));
    story.joins("ada").is(PlaybackState::Paused).at(60_000);
}

#[test]
fn closed_room_does_not_go_on_by_itself() {
    let mut story = Story::opened(kept(false, 1_000));
    story.joins("ada").is(PlaybackState::Paused).at(60_000);
}

#[test]
fn crash_in_the_middle_of_a_wait_starts_soon() {
    let mut opening = kept(true, 1_000);
    opening.record.state.playback.state = PlaybackState::Waiting { until: BEGIN };
    opening.record.state.playback.anchor.position_ms = 9_000;
    let mut story = Story::opened(opening);
    story
        .joins("ada")
        .is(PlaybackState::Playing)
        .at(9_000)
        .after(*START_MS.end() + 500)
        .at(9_500);
}

#[test]
fn when_nobody_comes_back_after_a_crash_nothing_was_played() {
    let mut story = Story::opened(kept(true, 5_000));
    story.after(EMPTY_TIMEOUT_MS).is(PlaybackState::Paused).at(60_000);
    assert!(!story.room.record(story.now).is_open);
}

#[test]
fn when_nobody_comes_back_the_queue_waits() {
    let mut opening = kept(true, 1_000);
    opening.record.state.playback.anchor.at = ServerTime(BEGIN.0 - FILM_MS + 2_000);
    opening.record.state.queue.push(QueueItem {
        id: ItemId(2),
        source: film(2).source,
        title: "Film 2".into(),
        added_by: "ada".into(),
    });
    let mut story = Story::opened(opening);
    story.after(5_000).is(PlaybackState::Paused).at(FILM_MS).joins("ada");
    assert_eq!(story.view("ada").queue.len(), 1);
}

#[test]
fn server_that_restarts_goes_on_in_step() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .after(5_000)
        .happens(Event::Stopping);
    let record = story.room.record(story.now);
    let mut again = Story::opened_at(story.now.plus(4_000), Opening { record, ..opening() });
    again.joins("bob").joins("ada").is(PlaybackState::Playing).at(9_000);
}

#[test]
fn numbers_of_messages_are_never_used_again() {
    let mut story = Story::opened(kept(true, 1_000));
    story.joins("ada").does("ada", say("hi"));
    assert!(
        story.view("ada").chat[0].id > MessageId(CRASH_GAP),
        "some may have been said and not kept"
    );
    let mut opening = opening();
    opening.record.state.next_message = MessageId(40);
    let mut story = Story::opened(opening);
    story.joins("ada").does("ada", say("hi"));
    assert_eq!(story.view("ada").chat[0].id, MessageId(40));
}

#[test]
fn who_was_there_may_come_back_into_a_locked_room_after_a_crash() {
    let mut story = Story::new();
    story.all_join(&["host", "ada"]).sets(
        "host",
        SettingsChange {
            locked: Some(true),
            ..Default::default()
        },
    );
    let record = story.room.record(story.now);
    let mut again = Story::opened_at(story.now.plus(1_000), Opening { record, ..opening() });
    again
        .joins("ada")
        .joins("bob")
        .closed_with("bob", CloseCode::NotAllowed);
    assert_eq!(again.room.participants(), 1);
}

#[test]
fn who_was_there_is_kept_only_where_it_matters() {
    let mut story = Story::new();
    story.all_join(&["host", "ada"]);
    assert!(story.room.record(story.now).state.known.is_empty());
    story.sets(
        "host",
        SettingsChange {
            locked: Some(true),
            ..Default::default()
        },
    );
    assert_eq!(story.room.record(story.now).state.known.len(), 2);
    story.does("host", ClientMessage::Room(RoomRequest::End));
    assert!(story.room.record(story.now).state.known.is_empty());
}

#[test]
fn record_of_an_older_program_is_read() {
    let mut json = serde_json::to_value(&opening().record.state).unwrap();
    json.as_object_mut().unwrap().remove("known");
    let state: RoomState = serde_json::from_value(json).unwrap();
    assert_eq!(state, opening().record.state);
}

#[test]
fn people_whom_a_room_remembers_are_bounded() {
    let mut known = crate::room::core::known::RecentPeople::default();
    for number in 0..KNOWN_PEOPLE + 10 {
        known.add(person(&number.to_string()));
    }
    assert_eq!(known.people().len(), KNOWN_PEOPLE);
    assert!(!known.contains(&person("9")) && known.contains(&person("10")));
}

#[test]
fn what_was_played_after_a_crash_is_kept_once_somebody_saw_it() {
    let mut story = Story::opened(kept(true, 5_000));
    story
        .joins("ada")
        .after(10_000)
        .leaves("ada")
        .after(EMPTY_TIMEOUT_MS)
        .at(75_000);
}
