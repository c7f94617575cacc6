//! Stale requests.

use super::*;

/// Returns all kinds of requests that name an epoch.
fn requests(epoch: Epoch) -> [ClientMessage; 5] {
    [
        ClientMessage::Playback(PlaybackRequest::Play { epoch }),
        ClientMessage::Playback(PlaybackRequest::Pause { epoch, position_ms: 0 }),
        ClientMessage::Playback(PlaybackRequest::Seek {
            epoch,
            position_ms: 100,
        }),
        ClientMessage::Playback(PlaybackRequest::SetRate { epoch, rate: 3.0 }),
        ClientMessage::Playback(PlaybackRequest::PlayItem { epoch, item: None }),
    ]
}

#[test]
fn request_that_did_not_see_anothers_change_is_stale() {
    for number in 0..5 {
        let mut story = Story::with(|settings| settings.remote_mode = RemoteMode::Anyone);
        story.all_join(&["ada", "bob"]).watching("ada").queues("ada", 2);
        let epoch = story.epoch();
        story.seeks("ada", 50_000);
        let playback = story.playback();
        story
            .does("bob", requests(epoch)[number].clone())
            .refused("bob", Refusal::Stale);
        assert_eq!(story.playback(), playback);
    }
}

#[test]
fn own_changes_make_nobodys_own_request_stale() {
    for number in 0..5 {
        let mut story = Story::with(|settings| settings.remote_mode = RemoteMode::Anyone);
        story.all_join(&["ada", "bob"]).watching("ada").queues("ada", 2);
        let epoch = story.epoch();
        for step in 1..5 {
            story
                .does(
                    "ada",
                    ClientMessage::Playback(PlaybackRequest::Seek {
                        epoch,
                        position_ms: step * 10_000,
                    }),
                )
                .accepted();
        }
        story.does("ada", requests(epoch)[number].clone()).accepted();
    }
}

#[test]
fn change_of_another_between_ones_own_makes_stale() {
    let mut story = Story::with(|settings| settings.remote_mode = RemoteMode::Anyone);
    story.all_join(&["ada", "bob"]).watching("ada");
    let epoch = story.epoch();
    story.seeks("ada", 10_000).seeks("bob", 20_000).seeks("ada", 30_000);
    let own = Epoch(story.epoch().0 - 1);
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::Seek {
                epoch,
                position_ms: 40_000,
            }),
        )
        .refused("ada", Refusal::Stale);
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::Seek {
                epoch: own,
                position_ms: 40_000,
            }),
        )
        .accepted();
}

#[test]
fn epoch_of_the_future_is_stale() {
    for number in 0..5 {
        let mut story = Story::new();
        story.joins("ada").watching("ada").queues("ada", 2);
        for ahead in [Epoch(story.epoch().0 + 1), Epoch(u64::MAX)] {
            story
                .does("ada", requests(ahead)[number].clone())
                .refused("ada", Refusal::Stale);
        }
    }
}

#[test]
fn what_happens_by_itself_makes_requests_stale() {
    let mut story = Story::new();
    story.joins("ada").watching("ada").queues("ada", 2);
    let epoch = story.epoch();
    story.after(FILM_MS).waits();
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::Pause { epoch, position_ms: 0 }),
        )
        .refused("ada", Refusal::Stale);
}

#[test]
fn ready_and_ended_count_for_the_present_epoch_only() {
    let mut story = Story::new();
    story.joins("ada").loads("ada", 1);
    let now = story.epoch();
    for epoch in [Epoch(now.0 - 1), Epoch(now.0 + 1)] {
        story
            .does(
                "ada",
                ClientMessage::Playback(PlaybackRequest::Ready {
                    epoch,
                    duration_ms: Some(FILM_MS),
                }),
            )
            .waits();
    }
    story.ready("ada").is(PlaybackState::Playing).after(FILM_MS - 1_000);
    for epoch in [Epoch(now.0 - 1), Epoch(now.0 + 1)] {
        story
            .does("ada", ClientMessage::Playback(PlaybackRequest::Ended { epoch }))
            .is(PlaybackState::Playing);
    }
    story
        .does("ada", ClientMessage::Playback(PlaybackRequest::Ended { epoch: now }))
        .is(PlaybackState::Paused);
}
