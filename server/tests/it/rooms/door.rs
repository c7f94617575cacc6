//! Coming in, being kept out, being sent out.

use super::{
    account, on_both,
    recovery::{hash, know, request},
    room,
};
use crate::support::{Browser, RoomClient, TestServer, open_socket, wait_for};
use app::{api::rooms::socket_path, protocol::room::*};
use serde_json::json;

on_both!(
    people_come_in_see_each_other_and_go,
    a_password_keeps_strangers_out,
    a_password_of_before_still_works,
    a_password_that_comes_later_is_asked_of_nobody_inside,
    a_room_takes_as_many_as_fit_in,
    a_locked_room_takes_nobody_new,
    whoever_was_sent_out_stays_out,
    a_tab_that_comes_back_keeps_its_seat,
    a_ticket_is_good_once_and_for_its_room,
    only_the_host_opens_a_closed_room,
);

async fn people_come_in_see_each_other_and_go(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    assert!(room.is_open && room.is_host && room.participants == 0);
    let guest = Browser::at(&server);
    let mut first = RoomClient::join_as(&guest, &room.code, "Grace").await;
    assert_eq!(first.view.me().unwrap().rank, Rank::Guest);
    assert_eq!(
        first.view.remote.holder,
        Some(first.view.you),
        "somebody holds the remote at once"
    );
    let mut host = RoomClient::join(&ada, &room.code).await;
    assert_eq!(host.view.me().unwrap().rank, Rank::Host);
    assert_eq!(host.find("Grace").unwrap().rank, Rank::Guest);
    first
        .until("the host to hold the remote", |_, view| {
            let holder = view.remote.holder.and_then(|id| view.participant(id))?;
            (holder.name == "Ada").then_some(())
        })
        .await;
    let shown: Room = guest.get(&format!("/api/rooms/{}", room.code)).await.ok().json();
    assert_eq!(
        (shown.participants, shown.is_host, shown.host.as_str()),
        (2, false, "Ada")
    );
    first.leave().await;
    host.until("the guest to leave", |message, _| {
        matches!(
            message,
            ServerMessage::People(PeopleUpdate::Left { why: Leaving::Left, .. })
        )
        .then_some(())
    })
    .await;
    let metrics = ada.get("/metrics").await.ok().text();
    for line in [
        "matinee_rooms",
        "matinee_room_participants",
        "matinee_room_messages_out_total",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    host.leave().await;
    server.stop().await;
}

async fn a_password_keeps_strangers_out(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({ "password": "swordfish", "slug": "secret-club" })).await;
    assert!(room.settings.has_password);
    let guest = Browser::at(&server);
    let join = |body| guest.post("/api/rooms/secret-club/join", body);
    for wrong in [json!({}), json!({ "password": "" }), json!({ "password": "Swordfish" })] {
        assert_eq!(join(wrong).await.problem(403).errors[0].field, "password");
    }
    join(json!({ "password": "swordfish" })).await.ok();
    join(json!({ "password": "swordfish" })).await.ok();
    // As a phone's keyboard, a chat program or another alphabet's keyboard write it.
    for meant in [
        " swordfish",
        "swordfish ",
        "swordfish\u{a0}",
        "\u{200b}swordfish\n",
        "ｓｗｏｒｄｆｉｓｈ",
    ] {
        join(json!({ "password": meant })).await.ok();
    }
    RoomClient::join(&ada, &room.code).await.leave().await;

    let path = format!("/api/rooms/{}", room.code);
    ada.send(http::Method::PATCH, &path, Some(json!({ "password": "halibut" })), &[])
        .await
        .ok();
    assert_eq!(
        join(json!({ "password": "swordfish" })).await.status,
        403,
        "an old password is none"
    );
    for (set, shown) in [(" halibut\u{200b} ", "halibut"), ("it’s “us”", "it's \"us\"")] {
        ada.send(http::Method::PATCH, &path, Some(json!({ "password": set })), &[])
            .await
            .ok();
        join(json!({ "password": shown })).await.ok();
    }
    let nothing = ada
        .send(
            http::Method::PATCH,
            &path,
            Some(json!({ "password": " \u{3164}" })),
            &[],
        )
        .await;
    assert_eq!(
        nothing.problem(422).errors[0].field,
        "password",
        "no password by accident"
    );
    ada.send(http::Method::PATCH, &path, Some(json!({ "password": "" })), &[])
        .await
        .ok();
    join(json!({})).await.ok();
    server.stop().await;
}

