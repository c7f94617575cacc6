use super::*;
use crate::protocol::{InfoHash, Source, room::RoomCode};

fn participant(id: u32, name: &str) -> Participant {
    Participant {
        id: ParticipantId(id),
        person: PersonId(name.to_owned()),
        name: name.to_owned(),
        rank: Rank::Guest,
        joined_at: ServerTime(0),
        away: false,
    }
}

fn view() -> RoomView {
    RoomView::new(RoomSnapshot {
        version: PROTOCOL_VERSION,
        code: "kxd47mqz".parse::<RoomCode>().unwrap(),
        slug: None,
        you: ParticipantId(1),
        now: ServerTime(0),
        settings: RoomSettings::new("Friday night"),
        participants: vec![participant(1, "ada"), participant(2, "bob")],
        acting_host: Some(ParticipantId(1)),
        remote: Remote {
            holder: Some(ParticipantId(1)),
            requests: Vec::new(),
        },
        playback: Playback::idle(),
        waiting_for: Vec::new(),
        queue: Vec::new(),
        chat: Vec::new(),
        chat_goes_on: false,
        standings: Vec::new(),
        bans: Vec::new(),
    })
}

fn item(id: u64) -> QueueItem {
    QueueItem {
        id: ItemId(id),
        source: Source::Torrent {
            info_hash: InfoHash([1; 20]),
            file: 0,
        },
        title: "film".to_owned(),
        added_by: "ada".to_owned(),
    }
}

fn video(item: u64, duration_ms: Option<i64>) -> Playback {
    Playback {
        screen: Screen::Video(Video {
            item: ItemId(item),
            source: Source::Torrent {
                info_hash: InfoHash([1; 20]),
                file: 0,
            },
            title: "film".to_owned(),
            duration_ms,
        }),
        state: PlaybackState::Paused,
        ..Playback::idle()
    }
}

fn message(id: u64, author: &str) -> ChatMessage {
    ChatMessage {
        id: MessageId(id),
        author: PersonId(author.to_owned()),
        name: author.to_owned(),
        text: "hi".to_owned(),
        at: ServerTime(0),
        reply_to: None,
        moment: None,
        edited: false,
        deleted: false,
        reactions: Vec::new(),
    }
}

fn standing() -> Standing {
    Standing {
        offset_ms: Some(3),
        ahead_ms: 9,
        stalled: false,
        ping_ms: 5,
    }
}

fn play(view: &mut RoomView, playback: Playback) {
    view.apply(ServerMessage::Playback(PlaybackUpdate::Changed {
        playback,
        cause: None,
    }));
}

fn say(view: &mut RoomView, id: u64, author: &str, nonce: Option<u32>) -> Asks {
    let message = message(id, author);
    view.apply(ServerMessage::Chat(ChatUpdate::Sent { message, nonce }))
}

#[test]
fn standings_stay_when_a_videos_length_becomes_known() {
    let mut view = view();
    play(&mut view, video(1, None));
    let standings = vec![(ParticipantId(2), standing())];
    view.apply(ServerMessage::Playback(PlaybackUpdate::Standings { standings }));
    play(&mut view, video(1, Some(60_000)));
    assert_eq!(view.standings.len(), 1);
    play(&mut view, video(2, None));
    assert!(view.standings.is_empty(), "those of another video");
}

#[test]
fn address_of_the_room_changes() {
    let mut view = view();
    let slug = Some("friday-night".to_owned());
    view.apply(ServerMessage::Settings(SettingsUpdate::Address { slug: slug.clone() }));
    assert_eq!(view.slug, slug);
}

#[test]
fn people_come_change_and_go() {
    let mut view = view();
    view.apply(ServerMessage::People(PeopleUpdate::Joined {
        participant: participant(3, "cleo"),
    }));
    let mut changed = participant(3, "cleo");
    changed.away = true;
    view.apply(ServerMessage::People(PeopleUpdate::Changed { participant: changed }));
    assert!(view.participant(ParticipantId(3)).unwrap().away);
    let (id, why) = (ParticipantId(3), Leaving::Lost);
    view.apply(ServerMessage::People(PeopleUpdate::Left { id, why }));
    assert_eq!(view.participants.len(), 2);
    let happened: Vec<_> = view.notices.iter().map(|notice| notice.what.clone()).collect();
    assert_eq!(happened, [Happening::Joined, Happening::Left(Leaving::Lost)]);
    assert_eq!(view.notices[1].name, "cleo");
}

