//! Removed people, who are kept out until the room closes or the host lets them in again.

use super::*;

fn send_out(story: &mut Story, by: &str, whom: &str) {
    let participant = story.seat(whom);
    let ban = false;
    story
        .does(by, ClientMessage::People(PeopleRequest::Kick { participant, ban }))
        .accepted();
}

fn guest_from(name: &str, network: &str) -> Joiner {
    Joiner {
        person: person(name),
        user: None,
        name: name.into(),
        tab: Some("tab".into()),
        network: Some(Network(network.into())),
    }
}

fn let_in(name: &str) -> ClientMessage {
    ClientMessage::People(PeopleRequest::Unban { person: person(name) })
}

fn out(name: &str, out: bool) -> Effect {
    let person = person(name);
    Effect::KeepOut { person, out }
}

/// Returns the room reopened from its record: after a crash if `is_open`, else after it was closed.
fn opened_again(story: &Story, is_open: bool) -> Story {
    let mut record = story.room.record(story.now);
    record.is_open = is_open;
    let json = serde_json::to_string(&record.state).unwrap();
    record.state = serde_json::from_str(&json).unwrap();
    Story::opened_at(story.now, Opening { record, ..opening() })
}

#[test]
fn whoever_is_sent_out_stays_out_until_the_host_lets_them_in() {
    let mut story = Story::new();
    story.joins("host").member("mod").all_join(&["ada", "bob"]);
    let participant = story.seat("mod");
    story.does(
        "host",
        ClientMessage::People(PeopleRequest::SetModerator { participant, on: true }),
    );
    send_out(&mut story, "mod", "ada");
    assert!(story.effects.contains(&out("ada", true)));
    for tab in ["tab", "another tab"] {
        let joiner = Joiner {
            person: person("ada"),
            user: None,
            name: "Somebody else".into(),
            tab: Some(tab.into()),
            network: None,
        };
        story.joins_as("ada", joiner).closed_with("ada", CloseCode::NotAllowed);
    }
    story.does("mod", let_in("ada")).refused("mod", Refusal::NeedsHost);
    story.joins("ada").closed_with("ada", CloseCode::NotAllowed);
    story.does("host", let_in("ada")).accepted();
    assert!(story.effects.contains(&out("ada", false)));
    story.joins("ada");
    assert_eq!(story.view("bob").participants.len(), 4);
    story.does("host", let_in("ada")).refused("host", Refusal::Gone);
}

#[test]
fn those_who_are_out_are_told_to_those_with_the_hosts_say() {
    let mut story = Story::new();
    story.joins("host").member("mia").all_join(&["ada", "bob"]);
    send_out(&mut story, "host", "ada");
    let participant = story.seat("bob");
    story.does(
        "host",
        ClientMessage::People(PeopleRequest::Kick { participant, ban: true }),
    );
    let told: Vec<_> = story
        .view("host")
        .bans
        .iter()
        .map(|ban| (ban.name.clone(), ban.for_good))
        .collect();
    assert_eq!(told, [("ada".to_owned(), false), ("bob".to_owned(), true)]);
    assert_eq!(story.view("mia").bans, []);
    story.leaves("host").acting_is("mia");
    assert_eq!(story.view("mia").bans.len(), 2);
    story.joins("host").does("host", let_in("ada"));
    assert_eq!(story.view("host").bans.len(), 1);
}

#[test]
fn a_crash_lets_nobody_in_and_the_rooms_end_does() {
    let mut story = Story::new();
    story.all_join(&["host", "ada", "bob"]);
    send_out(&mut story, "host", "ada");
    let mut crashed = opened_again(&story, true);
    crashed
        .all_join(&["host", "ada"])
        .closed_with("ada", CloseCode::NotAllowed);
    assert_eq!(crashed.view("host").bans.len(), 1);
    let mut again = opened_again(&story, false);
    again.all_join(&["host", "ada"]);
    assert_eq!(
        (again.view("ada").participants.len(), again.view("host").bans.len()),
        (2, 0)
    );
}

#[test]
fn an_older_rooms_state_is_read() {
    let mut story = Story::new();
    story.joins("host");
    let mut state = serde_json::to_value(story.room.record(story.now).state).unwrap();
    state.as_object_mut().unwrap().remove("removed");
    state["bans"] = serde_json::json!([{ "person": "x", "name": "X" }]);
    let state: RoomState = serde_json::from_value(state).unwrap();
    assert!(state.removed.is_empty() && state.bans[0].for_good);
}

#[test]
fn a_guest_without_their_cookie_is_known_by_their_network() {
    let mut story = Story::new();
    story
        .joins("host")
        .joins_as("ada", guest_from("ada", "home"))
        .joins_as("sister", guest_from("sister", "home"))
        .joins_as("bob", guest_from("bob", "elsewhere"));
    send_out(&mut story, "host", "ada");
    story
        .joins_as("ada without cookie", guest_from("ada without cookie", "home"))
        .closed_with("ada without cookie", CloseCode::NetworkOut);
    // Others are not kept out: those from another network, of no known network, known to the room, or with an account.
    story.joins_as("carol", guest_from("carol", "elsewhere")).joins("dave");
    story.leaves("sister").joins_as("sister", guest_from("sister", "home"));
    let grace = Joiner {
        person: person("grace"),
        user: Some(user("grace")),
        name: "grace".into(),
        tab: None,
        network: None,
    };
    story.joins_as("grace", grace);
    assert_eq!(story.view("host").participants.len(), 6);
    story
        .does("host", let_in("ada"))
        .joins_as("ada without cookie", guest_from("ada without cookie", "home"));
    assert_eq!(story.view("host").participants.len(), 7);
}

#[test]
fn an_account_that_is_sent_out_keeps_no_network_out() {
    let mut story = Story::new();
    let mia = Joiner {
        person: person("mia"),
        user: Some(user("mia")),
        name: "mia".into(),
        tab: None,
        network: Some(Network("home".into())),
    };
    story.joins("host").joins_as("mia", mia);
    send_out(&mut story, "host", "mia");
    story.joins_as("ada", guest_from("ada", "home"));
    assert_eq!(story.view("host").participants.len(), 2);
}

#[test]
fn those_who_are_out_are_bounded() {
    let mut opening = opening();
    opening.record.is_open = true;
    opening.record.state.removed = (0..KICKED_PEOPLE)
        .map(|number| Removed {
            person: person(&format!("r{number}")),
            name: "r".into(),
            network: None,
        })
        .collect();
    let mut story = Story::opened(opening);
    story.all_join(&["host", "ada"]);
    send_out(&mut story, "host", "ada");
    assert_eq!(story.room.record(story.now).state.removed.len(), KICKED_PEOPLE);
    assert!(story.effects.contains(&out("r0", false)));
    story.joins("r0").joins("ada").closed_with("ada", CloseCode::NotAllowed);
    story.joins("r1").closed_with("r1", CloseCode::NotAllowed);
}
