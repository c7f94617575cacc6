//! Playback control by participants.

use super::*;

#[test]
fn first_one_in_holds_the_remote_and_plays() {
    let mut story = Story::new();
    story.joins("ada").holder_is("ada").acting_is("ada");
    story.joins("bob").watching("ada").at(0);
}

#[test]
fn nothing_is_done_to_no_video() {
    let mut story = Story::new();
    story.joins("ada");
    story.plays("ada").refused("ada", Refusal::NoVideo);
    story.pauses("ada").refused("ada", Refusal::NoVideo);
    story.seeks("ada", 5).refused("ada", Refusal::NoVideo);
    let epoch = story.epoch();
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::SetRate { epoch, rate: 2.0 }),
        )
        .refused("ada", Refusal::NoVideo);
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::PlayItem { epoch, item: None }),
        )
        .refused("ada", Refusal::NoVideo);
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::PlayItem {
                epoch,
                item: Some(ItemId(3)),
            }),
        )
        .refused("ada", Refusal::Gone);
}

#[test]
fn play_starts_at_an_instant_that_all_can_meet() {
    for (ping_ms, lead_ms) in [
        (0, 300),
        (100, 300),
        (150, 300),
        (400, 800),
        (750, 1_500),
        (60_000, 1_500),
    ] {
        let mut story = Story::new();
        story.all_join(&["ada", "bob"]).watching("ada").pauses("ada");
        story.does(
            "bob",
            ClientMessage::Playback(PlaybackRequest::Report {
                standing: standing(ping_ms, false),
            }),
        );
        story.plays("ada").is(PlaybackState::Playing);
        assert_eq!(story.playback().anchor.at, story.now.plus(lead_ms));
        story.after(lead_ms).at(0).after(1_000).at(1_000);
    }
}

#[test]
fn pings_of_those_who_are_away_do_not_count() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).watching("ada").pauses("ada");
    story
        .does(
            "bob",
            ClientMessage::Playback(PlaybackRequest::Report {
                standing: standing(700, false),
            }),
        )
        .vanishes("bob")
        .plays("ada");
    assert_eq!(story.playback().anchor.at, story.now.plus(300));
}

#[test]
fn pause_stops_where_the_sender_is_if_that_is_near() {
    for (seen_ms, at_ms) in [
        (10_000, 10_000),
        (8_000, 8_000),
        (12_000, 12_000),
        (7_999, 10_000),
        (12_001, 10_000),
        (0, 10_000),
    ] {
        let mut story = Story::new();
        story.joins("ada").watching("ada").after(10_000);
        let epoch = story.epoch();
        story.does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::Pause {
                epoch,
                position_ms: seen_ms,
            }),
        );
        story.is(PlaybackState::Paused).at(at_ms).after(60_000).at(at_ms);
    }
}

#[test]
fn positions_out_of_bounds_are_refused() {
    for position_ms in [-1, i64::MIN, i64::MAX, DURATION_MS + 1] {
        let mut story = Story::new();
        story.joins("ada").watching("ada");
        let epoch = story.epoch();
        story.seeks("ada", position_ms).refused("ada", Refusal::Invalid);
        story
            .does(
                "ada",
                ClientMessage::Playback(PlaybackRequest::Pause { epoch, position_ms }),
            )
            .refused("ada", Refusal::Invalid);
        assert_eq!(story.epoch(), epoch);
    }
}

#[test]
fn seek_past_the_end_goes_to_the_end() {
    let mut story = Story::new();
    story
        .joins("ada")
        .watching("ada")
        .pauses("ada")
        .seeks("ada", FILM_MS + 1)
        .at(FILM_MS);
}

#[test]
fn rates_out_of_bounds_are_refused() {
    for rate in [f64::NAN, f64::INFINITY, -1.0, 0.0, 0.24, 4.01] {
        let mut story = Story::new();
        story.joins("ada").watching("ada");
        let epoch = story.epoch();
        story
            .does("ada", ClientMessage::Playback(PlaybackRequest::SetRate { epoch, rate }))
            .refused("ada", Refusal::Invalid);
    }
}

