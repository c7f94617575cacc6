//! Accounts that are shut or deleted while they sit in rooms.

use super::{on_both, room};
use crate::{
    accounts::{PASSWORD, sign_in, sign_up},
    support::{Browser, RoomClient, TestServer},
};
use app::{
    backend::Account,
    protocol::{ChangeUser, List, Login, LoginId, Profile, Role, UserId, room::*},
};
use http::Method;
use serde_json::json;
use std::time::Duration;

on_both!(
    whoever_is_shut_out_loses_every_seat,
    a_ticket_of_an_account_that_is_gone_opens_nothing,
    a_room_handed_to_an_account_that_goes_is_over,
    a_device_that_is_signed_out_loses_its_seat,
);

/// Somebody with an account, and its number.
async fn member(server: &TestServer, name: &str) -> (Browser, UserId) {
    let browser = Browser::at(server);
    let tokens = sign_up(&browser, name).await;
    (browser, tokens.user.user.id)
}

async fn shut(server: &TestServer, user: UserId) {
    let change = ChangeUser {
        role: None,
        disabled: Some(true),
    };
    server.state.change_user(user, change).await.unwrap();
}

async fn whoever_is_shut_out_loses_every_seat(server: TestServer) {
    let (ada, _) = member(&server, "Ada").await;
    let (mallory, id) = member(&server, "Mallory").await;
    let (one, two) = (room(&ada, json!({})).await, room(&ada, json!({})).await);
    let mut host = RoomClient::join(&ada, &one.code).await;
    let mut seats = Vec::new();
    for (code, tab) in [(&one.code, "a"), (&one.code, "b"), (&two.code, "a")] {
        let join = json!({ "tab": tab });
        seats.push(RoomClient::try_join(&mallory, code, join).await.unwrap());
    }
    let participant = seats[0].view.you;
    host.send(ClientMessage::People(PeopleRequest::SetModerator {
        participant,
        on: true,
    }))
    .await;
    host.send(ClientMessage::Remote(RemoteRequest::Pass { to: participant }))
        .await;
    host.until("the remote to pass", |_, view| {
        (view.remote.holder == Some(participant)).then_some(())
    })
    .await;
    shut(&server, id).await;
    for seat in seats {
        let ended = tokio::time::timeout(Duration::from_secs(5), seat.end());
        assert_eq!(ended.await.expect("the seat is kept").1, CloseCode::NotAllowed.number());
    }
    host.until("the remote to come back", |_, view| {
        (view.participants.len() == 1 && view.remote.holder == Some(view.you)).then_some(())
    })
    .await;
    server.stop().await;
}

async fn a_ticket_of_an_account_that_is_gone_opens_nothing(server: TestServer) {
    let (ada, _) = member(&server, "Ada").await;
    let (mallory, id) = member(&server, "Mallory").await;
    let room = room(&ada, json!({})).await;
    let _host = RoomClient::join(&ada, &room.code).await;
    let path = format!("/api/rooms/{}/join", room.code);
    let joining: Joining = mallory.post(&path, json!({})).await.ok().json();
    shut(&server, id).await;
    let entered = RoomClient::try_enter(&server.url, &room.code, &joining.ticket).await;
    assert_eq!(entered.err(), Some(CloseCode::NotAllowed.number()));
    server.stop().await;
}

async fn a_room_handed_to_an_account_that_goes_is_over(server: TestServer) {
    let (ada, _) = member(&server, "Ada").await;
    let (grace, id) = member(&server, "Grace").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let heir = RoomClient::join(&grace, &room.code).await;
    // What is written down now says for half a second that the room is Ada's.
    tokio::time::sleep(Duration::from_millis(700)).await;
    let change = SettingsChange {
        title: Some("Yours".into()),
        ..Default::default()
    };
    host.send(ClientMessage::Settings(change)).await;
    host.until("the title", |_, view| (view.settings.title == "Yours").then_some(()))
        .await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    host.send(ClientMessage::People(PeopleRequest::HandOver { to: heir.view.you }))
        .await;
    host.until("the room to be Grace's", |_, view| {
        view.participant(heir.view.you)
            .filter(|one| one.rank == Rank::Host)
            .map(|_| ())
    })
    .await;
    // What DELETE does once it has looked at the password, which takes longer than that.
    let account = Account {
        id,
        login: LoginId([0; 16]),
        username: "Grace".into(),
        role: Role::User,
    };
    let rooms = server.state.lobby.rooms_hosted_by(&account).await.unwrap();
    assert!(server.state.db.delete_user(id).await.unwrap());
    server.state.lobby.account_deleted(&account, &rooms).await;
    let over = (Some(Farewell::Ended), CloseCode::Done.number());
    let ended = tokio::time::timeout(Duration::from_secs(5), host.end());
    assert_eq!(ended.await.expect("the room is kept"), over);
    crate::support::wait_for("the room to be over", Duration::from_secs(5), || async {
        let reply = ada.get(&format!("/api/rooms/{}", room.code)).await;
        (reply.status == 404).then_some(())
    })
    .await;
    server.stop().await;
}

/// Here at once; on another node, for which the row stands here, after a while.
async fn a_device_that_is_signed_out_loses_its_seat(server: TestServer) {
    let (ada, _) = member(&server, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut at_home = RoomClient::try_join(&ada, &room.code, json!({ "tab": "home" }))
        .await
        .unwrap();
    for is_here in [true, false] {
        let phone = Browser::at(&server);
        sign_in(&phone, "Ada", PASSWORD).await;
        let (tab, path) = (json!({ "tab": "phone" }), format!("/api/rooms/{}/join", room.code));
        let unused: Joining = phone.post(&path, tab.clone()).await.ok().json();
        let lost = RoomClient::try_join(&phone, &room.code, tab).await.unwrap();
        let all: List<Login> = ada.get("/api/users/me/logins").await.ok().json();
        let login = all.items.iter().find(|login| !login.current).unwrap().id;
        if is_here {
            let path = format!("/api/users/me/logins/{login}");
            ada.send(Method::DELETE, &path, None, &[]).await.ok();
        } else {
            let user = ada.get("/api/auth/me").await.ok().json::<Profile>().user.id;
            assert!(server.state.db.end_login(user, login).await.unwrap());
        }
        let patience = Duration::from_secs(if is_here { 5 } else { 30 });
        let ended = tokio::time::timeout(patience, lost.end()).await;
        assert_eq!(ended.expect("the seat is kept").1, CloseCode::SignIn.number());
        let entered = RoomClient::try_enter(&server.url, &room.code, &unused.ticket).await;
        assert_eq!(entered.err(), Some(CloseCode::SignIn.number()));
        at_home
            .until("the seat to be free", |message, view| {
                let is_gone = matches!(
                    message,
                    ServerMessage::People(PeopleUpdate::Left { why: Leaving::Left, .. })
                );
                (is_gone && view.participants.len() == 1).then_some(())
            })
            .await;
        at_home.say("still here").await;
    }
    server.stop().await;
}
