//! The remote: its holder, and how it changes hands.

use super::*;

fn pass(to: ParticipantId) -> ClientMessage {
    ClientMessage::Remote(RemoteRequest::Pass { to })
}

fn drag(dragging: bool) -> ClientMessage {
    ClientMessage::Playback(PlaybackRequest::Drag { dragging })
}

fn relief(seconds: u32) -> Story {
    Story::with(|settings| settings.idle_relief_seconds = Some(seconds))
}

#[test]
fn host_who_comes_takes_it_from_whoever_merely_has_it() {
    let mut story = Story::new();
    story.joins("ada").holder_is("ada").joins("host").holder_is("host");
}

#[test]
fn host_who_comes_does_not_take_what_was_given() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]);
    let to = story.seat("bob");
    story.does("ada", pass(to)).joins("host").holder_is("bob");
}

#[test]
fn host_who_comes_waits_for_the_end_of_a_drag() {
    let mut story = Story::new();
    story
        .joins("ada")
        .does("ada", drag(true))
        .joins("host")
        .holder_is("ada");
    story.does("ada", drag(false)).holder_is("host");
}

#[test]
fn hosts_other_tab_does_not_take_it() {
    let mut story = Story::new();
    story.joins("host");
    let joiner = Joiner {
        person: person("host"),
        user: Some(user("host")),
        name: "host".into(),
        tab: None,
        network: None,
    };
    story.joins_as("other", joiner).holder_is("host");
}

#[test]
fn holder_passes_it() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]);
    let to = story.seat("bob");
    story
        .does("ada", pass(to))
        .holder_is("bob")
        .plays("ada")
        .refused("ada", Refusal::NeedsRemote);
}

#[test]
fn nobody_gets_it_who_is_not_there() {
    let mut story = Story::new();
    story
        .joins("ada")
        .does("ada", pass(ParticipantId(9)))
        .refused("ada", Refusal::Gone)
        .holder_is("ada");
}

#[test]
fn passing_it_to_oneself_changes_nothing() {
    let mut story = Story::new();
    story.joins("ada");
    let to = story.seat("ada");
    story.does("ada", pass(to));
    assert_eq!(story.effects, []);
}

#[test]
fn requests_stand_in_the_order_of_asking() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob", "cleo"])
        .does("cleo", ClientMessage::Remote(RemoteRequest::Ask))
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask));
    assert_eq!(
        story.view("ada").remote.requests,
        [story.seat("cleo"), story.seat("bob")]
    );
    story.does("cleo", ClientMessage::Remote(RemoteRequest::Ask));
    assert_eq!(story.effects, [], "asking twice is asking once");
    story.does("cleo", ClientMessage::Remote(RemoteRequest::Withdraw));
    assert_eq!(story.view("ada").remote.requests, [story.seat("bob")]);
}

#[test]
fn passing_answers_a_request_and_declining_does() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob", "cleo"])
        .does("cleo", ClientMessage::Remote(RemoteRequest::Ask))
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask));
    let (to, participant) = (story.seat("bob"), story.seat("cleo"));
    story.does("ada", pass(to)).holder_is("bob");
    assert_eq!(story.view("ada").remote.requests, [participant]);
    story.does("bob", ClientMessage::Remote(RemoteRequest::Decline { participant }));
    assert_eq!(story.view("ada").remote.requests, []);
    story
        .does("bob", ClientMessage::Remote(RemoteRequest::Decline { participant }))
        .refused("bob", Refusal::Gone);
}

#[test]
fn holder_does_not_ask() {
    let mut story = Story::new();
    story
        .joins("ada")
        .does("ada", ClientMessage::Remote(RemoteRequest::Ask));
    assert_eq!(story.effects, []);
}

#[test]
fn requests_are_bounded() {
    let mut story = Story::with(|settings| settings.capacity = 100);
    story.joins("ada");
    for number in 0..REMOTE_REQUESTS {
        let name = format!("g{number}");
        story
            .joins(&name)
            .does(&name, ClientMessage::Remote(RemoteRequest::Ask))
            .accepted();
    }
    story
        .joins("zoe")
        .does("zoe", ClientMessage::Remote(RemoteRequest::Ask))
        .refused("zoe", Refusal::Full);
}

#[test]
fn request_goes_with_its_seat_and_not_before() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask))
        .vanishes("bob");
    assert_eq!(story.view("ada").remote.requests.len(), 1);
    story.after(SEAT_TIMEOUT_MS);
    assert_eq!(story.view("ada").remote.requests, []);
}

#[test]
fn host_takes_it_at_once() {
    let mut story = Story::new();
    story.all_join(&["host", "ada"]);
    let to = story.seat("ada");
    story
        .does("host", pass(to))
        .holder_is("ada")
        .does("host", ClientMessage::Remote(RemoteRequest::Take))
        .holder_is("host");
}

#[test]
fn nobody_takes_it_in_mid_drag() {
    let mut story = Story::new();
    story.all_join(&["host", "ada"]);
    let to = story.seat("ada");
    story.does("host", pass(to)).does("ada", drag(true)).after(3_000);
    story
        .does("host", ClientMessage::Remote(RemoteRequest::Take))
        .holder_is("ada")
        .does("ada", drag(false))
        .holder_is("host");
}

#[test]
fn drag_keeps_it_only_so_long() {
    let mut story = Story::new();
    story.all_join(&["host", "ada"]);
    let to = story.seat("ada");
    story
        .does("host", pass(to))
        .does("ada", drag(true))
        .does("host", ClientMessage::Remote(RemoteRequest::Take));
    story
        .after(MAX_DRAG_MS / 2)
        .does("ada", drag(true))
        .after(MAX_DRAG_MS / 2 - 1)
        .holder_is("ada")
        .after(1)
        .holder_is("host");
}

