//! Permissions: every message by every kind of participant, and the refusal of the rest. The second test counts the
//! kinds of messages, so that no row can be missing.

use super::*;
use Refusal::*;

/// The senders. The first five are in a room with its host, the others in one with guests only.
const ACTORS: [&str; 8] = [
    "host", "mod", "member", "holder", "guest", "acting", "holder2", "guest2",
];

/// Creates a room whose host has given the remote to a guest. Zoe has sent a message and queued two videos.
fn room_with_host() -> Story {
    let mut story = Story::new();
    story.joins("host").member("mod").member("member");
    story.all_join(&["holder", "guest", "zoe"]).after(1_000);
    let (participant, to) = (story.seat("mod"), story.seat("holder"));
    story.does(
        "host",
        ClientMessage::People(PeopleRequest::SetModerator { participant, on: true }),
    );
    story
        .watching("host")
        .does("host", ClientMessage::Remote(RemoteRequest::Pass { to }));
    furnish(&mut story);
    story
}

/// Creates a room with guests only: the oldest acts for the host and has given the remote away.
fn room_without_host() -> Story {
    let mut story = Story::new();
    story.all_join(&["acting", "holder2", "guest2", "zoe"]).after(1_000);
    let to = story.seat("holder2");
    story
        .watching("acting")
        .does("acting", ClientMessage::Remote(RemoteRequest::Pass { to }));
    furnish(&mut story);
    story
}

fn furnish(story: &mut Story) {
    let to = story.seat("zoe");
    story.does("zoe", say("hello")).queues("zoe", 2).queues("zoe", 3);
    story
        .does("zoe", ClientMessage::Remote(RemoteRequest::Ask))
        .after(5_000);
    assert_eq!(story.views.values().next().unwrap().remote.requests, [to]);
}

fn room_of(actor: &str) -> Story {
    if ["acting", "holder2", "guest2"].contains(&actor) {
        room_without_host()
    } else {
        room_with_host()
    }
}

/// A message, who may send it, and the refusal that the rest receive.
type Row = (fn(&Story) -> ClientMessage, &'static [&'static str], Refusal);

const ALL: &[&str] = &ACTORS;
const HOLDERS: &[&str] = &["holder", "holder2"];
const HOSTS: &[&str] = &["host", "acting"];
const TRUE_HOST: &[&str] = &["host"];
const MODERATORS: &[&str] = &["host", "acting", "mod"];
const HOLDERS_AND_HOSTS: &[&str] = &["holder", "holder2", "host", "acting"];
const HOLDERS_AND_MODERATORS: &[&str] = &["holder", "holder2", "host", "acting", "mod"];
const NOBODY: &[&str] = &[];

fn change(set: impl FnOnce(&mut SettingsChange)) -> ClientMessage {
    let mut change = SettingsChange::default();
    set(&mut change);
    ClientMessage::Settings(change)
}

fn add(play_now: bool) -> ClientMessage {
    let addition = Addition {
        source: request(4),
        play_now,
    };
    ClientMessage::Queue(QueueRequest::Add(addition))
}

