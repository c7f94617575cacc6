//! Sent out of an open room, and let in again by its host.

use super::{account, on_both, on_postgres, room};
use crate::support::{Browser, RoomClient, TestServer};
use app::protocol::room::*;
use http::Method;
use serde_json::json;

on_both!(whoever_was_sent_out_stays_out_until_the_host_lets_them_in);

async fn send_out(host: &mut RoomClient, name: &str) -> PersonId {
    let whom = host.find(name).unwrap().clone();
    let (participant, ban) = (whom.id, false);
    host.send(ClientMessage::People(PeopleRequest::Kick { participant, ban }))
        .await;
    host.until("them to be out", |_, view| {
        let is_listed = view.bans.iter().any(|ban| ban.person == whom.person && !ban.for_good);
        (is_listed && view.participant(participant).is_none()).then_some(())
    })
    .await;
    whom.person
}

async fn let_in(host: &mut RoomClient, person: PersonId) {
    host.send(ClientMessage::People(PeopleRequest::Unban { person })).await;
    host.until("nobody to be out", |_, view| view.bans.is_empty().then_some(()))
        .await;
}

async fn whoever_was_sent_out_stays_out_until_the_host_lets_them_in(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let grace = account(&server.url, "Grace").await;
    let guest = Browser::at(&server);
    let (path, door) = (
        format!("/api/rooms/{}", room.code),
        format!("/api/rooms/{}/join", room.code),
    );
    for (who, name) in [(&grace, "Grace"), (&guest, "Mallory")] {
        // A ticket that was given before is none any more.
        let join = json!({ "display_name": name });
        let early: Joining = who.post(&door, join.clone()).await.ok().json();
        let client = RoomClient::join_as(who, &room.code, name).await;
        host.until("them", |_, view| {
            view.participants.iter().any(|one| one.name == name).then_some(())
        })
        .await;
        let person = send_out(&mut host, name).await;
        assert_eq!(
            client.end().await,
            (Some(Farewell::Kicked), CloseCode::NotAllowed.number())
        );
        let entered = RoomClient::try_enter(&server.url, &room.code, &early.ticket).await;
        assert_eq!(entered.err(), Some(CloseCode::NotAllowed.number()));
        // At once, though the room may not be written down yet; and under another name from another tab, too.
        for join in [join.clone(), json!({ "display_name": "Somebody else", "tab": "other" })] {
            assert!(
                who.post(&door, join)
                    .await
                    .problem(403)
                    .detail
                    .to_string()
                    .contains("removed")
            );
        }
        assert!(who.get(&path).await.ok().json::<Room>().is_removed);
        assert!(!ada.get(&path).await.ok().json::<Room>().is_removed);
        assert_eq!(who.get(&format!("{path}/messages")).await.status, 403);
        let_in(&mut host, person).await;
        assert!(!who.get(&path).await.ok().json::<Room>().is_removed);
        RoomClient::join_as(who, &room.code, name).await.leave().await;
    }
    server.stop().await;
}

/// The same browser, at the address that the server has after its restart.
fn moved(who: &Browser, server: &TestServer) -> Browser {
    let now = Browser::at(server);
    for (name, value) in who.cookies.lock().unwrap().iter() {
        now.set_cookie(name, value);
    }
    now
}

/// A restart in the middle of the evening, and the next evening.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_lets_nobody_in_and_the_next_evening_does() {
    let server = TestServer::start().await;
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let guest = Browser::at(&server);
    let mut host = RoomClient::join(&ada, &room.code).await;
    let client = RoomClient::join_as(&guest, &room.code, "Mallory").await;
    host.until("them", |_, view| (view.participants.len() == 2).then_some(()))
        .await;
    send_out(&mut host, "Mallory").await;
    drop((client, host));
    let server = TestServer::start_in(server.stop().await, &[]).await;
    let door = format!("/api/rooms/{}/join", room.code);
    let (ada, guest) = (moved(&ada, &server), moved(&guest, &server));
    assert_eq!(guest.post(&door, json!({})).await.status, 403, "nobody is back yet");
    let mut host = RoomClient::join(&ada, &room.code).await;
    assert_eq!(guest.post(&door, json!({})).await.status, 403);
    assert_eq!(host.view.bans.len(), 1);
    host.say("good night").await;
    drop(host);
    // A room that everybody left closes after a minute; this is what is then in its row.
    server.state.rooms.stop().await;
    let row = server.state.lobby.named(room.code.as_str()).await.unwrap();
    let mut closed = row.record;
    closed.is_open = false;
    server.state.db.save_room(&closed, row.last_active_at).await.unwrap();
    let server = TestServer::start_in(server.stop().await, &[]).await;
    let host = RoomClient::join(&moved(&ada, &server), &room.code).await;
    assert_eq!(host.view.bans, []);
    RoomClient::join_as(&moved(&guest, &server), &room.code, "Mallory").await;
    server.stop().await;
}

/// Somebody who throws their cookie away.
#[tokio::test(flavor = "multi_thread")]
async fn a_guest_without_their_cookie_is_known_by_their_network() {
    for server in [
        TestServer::with(&[("MATINEE_TRUSTED_PROXIES", "127.0.0.0/8")]).await,
        on_postgres(&[("MATINEE_TRUSTED_PROXIES", "127.0.0.0/8")]).await,
    ] {
        let ada = account(&server.url, "Ada").await;
        let room = room(&ada, json!({})).await;
        let mut host = RoomClient::join(&ada, &room.code).await;
        let door = format!("/api/rooms/{}/join", room.code);
        let enter = async |who: &Browser, address: &str| {
            let join = Some(json!({ "display_name": "Mallory" }));
            let joined = who
                .send(Method::POST, &door, join, &[("x-forwarded-for", address)])
                .await;
            let ticket = joined.ok().json::<Joining>().ticket;
            RoomClient::try_enter(&server.url, &room.code, &ticket).await
        };
        let mallory = Browser::at(&server);
        let _held = enter(&mallory, "2a00:1450:1:2::3").await.unwrap();
        host.until("them", |_, view| (view.participants.len() == 2).then_some(()))
            .await;
        let person = send_out(&mut host, "Mallory").await;
        // Another address of the same household.
        let again = enter(&Browser::at(&server), "2a00:1450:1:2:aaaa::9").await;
        assert_eq!(again.err(), Some(CloseCode::NetworkOut.number()));
        // From elsewhere; and of addresses that tell no household from another, as behind a proxy that is not named.
        for address in ["2a00:1450:1:3::3", "192.168.1.5", "100.64.0.9"] {
            assert!(enter(&Browser::at(&server), address).await.is_ok(), "{address}");
        }
        let grace = account(&server.url, "Grace").await;
        let entered = enter(&grace, "2a00:1450:1:2::3").await;
        assert!(entered.is_ok(), "an account is known by more than where it comes from");
        let_in(&mut host, person).await;
        enter(&Browser::at(&server), "2a00:1450:1:2:aaaa::9").await.unwrap();
        server.stop().await;
    }
}