#[test]
fn lines_move_within_the_queue() {
    let mut view = view();
    for id in 1..=3 {
        view.apply(ServerMessage::Queue(QueueChange::Added { item: item(id) }));
    }
    let order = |view: &RoomView| view.queue.iter().map(|line| line.id.0).collect::<Vec<_>>();
    let mut put = |item, before: Option<u64>| {
        let (item, before) = (ItemId(item), before.map(ItemId));
        view.apply(ServerMessage::Queue(QueueChange::Moved { item, before }));
        order(&view)
    };
    assert_eq!(put(3, Some(1)), [3, 1, 2]);
    assert_eq!(put(3, None), [1, 2, 3]);
    assert_eq!(put(2, Some(2)), [1, 2, 3]);
    assert_eq!(put(9, None), [1, 2, 3]);
    view.apply(ServerMessage::Queue(QueueChange::Removed { item: ItemId(2) }));
    assert_eq!(order(&view), [1, 3]);
}

#[test]
fn own_word_arrives_and_is_kept() {
    let mut view = view();
    assert_eq!(say(&mut view, 1, "ada", Some(7)), Asks::Arrived(7, MessageId(1)));
    assert!(view.unstored.contains(&MessageId(1)));
    view.apply(ServerMessage::Chat(ChatUpdate::NotStored { id: MessageId(1) }));
    assert!(view.unstored.is_empty() && view.not_stored.contains(&MessageId(1)));
}

#[test]
fn word_of_another_ends_their_writing() {
    let mut view = view();
    let (participant, typing) = (ParticipantId(2), true);
    view.apply(ServerMessage::Chat(ChatUpdate::Typing { participant, typing }));
    assert_eq!(say(&mut view, 1, "bob", None), Asks::Hear(MessageId(1)));
    assert!(view.typing.is_empty());
}

#[test]
fn page_keeps_so_many_messages_and_knows_of_older_ones() {
    let mut view = view();
    for id in 1..=KEPT_MESSAGES as u64 + 1 {
        say(&mut view, id, "bob", None);
    }
    assert_eq!((view.chat.len(), view.chat_goes_on), (KEPT_MESSAGES, true));
    let messages = vec![message(1, "bob"), message(2, "bob")];
    view.prepend(ChatPage {
        messages,
        goes_on: false,
    });
    assert_eq!(view.chat[0].id, MessageId(1));
    assert_eq!(view.chat.len(), KEPT_MESSAGES + 1, "each once");
}

#[test]
fn deleted_message_leaves_its_place() {
    let mut view = view();
    say(&mut view, 1, "bob", None);
    let (id, person, emoji) = (MessageId(1), PersonId("ada".to_owned()), "👍".to_owned());
    view.apply(ServerMessage::Chat(ChatUpdate::Reacted {
        id,
        person,
        emoji,
        on: true,
    }));
    assert_eq!(view.chat[0].reactions.len(), 1);
    view.apply(ServerMessage::Chat(ChatUpdate::Deleted { id }));
    assert!(view.chat[0].deleted && view.chat[0].text.is_empty() && view.chat[0].reactions.is_empty());
}

fn come_back(view: &mut RoomView, chat: Vec<ChatMessage>) -> Asks {
    let snapshot = RoomSnapshot {
        version: PROTOCOL_VERSION,
        code: view.code.clone(),
        slug: None,
        you: ParticipantId(1),
        now: ServerTime(0),
        settings: view.settings.clone(),
        participants: vec![participant(1, "ada")],
        acting_host: None,
        remote: Remote::default(),
        playback: Playback::idle(),
        waiting_for: Vec::new(),
        queue: Vec::new(),
        chat,
        chat_goes_on: true,
        standings: Vec::new(),
        bans: Vec::new(),
    };
    view.apply(ServerMessage::Welcome {
        snapshot: Box::new(snapshot),
    })
}

#[test]
fn connection_that_comes_back_keeps_what_happened() {
    let mut view = view();
    view.apply(ServerMessage::People(PeopleUpdate::Joined {
        participant: participant(3, "cleo"),
    }));
    assert_eq!(come_back(&mut view, Vec::new()), Asks::Renew);
    assert_eq!((view.participants.len(), view.notices.len()), (1, 1));
}

#[test]
fn connection_that_comes_back_keeps_the_past_that_joins_the_new_messages() {
    let chat = |ids: std::ops::RangeInclusive<u64>| ids.map(|id| message(id, "bob")).collect::<Vec<_>>();
    let ids = |view: &RoomView| view.chat.iter().map(|message| message.id.0).collect::<Vec<_>>();
    let mut view = view();
    (view.chat, view.chat_goes_on) = (chat(1..=5), false);
    come_back(&mut view, chat(4..=7));
    assert_eq!((ids(&view), view.chat_goes_on), ((1..=7).collect(), false));
    // With a gap between them, or after the history was deleted, only the messages of the new snapshot are known.
    come_back(&mut view, chat(9..=10));
    assert_eq!((ids(&view), view.chat_goes_on), (vec![9, 10], true));
    come_back(&mut view, Vec::new());
    assert!(view.chat.is_empty());
}
