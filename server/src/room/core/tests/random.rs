//! Random stories: several people with several tabs act at random, and [`law`] holds after every step.

use super::*;
use proptest::{collection::vec, option, prelude::*};

/// The people of the stories: the host, two with an account, two without.
const PEOPLE: [&str; 5] = ["host", "mia", "max", "ada", "bob"];

#[derive(Debug, Clone)]
enum Command {
    Connect {
        who: usize,
        tab: u8,
    },
    Vanish {
        who: usize,
        tab: u8,
    },
    /// A message from a person's tab. Its epoch is counted back from the current one.
    Say {
        who: usize,
        tab: u8,
        message: ClientMessage,
    },
    /// A message on any socket: another's, a closed one, or one that was never opened.
    Forge {
        socket: u64,
        message: ClientMessage,
    },
    VanishForged {
        socket: u64,
    },
    Resolve {
        socket: u64,
        number: u8,
        play_now: bool,
        fails: bool,
    },
    Wait {
        ms: i64,
    },
    Oversleep {
        ms: i64,
    },
    Store {
        id: u64,
        stored: bool,
    },
    Configure {
        change: SettingsChange,
        has_password: bool,
        slug: bool,
    },
    ClearChat,
    Gone {
        who: usize,
        deleted: bool,
    },
    End,
    Stop,
}

fn position() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => 0..FILM_MS + 10_000,
        1 => Just(-1),
        1 => Just(FILM_MS),
        1 => Just(i64::MAX),
        1 => Just(i64::MIN),
    ]
}

fn epoch() -> impl Strategy<Value = Epoch> {
    prop_oneof![6 => Just(0), 2 => 0..4u64, 1 => Just(u64::MAX)].prop_map(Epoch)
}

fn seat() -> impl Strategy<Value = ParticipantId> {
    (0..9u32).prop_map(ParticipantId)
}

fn item() -> impl Strategy<Value = ItemId> {
    (0..9u64).prop_map(ItemId)
}

fn message_id() -> impl Strategy<Value = MessageId> {
    (0..9u64).prop_map(MessageId)
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("hello".to_owned()),
        Just(" \u{7} ".to_owned()),
        Just("x".repeat(2_001)),
        "\\PC{0,20}"
    ]
}

fn emoji() -> impl Strategy<Value = String> {
    prop_oneof![4 => Just("😀"), 4 => Just("👍🏽"), 1 => Just("text"), 1 => Just("")].prop_map(str::to_owned)
}

fn settings() -> impl Strategy<Value = SettingsChange> {
    let flags = (
        option::of(any::<bool>()),
        option::of(any::<bool>()),
        option::of(any::<bool>()),
    );
    let more = (
        option::of(any::<bool>()),
        option::of(any::<bool>()),
        option::of(any::<bool>()),
    );
    let mode = option::of(prop_oneof![Just(RemoteMode::Holder), Just(RemoteMode::Anyone)]);
    let numbers = (
        option::of(0..8u32),
        option::of(prop_oneof![Just(0), Just(5), Just(15), Just(60)]),
    );
    (flags, more, mode, numbers, option::weighted(0.1, words())).prop_map(
        |(
            (locked, wait_for_everyone, keep_chat),
            (guests_allowed, auto_advance, shuffle),
            remote_mode,
            numbers,
            title,
        )| {
            SettingsChange {
                title,
                capacity: numbers.0,
                guests_allowed,
                locked,
                wait_for_everyone,
                keep_chat,
                remote_mode,
                idle_relief_seconds: numbers.1,
                auto_advance,
                shuffle,
            }
        },
    )
}

