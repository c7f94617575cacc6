//! Waits for participants, and their length.

use super::*;

fn waiting_room() -> Story {
    Story::with(|settings| settings.wait_for_everyone = true)
}

#[test]
fn new_video_waits_for_everyone_where_that_is_set() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .loads("ada", 1)
        .waits_for(&["ada", "bob"]);
    story
        .ready("ada")
        .waits_for(&["bob"])
        .ready("bob")
        .is(PlaybackState::Playing);
    assert_eq!(story.view("ada").waiting_for, []);
}

#[test]
fn new_video_waits_for_its_holder_elsewhere() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .loads("ada", 1)
        .waits_for(&["ada"])
        .ready("ada")
        .is(PlaybackState::Playing);
}

#[test]
fn new_video_waits_for_a_slow_holder_until_a_moment_after_the_first() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob", "cleo"])
        .loads("ada", 1)
        .after(2_000)
        .ready("bob")
        .waits();
    story
        .after(1_000)
        .ready("cleo")
        .after(LEAD_WAIT_MS - 1_001)
        .waits()
        .after(1)
        .is(PlaybackState::Playing);
}

#[test]
fn room_waits_for_nobody_longer_than_the_grace() {
    for waits_for_everyone in [false, true] {
        let mut story = Story::with(|settings| settings.wait_for_everyone = waits_for_everyone);
        story
            .all_join(&["ada", "bob"])
            .loads("ada", 1)
            .after(WAIT_MS - 1)
            .waits();
        story.after(1).is(PlaybackState::Playing).after(300 + 1_000).at(1_000);
    }
}

#[test]
fn wait_does_not_change_the_epoch() {
    let mut story = waiting_room();
    story.all_join(&["ada", "bob"]).loads("ada", 1);
    let epoch = story.epoch();
    story.all_ready().after(1_000).stalls("ada").flows("ada").after(1_000);
    story.flows("ada").stalls("ada").waits();
    assert_eq!(story.epoch(), epoch);
}

#[test]
fn seek_while_playing_waits_there() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .seeks("ada", 90_000)
        .waits_for(&["ada", "bob"])
        .at(90_000);
    story.after(3_000).at(90_000).all_ready().after(300 + 2_000).at(92_000);
}

#[test]
fn seek_waits_for_whoever_did_it_where_nobody_waits_for_everyone() {
    let mut story = Story::with(|settings| settings.remote_mode = RemoteMode::Anyone);
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .seeks("bob", 90_000)
        .waits_for(&["bob"]);
    story.ready("bob").is(PlaybackState::Playing);
}

#[test]
fn seek_while_waiting_waits_anew() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .seeks("ada", 1_000)
        .ready("ada")
        .after(5_000);
    story
        .seeks("ada", 2_000)
        .waits_for(&["ada", "bob"])
        .after(WAIT_MS - 1)
        .waits()
        .after(1)
        .is(PlaybackState::Playing);
}

#[test]
fn next_video_without_its_holder_waits_for_whoever_is_there() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .queues("ada", 2)
        .after(FILM_MS - 1_000)
        .vanishes("ada");
    story
        .after(1_000)
        .waits_for(&["bob"])
        .ready("bob")
        .is(PlaybackState::Playing);
}

#[test]
fn nobody_waits_for_those_who_are_away() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .vanishes("bob")
        .seeks("ada", 5_000)
        .waits_for(&["ada"]);
}

#[test]
fn nobody_waits_for_those_who_go_meanwhile() {
    for is_lost in [false, true] {
        let mut story = waiting_room();
        story
            .all_join(&["ada", "bob"])
            .watching("ada")
            .seeks("ada", 5_000)
            .ready("ada")
            .waits_for(&["bob"]);
        if is_lost {
            story.vanishes("bob");
        } else {
            story.leaves("bob");
        }
        story.is(PlaybackState::Playing);
    }
}

#[test]
fn nobody_waits_for_those_who_come_meanwhile() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .seeks("ada", 5_000)
        .joins("cleo");
    story
        .waits_for(&["ada", "bob"])
        .vanishes("bob")
        .joins("bob")
        .waits_for(&["ada"]);
}

#[test]
fn whoever_let_the_grace_run_out_is_not_waited_for_again_for_a_while() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .seeks("ada", 5_000)
        .ready("ada")
        .after(WAIT_MS);
    story
        .after(300)
        .seeks("ada", 9_000)
        .waits_for(&["ada"])
        .ready("ada")
        .is(PlaybackState::Playing);
    story
        .after(WAIT_AGAIN_MS)
        .seeks("ada", 12_000)
        .waits_for(&["ada", "bob"]);
}

#[test]
fn play_goes_on_without_those_who_are_missing() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .seeks("ada", 5_000)
        .plays("ada")
        .is(PlaybackState::Playing);
    story
        .after(300 + 1_000)
        .at(6_000)
        .stalls("bob")
        .is(PlaybackState::Playing);
}

#[test]
fn pause_ends_a_wait() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .seeks("ada", 5_000)
        .pauses("ada");
    story
        .is(PlaybackState::Paused)
        .at(5_000)
        .all_ready()
        .is(PlaybackState::Paused);
    assert_eq!(story.view("bob").waiting_for, []);
}