#[test]
fn rate_changes_from_here_on() {
    let mut story = Story::new();
    story.joins("ada").watching("ada").after(10_000);
    let epoch = story.epoch();
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::SetRate { epoch, rate: 2.0 }),
        )
        .at(10_000)
        .after(5_000)
        .at(20_000);
    let epoch = story.epoch();
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::SetRate { epoch, rate: 0.5 }),
        )
        .at(20_000)
        .after(4_000)
        .at(22_000);
}

#[test]
fn rate_changes_before_a_start_without_moving_it() {
    let mut story = Story::new();
    story.joins("ada").watching("ada").pauses("ada").plays("ada");
    let (epoch, anchor) = (story.epoch(), story.playback().anchor);
    story.does(
        "ada",
        ClientMessage::Playback(PlaybackRequest::SetRate { epoch, rate: 2.0 }),
    );
    assert_eq!(story.playback().anchor, anchor);
    story.after(300 + 1_000).at(2_000);
}

#[test]
fn what_changes_nothing_is_told_to_nobody() {
    let mut story = Story::new();
    story.joins("ada").watching("ada").after(10_000);
    let epoch = story.epoch();
    story.plays("ada");
    assert_eq!(story.effects, []);
    story.does(
        "ada",
        ClientMessage::Playback(PlaybackRequest::SetRate { epoch, rate: 1.0 }),
    );
    assert_eq!(story.effects, []);
    story.pauses("ada").pauses("ada");
    assert_eq!(story.effects, []);
    assert_eq!(story.epoch(), Epoch(epoch.0 + 1));
}

#[test]
fn each_change_says_whose_it_is() {
    let mut story = Story::new();
    story.joins("ada").watching("ada");
    let by = story.seat("ada");
    let epoch = story.epoch();
    let cause = |story: &Story| {
        story.effects.iter().find_map(|effect| match effect {
            Effect::Broadcast {
                message: ServerMessage::Playback(PlaybackUpdate::Changed { cause, .. }),
                ..
            } => *cause,
            _ => None,
        })
    };
    story.pauses("ada");
    assert_eq!(
        cause(&story),
        Some(Cause {
            by,
            action: Action::Pause
        })
    );
    story.plays("ada");
    assert_eq!(
        cause(&story),
        Some(Cause {
            by,
            action: Action::Play
        })
    );
    story.seeks("ada", 1_000);
    assert_eq!(
        cause(&story),
        Some(Cause {
            by,
            action: Action::Seek
        })
    );
    story.does(
        "ada",
        ClientMessage::Playback(PlaybackRequest::SetRate { epoch, rate: 2.0 }),
    );
    assert_eq!(
        cause(&story),
        Some(Cause {
            by,
            action: Action::Rate
        })
    );
    story.loads("ada", 2);
    assert_eq!(
        cause(&story),
        Some(Cause {
            by,
            action: Action::Video
        })
    );
    assert_eq!(story.epoch(), Epoch(epoch.0 + 5));
}

#[test]
fn seek_while_paused_stays_paused() {
    let mut story = Story::new();
    story
        .joins("ada")
        .watching("ada")
        .pauses("ada")
        .seeks("ada", 90_000)
        .is(PlaybackState::Paused)
        .at(90_000);
}

#[test]
fn late_joiner_lands_where_the_room_is_and_stops_nobody() {
    let mut story = Story::with(|settings| settings.wait_for_everyone = true);
    story
        .joins("ada")
        .watching("ada")
        .after(60_000)
        .joins("bob")
        .is(PlaybackState::Playing);
    story.stalls("bob").is(PlaybackState::Playing).at(60_000);
    assert_eq!(story.view("bob").playback.position_at(story.now), 60_000);
}
