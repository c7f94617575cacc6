//! Names, kicking, banning, moderators, handing over, settings.

use super::*;

fn rename(name: &str) -> ClientMessage {
    ClientMessage::People(PeopleRequest::Rename { name: name.into() })
}

fn kick(participant: ParticipantId, ban: bool) -> ClientMessage {
    ClientMessage::People(PeopleRequest::Kick { participant, ban })
}

fn moderator(participant: ParticipantId, on: bool) -> ClientMessage {
    ClientMessage::People(PeopleRequest::SetModerator { participant, on })
}

fn rank(story: &Story, name: &str) -> Rank {
    story.view(name).me().unwrap().rank
}

/// Creates a room with the host, a moderator, a member and two guests.
fn five() -> Story {
    let mut story = Story::new();
    story
        .joins("host")
        .member("mod")
        .member("mia")
        .all_join(&["ada", "bob"]);
    let participant = story.seat("mod");
    story.does("host", moderator(participant, true)).after(5_000);
    story
}

#[test]
fn ranks_are_what_people_are() {
    let story = five();
    let ranks: Vec<_> = story.view("bob").participants.iter().map(|one| one.rank).collect();
    assert_eq!(
        ranks,
        [Rank::Host, Rank::Moderator, Rank::Member, Rank::Guest, Rank::Guest]
    );
}

#[test]
fn acting_host_is_the_highest_and_then_the_oldest() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .acting_is("ada")
        .member("mia")
        .acting_is("ada")
        .joins("host")
        .acting_is("host");
    let participant = story.seat("mia");
    story
        .does("host", moderator(participant, true))
        .leaves("host")
        .acting_is("mia")
        .leaves("mia")
        .acting_is("ada");
    story
        .vanishes("ada")
        .acting_is("bob")
        .joins("ada")
        .acting_is("ada")
        .joins("host")
        .acting_is("host");
}

#[test]
fn host_who_is_away_for_a_moment_is_still_the_host() {
    let mut story = five();
    story.vanishes("host");
    assert_eq!(story.view("ada").acting_host, Some(ParticipantId(1)));
    story.after(SEAT_TIMEOUT_MS).acting_is("mod");
}

#[test]
fn names_are_cleaned_bounded_and_ones_own() {
    let mut story = five();
    for (wish, name) in [
        ("  Ada L.  ", "Ada L."),
        ("A\u{202e}da\u{0}", "Ada"),
        ("BOB", "BOB 2"),
        ("Ada\u{200b}", "Ada"),
        // Lookalikes of the host: a zero-width character, a letter of another alphabet, capitals, a soft hyphen.
        ("host\u{200d}", "host 2"),
        ("h\u{43e}st", "h\u{43e}st 3"),
        ("HOST", "HOST 2"),
        ("ho\u{ad}st", "host 3"),
        // Blank characters, full-width letters, circled letters, a hair space.
        ("\u{3164}host\u{2800}", "host 2"),
        ("ｈｏｓｔ", "ｈｏｓｔ 3"),
        ("ⓗⓞⓢⓣ", "ⓗⓞⓢⓣ 2"),
        ("host\u{200a}", "host 3"),
        ("👩‍🚀", "👩‍🚀"),
    ] {
        story.after(1_000).does("ada", rename(wish)).accepted();
        assert_eq!(story.view("bob").participants[3].name, name);
    }
    for wish in [
        "",
        "  ",
        "\u{202e}",
        "\u{200d}",
        "\u{3164}",
        "\u{2800}",
        &"x".repeat(NAME_CHARS + 1),
    ] {
        story
            .after(1_000)
            .does("ada", rename(wish))
            .refused("ada", Refusal::Invalid);
    }
}

#[test]
fn person_is_called_the_same_in_all_tabs() {
    let mut story = Story::new();
    story.joins("ada");
    let joiner = Joiner {
        person: person("ada"),
        user: None,
        name: "ada".into(),
        tab: None,
        network: None,
    };
    story.joins_as("other", joiner).does("ada", rename("Lady"));
    assert!(story.view("other").participants.iter().all(|one| one.name == "Lady"));
}

