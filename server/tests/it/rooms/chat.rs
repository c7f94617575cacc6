//! What is said: acknowledged when stored, paged, private to those who were there.

use super::{account, on_both, room, stored_chat};
use crate::support::{Browser, RoomClient, TestServer};
use app::protocol::{Timestamp, room::*};
use futures::SinkExt;
use http::Method;
use serde_json::json;
use server::db::{ChatRange, ChatWrite, Db};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

on_both!(
    what_is_said_is_heard_stored_and_paged,
    the_longest_message_fits_however_it_is_escaped,
    a_message_is_changed_taken_back_and_answered,
    only_those_who_are_there_read_and_only_the_host_clears,
    a_guest_who_signs_in_reads_on,
    what_is_not_kept_is_read_back_while_the_room_is_open,
    a_large_chat_is_cleared_and_forgotten,
);

/// SQLite counts its pages, so a full disk can be had without one.
#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_chat_waits_and_nothing_taken_back_comes_back() {
    let server = TestServer::with(&[("MATINEE_DATABASE_CONNECTIONS", "1")]).await;
    let Db::Sqlite(pool) = server.state.db.clone() else {
        panic!("not SQLite")
    };
    let full = async |pages: &'static str| {
        sqlx::query(pages).execute(&pool).await.unwrap();
    };
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let secret = host.say("my password is tide-lantern").await;
    full("PRAGMA max_page_count = 1").await;
    // More than the pages hold that are there.
    for _ in 0..8 {
        host.tell(&"long ".repeat(300)).await;
    }
    host.send(ClientMessage::Chat(ChatRequest::Delete { id: secret })).await;
    host.until("its end", |message, _| {
        matches!(message, ServerMessage::Chat(ChatUpdate::Deleted { .. })).then_some(())
    })
    .await;
    // Long enough for several tries.
    tokio::time::sleep(Duration::from_millis(700)).await;
    full("PRAGMA max_page_count = 1000000").await;
    let mut waiting = 8;
    while waiting > 0 {
        match host.next().await.unwrap() {
            ServerMessage::Chat(ChatUpdate::Stored { .. }) => waiting -= 1,
            ServerMessage::Chat(ChatUpdate::NotStored { .. }) => panic!("it was given up"),
            _ => {}
        }
    }
    host.say("done").await;
    let stored = stored_chat(&server, &room.code).await;
    assert!(stored.iter().any(|message| message.id == secret && message.deleted));
    server.stop().await;
}

async fn what_is_said_is_heard_stored_and_paged(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let grace = Browser::at(&server);
    let mut guest = RoomClient::join_as(&grace, &room.code, "Grace").await;
    let id = host.say("ﬁrst 🎬 \u{0} line\nsecond").await;
    let heard = guest.until("it", |message, _| match message {
        ServerMessage::Chat(ChatUpdate::Sent { message, nonce }) => Some((message.clone(), *nonce)),
        _ => None,
    });
    let (heard, nonce) = heard.await;
    assert_eq!((heard.id, heard.name.as_str(), nonce), (id, "Ada", None));
    assert_eq!(heard.text, "ﬁrst 🎬  line\nsecond");
    assert!(host.view.unstored.is_empty() && host.view.not_stored.is_empty());
    for n in 0..5 {
        guest.say(&format!("line {n}")).await;
    }
    let path = format!("/api/rooms/{}/messages", room.code);
    let latest: ChatPage = grace.get(&format!("{path}?limit=2")).await.ok().json();
    let texts = |page: &ChatPage| page.messages.iter().map(|m| m.text.clone()).collect::<Vec<_>>();
    assert_eq!(
        (texts(&latest), latest.goes_on),
        (vec!["line 3".into(), "line 4".into()], true)
    );
    let before = latest.messages[0].id.0;
    let rest: ChatPage = grace.get(&format!("{path}?before={before}")).await.ok().json();
    assert_eq!((rest.messages.len(), rest.goes_on), (4, false));
    assert_eq!(rest.messages[0], heard);
    for wrong in ["limit=0", "limit=101", "before=x", "limit=-1"] {
        assert_eq!(grace.get(&format!("{path}?{wrong}")).await.status, 422, "{wrong}");
    }
    server.stop().await;
}