async fn a_password_of_before_still_works(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let row = server.state.lobby.named(room.code.as_str()).await.unwrap();
    // Kept as it was typed, spaces and all.
    let hash = server
        .state
        .accounts
        .passwords()
        .hash(" it’s us ".to_owned())
        .await
        .unwrap();
    let door = server::db::RoomDoor {
        password_hash: Some(Some(hash)),
        ..Default::default()
    };
    server
        .state
        .db
        .change_room(row.record.id, row.version, &door)
        .await
        .unwrap();
    let path = format!("/api/rooms/{}/join", room.code);
    let guest = Browser::at(&server);
    assert_eq!(guest.post(&path, json!({ "password": "it's" })).await.status, 403);
    guest.post(&path, json!({ "password": " it’s us " })).await.ok();
    server.stop().await;
}

async fn a_password_that_comes_later_is_asked_of_nobody_inside(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let (grace, stranger) = (Browser::at(&server), Browser::at(&server));
    let inside = RoomClient::join_as(&grace, &room.code, "Grace").await;
    let path = format!("/api/rooms/{}", room.code);
    ada.send(
        http::Method::PATCH,
        &path,
        Some(json!({ "password": "swordfish" })),
        &[],
    )
    .await
    .ok();
    let way = format!("{path}/join");
    assert_eq!(stranger.post(&way, json!({})).await.status, 403);
    drop(inside);
    host.until("Grace's connection to break", |_, view| {
        view.participants.iter().any(|one| one.away).then_some(())
    })
    .await;
    let back = RoomClient::join_as(&grace, &room.code, "Grace").await;
    let participant = back.view.you;
    host.send(ClientMessage::People(PeopleRequest::Kick {
        participant,
        ban: false,
    }))
    .await;
    assert_eq!(back.end().await.0, Some(Farewell::Kicked));
    assert_eq!(
        grace.post(&way, json!({})).await.problem(403).errors[0].field,
        "password",
        "who was sent out is a stranger"
    );
    server.stop().await;
}

async fn a_room_takes_as_many_as_fit_in(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({ "max_participants": 2 })).await;
    let mut held = Vec::new();
    for name in ["Grace", "Edsger"] {
        held.push(RoomClient::join_as(&Browser::at(&server), &room.code, name).await);
    }
    let late = RoomClient::try_join(&Browser::at(&server), &room.code, json!({})).await;
    assert_eq!(late.err(), Some(CloseCode::Full.number()));
    let host = RoomClient::join(&ada, &room.code).await;
    assert_eq!(host.view.participants.len(), 3, "the host always fits in");
    server.stop().await;
}

async fn a_locked_room_takes_nobody_new(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let grace = Browser::at(&server);
    let mut host = RoomClient::join(&ada, &room.code).await;
    RoomClient::join_as(&grace, &room.code, "Grace").await.leave().await;
    let path = format!("/api/rooms/{}", room.code);
    ada.send(http::Method::PATCH, &path, Some(json!({ "locked": true })), &[])
        .await
        .ok();
    host.until("the lock", |_, view| view.settings.locked.then_some(()))
        .await;
    let stranger = RoomClient::try_join(&Browser::at(&server), &room.code, json!({})).await;
    assert_eq!(stranger.err(), Some(CloseCode::NotAllowed.number()));
    RoomClient::join_as(&grace, &room.code, "Grace").await;
    server.stop().await;
}

