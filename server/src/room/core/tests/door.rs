//! Connecting, disconnecting, reconnecting, and the end of the room.

use super::*;

fn joiner(name: &str, tab: Option<&str>) -> Joiner {
    Joiner {
        person: person(name),
        user: None,
        name: name.into(),
        tab: tab.map(str::to_owned),
        network: None,
    }
}

fn bye(story: &Story, name: &str) -> Vec<Farewell> {
    let farewell = |message: &ServerMessage| match message {
        ServerMessage::Goodbye { why } => Some(*why),
        _ => None,
    };
    story.hears(name).iter().filter_map(farewell).collect()
}

#[test]
fn welcome_is_all_that_a_newcomer_hears() {
    let mut story = Story::new();
    story.joins("ada").watching("ada").joins("bob");
    assert!(matches!(story.hears("bob"), [ServerMessage::Welcome { .. }]));
    assert!(matches!(
        story.hears("ada"),
        [ServerMessage::People(PeopleUpdate::Joined { .. })]
    ));
}

#[test]
fn seats_are_numbered_in_the_order_of_coming() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).leaves("ada").joins("ada");
    assert_eq!(story.seat("bob"), ParticipantId(2));
    assert_eq!(story.seat("ada"), ParticipantId(3));
}

#[test]
fn full_room_turns_away_everybody_but_its_host() {
    let mut story = Story::with(|settings| settings.capacity = 2);
    story
        .all_join(&["ada", "bob"])
        .joins("cleo")
        .closed_with("cleo", CloseCode::Full);
    story.joins("host");
    assert_eq!(story.room.participants(), 3);
    story.joins_as(
        "host again",
        Joiner {
            user: Some(user("host")),
            ..joiner("host", Some("other"))
        },
    );
    story.closed_with("host again", CloseCode::Full);
}

#[test]
fn seat_of_a_lost_connection_is_not_given_to_another() {
    let mut story = Story::with(|settings| settings.capacity = 2);
    story.all_join(&["ada", "bob"]).vanishes("bob").joins("cleo");
    story
        .closed_with("cleo", CloseCode::Full)
        .after(SEAT_TIMEOUT_MS)
        .joins("cleo");
    assert_eq!(story.room.participants(), 2);
}

#[test]
fn instance_has_the_last_word_on_capacity() {
    let mut opening = opening();
    opening.capacity_limit = 2;
    let mut story = Story::opened(opening);
    story
        .all_join(&["ada", "bob", "cleo"])
        .closed_with("cleo", CloseCode::Full);
}

#[test]
fn locked_room_lets_in_only_who_was_there() {
    let mut story = Story::new();
    story.all_join(&["host", "ada"]).leaves("ada");
    story.sets(
        "host",
        SettingsChange {
            locked: Some(true),
            ..Default::default()
        },
    );
    story.joins("bob").closed_with("bob", CloseCode::NotAllowed);
    story.joins("ada");
    assert_eq!(story.room.participants(), 2);
}

#[test]
fn locked_room_lets_in_its_host() {
    let mut story = Story::with(|settings| settings.locked = true);
    story.joins("host").acting_is("host");
}

#[test]
fn whoever_was_sent_out_does_not_come_back_into_a_locked_room() {
    let mut story = Story::new();
    story.all_join(&["host", "ada"]);
    let participant = story.seat("ada");
    story.does(
        "host",
        ClientMessage::People(PeopleRequest::Kick {
            participant,
            ban: false,
        }),
    );
    story.sets(
        "host",
        SettingsChange {
            locked: Some(true),
            ..Default::default()
        },
    );
    story.joins("ada").closed_with("ada", CloseCode::NotAllowed);
}

#[test]
fn same_tab_takes_its_seat_again() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]);
    let (seat, old) = (story.seat("ada"), story.socket("ada"));
    story.joins("ada").holder_is("ada");
    assert_eq!(story.seat("ada"), seat);
    assert_eq!(story.closed.get(&old), Some(&CloseCode::Replaced));
    assert_eq!(story.hears("bob"), [], "nothing has changed for the others");
}