/// Some programs escape everything that is not ASCII, others everything.
async fn the_longest_message_fits_however_it_is_escaped(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    for (letter, nonce) in [('😀', 101), ('é', 102), ('a', 103)] {
        for (count, is_taken) in [(TEXT_CHARS, true), (TEXT_CHARS + 1, false)] {
            let text = letter.to_string().repeat(count);
            let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            let frame = format!(r#"{{"chat":{{"send":{{"nonce":{nonce},"text":"{escaped}"}}}}}}"#);
            host.socket().send(Message::text(frame)).await.unwrap();
            if is_taken {
                assert_eq!(host.hear(&text).await.text, text);
            } else {
                assert_eq!(host.refusal().await, Refusal::Invalid, "one letter too many");
            }
        }
    }
    for nothing in ["\u{3164}", "\u{2800}\n\u{2800}", "\u{200b}", "\u{fe0f}\u{200d}"] {
        host.tell(nothing).await;
        assert_eq!(host.refusal().await, Refusal::Invalid, "{nothing:?}");
    }
    host.say("still here").await;
    server.stop().await;
}

async fn a_message_is_changed_taken_back_and_answered(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let (kept, gone) = (host.say("helo").await, host.say("oops").await);
    let text = "hello".to_owned();
    host.send(ClientMessage::Chat(ChatRequest::Edit { id: kept, text }))
        .await;
    for (emoji, on) in [("🎉", true), ("👍", true), ("👍", false)] {
        let emoji = emoji.to_owned();
        host.send(ClientMessage::Chat(ChatRequest::React { id: kept, emoji, on }))
            .await;
    }
    host.send(ClientMessage::Chat(ChatRequest::Delete { id: gone })).await;
    host.until("the last of it", |message, _| {
        matches!(message, ServerMessage::Chat(ChatUpdate::Deleted { .. })).then_some(())
    })
    .await;
    // Changes are written in their order: when a later message is stored, they are.
    host.say("done").await;
    let stored = stored_chat(&server, &room.code).await;
    assert_eq!(stored, host.view.chat);
    let [first, second, _] = &stored[..] else {
        panic!("{stored:?}")
    };
    assert_eq!(
        (first.text.as_str(), first.edited, first.reactions.len()),
        ("hello", true, 1)
    );
    assert_eq!((second.text.as_str(), second.deleted), ("", true));
    server.stop().await;
}

async fn a_guest_who_signs_in_reads_on(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    account(&server.url, "Grace").await;
    let path = format!("/api/rooms/{}/messages", room.code);
    let (grace, mallory) = (Browser::at(&server), Browser::at(&server));
    let mut guest = RoomClient::join_as(&grace, &room.code, "Grace").await;
    guest.say("between us").await;
    // In another tab, as somebody who has an account and as somebody who makes one.
    let sign_in = json!({ "login": "Grace", "password": crate::accounts::PASSWORD });
    grace.post("/api/auth/sign-in", sign_in).await.ok();
    let read: ChatPage = grace.get(&path).await.ok().json();
    assert_eq!(read.messages.len(), 1, "the page is in the room still");
    let other = RoomClient::join_as(&mallory, &room.code, "Mallory").await;
    let new = crate::accounts::somebody("mallory");
    mallory.post("/api/auth/sign-up", new).await.ok();
    mallory.get(&path).await.ok();
    // Having left they are strangers, as everybody is.
    guest.leave().await;
    assert_eq!(grace.get(&path).await.status, 403);
    let mut host = RoomClient::join(&ada, &room.code).await;
    let (participant, ban) = (host.find("Mallory").unwrap().id, false);
    host.send(ClientMessage::People(PeopleRequest::Kick { participant, ban }))
        .await;
    assert_eq!(other.end().await.0, Some(Farewell::Kicked));
    assert_eq!(mallory.get(&path).await.status, 403);
    let door = format!("/api/rooms/{}/join", room.code);
    assert_eq!(
        mallory.post(&door, json!({})).await.status,
        403,
        "an account is no way back"
    );
    server.stop().await;
}

async fn only_those_who_are_there_read_and_only_the_host_clears(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let grace = account(&server.url, "Grace").await;
    let mut guest = RoomClient::join(&grace, &room.code).await;
    guest.say("between us").await;
    let path = format!("/api/rooms/{}/messages", room.code);
    let stranger = Browser::at(&server);
    assert_eq!(stranger.get(&path).await.status, 403);
    grace.get(&path).await.ok();
    assert_eq!(grace.send(Method::DELETE, &path, None, &[]).await.status, 403);
    guest.leave().await;
    assert_eq!(grace.get(&path).await.status, 403, "whoever left reads no more");
    let all: ChatPage = ada.get(&path).await.ok().json();
    assert_eq!(all.messages.len(), 1, "the host need not be there");

    let mut host = RoomClient::join(&ada, &room.code).await;
    assert_eq!(host.view.chat.len(), 1);
    ada.send(Method::DELETE, &path, None, &[]).await.ok();
    host.until("it to be cleared", |message, _| {
        (*message == ServerMessage::Chat(ChatUpdate::Cleared)).then_some(())
    })
    .await;
    assert_eq!(ada.get(&path).await.json::<ChatPage>().messages, []);
    host.say("again").await;
    ada.send(Method::DELETE, &format!("/api/rooms/{}", room.code), None, &[])
        .await
        .ok();
    assert_eq!(host.end().await, (Some(Farewell::Ended), CloseCode::Done.number()));
    assert_eq!(ada.get(&format!("/api/rooms/{}", room.code)).await.status, 404);
    assert_eq!(
        ada.get(&path).await.json::<ChatPage>().messages.len(),
        1,
        "an ended room's chat is its host's"
    );
    assert_eq!(grace.get(&path).await.status, 404);
    server.stop().await;
}

async fn what_is_not_kept_is_read_back_while_the_room_is_open(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({ "keep_chat": false })).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let grace = Browser::at(&server);
    let _guest = RoomClient::join_as(&grace, &room.code, "Grace").await;
    for n in 0..5 {
        host.say(&format!("line {n}")).await;
    }
    let path = format!("/api/rooms/{}/messages", room.code);
    for who in [&ada, &grace] {
        let latest: ChatPage = who.get(&format!("{path}?limit=2")).await.ok().json();
        assert_eq!((latest.messages.len(), latest.goes_on), (2, true));
        let before = latest.messages[0].id.0;
        let rest: ChatPage = who.get(&format!("{path}?before={before}")).await.ok().json();
        assert_eq!((&rest.messages[..], rest.goes_on), (&host.view.chat[..3], false));
    }
    server.stop().await;
}

