//! The queue.

use super::*;

fn titles(story: &Story, name: &str) -> Vec<String> {
    story.view(name).queue.iter().map(|item| item.title.clone()).collect()
}

fn three() -> Story {
    let mut story = Story::new();
    story.joins("ada").queues("ada", 1).queues("ada", 2).queues("ada", 3);
    story
}

fn put(item: u64, before: Option<u64>) -> ClientMessage {
    ClientMessage::Queue(QueueRequest::Move {
        item: ItemId(item),
        before: before.map(ItemId),
    })
}

#[test]
fn line_is_looked_up_and_says_who_added_it() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).queues("bob", 1);
    assert_eq!(story.view("ada").queue[0].added_by, "bob");
    assert_eq!(titles(&story, "ada"), ["Film 1"]);
    story.is(PlaybackState::Idle);
}

#[test]
fn failed_lookup_is_told_to_whoever_asked() {
    for reason in [Refusal::UnknownTorrent, Refusal::Blocked, Refusal::Unavailable] {
        let mut story = Story::new();
        story.joins("ada");
        let connection = story.socket("ada");
        story
            .happens(Event::Resolved {
                connection,
                found: Err(reason),
                play_now: true,
            })
            .refused("ada", reason);
    }
}

#[test]
fn lookup_for_somebody_who_went_is_nothing() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]);
    let connection = story.socket("bob");
    story.leaves("bob").happens(Event::Resolved {
        connection,
        found: Ok(film(1)),
        play_now: false,
    });
    assert_eq!(story.effects, []);
}

#[test]
fn whoever_lost_the_remote_meanwhile_gets_a_line() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]);
    let (connection, to) = (story.socket("ada"), story.seat("bob"));
    story.does("ada", ClientMessage::Remote(RemoteRequest::Pass { to }));
    story
        .happens(Event::Resolved {
            connection,
            found: Ok(film(1)),
            play_now: true,
        })
        .is(PlaybackState::Idle);
    assert_eq!(titles(&story, "bob"), ["Film 1"]);
}

#[test]
fn lines_move() {
    for (item, before, expected) in [
        (1, None, ["Film 2", "Film 3", "Film 1"]),
        (3, Some(1), ["Film 3", "Film 1", "Film 2"]),
        (1, Some(3), ["Film 2", "Film 1", "Film 3"]),
    ] {
        let mut story = three();
        story.does("ada", put(item, before)).accepted();
        assert_eq!(titles(&story, "ada"), expected);
    }
}

#[test]
fn move_that_moves_nothing_is_told_to_nobody() {
    for (item, before) in [(1, Some(2)), (2, Some(2)), (3, None)] {
        let mut story = three();
        story.does("ada", put(item, before));
        assert_eq!(story.effects, []);
    }
}

#[test]
fn lines_that_are_not_there_are_gone() {
    let mut story = three();
    story.does("ada", put(9, None)).refused("ada", Refusal::Gone);
    story.does("ada", put(1, Some(9))).refused("ada", Refusal::Gone);
    story
        .does("ada", ClientMessage::Queue(QueueRequest::Remove { item: ItemId(9) }))
        .refused("ada", Refusal::Gone);
}

#[test]
fn playing_a_line_takes_it_out() {
    let mut story = three();
    let epoch = story.epoch();
    story
        .does(
            "ada",
            ClientMessage::Playback(PlaybackRequest::PlayItem {
                epoch,
                item: Some(ItemId(2)),
            }),
        )
        .waits();
    assert_eq!(titles(&story, "ada"), ["Film 1", "Film 3"]);
    let epoch = story.epoch();
    story.does(
        "ada",
        ClientMessage::Playback(PlaybackRequest::PlayItem { epoch, item: None }),
    );
    assert_eq!(titles(&story, "ada"), ["Film 3"]);
    assert_eq!(story.playback().screen.video().cloned().unwrap().title, "Film 1");
}

#[test]
fn queue_is_bounded() {
    let mut story = Story::new();
    story.joins("ada");
    let connection = story.socket("ada");
    for number in 0..QUEUE_ITEMS {
        story.happens(Event::Resolved {
            connection,
            found: Ok(film(number as u8)),
            play_now: false,
        });
    }
    story.queues("ada", 1).refused("ada", Refusal::Full);
    story
        .happens(Event::Resolved {
            connection,
            found: Ok(film(1)),
            play_now: false,
        })
        .refused("ada", Refusal::Full);
    story.loads("ada", 1).accepted().waits();
}

#[test]
fn long_titles_are_cut() {
    let mut story = Story::new();
    story.joins("ada");
    let (connection, title) = (story.socket("ada"), "ü".repeat(5_000));
    story.happens(Event::Resolved {
        connection,
        found: Ok(Found { title, ..film(1) }),
        play_now: false,
    });
    assert_eq!(story.view("ada").queue[0].title.chars().count(), ITEM_TITLE_CHARS);
}

#[test]
fn shuffle_draws_any_line_and_each_once() {
    let orders: std::collections::BTreeSet<_> = (0..20u64)
        .map(|seed| {
            let mut opening = opening();
            opening.seed = seed;
            opening.record.state.settings.shuffle = true;
            let mut story = Story::opened(opening);
            story.joins("ada");
            for number in 1..=4 {
                story.queues("ada", number);
            }
            let mut order = Vec::new();
            for _ in 0..4 {
                let epoch = story.epoch();
                story.does(
                    "ada",
                    ClientMessage::Playback(PlaybackRequest::PlayItem { epoch, item: None }),
                );
                order.push(story.playback().screen.video().cloned().unwrap().item);
            }
            let mut sorted = order.clone();
            sorted.sort();
            assert_eq!(sorted, [ItemId(1), ItemId(2), ItemId(3), ItemId(4)]);
            order
        })
        .collect();
    assert!(orders.len() > 8, "{orders:?}");
}

#[test]
fn numbers_of_lines_are_never_used_again() {
    let mut story = three();
    story
        .does("ada", ClientMessage::Queue(QueueRequest::Remove { item: ItemId(3) }))
        .queues("ada", 4);
    assert_eq!(story.view("ada").queue[2].id, ItemId(4));
}
