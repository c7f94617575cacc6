//! Disabled and deleted accounts, and rooms that ended for good.

use super::*;

fn gone(name: &str, deleted: bool) -> Event {
    let user = user(name);
    Event::AccountGone { user, deleted }
}

fn tab(name: &str) -> Joiner {
    Joiner {
        person: person(name),
        user: Some(user(name)),
        name: name.into(),
        tab: Some("other".into()),
        network: None,
    }
}

fn closings(story: &Story) -> Vec<bool> {
    let closed = |effect: &Effect| match effect {
        Effect::Closed { ended } => Some(*ended),
        _ => None,
    };
    story.effects.iter().filter_map(closed).collect()
}

#[test]
fn account_that_is_gone_loses_every_seat_and_all_that_went_with_them() {
    for deleted in [false, true] {
        let mut story = Story::new();
        story.joins("host").member("mia").joins_as("mia again", tab("mia"));
        story.joins("ada");
        let (participant, to) = (story.seat("mia"), story.seat("mia"));
        story
            .does(
                "host",
                ClientMessage::People(PeopleRequest::SetModerator { participant, on: true }),
            )
            .does("host", ClientMessage::Remote(RemoteRequest::Pass { to }))
            .holder_is("mia")
            .happens(gone("mia", deleted));
        story
            .closed_with("mia", CloseCode::NotAllowed)
            .closed_with("mia again", CloseCode::NotAllowed)
            .holder_is("host");
        assert_eq!(story.room.participants(), 2);
        let person = person("mia");
        assert!(
            story.effects.contains(&Effect::SentOut { person }),
            "they watch no longer"
        );
        let left = ServerMessage::People(PeopleUpdate::Left {
            id: participant,
            why: Leaving::Left,
        });
        assert!(story.hears("ada").contains(&left), "nobody sent them out");
        story
            .does("host", ClientMessage::People(PeopleRequest::HandOver { to }))
            .refused("host", Refusal::Gone);
    }
}

#[test]
fn account_that_is_gone_loses_a_seat_that_was_kept_for_it() {
    let mut story = Story::new();
    story.joins("host").member("mia").vanishes("mia");
    story.happens(gone("mia", false));
    assert_eq!(story.view("host").participants.len(), 1);
}

#[test]
fn account_that_is_gone_is_nobody_elses_business() {
    let mut story = Story::new();
    story.joins("ada").member("mia").happens(gone("max", true));
    assert_eq!(story.effects, []);
}

#[test]
fn host_who_is_shut_out_keeps_the_room() {
    let mut story = Story::new();
    story.all_join(&["host", "ada"]).happens(gone("host", false));
    story.closed_with("host", CloseCode::NotAllowed).acting_is("ada");
    assert!(closings(&story).is_empty());
    assert_eq!(story.room.record(story.now).host_user, user("host"));
}

#[test]
fn room_of_a_host_who_is_deleted_is_over() {
    let mut story = Story::new();
    story.joins("host").member("mia");
    let to = story.seat("mia");
    story.does("host", ClientMessage::People(PeopleRequest::HandOver { to }));
    story.happens(gone("mia", true)).closed_with("host", CloseCode::Done);
    assert_eq!(closings(&story), [true]);
}

#[test]
fn only_its_host_ends_a_room_for_good() {
    let mut story = Story::new();
    story
        .all_join(&["host", "ada"])
        .does("ada", ClientMessage::Room(RoomRequest::End));
    story.refused("ada", Refusal::NeedsHost);
    assert!(closings(&story).is_empty());
    // The room expires at the same moment, which does not count as ended by the host.
    for name in ["ada", "host"] {
        let mut story = Story::new();
        story.all_join(&["host", "ada"]).oversleeps(4 * 3_600_000);
        story.does(name, ClientMessage::Room(RoomRequest::End));
        assert_eq!(closings(&story), [false], "{name}");
    }
    let mut story = Story::new();
    story.joins("host").happens(Event::Stopping);
    assert_eq!(closings(&story), [false]);
}

#[test]
fn name_of_the_host_is_kept_for_them() {
    let mut story = Story::new();
    story.member("mia").joins("ada");
    let name = |story: &Story, of: &str| story.view("ada").participant(story.seat(of)).unwrap().name.clone();
    for (who, wish) in [("mia", "host"), ("ada", "h\u{43e}st")] {
        let wish = wish.to_owned();
        story
            .does(who, ClientMessage::People(PeopleRequest::Rename { name: wish.clone() }))
            .accepted();
        assert!(
            name(&story, who).starts_with(&format!("{wish} ")),
            "{}",
            name(&story, who)
        );
    }
    let mallory = Joiner {
        name: "HOST".into(),
        ..tab("mallory")
    };
    story.joins_as("mallory", mallory);
    assert!(name(&story, "mallory").starts_with("HOST "));
    story.joins("host");
    assert_eq!(name(&story, "host"), "host");
    // The name is theirs, although others have it with a number.
    story.does(
        "host",
        ClientMessage::People(PeopleRequest::Rename { name: "Captain".into() }),
    );
    story.does(
        "host",
        ClientMessage::People(PeopleRequest::Rename { name: "host".into() }),
    );
    assert_eq!(name(&story, "host"), "host");
}