async fn whoever_was_sent_out_stays_out(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let path = format!("/api/rooms/{}/join", room.code);
    for (name, ban, farewell) in [("Mallory", false, Farewell::Kicked), ("Oscar", true, Farewell::Banned)] {
        let guest = Browser::at(&server);
        let client = RoomClient::join_as(&guest, &room.code, name).await;
        let participant = client.view.you;
        host.send(ClientMessage::People(PeopleRequest::Kick { participant, ban }))
            .await;
        assert_eq!(client.end().await, (Some(farewell), CloseCode::NotAllowed.number()));
        host.until("them to be gone", |message, _| {
            matches!(message, ServerMessage::People(PeopleUpdate::Left { id, .. }) if *id == participant).then_some(())
        })
        .await;
        let again = guest.post(&path, json!({ "display_name": name })).await;
        if !ban {
            assert!(again.problem(403).detail.to_string().contains("removed"));
            continue;
        }
        // A ban is written down in a moment; until then the room itself closes the socket.
        if again.status == 200 {
            let ticket = again.json::<Joining>().ticket;
            let entered = RoomClient::try_enter(&server.url, &room.code, &ticket).await;
            assert_eq!(entered.err(), Some(CloseCode::NotAllowed.number()));
        }
        wait_for(
            "the ban to be written down",
            std::time::Duration::from_secs(5),
            || async {
                let again = guest.post(&path, json!({ "display_name": name })).await;
                (again.status == 403).then_some(())
            },
        )
        .await;
    }
    server.stop().await;
}

async fn a_tab_that_comes_back_keeps_its_seat(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let first = RoomClient::try_join(&ada, &room.code, json!({ "tab": "t1" }))
        .await
        .unwrap();
    let other = RoomClient::try_join(&ada, &room.code, json!({ "tab": "t2" }))
        .await
        .unwrap();
    let again = RoomClient::try_join(&ada, &room.code, json!({ "tab": "t1" }))
        .await
        .unwrap();
    assert_eq!(first.view.you, again.view.you);
    assert_ne!(other.view.you, again.view.you);
    assert_eq!(
        first.end().await,
        (Some(Farewell::Replaced), CloseCode::Replaced.number())
    );
    server.stop().await;
}

async fn a_ticket_is_good_once_and_for_its_room(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let (one, two) = (room(&ada, json!({})).await, room(&ada, json!({})).await);
    let join = |code: RoomCode| {
        let ada = ada.clone();
        async move {
            ada.post(&format!("/api/rooms/{code}/join"), json!({}))
                .await
                .ok()
                .json::<Joining>()
                .ticket
        }
    };
    let ticket = join(one.code.clone()).await;
    let held = RoomClient::try_enter(&server.url, &one.code, &ticket).await.unwrap();
    let sign_in = Some(CloseCode::SignIn.number());
    assert_eq!(
        RoomClient::try_enter(&server.url, &one.code, &ticket).await.err(),
        sign_in,
        "replayed"
    );
    let ticket = join(one.code.clone()).await;
    assert_eq!(
        RoomClient::try_enter(&server.url, &two.code, &ticket).await.err(),
        sign_in,
        "another room's"
    );
    assert_eq!(
        RoomClient::try_enter(&server.url, &one.code, &ticket).await.err(),
        sign_in,
        "used up by that"
    );
    for nonsense in ["", "x", &"A".repeat(43)] {
        assert_eq!(
            RoomClient::try_enter(&server.url, &one.code, nonsense).await.err(),
            sign_in
        );
    }
    drop(held);
    server.stop().await;
}