/// More than one statement removes.
async fn a_large_chat_is_cleared_and_forgotten(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let id = server.state.lobby.named(room.code.as_str()).await.unwrap().record.id;
    let db = &server.state.db;
    let say = |number: u64| {
        let message = ChatMessage {
            id: MessageId(number),
            author: PersonId("ada".into()),
            name: "Ada".into(),
            text: format!("line {number}"),
            at: ServerTime(1_000),
            reply_to: None,
            moment: None,
            edited: false,
            deleted: false,
            reactions: Vec::new(),
        };
        ChatWrite::Say(1, message)
    };
    let react = |number| {
        let (person, emoji) = (PersonId("grace".into()), "👍".to_owned());
        ChatWrite::React(MessageId(number), person, emoji, ServerTime(1_001))
    };
    let said = async || stored_chat(&server, &room.code).await.len();
    let many: Vec<_> = (1..=4_500).map(say).chain([react(1), react(4_500)]).collect();
    let write_many = async || {
        for part in many.chunks(500) {
            db.write_chat(id, part).await.unwrap();
        }
    };
    write_many().await;
    assert_eq!(said().await, 4_500);
    let in_turn = [say(4_501), ChatWrite::Clear, ChatWrite::Clear, say(4_502), react(4_502)];
    db.write_chat(id, &in_turn).await.unwrap();
    assert_eq!(said().await, 1, "what came after");
    write_many().await;
    ada.send(Method::DELETE, &format!("/api/rooms/{}", room.code), None, &[])
        .await
        .ok();
    assert_eq!(
        db.forget_ended_rooms(Timestamp(0)).await.unwrap(),
        0,
        "it has just ended"
    );
    assert_eq!(db.forget_ended_rooms(Timestamp(i64::MAX)).await.unwrap(), 1);
    let range = ChatRange {
        before: None,
        opening: None,
        limit: 1,
    };
    assert_eq!(db.chat(id, range).await.unwrap().0, []);
    server.stop().await;
}