fn control() -> impl Strategy<Value = ClientMessage> {
    let rate = prop_oneof![
        Just(1.0),
        Just(2.0),
        Just(0.25),
        Just(f64::NAN),
        Just(-1.0),
        Just(100.0)
    ];
    prop_oneof![
        3 => epoch().prop_map(|epoch| ClientMessage::Playback(PlaybackRequest::Play { epoch })),
        3 => (epoch(), position()).prop_map(|(epoch, position_ms)| ClientMessage::Playback(PlaybackRequest::Pause { epoch, position_ms })),
        3 => (epoch(), position()).prop_map(|(epoch, position_ms)| ClientMessage::Playback(PlaybackRequest::Seek { epoch, position_ms })),
        1 => (epoch(), rate).prop_map(|(epoch, rate)| ClientMessage::Playback(PlaybackRequest::SetRate { epoch, rate })),
        2 => (epoch(), option::of(item())).prop_map(|(epoch, item)| ClientMessage::Playback(PlaybackRequest::PlayItem { epoch, item })),
        2 => any::<bool>().prop_map(|dragging| ClientMessage::Playback(PlaybackRequest::Drag { dragging })),
        2 => (1..6u8, any::<bool>()).prop_map(|(number, play_now)| ClientMessage::Queue(QueueRequest::Add(Addition { source: request(number), play_now }))),
        1 => item().prop_map(|item| ClientMessage::Queue(QueueRequest::Remove { item })),
        1 => (item(), option::of(item())).prop_map(|(item, before)| ClientMessage::Queue(QueueRequest::Move { item, before })),
    ]
}

fn report() -> impl Strategy<Value = ClientMessage> {
    let length = prop_oneof![4 => Just(FILM_MS), 1 => Just(0), 1 => Just(-5), 1 => Just(i64::MAX), 1 => Just(1_000)];
    let standing = (any::<bool>(), option::of(-50..50i32), 0..2_000u32);
    prop_oneof![
        1 => (-1e9..1e9).prop_map(|sent_at| ClientMessage::Ping(Ping { sent_at })),
        4 => standing.prop_map(|(stalled, offset_ms, ping_ms)| ClientMessage::Playback(PlaybackRequest::Report {
            standing: Standing { offset_ms, ahead_ms: 100, stalled, ping_ms }
        })),
        6 => (epoch(), option::of(length)).prop_map(|(epoch, duration_ms)| ClientMessage::Playback(PlaybackRequest::Ready { epoch, duration_ms })),
        1 => epoch().prop_map(|epoch| ClientMessage::Playback(PlaybackRequest::Ended { epoch })),
    ]
}

fn remote() -> impl Strategy<Value = ClientMessage> {
    prop_oneof![
        Just(ClientMessage::Remote(RemoteRequest::Ask)),
        Just(ClientMessage::Remote(RemoteRequest::Withdraw)),
        Just(ClientMessage::Remote(RemoteRequest::Take)),
        seat().prop_map(|to| ClientMessage::Remote(RemoteRequest::Pass { to })),
        seat().prop_map(|participant| ClientMessage::Remote(RemoteRequest::Decline { participant })),
    ]
}

fn talk() -> impl Strategy<Value = ClientMessage> {
    prop_oneof![
        4 => (words(), option::of(message_id()), any::<bool>()).prop_map(|(text, reply_to, about_now)| {
            ClientMessage::Chat(ChatRequest::Send { nonce: 3, text, reply_to, about_now })
        }),
        1 => (message_id(), words()).prop_map(|(id, text)| ClientMessage::Chat(ChatRequest::Edit { id, text })),
        1 => message_id().prop_map(|id| ClientMessage::Chat(ChatRequest::Delete { id })),
        2 => (message_id(), emoji(), any::<bool>()).prop_map(|(id, emoji, on)| ClientMessage::Chat(ChatRequest::React { id, emoji, on })),
        1 => any::<bool>().prop_map(|typing| ClientMessage::Chat(ChatRequest::Typing { typing })),
        1 => emoji().prop_map(|emoji| ClientMessage::Chat(ChatRequest::Emote { emoji })),
    ]
}