#[test]
fn replaced_socket_is_told_so_and_its_end_is_nobodys() {
    let mut story = Story::new();
    story.joins("ada");
    let connection = story.socket("ada");
    story.joins("ada");
    let why = Farewell::Replaced;
    let told = story.heard.get(&connection).cloned().unwrap_or_default();
    assert_eq!(told, [ServerMessage::Goodbye { why }]);
    story.happens(Event::Disconnect { connection });
    assert_eq!(story.effects, []);
}

#[test]
fn another_tab_is_another_seat_of_the_same_name() {
    let mut story = Story::new();
    story.joins_as("one", joiner("ada", Some("1")));
    story.joins_as("two", joiner("ada", Some("2")));
    let names: Vec<_> = story
        .view("one")
        .participants
        .iter()
        .map(|ada| ada.name.as_str())
        .collect();
    assert_eq!(names, ["ada", "ada"]);
}

#[test]
fn without_a_tab_only_a_seat_that_is_away_is_taken_again() {
    let mut story = Story::new();
    story
        .joins_as("one", joiner("ada", None))
        .joins_as("two", joiner("ada", None));
    assert_eq!(story.room.participants(), 2);
    story.vanishes("one").joins_as("three", joiner("ada", None));
    assert_eq!((story.room.participants(), story.seat("three")), (2, ParticipantId(1)));
}

#[test]
fn lost_connection_keeps_its_seat_for_a_while() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).vanishes("ada");
    assert!(story.view("bob").participants[0].away);
    story.after(SEAT_TIMEOUT_MS - 1).joins("ada").holder_is("ada");
    assert!(!story.view("bob").participants[0].away);
    assert_eq!(story.view("bob").notices, [], "neither went nor came");
}

#[test]
fn lost_connection_loses_its_seat_in_the_end() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).vanishes("ada").after(SEAT_TIMEOUT_MS);
    assert_eq!(story.view("bob").participants.len(), 1);
    story.holder_is("bob").acting_is("bob");
}

#[test]
fn leaving_frees_the_seat_at_once() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .leaves("ada")
        .closed_with("ada", CloseCode::Done);
    assert_eq!(story.view("bob").participants.len(), 1);
    assert!(story.hears("bob").contains(&ServerMessage::People(PeopleUpdate::Left {
        id: ParticipantId(1),
        why: Leaving::Left
    })));
}

#[test]
fn guests_of_one_name_are_told_apart() {
    let mut story = Story::new();
    let called = |person_name: &str, name: &str| Joiner {
        name: name.into(),
        ..joiner(person_name, None)
    };
    story
        .joins_as("a", called("p1", "Ada"))
        .joins_as("b", called("p2", "ada"))
        .joins_as("c", called("p3", "ADA"));
    let names: Vec<_> = story
        .view("a")
        .participants
        .iter()
        .map(|one| one.name.clone())
        .collect();
    assert_eq!(names, ["Ada", "ada 2", "ADA 3"]);
}

#[test]
fn number_after_a_long_name_fits() {
    let mut story = Story::new();
    let long = "x".repeat(NAME_CHARS);
    story.joins_as(
        "a",
        Joiner {
            name: long.clone(),
            ..joiner("p1", None)
        },
    );
    story.joins_as(
        "b",
        Joiner {
            name: long,
            ..joiner("p2", None)
        },
    );
    assert_eq!(
        story.view("a").participants[1].name,
        format!("{} 2", "x".repeat(NAME_CHARS - 2))
    );
}

#[test]
fn guest_gives_way_to_an_account_of_the_same_name() {
    let mut story = Story::new();
    story.joins_as(
        "guest",
        Joiner {
            name: "Mia".into(),
            ..joiner("guest", None)
        },
    );
    story.member("mia");
    let names: Vec<_> = story
        .view("mia")
        .participants
        .iter()
        .map(|one| one.name.clone())
        .collect();
    assert_eq!(names, ["mia 2", "mia"]);
}

