//! Chat: sending, editing and deleting messages, reactions, and what is stored.

use super::*;

const FIRST: MessageId = MessageId(1);

fn texts(story: &Story, name: &str) -> Vec<String> {
    story
        .view(name)
        .chat
        .iter()
        .map(|message| message.text.clone())
        .collect()
}

fn edit(id: MessageId, text: &str) -> ClientMessage {
    ClientMessage::Chat(ChatRequest::Edit { id, text: text.into() })
}

fn react(id: MessageId, emoji: &str, on: bool) -> ClientMessage {
    ClientMessage::Chat(ChatRequest::React {
        id,
        emoji: emoji.into(),
        on,
    })
}

fn two() -> Story {
    let mut story = Story::new();
    story.all_join(&["ada", "bob"]);
    story
}

/// Returns the opening of a room that was open before, with these messages: the number of the opening and the text of each.
fn before(messages: &[(u32, &str)]) -> Opening {
    let mut opening = opening();
    opening.record.opening = 2;
    for (id, (number, text)) in messages.iter().enumerate() {
        let message = ChatMessage {
            id: MessageId(id as u64 + 1),
            author: person("ada"),
            name: "ada".into(),
            text: (*text).into(),
            at: BEGIN,
            reply_to: None,
            moment: None,
            edited: false,
            deleted: false,
            reactions: Vec::new(),
        };
        opening.messages.push(StoredMessage {
            opening: *number,
            message,
        });
    }
    opening
}

fn reopened(messages: &[(u32, &str)]) -> Story {
    Story::opened(before(messages))
}

#[test]
fn all_hear_at_once_and_only_the_author_hears_the_pages_number() {
    let mut story = two();
    story.stores = None;
    story.does("ada", say("hi"));
    assert!(matches!(
        story.hears("ada"),
        [ServerMessage::Chat(ChatUpdate::Sent { nonce: Some(1), .. })]
    ));
    assert!(matches!(
        story.hears("bob"),
        [ServerMessage::Chat(ChatUpdate::Sent { nonce: None, .. })]
    ));
    assert!(
        matches!(story.effects.last(), Some(Effect::Save(Save::Message(_)))),
        "told first, kept then"
    );
}

#[test]
fn author_hears_when_it_is_kept() {
    for stored in [true, false] {
        let mut story = two();
        story.stores = Some(stored);
        story.does("ada", say("hi"));
        assert_eq!(story.view("ada").unstored.len(), 0);
        assert_eq!(story.view("ada").not_stored.len(), usize::from(!stored));
        assert_eq!(story.hears("bob").len(), 1);
    }
}

#[test]
fn answer_reaches_an_author_who_came_back() {
    let mut story = two();
    story.stores = None;
    story.does("ada", say("hi")).vanishes("ada").joins("ada");
    story.happens(Event::MessageStored {
        id: FIRST,
        stored: true,
    });
    assert_eq!(
        story.hears("ada"),
        [ServerMessage::Chat(ChatUpdate::Stored { id: FIRST })]
    );
    story.happens(Event::MessageStored {
        id: FIRST,
        stored: true,
    });
    assert_eq!(story.effects, [], "once");
}

#[test]
fn answer_for_an_author_who_went_is_nothing() {
    let mut story = two();
    story.stores = None;
    story
        .does("ada", say("hi"))
        .leaves("ada")
        .happens(Event::MessageStored {
            id: FIRST,
            stored: true,
        });
    assert_eq!(story.effects, []);
}

#[test]
fn where_chat_is_not_kept_nothing_is_saved_and_all_is_well() {
    let mut story = Story::with(|settings| settings.keep_chat = false);
    story.joins("ada").does("ada", say("hi"));
    assert_eq!(
        story.hears("ada").last(),
        Some(&ServerMessage::Chat(ChatUpdate::Stored { id: FIRST }))
    );
    story
        .does("ada", edit(FIRST, "ho"))
        .does("ada", react(FIRST, "👍", true));
    story.does("ada", ClientMessage::Chat(ChatRequest::Delete { id: FIRST }));
    assert!(
        story.saves.iter().all(|save| *save == Save::Record),
        "{:?}",
        story.saves
    );
}

#[test]
fn what_could_not_be_kept_is_not_changed_there_either() {
    let mut story = two();
    story.stores = Some(false);
    story.does("ada", say("hi")).does("ada", edit(FIRST, "ho"));
    assert!(!story.effects.iter().any(|effect| matches!(effect, Effect::Save(_))));
    assert_eq!(texts(&story, "bob"), ["ho"]);
}

