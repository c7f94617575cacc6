//! The duration of a video, and its end.

use super::*;

#[test]
fn end_pauses_where_nothing_follows() {
    let mut story = Story::new();
    story
        .joins("ada")
        .watching("ada")
        .after(FILM_MS)
        .is(PlaybackState::Paused)
        .at(FILM_MS);
}

#[test]
fn end_pauses_where_videos_do_not_follow_by_themselves() {
    let mut story = Story::with(|settings| settings.auto_advance = false);
    story.joins("ada").watching("ada").queues("ada", 2).after(FILM_MS);
    story.is(PlaybackState::Paused).at(FILM_MS);
    assert_eq!(story.view("ada").queue.len(), 1);
}

#[test]
fn next_video_follows() {
    let mut story = Story::new();
    story.joins("ada").watching("ada").queues("ada", 2).queues("ada", 3);
    let epoch = story.epoch();
    story.after(FILM_MS).waits().at(0);
    assert_eq!(story.playback().screen.video().cloned().unwrap().title, "Film 2");
    assert_eq!(story.view("ada").queue.len(), 1);
    assert_eq!(story.epoch(), Epoch(epoch.0 + 1));
}

#[test]
fn rate_shortens_the_way_to_the_end() {
    let mut story = Story::new();
    story.joins("ada").watching("ada");
    let epoch = story.epoch();
    story.does(
        "ada",
        ClientMessage::Playback(PlaybackRequest::SetRate { epoch, rate: 4.0 }),
    );
    story
        .after(FILM_MS / 4 - 1)
        .is(PlaybackState::Playing)
        .after(1)
        .is(PlaybackState::Paused)
        .at(FILM_MS);
}

#[test]
fn only_the_holders_picture_ends_the_video_and_only_near_its_end() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .after(FILM_MS - END_TOLERANCE_MS - 1);
    let epoch = story.epoch();
    story
        .does("ada", ClientMessage::Playback(PlaybackRequest::Ended { epoch }))
        .is(PlaybackState::Playing)
        .after(1);
    story
        .does("bob", ClientMessage::Playback(PlaybackRequest::Ended { epoch }))
        .is(PlaybackState::Playing);
    story
        .does("ada", ClientMessage::Playback(PlaybackRequest::Ended { epoch }))
        .is(PlaybackState::Paused)
        .at(FILM_MS - END_TOLERANCE_MS);
}

#[test]
fn video_of_unknown_length_ends_when_the_holder_says() {
    let mut story = Story::new();
    story.joins("ada").loads("ada", 1);
    let epoch = story.epoch();
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::Ready {
                epoch,
                duration_ms: None,
            }),
        )
        .after(300 + 5_000);
    story
        .does("ada", ClientMessage::Playback(PlaybackRequest::Ended { epoch }))
        .is(PlaybackState::Paused)
        .at(5_000);
}

#[test]
fn play_at_the_end_begins_again() {
    let mut story = Story::new();
    story
        .joins("ada")
        .watching("ada")
        .after(FILM_MS)
        .plays("ada")
        .waits()
        .at(0);
    story.ready("ada").after(300 + 1_000).at(1_000);
}

#[test]
fn play_after_an_early_end_begins_again_and_after_a_pause_there_does_not() {
    let mut story = Story::new();
    story.joins("ada").watching("ada").after(FILM_MS - 1_000);
    let epoch = story.epoch();
    story
        .does("ada", ClientMessage::Playback(PlaybackRequest::Ended { epoch }))
        .plays("ada")
        .at(0);
    story
        .ready("ada")
        .after(300)
        .seeks("ada", FILM_MS - 1_000)
        .ready("ada")
        .pauses("ada")
        .plays("ada");
    story.at(FILM_MS - 1_000);
}

#[test]
fn length_is_what_the_holders_page_says() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).loads("ada", 1);
    let epoch = story.epoch();
    let length = |story: &Story| story.playback().screen.video().cloned().unwrap().duration_ms;
    story.does(
        "bob",
        ClientMessage::Playback(PlaybackRequest::Ready {
            epoch,
            duration_ms: Some(1_000),
        }),
    );
    assert_eq!(length(&story), None, "nobody ends a film for others");
    story.does(
        "ada",
        ClientMessage::Playback(PlaybackRequest::Ready {
            epoch,
            duration_ms: Some(FILM_MS),
        }),
    );
    assert_eq!(length(&story), Some(FILM_MS));
    story.does(
        "ada",
        ClientMessage::Playback(PlaybackRequest::Ready {
            epoch,
            duration_ms: Some(FILM_MS + 1),
        }),
    );
    assert_eq!(length(&story), Some(FILM_MS), "it does not change");
}

#[test]
fn length_that_a_page_told_counts_when_it_holds_the_remote() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).loads("ada", 1);
    let (epoch, to) = (story.epoch(), story.seat("bob"));
    story.does(
        "bob",
        ClientMessage::Playback(PlaybackRequest::Ready {
            epoch,
            duration_ms: Some(FILM_MS),
        }),
    );
    story.does("ada", ClientMessage::Remote(RemoteRequest::Pass { to }));
    assert_eq!(
        story.playback().screen.video().cloned().unwrap().duration_ms,
        Some(FILM_MS)
    );
}

#[test]
fn implausible_lengths_are_not_believed() {
    for duration_ms in [i64::MIN, -1, 0, DURATION_MS + 1, i64::MAX] {
        let mut story = Story::new();
        story.joins("ada").loads("ada", 1);
        let epoch = story.epoch();
        story.does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::Ready {
                epoch,
                duration_ms: Some(duration_ms),
            }),
        );
        assert_eq!(
            story.playback().screen.video().cloned().unwrap().duration_ms,
            None,
            "{duration_ms}"
        );
    }
}

#[test]
fn length_never_moves_the_picture_back() {
    let mut story = Story::new();
    story.joins("ada").loads("ada", 1);
    let epoch = story.epoch();
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::Ready {
                epoch,
                duration_ms: None,
            }),
        )
        .after(300 + 10_000);
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::Ready {
                epoch,
                duration_ms: Some(9_999),
            }),
        )
        .at(10_000);
    assert_eq!(story.playback().screen.video().cloned().unwrap().duration_ms, None);
}

#[test]
fn length_of_another_video_is_unknown() {
    let mut story = Story::new();
    story.joins("ada").watching("ada").loads("ada", 2);
    assert_eq!(story.playback().screen.video().cloned().unwrap().duration_ms, None);
}