#[test]
fn stall_stops_nobody_unless_that_is_set() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .flows("bob")
        .stalls("bob")
        .is(PlaybackState::Playing);
}

#[test]
fn stall_stops_the_room_where_it_is_until_the_picture_moves_again() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .after(7_000)
        .stalls("bob")
        .waits_for(&["bob"])
        .at(7_000);
    story
        .after(4_000)
        .at(7_000)
        .flows("bob")
        .is(PlaybackState::Playing)
        .after(300 + 1_000)
        .at(8_000);
}

#[test]
fn stall_is_over_when_the_page_is_ready() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .stalls("bob")
        .ready("bob")
        .is(PlaybackState::Playing);
}

#[test]
fn stall_of_somebody_whose_grace_is_used_up_stops_nobody() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .stalls("bob")
        .after(WAIT_MS)
        .is(PlaybackState::Playing);
    story.after(1_000).flows("bob").stalls("bob").is(PlaybackState::Playing);
    story.after(WAIT_AGAIN_MS).flows("bob").stalls("bob").waits();
}

#[test]
fn short_stalls_add_up_to_one_grace() {
    let mut story = waiting_room();
    story.all_join(&["ada", "bob"]).watching("ada");
    for _ in 0..3 {
        story
            .stalls("bob")
            .waits()
            .after(3_000)
            .flows("bob")
            .is(PlaybackState::Playing)
            .after(2_000);
    }
    story.stalls("bob").waits().after(1_000).is(PlaybackState::Playing);
    story.after(1_000).flows("bob").stalls("bob").is(PlaybackState::Playing);
}

#[test]
fn second_stall_joins_the_first_and_does_not_make_it_longer() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .stalls("bob")
        .after(6_000)
        .stalls("ada");
    story
        .waits_for(&["ada", "bob"])
        .after(WAIT_MS - 6_000)
        .is(PlaybackState::Playing);
}

#[test]
fn stall_before_a_start_stops_nobody() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .pauses("ada")
        .plays("ada")
        .stalls("bob")
        .is(PlaybackState::Playing);
}

#[test]
fn stall_while_paused_stops_nobody() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .pauses("ada")
        .stalls("bob")
        .is(PlaybackState::Paused);
}

#[test]
fn late_joiner_is_waited_for_once_they_were_in_step() {
    let mut story = waiting_room();
    story
        .joins("ada")
        .watching("ada")
        .joins("bob")
        .stalls("bob")
        .is(PlaybackState::Playing);
    story.flows("bob").stalls("bob").waits_for(&["bob"]);
}

#[test]
fn whoever_comes_back_is_a_late_joiner() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .flows("bob")
        .vanishes("bob")
        .joins("bob");
    story.stalls("bob").is(PlaybackState::Playing);
}

#[test]
fn report_from_before_a_seek_does_not_end_its_wait() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .seeks("ada", 5_000)
        .flows("bob")
        .flows("ada");
    story.waits_for(&["ada", "bob"]);
}

#[test]
fn setting_ends_a_stop_for_a_stall() {
    let mut story = waiting_room();
    story.all_join(&["ada", "bob"]).watching("ada").stalls("bob").waits();
    let change = SettingsChange {
        wait_for_everyone: Some(false),
        ..Default::default()
    };
    story.sets("ada", change).is(PlaybackState::Playing);
}

#[test]
fn late_alarm_clock_changes_nothing_but_the_time() {
    let mut story = waiting_room();
    story
        .all_join(&["ada", "bob"])
        .watching("ada")
        .seeks("ada", 5_000)
        .oversleeps(WAIT_MS * 3)
        .flows("ada");
    story.is(PlaybackState::Playing).at(5_000);
    story
        .oversleeps(FILM_MS * 2)
        .flows("ada")
        .is(PlaybackState::Paused)
        .at(FILM_MS);
}

#[test]
fn room_does_not_stop_for_the_last_moment_of_a_grace() {
    for (spent_ms, stops) in [(WAIT_MS - MIN_WAIT_MS, true), (WAIT_MS - MIN_WAIT_MS + 1, false)] {
        let mut story = waiting_room();
        story
            .all_join(&["ada", "bob"])
            .watching("ada")
            .stalls("bob")
            .after(spent_ms)
            .flows("bob")
            .after(1_000);
        story.stalls("bob");
        assert_eq!(matches!(story.playback().state, PlaybackState::Waiting { .. }), stops);
    }
}

#[test]
fn stop_that_ends_otherwise_was_theirs_nevertheless() {
    let others: [fn(&mut Story); 3] = [
        |story| {
            story.seeks("ada", 5_000);
        },
        |story| {
            story.pauses("ada").plays("ada");
        },
        |story| {
            story.loads("ada", 2);
        },
    ];
    for other in others {
        let mut story = waiting_room();
        story
            .all_join(&["ada", "bob"])
            .watching("ada")
            .stalls("bob")
            .after(WAIT_MS - 500);
        other(&mut story);
        story
            .all_ready()
            .after(1_000)
            .is(PlaybackState::Playing)
            .stalls("bob")
            .is(PlaybackState::Playing);
    }
}