#[test]
fn database_that_does_not_answer_stops_the_talk_before_memory_ends() {
    let mut story = Story::with(|settings| settings.capacity = 100);
    story.joins("ada");
    story.stores = None;
    for _ in 0..PENDING_WRITES {
        story.after(400).does("ada", say("hi")).accepted();
    }
    story
        .after(400)
        .does("ada", say("hi"))
        .refused("ada", Refusal::Unavailable);
    story
        .happens(Event::MessageStored {
            id: FIRST,
            stored: true,
        })
        .after(400)
        .does("ada", say("hi"))
        .accepted();
}

#[test]
fn words_are_cleaned_and_bounded() {
    for (text, heard) in [
        ("  hi \n", Ok("hi")),
        ("a\u{0}b\u{7}\tc\r\nd", Ok("abc\nd")),
        ("", Err(Refusal::Invalid)),
        (" \n\u{1b} ", Err(Refusal::Invalid)),
    ] {
        let mut story = two();
        story.does("ada", say(text));
        match heard {
            Ok(heard) => assert_eq!(texts(&story, "bob"), [heard]),
            Err(reason) => {
                story.refused("ada", reason);
            }
        }
    }
}

#[test]
fn letters_are_counted_not_bytes() {
    let mut story = two();
    story.does("ada", say(&"ü".repeat(TEXT_CHARS))).accepted();
    story
        .does("ada", say(&"ü".repeat(TEXT_CHARS + 1)))
        .refused("ada", Refusal::Invalid);
}

#[test]
fn refused_word_comes_back_with_the_pages_number() {
    let mut story = two();
    story.does("ada", say(""));
    let reason = Refusal::Invalid;
    assert_eq!(story.hears("ada"), [ServerMessage::Refused { reason, nonce: Some(1) }]);
}

#[test]
fn answers_name_a_message_that_can_be_seen() {
    let answer = |id| {
        ClientMessage::Chat(ChatRequest::Send {
            nonce: 2,
            text: "yes".into(),
            reply_to: Some(id),
            about_now: false,
        })
    };
    let mut story = two();
    story.does("ada", say("really?")).does("bob", answer(FIRST)).accepted();
    assert_eq!(story.view("ada").chat[1].reply_to, Some(FIRST));
    story.does("bob", answer(MessageId(7))).refused("bob", Refusal::Gone);
    story
        .does("ada", ClientMessage::Chat(ChatRequest::Delete { id: FIRST }))
        .does("bob", answer(FIRST));
    story.refused("bob", Refusal::Gone);
}

#[test]
fn word_about_now_names_the_place_in_the_film() {
    let about = |about_now| {
        ClientMessage::Chat(ChatRequest::Send {
            nonce: 1,
            text: "wow".into(),
            reply_to: None,
            about_now,
        })
    };
    let mut story = two();
    story.does("ada", about(true));
    assert_eq!(story.view("bob").chat[0].moment, None, "about nothing");
    story
        .watching("ada")
        .after(42_000)
        .does("bob", about(true))
        .does("bob", about(false));
    let moment = Moment {
        source: film(1).source,
        position_ms: 42_000,
    };
    assert_eq!(story.view("ada").chat[1].moment, Some(moment));
    assert_eq!(story.view("ada").chat[2].moment, None);
}

#[test]
fn edit_is_seen_kept_and_marked() {
    let mut story = two();
    story.does("ada", say("hi")).does("ada", edit(FIRST, " ho "));
    assert_eq!(texts(&story, "bob"), ["ho"]);
    assert!(story.view("bob").chat[0].edited);
    assert_eq!(
        story.saves.last(),
        Some(&Save::Edit {
            id: FIRST,
            text: "ho".into()
        })
    );
    story.does("ada", edit(FIRST, "ho"));
    assert_eq!(story.effects, [], "the same words");
    story.does("ada", edit(FIRST, "")).refused("ada", Refusal::Invalid);
    story.does("ada", edit(MessageId(9), "x")).refused("ada", Refusal::Gone);
}

