//! Broadcasts: their content, rate and recipients.

use super::*;

fn standings(heard: &[ServerMessage]) -> Vec<(ParticipantId, Standing)> {
    let told = |message: &ServerMessage| match message {
        ServerMessage::Playback(PlaybackUpdate::Standings { standings }) => standings.clone(),
        _ => Vec::new(),
    };
    heard.iter().flat_map(told).collect()
}

fn report(story: &mut Story, name: &str, ahead_ms: u32) {
    let standing = Standing {
        ahead_ms,
        ..standing(10, false)
    };
    story.does(name, ClientMessage::Playback(PlaybackRequest::Report { standing }));
}

#[test]
fn clock_is_answered_to_whoever_asks() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .does("ada", ClientMessage::Ping(Ping { sent_at: 12.5 }));
    assert_eq!(
        story.hears("ada"),
        [ServerMessage::Pong {
            sent_at: 12.5,
            at: story.now
        }]
    );
    assert_eq!(story.hears("bob"), []);
    story
        .does("ada", ClientMessage::Ping(Ping { sent_at: f64::NAN }))
        .refused("ada", Refusal::Invalid);
}

#[test]
fn standings_are_told_once_a_second() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).after(5_000);
    report(&mut story, "ada", 1);
    assert_eq!(standings(story.hears("bob")).len(), 1, "the first one at once");
    report(&mut story, "ada", 2);
    report(&mut story, "bob", 3);
    assert_eq!(story.effects, []);
    story.after(STANDINGS_MS);
    assert_eq!(story.view("bob").standings.len(), 2);
    assert_eq!(story.view("bob").standings[&ParticipantId(1)].ahead_ms, 2);
}

#[test]
fn standings_that_did_not_change_are_not_told() {
    let mut story = Story::new();
    story.joins("ada").after(5_000);
    report(&mut story, "ada", 1);
    story.after(10_000);
    report(&mut story, "ada", 1);
    assert_eq!(story.effects, []);
}

#[test]
fn only_changed_standings_are_told() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).after(5_000);
    report(&mut story, "ada", 1);
    story.after(5_000);
    report(&mut story, "bob", 1);
    assert_eq!(standings(story.hears("ada")).len(), 1);
}

#[test]
fn in_large_rooms_each_hears_their_own_standing() {
    let mut story = Story::with(|settings| settings.capacity = 100);
    for number in 0..=STANDINGS_PEOPLE {
        story.joins(&format!("g{number}"));
    }
    story.after(5_000);
    report(&mut story, "g0", 7);
    assert_eq!(standings(story.hears("g0")).len(), 1);
    assert_eq!(story.hears("g1"), []);
    story.joins("late");
    assert!(story.view("late").standings.is_empty());
    story.does("g1", ClientMessage::Chat(ChatRequest::Typing { typing: true }));
    assert_eq!(story.effects, [], "nor who writes");
}

#[test]
fn standings_of_another_video_are_forgotten() {
    let mut story = Story::new();
    story
        .joins("ada")
        .watching("ada")
        .flows("ada")
        .loads("ada", 2)
        .joins("bob");
    assert!(story.view("bob").standings.is_empty());
    assert!(story.view("ada").standings.is_empty());
}

#[test]
fn standings_stay_when_the_length_becomes_known() {
    let mut story = Story::new();
    story
        .joins("ada")
        .loads("ada", 1)
        .after(5_000)
        .flows("ada")
        .ready("ada");
    assert_eq!(story.view("ada").standings.len(), 1);
}

#[test]
fn open_room_notes_that_it_lives() {
    let mut story = Story::new();
    story.joins("ada");
    story.saves.clear();
    story.after(HEARTBEAT_MS * 4);
    assert_eq!(story.saves, vec![Save::Record; 4]);
    story.leaves("ada");
    story.saves.clear();
    story.after(EMPTY_TIMEOUT_MS - 1);
    assert_eq!(story.saves, [], "an empty one does not");
}

#[test]
fn what_is_kept_is_saved_when_it_changes() {
    let mut story = Story::new();
    story
        .all_join(&["host", "ada"])
        .watching("host")
        .queues("host", 2)
        .queues("host", 3);
    let shuffle = SettingsChange {
        shuffle: Some(true),
        ..Default::default()
    };
    let (participant, ban) = (ParticipantId(2), true);
    let steps = [
        ClientMessage::Playback(PlaybackRequest::Pause {
            epoch: story.epoch(),
            position_ms: 0,
        }),
        ClientMessage::Queue(QueueRequest::Move {
            item: ItemId(2),
            before: None,
        }),
        ClientMessage::Queue(QueueRequest::Remove { item: ItemId(2) }),
        ClientMessage::Settings(shuffle),
        ClientMessage::People(PeopleRequest::Kick { participant, ban }),
    ];
    for step in steps {
        story.does("host", step);
        assert!(
            story.effects.ends_with(&[Effect::Save(Save::Record)]),
            "{:?}",
            story.effects
        );
    }
}

#[test]
fn record_is_what_is() {
    let mut story = Story::new();
    story
        .all_join(&["host", "ada"])
        .watching("host")
        .queues("ada", 2)
        .after(1_000)
        .does("ada", say("hi"));
    let record = story.room.record(story.now);
    assert!(record.is_open);
    assert_eq!(record.beat, story.now);
    assert_eq!(record.state.playback.position_at(story.now), 1_000);
    assert_eq!(record.state.queue.len(), 1);
    assert_eq!(
        (record.state.next_item, record.state.next_message),
        (ItemId(3), MessageId(2))
    );
}

#[test]
fn talk_tells_nothing_else() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).watching("ada");
    story.stores = None;
    story.does("bob", say("hi"));
    assert_eq!(story.effects.len(), 3, "{:?}", story.effects);
}

#[test]
fn start_of_playback_is_told_once() {
    let mut story = Story::new();
    story.joins("ada").loads("ada", 1).ready("ada");
    let told = |message: &&ServerMessage| matches!(message, ServerMessage::Playback(PlaybackUpdate::Changed { .. }));
    assert_eq!(story.hears("ada").iter().filter(told).count(), 1);
    assert_eq!(story.hears("ada").len(), 2, "and that nobody is missing");
}