#[test]
fn renaming_to_the_same_is_told_to_nobody() {
    let mut story = five();
    story.does("ada", rename("ada"));
    assert_eq!(story.effects, []);
}

#[test]
fn whoever_is_sent_out_goes_with_all_tabs() {
    let mut story = five();
    let joiner = Joiner {
        person: person("ada"),
        user: None,
        name: "ada".into(),
        tab: None,
        network: None,
    };
    story.joins_as("other", joiner);
    let participant = story.seat("ada");
    story.does("host", kick(participant, false));
    story
        .closed_with("ada", CloseCode::NotAllowed)
        .closed_with("other", CloseCode::NotAllowed);
    assert_eq!(story.view("bob").participants.len(), 4);
}

#[test]
fn whoever_hears_the_goodbye_is_out_already() {
    let mut story = five();
    let participant = story.seat("ada");
    story.does("host", kick(participant, false));
    let place = |wanted: fn(&Effect) -> bool| story.effects.iter().position(wanted).unwrap();
    let out = place(|effect| matches!(effect, Effect::SentOut { .. }));
    assert!(out < place(|effect| matches!(effect, Effect::Send { .. } | Effect::Close { .. })));
}

#[test]
fn whoever_is_sent_out_while_away_is_out_nevertheless() {
    for ban in [false, true] {
        let mut story = five();
        let participant = story.seat("ada");
        story.vanishes("ada").does("host", kick(participant, ban));
        let person = person("ada");
        assert!(story.effects.contains(&Effect::SentOut { person }));
        assert_eq!(story.view("bob").participants.len(), 4);
    }
}

#[test]
fn more_seats_than_the_instance_allows_are_as_many_as_it_allows() {
    let mut story = five();
    let capacity = Some(5_000);
    story.sets(
        "host",
        SettingsChange {
            capacity,
            ..Default::default()
        },
    );
    story.accepted();
    assert_eq!(story.view("ada").settings.capacity, 100);
}

#[test]
fn whoever_is_sent_out_hears_why() {
    for (ban, why) in [(false, Farewell::Kicked), (true, Farewell::Banned)] {
        let mut story = five();
        let participant = story.seat("ada");
        story.does("host", kick(participant, ban));
        assert_eq!(story.hears("ada"), [ServerMessage::Goodbye { why }]);
    }
}

#[test]
fn banned_do_not_come_again_until_they_are_let_in() {
    let mut story = five();
    let participant = story.seat("ada");
    story
        .does("host", kick(participant, true))
        .joins("ada")
        .closed_with("ada", CloseCode::NotAllowed);
    story
        .does(
            "host",
            ClientMessage::People(PeopleRequest::Unban { person: person("ada") }),
        )
        .accepted()
        .joins("ada");
    assert_eq!(story.view("bob").participants.len(), 5);
    story
        .does(
            "host",
            ClientMessage::People(PeopleRequest::Unban { person: person("ada") }),
        )
        .refused("host", Refusal::Gone);
}

#[test]
fn bans_are_told_to_those_with_the_hosts_say_alone() {
    let mut story = five();
    let participant = story.seat("ada");
    story.does("host", kick(participant, true));
    assert_eq!(story.view("host").bans.len(), 1);
    assert_eq!(story.view("mod").bans, []);
    story.leaves("host").acting_is("mod");
    assert_eq!(
        story.view("mod").bans.len(),
        1,
        "acting, the moderator has the host's say"
    );
    story.joins("host");
    assert_eq!((story.view("mod").bans.len(), story.view("host").bans.len()), (0, 1));
}

