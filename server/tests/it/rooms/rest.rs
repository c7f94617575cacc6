//! Rooms over REST: made, listed, changed, ended; and whose they are.

use super::{account, on_both, room};
use crate::support::{Browser, Mailbox, RoomClient, TestServer};
use app::protocol::{List, room::*};
use http::{Method, StatusCode};
use serde_json::{Value, json};

on_both!(
    a_room_is_made_found_changed_and_ended,
    what_is_wrong_is_named,
    a_room_is_its_host_s,
    an_open_room_hears_of_its_change,
    a_room_of_a_deleted_account_is_over,
);

async fn a_room_is_made_found_changed_and_ended(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let reply = ada
        .post(
            "/api/rooms",
            json!({ "title": " Friday night ", "slug": "friday", "max_participants": 5000 }),
        )
        .await;
    assert_eq!(reply.status, StatusCode::CREATED);
    let room: Room = reply.json();
    assert_eq!(reply.headers["location"], format!("/api/rooms/{}", room.code));
    assert_eq!(
        (room.settings.title.as_str(), room.settings.capacity),
        ("Friday night", 100)
    );
    let spoken = room.code.to_string().to_uppercase();
    let dictated = format!("{}-{}", &spoken[..4], &spoken[4..]);
    for name in [room.code.as_str(), &dictated, "friday", "Friday"] {
        let found: Room = Browser::at(&server)
            .get(&format!("/api/rooms/{name}"))
            .await
            .ok()
            .json();
        assert_eq!((&found.code, found.is_host), (&room.code, false), "{name}");
    }
    let change = json!({ "title": "Saturday", "slug": "saturday", "capacity": 4, "idle_relief_seconds": 60 });
    let path = format!("/api/rooms/{}", room.code);
    let changed: Room = ada.send(Method::PATCH, &path, Some(change), &[]).await.ok().json();
    let settings = &changed.settings;
    assert_eq!((settings.title.as_str(), settings.capacity), ("Saturday", 4));
    assert_eq!(settings.idle_relief_seconds, Some(60));
    assert_eq!(
        ada.get(&path).await.ok().json::<Room>(),
        changed,
        "it is kept, although nobody is in"
    );
    assert_eq!(ada.get("/api/rooms/friday").await.status, 404);
    ada.get("/api/rooms/saturday").await.ok();

    let grace = account(&server.url, "Grace").await;
    let listed = async |who: &Browser| who.get("/api/rooms").await.ok().json::<List<Room>>().items;
    assert_eq!(listed(&ada).await.len(), 1);
    assert_eq!(listed(&grace).await.len(), 0);
    let mut client = RoomClient::join(&grace, &room.code).await;
    client.say("I was here").await;
    assert_eq!(
        listed(&grace).await[0].code,
        room.code,
        "a room that somebody has been in is found again"
    );
    assert_eq!(
        ada.send(Method::DELETE, &path, None, &[]).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(client.end().await.1, CloseCode::Done.number());
    for (method, path) in [
        (Method::GET, &*path),
        (Method::DELETE, &path),
        (Method::GET, "/api/rooms/saturday"),
    ] {
        assert_eq!(ada.send(method, path, None, &[]).await.status, 404);
    }
    assert_eq!(listed(&grace).await.len() + listed(&ada).await.len(), 0);
    let again = super::room(&ada, json!({ "slug": "saturday" })).await;
    assert_ne!(again.code, room.code, "the address is free again");
    server.stop().await;
}

async fn what_is_wrong_is_named(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let wrong = json!({ "title": " ", "slug": "A B", "password": "x".repeat(129), "max_participants": 1 });
    let problem = ada.post("/api/rooms", wrong).await.problem(422);
    let fields: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["title", "slug", "password", "max_participants"]);
    let hash = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";
    assert_eq!(
        ada.post("/api/rooms", json!({ "title": "x", "info_hash": hash }))
            .await
            .status,
        404
    );
    room(&ada, json!({ "slug": "mine" })).await;
    let taken = ada
        .post("/api/rooms", json!({ "title": "x", "slug": "mine" }))
        .await
        .problem(409);
    assert_eq!(taken.errors[0].field, "slug");
    let other = room(&ada, json!({})).await;
    let path = format!("/api/rooms/{}", other.code);
    for (change, status) in [
        (json!({ "slug": "mine" }), 409),
        (json!({ "title": "\u{202e}" }), 422),
        (json!({ "capacity": 0 }), 422),
        (json!({ "locked": "yes" }), 422),
    ] {
        let reply = ada.send(Method::PATCH, &path, Some(change.clone()), &[]).await;
        assert_eq!(reply.status, status, "{change}");
    }
    let long = "x".repeat(33);
    for (join, field) in [
        (json!({ "display_name": long }), "display_name"),
        (json!({ "tab": "a b" }), "tab"),
        (json!({ "tab": "x".repeat(65) }), "tab"),
    ] {
        let reply = Browser::at(&server).post(&format!("{path}/join"), join).await;
        assert_eq!(reply.problem(422).errors[0].field, field);
    }
    for name in ["%00", "x", "kxd47mqz", &"x".repeat(500), "..", "%2e%2e%2fadmin"] {
        assert_eq!(ada.get(&format!("/api/rooms/{name}")).await.status, 404, "{name}");
    }
    server.stop().await;
}