fn people() -> impl Strategy<Value = ClientMessage> {
    let name = prop_oneof![Just("ada".to_owned()), Just("HOST".to_owned()), words()];
    let person = (0..PEOPLE.len()).prop_map(|who| person(PEOPLE[who]));
    prop_oneof![
        4 => name.prop_map(|name| ClientMessage::People(PeopleRequest::Rename { name })),
        8 => settings().prop_map(ClientMessage::Settings),
        4 => (seat(), any::<bool>()).prop_map(|(participant, ban)| ClientMessage::People(PeopleRequest::Kick { participant, ban })),
        4 => person.prop_map(|person| ClientMessage::People(PeopleRequest::Unban { person })),
        4 => (seat(), any::<bool>()).prop_map(|(participant, on)| ClientMessage::People(PeopleRequest::SetModerator { participant, on })),
        2 => seat().prop_map(|to| ClientMessage::People(PeopleRequest::HandOver { to })),
        2 => Just(ClientMessage::Chat(ChatRequest::Clear)),
        1 => Just(ClientMessage::Room(RoomRequest::End)),
        4 => Just(ClientMessage::Room(RoomRequest::Leave)),
    ]
}

fn message() -> impl Strategy<Value = ClientMessage> {
    prop_oneof![4 => control(), 4 => report(), 2 => remote(), 2 => talk(), 2 => people()]
}

fn command() -> impl Strategy<Value = Command> {
    let who = 0..PEOPLE.len();
    let tab = prop_oneof![4 => Just(1u8), 1 => Just(2), 1 => Just(0)];
    let whose = (who, tab);
    prop_oneof![
        12 => whose.clone().prop_map(|(who, tab)| Command::Connect { who, tab }),
        4 => whose.clone().prop_map(|(who, tab)| Command::Vanish { who, tab }),
        50 => (whose, message()).prop_map(|((who, tab), message)| Command::Say { who, tab, message }),
        2 => (0..20u64, message()).prop_map(|(socket, message)| Command::Forge { socket, message }),
        1 => (0..20u64).prop_map(|socket| Command::VanishForged { socket }),
        6 => (0..20u64, 1..6u8, any::<bool>(), prop::bool::weighted(0.2)).prop_map(
            |(socket, number, play_now, fails)| Command::Resolve { socket, number, play_now, fails }
        ),
        12 => prop_oneof![0..500i64, 0..20_000i64, 0..700_000i64].prop_map(|ms| Command::Wait { ms }),
        3 => prop_oneof![0..500i64, 0..20_000i64, 0..700_000i64].prop_map(|ms| Command::Oversleep { ms }),
        1 => (0..9u64, any::<bool>()).prop_map(|(id, stored)| Command::Store { id, stored }),
        1 => (settings(), any::<bool>(), any::<bool>()).prop_map(|(change, has_password, slug)| {
            Command::Configure { change, has_password, slug }
        }),
        1 => Just(Command::ClearChat),
        1 => (0..PEOPLE.len(), prop::bool::weighted(0.2)).prop_map(|(who, deleted)| Command::Gone { who, deleted }),
        1 => prop::bool::weighted(0.2).prop_map(|ends| if ends { Command::End } else { Command::ClearChat }),
        1 => prop::bool::weighted(0.2).prop_map(|ends| if ends { Command::Stop } else { Command::ClearChat }),
    ]
}

/// Returns the alias of a person's tab.
fn alias(who: usize, tab: u8) -> String {
    format!("{}/{tab}", PEOPLE[who])
}

/// Converts the epoch of a message, counted back from the current one, to an absolute epoch.
fn count_epoch(story: &Story, mut message: ClientMessage) -> ClientMessage {
    let now = story.epoch();
    match &mut message {
        ClientMessage::Playback(PlaybackRequest::Play { epoch })
        | ClientMessage::Playback(PlaybackRequest::Pause { epoch, .. })
        | ClientMessage::Playback(PlaybackRequest::Seek { epoch, .. })
        | ClientMessage::Playback(PlaybackRequest::SetRate { epoch, .. })
        | ClientMessage::Playback(PlaybackRequest::PlayItem { epoch, .. })
        | ClientMessage::Playback(PlaybackRequest::Ready { epoch, .. })
        | ClientMessage::Playback(PlaybackRequest::Ended { epoch }) => *epoch = Epoch(now.0.wrapping_sub(epoch.0)),
        _ => {}
    }
    message
}