#[test]
fn name_given_at_the_door_counts_again_only_when_it_is_another() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).does(
        "ada",
        ClientMessage::People(PeopleRequest::Rename {
            name: "Countess".into(),
        }),
    );
    story.vanishes("ada").joins("ada");
    assert_eq!(story.view("bob").participants[0].name, "Countess");
    story.vanishes("ada").joins_as(
        "ada",
        Joiner {
            name: "Lady".into(),
            ..joiner("ada", Some("tab"))
        },
    );
    assert_eq!(story.view("bob").participants[0].name, "Lady");
}

#[test]
fn last_one_to_leave_stops_playback_where_it_is() {
    let mut story = Story::new();
    story.joins("ada").watching("ada").after(5_000).leaves("ada");
    story
        .is(PlaybackState::Paused)
        .at(5_000)
        .after(30_000)
        .joins("bob")
        .at(5_000)
        .holder_is("bob");
}

#[test]
fn last_connection_to_break_stops_playback_where_it_broke() {
    let mut story = Story::new();
    story
        .joins("ada")
        .watching("ada")
        .after(5_000)
        .vanishes("ada")
        .is(PlaybackState::Playing);
    story.after(SEAT_TIMEOUT_MS).is(PlaybackState::Paused).at(5_000);
}

#[test]
fn playback_goes_on_while_all_are_away_for_a_moment() {
    let mut story = Story::new();
    story
        .joins("ada")
        .watching("ada")
        .vanishes("ada")
        .after(3_000)
        .joins("ada");
    story.is(PlaybackState::Playing).at(3_000);
}

#[test]
fn empty_room_closes_after_a_while() {
    let mut story = Story::new();
    story.joins("ada").leaves("ada").after(EMPTY_TIMEOUT_MS - 1);
    assert!(story.room.next_deadline().is_some());
    story.after(1);
    let closed = Effect::Closed { ended: false };
    assert_eq!(story.effects, [Effect::Save(Save::Record), closed]);
    assert_eq!(story.room.next_deadline(), None);
    assert!(!story.room.record(story.now).is_open);
}

#[test]
fn room_that_nobody_enters_closes_too() {
    let mut story = Story::new();
    story.after(EMPTY_TIMEOUT_MS);
    assert!(story.effects.contains(&Effect::Closed { ended: false }));
}

#[test]
fn whoever_comes_in_time_keeps_the_room_open() {
    let mut story = Story::new();
    story
        .joins("ada")
        .leaves("ada")
        .after(EMPTY_TIMEOUT_MS - 1)
        .joins("ada")
        .after(EMPTY_TIMEOUT_MS * 2);
    assert!(story.room.record(story.now).is_open);
}

#[test]
fn closed_room_lets_nobody_in() {
    let mut story = Story::new();
    story
        .after(EMPTY_TIMEOUT_MS)
        .joins("ada")
        .closed_with("ada", CloseCode::NoSuchRoom);
    story
        .happens(Event::EndRequested)
        .happens(Event::Stopping)
        .happens(Event::ChatCleared);
    assert_eq!(story.effects, []);
}

#[test]
fn room_where_nobody_does_anything_closes() {
    let mut story = Story::new();
    story.joins("ada").watching("ada");
    let idle_ms = opening().idle_ms;
    for _ in 0..(idle_ms / 600_000) {
        story
            .after(599_000)
            .flows("ada")
            .does("ada", ClientMessage::Ping(Ping { sent_at: 0.0 }));
    }
    assert!(story.room.record(story.now).is_open);
    story.after(600_000);
    assert!(
        !story.room.record(story.now).is_open,
        "what pages tell by themselves is nothing"
    );
    story.closed_with("ada", CloseCode::Done);
}