#[test]
fn banned_moderator_is_none_any_more() {
    let mut story = five();
    let participant = story.seat("mod");
    story.does("host", kick(participant, true)).does(
        "host",
        ClientMessage::People(PeopleRequest::Unban { person: person("mod") }),
    );
    story.member("mod");
    assert_eq!(rank(&story, "mod"), Rank::Member);
}

#[test]
fn bans_are_bounded() {
    let mut opening = opening();
    for number in 0..BANS {
        opening.record.state.bans.push(Ban {
            person: person(&format!("b{number}")),
            name: "b".into(),
            for_good: true,
        });
    }
    let mut story = Story::opened(opening);
    story.all_join(&["host", "ada"]);
    let participant = story.seat("ada");
    story
        .does("host", kick(participant, true))
        .refused("host", Refusal::Full);
}

#[test]
fn nobody_sends_out_whom_they_do_not_outrank() {
    let cases = [
        ("mod", "host", Refusal::NeedsHost),
        ("mod", "mod", Refusal::Invalid),
        ("host", "host", Refusal::Invalid),
        ("ada", "bob", Refusal::NeedsModerator),
    ];
    for (who, whom, reason) in cases {
        let mut story = five();
        let participant = story.seat(whom);
        story.does(who, kick(participant, false)).refused(who, reason);
    }
    let mut story = five();
    let participant = story.seat("mia");
    story
        .does("mod", kick(participant, false))
        .accepted()
        .does("mod", kick(participant, false));
    story.refused("mod", Refusal::Gone);
}

#[test]
fn acting_guest_does_not_send_out_a_moderator_who_comes() {
    let mut opening = opening();
    opening.record.state.moderators.push(person("mod"));
    let mut story = Story::opened(opening);
    story.joins("ada").member("mod").acting_is("mod");
    let participant = story.seat("mod");
    story
        .does("ada", kick(participant, false))
        .refused("ada", Refusal::NeedsModerator);
}

#[test]
fn moderators_have_an_account() {
    let mut story = five();
    let participant = story.seat("ada");
    story
        .does("host", moderator(participant, true))
        .refused("host", Refusal::NeedsAccount);
    story
        .does("host", moderator(ParticipantId(99), true))
        .refused("host", Refusal::Gone);
    let participant = story.seat("host");
    story
        .does("host", moderator(participant, true))
        .refused("host", Refusal::Invalid);
}

#[test]
fn moderators_are_made_and_unmade() {
    let mut story = five();
    let participant = story.seat("mia");
    story.does("host", moderator(participant, true));
    assert_eq!(rank(&story, "mia"), Rank::Moderator);
    story.does("host", moderator(participant, true));
    assert_eq!(story.effects, []);
    story.does("host", moderator(participant, false));
    assert_eq!(rank(&story, "mia"), Rank::Member);
    assert_eq!(story.room.record(story.now).state.moderators, [person("mod")]);
}

#[test]
fn moderators_are_bounded() {
    let mut opening = opening();
    opening.record.state.moderators = (0..MODERATORS).map(|number| person(&format!("m{number}"))).collect();
    let mut story = Story::opened(opening);
    story.joins("host").member("mia");
    let participant = story.seat("mia");
    story
        .does("host", moderator(participant, true))
        .refused("host", Refusal::Full);
}

#[test]
fn room_is_handed_over() {
    let mut story = five();
    let to = story.seat("mod");
    story
        .does("host", ClientMessage::People(PeopleRequest::HandOver { to }))
        .acting_is("mod");
    assert_eq!((rank(&story, "mod"), rank(&story, "host")), (Rank::Host, Rank::Member));
    let record = story.room.record(story.now);
    assert_eq!((record.host_user, record.state.host), (user("mod"), person("mod")));
    assert_eq!(
        (record.state.host_name.as_str(), record.state.moderators.len()),
        ("mod", 0)
    );
    story
        .does("host", ClientMessage::Room(RoomRequest::End))
        .refused("host", Refusal::NeedsHost);
}