fn connect(story: &mut Story, who: usize, tab: u8) {
    let before = story.room.participants();
    let joiner = Joiner {
        person: person(PEOPLE[who]),
        user: (who < 3).then(|| user(PEOPLE[who])),
        name: PEOPLE[who].to_owned(),
        tab: (tab > 0).then(|| tab.to_string()),
        network: (who >= 3).then(|| Network("home".into())),
    };
    let capacity = story.settings().capacity as usize;
    let is_host = story.room.record(story.now).state.host == joiner.person;
    story.joins_as(&alias(who, tab), joiner);
    let after = story.room.participants();
    assert!(
        after <= before || before < capacity || is_host && after <= before + 1,
        "too many"
    );
}

/// Sends a change over REST, with only such values as pass validation there.
fn configure(story: &mut Story, change: SettingsChange, has_password: bool, has_slug: bool) {
    let change = SettingsChange {
        title: None,
        capacity: change.capacity.filter(|capacity| *capacity >= 2),
        ..change
    };
    story.happens(Event::Configured {
        change,
        has_password,
        slug: has_slug.then(|| "friday".to_owned()),
    });
}

fn run(story: &mut Story, command: Command) {
    match command {
        Command::Connect { who, tab } => connect(story, who, tab),
        Command::Vanish { who, tab } => {
            if story.sockets.contains_key(&alias(who, tab)) {
                story.vanishes(&alias(who, tab));
            }
        }
        Command::Say { who, tab, message } => {
            if story.sockets.contains_key(&alias(who, tab)) {
                let message = count_epoch(story, message);
                story.does(&alias(who, tab), message);
            }
        }
        Command::Forge { socket, message } => {
            let message = count_epoch(story, message);
            let connection = ConnectionId(socket);
            story.happens(Event::Message { connection, message });
        }
        Command::VanishForged { socket } => {
            let connection = ConnectionId(socket);
            story.views.remove(&connection);
            story.happens(Event::Disconnect { connection });
        }
        Command::Resolve {
            socket,
            number,
            play_now,
            fails,
        } => {
            let found = if fails { Err(Refusal::Blocked) } else { Ok(film(number)) };
            story.happens(Event::Resolved {
                connection: ConnectionId(socket),
                found,
                play_now,
            });
        }
        Command::Wait { ms } => {
            story.after(ms);
        }
        Command::Oversleep { ms } => {
            story.oversleeps(ms);
        }
        Command::Store { id, stored } => {
            story.happens(Event::MessageStored {
                id: MessageId(id),
                stored,
            });
        }
        Command::Configure {
            change,
            has_password,
            slug,
        } => configure(story, change, has_password, slug),
        Command::ClearChat => {
            story.happens(Event::ChatCleared);
        }
        Command::Gone { who, deleted } => {
            let user = user(PEOPLE[who]);
            story.happens(Event::AccountGone { user, deleted });
        }
        Command::End => {
            story.happens(Event::EndRequested);
        }
        Command::Stop => {
            story.happens(Event::Stopping);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_all_see_the_same_and_nothing_moves_by_itself(
        settings in settings(),
        begins_in_the_middle in any::<bool>(),
        commands in vec(command(), 1..120),
    ) {
        let mut story = Story::with(|start| {
            let change = SettingsChange { title: None, capacity: Some(6), locked: None, ..settings };
            change.apply(start);
        });
        story.stores = None;
        if begins_in_the_middle {
            for (who, tab) in [(0, 1), (1, 1), (3, 1), (4, 1)] {
                connect(&mut story, who, tab);
            }
            story.loads(&alias(0, 1), 1).all_ready().after(2_000);
            story.does(&alias(3, 1), ClientMessage::Remote(RemoteRequest::Ask)).does(&alias(4, 1), say("hello"));
        }
        for command in commands {
            run(&mut story, command);
        }
    }
}