#[test]
fn what_was_taken_back_is_gone() {
    let mut story = two();
    story
        .does("ada", say("hi"))
        .does("ada", ClientMessage::Chat(ChatRequest::Delete { id: FIRST }));
    assert_eq!(texts(&story, "bob"), [""]);
    assert_eq!(story.saves.last(), Some(&Save::Delete { id: FIRST }));
    story.does("ada", edit(FIRST, "ho")).refused("ada", Refusal::Gone);
    story
        .does("ada", ClientMessage::Chat(ChatRequest::Delete { id: FIRST }))
        .refused("ada", Refusal::Gone);
    story
        .does("bob", react(FIRST, "👍", true))
        .refused("bob", Refusal::Gone);
}

#[test]
fn reactions_come_and_go() {
    let mut story = two();
    story.does("ada", say("hi")).does("bob", react(FIRST, "👍", true));
    assert_eq!(story.view("ada").chat[0].reactions[0].people, [person("bob")]);
    story.does("bob", react(FIRST, "👍", true));
    assert_eq!(story.effects, []);
    story.does("bob", react(FIRST, "👍", false));
    assert_eq!(story.view("ada").chat[0].reactions, []);
    story.does("bob", react(FIRST, "👍", false));
    assert_eq!(story.effects, []);
}

#[test]
fn reactions_are_bounded() {
    let mut story = two();
    story.does("ada", say("hi"));
    for number in 0..REACTIONS as u32 {
        let emoji = char::from_u32(0x1f600 + number).unwrap().to_string();
        story.after(1_000).does("bob", react(FIRST, &emoji, true)).accepted();
    }
    story
        .does("bob", react(FIRST, "👍", true))
        .refused("bob", Refusal::Full);
    story.does("ada", react(FIRST, "\u{1f600}", true)).accepted();
}

#[test]
fn people_under_a_message_are_bounded() {
    let mut story = Story::with(|settings| settings.capacity = 100);
    story.joins("ada").does("ada", say("hi"));
    for number in 0..REACTING_PEOPLE {
        let name = format!("g{number}");
        story
            .joins(&name)
            .does(&name, react(FIRST, "👍", true))
            .accepted()
            .leaves(&name);
    }
    story
        .joins("bob")
        .does("bob", react(FIRST, "👍", true))
        .refused("bob", Refusal::Full);
}

#[test]
fn reactions_and_emotes_are_emoji_and_nothing_else() {
    let mut story = two();
    story.does("ada", say("hi"));
    for emoji in ["", "a", "lol", "👍a", "1", " ", "👍\n", "😀😀😀😀😀😀😀😀😀😀😀"] {
        story
            .after(1_000)
            .does("bob", react(FIRST, emoji, true))
            .refused("bob", Refusal::Invalid);
        story
            .does("bob", ClientMessage::Chat(ChatRequest::Emote { emoji: emoji.into() }))
            .refused("bob", Refusal::Invalid);
    }
    story.does("bob", ClientMessage::Chat(ChatRequest::Emote { emoji: "❤️".into() }));
    let rises = ServerMessage::Chat(ChatUpdate::Emote {
        participant: story.seat("bob"),
        emoji: "❤️".into(),
    });
    assert_eq!(story.hears("ada"), std::slice::from_ref(&rises));
    assert_eq!(story.hears("bob"), [rises]);
}

#[test]
fn others_see_who_writes_until_they_stop_or_say_it_or_vanish() {
    let mut story = two();
    let typing = |typing| ClientMessage::Chat(ChatRequest::Typing { typing });
    story.does("bob", typing(true));
    assert!(story.view("ada").typing.contains(&story.seat("bob")));
    assert_eq!(story.hears("bob"), []);
    story.does("bob", typing(false));
    assert!(story.view("ada").typing.is_empty());
    story.does("bob", typing(false));
    assert_eq!(story.effects, []);
    story.does("bob", typing(true)).does("bob", say("done"));
    assert!(story.view("ada").typing.is_empty());
    story.does("bob", typing(true)).vanishes("bob");
    assert!(story.view("ada").typing.is_empty());
}

#[test]
fn welcome_has_the_latest_page_of_chat() {
    let mut story = two();
    for number in 0..CHAT_PAGE + 5 {
        story.after(1_000).does("ada", say(&number.to_string()));
    }
    story.joins("cleo");
    let view = story.view("cleo");
    assert_eq!((view.chat.len(), view.chat_goes_on), (CHAT_PAGE, true));
    assert_eq!(view.chat[0].text, "5");
}

#[test]
fn oldest_messages_are_let_go() {
    let mut story = two();
    for number in 0..=CHAT_MESSAGES {
        story.after(1_000).does("ada", say(&number.to_string()));
    }
    story.does("ada", edit(FIRST, "x")).refused("ada", Refusal::Gone);
    story.does("ada", edit(MessageId(2), "x")).accepted();
}