#[test]
fn room_is_handed_to_somebody_with_an_account_alone() {
    let mut story = five();
    for (to, reason) in [
        (story.seat("ada"), Refusal::NeedsAccount),
        (story.seat("host"), Refusal::Invalid),
        (ParticipantId(99), Refusal::Gone),
    ] {
        story
            .does("host", ClientMessage::People(PeopleRequest::HandOver { to }))
            .refused("host", reason);
    }
}

#[test]
fn settings_are_bounded() {
    let bad: [fn(&mut SettingsChange); 5] = [
        |change| change.title = Some(" ".into()),
        |change| change.title = Some("x".repeat(TITLE_CHARS + 1)),
        |change| change.capacity = Some(1),
        |change| change.capacity = Some(0),
        |change| change.idle_relief_seconds = Some(3_601),
    ];
    for set in bad {
        let mut story = five();
        let mut change = SettingsChange {
            shuffle: Some(true),
            ..Default::default()
        };
        set(&mut change);
        story.sets("host", change).refused("host", Refusal::Invalid);
        assert!(!story.settings().shuffle, "all of it or nothing");
    }
    let good: [fn(&mut SettingsChange); 6] = [
        |change| change.title = Some("x".repeat(TITLE_CHARS)),
        |change| change.capacity = Some(2),
        |change| change.capacity = Some(100),
        // Raised to the minimum, as over REST.
        |change| change.idle_relief_seconds = Some(14),
        |change| change.idle_relief_seconds = Some(15),
        |change| change.idle_relief_seconds = Some(0),
    ];
    for set in good {
        let mut story = five();
        let mut change = SettingsChange::default();
        set(&mut change);
        story.sets("host", change).accepted();
    }
}

#[test]
fn settings_that_do_not_change_are_told_to_nobody() {
    let mut story = five();
    story.sets(
        "host",
        SettingsChange {
            title: Some(" Friday night ".into()),
            ..Default::default()
        },
    );
    assert_eq!(story.effects, []);
}

#[test]
fn smaller_room_sends_nobody_out() {
    let mut story = five();
    story.sets(
        "host",
        SettingsChange {
            capacity: Some(2),
            ..Default::default()
        },
    );
    assert_eq!(story.room.participants(), 5);
    story.joins("cleo").closed_with("cleo", CloseCode::Full);
}

#[test]
fn change_from_outside_is_seen_inside() {
    let mut story = five();
    let change = SettingsChange {
        title: Some("Late".into()),
        ..Default::default()
    };
    story.happens(Event::Configured {
        change,
        has_password: true,
        slug: Some("late".into()),
    });
    let view = story.view("ada");
    assert_eq!(
        (view.settings.title.as_str(), view.settings.has_password),
        ("Late", true)
    );
    assert_eq!(view.slug.as_deref(), Some("late"));
    let saved = story.effects.contains(&Effect::Save(Save::Record));
    assert!(saved);
}

#[test]
fn each_change_of_the_bans_is_told() {
    let mut story = five();
    for name in ["ada", "bob"] {
        let participant = story.seat(name);
        story.does("host", kick(participant, true));
    }
    assert_eq!(story.view("host").bans.len(), 2);
    story.does(
        "host",
        ClientMessage::People(PeopleRequest::Unban { person: person("ada") }),
    );
    assert_eq!(story.view("host").bans.len(), 1);
    story.does(
        "host",
        ClientMessage::People(PeopleRequest::Unban { person: person("bob") }),
    );
    assert_eq!(story.view("host").bans, []);
}

#[test]
fn host_who_comes_hears_of_the_bans_with_all_else() {
    let mut story = five();
    let participant = story.seat("ada");
    story.does("host", kick(participant, true)).leaves("host").joins("host");
    assert_eq!(story.hears("host").len(), 1);
    assert_eq!(story.view("host").bans.len(), 1);
    story.vanishes("host").joins("host");
    assert_eq!(story.hears("host").len(), 1);
}