#[test]
fn word_keeps_an_idle_room_open() {
    let mut story = Story::new();
    story.joins("ada");
    let idle_ms = opening().idle_ms;
    story
        .after(idle_ms - 1)
        .does("ada", say("still here"))
        .after(idle_ms - 1);
    assert!(story.room.record(story.now).is_open);
    story.after(1);
    assert!(!story.room.record(story.now).is_open);
}

#[test]
fn expired_room_says_why() {
    let mut story = Story::new();
    story.joins("ada").after(opening().idle_ms);
    assert_eq!(bye(&story, "ada"), [Farewell::Expired]);
}

#[test]
fn host_ends_the_room_for_all() {
    for over_rest in [false, true] {
        let mut story = Story::new();
        story.all_join(&["host", "ada"]).watching("host").after(1_000);
        if over_rest {
            story.happens(Event::EndRequested);
        } else {
            story.does("host", ClientMessage::Room(RoomRequest::End));
        }
        assert_eq!(bye(&story, "ada"), [Farewell::Ended]);
        story
            .closed_with("ada", CloseCode::Done)
            .closed_with("host", CloseCode::Done);
        story.is(PlaybackState::Paused).at(1_000);
        assert!(matches!(
            story.effects[..],
            [.., Effect::Save(Save::Record), Effect::Closed { ended: true }]
        ));
    }
}

#[test]
fn server_that_stops_tells_everybody_to_come_back() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).watching("ada").happens(Event::Stopping);
    assert_eq!(bye(&story, "bob"), [Farewell::Restarting]);
    story
        .closed_with("ada", CloseCode::Restarting)
        .closed_with("bob", CloseCode::Restarting);
    let record = story.room.record(story.now);
    assert!(record.is_open, "so that playback goes on");
    assert_eq!(record.state.playback.state, PlaybackState::Playing);
    assert!(story.saves.ends_with(&[Save::Record]));
}

#[test]
fn socket_that_connects_twice_changes_nothing() {
    let mut story = Story::new();
    story.joins("ada");
    let (connection, joiner) = (story.socket("ada"), joiner("ada", Some("tab")));
    story.happens(Event::Connect { connection, joiner });
    assert_eq!(story.effects, []);
}

#[test]
fn clock_that_goes_back_changes_nothing() {
    let mut story = Story::new();
    story.joins("ada").watching("ada").after(10_000).at(10_000);
    let earlier = ServerTime(story.now.0 - 5_000);
    let connection = story.socket("ada");
    let message = ClientMessage::Playback(PlaybackRequest::Pause {
        epoch: story.epoch(),
        position_ms: 10_000,
    });
    story.room.handle(earlier, Event::Message { connection, message });
    story.at(10_000);
}

#[test]
fn whoever_comes_back_by_another_name_is_told_once() {
    let mut story = Story::new();
    let lady = Joiner {
        name: "Lady".into(),
        ..joiner("ada", Some("tab"))
    };
    story.all_join(&["bob", "ada"]).vanishes("ada").joins_as("ada", lady);
    assert_eq!(story.hears("bob").len(), 1);
}

#[test]
fn page_that_is_replaced_writes_no_more() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .does("ada", ClientMessage::Chat(ChatRequest::Typing { typing: true }))
        .joins("ada");
    assert!(story.view("bob").typing.is_empty());
}

#[test]
fn who_had_a_seat_is_kept_where_there_is_a_password() {
    for has_password in [true, false] {
        let mut story = Story::with(|settings| settings.has_password = has_password);
        story.all_join(&["host", "ada", "bob"]).leaves("bob").vanishes("ada");
        let expected = if has_password {
            vec![person("ada"), person("host")]
        } else {
            vec![]
        };
        let seated = |story: &Story| story.room.record(story.now).state.seated;
        assert_eq!(seated(&story), expected, "a crash may come now");
        story.happens(Event::Stopping);
        assert_eq!(seated(&story), expected, "and when the server stops");
    }
    let mut story = Story::with(|settings| settings.has_password = true);
    story.all_join(&["host", "ada"]).happens(Event::EndRequested);
    assert_eq!(story.room.record(story.now).state.seated, []);
}