#[test]
fn broken_connection_is_off_the_bar() {
    let mut story = Story::new();
    story.all_join(&["host", "ada"]);
    let to = story.seat("ada");
    story
        .does("host", pass(to))
        .does("ada", drag(true))
        .does("host", ClientMessage::Remote(RemoteRequest::Take))
        .vanishes("ada");
    story.holder_is("host");
}

#[test]
fn holder_may_give_it_away_in_mid_drag() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]);
    let to = story.seat("bob");
    story.does("ada", drag(true)).does("ada", pass(to)).holder_is("bob");
}

#[test]
fn whoever_goes_before_the_drag_ends_gets_nothing() {
    let mut story = Story::new();
    story.all_join(&["host", "ada"]);
    let to = story.seat("ada");
    story
        .does("host", pass(to))
        .does("ada", drag(true))
        .does("host", ClientMessage::Remote(RemoteRequest::Take))
        .leaves("host");
    story.does("ada", drag(false)).holder_is("ada");
}

#[test]
fn holder_who_goes_leaves_it_to_whoever_acts_for_the_host() {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]).member("mod").joins("host");
    let (participant, to) = (story.seat("mod"), story.seat("bob"));
    story
        .does(
            "host",
            ClientMessage::People(PeopleRequest::SetModerator { participant, on: true }),
        )
        .does("host", pass(to))
        .leaves("bob");
    story.holder_is("host").leaves("host").holder_is("mod").acting_is("mod");
}

#[test]
fn holder_who_is_merely_away_keeps_it() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .vanishes("ada")
        .after(SEAT_TIMEOUT_MS - 1);
    assert_eq!(story.view("bob").remote.holder, Some(ParticipantId(1)));
    story.joins("ada").holder_is("ada");
}

#[test]
fn drag_of_anybody_else_is_nothing() {
    let mut story = Story::with(|settings| settings.remote_mode = RemoteMode::Anyone);
    story.all_join(&["host", "ada"]);
    let to = story.seat("ada");
    story
        .does("host", pass(to))
        .does("host", drag(true))
        .does("host", ClientMessage::Remote(RemoteRequest::Take))
        .holder_is("host");
}

#[test]
fn idle_holder_loses_it_to_whoever_asks() {
    let mut story = relief(30);
    story
        .all_join(&["ada", "bob", "cleo"])
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask))
        .does("cleo", ClientMessage::Remote(RemoteRequest::Ask));
    story
        .after(29_999)
        .holder_is("ada")
        .after(1)
        .holder_is("bob")
        .after(30_000)
        .holder_is("cleo");
}

#[test]
fn idle_holder_is_relieved_at_the_moment_of_asking() {
    let mut story = relief(30);
    story
        .all_join(&["ada", "bob"])
        .after(30_000)
        .holder_is("ada")
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask))
        .holder_is("bob");
}

#[test]
fn whatever_a_holder_does_keeps_it() {
    let mut story = relief(30);
    story
        .all_join(&["ada", "bob"])
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask))
        .after(20_000)
        .does("ada", say("here"));
    story.after(29_999).holder_is("ada").after(1).holder_is("bob");
}

#[test]
fn what_a_page_tells_by_itself_does_not_keep_it() {
    let mut story = relief(30);
    story
        .all_join(&["ada", "bob"])
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask))
        .after(20_000)
        .flows("ada")
        .after(10_000);
    story.holder_is("bob");
}

#[test]
fn those_who_are_away_are_passed_over() {
    let mut story = relief(15);
    story
        .all_join(&["ada", "bob", "cleo"])
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask))
        .does("cleo", ClientMessage::Remote(RemoteRequest::Ask));
    story.after(14_000).vanishes("bob").after(1_000).holder_is("cleo");
}

#[test]
fn idle_holder_in_mid_drag_keeps_it() {
    let mut story = relief(15);
    story
        .all_join(&["ada", "bob"])
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask))
        .after(14_000)
        .does("ada", drag(true));
    story.after(9_000).holder_is("ada");
}

#[test]
fn without_the_setting_nobody_is_relieved() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask))
        .after(3_600_000)
        .holder_is("ada");
}

#[test]
fn setting_counts_from_when_it_is_set() {
    let mut story = Story::new();
    story
        .all_join(&["ada", "bob"])
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask))
        .after(20_000);
    let change = SettingsChange {
        idle_relief_seconds: Some(15),
        ..Default::default()
    };
    story
        .sets("ada", change)
        .holder_is("ada")
        .after(15_000)
        .holder_is("bob");
}

#[test]
fn there_is_a_holder_where_anyone_controls() {
    let mut story = Story::with(|settings| settings.remote_mode = RemoteMode::Anyone);
    story.all_join(&["ada", "bob"]).watching("bob").holder_is("ada");
}

#[test]
fn nobody_is_relieved_in_mid_drag_however_short_the_time() {
    let mut story = Story::new();
    let change = SettingsChange {
        idle_relief_seconds: Some(5),
        ..Default::default()
    };
    story.all_join(&["ada", "bob"]).happens(Event::Configured {
        change,
        has_password: false,
        slug: None,
    });
    story
        .does("bob", ClientMessage::Remote(RemoteRequest::Ask))
        .does("ada", drag(true))
        .after(MAX_DRAG_MS - 1)
        .holder_is("ada");
    story.after(1).holder_is("bob");
}

#[test]
fn page_that_is_replaced_is_off_the_bar() {
    let mut story = Story::new();
    story.all_join(&["host", "ada"]);
    let to = story.seat("ada");
    story
        .does("host", pass(to))
        .does("ada", drag(true))
        .does("host", ClientMessage::Remote(RemoteRequest::Take))
        .joins("ada");
    story.holder_is("host");
}