async fn only_the_host_opens_a_closed_room(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut client = RoomClient::join(&ada, &room.code).await;
    client.say("hello").await;
    drop(client);
    // A room that everybody left closes after a minute; this is what is then in its row.
    server.state.rooms.stop().await;
    let row = server.state.lobby.named(room.code.as_str()).await.unwrap();
    let mut closed = row.record;
    closed.is_open = false;
    server.state.db.save_room(&closed, row.last_active_at).await.unwrap();
    let path = format!("/api/rooms/{}/join", room.code);
    let guest = Browser::at(&server);
    assert_eq!(guest.post(&path, json!({})).await.problem(409).status, 409);
    let shown: Room = guest.get(&format!("/api/rooms/{}", room.code)).await.ok().json();
    assert!(!shown.is_open);
    ada.post(&path, json!({})).await.ok();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_opens_no_socket_and_another_version_is_told_to_reload() {
    let server = TestServer::start().await;
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let ticket = async || {
        let joining = ada
            .post(&format!("/api/rooms/{}/join", room.code), json!({}))
            .await
            .ok();
        joining.json::<Joining>().ticket
    };
    let path = socket_path(&room.code, &ticket().await);
    let host = server.url.trim_start_matches("http://").to_owned();
    for foreign in [
        [("origin", "https://evil.example")],
        [("sec-fetch-site", "cross-site")],
        [("origin", "null")],
    ] {
        assert_eq!(
            open_socket(&server.url, &path, &foreign).await.err(),
            Some(403),
            "{foreign:?}"
        );
    }
    let own = format!("http://{host}");
    assert!(open_socket(&server.url, &path, &[("origin", &own)]).await.is_ok());
    for version in ["&version=0", "&version=99", "&version=x", ""] {
        let path = format!("/api/rooms/{}/socket?ticket={}{version}", room.code, ticket().await);
        let mut socket = open_socket(&server.url, &path, &[]).await.unwrap();
        let end = crate::support::next_message(&mut socket).await;
        assert_eq!(end.err(), Some(CloseCode::Reload.number()), "{version}");
    }
    let plain = ada.get(&path).await;
    assert_eq!(plain.problem(422).errors[0].field, "upgrade");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_of_a_room_come_in_where_the_instance_is_for_accounts() {
    let server = TestServer::with(&[("MATINEE_ACCESS", "accounts")]).await;
    let ada = account(&server.url, "Ada").await;
    let open = room(&ada, json!({})).await;
    let shut = room(&ada, json!({ "guests_allowed": false })).await;
    let guest = Browser::at(&server);
    assert_eq!(guest.get("/api/rooms").await.status, 401);
    assert_eq!(guest.get("/api/torrents/latest").await.status, 401);
    for path in ["", "/join"] {
        let (code, body) = (&shut.code, json!({}));
        let reply = match path {
            "" => guest.get(&format!("/api/rooms/{code}")).await,
            _ => guest.post(&format!("/api/rooms/{code}{path}"), body).await,
        };
        assert_eq!(reply.status, 401, "{path}");
    }
    let joining: Joining = guest
        .post(&format!("/api/rooms/{}/join", open.code), json!({}))
        .await
        .ok()
        .json();
    let token = joining.stream_token.unwrap();
    let inside = RoomClient::try_enter(&server.url, &open.code, &joining.ticket)
        .await
        .unwrap();
    assert!(
        !server.state.lobby.is_guest_watching(&token, hash(5)).await,
        "nothing is played: it opens nothing"
    );
    let mut host = RoomClient::join(&ada, &open.code).await;
    know(&server.state.db, 5, "Five").await;
    let addition = Addition {
        source: request(5),
        play_now: true,
    };
    host.send(ClientMessage::Queue(QueueRequest::Add(addition))).await;
    host.until("the film", |_, view| view.playback.video().is_some().then_some(()))
        .await;
    assert!(server.state.lobby.is_guest_watching(&token, hash(5)).await);
    assert!(
        !server.state.lobby.is_guest_watching(&token, hash(6)).await,
        "what the room does not play"
    );
    assert!(!server.state.lobby.is_guest_watching(&joining.ticket, hash(5)).await);
    let other = hash(6);
    for path in [
        format!("/api/stream/{other}/0?token={token}"),
        format!("/api/torrents/{other}?token={token}"),
        format!("/api/stream?magnet={other}&token={token}"),
    ] {
        assert_eq!(guest.get(&path).await.status, 401, "{path}");
    }
    let page = guest.get(&format!("/room/{}", open.code)).await;
    assert!(!page.status.is_redirection(), "the room's page is not the door's");
    let participant = inside.view.you;
    let kick = ClientMessage::People(PeopleRequest::Kick {
        participant,
        ban: false,
    });
    host.send(kick).await;
    assert_eq!(inside.end().await.0, Some(Farewell::Kicked));
    assert!(
        !server.state.lobby.is_guest_watching(&token, hash(5)).await,
        "who was sent out watches no longer"
    );
    assert!(guest.get("/rooms").await.status.is_redirection());
    server.stop().await;
}