const FIRST: MessageId = MessageId(1);
const ITEM: ItemId = ItemId(2);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    (|_| ClientMessage::Ping(Ping { sent_at: 1.0 }), ALL, Invalid),
    (|_| ClientMessage::Playback(PlaybackRequest::Report { standing: standing(10, false) }), ALL, Invalid),
    (|s| ClientMessage::Playback(PlaybackRequest::Ready { epoch: s.epoch(), duration_ms: None }), ALL, Invalid),
    (|s| ClientMessage::Playback(PlaybackRequest::Ended { epoch: s.epoch() }), ALL, Invalid),
    (|s| ClientMessage::Playback(PlaybackRequest::Play { epoch: s.epoch() }), HOLDERS, NeedsRemote),
    (|s| ClientMessage::Playback(PlaybackRequest::Pause { epoch: s.epoch(), position_ms: 0 }), HOLDERS, NeedsRemote),
    (|s| ClientMessage::Playback(PlaybackRequest::Seek { epoch: s.epoch(), position_ms: 0 }), HOLDERS, NeedsRemote),
    (|s| ClientMessage::Playback(PlaybackRequest::SetRate { epoch: s.epoch(), rate: 2.0 }), HOLDERS, NeedsRemote),
    (|s| ClientMessage::Playback(PlaybackRequest::PlayItem { epoch: s.epoch(), item: None }), HOLDERS, NeedsRemote),
    (|s| ClientMessage::Playback(PlaybackRequest::PlayItem { epoch: s.epoch(), item: Some(ITEM) }), HOLDERS, NeedsRemote),
    (|_| ClientMessage::Playback(PlaybackRequest::Drag { dragging: true }), HOLDERS, NeedsRemote),
    (|_| add(false), ALL, Invalid),
    (|_| add(true), HOLDERS, NeedsRemote),
    (|_| ClientMessage::Queue(QueueRequest::Remove { item: ITEM }), HOLDERS_AND_MODERATORS, NeedsRemote),
    (|_| ClientMessage::Queue(QueueRequest::Move { item: ITEM, before: None }), HOLDERS_AND_MODERATORS, NeedsRemote),
    (|_| ClientMessage::Remote(RemoteRequest::Ask), ALL, Invalid),
    (|_| ClientMessage::Remote(RemoteRequest::Withdraw), ALL, Invalid),
    (|_| ClientMessage::Remote(RemoteRequest::Take), HOSTS, NeedsHost),
    (|s| ClientMessage::Remote(RemoteRequest::Pass { to: s.seat("zoe") }), HOLDERS_AND_HOSTS, NeedsRemote),
    (|s| ClientMessage::Remote(RemoteRequest::Decline { participant: s.seat("zoe") }), HOLDERS_AND_HOSTS, NeedsRemote),
    (|_| say("hi"), ALL, Invalid),
    (|_| ClientMessage::Chat(ChatRequest::Edit { id: FIRST, text: "no".into() }), NOBODY, NeedsAuthor),
    (|_| ClientMessage::Chat(ChatRequest::Delete { id: FIRST }), MODERATORS, NeedsModerator),
    (|_| ClientMessage::Chat(ChatRequest::React { id: FIRST, emoji: "👍".into(), on: true }), ALL, Invalid),
    (|_| ClientMessage::Chat(ChatRequest::Typing { typing: true }), ALL, Invalid),
    (|_| ClientMessage::Chat(ChatRequest::Emote { emoji: "🎉".into() }), ALL, Invalid),
    (|_| ClientMessage::People(PeopleRequest::Rename { name: "new".into() }), ALL, Invalid),
    (|_| change(|c| c.locked = Some(true)), MODERATORS, NeedsModerator),
    (|_| change(|c| { c.locked = Some(true); c.shuffle = Some(true); }), HOSTS, NeedsHost),
    (|_| change(|c| c.title = Some("new".into())), HOSTS, NeedsHost),
    (|_| change(|c| c.remote_mode = Some(RemoteMode::Anyone)), HOSTS, NeedsHost),
    (|s| ClientMessage::People(PeopleRequest::Kick { participant: s.seat("zoe"), ban: false }), MODERATORS, NeedsModerator),
    (|s| ClientMessage::People(PeopleRequest::Kick { participant: s.seat("zoe"), ban: true }), TRUE_HOST, NeedsHost),
    (|_| ClientMessage::People(PeopleRequest::Unban { person: person("x") }), TRUE_HOST, NeedsHost),
    (|s| ClientMessage::People(PeopleRequest::SetModerator { participant: s.seat("zoe"), on: true }), TRUE_HOST, NeedsHost),
    (|s| ClientMessage::People(PeopleRequest::HandOver { to: s.seat("zoe") }), TRUE_HOST, NeedsHost),
    (|_| ClientMessage::Chat(ChatRequest::Clear), TRUE_HOST, NeedsHost),
    (|_| ClientMessage::Room(RoomRequest::End), TRUE_HOST, NeedsHost),
    (|_| ClientMessage::Room(RoomRequest::Leave), ALL, Invalid),
];

#[test]
fn each_may_what_the_table_says_and_is_told_what_else_it_takes() {
    for (message, allowed, otherwise) in TABLE {
        for actor in ACTORS {
            let mut story = room_of(actor);
            let message = message(&story);
            story.does(actor, message.clone());
            let refusals: Vec<_> = refusals(story.hears(actor));
            if allowed.contains(&actor) {
                let rights = [NeedsRemote, NeedsHost, NeedsModerator, NeedsAuthor];
                let is_refused = refusals.iter().any(|reason| rights.contains(reason));
                assert!(!is_refused, "{actor} may not {message:?}: {refusals:?}");
            } else {
                assert_eq!(refusals, [*otherwise], "{actor}: {message:?}");
                assert_eq!(
                    story.effects.len(),
                    1,
                    "{actor}: {message:?} does something nevertheless"
                );
            }
        }
    }
}