#[test]
fn what_the_room_holds_is_read_from_it_kept_or_not() {
    for keep_chat in [true, false] {
        let mut story = Story::with(|settings| settings.keep_chat = keep_chat);
        story.joins("ada");
        for number in 1..=CHAT_MESSAGES + 1 {
            story.after(1_000).does("ada", say(&number.to_string()));
        }
        let read = |before: Option<u64>| {
            let page = story.room.messages(false, before.map(MessageId), 10)?;
            let numbers: Vec<u64> = page.messages.iter().map(|message| message.id.0).collect();
            Some((numbers, page.goes_on))
        };
        let last = CHAT_MESSAGES as u64 + 1;
        assert_eq!(read(None), Some(((last - 9..=last).collect(), true)));
        assert_eq!(read(Some(100)), Some(((90..100).collect(), true)));
        assert_eq!(
            read(Some(7)),
            Some(((2..7).collect(), keep_chat)),
            "the first one is the database's, if it is anywhere"
        );
        assert_eq!(read(Some(2)), (!keep_chat).then(|| (vec![], false)));
    }
}

#[test]
fn what_was_said_before_is_read_by_the_host_alone() {
    let story = reopened(&[(1, "then"), (2, "now")]);
    let read = |sees_all| {
        let page = story.room.messages(sees_all, Some(MessageId(2)), 10).unwrap();
        page.messages.len()
    };
    assert_eq!((read(false), read(true)), (0, 1));
}

#[test]
fn only_the_host_reads_what_was_said_when_the_room_was_open_before() {
    let mut story = reopened(&[(1, "then"), (2, "now")]);
    story.all_join(&["host", "ada"]);
    assert_eq!(texts(&story, "host"), ["then", "now"]);
    assert_eq!(texts(&story, "ada"), ["now"]);
    assert!(!story.view("ada").chat_goes_on);
}

#[test]
fn what_was_said_before_cannot_be_touched_by_those_who_cannot_read_it() {
    let mut story = reopened(&[(1, "then")]);
    story.all_join(&["host", "ada", "bob"]);
    story.does("ada", edit(FIRST, "x")).refused("ada", Refusal::Gone);
    story
        .does("bob", react(FIRST, "👍", true))
        .refused("bob", Refusal::Gone);
    let answer = ClientMessage::Chat(ChatRequest::Send {
        nonce: 1,
        text: "x".into(),
        reply_to: Some(FIRST),
        about_now: false,
    });
    story.does("bob", answer).refused("bob", Refusal::Gone);
}

#[test]
fn what_happens_to_it_is_told_to_the_host_alone() {
    let mut story = reopened(&[(1, "then")]);
    story.all_join(&["host", "ada"]).does("host", react(FIRST, "👍", true));
    assert_eq!((story.hears("host").len(), story.hears("ada").len()), (1, 0));
    story.does("host", ClientMessage::Chat(ChatRequest::Delete { id: FIRST }));
    assert_eq!((story.hears("host").len(), story.hears("ada").len()), (1, 0));
    assert_eq!(story.saves.last(), Some(&Save::Delete { id: FIRST }));
}

#[test]
fn older_messages_of_this_opening_are_known_of() {
    for (first, goes_on) in [(2, true), (1, false)] {
        let mut opening = before(&[(first, "a"), (2, "b")]);
        opening.messages_go_on = true;
        let mut story = Story::opened(opening);
        story.joins("ada").joins("host");
        assert_eq!(story.view("ada").chat_goes_on, goes_on);
        assert!(story.view("host").chat_goes_on);
    }
}

#[test]
fn cleared_chat_is_gone_for_all() {
    for over_rest in [false, true] {
        let mut story = two();
        story.joins("host").does("ada", say("hi"));
        story.saves.clear();
        if over_rest {
            story.happens(Event::ChatCleared);
        } else {
            story.does("host", ClientMessage::Chat(ChatRequest::Clear));
        }
        assert_eq!(texts(&story, "ada"), [""; 0]);
        assert!(
            story.saves.contains(&Save::ClearChat),
            "behind whatever is still to be written"
        );
        story.does("ada", edit(FIRST, "x")).refused("ada", Refusal::Gone);
        story.does("ada", say("again"));
        assert_eq!(
            story.view("bob").chat[0].id,
            MessageId(2),
            "numbers are never used again"
        );
    }
}
