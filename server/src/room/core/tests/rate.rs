//! Rate limits.

use super::*;
use crate::room::core::rate::{Buckets, MessageClass, Verdict};

fn ping() -> ClientMessage {
    ClientMessage::Ping(Ping { sent_at: 1.0 })
}

/// Measures how many messages pass at once, and how many more a second later.
fn measured(class: MessageClass) -> (usize, usize) {
    let mut buckets = Buckets::default();
    let mut passed = |now: i64| {
        let verdicts = std::iter::from_fn(|| Some(buckets.take(ServerTime(now), class)));
        verdicts
            .take(200)
            .take_while(|verdict| *verdict == Verdict::Pass)
            .count()
    };
    (passed(1_000_000), passed(1_001_000))
}

#[test]
fn each_class_has_its_burst_and_its_rate() {
    let expected = [
        (MessageClass::Clock, (20, 4)),
        (MessageClass::Report, (20, 4)),
        (MessageClass::Control, (40, 15)),
        (MessageClass::Queue, (30, 3)),
        (MessageClass::Remote, (12, 2)),
        (MessageClass::Chat, (12, 3)),
        (MessageClass::Emoji, (20, 6)),
        (MessageClass::Typing, (8, 2)),
        (MessageClass::People, (20, 3)),
    ];
    for (class, limit) in expected {
        assert_eq!(measured(class), limit, "{class:?}");
    }
    assert_eq!(
        measured(MessageClass::Leave),
        (200, 200),
        "whoever goes is never held back"
    );
}

#[test]
fn full_bucket_is_full_again_after_a_while_and_not_fuller() {
    let mut buckets = Buckets::default();
    for second in 0..3 {
        let now = ServerTime(1_000_000 + second * 3_600_000);
        let passed = (0..100)
            .filter(|_| buckets.take(now, MessageClass::Chat) == Verdict::Pass)
            .count();
        assert_eq!(passed, 12);
    }
}

#[test]
fn one_class_does_not_hold_back_another() {
    let mut story = Story::new();
    story.joins("ada");
    for _ in 0..12 {
        story.does("ada", say("hi")).accepted();
    }
    story
        .does("ada", say("hi"))
        .refused("ada", Refusal::TooFast)
        .does("ada", ping())
        .accepted();
}

#[test]
fn one_participant_does_not_hold_back_another() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]);
    for _ in 0..20 {
        story.does("ada", say("hi"));
    }
    story.does("bob", say("hi")).accepted();
}

#[test]
fn rate_is_asked_before_right() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]);
    for _ in 0..12 {
        story
            .does("bob", ClientMessage::Remote(RemoteRequest::Take))
            .refused("bob", Refusal::NeedsHost);
    }
    story
        .does("bob", ClientMessage::Remote(RemoteRequest::Take))
        .refused("bob", Refusal::TooFast);
}

#[test]
fn coming_in_again_does_not_refill() {
    let mut story = Story::new();
    story.joins("ada");
    for _ in 0..12 {
        story.does("ada", say("hi"));
    }
    story
        .vanishes("ada")
        .joins("ada")
        .does("ada", say("hi"))
        .refused("ada", Refusal::TooFast);
}

#[test]
fn flood_is_closed_and_the_others_see_somebody_go() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]);
    for _ in 0..20 + FLOOD_REFUSALS {
        story.does("ada", ping());
        assert!(story.closed.is_empty());
    }
    story
        .does("ada", ping())
        .closed_with("ada", CloseCode::Flood)
        .holder_is("bob");
    let (id, why) = (ParticipantId(1), Leaving::Lost);
    assert!(
        story
            .hears("bob")
            .contains(&ServerMessage::People(PeopleUpdate::Left { id, why }))
    );
    assert_eq!(story.room.participants(), 1);
}

#[test]
fn refusals_are_forgotten_in_time() {
    let mut story = Story::new();
    story.joins("ada");
    for _ in 0..5 {
        for _ in 0..FLOOD_REFUSALS {
            story.does("ada", ping());
        }
        story.after(FLOOD_MS);
    }
    assert!(story.closed.is_empty());
}

#[test]
fn held_arrow_key_is_no_flood() {
    let mut story = Story::new();
    story.joins("ada").watching("ada");
    let epoch = story.epoch();
    for step in 0..100 {
        story
            .after(100)
            .does(
                "ada",
                ClientMessage::Playback(PlaybackRequest::Seek {
                    epoch,
                    position_ms: step * 5_000,
                }),
            )
            .accepted();
    }
}

#[test]
fn page_that_reports_as_it_should_is_never_refused() {
    let mut story = Story::new();
    story.joins("ada").watching("ada");
    for _ in 0..100 {
        story
            .after(2_000)
            .flows("ada")
            .accepted()
            .does("ada", ping())
            .accepted();
    }
}