fn refusals(heard: &[ServerMessage]) -> Vec<Refusal> {
    let refusal = |message: &ServerMessage| match message {
        ServerMessage::Refused { reason, .. } => Some(*reason),
        _ => None,
    };
    heard.iter().filter_map(refusal).collect()
}

#[test]
fn table_has_every_kind_of_message() {
    let story = room_with_host();
    let kind = |message: &ClientMessage| {
        let json = serde_json::to_value(message).unwrap();
        let (noun, request) = json.as_object().unwrap().iter().next().unwrap();
        // A change of settings and a ping are requests of one kind.
        let verb = match request {
            serde_json::Value::String(verb) => verb.clone(),
            _ if ["settings", "ping"].contains(&noun.as_str()) => String::new(),
            request => request.as_object().unwrap().keys().next().unwrap().clone(),
        };
        format!("{noun} {verb}")
    };
    let kinds: std::collections::BTreeSet<_> = TABLE.iter().map(|(message, ..)| kind(&message(&story))).collect();
    assert_eq!(kinds.len(), 33);
}

#[test]
fn anyone_controls_where_anyone_may() {
    for (message, allowed, _) in TABLE.iter().filter(|(_, allowed, _)| *allowed == HOLDERS) {
        for actor in ACTORS {
            let mut story = room_of(actor);
            let host = if ["acting", "holder2", "guest2"].contains(&actor) {
                "acting"
            } else {
                "host"
            };
            story.does(host, change(|change| change.remote_mode = Some(RemoteMode::Anyone)));
            let message = message(&story);
            story.does(actor, message.clone());
            assert_eq!(refusals(story.hears(actor)), [], "{actor}: {message:?} {allowed:?}");
        }
    }
}

#[test]
fn strangers_are_not_answered() {
    for (message, ..) in TABLE {
        let mut story = room_with_host();
        let message = message(&story);
        let connection = ConnectionId(999);
        story.happens(Event::Message { connection, message });
        assert_eq!(story.effects, []);
    }
}

#[test]
fn own_lines_are_ones_own_to_move_and_remove() {
    let mut story = room_with_host();
    story
        .does(
            "zoe",
            ClientMessage::Queue(QueueRequest::Move {
                item: ITEM,
                before: None,
            }),
        )
        .accepted();
    story
        .does("zoe", ClientMessage::Queue(QueueRequest::Remove { item: ITEM }))
        .accepted();
    story
        .does("zoe", ClientMessage::Queue(QueueRequest::Remove { item: ITEM }))
        .refused("zoe", Gone);
}

#[test]
fn own_messages_are_ones_own_to_change_and_take_back() {
    let mut story = room_with_host();
    let text = "hello!".to_owned();
    story
        .does("zoe", ClientMessage::Chat(ChatRequest::Edit { id: FIRST, text }))
        .accepted();
    assert_eq!(story.view("guest").chat[0].text, "hello!");
    story
        .does("zoe", ClientMessage::Chat(ChatRequest::Delete { id: FIRST }))
        .accepted();
    assert!(story.view("guest").chat[0].deleted);
}

#[test]
fn moderator_does_not_touch_what_host_or_moderators_said() {
    let mut story = room_with_host();
    story.does("host", say("mine")).does("mod", say("mine too"));
    story
        .does("mod", ClientMessage::Chat(ChatRequest::Delete { id: MessageId(2) }))
        .refused("mod", NeedsModerator);
    story
        .does("mod", ClientMessage::Chat(ChatRequest::Delete { id: MessageId(3) }))
        .accepted();
    story
        .does("host", ClientMessage::Chat(ChatRequest::Delete { id: FIRST }))
        .accepted();
}

#[test]
fn right_is_asked_before_epoch() {
    let mut story = room_with_host();
    let epoch = Epoch(77);
    story
        .does("guest", ClientMessage::Playback(PlaybackRequest::Play { epoch }))
        .refused("guest", NeedsRemote);
    story
        .does("holder", ClientMessage::Playback(PlaybackRequest::Play { epoch }))
        .refused("holder", Stale);
}