async fn a_room_is_its_host_s(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let grace = account(&server.url, "Grace").await;
    let guest = Browser::at(&server);
    let room = room(&ada, json!({ "password": "swordfish" })).await;
    let path = format!("/api/rooms/{}", room.code);
    let invites = format!("{path}/invites");
    let messages = format!("{path}/messages");
    let routes: [(Method, &str, Option<Value>); 5] = [
        (Method::PATCH, &path, Some(json!({ "title": "stolen" }))),
        (Method::PATCH, &path, Some(json!({ "password": "" }))),
        (Method::DELETE, &path, None),
        (Method::DELETE, &messages, None),
        (Method::POST, &invites, Some(json!({ "emails": ["a@example.org"] }))),
    ];
    for (method, path, body) in routes {
        for (who, status) in [(&grace, 403), (&guest, 401)] {
            let reply = who.send(method.clone(), path, body.clone(), &[]).await;
            assert_eq!(reply.status, status, "{method} {path}");
        }
    }
    assert_eq!(guest.get("/api/rooms").await.status, 401);
    assert_eq!(guest.post("/api/rooms", json!({ "title": "x" })).await.status, 401);
    for who in [&grace, &guest] {
        assert_eq!(who.get(&messages).await.status, 403);
    }
    let shown: Room = ada.get(&path).await.ok().json();
    assert_eq!(
        (shown.settings.title.as_str(), shown.settings.has_password),
        ("Friday night", true)
    );
    server.stop().await;
}

async fn an_open_room_hears_of_its_change(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let path = format!("/api/rooms/{}", room.code);
    let change = json!({ "title": "Saturday", "password": "swordfish", "slug": "saturday" });
    ada.send(Method::PATCH, &path, Some(change), &[]).await.ok();
    host.until("the change", |_, view| {
        let is_so = view.settings.title == "Saturday" && view.settings.has_password && view.slug.is_some();
        is_so.then_some(())
    })
    .await;
    host.send(ClientMessage::ChangeSettings {
        change: SettingsChange {
            title: Some("Sunday".into()),
            ..Default::default()
        },
    })
    .await;
    crate::support::wait_for("it to be kept", std::time::Duration::from_secs(5), || async {
        let shown: Room = ada.get(&path).await.ok().json();
        (shown.settings.title == "Sunday" && shown.settings.has_password && shown.slug.is_some()).then_some(())
    })
    .await;
    server.stop().await;
}

async fn a_room_of_a_deleted_account_is_over(server: TestServer) {
    account(&server.url, "Admin").await;
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let guest = Browser::at(&server);
    let client = RoomClient::join_as(&guest, &room.code, "Grace").await;
    let body = json!({ "password": crate::accounts::PASSWORD });
    ada.send(Method::DELETE, "/api/users/me", Some(body), &[]).await.ok();
    assert_eq!(client.end().await, (Some(Farewell::Ended), CloseCode::Done.number()));
    assert_eq!(guest.get(&format!("/api/rooms/{}", room.code)).await.status, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_rooms_an_hour_and_guesses_are_counted() {
    let server = TestServer::with(&[("MATINEE_RATE_LIMITS", "auth=3/h")]).await;
    let ada = account(&server.url, "Ada").await;
    let locked = room(&ada, json!({ "password": "swordfish" })).await;
    for _ in 0..4 {
        room(&ada, json!({})).await;
    }
    let sixth = ada.post("/api/rooms", json!({ "title": "x" })).await;
    assert!(sixth.headers.contains_key("retry-after"));
    sixth.problem(429);
    let path = format!("/api/rooms/{}/join", locked.code);
    let guest = Browser::at(&server);
    for _ in 0..3 {
        assert_eq!(guest.post(&path, json!({ "password": "x" })).await.status, 403);
    }
    let right = json!({ "password": "swordfish" });
    assert_eq!(
        guest.post(&path, right).await.status,
        429,
        "from here nobody guesses any more"
    );
    RoomClient::join(&ada, &locked.code).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_not_made_counts_for_nothing() {
    let server = TestServer::with(&[("MATINEE_RATE_LIMITS", "rooms=2/h")]).await;
    let ada = account(&server.url, "Ada").await;
    let taken = room(&ada, json!({ "slug": "mine" })).await;
    for _ in 0..3 {
        for (wrong, status) in [
            (json!({ "title": "x", "slug": "mine" }), 409),
            (json!({ "title": " " }), 422),
            (json!({ "title": 7 }), 422),
            (
                json!({ "title": "x", "info_hash": "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c" }),
                404,
            ),
        ] {
            let reply = ada.post("/api/rooms", wrong.clone()).await;
            assert_eq!(reply.status, status, "{wrong}");
        }
    }
    let second = ada.post("/api/rooms", json!({ "title": "x" })).await.ok();
    let left = second.headers["ratelimit"].to_str().unwrap();
    assert!(left.starts_with("\"rooms\";r=0;"), "{left}");
    let third = ada.post("/api/rooms", json!({ "title": "x", "slug": "third" })).await;
    assert!(third.headers.contains_key("retry-after"));
    third.problem(429);
    assert_eq!(ada.get("/api/rooms/third").await.status, 404);
    ada.get(&format!("/api/rooms/{}", taken.code)).await.ok();
    let tries = async || ada.post("/api/rooms", json!({ "title": " " })).await.status;
    for _ in 0..60 {
        if tries().await == 429 {
            server.stop().await;
            return;
        }
    }
    panic!("wrong tries are bounded too");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_invited_by_mail() {
    let mail = Mailbox::start();
    let server = TestServer::with(&[
        ("MATINEE_SMTP_URL", &mail.url),
        ("MATINEE_MAIL_FROM", "Matinee <matinee@example.org>"),
        ("MATINEE_PUBLIC_URL", "https://films.example.org"),
    ])
    .await;
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({ "title": "<b>Friday</b>", "slug": "friday" })).await;
    let path = format!("/api/rooms/{}/invites", room.code);
    for wrong in [
        json!([]),
        json!(vec!["a@example.org"; 21]),
        json!(["a@example.org\r\nBcc: b@example.org"]),
        json!(["nobody"]),
    ] {
        let reply = ada.post(&path, json!({ "emails": wrong })).await;
        assert_eq!(reply.problem(422).errors[0].field, "emails");
    }
    let people = json!({ "emails": ["grace@example.org", "edsger@example.org"] });
    assert_eq!(ada.post(&path, people).await.status, StatusCode::ACCEPTED);
    for _ in 0..2 {
        assert_eq!(mail.next_link().await, "https://films.example.org/room/friday");
    }
    server.stop().await;
}
